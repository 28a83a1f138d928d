package livetest_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// kind is a kind of database that tests run on.
type kind struct {
	name    string
	dialect sqlstore.Dialect
	// make makes a database, and returns what opens it, as another process would
	// each time.
	make func(tb testing.TB) (open func() *sql.DB)
}

// kinds are all kinds of database that the tests run on.
func kinds() []kind {
	onPostgres := func(c livetest.Collation) func(tb testing.TB) func() *sql.DB {
		return func(tb testing.TB) func() *sql.DB {
			name := postgres.Database(tb, c)
			return func() *sql.DB { return postgres.OpenDatabase(tb, name) }
		}
	}
	return []kind{
		{"SQLite", sqlstore.SQLite, func(tb testing.TB) func() *sql.DB {
			path := filepath.Join(tb.TempDir(), "dovetail.db")
			return func() *sql.DB { return livetest.OpenSQLite(tb, path) }
		}},
		{"Postgres", sqlstore.Postgres, onPostgres(livetest.Bytewise)},
		{"Postgres with ICU", sqlstore.Postgres, onPostgres(livetest.ICU)},
	}
}

// eachKind runs a test on each kind of database.
func eachKind(t *testing.T, test func(t *testing.T, k kind)) {
	t.Helper()
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			test(t, k)
		})
	}
}

// openDB opens a DB that is closed with the test.
func openDB(ctx context.Context, tb testing.TB, c sqlstore.Config) *sqlstore.DB {
	tb.Helper()
	db, err := sqlstore.Open(ctx, c)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}

// account is the store of an account.
func account(tb testing.TB, db *sqlstore.DB, id string) *sqlstore.Store {
	tb.Helper()
	s, err := db.Account(id)
	require.NoError(tb, err)
	return s
}

// fixtures make stores in one database for the suites.
type fixtures struct {
	tb      testing.TB
	dialect sqlstore.Dialect
	open    func() *sql.DB
	db      *sqlstore.DB
	made    atomic.Int64
	// reopened opens the ledgers again.
	mu       sync.Mutex
	reopened map[store.Ledger]func(ctx context.Context) (*sqlstore.Store, error)
}

func newFixtures(tb testing.TB, k kind) *fixtures {
	f := &fixtures{
		tb: tb, dialect: k.dialect, open: k.make(tb), reopened: map[store.Ledger]func(context.Context) (*sqlstore.Store, error){},
	}
	f.db = openDB(tb.Context(), tb, f.config())
	return f
}

func (f *fixtures) config() sqlstore.Config {
	return sqlstore.Config{DB: f.open(), Dialect: f.dialect}
}

// store returns the store of an account that was not used yet.
func (f *fixtures) store() (*sqlstore.Store, error) {
	return f.account(f.db, sqlstore.Config{Dialect: f.dialect}, fmt.Sprintf("account-%d", f.made.Add(1)))
}

func (f *fixtures) account(db *sqlstore.DB, c sqlstore.Config, id string) (*sqlstore.Store, error) {
	s, err := db.Account(id)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reopened[s.Ledger()] = func(ctx context.Context) (*sqlstore.Store, error) {
		again := c
		again.DB = f.open()
		return f.account(openDB(ctx, f.tb, again), c, id)
	}
	return s, nil
}

// ledger is store for its ledger.
func (f *fixtures) ledger(context.Context) (store.Ledger, error) {
	s, err := f.store()
	if err != nil {
		return nil, err
	}
	return s.Ledger(), nil
}

// accounts returns ledgers of tables of their own, so that no id was used yet.
func (f *fixtures) accounts(ctx context.Context, ids ...string) ([]store.Ledger, error) {
	c := f.config()
	c.Prefix = fmt.Sprintf("tables%d_", f.made.Add(1))
	db := openDB(ctx, f.tb, c)
	ledgers := make([]store.Ledger, len(ids))
	for i, id := range ids {
		s, err := f.account(db, c, id)
		if err != nil {
			return nil, err
		}
		ledgers[i] = s.Ledger()
	}
	return ledgers, nil
}

// reopen returns a ledger as another process would find it.
func (f *fixtures) reopen(ctx context.Context, l store.Ledger) (store.Ledger, error) {
	f.mu.Lock()
	again := f.reopened[l]
	f.mu.Unlock()
	s, err := again(ctx)
	if err != nil {
		return nil, err
	}
	return s.Ledger(), nil
}
