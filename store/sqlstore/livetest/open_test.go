package livetest_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

func openError(t *testing.T, pool *sql.DB, d sqlstore.Dialect) error {
	t.Helper()
	_, err := sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: d})
	require.Error(t, err)
	require.Zero(t, pool.Stats().InUse, "what was refused holds no connection")
	return err
}

func TestOpenRefusesSQLiteInMemory(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{":memory:", "file::memory:", "file:x?mode=memory&cache=shared"} {
		pool, err := sql.Open("sqlite", dsn)
		require.NoError(t, err)
		require.ErrorContains(t, openError(t, pool, sqlstore.SQLite), "store/memory", dsn)
		require.NoError(t, pool.Close())
	}
}

func TestOpenRefusesSQLiteInUTF16(t *testing.T) {
	t.Parallel()
	pool := livetest.SQLite(t)
	pool.SetMaxOpenConns(1)
	for _, statement := range []string{"PRAGMA encoding = 'UTF-16le'", "CREATE TABLE other (x)"} {
		_, err := pool.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	pool.SetMaxOpenConns(0)
	require.ErrorContains(t, openError(t, pool, sqlstore.SQLite), "UTF-16le")
}

func TestOpenRefusesAPoolThatIsTooSmall(t *testing.T) {
	t.Parallel()
	pool := livetest.SQLite(t)
	pool.SetMaxOpenConns(4)
	require.ErrorContains(t, openError(t, pool, sqlstore.SQLite), "SetMaxOpenConns")
	pool.SetMaxOpenConns(5)
	db := openDB(t, sqlstore.Config{DB: pool, Dialect: sqlstore.SQLite})
	_, err := sqlstore.Open(t.Context(), sqlstore.Config{DB: pool, Dialect: sqlstore.SQLite})
	require.ErrorContains(t, err, "5 of them in use")
	require.NoError(t, db.Close())
	openDB(t, sqlstore.Config{DB: pool, Dialect: sqlstore.SQLite, Readers: 1})

	pool = postgres.New(t, livetest.Bytewise)
	pool.SetMaxOpenConns(1)
	require.ErrorContains(t, openError(t, pool, sqlstore.Postgres), "SetMaxOpenConns")
}

func TestOpenRefusesPostgresInAnotherEncoding(t *testing.T) {
	t.Parallel()
	pool := postgres.New(t, " ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
	require.ErrorContains(t, openError(t, pool, sqlstore.Postgres), "SQL_ASCII")
}

func TestOpenWithTheWrongDialectFails(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, openError(t, livetest.SQLite(t), sqlstore.Postgres), "read the version")
	require.ErrorContains(t, openError(t, postgres.New(t, livetest.Bytewise), sqlstore.SQLite), "read the version")
}

func TestAProgramThatMayNotMakeTablesCanUseThem(t *testing.T) {
	t.Parallel()
	name := postgres.Database(t, livetest.Bytewise)
	owner := postgres.OpenDatabase(t, name)
	openDB(t, sqlstore.Config{DB: owner, Dialect: sqlstore.Postgres, Schema: "sync"})
	for _, statement := range []string{
		"CREATE ROLE " + name + "_user LOGIN", "GRANT USAGE ON SCHEMA sync TO " + name + "_user",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sync TO " + name + "_user",
	} {
		_, err := owner.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	pool, err := sql.Open("pgx", strings.Replace(postgres.DSN(name), "user=dovetail", "user="+name+"_user", 1))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, pool.Close()) })
	s := account(t, openDB(t, sqlstore.Config{DB: pool, Dialect: sqlstore.Postgres, Schema: "sync"}), "a")
	require.NoError(t, s.Ledger().Update(t.Context(), func(_ context.Context, w store.Writer) error { return writeEverything(w, 1) }))
	makeDocuments(t, newPlatform(t, pool))
}

// newPlatform is a platform with a sealer over tables that are there.
func newPlatform(t *testing.T, pool *sql.DB) *sqlstore.Documents {
	t.Helper()
	return account(t, openDB(t, sqlstore.Config{DB: pool, Dialect: sqlstore.Postgres, Schema: "sync", Sealer: sealer(t)}), "a").Platform()
}

func TestAnAccountsIDIsAnyTextThatCanBeKept(t *testing.T) {
	t.Parallel()
	db := openDB(t, sqlstore.Config{DB: livetest.SQLite(t), Dialect: sqlstore.SQLite})
	for _, id := range []string{"", "a/b'; --", "ä", strings.Repeat("x", 191)} {
		account(t, db, id)
	}
	for _, id := range []string{strings.Repeat("x", 192), "a\xff", "a\x00", "a\n"} {
		_, err := db.Account(id)
		require.ErrorIs(t, err, store.ErrRefused, "%q", id)
	}
}

func TestCloseGivesTheConnectionsBackAndEndsTheStores(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		pool := d.open(t)()
		db := openDB(t, sqlstore.Config{DB: pool, Dialect: d.dialect})
		s := account(t, db, "a")
		closed := make(chan error, 1)
		require.NoError(t, s.Ledger().Update(t.Context(), func(_ context.Context, w store.Writer) error {
			go func() { closed <- db.Close() }()
			return w.PutIntegration(store.Integration{ID: "i"})
		}), "what is under way comes to its end")
		require.NoError(t, <-closed)
		require.NoError(t, db.Close(), "twice is once")
		require.Zero(t, pool.Stats().InUse)
		require.ErrorContains(t, s.Ledger().View(t.Context(), nil), "closed")
		require.ErrorContains(t, s.Ledger().Update(t.Context(), nil), "closed")
		_, err := s.Documents().Company(t.Context(), "c")
		require.ErrorContains(t, err, "closed")
		require.NoError(t, pool.PingContext(t.Context()), "the pool is the host's")
	})
}

func TestDueAsksAllAccounts(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		db := openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect})
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		due := func(id string, after time.Duration) sqlstore.AccountDue {
			when := at.Add(after)
			if after < 0 {
				when = time.Time{}
			}
			row := store.Due{Integration: "i", At: when, Failures: 3, Deployment: "d " + id}
			require.NoError(t, account(t, db, id).Ledger().Update(t.Context(), func(_ context.Context, w store.Writer) error { return w.PutDue(row) }))
			return sqlstore.AccountDue{Account: id, Due: row}
		}
		second, first, third := due("a", time.Microsecond), due("b", 0), due("c", time.Second)
		always := due("z", -1)
		got, err := db.Due(t.Context(), at.Add(time.Microsecond), 10)
		require.NoError(t, err)
		require.Equal(t, []sqlstore.AccountDue{always, first, second}, got)
		got, err = db.Due(t.Context(), third.Due.At, 2)
		require.NoError(t, err)
		require.Equal(t, []sqlstore.AccountDue{always, first}, got)
	})
}
