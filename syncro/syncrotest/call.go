package syncrotest

import (
	"net/http"
	"net/url"
	"strconv"
)

// List names one of the lists, as its path does.
type List string

// The lists.
const (
	// ListCustomers is /customers.
	ListCustomers List = "customers"
	// ListContacts is /contacts.
	ListContacts List = "contacts"
	// ListAssets is /customer_assets.
	ListAssets List = "customer_assets"
)

// size is the list's own page size.
func (l List) size(a *Account) int {
	switch l {
	case ListCustomers:
		return a.opt.PageSize.Customers
	case ListContacts:
		return a.opt.PageSize.Contacts
	default:
		return a.opt.PageSize.Assets
	}
}

// call is a request that has a route, and what faults want of its answer.
type call struct {
	// name is the route, as in "customers/{id}".
	name  string
	right Permission
	query url.Values
	// id is the record that is asked for.
	id int64
	// list and page are what is listed. List is empty for anything else.
	list  List
	page  int
	serve func(*Account, call) reply

	// sees reports whether the token sees a customer and what is theirs. Nil:
	// it sees all.
	sees func(customer int64) bool
	// newestFirst orders a list by updated_at.
	newestFirst bool
	// repeat puts the last row of the page before in front.
	repeat bool
	// keepToPerPage makes every list do as it is asked.
	keepToPerPage bool
	// tell changes what a list says about itself; nil leaves meta out.
	tell []func(*metaBody) *metaBody
	// wrapContact answers a contact as other records are.
	wrapContact bool
}

// filtered reports whether the request asks for some rows only.
func (c call) filtered() bool {
	for name := range c.query {
		switch name {
		case "page", "per_page", "include_disabled", "sort":
		default:
			return true
		}
	}
	return false
}

// hides reports whether the token can't see what belongs to the customer.
func (c call) hides(customer int64) bool { return c.sees != nil && !c.sees(customer) }

// pageNumber reads the page; what is no positive number is the first.
func pageNumber(query url.Values) int {
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil || number < 1 {
		return 1
	}
	return number
}

// listReply answers a list.
func (c call) listReply(wrapper string, rows any, count int, meta metaBody) reply {
	body := map[string]any{wrapper: rows}
	about := &meta
	for _, change := range c.tell {
		if about != nil {
			about = change(about)
		}
	}
	if about != nil {
		body["meta"] = about
	}
	out := jsonReply(http.StatusOK, body)
	out.rows = count
	return out
}
