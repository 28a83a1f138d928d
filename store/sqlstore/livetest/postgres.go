package livetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/stretchr/testify/require"
)

// Postgres is a server of its own for one test binary. Its zero value starts the
// server when a database is asked for first; Stop, called by TestMain, ends it.
// A binary that is killed takes its server with it.
type Postgres struct {
	// Durable has the server write to disk what it acknowledges, as a real one
	// does. Otherwise it is faster.
	Durable bool

	once    sync.Once
	err     error
	dir     string
	server  *exec.Cmd
	life    io.Closer
	created atomic.Int64
}

// Collation is the order of text in a database.
type Collation string

// The collations.
const (
	// Bytewise is the order of bytes.
	Bytewise Collation = ""
	// ICU is English order, in which "a" comes before "B".
	ICU Collation = " LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0"
)

// Database returns the name of a new database for OpenDatabase. Where there is
// no Postgres the test is skipped, unless DOVETAIL_REQUIRE contains "postgres".
func (p *Postgres) Database(tb testing.TB, collation Collation) string {
	tb.Helper()
	p.once.Do(func() { p.err = p.start(tb.Context()) })
	if errors.Is(p.err, exec.ErrNotFound) && !required("postgres") {
		tb.Skipf("without PostgreSQL (make deps installs it): %v", p.err)
	}
	require.NoError(tb, p.err)
	name := fmt.Sprintf("test%d", p.created.Add(1))
	admin := p.OpenDatabase(tb, "postgres")
	_, err := admin.ExecContext(tb.Context(), "CREATE DATABASE "+name+string(collation))
	require.NoError(tb, err)
	return name
}

// New returns a new database.
func (p *Postgres) New(tb testing.TB, collation Collation) *sql.DB {
	tb.Helper()
	return p.OpenDatabase(tb, p.Database(tb, collation))
}

// OpenDatabase opens a database, as another process would.
func (p *Postgres) OpenDatabase(tb testing.TB, name string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("pgx", p.DSN(name))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	return db
}

// DSN is how a database of the server is opened.
func (p *Postgres) DSN(name string) string {
	return fmt.Sprintf("host=%s user=dovetail dbname=%s sslmode=disable", p.dir, name)
}

// Stop ends the server, if it was started, and removes its folder.
func (p *Postgres) Stop() error {
	if p.server == nil {
		return nil
	}
	errs := []error{p.life.Close(), p.server.Wait(), os.RemoveAll(p.dir)}
	return errors.Join(errs...)
}

// required reports whether DOVETAIL_REQUIRE says that something may not be
// skipped.
func required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv("DOVETAIL_REQUIRE"), ","), name)
}

// start makes a cluster and starts its server.
func (p *Postgres) start(ctx context.Context) error {
	bin, err := programs()
	if err != nil {
		return err
	}
	// The path of a socket has 107 bytes at most, so it isn't in the test's folder.
	if p.dir, err = os.MkdirTemp("/tmp", "dovetail-pg"); err != nil {
		return err
	}
	user, err := unprivileged(p.dir)
	if err != nil {
		return err
	}
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), //nolint:gosec // a program of the machine's
		"-D", filepath.Join(p.dir, "data"), "-U", "dovetail", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = user, p.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(p.dir))
	}
	return p.run(ctx, bin, user)
}

// Crash ends the server at once, whatever it does, and starts it again on what
// it left.
func (p *Postgres) Crash(ctx context.Context) error {
	if err := errors.Join(p.life.Close(), p.server.Wait()); err != nil {
		return err
	}
	bin, err := programs()
	if err != nil {
		return err
	}
	user, err := unprivileged(p.dir)
	if err != nil {
		return err
	}
	return p.run(ctx, bin, user)
}

// run starts the server on its cluster.
func (p *Postgres) run(ctx context.Context, bin string, user *syscall.SysProcAttr) (err error) {
	args := []string{
		"-D", filepath.Join(p.dir, "data"), "-k", p.dir, "-c", "listen_addresses=", "-c", "max_connections=200",
	}
	if !p.Durable {
		args = append(args, "-F", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	// The shell ends the server when its own input ends: when this process does,
	// however it ends.
	p.server = exec.Command("sh", append([]string{ //nolint:noctx,gosec // it lives until Stop
		"-c", `"$@" >>log 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; wait $server; exit 0`, "sh", filepath.Join(bin, "postgres"),
	}, args...)...)
	p.server.SysProcAttr, p.server.Dir = user, p.dir
	if p.life, err = p.server.StdinPipe(); err != nil {
		return err
	}
	if err := p.server.Start(); err != nil {
		return err
	}
	return p.await(ctx)
}

// programs finds the folder of the server's programs.
func programs() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", fmt.Errorf("initdb: %w", exec.ErrNotFound)
	}
	return filepath.Dir(found[len(found)-1]), nil
}

// await waits until the server answers.
func (p *Postgres) await(ctx context.Context) error {
	db, err := sql.Open("pgx", p.DSN("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	deadline := time.After(time.Minute)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
			return fmt.Errorf("the server does not answer: %w: %s", err, log)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
