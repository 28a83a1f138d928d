package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// migrationFiles are the steps by which the tables came to be what they are.
func migrationFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// placeholder is what a migration leaves to the dialect.
var placeholder = regexp.MustCompile(`\{:?[a-z_]+\}`)

// inDialect is a migration as a database wants it.
func inDialect(dialect sqlstore.Dialect, text string) string {
	words := map[string]string{"{id}": "TEXT NOT NULL", "{text}": "TEXT NOT NULL", "{int}": "INTEGER", "{bool}": "INTEGER NOT NULL", "{bytes}": "BLOB", "{clustered}": "WITHOUT ROWID"}
	if dialect == sqlstore.Postgres {
		words = map[string]string{
			"{id}": `TEXT COLLATE "C" NOT NULL`, "{text}": "TEXT NOT NULL", "{int}": "BIGINT", "{bool}": "BOOLEAN NOT NULL", "{bytes}": "BYTEA", "{clustered}": "",
		}
	}
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if word, known := words[found]; known {
			return word
		}
		return "dovetail_" + strings.Trim(found, "{:}")
	})
}

// makeTables brings an empty database to an earlier version.
func makeTables(t *testing.T, dialect sqlstore.Dialect, db *sql.DB, version int) {
	t.Helper()
	exec := func(query string) {
		_, err := db.ExecContext(t.Context(), query)
		require.NoError(t, err, query)
	}
	exec("CREATE TABLE dovetail_migrations (version BIGINT NOT NULL, at_time BIGINT NOT NULL, PRIMARY KEY (version))")
	for i, file := range migrationFiles(t)[:version] {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for statement := range strings.SplitSeq(inDialect(dialect, string(text)), ";\n") {
			if strings.TrimSpace(statement) != "" {
				exec(statement)
			}
		}
		exec(fmt.Sprintf("INSERT INTO dovetail_migrations VALUES (%d, 0)", i+1))
	}
}

// rowsOf returns the rows of a query by the names of its columns.
func tableRows(t *testing.T, db *sql.DB, query string) (names []string, all [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer func() { _ = rows.Close() }()
	names, err = rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, dests := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			dests[i] = &values[i]
		}
		require.NoError(t, rows.Scan(dests...))
		all = append(all, values)
	}
	require.NoError(t, rows.Err())
	return names, all
}

// tableNames lists the tables of a database, with their schemas on Postgres.
func tableNames(t *testing.T, dialect sqlstore.Dialect, db *sql.DB) (names []string) {
	t.Helper()
	query := "SELECT name FROM sqlite_schema WHERE type = 'table'"
	if dialect == sqlstore.Postgres {
		query = "SELECT (table_schema || '.' || table_name)::text FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
	}
	_, rows := tableRows(t, db, query)
	for _, row := range rows {
		names = append(names, fmt.Sprint(row[0]))
	}
	return names
}

// copyRows fills the tables of an earlier version from those of this one.
func copyRows(t *testing.T, dialect sqlstore.Dialect, from, to *sql.DB) {
	t.Helper()
	for _, table := range tableNames(t, dialect, to) {
		if strings.HasSuffix(table, "_migrations") {
			continue
		}
		columns, _ := tableRows(t, to, "SELECT * FROM "+table)
		list := strings.Join(columns, ", ")
		_, rows := tableRows(t, from, "SELECT "+list+" FROM "+table)
		marks := make([]string, len(columns))
		for i := range marks {
			marks[i] = "?"
			if dialect == sqlstore.Postgres {
				marks[i] = fmt.Sprintf("$%d", i+1)
			}
		}
		for _, row := range rows {
			_, err := to.ExecContext(t.Context(), "INSERT INTO "+table+" ("+list+") VALUES ("+strings.Join(marks, ", ")+")", row...)
			require.NoError(t, err, table)
		}
	}
}

// putSamples writes a row of every kind into a ledger.
func putSamples(l store.Ledger) error {
	id := store.RecordID{Integration: "i1", Kind: "asset", Key: "7"}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	return l.Update(context.Background(), func(_ context.Context, w store.Writer) error {
		return errors.Join(
			w.PutIntegration(store.Integration{ID: "i1", Connector: "syncro", Sealed: map[string][]byte{"api_key": {1, 0, 255}}}),
			w.PutSettings(store.Settings{Integration: "i1", Version: 1, Rules: []byte(`{"version":1}`), Config: map[string]string{"domain": "x"}}),
			w.PutMirrorRow(store.MirrorRow{ID: id, Container: "c", Data: []byte("{}"), Created: at}),
			w.PutScan(store.Scan{ID: "s1", Integration: "i1", Kind: "asset", Checkpoint: "3"}), w.MarkSeen("s1", []connector.Key{"7"}),
			w.PutMatch(store.Match{ID: id, State: store.MatchSuggested, Suggestions: []store.Suggestion{{Company: "a", Confidence: 0.5}}}),
			w.PutCard(store.Card{ID: id, Asset: "x", Company: "a", Since: at, Wrote: map[store.FieldID]store.Written{"f": {Sent: connector.Text("v"), At: at}}}),
			w.PutRejection(store.Rejection{ID: id, Asset: "y"}), w.PutPin(store.Pin{Asset: "x", Company: "a", Field: "f"}),
			w.PutTombstone(store.Tombstone{ID: id, Company: "a"}), w.AddOverwritten(store.Overwritten{Asset: "x", Company: "a", Value: connector.Integer(4)}),
			w.PutApproval(store.Approval{Integration: "i1", Code: "limit"}), w.PutDue(store.Due{Integration: "i1", At: at}),
			w.PutPlan(store.Plan{ID: "p1", Integration: "i1"}), w.PutChange(store.Change{Plan: "p1", Seq: 1, Record: id, Set: []store.FieldChange{{Field: "f"}}}),
			w.PutOpenWrite(store.OpenWrite{Intent: "n1", Record: id}), w.PutRun(store.Run{ID: "r1", Integration: "i1"}),
			w.AppendJournal(store.JournalEntry{Event: "match", Record: id}),
		)
	})
}

