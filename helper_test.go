package dovetail_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// The kinds of the scripted connector.
const (
	kindOrg    connector.Kind = "org"
	kindDevice connector.Kind = "device"
	fakeOne                   = store.IntegrationID("fake-1")
)

// fakeConnector is an upstream that does what a test says: it delivers records
// page by page, or what script returns in their place.
type fakeConnector struct {
	mu sync.Mutex
	// name is "fake" if it isn't set.
	name string
	// records are what is upstream, by kind.
	records map[connector.Kind][]connector.Record
	// rejected are delivered with the first page.
	rejected map[connector.Kind][]connector.Rejected
	// end is what the last page claims, Ended if it isn't set.
	end connector.End
	// pageSize is 100 if it isn't set.
	pageSize int
	// account is what each page shows.
	account string
	// script takes the place of the reading of a kind.
	script map[connector.Kind]func(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error]
	// get answers look-ups. Nil: the connector can't look up.
	get func(kind connector.Kind, key connector.Key) (connector.Record, error)
	// check answers connection tests. Nil: the engine reads to test.
	check func() (connector.CheckResult, error)
	// points are data points of devices besides those that are always there.
	points []connector.DataPoint
	// reads counts the reads that were begun.
	reads map[connector.Kind]int
}

func (f *fakeConnector) Info() connector.Info {
	point := func(name string, means connector.Meaning) connector.DataPoint {
		return connector.DataPoint{Name: name, Title: name, Type: connector.KindText, Means: means}
	}
	return connector.Info{
		Name: cmp.Or(f.name, "fake"), Title: "Fake", Version: "1", Container: kindOrg,
		Kinds: []connector.KindInfo{
			{Kind: kindOrg, Role: connector.RoleContainer, Title: "Organisation", Plural: "Organisations", DataPoints: []connector.DataPoint{point("phone", connector.MeansPhone)}},
			{Kind: kindDevice, Role: connector.RoleDevice, Title: "Device", Plural: "Devices", DataPoints: append([]connector.DataPoint{
				point("serial", connector.MeansSerial), point("mac", connector.MeansMAC), point("model", connector.MeansModel),
				{Name: "count", Title: "count", Type: connector.KindInteger},
				{Name: "checkin", Title: "checkin", Type: connector.KindText, Means: connector.MeansLastSeen, Volatile: true},
				{Name: "seen", Title: "seen", Type: connector.KindText, Volatile: true},
				{Name: "pin", Title: "pin", Type: connector.KindText, Secret: true},
			}, f.points...)},
		},
		Config: []connector.ConfigField{
			{Name: "url", Type: connector.ConfigURL, Title: "URL", Example: "https://example.com"},
			{Name: "token", Type: connector.ConfigSecret, Title: "Token", Required: true},
		},
	}
}

func (f *fakeConnector) Open(_ context.Context, opt connector.OpenOptions) (connector.Session, error) {
	if _, err := connector.ParseConfig(f.Info().Config, opt.Config); err != nil {
		return nil, err
	}
	return &fakeSession{fakeConnector: f}, nil
}

// put replaces what is upstream of a kind.
func (f *fakeConnector) put(kind connector.Kind, records ...connector.Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.records == nil {
		f.records = make(map[connector.Kind][]connector.Record)
	}
	f.records[kind] = records
}

// found answers look-ups from the records upstream.
func (f *fakeConnector) found(kind connector.Kind, key connector.Key) (connector.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := slices.IndexFunc(f.records[kind], func(r connector.Record) bool { return r.Key == key })
	if at < 0 {
		return connector.Record{}, &connector.Error{Code: connector.CodeNotFound, Source: "fake", Op: "get"}
	}
	return f.records[kind][at], nil
}

type fakeSession struct{ *fakeConnector }

func (s *fakeSession) Close() error { return nil }

