package dovetail_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// What a record was called stands in many places that are about others: in what
// was decided about them, in each plan and run of the past, in the journal. None
// of it is left, whatever came after.
func TestANameThatWasErasedStandsNowhere(t *testing.T) {
	t.Parallel()
	h := &hooked{}
	w := newFakeWorld(t, &fakeConnector{}, hook(h))
	w.fake.get = w.fake.found
	settings := w.settings()
	settings.AutoUpdateNames = true
	w.save(settings)
	beside := ""
	double := func(key, name, seenOn string) {
		beside = name
		w.fake.put(kindDevice,
			seen("2026-01-10", device("1", "BEEBLE", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01")),
			seen(seenOn, device(key, name, "serial", "SN-0001", "mac", "00:1a:2b:00:00:01")), device("3", "FORD"))
	}
	h.create = func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		if a.Name == "FORD" {
			return store.Asset{}, fmt.Errorf("%w: no place beside %q", store.ErrRefused, beside)
		}
		return do()
	}
	double("2", "ARTHUR, the first", "2026-02-10")
	w.run()
	double("2", "ZAPHOD", "2026-02-11")
	report := w.run()
	require.Contains(t, report.Run.Problems[0], "ZAPHOD")
	require.Contains(t, dovetail.Sentence(w.row("1").Disposition), "ZAPHOD (2)")
	beeble := device("1", "BEEBLE", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01")
	for n := range 3 {
		w.fake.put(kindDevice, seen("2026-03-10", beeble), device("4", fmt.Sprintf("TRILLIAN %d", n)))
		w.run() // the first time the one that is left takes the lead
	}
	before := dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice)
	require.Contains(t, before, "ARTHUR, the first")

	erased, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: deviceID("2")})
	require.NoError(t, err)
	require.Equal(t, dovetail.EraseReport{Asset: w.card("1").Asset}, erased)
	require.Equal(t, w.card("1").Asset, w.assets()["BEEBLE"].ID, "it has the name of whom it is about now")
	after := dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice)
	for line := range strings.Lines(after) {
		require.NotContains(t, line, "ZAPHOD")
		require.NotContains(t, line, "ARTHUR")
	}
	for _, name := range []string{"BEEBLE", "FORD", "TRILLIAN 1", "no place beside"} {
		require.Contains(t, after, name, "it is about others")
	}
	w.addUp()
	w.run() // the one that is left feeds the asset now
	w.quiet()
	w.fake.put(kindDevice, device("1", "BEEBLE-2", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01"))
	w.run()
	require.Equal(t, w.card("1").Asset, w.assets()["BEEBLE-2"].ID, "and follows it")
	require.NotContains(t, dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice), "ZAPHOD")
}

// Devices were replaced, and the new ones have taken over their assets: what the old
// ones were called stands in what is kept of the new ones.
func TestANameThatWasErasedIsSaidOfNoSuccessor(t *testing.T) {
	t.Parallel()
	for _, follows := range []bool{false, true} {
		w := newFakeWorld(t, &fakeConnector{})
		settings := w.settings()
		settings.AutoUpdateNames = follows
		w.save(settings)
		w.fake.put(kindDevice, device("0", "ZAPHOD", "serial", "SN-0000"), device("1", "EDDIE", "serial", "SN-0001"), device("2", "ARTHUR", "serial", "SN-0002"))
		w.sync()
		w.fake.get = w.fake.found
		w.fake.put(kindDevice, device("10", "FORD", "serial", "SN-0000"), device("11", "MARVIN", "serial", "SN-0001"), device("12", "TRILLIAN", "serial", "SN-0002"))
		w.sync()
		w.put(func(l store.Writer) error {
			return l.AddOverwritten(store.Overwritten{Asset: w.card("10").Asset, Company: w.company, Value: connector.Text("ZAPHOD"), ID: deviceID("10")})
		})
		require.NoError(t, w.db.Platform().DeleteAsset(w.card("11").Asset))
		require.NoError(t, w.db.Platform().EditAsset(w.card("12").Asset, func(a *store.Asset) { a.Name = "Desk" }))
		w.run()
		before := dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice)
		require.Equal(t, follows, strings.Contains(before, `"Was":"ZAPHOD"`))
		require.Equal(t, !follows, strings.Contains(before, `"Name":"EDDIE","At"`), "of the asset that was deleted")

		for _, key := range []connector.Key{"0", "1", "2"} {
			_, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: deviceID(key)})
			require.NoError(t, err)
		}
		for line := range strings.Lines(dumpOf(t, w.db.Ledger(), fakeOne, kindOrg, kindDevice)) {
			for _, name := range []string{"ZAPHOD", "EDDIE", "ARTHUR"} {
				require.NotContains(t, line, name)
			}
		}
		require.Empty(t, w.overwritten())
		require.Equal(t, w.card("10").Asset, w.assets()["FORD"].ID)
		require.Equal(t, w.card("12").Asset, w.assets()["Desk"].ID, "as a person called it")
		w.quiet()
	}
}

// Two devices are called the same. What is kept of the other one is its own.
func TestAnErasureLeavesANamesake(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	w.fake.put(kindDevice, device("1", "MARVIN", "serial", "SN-0001"), device("2", "MARVIN", "serial", "SN-0002"))
	w.sync()
	w.fake.put(kindDevice, device("1", "MARVIN", "serial", "SN-0001"))
	w.sync()
	_, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: deviceID("2")})
	require.NoError(t, err)
	w.view(func(r store.Reader) error {
		named := 0
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(t, err)
			for _, set := range e.Set {
				if set.Field == store.NameField {
					require.Equal(t, "MARVIN", set.To.String())
					require.Equal(t, deviceID("1"), e.Record)
					named++
				}
			}
		}
		require.Equal(t, 1, named)
		return nil
	})
	w.quiet()
}

// A customer who is a person vanished, and plans of then and since have said so.
func TestTheNameOfACustomerLeavesEveryPlan(t *testing.T) {
	t.Parallel()
	const name = "Quentin Vale, the elder"
	w := newWorld(t)
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: name, Phone: "555 0199", Email: "quentin@erase.example"})
	w.sync()
	w.create(1, 3)
	w.account.AddContact(syncrotest.Contact{ID: 100, CustomerID: 3, Name: "Stays Here", Email: "stays@here.example"})
	w.sync()
	w.account.DeleteContact(100)
	w.account.DeleteCustomer(3)
	for n := range 4 {
		w.account.AddContact(syncrotest.Contact{ID: 200 + int64(n), CustomerID: 1, Name: fmt.Sprintf("Somebody %d", n)})
		w.sync()
	}
	noted := 0
	for plan, err := range w.engine.Plans(t.Context(), syncroOne, "") {
		require.NoError(t, err)
		for _, note := range plan.Notes {
			if note.Args["company"] == name {
				noted++
			}
		}
	}
	require.NotZero(t, noted)
	erase := func(id store.RecordID) {
		_, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: id})
		require.NoError(t, err)
	}
	erase(store.RecordID{Integration: syncroOne, Kind: syncro.KindContact, Key: "100"})
	erase(store.RecordID{Integration: syncroOne, Kind: syncro.KindCustomer, Key: "3"})
	kept := dump(t, w.db.Ledger(), syncro.KindCustomer, syncro.KindContact, syncro.KindAsset)
	for line := range strings.Lines(kept) {
		require.NotContains(t, line, "Quentin")
		require.NotContains(t, line, "the elder")
	}
	require.Contains(t, kept, "Somebody 2")
	w.quiet()
}
