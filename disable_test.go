package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestADisabledIntegrationRunsNothingAndKeepsEverything(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(3)...)
	w.run()
	w.fake.put(kindDevice, devices(4)...)
	open, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	seen, err := w.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	disabled, err := w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: seen.Revision, Disabled: true})
	require.NoError(t, err)
	require.True(t, disabled.Disabled)

	before := written(w.db)
	_, err = w.trySync()
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	_, err = w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	_, err = w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: open.ID})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	require.Equal(t, before, written(w.db))
	require.Equal(t, store.CardActive, w.card("d100").State)

	_, err = w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: seen.Revision})
	require.ErrorIs(t, err, dovetail.ErrChanged, "on what the person didn't see")
	_, err = w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: disabled.Revision})
	require.NoError(t, err)
	w.run()
	require.Len(t, w.assets(), 4)
	w.quiet()
}

func TestACompanyThatIsThereAgainHasTheSameMatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.AddAsset(syncrotest.Asset{ID: 11, CustomerID: 1, Name: "PC-1", Type: "Desktop", Serial: "SN-0001"})
	w.sync()
	company := w.create(1)[0]
	w.sync()
	customer := syncrotest.Customer{ID: 1, BusinessName: "Acme Ltd", Phone: "555 0100"}
	w.account.DeleteAsset(11)
	w.account.DeleteCustomer(1)
	w.sync()
	require.Equal(t, store.Gone, w.match(1).Presence)
	require.Equal(t, company, w.match(1).Company)
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 11).State)
	w.quiet()

	w.account.AddCustomer(customer)
	w.account.AddAsset(syncrotest.Asset{ID: 11, CustomerID: 1, Name: "PC-1", Type: "Desktop", Serial: "SN-0001"})
	w.sync()
	require.Equal(t, store.Present, w.match(1).Presence)
	require.Equal(t, store.MatchMatched, w.match(1).State)
	require.Equal(t, company, w.match(1).Company)
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 11).State)
	require.Len(t, w.assets(company), 1)
	w.quiet()
}
