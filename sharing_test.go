package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAPersonMakesAnotherOneThePrimaryCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.UpdateCustomer(2, func(c *syncrotest.Customer) { c.Phone = "555 0200" })
	w.sync()
	acme := w.create(1)[0]
	w.decide(2, dovetail.VerdictMatch, acme)
	w.sync()
	set := func(customer, revision int64) error {
		return w.engine.SetPrimary(t.Context(), dovetail.PrimaryRequest{By: ada, Integration: syncroOne, Key: key(customer), Revision: revision})
	}
	require.ErrorIs(t, set(2, 9), dovetail.ErrChanged)
	before := w.plan()
	require.NoError(t, set(2, w.match(2).Revision))
	require.True(t, w.match(2).Primary)
	require.False(t, w.match(1).Primary, "exactly one")
	require.Equal(t, ada, w.match(2).By)
	require.Equal(t, []string{"match", "primary"}, w.events(2))
	_, err := w.apply(before)
	require.ErrorIs(t, err, dovetail.ErrStalePlan)
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"details customer 2": dovetail.ReasonDetailsChanged}, w.changes(report.Plan.ID))
	require.Equal(t, "Birch Inc", w.company(acme).Name, "what the other one wrote follows it")
	require.Equal(t, "555 0200", w.company(acme).Details.Phone)
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Phone = "555 0199" })
	w.sync()
	require.Equal(t, "555 0200", w.company(acme).Details.Phone)
	w.quiet()
	require.NoError(t, set(2, w.match(2).Revision), "the same again")
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "Cedar"})
	w.sync()
	require.ErrorIs(t, set(3, w.match(3).Revision), store.ErrRefused, "it is matched to nothing")
	w.quiet()
}

func TestThePrimaryOneThatLeavesHandsOverToOneThatIsStillUpstream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "Cedar"})
	w.sync()
	acme := w.create(1)[0]
	w.decide(2, dovetail.VerdictMatch, acme)
	w.decide(3, dovetail.VerdictMatch, acme)
	w.sync()
	w.account.DeleteCustomer(2)
	w.sync()
	w.decide(1, dovetail.VerdictUnmatch, "")
	require.True(t, w.match(3).Primary)
	require.False(t, w.match(2).Primary)
	w.sync()
	require.Equal(t, "Cedar", w.company(acme).Name)
}

// sited is a world whose devices have a field for the site, and whose customers
// 1 and 2 share one company.
func sited(t *testing.T) (w *world, shared store.CompanyID, site func(name string) string) {
	w = newWorld(t)
	layout := w.layout("Sited", store.Field{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial},
		store.Field{Name: "Site", Type: store.FieldText, Means: connector.MeansSite})
	s := w.settings()
	s.DefaultLayouts[syncro.KindAsset] = layout.ID
	w.save(s)
	fill(w)
	w.sync()
	shared = w.create(1)[0]
	w.sync()
	return w, shared, func(name string) string { return w.assets(shared)[name].Values[layout.Fields[1].ID].String() }
}

func TestWhereSeveralShareACompanyAssetsShowTheirsAsSite(t *testing.T) {
	t.Parallel()
	w, shared, site := sited(t)
	require.Empty(t, site("PC-0"), "one alone is no site")
	w.quiet()
	w.decide(2, dovetail.VerdictMatch, shared)
	w.sync()
	require.Equal(t, "Acme Ltd", site("PC-0"))
	require.Equal(t, "Birch Inc", site("PC-1"))
	w.quiet()

	pc := w.assets(shared)["PC-2"]
	var field store.FieldID
	for id, v := range pc.Values {
		if v.String() == "Acme Ltd" {
			field = id
		}
	}
	w.account.UpdateCustomer(2, func(c *syncrotest.Customer) { c.BusinessName = "Birch Holdings" })
	w.account.MoveAsset(200, 2)
	w.sync()
	require.Equal(t, "Birch Holdings", site("PC-0"), "it moved, in the same company")
	require.Equal(t, "Birch Holdings", site("PC-1"), "renamed")
	w.quiet()

	w.writeOn(pc.ID, func(a *store.Asset) { delete(a.Values, field) })
	w.unmatch(2, store.LeaveDetach)
	w.sync()
	require.Equal(t, "Birch Holdings", site("PC-1"), "it stays")
	require.Empty(t, site("PC-2"), "and one alone writes none")
	w.quiet()
}

func TestACompanyThatIsGoneUpstreamSharesNothingAnyMore(t *testing.T) {
	t.Parallel()
	w, shared, site := sited(t)
	w.decide(2, dovetail.VerdictMatch, shared)
	w.sync()
	w.account.DeleteCustomer(2)
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "LATE"})
	w.sync()
	require.Equal(t, "Acme Ltd", site("PC-0"), "what is there stays")
	require.Empty(t, site("LATE"))
	w.quiet()
}

func TestASiteThatTheSettingsConnectIsTheirs(t *testing.T) {
	t.Parallel()
	w, shared, site := sited(t)
	s := w.settings()
	layouts := w.layouts()
	sited := layouts["Sited"]
	s.DefaultLayouts[syncro.KindAsset] = sited.ID
	s.Connected = append(s.Connected, store.ConnectedField{Kind: syncro.KindAsset, Layout: sited.ID, Field: sited.Fields[1].ID, Sources: []string{"manufacturer"}})
	w.save(s)
	w.decide(2, dovetail.VerdictMatch, shared)
	w.sync()
	require.Equal(t, "Dell", site("PC-0"))
	w.quiet()
}

// layouts returns the layouts by name.
func (w *world) layouts() map[string]store.Layout {
	w.t.Helper()
	layouts := make(map[string]store.Layout)
	for l, err := range w.docs.Layouts(w.t.Context()) {
		require.NoError(w.t, err)
		layouts[l.Name] = l
	}
	return layouts
}

func TestTwoCardsOnOneAssetDoNotArgueAboutItsSite(t *testing.T) {
	t.Parallel()
	w, shared, site := sited(t)
	w.decide(2, dovetail.VerdictMatch, shared)
	w.sync()
	// A person puts the record of the other company on the same asset.
	card, other := w.card(syncro.KindAsset, 200), w.card(syncro.KindAsset, 201)
	other.Asset, other.Pinned, other.Origin, other.Wrote, other.Hash = card.Asset, true, store.OriginLinked, nil, ""
	w.put(other)
	w.sync()
	require.Equal(t, "Birch Inc", site("PC-0"), "the one that leads says it")
	w.quiet()
}
