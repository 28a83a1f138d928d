package livetest_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// generated is an upstream that makes its records up while it is read: so many
// organisations with so many devices each.
type generated struct{ orgs, devices int }

const (
	kindOrg    connector.Kind = "org"
	kindDevice connector.Kind = "device"
)

func (generated) Info() connector.Info {
	point := func(name string, means connector.Meaning) connector.DataPoint {
		return connector.DataPoint{Name: name, Title: name, Type: connector.KindText, Means: means}
	}
	return connector.Info{
		Name: "generated", Title: "Generated", Version: "1", Container: kindOrg,
		Kinds: []connector.KindInfo{
			{Kind: kindOrg, Role: connector.RoleContainer, Title: "Organisation", Plural: "Organisations", DataPoints: []connector.DataPoint{point("phone", connector.MeansPhone)}},
			{Kind: kindDevice, Role: connector.RoleDevice, Title: "Device", Plural: "Devices", DataPoints: []connector.DataPoint{
				point("serial", connector.MeansSerial), point("mac", connector.MeansMAC), point("model", connector.MeansModel), point("os", connector.MeansOS),
			}},
		},
	}
}

func (g generated) Open(context.Context, connector.OpenOptions) (connector.Session, error) {
	return generatedSession{g}, nil
}

type generatedSession struct{ generated }

func (generatedSession) Close() error { return nil }

func (g generatedSession) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	n, record := g.orgs, g.org
	if req.Kind == kindDevice {
		n, record = g.orgs*g.devices, g.device
	}
	return func(yield func(connector.Page, error) bool) {
		const size = 100
		for from := 0; from < n; from += size {
			page := connector.Page{Checkpoint: connector.Checkpoint(fmt.Sprint(from)), Account: "1"}
			for i := from; i < min(from+size, n); i++ {
				page.Records = append(page.Records, record(i))
			}
			if from+size >= n {
				page.End = connector.Ended
			}
			if ctx.Err() != nil || !yield(page, nil) {
				return
			}
		}
	}
}

func (generatedSession) org(i int) connector.Record {
	return connector.Record{Key: connector.Key(fmt.Sprintf("o%06d", i)), Name: fmt.Sprintf("Company %d Ltd", i)}
}

func (g generatedSession) device(i int) connector.Record {
	return connector.Record{
		Key: connector.Key(fmt.Sprintf("d%08d", i)), Container: connector.Key(fmt.Sprintf("o%06d", i/g.devices)),
		Name: fmt.Sprintf("PC-%d", i), Type: "Desktop", URL: fmt.Sprintf("https://example.com/devices/%d", i),
		Created: time.Unix(1_700_000_000, 0).UTC(),
		Fields: connector.Fields{
			"serial": connector.Text(fmt.Sprintf("SN%08d", i)), "mac": connector.Text(fmt.Sprintf("3C:52:82:%02X:%02X:%02X", i>>16&255, i>>8&255, i&255)),
			"model": connector.Text("OptiPlex 7090"), "os": connector.Text("Windows 11 Pro 23H2"),
		},
	}
}

// generatedHost is an engine over a store, whose upstream is generated and whose
// companies are all matched.
type generatedHost struct {
	t      testing.TB
	store  store.Store
	engine *dovetail.Engine
	g      generated
}

func newGeneratedHost(t testing.TB, s store.Store, g generated) *generatedHost {
	t.Helper()
	h, err := setUpGenerated(t.Context(), s, g)
	require.NoError(t, err)
	h.t = t
	return h
}

