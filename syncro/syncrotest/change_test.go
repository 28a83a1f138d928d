package syncrotest_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAddedRowsGetTheNextIDAndAreServed(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		a := c.account
		last := a.Customers()[11].ID
		customer := a.AddCustomer(syncrotest.Customer{BusinessName: "Late Co"})
		require.Equal(t, last+1, customer)
		contact := a.AddContact(syncrotest.Contact{CustomerID: customer, Name: "Lea"})
		asset := a.AddAsset(syncrotest.Asset{CustomerID: customer, ContactID: contact, Name: "late-pc"})

		require.Equal(t, []int64{contact}, idsOf(c.list(t, path("/contacts?customer_id=%d", customer)).Contacts))
		require.Equal(t, []int64{asset}, idsOf(c.list(t, path("/customer_assets?customer_id=%d", customer)).Assets))
		got := c.object(t, path("/customers/%d", customer))["customer"].(map[string]any)
		require.Equal(t, "Late Co", got["business_name"])
		require.Len(t, got["contacts"], 1)
	})
}

func TestARowWithAnIDOfItsOwnTakesItsPlaceInOrder(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	require.EqualValues(t, 4, c.account.AddContact(syncrotest.Contact{ID: 4, Name: "First"}))
	require.EqualValues(t, 6, c.account.AddContact(syncrotest.Contact{ID: 6, Name: "Replaced"}))
	got := c.list(t, "/contacts")
	require.Equal(t, []int64{4, 5, 6, 7}, idsOf(got.Contacts))
	require.Equal(t, "Replaced", got.Contacts[2].Name)
}

func TestUpdatesAreServedAndMoveUpdatedAtForward(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		a := c.account
		customer, contact, asset := a.Customers()[0], a.Contacts()[0], a.Assets()[0]
		require.True(t, a.UpdateCustomer(customer.ID, func(c *syncrotest.Customer) { c.ID = 9; c.BusinessName = "New" }))
		require.True(t, a.UpdateContact(contact.ID, func(c *syncrotest.Contact) { c.ID = 9; c.Properties["title"] = "CFO" }))
		require.True(t, a.UpdateAsset(asset.ID, func(s *syncrotest.Asset) { s.ID = 9; s.Serial = "S-NEW" }))

		newCustomer, ok := a.Customer(customer.ID)
		require.True(t, ok)
		newContact, ok := a.Contact(contact.ID)
		require.True(t, ok)
		newAsset, ok := a.Asset(asset.ID)
		require.True(t, ok)
		require.True(t, newCustomer.UpdatedAt.After(customer.UpdatedAt))
		require.True(t, newContact.UpdatedAt.After(newCustomer.UpdatedAt))
		require.True(t, newAsset.UpdatedAt.After(newContact.UpdatedAt))

		require.Equal(t, "New", c.object(t, path("/customers/%d", customer.ID))["customer"].(map[string]any)["business_name"])
		require.Equal(t, "CFO", c.object(t, path("/contacts/%d", contact.ID))["properties"].(map[string]any)["title"])
		require.Equal(t, "S-NEW", c.object(t, path("/customer_assets/%d", asset.ID))["asset"].(map[string]any)["asset_serial"])
		require.False(t, a.UpdateCustomer(9, func(*syncrotest.Customer) {}), "an id can't be changed")
		require.False(t, a.UpdateContact(9, func(*syncrotest.Contact) {}))
		require.False(t, a.UpdateAsset(9, func(*syncrotest.Asset) {}))
	})
}

func TestChangesKeepTheirOrderWhateverTheClockSays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The bubble's clock stands in the year 2000, before every row.
		a := newAccount(t, small())
		last := a.Customers()[0].UpdatedAt
		for _, c := range a.Customers() {
			require.True(t, a.UpdateCustomer(c.ID, func(*syncrotest.Customer) {}))
			now, _ := a.Customer(c.ID)
			require.True(t, now.UpdatedAt.After(last))
			last = now.UpdatedAt
		}
		added, _ := a.Customer(a.AddCustomer(syncrotest.Customer{}))
		require.True(t, added.CreatedAt.After(last))

		time.Sleep(100 * 365 * 24 * time.Hour)
		a.UpdateCustomer(added.ID, func(*syncrotest.Customer) {})
		added, _ = a.Customer(added.ID)
		require.Equal(t, time.Now().UTC(), added.UpdatedAt, "the clock counts once it is past the account's times")
	})
}

