//go:build unix

package dovetail_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// benchHost is an engine over a generated account that was synced once.
type benchHost struct {
	b       *testing.B
	db      *memory.Store
	engine  *dovetail.Engine
	records int
}

func newBenchHost(b *testing.B, customers, contacts, assets int) *benchHost {
	b.Helper()
	ctx := b.Context()
	account, err := syncrotest.New(syncrotest.Options{Customers: customers, Contacts: contacts, Assets: assets})
	require.NoError(b, err)
	db := memory.New()
	layout, err := db.Documents().CreateLayout(ctx, store.NewLayout{Name: "Things"}, store.Intent{ID: "layout"})
	require.NoError(b, err)
	engine, err := dovetail.New(dovetail.Config{
		Store: db, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
		Pace: func(context.Context, string) error { return nil },
	})
	require.NoError(b, err)
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
	return &benchHost{b: b, db: db, engine: engine, records: report.Plan.Counts[store.ActionCreate]}
}

// BenchmarkPlanUnchanged plans an account in which nothing changed, and compares
// that with reading the same rows and doing nothing with them. The second
// reading is the control: how far it is from the first is noise. The records
// counted are those that are here.
func BenchmarkPlanUnchanged(b *testing.B) {
	h := newBenchHost(b, 200, 2000, 8000)
	plan := func() {
		plan, err := h.engine.Plan(b.Context(), dovetail.PlanRequest{By: ada, Integration: "syncro"})
		require.NoError(b, err)
		require.Zero(b, plan.Changes)
	}
	plan() // notes that there is nothing to do
	for _, run := range []struct {
		name string
		op   func()
	}{{"bare", h.bareRead}, {"plan", plan}, {"bare again", h.bareRead}} {
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			began := cpu()
			for b.Loop() {
				run.op()
			}
			b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(b.N)/float64(h.records), "cpu-ns/record")
		})
	}
}

// bareRead reads what a plan looks at, company by company.
func (h *benchHost) bareRead() {
	ctx := h.b.Context()
	info := syncro.New().Info()
	require.NoError(h.b, h.db.Ledger().View(ctx, func(_ context.Context, r store.Reader) error {
		read := 0
		for m, err := range r.Matches("syncro") {
			require.NoError(h.b, err)
			if m.State != store.MatchMatched {
				continue
			}
			for _, kind := range info.Kinds {
				if kind.Kind == info.Container {
					continue
				}
				for _, err := range r.Mirror(store.MirrorQuery{Integration: "syncro", Kind: kind.Kind, Container: &m.ID.Key}) {
					require.NoError(h.b, err)
					read++
				}
			}
			for _, err := range r.CardsOf(m.Company) {
				require.NoError(h.b, err)
			}
			for _, err := range h.db.Documents().Assets(ctx, m.Company) {
				require.NoError(h.b, err)
			}
		}
		require.GreaterOrEqual(h.b, read, h.records)
		return nil
	}))
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkSyncUnchanged reads and plans an account in which nothing changed:
// mostly the decoding of pages.
func BenchmarkSyncUnchanged(b *testing.B) {
	h := newBenchHost(b, 200, 2000, 8000)
	b.ReportAllocs()
	for b.Loop() {
		report, err := h.engine.Sync(b.Context(), dovetail.SyncRequest{By: ada, Integration: "syncro"})
		require.NoError(b, err)
		require.Zero(b, report.Plan.Changes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(h.records), "ns/record")
}