func setUpGenerated(ctx context.Context, s store.Store, g generated) (*generatedHost, error) {
	text := func(name string, means connector.Meaning) store.Field {
		return store.Field{Name: name, Type: store.FieldText, Means: means}
	}
	layout, err := s.Documents().CreateLayout(ctx, store.NewLayout{Name: "Devices", Fields: []store.Field{
		text("Serial", connector.MeansSerial), text("Model", connector.MeansModel), text("OS", connector.MeansOS),
	}}, store.Intent{ID: "layout"})
	if err != nil {
		return nil, err
	}
	h := &generatedHost{store: s, g: g}
	h.engine, err = dovetail.New(dovetail.Config{Store: s, Connectors: []connector.Connector{g}})
	if err != nil {
		return nil, err
	}
	kind, _ := g.Info().Kind(kindDevice)
	_, err = h.engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: "gen", Connector: "generated", Settings: dovetail.Settings{
		DefaultLayouts: map[connector.Kind]store.LayoutID{kindDevice: layout.ID}, Connected: dovetail.ConnectFields(kind, layout),
	}})
	if err != nil {
		return nil, err
	}
	if _, err := h.engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: "gen"}); err != nil {
		return nil, err
	}
	if _, err := h.engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: "gen"}); err != nil {
		return nil, err
	}
	err = h.matchAll(ctx)
	return h, err
}

// matchAll makes and matches each company, without its being compared with all
// others. A person would confirm a bulk.
func (h *generatedHost) matchAll(ctx context.Context) error {
	return h.store.Ledger().Update(ctx, func(ctx context.Context, w store.Writer) error {
		for i := range h.g.orgs {
			org := generatedSession{h.g}.org(i)
			company, err := h.store.Documents().CreateCompany(ctx, store.NewCompany{Name: org.Name}, store.Intent{ID: "company " + string(org.Key)})
			if err != nil {
				return err
			}
			err = w.PutMatch(store.Match{
				ID: store.RecordID{Integration: "gen", Kind: kindOrg, Key: org.Key}, State: store.MatchMatched, Company: company.ID,
				Primary: true, By: ada, At: time.Now().UTC(), Revision: 1,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *generatedHost) sync() dovetail.SyncReport {
	h.t.Helper()
	report, err := h.engine.Sync(h.t.Context(), dovetail.SyncRequest{By: ada, Integration: "gen"})
	require.NoError(h.t, err)
	require.Equal(h.t, store.RunOK, report.Run.State, report.Run.Problems)
	return report
}

// bareRead reads what a plan looks at, company by company, and does nothing with
// it.
func (h *generatedHost) bareRead() {
	ctx := h.t.Context()
	read := 0
	require.NoError(h.t, h.store.Ledger().View(ctx, func(ctx context.Context, r store.Reader) error {
		for m, err := range r.Matches("gen") {
			require.NoError(h.t, err)
			for _, err := range r.Mirror(store.MirrorQuery{Integration: "gen", Kind: kindDevice, Container: &m.ID.Key}) {
				require.NoError(h.t, err)
				read++
			}
			for _, err := range r.CardsOf(m.Company) {
				require.NoError(h.t, err)
			}
			for _, err := range h.store.Documents().Assets(ctx, m.Company) {
				require.NoError(h.t, err)
			}
		}
		return nil
	}))
	require.Equal(h.t, h.g.orgs*h.g.devices, read)
}

// BenchmarkPlanUnchanged plans 10,000 records about which there is nothing to
// do, in 200 companies and in one, and compares that with reading the same rows.
// The second reading is the control.
func BenchmarkPlanUnchanged(b *testing.B) {
	for _, g := range []generated{{orgs: 200, devices: 50}, {orgs: 1, devices: 10_000}} {
		s, _ := benchAccount(b)
		h := newGeneratedHost(b, s, g)
		require.Equal(b, g.orgs*g.devices, h.sync().Apply.Done())
		h.sync() // notes that there is nothing to do
		plan := func() {
			plan, err := h.engine.Plan(b.Context(), dovetail.PlanRequest{By: ada, Integration: "gen"})
			require.NoError(b, err)
			require.Zero(b, plan.Changes)
		}
		for _, run := range []struct {
			name string
			op   func()
		}{{"bare", h.bareRead}, {"plan", plan}, {"bare again", h.bareRead}} {
			b.Run(fmt.Sprintf("%dx%d/%s", g.orgs, g.devices, run.name), func(b *testing.B) {
				perCard(b, g.orgs*g.devices, func(int) { run.op() })
			})
		}
	}
}
