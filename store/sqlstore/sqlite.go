package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// sqliteBackend runs transactions on SQLite: one writer at a time, on a
// connection of its own, and some readers. Each holder of a connection has it to
// itself.
type sqliteBackend struct {
	pool *sql.DB
	// writer and readers hold the connections that are free. A nil one is to be
	// opened: it was never, or it broke.
	writer, readers chan *sqliteConn
	closing         sync.Once
	closed          chan struct{}
}

var errClosed = errors.New("the DB is closed")

// openSQLite takes the connections of a DB, and refuses what would lose data.
func openSQLite(ctx context.Context, c Config) (backend, error) {
	if err := enough(c.DB.Stats(), c.Readers+1); err != nil {
		return nil, err
	}
	b := &sqliteBackend{
		pool: c.DB, writer: make(chan *sqliteConn, 1), readers: make(chan *sqliteConn, c.Readers), closed: make(chan struct{}),
	}
	writer, err := openSQLiteConn(ctx, b.pool, false)
	if err != nil {
		return nil, err
	}
	b.writer <- writer
	var errs []error
	for range c.Readers {
		var reader *sqliteConn
		if errs == nil {
			if reader, err = openSQLiteConn(ctx, b.pool, true); err != nil {
				errs = append(errs, err)
			}
		}
		b.readers <- reader
	}
	if errs != nil {
		return nil, errors.Join(errs[0], b.close())
	}
	return b, nil
}

// enough returns an error if a pool can't lend so many connections for good.
func enough(pool sql.DBStats, needed int) error {
	if pool.MaxOpenConnections == 0 || pool.MaxOpenConnections-pool.InUse >= needed {
		return nil
	}
	return fmt.Errorf("the pool has %d connections, %d of them in use, and %d are needed (raise SetMaxOpenConns, or lower Readers)",
		pool.MaxOpenConnections, pool.InUse, needed)
}

// begin implements backend.
func (b *sqliteBackend) begin(ctx context.Context, update bool) (session, error) {
	free := b.readers
	if update {
		free = b.writer
	}
	c, err := b.take(ctx, free)
	if err != nil {
		return nil, err
	}
	s := &sqliteSession{sqliteConn: c, free: free}
	if s.sqliteConn == nil {
		if s.sqliteConn, err = openSQLiteConn(ctx, b.pool, !update); err != nil {
			s.giveBack(nil)
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		s.giveBack(nil)
		return nil, err
	}
	if err := retryBusy(ctx, func() error { return s.start(ctx, update) }); err != nil {
		s.giveBack(err)
		return nil, err
	}
	return s, nil
}

// take waits for a connection that is free, nil for one that is to be opened.
func (b *sqliteBackend) take(ctx context.Context, free chan *sqliteConn) (*sqliteConn, error) {
	select {
	case <-b.closed:
		return nil, errClosed
	default:
	}
	select {
	case c := <-free:
		return c, nil
	case <-b.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lock implements backend. That there is one writer is enough.
func (b *sqliteBackend) lock(*tx, string) (*numbers, error) { return nil, nil }

// migrating implements backend.
func (b *sqliteBackend) migrating(*tx, naming) error { return nil }

// hasTable implements backend.
func (b *sqliteBackend) hasTable(t *tx, n naming, name string) (bool, error) {
	var found int64
	_, err := t.row("look for tables", "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = ?", []any{n.table(name)}, &found)
	return found > 0, err
}

// close implements backend: it waits for the transactions that are under way.
func (b *sqliteBackend) close() error {
	var errs []error
	b.closing.Do(func() {
		close(b.closed)
		for _, free := range []chan *sqliteConn{b.writer, b.readers} {
			for range cap(free) {
				if c := <-free; c != nil {
					errs = append(errs, c.close())
				}
			}
		}
	})
	return errors.Join(errs...)
}

// isBusy reports whether another connection holds a lock of the database. The
// drivers have no error in common: some have a code, all have the words.
func isBusy(err error) bool {
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		if code := coded.Code() & 0xff; code == 5 || code == 6 {
			return true
		}
	}
	text := err.Error()
	return strings.Contains(text, "database is locked") || strings.Contains(text, "SQLITE_BUSY")
}

// retryBusy calls fn until another process lets it.
func retryBusy(ctx context.Context, fn func() error) error {
	const shortest, longest = time.Millisecond, 50 * time.Millisecond
	timer := time.NewTimer(0)
	defer timer.Stop()
	for wait := shortest; ; wait = min(2*wait, longest) {
		err := fn()
		if err == nil || !isBusy(err) {
			return err
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			return fmt.Errorf("%w: another process writes to the database: %w", ctx.Err(), err)
		}
	}
}
