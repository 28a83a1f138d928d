package syncrotest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

var path = fmt.Sprintf

func TestPagesAddUpToEveryRowOnce(t *testing.T) {
	t.Parallel()
	opt := syncrotest.Options{Customers: 230, Contacts: 251, Assets: 300}
	bothWays(t, opt, func(t *testing.T, c *caller) {
		for _, test := range []struct {
			path                    string
			pages, entries, perPage int
		}{
			{"/customers?include_disabled=true&", 3, 230, 100},
			{"/customers?include_disabled=true&per_page=40&", 6, 230, 40},
			{"/contacts?", 6, 251, 50},
			{"/customer_assets?", 6, 300, 50},
		} {
			seen := map[int64]bool{}
			for number := 1; number <= test.pages; number++ {
				got := c.list(t, path("%spage=%d", test.path, number))
				require.Equal(t, test.pages, got.Meta.TotalPages, test.path)
				require.Equal(t, test.entries, got.Meta.TotalEntries, test.path)
				require.Equal(t, test.perPage, got.Meta.PerPage, test.path)
				require.Equal(t, number, got.Meta.Page, test.path)
				if number < test.pages {
					require.Len(t, got.rows(), test.perPage, test.path)
				}
				for _, id := range idsOf(got.rows()) {
					require.False(t, seen[id], "%s: %d came twice", test.path, id)
					seen[id] = true
				}
			}
			require.Len(t, seen, test.entries, test.path)
			past := c.list(t, path("%spage=%d", test.path, test.pages+1))
			require.Empty(t, past.rows())
			require.Equal(t, test.pages, past.Meta.TotalPages)
		}
	})
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{
		Customers: 12, Contacts: 30, Assets: 40, PageSize: syncrotest.PageSize{Customers: 5, Contacts: 7, Assets: 9},
	}))
	for path, want := range map[string]int{
		"/customers":                     5,
		"/customers?per_page=2":          2,
		"/customers?per_page=500":        5,
		"/customers?per_page=0":          5,
		"/customers?per_page=x":          5,
		"/contacts":                      7,
		"/contacts?per_page=2":           7,
		"/customer_assets?per_page=2":    9,
		"/customer_assets?page=-1":       9,
		"/customer_assets?page=nonsense": 9,
	} {
		got := c.list(t, path)
		require.Len(t, got.rows(), want, path)
		require.Equal(t, want, got.Meta.PerPage, path)
		require.Equal(t, 1, got.Meta.Page, path)
	}
}

func TestAnEmptyAccountListsEmptyArrays(t *testing.T) {
	t.Parallel()
	bothWays(t, syncrotest.Options{}, func(t *testing.T, c *caller) {
		meta := `"meta":{"total_pages":1,"total_entries":0,"per_page":%d,"page":1}}`
		require.Equal(t, path(`{"customers":[],`+meta, 100), string(c.get(t, "/customers").body))
		require.Equal(t, path(`{"contacts":[],`+meta, 50), string(c.get(t, "/contacts").body))
		require.Equal(t, path(`{"assets":[],`+meta, 50), string(c.get(t, "/customer_assets").body))
	})
}

// clinics is an account of few rows with known ids, to filter in.
func clinics(t *testing.T) *caller {
	account := newAccount(t, syncrotest.Options{})
	account.AddCustomer(syncrotest.Customer{ID: 1, BusinessName: "Oak Clinic", Email: "hi@oak.example", FirstName: "Ada"})
	account.AddCustomer(syncrotest.Customer{ID: 2, BusinessName: "Elm Clinic", Disabled: true})
	account.AddCustomer(syncrotest.Customer{ID: 3, FirstName: "Bob", LastName: "Oakley", Phone: "555-0100"})
	account.AddContact(syncrotest.Contact{ID: 5, CustomerID: 1, Name: "Ada"})
	account.AddContact(syncrotest.Contact{ID: 6, CustomerID: 2, Name: "Eve"})
	account.AddContact(syncrotest.Contact{ID: 7, Name: "Nobody's"})
	account.AddAsset(syncrotest.Asset{ID: 8, CustomerID: 1, Name: "OAK-PC", Serial: "SN77"})
	account.AddAsset(syncrotest.Asset{ID: 9, CustomerID: 2, Name: "elm-printer", Type: "Printer", SNMP: true})
	account.AddAsset(syncrotest.Asset{ID: 10, Name: "spare", Type: "Printer"})
	return inProcess(account)
}