func TestMovingAnAssetChangesItsCustomerUnderTheSameID(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	require.True(t, c.account.MoveAsset(8, 3))
	require.Empty(t, c.list(t, "/customer_assets?customer_id=1").Assets)
	require.Equal(t, []int64{8}, idsOf(c.list(t, "/customer_assets?customer_id=3").Assets))
	require.False(t, c.account.MoveAsset(99, 3))
}

func TestACheckInLeavesUpdatedAtAlone(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	id := account.AddAsset(syncrotest.Asset{Agent: &syncrotest.Agent{LastUser: "a"}})
	printer := account.AddAsset(syncrotest.Asset{Type: "Printer"})
	before, _ := account.Asset(id)
	require.True(t, account.CheckIn(id, func(g *syncrotest.Agent) { g.LastUser = "b" }))
	after, _ := account.Asset(id)
	require.Equal(t, "b", after.Agent.LastUser)
	require.Equal(t, before.UpdatedAt, after.UpdatedAt)
	require.False(t, account.CheckIn(printer, func(*syncrotest.Agent) {}))
	require.False(t, account.CheckIn(99, func(*syncrotest.Agent) {}))
}

func TestDeletedRowsAnswer404(t *testing.T) {
	t.Parallel()
	bothWays(t, syncrotest.Options{}, func(t *testing.T, c *caller) {
		a := c.account
		one, two := a.AddCustomer(syncrotest.Customer{}), a.AddCustomer(syncrotest.Customer{})
		contact := a.AddContact(syncrotest.Contact{CustomerID: one})
		other := a.AddContact(syncrotest.Contact{CustomerID: two})
		mine := a.AddAsset(syncrotest.Asset{CustomerID: one})
		linked := a.AddAsset(syncrotest.Asset{CustomerID: two, ContactID: contact})
		alone := a.AddAsset(syncrotest.Asset{CustomerID: two, ContactID: other})

		require.True(t, a.DeleteCustomer(one))
		require.True(t, a.DeleteAsset(alone))
		for _, gone := range []string{
			path("/customers/%d", one), path("/contacts/%d", contact),
			path("/customer_assets/%d", mine), path("/customer_assets/%d", alone),
		} {
			require.Equal(t, http.StatusNotFound, c.get(t, gone).status, gone)
		}
		require.Nil(t, c.object(t, path("/customer_assets/%d", linked))["asset"].(map[string]any)["contact_id"])
		require.Equal(t, []int64{other}, idsOf(c.list(t, "/contacts").Contacts))

		a.UpdateAsset(linked, func(s *syncrotest.Asset) { s.ContactID = other })
		require.True(t, a.DeleteContact(other))
		left, _ := a.Asset(linked)
		require.Zero(t, left.ContactID)
		require.False(t, a.DeleteCustomer(one))
		require.False(t, a.DeleteContact(other))
		require.False(t, a.DeleteAsset(alone))
	})
}

func TestADisabledCustomerLeavesTheListOnly(t *testing.T) {
	t.Parallel()
	bothWays(t, small(), func(t *testing.T, c *caller) {
		before := c.list(t, "/customers").Meta.TotalEntries
		all := c.list(t, "/customers?include_disabled=true").Meta.TotalEntries
		require.Equal(t, 12, all)
		require.Less(t, before, all, "the generated account has disabled customers")
		for _, row := range c.list(t, "/customers").Customers {
			c.account.UpdateCustomer(row.ID, func(c *syncrotest.Customer) { c.Disabled = true })
			require.Equal(t, http.StatusOK, c.get(t, path("/customers/%d", row.ID)).status)
		}
		require.Empty(t, c.list(t, "/customers").Customers)
	})
}

