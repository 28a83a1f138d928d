package livetest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// firstAssets is how many assets BenchmarkFirstSync syncs.
var firstAssets = flag.Int("first-assets", 10_000, "how many assets BenchmarkFirstSync syncs, in companies of fifty")

// fakeEnv makes the test binary a Syncro of so many assets, so that what it costs
// to serve them counts for itself.
const fakeEnv = "DOVETAIL_FAKE_SYNCRO"

// runFake serves until its standard input ends. It says its address and token.
func runFake(size string) error {
	var assets int
	if _, err := fmt.Sscan(size, &assets); err != nil {
		return err
	}
	account, err := syncrotest.New(syncrotest.Options{Customers: assets / 50, Contacts: 1, Assets: assets})
	if err != nil {
		return err
	}
	server := account.Start()
	defer server.Close()
	fmt.Println(server.URL)
	fmt.Println(account.Token())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// startFake returns the address and the token of a Syncro in another process.
func startFake(b *testing.B) (url, token string) {
	b.Helper()
	c := startChild(b, fakeEnv, fmt.Sprint(*firstAssets))
	b.Cleanup(func() { _ = c.cmd.Process.Kill(); _ = c.cmd.Wait() })
	require.True(b, c.lines.Scan(), c.stderr.String())
	url = c.lines.Text()
	require.True(b, c.lines.Scan())
	return url, c.lines.Text()
}

// BenchmarkFirstSync syncs an account of a Syncro in another process into SQLite
// for the first time, and compares that with decoding the same pages and
// inserting, for each record, a row into each of four tables that keep it. The
// second bare run is the control.
func BenchmarkFirstSync(b *testing.B) {
	url, token := startFake(b)
	for _, run := range []struct {
		name string
		op   func(b *testing.B, url, token string) (records int)
	}{{"bare", bareSync}, {"sync", firstSync}, {"bare again", bareSync}} {
		b.Run(run.name, func(b *testing.B) {
			b.ReportAllocs()
			records, began := 0, cpu()
			for range b.N {
				records += run.op(b, url, token)
			}
			b.ReportMetric(float64((cpu()-began).Nanoseconds())/float64(records), "cpu-ns/record")
		})
	}
}

func syncroConfig(token string) connector.Config {
	return connector.Config{
		Values:  map[string]string{"domain": "example.syncromsp.com"},
		Secrets: map[string]connector.Secret{"api_key": connector.NewSecret(token)},
	}
}

// firstSync is the sync of an account whose companies are all matched.
func firstSync(b *testing.B, url, token string) int {
	b.Helper()
	s, _ := benchAccount(b)
	ctx := b.Context()
	layout, err := s.Documents().CreateLayout(ctx, store.NewLayout{Name: "Devices", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial},
		{Name: "Model", Type: store.FieldText, Means: connector.MeansModel},
		{Name: "Make", Type: store.FieldText, Means: connector.MeansManufacturer},
	}}, store.Intent{ID: "layout"})
	require.NoError(b, err)
	engine, err := dovetail.New(dovetail.Config{
		Store: s, Connectors: []connector.Connector{syncro.New()},
		Upstream: func(store.IntegrationID) dovetail.Upstream { return dovetail.Upstream{Endpoint: url} },
		Pace:     func(context.Context, string) error { return nil },
	})
	require.NoError(b, err)
	kind, _ := syncro.New().Info().Kind(syncro.KindAsset)
	_, err = engine.SaveSettings(ctx, dovetail.SettingsRequest{By: ada, Integration: syncroOne, Connector: "syncro", Settings: dovetail.Settings{
		Config:         syncroConfig(token),
		DefaultLayouts: map[connector.Kind]store.LayoutID{syncro.KindAsset: layout.ID, syncro.KindContact: layout.ID},
		Connected:      dovetail.ConnectFields(kind, layout),
	}})
	require.NoError(b, err)
	_, err = engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: syncroOne})
	require.NoError(b, err)
	_, err = engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(b, err)
	require.NoError(b, matchEach(ctx, s, syncroOne))
	report, err := engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(b, err)
	require.Equal(b, report.Plan.Changes, report.Apply.Done(), report.Apply.Problems)
	return report.Run.Read[syncro.KindAsset]
}