func TestFilters(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	agents, printers := c.account.AssetTypes()[0].ID, c.account.AssetTypes()[1].ID
	for request, want := range map[string][]int64{
		"/customers":                                                      {1, 3},
		"/customers?include_disabled=false":                               {1, 3},
		"/customers?include_disabled=true":                                {1, 2, 3},
		"/customers?include_disabled=1":                                   {1, 2, 3},
		"/customers?id[]=3&id[]=2&id[]=99":                                {3},
		"/customers?id[]=3&id[]=2&include_disabled=true":                  {2, 3},
		"/customers?id=3":                                                 {3},
		"/customers?id[]=x":                                               {},
		"/customers?not_id[]=3":                                           {1},
		"/customers?business_name=clin":                                   {1},
		"/customers?business_name=CLIN&include_disabled=1":                {1, 2},
		"/customers?firstname=bo":                                         {3},
		"/customers?lastname=ley":                                         {3},
		"/customers?email=HI@oak.example":                                 {1},
		"/customers?email=oak":                                            {},
		"/customers?query=oak":                                            {1, 3},
		"/customers?query=555-0100":                                       {3},
		"/contacts":                                                       {5, 6, 7},
		"/contacts?customer_id=2":                                         {6},
		"/contacts?customer_id=99":                                        {},
		"/customer_assets":                                                {8, 9, 10},
		"/customer_assets?customer_id=1":                                  {8},
		"/customer_assets?query=sn7":                                      {8},
		"/customer_assets?query=ELM":                                      {9},
		"/customer_assets?snmp_enabled=true":                              {9},
		path("/customer_assets?asset_type_id=%d", agents):                 {8},
		path("/customer_assets?asset_type_id=%d", printers):               {9, 10},
		path("/customer_assets?asset_type_id=%d&customer_id=2", printers): {9},
		"/customer_assets?asset_type_id=4":                                {},
	} {
		got := c.list(t, request)
		require.Empty(t, cmp.Diff(want, idsOf(got.rows())), request)
		require.Equal(t, len(want), got.Meta.TotalEntries, request)
	}
}

func TestCustomersSort(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	require.True(t, c.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Notes = "seen" }))
	for _, test := range []struct {
		order string
		want  []int64
	}{
		{"updated_at%20ASC", []int64{2, 3, 1}},
		{"updated_at%20DESC", []int64{1, 3, 2}},
		{"updated_at+desc", []int64{1, 3, 2}},
		{"id%20DESC", []int64{3, 2, 1}},
		{"business_name%20ASC", []int64{3, 2, 1}},
		{"firstname%20DESC", []int64{3, 1, 2}},
		// Last, to see that no request before has moved the rows themselves.
		{"shoe_size%20DESC", []int64{1, 2, 3}},
		{"", []int64{1, 2, 3}},
	} {
		got := c.list(t, "/customers?include_disabled=true&sort="+test.order)
		require.Empty(t, cmp.Diff(test.want, idsOf(got.rows())), test.order)
	}
}

func TestSortedPagesAddUp(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{Customers: 95}))
	var seen []int64
	var last string
	for number := range 10 {
		got := c.list(t, path("/customers?include_disabled=true&per_page=10&sort=updated_at+ASC&page=%d", number+1))
		for _, r := range got.Customers {
			require.LessOrEqual(t, last, r.UpdatedAt)
			last = r.UpdatedAt
		}
		seen = append(seen, idsOf(got.Customers)...)
	}
	slices.Sort(seen)
	require.Len(t, slices.Compact(seen), 95)
}
