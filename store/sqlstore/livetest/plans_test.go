package livetest_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// asked collects the queries that a store makes, each once, with the arguments
// of the first time.
type asked struct {
	mu      sync.Mutex
	queries map[string][]any
}

func (a *asked) note(query string, args []any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.queries[query]; !known && strings.HasPrefix(query, "SELECT") && strings.Contains(query, "dovetail_") {
		a.queries[query] = args
	}
}

// TraceQueryStart implements pgx.QueryTracer.
func (a *asked) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	args := data.Args
	if len(args) > 0 {
		if _, formats := args[0].(pgx.QueryResultFormatsByOID); formats {
			args = args[1:]
		}
	}
	a.note(data.SQL, args)
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (a *asked) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// listener is a driver's connector whose statements asked listens to.
type listener struct {
	driver.Connector
	asked *asked
}

func (l listener) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := l.Connector.Connect(ctx)
	return overheard{c, l.asked}, err
}

type overheard struct {
	driver.Conn
	asked *asked
}

func (c overheard) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	return overheardStmt{stmt, query, c.asked}, err
}

type overheardStmt struct {
	driver.Stmt
	query string
	asked *asked
}

func (s overheardStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	s.asked.note(s.query, values)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (s overheardStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// dialled makes a connector of a driver that has none.
type dialled struct {
	driver driver.Driver
	dsn    string
}

func (d dialled) Connect(context.Context) (driver.Conn, error) { return d.driver.Open(d.dsn) }

func (d dialled) Driver() driver.Driver { return d.driver }

// explain asks for everything in a store over pool, and returns the plans of the
// queries that it made.
func (a *asked) explain(t *testing.T, pool *sql.DB, dialect sqlstore.Dialect, how string) map[string]string {
	t.Helper()
	db := openDB(t, sqlstore.Config{DB: pool, Dialect: dialect, Sealer: sealer(t)})
	s := account(t, db, "a")
	require.NoError(t, s.Ledger().Update(t.Context(), func(_ context.Context, w store.Writer) error { return writeEverything(w, 600) }))
	readEverything(t, s.Ledger())
	_, err := db.Due(t.Context(), filled[store.Due](0).At, 10)
	require.NoError(t, err)
	makeDocuments(t, s.Platform())
	readDocuments(t, s.Platform())

	a.mu.Lock()
	queries := maps.Clone(a.queries) // what explains them is overheard too
	a.mu.Unlock()
	plans := map[string]string{}
	for query, args := range queries {
		plans[query] = planOf(t, pool, how+query, args)
	}
	return plans
}

func planOf(t *testing.T, pool *sql.DB, query string, args []any) string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query, args...)
	require.NoError(t, err, query)
	defer func() { require.NoError(t, errors.Join(rows.Err(), rows.Close())) }()
	columns, err := rows.Columns()
	require.NoError(t, err)
	var plan []string
	for rows.Next() {
		line := make([]any, len(columns))
		for i := range line {
			line[i] = new(sql.NullString)
		}
		require.NoError(t, rows.Scan(line...))
		plan = append(plan, line[len(line)-1].(*sql.NullString).String)
	}
	return strings.Join(plan, "\n")
}

// indexed are tables whose lists must be ranges of these indexes.
var indexed = map[string]string{
	"dovetail_cards WHERE account = ? AND company = ?":                                     "dovetail_cards_by_company",
	"dovetail_matches WHERE account = ? AND company = ?":                                   "dovetail_matches_by_company",
	"dovetail_mirror WHERE account = ? AND integration = ? AND kind = ? AND container = ?": "dovetail_mirror_by_container",
	"dovetail_journal WHERE account = ? AND asset = ?":                                     "dovetail_journal_by_asset",
	"dovetail_plans WHERE account = ? AND integration = ? AND id < ?":                      "dovetail_plans_by_integration",
	"dovetail_runs WHERE account = ? AND integration = ? AND id < ?":                       "dovetail_runs_by_integration",
	"dovetail_assets WHERE account = ? AND company = ?":                                    "dovetail_assets_by_company",
	"dovetail_found_by WHERE account = ? AND layout = ? AND field = ? AND beginning >= ?":  "beginning>",
}

func TestEveryQueryIsARangeOfAnIndexInSQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dovetail.db")
	plainDB := livetest.OpenSQLite(t, path)
	a := &asked{queries: map[string][]any{}}
	pool := sql.OpenDB(listener{dialled{plainDB.Driver(), "file:" + path}, a})
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	plans := a.explain(t, pool, sqlstore.SQLite, "EXPLAIN QUERY PLAN ")
	require.Greater(t, len(plans), 60)
	for query, plan := range plans {
		if strings.Contains(query, "dovetail_migrations") {
			continue
		}
		require.NotContains(t, plan, "SCAN", query)
		require.NotContains(t, plan, "TEMP B-TREE", query)
	}
	for part, index := range indexed {
		met := 0
		for query, plan := range plans {
			if strings.Contains(query, part) {
				require.Contains(t, plan, index, query)
				met++
			}
		}
		require.NotZero(t, met, part)
	}
}

func TestEveryQueryCanBeARangeOfAnIndexInPostgres(t *testing.T) {
	t.Parallel()
	config, err := pgx.ParseConfig(postgres.DSN(postgres.Database(t, livetest.ICU)))
	require.NoError(t, err)
	a := &asked{queries: map[string][]any{}}
	config.Tracer = a
	// Of few rows Postgres reads all; what counts is what it can do.
	config.RuntimeParams["enable_seqscan"], config.RuntimeParams["enable_bitmapscan"] = "off", "off"
	pool := stdlib.OpenDB(*config)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	plans := a.explain(t, pool, sqlstore.Postgres, "EXPLAIN ")
	require.Greater(t, len(plans), 60)
	for query, plan := range plans {
		if strings.Contains(query, "dovetail_migrations") {
			continue
		}
		require.NotContains(t, plan, "Seq Scan", query)
		if !strings.Contains(query, "low = $2 AND high = $3") { // at most one row
			require.NotContains(t, plan, "Sort", query)
		}
		require.Contains(t, plan, "Index Cond", query)
	}
}
