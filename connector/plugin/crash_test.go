//go:build unix

package plugin_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
)

// crashing are settings under which the process crashes at a record.
func crashing(t *testing.T, times int) connector.OpenOptions {
	t.Helper()
	return settings("records", 40, "page", 2, "scenario", "crash", "at", 20, "times", times, "marker", filepath.Join(shortDir(t), "m"))
}

func TestAReadGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	for _, times := range []int{1, 3} {
		var host logs
		p := start(t, func(cfg *plugin.Config) { cfg.Logger = host.logger() })
		session := open(t, p, crashing(t, times))
		before := ask(t, session, "pid")
		pages, err := read(t.Context(), session, connector.ReadRequest{})
		require.NoError(t, err)
		want, err := read(t.Context(), open(t, testconnector.New(), settings("records", 40, "page", 2)), connector.ReadRequest{})
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, pages), "no page twice, none left out")
		require.NotEqual(t, before, ask(t, session, "pid"))
		require.False(t, runs(before))
		require.Equal(t, times, strings.Count(host.String(), "opened again"))
		require.Contains(t, host.String(), "panic: the connector has a fault with [redacted]")
	}
}

func TestAProcessThatKeepsCrashingIsUnavailable(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	opt := crashing(t, 1000)
	session := open(t, p, opt)
	pages, err := read(t.Context(), session, connector.ReadRequest{})
	require.LessOrEqual(t, len(pages), 10, "those on their way at the crash are made again")
	require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
	require.ErrorContains(t, err, "exit status 2: panic: the connector has a fault with [redacted]")
	crashes, readErr := os.ReadFile(opt.Config.Values["marker"])
	require.NoError(t, readErr)
	require.Len(t, crashes, 4, "once, and three times again")
	_, err = connector.FeaturesOf(session).Count(t.Context(), "pid")
	require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
	require.NoError(t, session.Close())

	// Another session starts it again.
	require.Positive(t, ask(t, open(t, p, settings()), "pid"))
}

func TestACrashInACallIsUnavailableAndTheNextCallIsAnswered(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	session, other := open(t, p, settings("records", 40, "page", 2)), open(t, p, settings())
	next := 0
	for page, err := range session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
		require.NoError(t, err)
		require.Equal(t, testconnector.Record(next).Key, page.Records[0].Key)
		if next += 2; next == 10 {
			_, err := connector.FeaturesOf(other).Count(t.Context(), "panics")
			require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
			require.True(t, connector.Retryable(err))
			require.Positive(t, ask(t, other, "pid"))
		}
	}
	require.Equal(t, 40, next, "the other session's read went on")
}

// A process that is stopped can't end by itself, and neither reads nor calls
// nor Close wait for it.
func TestAStoppedProcessNeverBlocksTheHost(t *testing.T) {
	t.Parallel()
	const bound = 300 * time.Millisecond
	// What is due after the bound: a beat's interval, the kill, and a machine
	// with other things to do. Without the bound it would be for ever.
	const slack = time.Minute
	quick := func(cfg *plugin.Config) { cfg.Unresponsive, cfg.CloseTimeout = bound, bound }

	t.Run("in a call", func(t *testing.T) {
		t.Parallel()
		p := start(t, quick)
		session := open(t, p, settings())
		pid := ask(t, session, "pid")
		began := time.Now()
		stopProcess(t, pid)
		_, err := connector.FeaturesOf(session).Count(t.Context(), "pid")
		require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
		require.ErrorContains(t, err, "no sign of life")
		require.Less(t, time.Since(began), bound+slack)
		require.False(t, runs(pid))
		require.NotEqual(t, pid, ask(t, session, "pid"), "and goes on in a new one")
	})
	t.Run("in a read", func(t *testing.T) {
		t.Parallel()
		p := start(t, quick)
		session := open(t, p, settings("records", 100, "page", 2))
		pid := ask(t, session, "pid")
		n := 0
		for page, err := range session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
			require.NoError(t, err)
			require.Equal(t, testconnector.Record(n).Key, page.Records[0].Key)
			if n += len(page.Records); n == 10 {
				stopProcess(t, pid)
			}
		}
		require.Equal(t, 100, n)
		require.False(t, runs(pid))
	})
	t.Run("on closing", func(t *testing.T) {
		t.Parallel()
		p := start(t, func(cfg *plugin.Config) { cfg.CloseTimeout = bound })
		session := open(t, p, settings())
		pid := ask(t, session, "pid")
		stopProcess(t, pid)
		began := time.Now()
		err := session.Close()
		require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
		require.NoError(t, p.Close())
		require.Less(t, time.Since(began), 2*bound+slack)
		require.False(t, runs(pid))
	})
	t.Run("on cancelling", func(t *testing.T) {
		t.Parallel()
		p := start(t, func(cfg *plugin.Config) { cfg.CloseTimeout = bound })
		session := open(t, p, settings("records", 100, "page", 2, "at", 2, "scenario", "waits"))
		pid := ask(t, session, "pid")
		ctx, cancel := context.WithCancel(t.Context())
		for _, err := range session.Read(ctx, connector.ReadRequest{Kind: testconnector.Kind}) {
			if err != nil {
				require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
				break
			}
			stopProcess(t, pid)
			time.AfterFunc(10*time.Millisecond, cancel)
		}
		cancel()
	})
}

func TestASessionThatHangsWhileClosingIsLeftBehind(t *testing.T) {
	t.Parallel()
	p := start(t, func(cfg *plugin.Config) { cfg.CloseTimeout = 200 * time.Millisecond })
	hangs, fails, fine := open(t, p, settings("scenario", "close-hangs")), open(t, p, settings("scenario", "close-fails")), open(t, p, settings())
	err := hangs.Close()
	require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
	require.ErrorContains(t, err, "200ms")
	require.EqualError(t, fails.Close(), "testing: close: unavailable: no")
	require.Positive(t, ask(t, fine, "pid"), "others go on")
	require.NoError(t, fine.Close())
	require.NoError(t, p.Close())
}

func TestClosingASessionEndsItsReads(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	session, other := open(t, p, settings("records", 10, "page", 1, "scenario", "waits", "at", 1)), open(t, p, settings())
	pages, err := 0, error(nil)
	for _, err = range session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
		if pages++; pages == 1 {
			go func() { _ = session.Close() }()
		}
	}
	require.Equal(t, 2, pages)
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	_, err = connector.FeaturesOf(session).Count(t.Context(), "pid")
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	require.Positive(t, ask(t, other, "pid"))
}