func (s *fakeSession) Features() connector.Features {
	var features connector.Features
	if s.get != nil {
		features.Get = func(_ context.Context, kind connector.Kind, key connector.Key) (connector.Record, error) {
			return s.get(kind, key)
		}
	}
	if s.check != nil {
		features.Check = func(context.Context) (connector.CheckResult, error) { return s.check() }
	}
	return features
}

func (s *fakeSession) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reads == nil {
		s.reads = make(map[connector.Kind]int)
	}
	s.reads[req.Kind]++
	if script := s.script[req.Kind]; script != nil {
		return script(ctx, req)
	}
	size, end := s.pageSize, s.end
	if size == 0 {
		size = 100
	}
	if end == connector.More {
		end = connector.Ended
	}
	pages := pagesOf(slices.Clone(s.records[req.Kind]), size, end)
	pages[0].Rejected = slices.Clone(s.rejected[req.Kind])
	account := s.account
	return func(yield func(connector.Page, error) bool) {
		for _, page := range pages {
			page.Account = account
			if err := ctx.Err(); err != nil {
				yield(connector.Page{}, err)
				return
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// pagesOf deals records to pages. There is always one.
func pagesOf(records []connector.Record, size int, end connector.End) []connector.Page {
	var pages []connector.Page
	for chunk := range slices.Chunk(records, size) {
		pages = append(pages, connector.Page{Records: chunk})
	}
	if len(pages) == 0 {
		pages = []connector.Page{{}}
	}
	pages[len(pages)-1].End = end
	return pages
}

// device is a record of the scripted connector's, of the organisation o1.
func device(key, name string, fields ...string) connector.Record {
	r := connector.Record{Key: connector.Key(key), Container: "o1", Name: name, Fields: connector.Fields{}}
	for i := 0; i+1 < len(fields); i += 2 {
		r.Fields[fields[i]] = connector.Text(fields[i+1])
	}
	return r
}

// fakeWorld is a host with the scripted connector, whose one organisation, o1,
// is matched.
type fakeWorld struct {
	t    testing.TB
	fake *fakeConnector
	// db has the ledger, and the documents unless a test puts others in their
	// place: docs are those that the engine has.
	db      *memory.Store
	docs    store.Documents
	engine  *dovetail.Engine
	sealer  store.Sealer
	layout  store.Layout
	company store.CompanyID
}

func newFakeWorld(t testing.TB, fake *fakeConnector, change ...func(*dovetail.Config)) *fakeWorld {
	t.Helper()
	w := &fakeWorld{t: t, fake: fake, db: memory.New()}
	var err error
	w.sealer, err = store.NewAESSealer("", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
	require.NoError(t, err)
	cfg := dovetail.Config{Store: w.db, Replica: "the only one", Connectors: []connector.Connector{fake}, Sealer: w.sealer}
	for _, c := range change {
		c(&cfg)
	}
	w.docs = cfg.Store.Documents()
	w.layout, err = w.docs.CreateLayout(t.Context(), store.NewLayout{Name: "Devices", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial},
		{Name: "Model", Type: store.FieldText},
		{Name: "Count", Type: store.FieldNumber},
		{Name: "PIN", Type: store.FieldConfidential},
	}}, store.Intent{ID: "layout", By: ada})
	require.NoError(t, err)
	w.engine, err = dovetail.New(cfg)
	require.NoError(t, err)
	fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"})
	w.save(w.settings())
	w.test()
	w.run()
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o1", Verdict: dovetail.VerdictCreate}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	w.company = decided[0].Match.Company
	return w
}

func (w *fakeWorld) settings() dovetail.Settings {
	return dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"url": "https://example.com"},
			Secrets: map[string]connector.Secret{"token": connector.NewSecret("fake-token")},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{kindDevice: w.layout.ID},
		Connected: []store.ConnectedField{
			{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[0].ID, Sources: []string{"serial"}},
			{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[1].ID, Sources: []string{"model"}},
			{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[2].ID, Sources: []string{"count"}},
		},
	}
}