func TestAssetTypesAreAddedAndRenamed(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	a := c.account
	phones := a.AddAssetType("Phone")
	require.Equal(t, phones, a.AddAssetType("Phone"), "a known name keeps its id")
	printers := a.AddAssetType("Printer")
	before, _ := a.Asset(9)
	require.True(t, a.RenameAssetType(printers, "Copier"))
	require.False(t, a.RenameAssetType(printers, "Phone"), "taken")
	require.False(t, a.RenameAssetType(1, "X"))

	got := c.list(t, path("/customer_assets?asset_type_id=%d", printers))
	require.Equal(t, []int64{9, 10}, idsOf(got.Assets))
	require.Equal(t, "Copier", got.Assets[0].Type)
	after, _ := a.Asset(9)
	require.Equal(t, before.UpdatedAt, after.UpdatedAt)

	types := c.object(t, "/settings")["assets"].(map[string]any)["asset_types"].([]any)
	var names []any
	for _, t := range types {
		names = append(names, t.(map[string]any)["name"])
	}
	require.Equal(t, []any{syncrotest.AgentType, "Copier", "Phone"}, names)
}

func TestSettingsNameTheCustomFieldsInUse(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	c.account.UpdateAsset(9, func(s *syncrotest.Asset) { s.Properties["Toner"] = "black" })
	c.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Properties["Contract"] = "gold" })
	settings := c.object(t, "/settings")
	fields := settings["assets"].(map[string]any)["asset_type_fields"].([]any)
	require.Len(t, fields, 1)
	require.Equal(t, "Toner", fields[0].(map[string]any)["name"])
	require.EqualValues(t, c.account.AddAssetType("Printer"), fields[0].(map[string]any)["asset_type_id"])
	fields = settings["customers"].(map[string]any)["customer_fields"].([]any)
	require.Equal(t, "Contract", fields[0].(map[string]any)["name"])
}

func TestTheRowsOfACustomerFollowEveryChange(t *testing.T) {
	t.Parallel()
	c := clinics(t)
	rows := func() []int64 {
		return idsOf(append(c.list(t, "/contacts?customer_id=1").Contacts, c.list(t, "/customer_assets?customer_id=1").Assets...))
	}
	require.Equal(t, []int64{5, 8}, rows())
	c.account.AddContact(syncrotest.Contact{ID: 4, CustomerID: 1})
	require.Equal(t, []int64{4, 5, 8}, rows())
	c.account.UpdateContact(5, func(c *syncrotest.Contact) { c.CustomerID = 2 })
	require.Equal(t, []int64{4, 8}, rows())
	c.account.DeleteContact(4)
	require.Equal(t, []int64{8}, rows())
	c.account.DeleteCustomer(1)
	require.Empty(t, rows())
}

