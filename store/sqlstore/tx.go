package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
)

// runner is what statements run on: *sql.Conn, *sql.Tx, and the connection of
// this package that keeps its statements prepared.
type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// session is a transaction of the database, as its dialect runs it.
type session interface {
	runner
	// context is what its statements get instead of ctx.
	context(ctx context.Context) context.Context
	// plain is what statements of others run on: they aren't kept prepared.
	plain() runner
	// alive returns whether the transaction is still open after a statement
	// failed.
	alive(ctx context.Context) bool
	// commit and rollback end it, and give its connection back.
	commit() error
	rollback()
}

// tx is a transaction. It is not safe for concurrent use, but for over.
type tx struct {
	db *DB
	session
	// ctx is what the transaction is bound to, and run what statements get: on
	// SQLite it can't be done.
	ctx, run context.Context
	over     atomic.Bool
	// broken is the first error of a statement. Nothing is kept after it: some
	// errors end the transaction, and what follows would be written outside of
	// it.
	broken error
	// gathered are the rows that aren't written yet.
	gathered map[gatherKey]flusher
	// grounds are what writes to the assets of accounts stand on.
	grounds map[string]*ground
	// numbers are the account's, nil as long as nobody asked for them.
	numbers *numbers
}

// flusher writes gathered rows.
type flusher interface {
	flush(t *tx) error
	// release gives up what it holds, once the transaction is over.
	release()
}

// errOver is what is returned when a transaction was kept too long.
var errOver = errors.New("the transaction is over (use it only within the function that it was handed to)")

// usable returns why nothing can be read or written any more, or nil.
func (t *tx) usable() error {
	if t.over.Load() {
		return fmt.Errorf("sqlstore: %w", errOver)
	}
	if err := t.ctx.Err(); err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	return t.broken
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(what, query string, args ...any) (int64, error) {
	if err := t.usable(); err != nil {
		return 0, err
	}
	result, err := t.ExecContext(t.run, query, args...)
	if err != nil {
		return 0, t.fail(what, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, t.fail(what, err)
	}
	return n, nil
}

// query runs a query and calls each for every row of its answer, to scan it.
func (t *tx) query(what, query string, args []any, each func(rows *sql.Rows) error) error {
	if err := t.usable(); err != nil {
		return err
	}
	rows, err := t.QueryContext(t.run, query, args...)
	if err != nil {
		return t.fail(what, err)
	}
	defer func() { _ = rows.Close() }() // where it matters it is closed below
	for rows.Next() {
		if err := each(rows); err != nil {
			return t.fail(what, err)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return t.fail(what, err)
	}
	return nil
}

// row runs a query and scans the first row of its answer. It returns whether
// there is one.
func (t *tx) row(what, query string, args []any, dests ...any) (found bool, err error) {
	err = t.query(what, query, args, func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(dests...)
	})
	return found, err
}

// fail notes that a statement failed.
func (t *tx) fail(what string, err error) error {
	if cause := t.ctx.Err(); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	err = fmt.Errorf("sqlstore: %s: %w", what, err)
	if t.broken == nil {
		t.broken = err
	}
	return err
}

// finish writes what is gathered, and returns why the transaction can't be kept.
func (t *tx) finish() error {
	if err := t.usable(); err != nil {
		return err
	}
	return t.flush()
}

// flush writes all gathered rows.
func (t *tx) flush() error {
	for _, f := range t.gathered {
		if err := f.flush(t); err != nil {
			return err
		}
	}
	return nil
}