// matchEach makes a company for each upstream one, without its being compared
// with all others.
func matchEach(ctx context.Context, s *sqlstore.Store, id store.IntegrationID) error {
	return s.Ledger().Update(ctx, func(ctx context.Context, w store.Writer) error {
		var matches []store.Match
		for m, err := range w.Matches(id) {
			if err != nil {
				return err
			}
			matches = append(matches, m)
		}
		for _, m := range matches {
			company, err := s.Documents().CreateCompany(ctx, store.NewCompany{Name: "Company " + string(m.ID.Key)}, store.Intent{ID: "company " + string(m.ID.Key)})
			if err != nil {
				return err
			}
			m.State, m.Company, m.Primary, m.By, m.At, m.Revision = store.MatchMatched, company.ID, true, ada, time.Now().UTC(), 1
			if err := w.PutMatch(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// bareTables are tables as plain as they can be, with the keys and the indexes
// that are needed to find the rows again.
const bareTables = `
CREATE TABLE bare_mirror (kind TEXT, record TEXT, container TEXT, name TEXT, type TEXT, hash TEXT, data BLOB, PRIMARY KEY (kind, record));
CREATE INDEX bare_mirror_by_container ON bare_mirror (kind, container, record);
CREATE TABLE bare_cards (kind TEXT, record TEXT, company TEXT, name TEXT, type TEXT, hash TEXT, data BLOB, asset TEXT, PRIMARY KEY (kind, record));
CREATE INDEX bare_cards_by_company ON bare_cards (company, kind, record);
CREATE TABLE bare_assets (id TEXT PRIMARY KEY, company TEXT, layout TEXT, name TEXT, field_values BLOB);
CREATE INDEX bare_assets_by_company ON bare_assets (company, id);
CREATE TABLE bare_journal (seq INTEGER PRIMARY KEY, record TEXT, company TEXT, asset TEXT, event TEXT, reason TEXT);
CREATE INDEX bare_journal_by_asset ON bare_journal (asset, seq);
CREATE INDEX bare_journal_by_company ON bare_journal (company, seq);`

// bareRows are the statements of a sync that decides nothing.
func bareRows() []string {
	return []string{
		"INSERT INTO bare_mirror VALUES (?, ?, ?, ?, ?, ?, ?)",
		"INSERT INTO bare_cards VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		"INSERT INTO bare_assets VALUES (?, ?, ?, ?, ?)",
		"INSERT INTO bare_journal VALUES (?, ?, ?, ?, ?, ?)",
	}
}

// bareSync decodes the pages and inserts the rows.
func bareSync(b *testing.B, url, token string) int {
	b.Helper()
	_, raw := benchAccount(b)
	ctx := context.Background() // one that can't be done: the driver watches any other
	session, err := syncro.New().Open(ctx, connector.OpenOptions{
		Config: syncroConfig(token), Endpoint: url, Host: connector.Host{Pace: func(context.Context, string) error { return nil }},
	})
	require.NoError(b, err)
	defer func() { _ = session.Close() }()
	conn, err := raw.Conn(ctx)
	require.NoError(b, err)
	defer func() { _ = conn.Close() }()
	for _, pragma := range []string{"journal_mode=WAL", "synchronous=FULL"} {
		_, err := conn.ExecContext(ctx, "PRAGMA "+pragma)
		require.NoError(b, err)
	}
	_, err = conn.ExecContext(ctx, bareTables)
	require.NoError(b, err)
	statements := make([]*sql.Stmt, 0, 4)
	for _, text := range bareRows() {
		statement, err := conn.PrepareContext(ctx, text)
		require.NoError(b, err)
		b.Cleanup(func() { _ = statement.Close() })
		statements = append(statements, statement)
	}
	records := 0
	for page, err := range session.Read(ctx, connector.ReadRequest{Kind: syncro.KindAsset}) {
		require.NoError(b, err)
		_, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		require.NoError(b, err)
		for _, r := range page.Records {
			records++
			data, err := json.Marshal(r.Fields)
			require.NoError(b, err)
			key, container, hash := string(r.Key), string(r.Container), "00000000000000000000000000000000"
			asset, company := "asset-"+key, "company-"+container
			rows := [][]any{
				{string(syncro.KindAsset), key, container, r.Name, r.Type, hash, data},
				{string(syncro.KindAsset), key, company, r.Name, r.Type, hash, data, asset},
				{asset, company, "layout-1", r.Name, data[:min(len(data), 120)]},
				{records, key, company, asset, "create", "new"},
			}
			for i, statement := range statements {
				_, err := statement.ExecContext(ctx, rows[i]...)
				require.NoError(b, err)
			}
		}
		_, err = conn.ExecContext(ctx, "COMMIT")
		require.NoError(b, err)
	}
	require.Equal(b, *firstAssets, records)
	return records
}
