package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// hostTable is a database with a table of the host's own.
type hostTable struct {
	pool   *sql.DB
	ledger store.Ledger
}

func newHostTable(t *testing.T, d database) hostTable {
	t.Helper()
	pool := d.open(t)()
	db := openDB(t, sqlstore.Config{DB: pool, Dialect: d.dialect})
	_, err := pool.ExecContext(t.Context(), "CREATE TABLE things (id INTEGER PRIMARY KEY)")
	require.NoError(t, err)
	return hostTable{pool, account(t, db, "a").Ledger()}
}

// update runs fn with the transaction of an update.
func (h hostTable) update(t *testing.T, fn func(ctx context.Context, tx store.Tx, w store.Writer) error) error {
	t.Helper()
	return h.ledger.Update(t.Context(), func(ctx context.Context, w store.Writer) error {
		tx, ok := store.TxOf(ctx)
		require.True(t, ok)
		return fn(ctx, tx, w)
	})
}

// require requires what is kept: so many things, and whether the run "r" is.
func (h hostTable) require(t *testing.T, things int, run bool) {
	t.Helper()
	var n int
	require.NoError(t, h.pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM things").Scan(&n))
	require.Equal(t, things, n)
	require.NoError(t, h.ledger.View(t.Context(), func(ctx context.Context, r store.Reader) error {
		_, err := r.Run("r")
		require.Equal(t, run, err == nil)
		_, ok := store.TxOf(ctx)
		require.False(t, ok, "a view has no transaction to write in")
		return nil
	}))
}

func putRun(w store.Writer) error { return w.PutRun(store.Run{ID: "r", Integration: "i"}) }

func count(ctx context.Context, tx store.Tx, query string) (n int, err error) {
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		if err := rows.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, errors.Join(rows.Err(), rows.Close(), rows.Close())
}

func TestAHostsStatementsArePartOfTheUpdate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHostTable(t, d)
		work := func(ctx context.Context, tx store.Tx, w store.Writer) {
			require.NoError(t, putRun(w))
			n, err := tx.Exec(ctx, "INSERT INTO things VALUES (1), (2)")
			require.NoError(t, err)
			require.EqualValues(t, 2, n)
			runs, err := count(ctx, tx, "SELECT COUNT(*) FROM dovetail_runs")
			require.NoError(t, err)
			require.Equal(t, 1, runs, "the host sees what the update has put")
		}
		stop := errors.New("stop")
		require.ErrorIs(t, h.update(t, func(ctx context.Context, tx store.Tx, w store.Writer) error {
			work(ctx, tx, w)
			return stop
		}), stop)
		h.require(t, 0, false)
		var kept store.Tx
		require.NoError(t, h.update(t, func(ctx context.Context, tx store.Tx, w store.Writer) error {
			kept = tx
			work(ctx, tx, w)
			return nil
		}))
		h.require(t, 2, true)
		_, err := kept.Exec(t.Context(), "DELETE FROM things")
		require.ErrorContains(t, err, "over")
		_, err = count(t.Context(), kept, "SELECT 1")
		require.ErrorContains(t, err, "over")
		h.require(t, 2, true)
	})
}

func TestAStatementOfTheHostsThatFailsMayBeReckonedWith(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHostTable(t, d)
		require.NoError(t, h.update(t, func(ctx context.Context, tx store.Tx, w store.Writer) error {
			exec := func(query string) error {
				_, err := tx.Exec(ctx, query)
				return err
			}
			require.NoError(t, errors.Join(exec("INSERT INTO things VALUES (1)"), exec("SAVEPOINT before")))
			require.Error(t, exec("INSERT INTO things VALUES (1)"))
			require.NoError(t, exec("ROLLBACK TO before"))
			return putRun(w)
		}))
		h.require(t, 1, true)
	})
}

func TestAHostDoesNotEndTheTransactionOfAnUpdate(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		h := newHostTable(t, d)
		require.NoError(t, h.update(t, func(ctx context.Context, tx store.Tx, w store.Writer) error {
			for _, statement := range []string{"BEGIN", "start transaction", " COMMIT;", "end", "ABORT", "rollback", "ROLLBACK AND CHAIN"} {
				_, err := tx.Exec(ctx, statement)
				require.ErrorContains(t, err, "savepoints", statement)
				_, err = count(ctx, tx, statement)
				require.ErrorContains(t, err, "savepoints", statement)
			}
			return putRun(w)
		}))
		h.require(t, 0, true)
	})
}

func TestAnUpdateWhoseTransactionIsBrokenFails(t *testing.T) {
	t.Parallel()
	breaks := map[string]map[sqlstore.Dialect]string{
		"an error that nobody minded":          {sqlstore.Postgres: "INSERT INTO things VALUES (1)"},
		"an error that ends the transaction":   {sqlstore.SQLite: "INSERT OR ROLLBACK INTO things VALUES (1)"},
		"the connection breaks":                {sqlstore.Postgres: "SELECT pg_terminate_backend(pg_backend_pid())"},
		"a table of the store is taken away":   {sqlstore.SQLite: "DROP TABLE dovetail_runs", sqlstore.Postgres: "DROP TABLE dovetail_runs"},
		"a column of the store is taken away ": {sqlstore.SQLite: "ALTER TABLE dovetail_runs DROP COLUMN code", sqlstore.Postgres: "ALTER TABLE dovetail_runs DROP COLUMN code"},
	}
	eachDatabase(t, func(t *testing.T, d database) {
		for name, statements := range breaks {
			statement, known := statements[d.dialect]
			if !known {
				continue
			}
			t.Run(name, func(t *testing.T) {
				h := newHostTable(t, d)
				err := h.update(t, func(ctx context.Context, tx store.Tx, w store.Writer) error {
					_, err := tx.Exec(ctx, "INSERT INTO things VALUES (1)")
					require.NoError(t, err)
					_, _ = tx.Exec(ctx, statement)
					_ = putRun(w)
					_, _ = w.LastRun("i")
					_ = putRun(w)
					return nil
				})
				require.Error(t, err)
				h.require(t, 0, false)
				require.NoError(t, h.update(t, func(_ context.Context, _ store.Tx, w store.Writer) error { return putRun(w) }), "the next update is well")
				h.require(t, 0, true)
			})
		}
	})
}
