package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// putNamed puts an integration.
func putNamed(name string) func(context.Context, store.Writer) error {
	return func(_ context.Context, w store.Writer) error {
		return w.PutIntegration(store.Integration{ID: "i", Name: name})
	}
}

func named(t *testing.T, l store.Ledger) (name string) {
	t.Helper()
	require.NoError(t, l.View(t.Context(), func(_ context.Context, r store.Reader) error {
		i, err := r.Integration("i")
		name = i.Name
		return err
	}))
	return name
}

// holdUpdate begins an update, does do, and returns what lets it end.
func holdUpdate(t *testing.T, l store.Ledger, do func(context.Context, store.Writer) error) (end func()) {
	t.Helper()
	begun, may, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- l.Update(t.Context(), func(ctx context.Context, w store.Writer) error {
			close(begun)
			<-may
			return do(ctx, w)
		})
	}()
	<-begun
	return func() {
		t.Helper()
		close(may)
		require.NoError(t, <-ended)
	}
}

// two are ledgers of one account, as two processes have them.
func two(t *testing.T, d database) (one, other store.Ledger) {
	t.Helper()
	reopen := d.open(t)
	c := sqlstore.Config{Dialect: d.dialect}
	c.DB = reopen()
	one = account(t, openDB(t, c), "a").Ledger()
	c.DB = reopen()
	return one, account(t, openDB(t, c), "a").Ledger()
}

func TestAnUpdateWaitsForThatOfAnotherProcess(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		one, other := two(t, d)
		require.NoError(t, one.Update(t.Context(), putNamed("first")))
		second := holdUpdate(t, one, putNamed("second"))
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := other.Update(short, func(context.Context, store.Writer) error { return errors.New("it did not wait") })
		require.ErrorIs(t, err, context.DeadlineExceeded, "waiting ends with the context")
		require.Equal(t, "first", named(t, other), "a view waits for nobody")
		third := make(chan error, 1)
		go func() {
			third <- other.Update(t.Context(), func(_ context.Context, w store.Writer) error {
				i, err := w.Integration("i")
				if err != nil {
					return err
				}
				i.Name += ", third"
				return w.PutIntegration(i)
			})
		}()
		second()
		require.NoError(t, <-third)
		require.Equal(t, "second, third", named(t, one))
	})
}

func TestWaitingWithinAProcessEndsWithTheContext(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		l, _ := two(t, d)
		first := holdUpdate(t, l, putNamed("w"))
		short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, l.Update(short, putNamed("x")), context.DeadlineExceeded)
		first()
		require.NoError(t, l.Update(t.Context(), putNamed("y")), "the turn is not lost")
	})
}

func TestUpdatesOfTwoAccountsRunSideBySideOnPostgres(t *testing.T) {
	t.Parallel()
	db := openDB(t, sqlstore.Config{DB: postgres.New(t, livetest.Bytewise), Dialect: sqlstore.Postgres})
	a, b := account(t, db, "a").Ledger(), account(t, db, "b").Ledger()
	first := holdUpdate(t, a, putNamed("a"))
	require.NoError(t, b.Update(t.Context(), putNamed("b")))
	first()
	require.Equal(t, "a", named(t, a))
	require.Equal(t, "b", named(t, b))
}

func TestATransactionWithinOneIsRefusedForWhicheverAccount(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		db := openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect})
		a, b := account(t, db, "a").Ledger(), account(t, db, "b").Ledger()
		nested := func(ctx context.Context) {
			for _, l := range []store.Ledger{a, b} {
				require.ErrorIs(t, l.View(ctx, nil), store.ErrNested)
				require.ErrorIs(t, l.Update(ctx, nil), store.ErrNested)
			}
			_, err := db.Due(ctx, time.Now(), 1)
			require.ErrorIs(t, err, store.ErrNested)
		}
		require.NoError(t, a.View(t.Context(), func(ctx context.Context, _ store.Reader) error { nested(ctx); return nil }))
		require.NoError(t, a.Update(t.Context(), func(ctx context.Context, _ store.Writer) error { nested(ctx); return nil }))
	})
}

func TestMoreViewsThanReadersTakeTurns(t *testing.T) {
	t.Parallel()
	db := openDB(t, sqlstore.Config{DB: livetest.SQLite(t), Dialect: sqlstore.SQLite, Readers: 2})
	l := account(t, db, "a").Ledger()
	release, inside := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 3)
	for range 3 {
		go func() {
			ended <- l.View(t.Context(), func(context.Context, store.Reader) error {
				inside <- struct{}{}
				<-release
				return nil
			})
		}()
	}
	<-inside
	<-inside
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, l.View(short, nil), context.DeadlineExceeded, "both readers are taken")
	close(release)
	<-inside
	for range 3 {
		require.NoError(t, <-ended)
	}
}

func TestSQLiteWaitsForAProcessThatHoldsItsLock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dovetail.db")
	l := account(t, openDB(t, sqlstore.Config{DB: livetest.OpenSQLite(t, path), Dialect: sqlstore.SQLite}), "a").Ledger()
	conn, err := livetest.OpenSQLite(t, path).Conn(t.Context())
	require.NoError(t, err)
	exec := func(c *sql.Conn, query string) {
		_, err := c.ExecContext(t.Context(), query)
		require.NoError(t, err)
	}
	exec(conn, "BEGIN IMMEDIATE")
	short, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
	defer cancel()
	err = l.Update(short, putNamed("x"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "another process writes")
	exec(conn, "ROLLBACK")
	require.NoError(t, conn.Close())
	require.NoError(t, l.Update(t.Context(), putNamed("y")))
}
