package livetest_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// database is a kind of database that tests run on.
type database struct {
	name    string
	dialect sqlstore.Dialect
	// open makes a database, and returns what opens it, as another process would
	// each time.
	open func(tb testing.TB) (reopen func() *sql.DB)
}

// databases are all kinds of database that the tests run on.
func databases() []database {
	onPostgres := func(c livetest.Collation) func(tb testing.TB) func() *sql.DB {
		return func(tb testing.TB) func() *sql.DB {
			name := postgres.Database(tb, c)
			return func() *sql.DB { return postgres.OpenDatabase(tb, name) }
		}
	}
	return []database{
		{"SQLite", sqlstore.SQLite, func(tb testing.TB) func() *sql.DB {
			path := filepath.Join(tb.TempDir(), "dovetail.db")
			return func() *sql.DB { return livetest.OpenSQLite(tb, path) }
		}},
		{"Postgres", sqlstore.Postgres, onPostgres(livetest.Bytewise)},
		{"Postgres with ICU", sqlstore.Postgres, onPostgres(livetest.ICU)},
	}
}

// eachDatabase runs a test on each kind of database.
func eachDatabase(t *testing.T, test func(t *testing.T, d database)) {
	t.Helper()
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

// openDB opens a DB that is closed with the test.
func openDB(tb testing.TB, c sqlstore.Config) *sqlstore.DB {
	tb.Helper()
	return openDBWithin(tb.Context(), tb, c)
}

// openDBWithin is openDB with a context that opening must heed.
func openDBWithin(ctx context.Context, tb testing.TB, c sqlstore.Config) *sqlstore.DB {
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

// accounts hands out stores of a DB, each of an account that was not used yet.
type accounts struct {
	db   *sqlstore.DB
	last atomic.Int64
}

func (a *accounts) next() (*sqlstore.Store, error) {
	return a.db.Account(fmt.Sprintf("account-%d", a.last.Add(1)))
}