// rowsWithDepth returns a row of each kind, with something behind every pointer, map
// and slice.
func rowsWithDepth() (syncrotest.Customer, syncrotest.Contact, syncrotest.Asset) {
	properties := func() map[string]any {
		return map[string]any{"list": []any{[]any{"x"}}, "map": map[string]any{"k": "x"}, "texts": []string{"x"}}
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	customer := syncrotest.Customer{
		ID: 1, Properties: properties(), Tags: []string{"x"}, Phones: []syncrotest.Phone{{Label: "x"}},
		Sites: []syncrotest.Address{{City: "x"}}, CreatedAt: at, UpdatedAt: at,
	}
	contact := syncrotest.Contact{ID: 1, Properties: properties(), CreatedAt: at, UpdatedAt: at}
	asset := syncrotest.Asset{
		ID: 1, Type: "Printer", Properties: properties(), Site: &syncrotest.Address{City: "x"},
		Agent: &syncrotest.Agent{Adapters: []syncrotest.Adapter{{MAC: "x"}}}, CreatedAt: at, UpdatedAt: at,
	}
	return customer, contact, asset
}

// spoil changes whatever stands behind a pointer, map or slice of the rows.
func spoil(c *syncrotest.Customer, p *syncrotest.Contact, s *syncrotest.Asset) {
	for _, properties := range []map[string]any{c.Properties, p.Properties, s.Properties} {
		properties["list"].([]any)[0].([]any)[0] = "spoiled"
		properties["map"].(map[string]any)["k"] = "spoiled"
		properties["texts"].([]string)[0] = "spoiled"
		properties["new"] = "spoiled"
	}
	c.Tags[0], c.Phones[0].Label, c.Sites[0].City = "spoiled", "spoiled", "spoiled"
	s.Site.City, s.Agent.Adapters[0].MAC, s.Agent.UUID = "spoiled", "spoiled", "spoiled"
}

func TestNothingIsSharedWithTheCaller(t *testing.T) {
	t.Parallel()
	a := newAccount(t, syncrotest.Options{})
	unspoiled := func(when string) {
		wantCustomer, wantContact, wantAsset := rowsWithDepth()
		customer, _ := a.Customer(1)
		contact, _ := a.Contact(1)
		asset, _ := a.Asset(1)
		wantCustomer.UpdatedAt, wantContact.UpdatedAt, wantAsset.UpdatedAt = customer.UpdatedAt, contact.UpdatedAt, asset.UpdatedAt
		require.Empty(t, cmp.Diff(wantCustomer, customer), when)
		require.Empty(t, cmp.Diff(wantContact, contact), when)
		require.Empty(t, cmp.Diff(wantAsset, asset), when)
		require.Empty(t, cmp.Diff([]syncrotest.Customer{customer}, a.Customers()), when)
		require.Empty(t, cmp.Diff([]syncrotest.Contact{contact}, a.Contacts()), when)
		require.Empty(t, cmp.Diff([]syncrotest.Asset{asset}, a.Assets()), when)
	}

	customer, contact, asset := rowsWithDepth()
	a.AddCustomer(customer)
	a.AddContact(contact)
	a.AddAsset(asset)
	spoil(&customer, &contact, &asset)
	unspoiled("after spoiling what was added")

	customer, _ = a.Customer(1)
	contact, _ = a.Contact(1)
	asset, _ = a.Asset(1)
	spoil(&customer, &contact, &asset)
	spoil(&a.Customers()[0], &a.Contacts()[0], &a.Assets()[0])
	unspoiled("after spoiling what was read")

	var (
		keptCustomer *syncrotest.Customer
		keptContact  *syncrotest.Contact
		keptAsset    *syncrotest.Asset
	)
	a.UpdateCustomer(1, func(c *syncrotest.Customer) { keptCustomer = c })
	a.UpdateContact(1, func(c *syncrotest.Contact) { keptContact = c })
	a.UpdateAsset(1, func(s *syncrotest.Asset) { keptAsset = s })
	spoil(keptCustomer, keptContact, keptAsset)
	keptCustomer.Notes, keptContact.Notes, keptAsset.Name = "spoiled", "spoiled", "spoiled"
	unspoiled("after spoiling what an update was given")
}

func TestPropertiesTakeWhateverEncodes(t *testing.T) {
	t.Parallel()
	account := newAccount(t, syncrotest.Options{})
	id := account.AddAsset(syncrotest.Asset{Properties: map[string]any{
		"raw": json.RawMessage(`{"b":1,"a":2}`), "struct": struct{ A int }{3}, "number": 4.5, "list": []string{"x"},
		"broken": json.RawMessage(`{`), "never": func() {},
	}})
	got := inProcess(account).object(t, path("/customer_assets/%d", id))["asset"].(map[string]any)
	require.Empty(t, cmp.Diff(any(map[string]any{
		"raw": map[string]any{"a": 2.0, "b": 1.0}, "struct": map[string]any{"A": 3.0}, "number": 4.5, "list": []any{"x"},
		"broken": nil, "never": nil,
	}), got["properties"]))
}

func TestReadersAndWritersMayMeet(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, small()))
	a := c.account
	customers, contacts, assets := a.Customers(), a.Contacts(), a.Assets()
	var readers, writers sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				a.UpdateCustomer(customers[n%len(customers)].ID, func(c *syncrotest.Customer) { c.Properties["n"] = n })
				a.UpdateContact(contacts[n%len(contacts)].ID, func(c *syncrotest.Contact) { c.Properties["n"] = n })
				a.UpdateAsset(assets[n%len(assets)].ID, func(s *syncrotest.Asset) { s.Properties["n"] = n })
				a.DeleteAsset(a.AddAsset(syncrotest.Asset{Type: path("Type %d", n%5)}))
			}
		})
		readers.Go(func() {
			for range 10 {
				for _, list := range []string{"/customers?sort=email+ASC", "/contacts", "/customer_assets", "/settings"} {
					if got := c.get(t, list); got.status != http.StatusOK {
						t.Errorf("%s: %d", list, got.status)
					}
				}
				a.Canaries()
				a.Requests()
			}
		})
	}
	readers.Wait()
	close(done)
	writers.Wait()
}
