package syncrotest

import (
	"net/http"
	"strconv"
	"strings"
)

// route finds the endpoint of a request. An id that is no number is routed,
// and then not found.
func route(r *http.Request) (call, bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return call{}, false
	}
	path, ok := strings.CutPrefix(r.URL.Path, apiPath+"/")
	if !ok {
		return call{}, false
	}
	name, id, byID := strings.Cut(strings.TrimSuffix(path, "/"), "/")
	c := call{query: r.URL.Query()}
	if byID {
		if id == "" || strings.Contains(id, "/") {
			return call{}, false
		}
		c.id, _ = strconv.ParseInt(id, 10, 64)
		name += "/{id}"
	}
	c.name = name
	switch name {
	case "me":
		c.serve = (*Account).serveMe
	case "settings":
		c.serve = (*Account).serveSettings
	case "customers":
		c.list = ListCustomers
		c.right, c.serve = CustomersList, (*Account).listCustomers
	case "customers/{id}":
		c.right, c.serve = CustomersView, (*Account).getCustomer
	case "contacts":
		c.list = ListContacts
		c.right, c.serve = CustomersView, (*Account).listContacts
	case "contacts/{id}":
		c.right, c.serve = CustomersView, (*Account).getContact
	case "customer_assets":
		c.list = ListAssets
		c.right, c.serve = AssetsList, (*Account).listAssets
	case "customer_assets/{id}":
		c.right, c.serve = AssetsView, (*Account).getAsset
	default:
		return call{}, false
	}
	if c.list != "" {
		c.page = pageNumber(c.query)
	}
	return c, true
}
