package syncrotest_test

import (
	"fmt"
	"testing"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// The sizes of the account that faults are tried on: each list has several
// pages, and the last one of two lists isn't full.
const (
	officeCustomers = 12
	officeContacts  = 21
	officeAssets    = 22
)

// newOffice returns an account whose rows tell each other apart by their names,
// so that a row that is here twice shows.
func newOffice(t testing.TB) *syncrotest.Account {
	t.Helper()
	account := newAccount(t, syncrotest.Options{PageSize: syncrotest.PageSize{Customers: 10, Contacts: 10, Assets: 10}})
	trades := []string{"Bakery", "Dental", "Law", "Roofing", "Optical", "Farm", "Brewing", "Marine", "Towing", "Foods", "Tax", "Golf"}
	for i := range officeCustomers {
		account.AddCustomer(syncrotest.Customer{ID: int64(11 + i), BusinessName: fmt.Sprintf("%s House %c", trades[i], 'A'+i), Disabled: 11+i == retired})
	}
	for i := range officeContacts {
		owner := busy(i)
		account.AddContact(syncrotest.Contact{
			ID: int64(101 + i), CustomerID: owner, Name: fmt.Sprintf("Person%03d Surname%03d", i, i), Email: fmt.Sprintf("p%03d@house%d.example", i, owner),
		})
	}
	for i := range officeAssets {
		account.AddAsset(syncrotest.Asset{
			ID: int64(1001 + i), CustomerID: busy(i), Name: fmt.Sprintf("DEVICE-%03d", i), Type: "Desktop",
			Serial: fmt.Sprintf("SN7K%05d", 31*i+10007), RMMLinks: i%3 == 0,
		})
	}
	return account
}

// retired is a disabled customer, who has nothing: of one, nothing new is
// documented.
const retired = 19

// busy deals things to the customers that aren't disabled.
func busy(i int) int64 {
	id := int64(11 + i%(officeCustomers-1))
	if id >= retired {
		id++
	}
	return id
}

// work changes the account as people do between two runs.
func work(account *syncrotest.Account) {
	account.UpdateAsset(1003, func(s *syncrotest.Asset) { s.Name = "DEVICE-RENAMED" })
	account.UpdateAsset(1021, func(s *syncrotest.Asset) { s.Serial = "SN7KBOARD2" })
	account.UpdateContact(104, func(c *syncrotest.Contact) { c.Email = "new-address@house14.example" })
	account.MoveAsset(1005, 20)
	account.DeleteAsset(1008)
	account.DeleteContact(117)
	account.AddAsset(syncrotest.Asset{CustomerID: 12, Name: "DEVICE-ADDED", Type: "Desktop", Serial: "SN7KADDED1"})
	account.AddContact(syncrotest.Contact{CustomerID: 22, Name: "Addison Added", Email: "added@house22.example"})
	account.UpdateCustomer(13, func(c *syncrotest.Customer) { c.BusinessName = "Law House Renamed" })
}
