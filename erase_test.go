package dovetail_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// A person asks to be erased: what is kept about him, and what was written about
// him, is gone; what people wrote is named.
func TestAPersonIsErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	mail, notes := w.people.Fields[0].ID, w.people.Fields[2].ID
	documented := w.byHand(acme, w.people, "Zoe Xu", store.Values{notes: connector.Text("likes tea")})
	for id, name := range map[int64]string{100: "Quentin Vale", 101: "Zoe Xu", 102: "Stays Here"} {
		w.account.AddContact(syncrotest.Contact{ID: id, CustomerID: 1, Name: name, Email: "person" + string(key(id)) + "@erase.example", Phone: "555 01" + string(key(id))})
	}
	w.sync()
	require.Equal(t, documented.ID, w.card(syncro.KindContact, 101).Asset)
	made := w.card(syncro.KindContact, 100).Asset
	require.NoError(t, w.db.Platform().EditAsset(made, func(a *store.Asset) { a.Values[mail] = connector.Text("quentin.private@erase.example") }))
	w.sync() // the person's value goes to the overwritten list
	quentin := store.RecordID{Integration: syncroOne, Kind: syncro.KindContact, Key: "100"}
	zoe := store.RecordID{Integration: syncroOne, Kind: syncro.KindContact, Key: "101"}
	_, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: quentin})
	require.ErrorIs(t, err, store.ErrRefused, "it would come back")

	w.account.DeleteContact(100)
	w.account.DeleteContact(101)
	w.sync()
	report, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: quentin})
	require.NoError(t, err)
	require.Equal(t, dovetail.EraseReport{Asset: made, Archived: true}, report)
	asset, err := w.docs.Asset(t.Context(), made)
	require.NoError(t, err)
	require.Equal(t, "(erased)", asset.Name)
	require.Empty(t, asset.Values)
	require.True(t, asset.Archived)

	report, err = w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: zoe})
	require.NoError(t, err)
	require.Equal(t, dovetail.EraseReport{Asset: documented.ID, Left: []string{string(store.NameField), "Notes"}}, report)
	asset, err = w.docs.Asset(t.Context(), documented.ID)
	require.NoError(t, err)
	require.Equal(t, store.Values{notes: connector.Text("likes tea")}, asset.Values)
	require.False(t, asset.Archived, "people made it")

	kept := dump(t, w.db.Ledger(), syncro.KindContact)
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		for o, err := range r.Overwritten(store.OverwrittenQuery{}) {
			require.NoError(t, err)
			kept += o.Value.String()
		}
		return nil
	}))
	require.Contains(t, kept, "Stays Here")
	for _, trace := range []string{"Quentin", "quentin.private", "person100@", "555 01100", "Zoe", "person101@"} {
		require.NotContains(t, kept, trace)
	}
	require.Contains(t, kept, `"erase a record"`, "that it was done, and by whom, is kept")
	w.quiet()

	again, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: quentin})
	require.NoError(t, err, "it can be repeated")
	require.Empty(t, again)
}

// An asset that several records are on loses nothing of the others.
func TestAnErasureLeavesWhatAnotherRecordFeeds(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	w.fake.put(kindDevice, seen("2026-01-01", device("1", "PC", "serial", "SN-0001", "model", "M1")), seen("2026-02-01", device("2", "PC", "serial", "SN-0001", "model", "M2")))
	w.sync()
	require.Equal(t, dovetail.ReasonDouble, w.reason("1"))
	w.fake.put(kindDevice, seen("2026-01-01", device("1", "PC", "serial", "SN-0001", "model", "M1")))
	w.sync()
	report, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: deviceID("2")})
	require.NoError(t, err)
	require.False(t, report.Archived)
	w.sync()
	require.Equal(t, "M1", w.value("PC", 1))
	w.quiet()
}

