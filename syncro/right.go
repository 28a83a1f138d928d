package syncro

import "github.com/dovetail-sync/dovetail/connector"

// The rights that an API token needs, as Syncro's pages name them.
const (
	rightCustomersList = "Customers - List/Search"
	rightCustomersView = "Customers - View Detail"
	rightAssetsList    = "Assets - List/Search"
	rightAssetsView    = "Assets - View Details"
)

// rightTable is all that is said about the rights. Records are read by listing:
// the rights to look one up keep no kind from being read, except that Syncro
// asks the one for customers of contacts too.
func rightTable() []connector.RightInfo {
	return []connector.RightInfo{
		{
			Name: rightCustomersList, Kinds: []connector.Kind{KindCustomer},
			Use:     "lists the customers",
			Without: "no companies, so nothing works",
		},
		{
			Name: rightCustomersView, Kinds: []connector.Kind{KindContact},
			Use:     "lists the contacts, and looks up a customer or contact that is missing from its list",
			Without: "no contacts, and a customer that is missing stays suspect and is never marked as gone",
		},
		{
			Name: rightAssetsList, Kinds: []connector.Kind{KindAsset},
			Use:     "lists the assets",
			Without: "no assets",
		},
		{
			Name:    rightAssetsView,
			Use:     "looks up an asset that is missing from the list",
			Without: "an asset that is missing stays suspect and is never marked as gone",
		},
	}
}

func rightNames() []string {
	var out []string
	for _, right := range rightTable() {
		out = append(out, right.Name)
	}
	return out
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