// samples reads what putSamples wrote.
func samples(t *testing.T, l store.Ledger) (all []any) {
	t.Helper()
	id := store.RecordID{Integration: "i1", Kind: "asset", Key: "7"}
	require.NoError(t, l.View(t.Context(), func(_ context.Context, r store.Reader) error {
		add := func(row any, err error) {
			require.NoError(t, err)
			all = append(all, row)
		}
		integration, err := r.Integration("i1")
		add(integration, err)
		settings, err := r.Settings("i1", 1)
		add(settings, err)
		row, err := r.MirrorRow(id)
		add(row, err)
		scan, err := r.LastScan("i1", "asset")
		add(scan, err)
		match, err := r.Match(id)
		add(match, err)
		card, err := r.Card(id)
		add(card, err)
		tombstone, err := r.Tombstone(id)
		add(tombstone, err)
		plan, err := r.LastPlan("i1")
		add(plan, err)
		change, err := r.Change("p1", 1)
		add(change, err)
		run, err := r.LastRun("i1")
		add(run, err)
		due, err := r.Due("i1")
		add(due, err)
		for row, err := range r.Rejections(id) {
			add(row, err)
		}
		for row, err := range r.PinsOf("a") {
			add(row, err)
		}
		for row, err := range r.Overwritten(store.OverwrittenQuery{}) {
			add(row, err)
		}
		for row, err := range r.Approvals("i1") {
			add(row, err)
		}
		for row, err := range r.OpenWrites("i1") {
			add(row, err)
		}
		for row, err := range r.Journal(store.JournalQuery{}) {
			add(row, err)
		}
		for row, err := range r.Mirror(store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: "s1"}) {
			require.NoError(t, err)
			t.Errorf("%s lost its mark", row.ID)
		}
		return nil
	}))
	require.Len(t, all, 17)
	return all
}

func TestTablesOfEveryEarlierVersionAreBroughtUpToDate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		whole := d.open(t)()
		now := account(t, openDB(t, sqlstore.Config{DB: whole, Dialect: d.dialect}), "msp")
		require.NoError(t, putSamples(now.Ledger()))
		want := samples(t, now.Ledger())
		for version := 1; version <= len(migrationFiles(t)); version++ {
			old := d.open(t)()
			makeTables(t, d.dialect, old, version)
			copyRows(t, d.dialect, whole, old)
			s := account(t, openDB(t, sqlstore.Config{DB: old, Dialect: d.dialect}), "msp")
			require.Equal(t, want, samples(t, s.Ledger()), "from version %d", version)
			c, err := s.Documents().CreateCompany(t.Context(), store.NewCompany{Name: "Acme"}, store.Intent{ID: "c1"})
			require.NoError(t, err)
			require.Equal(t, "Acme", c.Name)
			require.ElementsMatch(t, tableNames(t, d.dialect, whole), tableNames(t, d.dialect, old))
		}
	})
}

func TestTablesOfALaterVersionAreRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		pool := d.open(t)()
		db := openDB(t, sqlstore.Config{DB: pool, Dialect: d.dialect})
		require.NoError(t, putSamples(account(t, db, "msp").Ledger()))
		_, err := pool.ExecContext(t.Context(), "INSERT INTO dovetail_migrations VALUES (99, 0)")
		require.NoError(t, err)
		_, err = sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: d.dialect})
		require.ErrorContains(t, err, "99")
		require.ErrorContains(t, err, "update the program")
		samples(t, account(t, db, "msp").Ledger())
	})
}

func TestManyMayOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		reopen := d.open(t)
		pools := make([]*sql.DB, 6)
		for i := range pools {
			pools[i] = reopen()
		}
		var all sync.WaitGroup
		errs := make([]error, len(pools))
		for i, pool := range pools {
			all.Go(func() {
				db, err := sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: d.dialect})
				if err == nil {
					err = db.Close()
				}
				errs[i] = err
			})
		}
		all.Wait()
		require.NoError(t, errors.Join(errs...))
		_, versions := tableRows(t, pools[0], "SELECT version FROM dovetail_migrations")
		require.Len(t, versions, len(migrationFiles(t)), "a step was taken twice")
	})
}

func TestTablesArePutWhereTheHostWantsThem(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		reopen := d.open(t)
		for _, c := range []sqlstore.Config{{Prefix: "msp1_"}, {Prefix: "msp2_"}, {Schema: "sync"}, {Schema: "sync", Prefix: "x_"}} {
			if c.Schema != "" && d.dialect == sqlstore.SQLite {
				continue
			}
			c.DB, c.Dialect = reopen(), d.dialect
			s := account(t, openDB(t, c), "msp")
			require.NoError(t, putSamples(s.Ledger()), "another store's rows are in the way")
			samples(t, s.Ledger())
			want := c.Prefix + "cards"
			if c.Prefix == "" {
				want = "dovetail_cards"
			}
			if c.Schema != "" {
				want = c.Schema + "." + want
			} else if d.dialect == sqlstore.Postgres {
				want = "public." + want
			}
			require.Contains(t, tableNames(t, d.dialect, c.DB), want)
		}
	})
}
