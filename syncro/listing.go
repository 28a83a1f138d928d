package syncro

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
)

// listing is how one kind is listed and looked up.
type listing struct {
	kind connector.Kind
	// path is the list's; path/{id} is a record's.
	path string
	// many and one are the keys that wrap a list and a record, and what both
	// are called in errors.
	many, one string
	// label and labels are what people call one and many.
	label, labels string
	// listRight and viewRight are the rights that listing and looking up take.
	listRight, viewRight string
	// changes says that the list can be sorted by the time of the last change.
	changes bool
	// decode turns the row that comes next into a record.
	decode func(*rows) row
}

func listings() []listing {
	return []listing{
		{
			kind: KindCustomer, path: "/customers", many: "customers", one: "customer",
			label: "customer", labels: "customers",
			listRight: rightCustomersList, viewRight: rightCustomersView, changes: true, decode: (*rows).customer,
		},
		{
			kind: KindContact, path: "/contacts", many: "contacts", one: "contact",
			label: "contact", labels: "contacts",
			listRight: rightCustomersView, viewRight: rightCustomersView, decode: (*rows).contact,
		},
		{
			kind: KindAsset, path: "/customer_assets", many: "assets", one: "asset",
			label: "asset", labels: "assets",
			listRight: rightAssetsList, viewRight: rightAssetsView, decode: (*rows).asset,
		},
	}
}

// listingOf returns the listing of a kind. One that isn't declared is the error
// CodeConfig.
func listingOf(kind connector.Kind) (listing, error) {
	for _, l := range listings() {
		if l.kind == kind {
			return l, nil
		}
	}
	return listing{}, &connector.Error{
		Code: connector.CodeConfig, Source: name, Op: "read",
		Detail: fmt.Sprintf("there is no kind of record named %.40q", string(kind)),
	}
}

// params are the parameters of one page of the list. Disabled customers are
// left out of a list that doesn't ask for them.
func (l listing) params(page, perPage int, within connector.Key, order string) url.Values {
	v := url.Values{"page": {strconv.Itoa(page)}}
	if l.kind == KindCustomer {
		v.Set("include_disabled", "true")
	}
	if perPage > 0 {
		v.Set("per_page", strconv.Itoa(perPage))
	}
	if within != "" {
		v.Set("customer_id", string(within))
	}
	if order != "" {
		v.Set("sort", order)
	}
	return v
}

// page reads a page of the list, as q says.
func (l listing) page(ctx context.Context, s *session, q query) (listed, error) {
	var answer listed
	q.path, q.right = l.path, l.listRight
	q.decode = func(data []byte) error { return answer.decode(s, l, data) }
	err := s.get(ctx, q)
	// "Not found" of a list isn't about a record: there is no such list at this
	// address.
	if e, ok := errors.AsType[*connector.Error](err); ok && e.Code == connector.CodeNotFound {
		e.Code, e.Remedy = connector.CodeProtocol, "check the domain"
	}
	if err == nil {
		s.forgetMe() // a key that was limited meanwhile gets a short list
	}
	return answer, err
}
