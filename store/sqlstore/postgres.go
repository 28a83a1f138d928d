package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"sync/atomic"
	"time"
)

// postgresBackend runs transactions on Postgres, on connections of the pool.
type postgresBackend struct {
	pool   *sql.DB
	naming naming
	closed atomic.Bool
}

// openPostgres refuses what the package can't work with.
func openPostgres(ctx context.Context, c Config, n naming) (backend, error) {
	// A host that reads its documents while it views the ledger needs two.
	if most := c.DB.Stats().MaxOpenConnections; most == 1 {
		return nil, fmt.Errorf("the pool has one connection, and two are needed at least (raise SetMaxOpenConns)")
	}
	var version int64
	var encoding string
	err := c.DB.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding')").
		Scan(&version, &encoding)
	if err != nil {
		return nil, fmt.Errorf("read the version: %w", err)
	}
	if err := checkPostgres(version, encoding); err != nil {
		return nil, err
	}
	return &postgresBackend{pool: c.DB, naming: n}, nil
}

// begin implements backend.
func (b *postgresBackend) begin(ctx context.Context, update bool) (session, error) {
	if b.closed.Load() {
		return nil, errClosed
	}
	conn, err := b.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// What database/sql is told to watch must outlive ctx: it would roll back
	// with a context that is done, which costs the connection.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	s := &postgresSession{conn: conn, end: end}
	s.Tx, err = conn.BeginTx(life, options(update))
	if !stop() && err == nil {
		s.rollback()
		return nil, ctx.Err()
	}
	if err != nil {
		s.giveBack()
		return nil, err
	}
	if !update {
		if _, err := s.ExecContext(ctx, "SELECT 1"); err != nil { // the snapshot is that of the first statement
			s.rollback()
			return nil, err
		}
	}
	return s, nil
}

func options(update bool) *sql.TxOptions {
	if update {
		// Each statement sees what was committed before it, so all after the
		// lock see the update before.
		return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
	}
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// lock implements backend.
func (b *postgresBackend) lock(t *tx, account string) (*numbers, error) {
	n := &numbers{account: account}
	query := b.naming.sql("SELECT journal, overwritten FROM {accounts} WHERE id = ? FOR UPDATE")
	for {
		found, err := t.row("lock the account", query, []any{account}, &n.journal, &n.overwritten)
		if err != nil || found {
			return n, err
		}
		// Its first update. Another process's may be just as early.
		insert := b.naming.sql("INSERT INTO {accounts} (id, journal, overwritten) VALUES (?, 0, 0) ON CONFLICT (id) DO NOTHING")
		if _, err := t.exec("add the account", insert, account); err != nil {
			return nil, err
		}
	}
}

// migrating implements backend.
func (b *postgresBackend) migrating(t *tx, n naming) error {
	h := fnv.New64a()
	fmt.Fprintf(h, "dovetail %s", n.table(""))
	return t.query("lock the tables", "SELECT pg_advisory_xact_lock($1)::text", []any{int64(h.Sum64())}, func(*sql.Rows) error { return nil })
}

// hasTable implements backend.
func (b *postgresBackend) hasTable(t *tx, n naming, name string) (found bool, err error) {
	_, err = t.row("look for tables", "SELECT to_regclass($1) IS NOT NULL", []any{n.table(name)}, &found)
	return found, err
}

// close implements backend. It holds nothing.
func (b *postgresBackend) close() error {
	b.closed.Store(true)
	return nil
}

// endTimeout is how long the end of a transaction may take that nobody waits for
// any more.
const endTimeout = 10 * time.Second

// postgresSession is a transaction on Postgres.
type postgresSession struct {
	*sql.Tx
	conn *sql.Conn
	// end cancels what database/sql watches.
	end context.CancelFunc
}

// context implements session.
func (s *postgresSession) context(ctx context.Context) context.Context { return ctx }

// plain implements session. The drivers keep statements prepared themselves.
func (s *postgresSession) plain() runner { return s.Tx }

// alive implements session. After an error Postgres takes nothing until the
// transaction is rolled back, so nothing is written outside of it.
func (s *postgresSession) alive(context.Context) bool { return true }

// commit implements session.
func (s *postgresSession) commit() error {
	defer s.giveBack()
	defer time.AfterFunc(endTimeout, s.end).Stop()
	return s.Commit()
}

// rollback implements session.
func (s *postgresSession) rollback() {
	defer s.giveBack()
	defer time.AfterFunc(endTimeout, s.end).Stop()
	_ = s.Rollback() // a connection that can't is discarded by its driver
}

func (s *postgresSession) giveBack() {
	_ = s.conn.Close() // it goes back to the pool
	s.end()
}
