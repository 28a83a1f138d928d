package dovetail_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// pin puts a record's card where it is for good, as a person's word does.
func (w *world) pin(kind connector.Kind, id int64) {
	w.t.Helper()
	card := w.card(kind, id)
	card.Pinned, card.Origin, card.Hash = true, store.OriginLinked, ""
	require.NoError(w.t, w.db.Ledger().Update(w.t.Context(), func(_ context.Context, l store.Writer) error { return l.PutCard(card) }))
}

func TestRecordsThatSwapCompaniesDoSoInOnePlanInWhateverOrder(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	one, other := w.assets(acme)["PC-0"], w.assets(birch)["PC-1"]
	w.writeOn(w.assets(acme)["PC-2"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("Acme's own") })
	w.writeOn(w.assets(birch)["PC-3"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("Birch's own") })
	for id, to := range map[int64]int64{200: 2, 201: 1, 202: 2, 203: 1} {
		w.account.MoveAsset(id, to)
	}
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"move asset 200": dovetail.ReasonMoved, "move asset 201": dovetail.ReasonMoved,
		"detach asset 202": dovetail.ReasonMovedAway, "create asset 202": dovetail.ReasonMovedTouched,
		"detach asset 203": dovetail.ReasonMovedAway, "create asset 203": dovetail.ReasonMovedTouched,
	}, w.changes(report.Plan.ID))
	require.Equal(t, one.ID, w.assets(birch)["PC-0"].ID)
	require.Equal(t, other.ID, w.assets(acme)["PC-1"].ID)
	for _, moved := range []struct {
		id       int64
		name     string
		from, to store.CompanyID
	}{{202, "PC-2", acme, birch}, {203, "PC-3", birch, acme}} {
		require.Contains(t, w.assets(moved.from), moved.name)
		require.Empty(t, w.assets(moved.to)[moved.name].Values[w.devices.Fields[2].ID].String())
		require.Equal(t, moved.to, w.card(syncro.KindAsset, moved.id).Company)
	}
	said := w.journal(w.assets(acme)["PC-2"].ID)
	require.Regexp(t, `^detach: moved upstream to Birch Inc on \d{4}-\d\d-\d\d: it is no longer updated here$`, said[len(said)-1])
	left := w.assets(acme)["PC-2"]
	w.account.UpdateAsset(202, func(a *syncrotest.Asset) { a.Name = "PC-2-NEW" })
	w.sync()
	require.Equal(t, left, w.assets(acme)["PC-2"], "it isn't updated any more")
	w.quiet()
}

func TestARecordMovedIntoACompanyThatIsArchivedHereIsNoLongerUpdated(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	require.NoError(t, w.db.Platform().EditCompany(birch, func(c *store.Company) { c.Archived = true }))
	w.account.MoveAsset(200, 2)
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-NEW" })
	before := w.assets(acme)
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"freeze asset 200": dovetail.ReasonCompanyArchived}, w.changes(report.Plan.ID))
	require.Equal(t, before, w.assets(acme))
	require.Equal(t, dovetail.ReasonCompanyArchived, w.disposition(200))
	w.quiet()
	require.NoError(t, w.db.Platform().EditCompany(birch, func(c *store.Company) { c.Archived = false }))
	w.sync()
	w.sync()
	require.Equal(t, before["PC-0"].ID, w.assets(birch)["PC-0-NEW"].ID)
	w.quiet()
}

func TestOnAPlatformThatCannotMoveANewAssetIsMadeAndTheOldOneLeft(t *testing.T) {
	t.Parallel()
	h := &hooked{}
	w := newWorld(t, hook(h))
	caps := w.db.Documents().Capabilities()
	caps.MoveCompany = false
	h.capabilities = &caps
	fill(w)
	w.sync()
	companies := w.create(1, 2)
	w.sync()
	before := w.assets(companies[0])
	w.account.MoveAsset(200, 2)
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"detach asset 200": dovetail.ReasonMovedAway, "create asset 200": dovetail.ReasonMovedUnable,
	}, w.changes(report.Plan.ID))
	require.Equal(t, before, w.assets(companies[0]))
	require.Contains(t, w.assets(companies[1]), "PC-0")
	w.quiet()
}

func TestARecordThatAPersonPutOnItsAssetStaysThereWhenUpstreamMovesIt(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	w.pin(syncro.KindAsset, 200)
	w.sync()
	w.account.MoveAsset(200, 2)
	w.sync()
	require.Equal(t, dovetail.ReasonMovedPinned, w.disposition(200))
	w.quiet()
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Properties = map[string]any{"Make": "HP"} })
	w.sync()
	require.Equal(t, "HP", w.assets(acme)["PC-0"].Values[w.devices.Fields[1].ID].String(), "and is kept up to date there")
	require.NotContains(t, w.assets(birch), "PC-0")
	require.Equal(t, acme, w.card(syncro.KindAsset, 200).Company)
	w.quiet()

	right := w.companyHere("Birch, rightly", store.Details{})
	w.decide(1, dovetail.VerdictMatch, right)
	w.sync()
	require.Contains(t, w.assets(acme), "PC-0", "it is Birch's upstream")
	w.quiet()
}

func TestAMatchMadeAnewIsAWordAfterTheOneThatPutARecordOnItsAsset(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	w.sync()
	w.pin(syncro.KindAsset, 200)
	w.sync()
	right := w.companyHere("Acme, rightly", store.Details{})
	w.decide(1, dovetail.VerdictMatch, right)
	report := w.sync()
	require.Equal(t, dovetail.ReasonWrongWithdrawn, w.changes(report.Plan.ID)["withdraw asset 200"])
	require.Contains(t, w.assets(right), "PC-0")
	require.Empty(t, w.assets(acme)["PC-0"].Values)
	w.quiet()
}
