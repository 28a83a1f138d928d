package dovetail_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// world is a host with an engine, its platform, and a Syncro of its own.
type world struct {
	t        *testing.T
	account  *syncrotest.Account
	db       *memory.Store
	engine   *dovetail.Engine
	people   store.Layout
	devices  store.Layout
	printers store.Layout
	docs     store.Documents
}

const syncroOne = store.IntegrationID("syncro-1")

var ada = store.Person("42", "Ada")

// newWorld returns a world whose settings are saved and whose connection is
// tested. The customers Acme (1) and Birch (2) are there, with nothing in them.
func newWorld(t *testing.T, change ...func(*dovetail.Config)) *world {
	t.Helper()
	account, err := syncrotest.New(syncrotest.Options{})
	require.NoError(t, err)
	w := &world{t: t, account: account, db: memory.New()}
	w.docs = w.db.Documents()
	text := func(name string, means connector.Meaning) store.Field {
		return store.Field{Name: name, Type: store.FieldText, Means: means}
	}
	w.people = w.layout("People", store.Field{Name: "E-mail", Type: store.FieldEmail, Means: connector.MeansEmail}, text("Title", connector.MeansJobTitle), text("Notes", ""))
	w.devices = w.layout("Devices", text("Serial", connector.MeansSerial), text("Make", connector.MeansManufacturer), text("Notes", ""))
	w.printers = w.layout("Printers", text("Serial", connector.MeansSerial))
	cfg := dovetail.Config{
		Store: w.db, Replica: "the only one", Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream {
			return dovetail.Upstream{RoundTripper: account.RoundTripper()}
		},
		Pace: func(context.Context, string) error { return nil },
	}
	for _, c := range change {
		c(&cfg)
	}
	w.engine, err = dovetail.New(cfg)
	require.NoError(t, err)
	account.AddCustomer(syncrotest.Customer{ID: 1, BusinessName: "Acme Ltd", Phone: "555 0100"})
	account.AddCustomer(syncrotest.Customer{ID: 2, BusinessName: "Birch Inc"})
	w.save(w.settings())
	w.test()
	return w
}

func (w *world) layout(name string, fields ...store.Field) store.Layout {
	w.t.Helper()
	l, err := w.db.Documents().CreateLayout(w.t.Context(), store.NewLayout{Name: name, Fields: fields}, store.Intent{ID: "layout " + name, By: ada})
	require.NoError(w.t, err)
	return l
}

func (w *world) settings() dovetail.Settings {
	return dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"domain": "example.syncromsp.com"},
			Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(w.account.Token())},
		},
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindContact: w.people.ID, syncro.KindAsset: w.devices.ID},
		Rules: []sortrules.Rule{{
			ID: "printers", Kind: syncro.KindAsset, Layout: w.printers.ID,
			When: sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text("printer")},
		}},
		Connected: []store.ConnectedField{
			{Kind: syncro.KindAsset, Layout: w.devices.ID, Field: w.devices.Fields[0].ID, Sources: []string{"serial"}},
			{Kind: syncro.KindAsset, Layout: w.devices.ID, Field: w.devices.Fields[1].ID, Sources: []string{"properties.Make", "manufacturer"}},
			{Kind: syncro.KindContact, Layout: w.people.ID, Field: w.people.Fields[0].ID, Sources: []string{"email"}},
		},
		AutoUpdateNames: true,
	}
}

func (w *world) save(s dovetail.Settings) {
	w.t.Helper()
	_, err := w.trySave(s)
	require.NoError(w.t, err)
}

func (w *world) trySave(s dovetail.Settings) (dovetail.SavedSettings, error) {
	i, _ := w.engine.Integration(w.t.Context(), syncroOne)
	return w.engine.SaveSettings(w.t.Context(), dovetail.SettingsRequest{
		By: ada, Integration: syncroOne, Revision: i.Revision, Connector: "syncro", Settings: s,
	})
}