// A customer may be a person. Its records are erased before.
func TestACustomerWhoIsAPersonIsErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.AddCustomer(syncrotest.Customer{ID: 3, FirstName: "Quentin", LastName: "Vale", Phone: "555 0199", Email: "quentin@erase.example"})
	w.account.AddCustomer(syncrotest.Customer{ID: 4, BusinessName: "Persons at home", Phone: "555 0144"})
	w.sync()
	home := w.create(3)[0]
	w.decide(4, dovetail.VerdictMatch, home)
	w.account.AddAsset(syncrotest.Asset{ID: 500, CustomerID: 3, Name: "QUENTIN-PC", Serial: "SN-QV-1"})
	w.sync()
	require.True(t, w.match(3).Primary)
	quentin := dovetail.EraseRequest{By: ada, Record: store.RecordID{Integration: syncroOne, Kind: syncro.KindCustomer, Key: "3"}}
	_, err := w.engine.Erase(t.Context(), quentin)
	require.ErrorIs(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "still upstream")

	w.account.DeleteAsset(500)
	w.account.DeleteCustomer(3)
	w.sync()
	_, err = w.engine.Erase(t.Context(), quentin)
	require.ErrorIs(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "1 of its records have cards here")
	card := w.card(syncro.KindAsset, 500)
	moveTo := func(company store.CompanyID) {
		require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, l store.Writer) error {
			card.Company = company
			return l.PutCard(card)
		}))
	}
	moveTo("company-77") // where a person has moved the asset
	_, err = w.engine.Erase(t.Context(), quentin)
	require.ErrorContains(t, err, "1 of its records have cards here", "wherever they are")
	moveTo(home)
	_, err = w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "500"}})
	require.NoError(t, err)
	report, err := w.engine.Erase(t.Context(), quentin)
	require.NoError(t, err)
	require.Equal(t, dovetail.EraseReport{Company: home, Left: []string{"name", "phone"}}, report)
	require.True(t, w.match(4).Primary, "somebody else writes the details now")
	kept := dump(t, w.db.Ledger(), syncro.KindCustomer, syncro.KindContact, syncro.KindAsset)
	for _, trace := range []string{"Quentin", "Vale", "555 0199", "quentin@", "QUENTIN-PC", "SN-QV-1"} {
		require.NotContains(t, kept, trace)
	}
	_, err = w.engine.Erase(t.Context(), quentin)
	require.NoError(t, err, "it can be repeated")
	w.sync()
	w.quiet()
	for row, err := range w.engine.MatchedCompanies(t.Context(), syncroOne) {
		require.NoError(t, err)
		require.NotEqual(t, key(3), row.ID.Key)
	}
}

// The decision about the other one named it, and no plan has been made since.
func TestANameThatWasErasedIsSaidOfNoOther(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	first := seen("2026-01-10", device("1", "ZAPHOD", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01"))
	w.fake.put(kindDevice, first, seen("2026-02-10", device("2", "BEEBLE", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01")))
	w.sync()
	require.Contains(t, dovetail.Sentence(w.row("1").Disposition), "BEEBLE")
	w.fake.put(kindDevice, first)
	_, err := w.engine.Read(t.Context(), dovetail.ReadRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	_, err = w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: deviceID("2")})
	require.NoError(t, err)
	require.NotContains(t, dovetail.Sentence(w.row("1").Disposition), "BEEBLE")
	w.addUp()
	w.sync()
	w.quiet()
}

// Somebody makes a company for an upstream one, while somebody else erases that:
// the erasure names the company that was made.
func TestAnErasureWaitsForADecisionUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hooked{}
		fake := &fakeConnector{get: func(connector.Kind, connector.Key) (connector.Record, error) {
			return connector.Record{}, &connector.Error{Code: connector.CodeNotFound, Source: "fake", Op: "get"}
		}}
		w := newFakeWorld(t, fake, hook(h))
		fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Jane Doe"})
		w.run()
		fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"})
		w.run()
		h.company = func(do func() (store.Company, error)) (store.Company, error) {
			company, err := do()
			time.Sleep(time.Minute)
			return company, err
		}
		var decided []dovetail.Decided
		var all sync.WaitGroup
		all.Go(func() {
			var err error
			decided, err = w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
				{Key: "o2", Verdict: dovetail.VerdictCreate},
			}})
			require.NoError(t, err)
		})
		synctest.Wait()
		jane := store.RecordID{Integration: fakeOne, Kind: kindOrg, Key: "o2"}
		report, err := w.engine.Erase(t.Context(), dovetail.EraseRequest{By: ada, Record: jane})
		all.Wait()
		require.NoError(t, err)
		require.NoError(t, decided[0].Err)
		require.Equal(t, decided[0].Match.Company, report.Company)
		require.Equal(t, []string{"name"}, report.Left)
		require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
			_, err := r.Match(jane)
			require.ErrorIs(t, err, store.ErrNotFound)
			return nil
		}))
	})
}
