package dovetail_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// benchHost is an engine over a generated account that was synced once.
func benchHost(b *testing.B, customers, contacts, assets int) (engine *dovetail.Engine, records int) {
	b.Helper()
	ctx := b.Context()
	account, err := syncrotest.New(syncrotest.Options{Customers: customers, Contacts: contacts, Assets: assets})
	require.NoError(b, err)
	db := memory.New()
	layout, err := db.Documents().CreateLayout(ctx, store.NewLayout{Name: "Things"}, store.Intent{ID: "layout"})
	require.NoError(b, err)
	engine, err = dovetail.New(dovetail.Config{
		Store: db, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
		Pace: func(context.Context, string) error { return nil },
	})
	require.NoError(b, err)
	ada := store.Person("1", "Ada")
	_, err = engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: "syncro", Connector: "syncro", Settings: dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"domain": "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(account.Token())},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: layout.ID, syncro.KindAsset: layout.ID},
	}})
	require.NoError(b, err)
	_, err = engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: "syncro"})
	require.NoError(b, err)
	_, err = engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: "syncro"})
	require.NoError(b, err)
	proposals, err := engine.Propose(ctx, "syncro", dovetail.BulkCreate)
	require.NoError(b, err)
	var decisions []dovetail.Decision
	for _, p := range proposals {
		decisions = append(decisions, p.Decision)
	}
	_, err = engine.Decide(ctx, dovetail.DecideRequest{By: ada, Integration: "syncro", Decisions: decisions})
	require.NoError(b, err)
	report, err := engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: "syncro"})
	require.NoError(b, err)
	return engine, report.Apply.Done()
}

// BenchmarkPlanUnchanged plans an account in which nothing changed. The records
// counted are those that are here.
func BenchmarkPlanUnchanged(b *testing.B) {
	engine, records := benchHost(b, 200, 2000, 8000)
	b.ReportAllocs()
	for b.Loop() {
		plan, err := engine.Plan(b.Context(), dovetail.PlanRequest{By: store.Person("1", "Ada"), Integration: "syncro"})
		require.NoError(b, err)
		require.Zero(b, plan.Changes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/record")
}

// BenchmarkSyncUnchanged reads and plans an account in which nothing changed:
// mostly the decoding of pages.
func BenchmarkSyncUnchanged(b *testing.B) {
	engine, records := benchHost(b, 200, 2000, 8000)
	b.ReportAllocs()
	for b.Loop() {
		report, err := engine.Sync(b.Context(), dovetail.SyncRequest{By: store.Person("1", "Ada"), Integration: "syncro"})
		require.NoError(b, err)
		require.Zero(b, report.Plan.Changes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/record")
}
