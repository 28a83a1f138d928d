package dovetail_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func TestAReconciliationAddsUpWhateverBecameOfTheRecords(t *testing.T) {
	t.Parallel()
	refuse, lost := false, false
	h := &hooked{capabilities: &store.Capabilities{Versions: true}}
	h.create = func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		made, err := do()
		switch {
		case refuse && a.Name == "REFUSED":
			return store.Asset{}, store.ErrRefused
		case lost && a.Name == "LOST":
			return store.Asset{}, errLost
		}
		return made, err
	}
	w := newFakeWorld(t, &fakeConnector{}, hook(h))
	retired, err := w.db.Documents().CreateLayout(t.Context(), store.NewLayout{Name: "Retired"}, store.Intent{})
	require.NoError(t, err)
	typed := func(key, name, kind string, fields ...string) connector.Record {
		r := device(key, name, fields...)
		r.Type = kind
		return r
	}
	all := []connector.Record{
		device("d1", "HERE"), device("d2", "ARCHIVED"), device("d3", "DELETED"), device("d4", "SUSPECT"), device("d5", "UNREADABLE"),
		typed("d6", "SKIPPED", "phone"), typed("d7", "RULED", "toaster"),
	}
	w.fake.put(kindDevice, all...)
	w.run()
	platform := w.db.Platform()
	require.NoError(t, platform.EditAsset(w.assets()["ARCHIVED"].ID, func(a *store.Asset) { a.Archived = true }))
	require.NoError(t, platform.DeleteAsset(w.assets()["DELETED"].ID))
	byHand := func(layout store.LayoutID, name, serial string) {
		_, err := w.db.Documents().CreateAsset(t.Context(), store.NewAsset{
			Company: w.company, Layout: layout, Name: name, Values: store.Values{w.layout.Fields[0].ID: connector.Text(serial)},
		}, store.Intent{})
		require.NoError(t, err)
	}
	byHand(w.layout.ID, "Twin 1", "SN-TWIN")
	byHand(w.layout.ID, "Twin 2", "SN-TWIN")
	s := w.settings()
	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "phone"}}
	s.Rules = []sortrules.Rule{
		{ID: "toasters", Kind: kindDevice, Skip: true, When: sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("toaster")}},
		{ID: "retired", Kind: kindDevice, Layout: retired.ID, When: sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("retired")}},
	}
	w.save(s)
	require.NoError(t, platform.EditLayout(retired.ID, func(l *store.Layout) { l.Inactive = true }))
	refuse, lost = true, true
	w.fake.rejected = map[connector.Kind][]connector.Rejected{kindDevice: {{Key: "d5", Err: errLost}}}
	w.fake.put(kindDevice, append(without(all, "d4", "d5"),
		device("d8", "REFUSED"), device("d9", "LOST"), device("d10", "UNCLEAR", "serial", "SN-TWIN"), typed("d11", "HELD", "retired"))...)
	report := w.run()
	require.Equal(t, store.RunPartial, report.Run.State)

	var rows []dovetail.Reconciliation
	for one, err := range w.engine.Reconcile(t.Context(), fakeOne) {
		require.NoError(t, err)
		rows = append(rows, one)
	}
	require.Empty(t, cmp.Diff([]dovetail.Reconciliation{{
		Key: "o1", Name: "Acme Ltd", Company: w.company, Upstream: 11,
		Standings: map[dovetail.Standing]int{
			dovetail.StandingHere: 1, dovetail.StandingArchived: 1, dovetail.StandingDeleted: 1, dovetail.StandingSuspect: 1,
			dovetail.StandingFailed: 3, dovetail.StandingSkipped: 2, dovetail.StandingUnclear: 1, dovetail.StandingHeld: 1,
		},
	}}, rows))
	require.True(t, rows[0].AddsUp())
	require.Equal(t, "upstream 11 = 1 here + 2 skipped + 1 archived here + 1 deleted here + 1 unclear + 1 held + 1 suspect + 3 failed", rows[0].String())
	for key, want := range map[connector.Key]dovetail.ReasonCode{
		"d1": dovetail.ReasonHere, "d2": dovetail.ReasonArchivedHere, "d3": dovetail.ReasonDeletedHere, "d4": dovetail.ReasonSuspect,
		"d5": dovetail.ReasonUnreadable, "d6": dovetail.ReasonSkippedType, "d7": dovetail.ReasonSkippedRule, "d8": dovetail.ReasonFailed,
		"d9": dovetail.ReasonUncertain, "d10": dovetail.ReasonAmbiguous, "d11": dovetail.ReasonLayoutInactive,
	} {
		require.Equal(t, want, w.reason(key), key)
		require.NotContains(t, dovetail.Sentence(w.row(key).Disposition), "{", key)
	}

	var sum dovetail.Reconciliation
	sum.Add(rows[0])
	sum.Add(rows[0])
	require.Equal(t, 22, sum.Upstream)
	require.True(t, sum.AddsUp())
}

func TestAReconciliationThatDoesNotAddUpSaysSo(t *testing.T) {
	t.Parallel()
	require.True(t, dovetail.Reconciliation{}.AddsUp())
	require.Equal(t, "upstream 0 = 0", dovetail.Reconciliation{}.String())
	require.False(t, dovetail.Reconciliation{Upstream: 1}.AddsUp())
	require.False(t, dovetail.Reconciliation{Upstream: 1, Standings: map[dovetail.Standing]int{dovetail.StandingError: 1}}.AddsUp())
}

func TestARecordThatIsSaidToBeHereHasAnActiveCard(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(2)...)
	w.run()
	w.addUp()
	frozen := w.card("d100")
	frozen.State = store.CardFrozen
	tamper := map[string]func(l store.Writer) error{
		"a card that isn't synced": func(l store.Writer) error { return l.PutCard(frozen) },
		"no card":                  func(l store.Writer) error { return l.DeleteCard(frozen.ID) },
	}
	for name, do := range tamper {
		require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, l store.Writer) error { return do(l) }))
		for one, err := range w.engine.Reconcile(t.Context(), fakeOne) {
			require.NoError(t, err)
			require.False(t, one.AddsUp(), name)
			require.Equal(t, "upstream 2 = 1 here + 1 unaccounted", one.String(), name)
		}
	}
}

func TestARecordThatNoPlanHasJudgedIsNotPlannedYet(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(3)...)
	w.read()
	for one, err := range w.engine.Reconcile(t.Context(), fakeOne) {
		require.NoError(t, err)
		require.Equal(t, map[dovetail.Standing]int{dovetail.StandingNone: 3}, one.Standings)
		require.True(t, one.AddsUp())
	}
	for _, err := range w.engine.Reconcile(t.Context(), "fake-77") {
		require.ErrorIs(t, err, store.ErrNotFound)
	}
}
