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

// wronglyMatched is a world whose customer 1 is matched to a company that isn't
// his, in which a device of every sort was imported, and the company that is.
type wronglyMatched struct {
	*world
	wrong, right store.CompanyID
	// before is what was in the wrong company.
	before map[string]store.Asset
}

func newWronglyMatched(t *testing.T, change ...func(*dovetail.Config)) *wronglyMatched {
	w := newWorld(t, change...)
	serial, notes := w.devices.Fields[0].ID, w.devices.Fields[2].ID
	for id, name := range map[int64]string{20: "UNTOUCHED", 21: "TOUCHED", 22: "STACKED", 23: "CLAIMED", 24: "CHANGED"} {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: name, Serial: "SERIAL-" + name, Properties: map[string]any{"Make": "Dell"}})
	}
	w.sync()
	m := &wronglyMatched{world: w, wrong: w.companyHere("Another Acme", store.Details{}), right: w.companyHere("Acme, rightly", store.Details{})}
	w.byHand(m.wrong, w.devices, "Documented", store.Values{serial: connector.Text("SERIAL-CLAIMED"), notes: connector.Text("by hand")})
	w.byHand(m.wrong, w.devices, "Documented too", store.Values{serial: connector.Text("SERIAL-CHANGED")})
	w.decide(1, dovetail.VerdictMatch, m.wrong)
	w.sync()
	w.writeOn(w.assets(m.wrong)["TOUCHED"].ID, func(a *store.Asset) { a.Values[notes] = connector.Text("by hand") })
	w.writeOn(w.assets(m.wrong)["Documented too"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[1].ID] = connector.Text("Lenovo") })
	stacked := w.card(syncro.KindAsset, 22)
	stacked.ID.Integration, stacked.Wrote, stacked.Origin = "ninja-1", nil, store.OriginClaimed
	require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, l store.Writer) error { return l.PutCard(stacked) }))
	m.before = w.assets(m.wrong)
	return m
}

func TestAWrongMatchIsPutRightInOnePlan(t *testing.T) {
	t.Parallel()
	w := newWronglyMatched(t)
	serial, mk, notes := w.devices.Fields[0].ID, w.devices.Fields[1].ID, w.devices.Fields[2].ID
	known := w.byHand(w.right, w.devices, "Known here", store.Values{serial: connector.Text("SERIAL-CLAIMED")})
	w.decide(1, dovetail.VerdictMatch, w.right)
	w.account.UpdateAsset(21, func(a *syncrotest.Asset) { a.Properties["Make"] = "HP" })
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"move asset 20":      dovetail.ReasonRematched,
		"detach asset 21":    dovetail.ReasonWrongTouched,
		"create asset 21":    dovetail.ReasonRematchedNew,
		"withdraw asset 22":  dovetail.ReasonWrongWithdrawn,
		"create asset 22":    dovetail.ReasonRematchedNew,
		"withdraw asset 23":  dovetail.ReasonWrongWithdrawn,
		"attach asset 23":    dovetail.ReasonSameKey,
		"withdraw asset 24":  dovetail.ReasonWrongWithdrawn,
		"create asset 24":    dovetail.ReasonRematchedNew,
		"details customer 1": dovetail.ReasonDetailsChanged,
	}, w.changes(report.Plan.ID))

	wrong, right := w.assets(w.wrong), w.assets(w.right)
	require.NotContains(t, wrong, "UNTOUCHED")
	require.Equal(t, w.before["UNTOUCHED"].ID, right["UNTOUCHED"].ID, "it moved")
	require.Equal(t, w.before["TOUCHED"].Values, wrong["TOUCHED"].Values, "what people worked on stays, and is updated no longer")
	require.Equal(t, "HP", right["TOUCHED"].Values[mk].String())
	require.Empty(t, right["TOUCHED"].Values[notes].String(), "none of what people wrote comes along")
	require.Empty(t, wrong["STACKED"].Values, "what we wrote is taken back")
	require.Equal(t, store.Values{serial: connector.Text("SERIAL-CLAIMED"), notes: connector.Text("by hand")}, wrong["Documented"].Values, "what was there before stays")
	require.Equal(t, store.Values{serial: connector.Text("SERIAL-CHANGED"), mk: connector.Text("Lenovo")}, wrong["Documented too"].Values, "and so does what was changed since")
	require.Equal(t, known.ID, w.card(syncro.KindAsset, 23).Asset)
	require.Contains(t, w.journal(wrong["TOUCHED"].ID), "detach: its company is matched to Acme, rightly now; people worked on the asset here, so it stays as it is (look through it)")
	for id := int64(20); id < 25; id++ {
		card := w.card(syncro.KindAsset, id)
		require.Equal(t, w.right, card.Company)
		require.Equal(t, w.right, card.Home)
	}
	w.quiet()
}

