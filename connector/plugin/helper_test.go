//go:build unix

package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
)

// program is a built plugin.
type program struct{ path, checksum string }

// programs are the plugins that the tests run, built once.
var programs struct{ testing, syncro program }

func TestMain(m *testing.M) {
	if path := os.Getenv(hostEnv); path != "" {
		hostMain(path)
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "plugins-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	const module = "github.com/dovetail-sync/dovetail/"
	for pkg, into := range map[string]*program{
		module + "connector/plugin/internal/testplugin": &programs.testing,
		module + "syncro/cmd/dovetail-syncro":           &programs.syncro,
	} {
		*into, err = build(dir, pkg)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

func build(dir, pkg string) (program, error) {
	path := filepath.Join(dir, filepath.Base(pkg))
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, pkg).CombinedOutput(); err != nil {
		return program{}, fmt.Errorf("build %s: %w: %s", pkg, err, out)
	}
	sum, err := plugin.Checksum(path)
	return program{path, sum}, err
}

// start starts the test plugin; change may be nil.
func start(t testing.TB, change func(*plugin.Config)) *plugin.Plugin {
	t.Helper()
	cfg := plugin.Config{Path: programs.testing.path, Checksum: programs.testing.checksum}
	if change != nil {
		change(&cfg)
	}
	p, err := plugin.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p
}

// bad starts a plugin that misbehaves.
func bad(mode string) func(*plugin.Config) {
	return func(cfg *plugin.Config) { cfg.Env = append(cfg.Env, "TESTPLUGIN="+mode) }
}

const token = "tok-4711/+geheim"

// settings are options for the test connector: names and values in turn.
func settings(pairs ...any) connector.OpenOptions {
	opt := connector.OpenOptions{Config: connector.Config{
		Values:  map[string]string{},
		Secrets: map[string]connector.Secret{testconnector.Token: connector.NewSecret(token)},
	}}
	for i := 0; i < len(pairs); i += 2 {
		opt.Config.Values[pairs[i].(string)] = fmt.Sprint(pairs[i+1])
	}
	return opt
}

func open(t testing.TB, c connector.Connector, opt connector.OpenOptions) connector.Session {
	t.Helper()
	s, err := c.Open(t.Context(), opt)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// read reads to the end, or to the first error.
func read(ctx context.Context, s connector.Session, req connector.ReadRequest) ([]connector.Page, error) {
	if req.Kind == "" {
		req.Kind = testconnector.Kind
	}
	var pages []connector.Page
	for page, err := range s.Read(ctx, req) {
		if err != nil {
			return pages, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// ask asks the test connector something about its session or process.
func ask(t testing.TB, s connector.Session, what string) int {
	t.Helper()
	n, err := connector.FeaturesOf(s).Count(t.Context(), connector.Kind(what))
	require.NoError(t, err)
	return n
}

// eventually waits until something is so.
func eventually(t testing.TB, within time.Duration, so func() bool, what string) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(within)
	defer end.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-end.C:
			require.FailNow(t, what, "not within %v", within)
		}
	}
}

// runs reports whether there is such a process. A dead one whose parent hasn't
// waited for it is none.
func runs(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	return state(pid) != 'Z'
}

// groupRuns reports whether there is a process of a group.
func groupRuns(t testing.TB, group int) bool {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*")
	require.NoError(t, err)
	return slices.ContainsFunc(all, func(path string) bool {
		pid, err := strconv.Atoi(filepath.Base(path))
		require.NoError(t, err)
		of, err := syscall.Getpgid(pid)
		return err == nil && of == group && runs(pid)
	})
}

// state is the letter that the system has for what a process does.
func state(pid int) byte {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, found := bytes.Cut(stat, []byte(") "))
	if err != nil || !found || len(rest) == 0 {
		return '?'
	}
	return rest[0]
}

// stopProcess stops a process, and waits until it stands still.
func stopProcess(t testing.TB, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	eventually(t, 5*time.Second, func() bool { return state(pid) == 'T' }, "it is stopped")
}

// logs keeps what is logged.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logs) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}
