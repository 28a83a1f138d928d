package livetest_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// A customer is a person, and so is a contact of his. Both ask to be forgotten, some
// plans later: no row of any table has the names.
func TestNoTableHasANameThatWasErased(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHost(t, d, 10)
		h.account.AddCustomer(syncrotest.Customer{ID: 9001, BusinessName: "Quentin Vale, the elder"})
		h.account.AddCustomer(syncrotest.Customer{ID: 9002, BusinessName: "Zaphod Estates"})
		h.sync()
		h.createAll()
		h.account.AddContact(syncrotest.Contact{ID: 9100, CustomerID: 9001, Name: "Quentina Vale", Email: "q.vale@erase.example"})
		h.account.AddContact(syncrotest.Contact{ID: 9101, CustomerID: 9002, Name: "Stays Here", Email: "stays@here.example"})
		h.sync()
		h.account.UpdateContact(9100, func(c *syncrotest.Contact) { c.Name = "Quentina Vale-Beeblebrox" })
		h.sync()
		h.account.DeleteContact(9100)
		h.account.DeleteCustomer(9001)
		for n := range 3 {
			h.sync()
			h.account.UpdateContact(9101, func(c *syncrotest.Contact) { c.Phone = fmt.Sprintf("555 010%d", n) })
		}
		names := [][]byte{[]byte("Quentin"), []byte("the elder"), []byte("Beeblebrox"), []byte("q.vale@")}
		found := func() (n int) {
			for _, cell := range cells(t, d, h.pool) {
				for _, name := range names {
					if bytes.Contains(cell, name) {
						n++
					}
				}
			}
			return n
		}
		require.Greater(t, found(), 10)
		for _, id := range []store.RecordID{
			{Integration: syncroOne, Kind: syncro.KindContact, Key: "9100"}, {Integration: syncroOne, Kind: syncro.KindCustomer, Key: "9001"},
		} {
			report, err := h.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: id})
			require.NoError(t, err)
			for _, left := range report.Left { // the platform's: a person renames the company
				require.Equal(t, "name", left)
			}
			if report.Company != "" {
				require.NoError(t, h.db.Platform().EditCompany(t.Context(), report.Company, func(c *store.Company) { c.Name = "A customer of before" }))
			}
		}
		for _, cell := range cells(t, d, h.pool) {
			for _, name := range names {
				require.False(t, bytes.Contains(cell, name), "it stands in %.300q", cell)
			}
		}
		h.sync()
		require.Zero(t, found(), "and doesn't come back")
	})
}