func TestNothingInTheWrongCompanyIsWrittenBeforeThePlanAndNothingUpdatedAfter(t *testing.T) {
	t.Parallel()
	w := newWronglyMatched(t)
	w.decide(1, dovetail.VerdictMatch, w.right)
	w.account.UpdateAsset(20, func(a *syncrotest.Asset) { a.Name = "UNTOUCHED-NEW" })
	w.account.UpdateAsset(21, func(a *syncrotest.Asset) { a.Name = "TOUCHED-NEW" })
	w.read()
	w.plan()
	require.Equal(t, w.before, w.assets(w.wrong))
	require.NoError(t, w.db.Platform().EditCompany(w.right, func(c *store.Company) { c.Archived = true }))
	w.sync()
	require.Equal(t, w.before, w.assets(w.wrong), "the right one can't be written to, and the wrong one isn't any more")
	require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 20).State)
	require.Equal(t, dovetail.ReasonCompanyArchived, w.disposition(20))
	w.quiet()
	require.NoError(t, w.db.Platform().EditCompany(w.right, func(c *store.Company) { c.Archived = false }))
	w.sync()
	w.sync() // what moves is brought up to date by the next run
	right := w.assets(w.right)
	require.Equal(t, w.before["UNTOUCHED"].ID, right["UNTOUCHED-NEW"].ID)
	require.Contains(t, right, "TOUCHED-NEW")
	w.quiet()
}

func TestAMatchIsPutRightOnAPlatformThatCannotMove(t *testing.T) {
	t.Parallel()
	h := &hooked{}
	w := newWronglyMatched(t, hook(h))
	caps := w.db.Documents().Capabilities()
	caps.MoveCompany = false
	h.capabilities = &caps
	w.decide(1, dovetail.VerdictMatch, w.right)
	report := w.sync()
	changes := w.changes(report.Plan.ID)
	require.Equal(t, dovetail.ReasonWrongArchived, changes["archive asset 20"])
	require.Equal(t, dovetail.ReasonRematchedNew, changes["create asset 20"])
	require.True(t, w.assets(w.wrong)["UNTOUCHED"].Archived)
	require.Len(t, w.assets(w.right), 5)
	w.quiet()
}

func TestARecordWhoseCardCannotBeTakenBackGetsNoSecondAsset(t *testing.T) {
	t.Parallel()
	refusing := true
	h := &refuser{refuse: func(p store.AssetPatch) bool { return refusing && len(p.Values) > 0 }}
	w := newWronglyMatched(t, func(c *dovetail.Config) {
		h.Documents = c.Store.Documents()
		c.Store = halves{docs: h, ledger: c.Store.Ledger()}
	})
	refusing = true
	h.on = true
	w.decide(1, dovetail.VerdictMatch, w.right)
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, store.RunPartial, report.Run.State)
	require.NotContains(t, w.assets(w.right), "STACKED")
	require.Equal(t, w.wrong, w.card(syncro.KindAsset, 22).Company)
	refusing = false
	w.sync()
	require.Contains(t, w.assets(w.right), "STACKED")
	w.quiet()
}

// refuser is a platform that refuses some updates.
type refuser struct {
	store.Documents
	on     bool
	refuse func(p store.AssetPatch) bool
}

func (r *refuser) UpdateAsset(ctx context.Context, p store.AssetPatch, i store.Intent) (store.Asset, error) {
	if r.on && r.refuse(p) {
		return store.Asset{}, store.ErrRefused
	}
	return r.Documents.UpdateAsset(ctx, p, i)
}

func TestOneOfSeveralThatShareACompanyIsPutRight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.account.AddContact(syncrotest.Contact{ID: 110, CustomerID: 1, Name: "Ann Archer", Email: "ann@example.org"})
	w.account.AddContact(syncrotest.Contact{ID: 111, CustomerID: 2, Name: "Ann Archer", Email: "ann@example.org"})
	w.sync()
	shared := w.create(1)[0]
	w.sync()
	w.decide(2, dovetail.VerdictMatch, shared)
	w.sync()
	right := w.companyHere("Birch, rightly", store.Details{})
	w.decide(2, dovetail.VerdictMatch, right)
	w.sync()
	require.Len(t, w.assets(right), 7)
	kept := w.assets(shared)
	require.Len(t, kept, 7)
	require.Contains(t, kept, "PC-0")
	require.NotContains(t, kept, "PC-1")
	require.Equal(t, shared, w.card(syncro.KindContact, 110).Company)
	require.Equal(t, right, w.card(syncro.KindContact, 111).Company)
	require.Equal(t, "ann@example.org", kept["Ann Archer"].Values[w.people.Fields[0].ID].String(), "the other's value stays")
	require.True(t, w.match(2).Primary)
	require.True(t, w.match(1).Primary)
	w.quiet()
}
