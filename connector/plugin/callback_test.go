//go:build unix

package plugin_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
)

func unpaced(context.Context, string) error { return nil }

// blocked waits as long as it is let.
func blocked(ctx context.Context, _ string) error {
	<-ctx.Done()
	return ctx.Err()
}

// The budget is the host's: three sessions, in three processes, get what one
// would get.
func TestTwoPluginsAndAConnectorHereShareOneBudget(t *testing.T) {
	t.Parallel()
	const each, every, burst = 20, 5 * time.Millisecond, 2
	limiter := rate.NewLimiter(rate.Every(every), burst)
	host := connector.Host{Pace: func(ctx context.Context, key string) error {
		if key != "testing" {
			return errors.New("another budget")
		}
		return limiter.Wait(ctx)
	}}
	var readers sync.WaitGroup
	began := time.Now()
	for _, c := range []connector.Connector{start(t, nil), start(t, nil), testconnector.New()} {
		opt := settings("records", each, "page", 1, "scenario", "pace")
		opt.Host = host
		session := open(t, c, opt)
		began = time.Now()
		readers.Go(func() {
			pages, err := read(t.Context(), session, connector.ReadRequest{})
			if err != nil || len(pages) != each {
				t.Error(len(pages), err)
			}
		})
	}
	readers.Wait()
	require.GreaterOrEqual(t, time.Since(began), (3*each-burst-3)*every/2, "paced together")
	require.Less(t, limiter.Tokens(), float64(burst)+1)
	require.False(t, limiter.AllowN(time.Now(), burst+1))
}

func TestPaceIsAskedForEachRequestAndItsErrorComesBack(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := 0
	opt := settings("records", 10, "page", 1, "scenario", "pace")
	opt.Host.Pace = func(context.Context, string) error {
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked == 4 {
			return &connector.Error{Code: connector.CodeRateLimited, Source: "host", Detail: "no more today", RetryAfter: time.Hour}
		}
		return nil
	}
	pages, err := read(t.Context(), open(t, start(t, nil), opt), connector.ReadRequest{})
	require.Len(t, pages, 3)
	require.Equal(t, connector.CodeRateLimited, connector.CodeOf(err))
	require.Equal(t, time.Hour, connector.RetryAfter(err))
	require.Equal(t, 4, asked)
}

// A wait in the host ends when the plugin doesn't wait any more.
func TestAWaitEndsInTheHostWithTheReadThatWaits(t *testing.T) {
	t.Parallel()
	waiting, ended := make(chan struct{}), make(chan struct{})
	opt := settings("records", 10, "page", 1, "scenario", "pace")
	opt.Host.Pace = func(ctx context.Context, _ string) error {
		close(waiting)
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	}
	session := open(t, start(t, nil), opt)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-waiting
		cancel()
	}()
	_, err := read(ctx, session, connector.ReadRequest{})
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	<-ended
}

func TestAReadThatWaitsForTheHostIsNotSilent(t *testing.T) {
	t.Parallel()
	// Long enough for all that has to be quicker, on a machine with other things to do.
	const bound = 3 * time.Second
	p := start(t, func(cfg *plugin.Config) { cfg.CallTimeout = bound })
	t.Run("a read waits for the host", func(t *testing.T) {
		t.Parallel()
		opt := settings("records", 1, "page", 1, "scenario", "pace")
		opt.Host.Pace = func(ctx context.Context, _ string) error {
			select {
			case <-time.After(2 * bound):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		_, err := read(t.Context(), open(t, p, opt), connector.ReadRequest{})
		require.NoError(t, err)
	})
	t.Run("a read is silent", func(t *testing.T) {
		t.Parallel()
		silent := open(t, p, settings("records", 10, "page", 2, "at", 2, "scenario", "waits"))
		pages, err := read(t.Context(), silent, connector.ReadRequest{})
		require.Len(t, pages, 1)
		require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
		require.ErrorContains(t, err, "the plugin doesn't answer for 3s")
	})
	t.Run("a call is silent", func(t *testing.T) {
		t.Parallel()
		_, err := connector.FeaturesOf(open(t, p, settings())).Count(t.Context(), "waits")
		require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
	})
}

func TestProgressReachesTheHostWithoutCredentials(t *testing.T) {
	t.Parallel()
	seen := make(chan connector.Progress, 100)
	opt := settings("records", 30, "page", 3, "scenario", "progress")
	opt.Host.Progress = func(p connector.Progress) { seen <- p }
	session := open(t, start(t, nil), opt)
	_, err := read(t.Context(), session, connector.ReadRequest{})
	require.NoError(t, err)
	last := connector.Progress{}
	eventually(t, 5*time.Second, func() bool {
		for len(seen) > 0 {
			next := <-seen
			require.GreaterOrEqual(t, next.Done, last.Done)
			last = next
		}
		return last.Done == 30
	}, "the last progress is reported")
	require.Equal(t, connector.Progress{Kind: testconnector.Kind, Done: 30, Total: 30, Waiting: "for [redacted]"}, last)
}

// A credential that was replaced is the one with which the session is opened
// again when its process has crashed.
func TestAReplacedCredentialOutlivesACrash(t *testing.T) {
	t.Parallel()
	var saved []string
	opt := settings("records", 4, "page", 1, "scenario", "rotate", "times", 2, "marker", filepath.Join(shortDir(t), "m"))
	opt.Host.SaveSecret = func(_ context.Context, field string, secret connector.Secret) error {
		require.Equal(t, testconnector.Token, field)
		saved = append(saved, secret.Reveal())
		return nil
	}
	session := open(t, start(t, nil), opt)
	pages, err := read(t.Context(), session, connector.ReadRequest{})
	require.NoError(t, err)
	require.Len(t, pages, 4)
	require.Len(t, saved, 6, "two of them before a crash")
	for i, secret := range saved {
		require.Equal(t, token+strings.Repeat("+", i+1), secret)
	}
	require.Equal(t, token, opt.Config.Secrets[testconnector.Token].Reveal(), "the host's own stays as it is")

	refused := settings("records", 4, "page", 1, "scenario", "rotate")
	refused.Host.SaveSecret = func(context.Context, string, connector.Secret) error { return errors.New("disk full") }
	_, err = read(t.Context(), open(t, start(t, nil), refused), connector.ReadRequest{})
	require.ErrorContains(t, err, "disk full")
}

func TestWhatAPluginLogsReachesTheHostWithoutCredentials(t *testing.T) {
	t.Parallel()
	var host, mine, quiet logs
	p := start(t, func(cfg *plugin.Config) { cfg.Logger = host.logger() })
	opt := settings("records", 2, "page", 2, "scenario", "log")
	opt.Logger = mine.logger()
	_, err := read(t.Context(), open(t, p, opt), connector.ReadRequest{})
	require.NoError(t, err)
	opt.Logger = nil
	_, err = read(t.Context(), open(t, p, opt), connector.ReadRequest{})
	require.NoError(t, err)
	eventually(t, 5*time.Second, func() bool {
		return strings.Contains(mine.String(), "at debug") && strings.Contains(host.String(), "junk on stdout") &&
			strings.Contains(host.String(), "junk on stderr")
	}, "all is logged")
	require.Contains(t, mine.String(), `level=INFO msg="token is [redacted]"`)
	require.Contains(t, mine.String(), `token=[redacted]`)
	require.Contains(t, mine.String(), "n=7")
	require.NotContains(t, mine.String(), "junk")
	require.Empty(t, quiet.String())
	require.NotContains(t, mine.String()+host.String(), token)
	require.NotContains(t, mine.String()+host.String(), "geheim")
}
