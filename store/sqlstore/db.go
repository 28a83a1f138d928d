package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/store"
)

// DB is a database that stores are kept in: any number of accounts. It is safe
// for concurrent use.
type DB struct {
	naming
	backend   backend
	tables    *tables
	documents *documentTables
	sealer    store.Sealer
}

// backend is what differs between the dialects in how transactions are run.
type backend interface {
	// begin starts a transaction: for an account's update, or for reading only.
	begin(ctx context.Context, update bool) (session, error)
	// lock makes sure that t sees what the account's last update left. It
	// returns the account's numbers if it has met them.
	lock(t *tx, account string) (*numbers, error)
	// migrating keeps all others from changing the tables at once.
	migrating(t *tx, n naming) error
	// hasTable returns whether a table is there.
	hasTable(t *tx, n naming, name string) (bool, error)
	// close gives back what it holds of the pool.
	close() error
}

// Open makes the tables in the database that c names, or brings them up to date,
// and returns a DB over it. Several processes may do so at once. All that is
// wrong with c is told in one error.
func Open(ctx context.Context, c Config) (*DB, error) {
	c, err := c.check()
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open: %w", err)
	}
	n := newNaming(c)
	db := &DB{naming: n, tables: newTables(n), documents: newDocumentTables(n), sealer: c.Sealer}
	if c.Dialect == SQLite {
		db.backend, err = openSQLite(ctx, c)
	} else {
		db.backend, err = openPostgres(ctx, c, n)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlstore: open: %w", err)
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlstore: open: %w", err), db.backend.close())
	}
	return db, nil
}

// Close gives the connections back that the DB holds, after the transactions
// that are under way. It doesn't close Config.DB. After it the stores return
// errors. It must not be called within a transaction.
func (db *DB) Close() error {
	if err := db.backend.close(); err != nil {
		return fmt.Errorf("sqlstore: close: %w", err)
	}
	return nil
}

// maxAccount is the longest id of an account in bytes, as for all ids.
const maxAccount = 191

// Account returns the store of one account. The id is the host's: up to 191
// bytes of valid UTF-8 without control characters; it may be empty, for a host
// that has one account. An account need not be made.
func (db *DB) Account(id string) (*Store, error) {
	switch {
	case len(id) > maxAccount:
		return nil, fmt.Errorf("sqlstore: account %.20q…: %w: the id has %d bytes, more than %d", id, store.ErrRefused, len(id), maxAccount)
	case !utf8.ValidString(id):
		return nil, fmt.Errorf("sqlstore: account %q: %w: the id is not valid UTF-8", id, store.ErrRefused)
	case strings.ContainsFunc(id, unicode.IsControl):
		return nil, fmt.Errorf("sqlstore: account %q: %w: the id has a control character", id, store.ErrRefused)
	}
	return newStore(db, id), nil
}

// AccountDue is a due time and whose it is.
type AccountDue struct {
	// Account is the account's id.
	Account string
	// Due is the due time.
	Due store.Due
}

// Due returns the due times of all accounts that are not after before, the
// earliest first, and at most limit of them.
func (db *DB) Due(ctx context.Context, before time.Time, limit int) ([]AccountDue, error) {
	var due []AccountDue
	err := db.transact(ctx, "due", false, "", func(ctx context.Context, t *tx) error {
		var row AccountDue
		table := db.tables.due
		dests := append(table.dests(&row.Due, false), &row.Account)
		query := strings.Replace(table.selection, " FROM ", ", account FROM ", 1) +
			" WHERE due_at <= ? ORDER BY due_at, account, integration LIMIT ?"
		return t.query("list due times", db.sql(query), []any{before.UnixMicro(), limit}, func(rows *sql.Rows) error {
			err := rows.Scan(dests...)
			due = append(due, row)
			return err
		})
	})
	return due, err
}