func (w *fakeWorld) save(s dovetail.Settings) {
	w.t.Helper()
	_, err := w.trySave(s)
	require.NoError(w.t, err)
}

func (w *fakeWorld) trySave(s dovetail.Settings) (dovetail.SavedSettings, error) {
	i, _ := w.engine.Integration(w.t.Context(), fakeOne)
	return w.engine.SaveSettings(w.t.Context(), dovetail.SettingsRequest{
		By: ada, Integration: fakeOne, Revision: i.Revision, Connector: "fake", Settings: s,
	})
}

func (w *fakeWorld) test() {
	w.t.Helper()
	report, err := w.engine.TestConnection(w.t.Context(), dovetail.TestRequest{By: ada, Integration: fakeOne})
	require.NoError(w.t, err)
	require.True(w.t, report.OK(), report.Problem)
}

func (w *fakeWorld) trySync() (dovetail.SyncReport, error) {
	return w.engine.Sync(w.t.Context(), dovetail.SyncRequest{By: ada, Integration: fakeOne})
}

// run syncs, whatever is left undone.
func (w *fakeWorld) run() dovetail.SyncReport {
	w.t.Helper()
	report, err := w.trySync()
	require.NoError(w.t, err)
	return report
}

// assets returns the company's assets by name.
func (w *fakeWorld) assets() map[string]store.Asset {
	w.t.Helper()
	assets := make(map[string]store.Asset)
	for a, err := range w.docs.Assets(w.t.Context(), w.company) {
		require.NoError(w.t, err)
		require.NotContains(w.t, assets, a.Name, "two assets of one name")
		assets[a.Name] = a
	}
	return assets
}

func (w *fakeWorld) view(fn func(r store.Reader) error) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error { return fn(r) }))
}

func (w *fakeWorld) row(key connector.Key) (row store.MirrorRow) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) {
		row, err = r.MirrorRow(store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key})
		return err
	})
	return row
}

func (w *fakeWorld) card(key connector.Key) (card store.Card) {
	w.t.Helper()
	w.view(func(r store.Reader) (err error) {
		card, err = r.Card(store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key})
		return err
	})
	return card
}

func (w *fakeWorld) reason(key connector.Key) dovetail.ReasonCode {
	w.t.Helper()
	return dovetail.ReasonCode(w.row(key).Disposition.Code)
}

// hooked stands in front of a store's documents.
type hooked struct {
	store.Documents
	capabilities *store.Capabilities
	// create decides about a create: do carries it out.
	create func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error)
	// company decides about the create of a company.
	company func(do func() (store.Company, error)) (store.Company, error)
}

func (h *hooked) Capabilities() store.Capabilities {
	if h.capabilities != nil {
		return *h.capabilities
	}
	return h.Documents.Capabilities()
}

func (h *hooked) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	do := func() (store.Asset, error) { return h.Documents.CreateAsset(ctx, a, intent) }
	if h.create == nil {
		return do()
	}
	return h.create(a, do)
}

func (h *hooked) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	do := func() (store.Company, error) { return h.Documents.CreateCompany(ctx, c, intent) }
	if h.company == nil {
		return do()
	}
	return h.company(do)
}

// hookedStore is a store with hooked documents.
type hookedStore struct {
	store.Store
	docs *hooked
}

func (s hookedStore) Documents() store.Documents { return s.docs }

// hook puts h in front of a configuration's documents.
func hook(h *hooked) func(*dovetail.Config) {
	return func(c *dovetail.Config) {
		h.Documents = c.Store.Documents()
		c.Store = hookedStore{Store: c.Store, docs: h}
	}
}

// errLost is what a call ends with whose answer never came.
var errLost = errors.New("the answer was lost")

// logged gathers what is logged.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// dump is all that the ledger holds about the integration, as JSON, with bytes
// as text.
func dump(t *testing.T, ledger store.Ledger, kinds ...connector.Kind) string {
	t.Helper()
	return dumpOf(t, ledger, syncroOne, kinds...)
}