func (w *world) test() {
	w.t.Helper()
	report, err := w.engine.TestConnection(w.t.Context(), dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(w.t, err)
	require.Empty(w.t, report.Problem)
}

// sync runs, and requires that the run did everything.
func (w *world) sync() dovetail.SyncReport {
	w.t.Helper()
	report, err := w.engine.Sync(w.t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(w.t, err)
	require.Equal(w.t, store.RunOK, report.Run.State, report.Run.Problems)
	return report
}

// match decides that customers become companies, made for them.
func (w *world) create(customers ...int64) []store.CompanyID {
	w.t.Helper()
	var ids []store.CompanyID
	for _, customer := range customers {
		ids = append(ids, w.decide(customer, dovetail.VerdictCreate, "").Company)
	}
	return ids
}

func (w *world) decide(customer int64, verdict dovetail.Verdict, company store.CompanyID) store.Match {
	w.t.Helper()
	done, err := w.tryDecide(dovetail.Decision{Key: key(customer), Revision: w.match(customer).Revision, Verdict: verdict, Company: company})
	require.NoError(w.t, err)
	require.NoError(w.t, done.Err)
	return done.Match
}

func (w *world) tryDecide(d dovetail.Decision) (dovetail.Decided, error) {
	w.t.Helper()
	done, err := w.engine.Decide(w.t.Context(), dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.Decision{d}})
	if err != nil {
		return dovetail.Decided{}, err
	}
	return done[0], nil
}

func key(id int64) connector.Key { return connector.Key(strconv.FormatInt(id, 10)) }

// match returns a customer's row of the matched companies list.
func (w *world) match(customer int64) dovetail.CompanyRow {
	w.t.Helper()
	for row, err := range w.engine.MatchedCompanies(w.t.Context(), syncroOne) {
		require.NoError(w.t, err)
		if row.ID.Key == key(customer) {
			return row
		}
	}
	w.t.Fatalf("customer %d is not in the list", customer)
	return dovetail.CompanyRow{}
}

// assets returns the assets of a company by name.
func (w *world) assets(company store.CompanyID) map[string]store.Asset {
	w.t.Helper()
	assets := make(map[string]store.Asset)
	for a, err := range w.docs.Assets(w.t.Context(), company) {
		require.NoError(w.t, err)
		require.NotContains(w.t, assets, a.Name, "two assets of one name")
		assets[a.Name] = a
	}
	return assets
}

// byHand documents an asset as a person does.
func (w *world) byHand(company store.CompanyID, layout store.Layout, name string, values store.Values) store.Asset {
	w.t.Helper()
	a, err := w.docs.CreateAsset(w.t.Context(), store.NewAsset{Company: company, Layout: layout.ID, Name: name, Values: values},
		store.Intent{ID: "by hand " + name, By: ada})
	require.NoError(w.t, err)
	return a
}

// changes returns what a plan does: action and record, with the reason.
func (w *world) changes(plan store.PlanID) map[string]dovetail.ReasonCode {
	w.t.Helper()
	changes := make(map[string]dovetail.ReasonCode)
	if plan == "" {
		return changes // nothing was matched, and nothing was here: no plan was made
	}
	for c, err := range w.engine.Changes(w.t.Context(), plan) {
		require.NoError(w.t, err)
		changes[string(c.Action)+" "+string(c.Record.Kind)+" "+string(c.Record.Key)] = dovetail.ReasonCode(c.Reason.Code)
		require.NotContains(w.t, dovetail.Sentence(c.Reason), "{", "a sentence was not filled in")
	}
	return changes
}

// disposition returns the last decision about an asset upstream.
func (w *world) disposition(id int64) dovetail.ReasonCode {
	w.t.Helper()
	row := w.row(syncro.KindAsset, id)
	require.NotContains(w.t, dovetail.Sentence(row.Disposition), "{")
	return dovetail.ReasonCode(row.Disposition.Code)
}

func (w *world) row(kind connector.Kind, id int64) (row store.MirrorRow) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) (err error) {
		row, err = r.MirrorRow(store.RecordID{Integration: syncroOne, Kind: kind, Key: key(id)})
		return err
	}))
	return row
}

func (w *world) card(kind connector.Kind, id int64) (card store.Card) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) (err error) {
		card, err = r.Card(store.RecordID{Integration: syncroOne, Kind: kind, Key: key(id)})
		return err
	}))
	return card
}

// addUp requires that every company's records are accounted for.
func (w *world) addUp() {
	w.t.Helper()
	for one, err := range w.engine.Reconcile(w.t.Context(), syncroOne) {
		require.NoError(w.t, err)
		require.True(w.t, one.AddsUp(), "%s: %s", one.Name, one)
	}
}

// quiet requires that another run changes nothing, and that the one after it
// writes nothing at all: the first may note that there is nothing to do.
func (w *world) quiet() {
	w.t.Helper()
	for _, notes := range []int{matched(w.t, w.engine, syncroOne), 0} {
		before := written(w.db)
		report := w.sync()
		require.Equal(w.t, report.Plan.Held, report.Plan.Changes, w.changes(report.Plan.ID))
		requireQuiet(w.t, before, written(w.db), notes)
	}
	w.addUp()
}

// written counts what was written to the platform and to the ledger's tables, but
// for the claims, which come with each work.
func written(db *memory.Store) map[string]int {
	counts := db.LedgerWrites()
	delete(counts, "claim")
	counts["documents"] = db.Platform().Writes()
	return counts
}

// requireQuiet requires that nothing was written but so many notes about
// companies.
func requireQuiet(t testing.TB, before, after map[string]int, notes int) {
	t.Helper()
	for _, table := range []string{"documents", "card", "journal entry", "match", "open write"} {
		require.Equal(t, before[table], after[table], table)
	}
	require.LessOrEqual(t, after["mirror row"]-before["mirror row"], notes, "mirror row")
}

// matched counts the upstream companies that are matched.
func matched(t testing.TB, e *dovetail.Engine, id store.IntegrationID) (n int) {
	t.Helper()
	for row, err := range e.MatchedCompanies(t.Context(), id) {
		require.NoError(t, err)
		if row.State == store.MatchMatched {
			n++
		}
	}
	return n
}
