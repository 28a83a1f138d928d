package syncro

import "github.com/dovetail-sync/dovetail/connector"

// The rights that an API token needs, as Syncro's pages name them.
const (
	rightCustomersList = "Customers - List/Search"
	rightCustomersView = "Customers - View Detail"
	rightAssetsList    = "Assets - List/Search"
	rightAssetsView    = "Assets - View Details"
)

func rightNames() []string {
	return []string{rightCustomersList, rightCustomersView, rightAssetsList, rightAssetsView}
}

// missing is the error for a key that is good and lacks a right. The right is
// empty where Syncro doesn't document which one it takes.
func missing(op, right string) *connector.Error {
	err := &connector.Error{
		Code: connector.CodePermission, Source: name, Op: op, Right: right,
		Detail: "the API key is good but may not do this",
		Remedy: "ask the account's admin which right is missing",
	}
	if right != "" {
		err.Detail = `the API key lacks the right "` + right + `"`
		err.Remedy = "in Syncro, under Admin, API Tokens, give the token this right"
	}
	return err
}
