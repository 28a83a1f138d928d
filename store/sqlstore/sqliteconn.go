package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
)

// sqliteConn is a connection to SQLite that keeps its statements prepared. The
// statements of this package are a few hundred at most.
type sqliteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

// openSQLiteConn takes a connection of the pool and sets it up.
func openSQLiteConn(ctx context.Context, pool *sql.DB, reads bool) (*sqliteConn, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &sqliteConn{conn: conn, prepared: map[string]*sql.Stmt{}}
	// Another process may be making the tables, or switching to WAL.
	if err := retryBusy(ctx, func() error { return c.setUp(ctx, reads) }); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *sqliteConn) setUp(ctx context.Context, reads bool) error {
	var version, encoding, file, mode string
	if err := c.conn.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("read the version: %w", err)
	}
	if err := checkSQLite(version); err != nil {
		return err
	}
	if err := c.conn.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil {
		return fmt.Errorf("read the name of the file: %w", err)
	}
	if file == "" {
		return errors.New("the database is in memory, where each connection has one of its own (use a file, or package store/memory)")
	}
	if err := c.conn.QueryRowContext(ctx, "PRAGMA encoding").Scan(&encoding); err != nil {
		return fmt.Errorf("read the encoding: %w", err)
	}
	if encoding != "UTF-8" {
		return fmt.Errorf("the database's encoding is %s, in which text sorts otherwise (make one with UTF-8)", encoding)
	}
	// Waiting is done here, where it ends with the context, and not in SQLite.
	if err := c.pragma(ctx, "busy_timeout = 0"); err != nil {
		return err
	}
	if err := c.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return fmt.Errorf("switch to WAL: %w", err)
	}
	if !strings.EqualFold(mode, "wal") {
		return fmt.Errorf("the database stays in journal mode %s (WAL needs a file that can be written, on a disk of this machine)", mode)
	}
	pragmas := []string{"synchronous = FULL"}
	if reads {
		pragmas = append(pragmas, "query_only = 1")
	} else {
		// What would undo one statement is a few pages. Beyond some SQLite keeps
		// them in a file, and to write that costs more than the statement.
		// The pages that an update touches are to stay in memory until it is kept (8
		// MB, instead of 2), and a page that many updates touch is to be brought from
		// the log into the file once (at 16 MB of log, instead of 4).
		pragmas = append(pragmas, "temp_store = MEMORY", "cache_size = -8000", "wal_autocheckpoint = 4000")
	}
	for _, pragma := range pragmas {
		if err := c.pragma(ctx, pragma); err != nil {
			return err
		}
	}
	return nil
}

func (c *sqliteConn) pragma(ctx context.Context, text string) error {
	if _, err := c.conn.ExecContext(ctx, "PRAGMA "+text); err != nil {
		return fmt.Errorf("set %s: %w", text, err)
	}
	return nil
}

// ExecContext implements runner.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept until the connection is closed
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// QueryContext implements runner.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := c.prepare(ctx, query) //nolint:sqlclosecheck // kept until the connection is closed
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (c *sqliteConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, found := c.prepared[query]; found {
		return stmt, nil
	}
	stmt, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.prepared[query] = stmt
	return stmt, nil
}

// close closes the connection for good, rather than give it back to the pool
// with the settings that it has.
func (c *sqliteConn) close() error {
	if c == nil {
		return nil
	}
	var errs []error
	for _, stmt := range c.prepared {
		errs = append(errs, stmt.Close())
	}
	err := c.conn.Raw(func(any) error { return driver.ErrBadConn })
	if !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// sqliteSession is a transaction on SQLite.
type sqliteSession struct {
	*sqliteConn
	// free is where the connection is given back to.
	free chan *sqliteConn
}

// start begins the transaction. A reader's snapshot is that of its first read,
// so it reads at once.
func (s *sqliteSession) start(ctx context.Context, update bool) error {
	ctx = s.context(ctx)
	if update {
		_, err := s.ExecContext(ctx, "BEGIN IMMEDIATE")
		return err
	}
	if _, err := s.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	if err := s.look(ctx); err != nil {
		_, again := s.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, again)
	}
	return nil
}

// look reads something.
func (s *sqliteSession) look(ctx context.Context) error {
	stmt, err := s.prepare(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)") //nolint:sqlclosecheck // kept until the connection is closed
	if err != nil {
		return err
	}
	var n int64
	return stmt.QueryRowContext(ctx).Scan(&n)
}

// context implements session. A driver may start a goroutine for every statement
// whose context can be done, so none can; between statements it is looked at.
func (s *sqliteSession) context(ctx context.Context) context.Context {
	return context.WithoutCancel(ctx)
}

// plain implements session.
func (s *sqliteSession) plain() runner { return s.conn }

// alive implements session. SQLite ends a transaction by itself after some
// errors, as when the disk is full; what follows would be written outside of it.
// It tells by whether another can be begun.
func (s *sqliteSession) alive(ctx context.Context) bool {
	if _, err := s.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return strings.Contains(err.Error(), "within a transaction")
	}
	return false // and the one just begun is rolled back
}

// commit implements session.
func (s *sqliteSession) commit() error {
	_, err := s.ExecContext(context.Background(), "COMMIT")
	if err != nil {
		s.rollback()
		return err
	}
	s.giveBack(nil)
	return nil
}

// rollback implements session.
func (s *sqliteSession) rollback() {
	_, err := s.ExecContext(context.Background(), "ROLLBACK")
	s.giveBack(err)
}

// giveBack gives the connection back. One that failed is closed, and another
// opened in its place when it is needed.
func (s *sqliteSession) giveBack(err error) {
	if err != nil && !isBusy(err) {
		_ = s.close() // it is broken anyway
		s.sqliteConn = nil
	}
	s.free <- s.sqliteConn
}
