//go:build unix

package plugin_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
)

// hostEnv makes a host of the test program: it is the path of the plugin to run.
const hostEnv = "DOVETAIL_TEST_HOST"

// hostMain is a host that is to be killed. It prints where the plugin runs.
func hostMain(path string) {
	ctx := context.Background()
	sum, err := plugin.Checksum(path)
	must(err)
	p, err := plugin.Start(ctx, plugin.Config{Path: path, Checksum: sum, Dir: os.Getenv("HOST_DIR"), Env: strings.Fields(os.Getenv("HOST_PLUGIN"))})
	must(err)
	session, err := p.Open(ctx, settings())
	must(err)
	pid, err := connector.FeaturesOf(session).Count(ctx, "pid")
	must(err)
	fmt.Println(pid)
	if os.Getenv("HOST_BUSY") != "" {
		_, _ = connector.FeaturesOf(session).Count(ctx, "hangs")
	}
	select {}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:revive // part of a main
	}
}

func TestAPluginDiesWithAHostThatIsKilled(t *testing.T) {
	t.Parallel()
	for name, env := range map[string]string{"idle": "HOST_BUSY=", "in a call that never ends": "HOST_BUSY=1", "with a child": "HOST_PLUGIN=TESTPLUGIN=forks"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shortDir(t)
			host, pid := startHost(t, dir, env)
			require.True(t, runs(pid))
			sockets, err := filepath.Glob(filepath.Join(dir, "*", "plugin-dir*", "plugin*"))
			require.NoError(t, err)
			require.Len(t, sockets, 1)

			began := time.Now()
			require.NoError(t, host.Process.Signal(syscall.SIGKILL))
			_ = host.Wait()
			// By itself it would stay for ever: any bound shows that it doesn't.
			eventually(t, time.Minute, func() bool { return !runs(pid) && !groupRuns(t, pid) }, "the plugin is gone, and what it started")
			t.Logf("plugin gone %v after the host was killed", time.Since(began))
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left, "neither program nor socket is left")
		})
	}
}

// startHost starts a host with a plugin, and returns where the plugin runs.
func startHost(t testing.TB, dir, env string) (host *exec.Cmd, pid int) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	host = exec.CommandContext(t.Context(), self)
	host.Env = append(os.Environ(), hostEnv+"="+programs.testing.path, "HOST_DIR="+dir, env)
	host.Stderr = os.Stderr
	out, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	_, err = fmt.Sscan(line, &pid)
	require.NoError(t, err)
	return host, pid
}

// shortDir is a temporary folder whose path is short enough for sockets.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d") //nolint:usetesting // the test's name would make it too long
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestClosingLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	p := start(t, func(cfg *plugin.Config) { cfg.Dir = dir })
	session := open(t, p, settings())
	pid := ask(t, session, "pid")
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.True(t, info.IsDir())
	homes, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, homes, 1)
	home, err := homes[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), home.Mode().Perm(), "nobody else can look into it")

	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	require.False(t, runs(pid))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	_, err = p.Open(t.Context(), settings())
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	_, err = read(t.Context(), session, connector.ReadRequest{})
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	require.NoError(t, session.Close())
}

func TestAPluginInheritsNothing(t *testing.T) {
	t.Setenv("HOST_SECRET", "the host's own")
	t.Setenv("TZ", "UTC")
	p := start(t, func(cfg *plugin.Config) { cfg.Env = []string{"GOMEMLIMIT=100MiB"} })
	session := open(t, p, settings())
	result, err := connector.FeaturesOf(session).Check(t.Context())
	require.NoError(t, err)
	env := strings.Join(result.Notes, "\n")
	require.NotContains(t, env, "HOST_SECRET")
	require.NotContains(t, env, token)
	require.NotContains(t, env, "PATH=")
	require.Contains(t, env, "GOMEMLIMIT=100MiB")
	require.Contains(t, env, "TZ=UTC")
	require.Equal(t, "stdin: EOF", result.Account.User)
	require.NotEqual(t, programs.testing.path, result.Account.Name, "a private copy runs")
}

func TestOnlyTheProgramWithTheChecksumIsRun(t *testing.T) {
	t.Parallel()
	dir := shortDir(t)
	for name, tt := range map[string]struct {
		cfg  plugin.Config
		want string
	}{
		"no checksum":      {plugin.Config{Path: programs.testing.path}, "the checksum is missing"},
		"half a checksum":  {plugin.Config{Path: programs.testing.path, Checksum: programs.testing.checksum[:10]}, "64 hexadecimal digits"},
		"another checksum": {plugin.Config{Path: programs.testing.path, Checksum: strings.Repeat("00", 32)}, "install the plugin again"},
		"no program":       {plugin.Config{Path: filepath.Join(dir, "none"), Checksum: strings.Repeat("00", 32)}, "no such file"},
		"a folder":         {plugin.Config{Path: dir, Checksum: strings.Repeat("00", 32)}, "is not a file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := shortDir(t)
			tt.cfg.Dir = home
			_, err := plugin.Start(t.Context(), tt.cfg)
			require.ErrorContains(t, err, tt.want)
			require.Equal(t, connector.CodeConfig, connector.CodeOf(err))
			left, err := os.ReadDir(home)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
	t.Run("a path too long for a socket", func(t *testing.T) {
		t.Parallel()
		long := filepath.Join(shortDir(t), strings.Repeat("x", 100))
		require.NoError(t, os.Mkdir(long, 0o700))
		_, err := plugin.Start(t.Context(), plugin.Config{Path: programs.testing.path, Checksum: programs.testing.checksum, Dir: long})
		require.ErrorContains(t, err, "shorter path")
	})
}