func dumpOf(t *testing.T, ledger store.Ledger, id store.IntegrationID, kinds ...connector.Kind) string {
	t.Helper()
	var out strings.Builder
	write := func(rows ...any) {
		for _, row := range rows {
			encoded, err := json.Marshal(row)
			require.NoError(t, err)
			out.Write(encoded)
			out.WriteByte('\n')
		}
	}
	require.NoError(t, ledger.View(t.Context(), func(_ context.Context, r store.Reader) error {
		integration, err := r.Integration(id)
		require.NoError(t, err)
		write(integration)
		for _, sealed := range integration.Sealed {
			write(string(sealed))
		}
		for version := int64(1); version <= integration.SettingsVersion; version++ {
			settings, err := r.Settings(id, version)
			require.NoError(t, err)
			write(settings)
		}
		for _, kind := range kinds {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kind}) {
				require.NoError(t, err)
				write(row, string(row.Data), string(row.Sealed))
			}
			if scan, err := r.LastScan(id, kind); err == nil {
				write(scan)
			}
		}
		for match, err := range r.Matches(id) {
			require.NoError(t, err)
			write(match)
			if match.Company == "" {
				continue
			}
			for tombstone, err := range r.TombstonesOf(match.Company) {
				require.NoError(t, err)
				write(tombstone)
			}
		}
		for card, err := range r.Cards(id) {
			require.NoError(t, err)
			write(card, string(card.Data))
		}
		for plan, err := range r.Plans(id, "") {
			require.NoError(t, err)
			write(plan)
			for change, err := range r.Changes(plan.ID, 0, 0) {
				require.NoError(t, err)
				write(change)
				for _, set := range change.Set {
					write(string(set.Sealed))
				}
			}
		}
		for run, err := range r.Runs(id, "") {
			require.NoError(t, err)
			write(run)
		}
		for rejection, err := range r.RejectionsOf(id) {
			require.NoError(t, err)
			write(rejection)
		}
		for approval, err := range r.Approvals(id) {
			require.NoError(t, err)
			write(approval)
		}
		for entry, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(t, err)
			write(entry)
		}
		for overwritten, err := range r.Overwritten(store.OverwrittenQuery{}) {
			require.NoError(t, err)
			write(overwritten, string(overwritten.Sealed))
		}
		for open, err := range r.OpenWrites(id) {
			require.NoError(t, err)
			write(open)
		}
		return nil
	}))
	return out.String()
}

// fill gives Acme (1) and Birch (2) people and devices whose answers carry
// every secret that Syncro's do.
func fill(w *world) {
	for i := range int64(6) {
		customer := 1 + i%2
		w.account.AddContact(syncrotest.Contact{ID: 100 + i, CustomerID: customer, Name: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("person%d@example.org", i)})
		w.account.AddAsset(syncrotest.Asset{
			ID: 200 + i, CustomerID: customer, Name: fmt.Sprintf("PC-%d", i), Serial: fmt.Sprintf("SN-%04d", 1000+i),
			Agent: &syncrotest.Agent{UUID: fmt.Sprintf("uuid-%d", i), Hostname: fmt.Sprintf("pc-%d", i), Manufacturer: "Dell", LastUser: "ann"},
			SNMP:  true, RMMLinks: true,
		})
	}
}

// skipNamed is a host's own rule: it skips the records of one name.
type skipNamed string

func (s skipNamed) Place(subject sortrules.Subject) sortrules.Placement {
	if subject.Record.Name != string(s) {
		return sortrules.Placement{}
	}
	return sortrules.Placement{Outcome: sortrules.Skip, Rule: "host", Because: "the host says so"}
}

// put writes a card past the engine.
func (w *world) put(card store.Card) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().Update(w.t.Context(), func(_ context.Context, l store.Writer) error { return l.PutCard(card) }))
}
