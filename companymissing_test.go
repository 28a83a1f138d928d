package dovetail_test

import (
	"context"
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

// mergeHere merges a company of the platform into another one, as people do: its
// assets go over, under their ids.
func (w *world) mergeHere(from, to store.CompanyID) {
	w.t.Helper()
	for _, a := range w.assets(from) {
		w.writeOn(a.ID, func(a *store.Asset) { a.Company = to })
	}
	require.NoError(w.t, w.db.Platform().DeleteCompany(from))
}

func TestACompanyThatWasDeletedHereIsAskedForAndItsRecordsWait(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	require.NoError(t, w.db.Platform().DeleteCompany(acme))
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "LATE"})
	before := w.assets(birch)
	report := w.sync()
	require.Zero(t, report.Plan.Changes)
	require.Equal(t, []string{"the company that Acme Ltd is matched to no longer exists here: 7 records wait (match it again)"}, notes(report.Plan))
	m := w.match(1)
	require.True(t, m.Missing)
	require.Empty(t, m.Here)
	require.Equal(t, store.MatchMatched, m.State)
	require.False(t, w.match(2).Missing)
	require.Equal(t, dovetail.ReasonCompanyMissing, w.disposition(300))
	w.quiet()
	require.Equal(t, notes(report.Plan), notes(w.sync().Plan), "it is asked for as long as nobody has answered")

	again := w.companyHere("Acme again", store.Details{})
	w.decide(1, dovetail.VerdictMatch, again)
	require.False(t, w.match(1).Missing)
	w.sync()
	require.Len(t, w.assets(again), 7, "what was deleted with the old company is made in the new one")
	require.Equal(t, before, w.assets(birch))
	require.Equal(t, again, w.card(syncro.KindAsset, 200).Home)
	w.quiet()
}

func TestANewMatchAdoptsTheCardsOfACompanyThatWasMergedAway(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	w.sync()
	assets := w.assets(acme)
	survivor := w.companyHere("Acme Group", store.Details{})
	w.mergeHere(acme, survivor)
	require.NotEmpty(t, notes(w.sync().Plan), "it is asked for")
	w.decide(1, dovetail.VerdictMatch, survivor)
	report := w.sync()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 6, store.ActionDetails: 1}, report.Plan.Counts, "nothing is made")
	for name, a := range w.assets(survivor) {
		require.Equal(t, assets[name].ID, a.ID)
	}
	card := w.card(syncro.KindAsset, 200)
	require.Equal(t, survivor, card.Company)
	require.Equal(t, survivor, card.Home)
	w.quiet()
	right := w.companyHere("Yet another", store.Details{})
	w.decide(1, dovetail.VerdictMatch, right)
	w.sync()
	require.Len(t, w.assets(right), 6, "they follow the match as before")
	w.quiet()
}

func TestAHostThatKnowsTheSurvivorMovesTheMatchWithItsCards(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	assets := w.assets(acme)
	deleted := w.assets(acme)["PC-2"].ID
	require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, l store.Writer) error {
		require.NoError(t, l.PutPin(store.Pin{Asset: assets["PC-0"].ID, Company: acme, Field: w.devices.Fields[1].ID, By: ada}))
		require.NoError(t, l.AddOverwritten(store.Overwritten{Asset: assets["PC-0"].ID, Company: acme, Field: w.devices.Fields[2].ID, Value: connector.Text("a person's")}))
		return l.PutTombstone(store.Tombstone{ID: store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "999"}, Company: acme, Asset: deleted})
	}))
	merged := func(from, to store.CompanyID) error {
		_, err := w.engine.CompanyMerged(t.Context(), dovetail.CompanyMergedRequest{By: ada, From: from, To: to})
		return err
	}
	require.ErrorIs(t, merged(acme, "company-77"), store.ErrNotFound)
	require.ErrorIs(t, merged(acme, acme), store.ErrRefused)
	w.mergeHere(acme, birch)
	revision := w.match(1).Revision
	require.NoError(t, merged(acme, birch))
	m := w.match(1)
	require.Equal(t, birch, m.Company)
	require.Greater(t, m.Revision, revision)
	require.False(t, m.Primary, "the survivor has one")
	require.True(t, w.match(2).Primary)
	require.Equal(t, "company merged", w.events(1)[len(w.events(1))-1])
	require.Equal(t, birch, w.card(syncro.KindAsset, 200).Home)
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		for pin, err := range r.PinsOf(birch) {
			require.NoError(t, err)
			require.Equal(t, assets["PC-0"].ID, pin.Asset)
		}
		for _, company := range []store.CompanyID{acme, birch} {
			kept := 0
			for o, err := range r.Overwritten(store.OverwrittenQuery{Company: company}) {
				require.NoError(t, err)
				require.Equal(t, "a person's", o.Value.String())
				kept++
			}
			require.Equal(t, company == birch, kept == 1, company)
		}
		stone, err := r.Tombstone(store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "999"})
		require.Equal(t, birch, stone.Company)
		return err
	}))
	report := w.sync()
	require.Zero(t, report.Plan.Changes, w.changes(report.Plan.ID))
	require.Len(t, w.assets(birch), 12)
	w.quiet()
}

func TestAnIgnoredCompanyThatGrowsStaysIgnoredAndTheListSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	w.create(1)
	w.decide(2, dovetail.VerdictIgnore, "") // before its records were ever counted
	w.sync()
	require.Empty(t, w.match(2).Grown())
	for id := int64(300); id < 304; id++ {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 2, Name: "NEW"})
	}
	w.account.DeleteContact(101)
	w.sync()
	require.Equal(t, store.MatchIgnored, w.match(2).State)
	require.Equal(t, map[connector.Kind]int{syncro.KindAsset: 4}, w.match(2).Grown())
	w.quiet()
	w.decide(2, dovetail.VerdictIgnore, "") // a person has seen it
	require.Empty(t, w.match(2).Grown())
	w.quiet()
}

func TestTheListSaysHowLongACompanyHasBeenNewAndUnmatched(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		began := time.Now().UTC()
		w.sync()
		time.Sleep(3 * 24 * time.Hour)
		w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "Cedar"})
		w.sync()
		require.Equal(t, began, w.match(1).FirstSeen)
		require.Equal(t, began.Add(3*24*time.Hour), w.match(3).FirstSeen)
		require.True(t, w.match(3).At.IsZero(), "nobody has decided")
	})
}

func TestOfACompanyMadeInBothSystemsOnOneDayTheCreateSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "Cedar Ltd"})
	w.sync()
	cedar := w.companyHere("Cedar Limited", store.Details{})
	done, err := w.tryDecide(dovetail.Decision{Key: "3", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, done.Err, store.ErrRefused)
	require.ErrorContains(t, done.Err, `company "Cedar Limited" (`+string(cedar)+`) has that name here, made within the last day (match it instead)`)
	w.sync()
	require.Equal(t, cedar, w.match(3).Suggestions[0].Company, "and the next run suggests it")
	w.quiet()
}
