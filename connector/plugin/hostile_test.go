//go:build unix

package plugin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
)

func TestWhatIsNoPluginOrAnotherVersionIsAClearError(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{
		"junk":    `it doesn't begin as a plugin does (is it one, and built for this system?): Unrecognized remote plugin message: Welcome to the plugin!`,
		"mute":    "it wasn't ready within 500ms",
		"exits":   "it said: panic: no such library",
		"older":   "it speaks protocol 0, and this host needs 1 (upgrade the plugin)",
		"newer":   "it needs protocol 2, and this host speaks 1 (upgrade the host)",
		"needy":   `it needs a host that can "time-travel" (upgrade the host)`,
		"no-info": "it describes itself in a way that can't be read",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			cfg := plugin.Config{Path: programs.testing.path, Checksum: programs.testing.checksum, CloseTimeout: 300 * time.Millisecond}
			bad(mode)(&cfg)
			if mode == "mute" {
				cfg.StartTimeout = 500 * time.Millisecond
			}
			_, err := plugin.Start(t.Context(), cfg)
			require.ErrorContains(t, err, want)
			require.True(t, strings.HasPrefix(err.Error(), "plugin: start testplugin: config: "), err)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestALaterPluginIsUsedForWhatBothSidesKnow(t *testing.T) {
	t.Parallel()
	f := connector.FeaturesOf(open(t, start(t, bad("able")), settings()))
	require.NotNil(t, f.Get)
	require.NotNil(t, f.Count)
	require.Nil(t, f.Check)
}

func TestWhatNoPluginMaySendEndsTheRead(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]string{
		"no-record":       "testing: read thing: protocol: a record, at byte 1: is no message",
		"cut-off":         "testing: read thing: protocol: a record is no message",
		"no-name":         `record "1", at byte 7: has a data point without a name`,
		"bad-end":         "a page ends in a way that doesn't exist: 9",
		"long-checkpoint": "a checkpoint has 4097 bytes, more than 4096",
		"big-message":     "received message larger than max",
		"empty-parts":     "a part of a page is empty",
		"endless-page":    "a page has more than 100000 records or 64 MiB",
		"after-end":       "a page came after the last one",
		"garbage":         "the plugin sent what can't be read",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			session := open(t, start(t, bad(mode)), settings())
			_, err := read(t.Context(), session, connector.ReadRequest{})
			require.ErrorContains(t, err, want)
			require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
		})
	}
}

func TestWhatTheEngineJudgesIsLeftToIt(t *testing.T) {
	t.Parallel()
	// A record without a key is rejected by Clean, as one of a connector here.
	pages, err := read(t.Context(), open(t, start(t, bad("no-key")), settings()), connector.ReadRequest{})
	require.NoError(t, err)
	_, err = pages[0].Records[0].Clean()
	require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
	// A read that ends without saying so is incomplete to the engine.
	pages, err = read(t.Context(), open(t, start(t, bad("no-end")), settings()), connector.ReadRequest{})
	require.NoError(t, err)
	require.Equal(t, connector.More, pages[len(pages)-1].End)
	// A rejected record without a reason still has an error.
	pages, err = read(t.Context(), open(t, start(t, bad("no-failure")), settings()), connector.ReadRequest{})
	require.NoError(t, err)
	require.Error(t, pages[0].Rejected[0].Err)
}

func TestResultsThatCannotBeReadAreProtocolErrors(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"bad-result", "big-result"} {
		f := connector.FeaturesOf(open(t, start(t, bad(mode)), settings()))
		_, err := f.Get(t.Context(), "thing", "7")
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
		_, err = f.Count(t.Context(), "thing")
		require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
	}
}

func TestASessionThatAsksForTooMuchIsEnded(t *testing.T) {
	t.Parallel()
	_, err := start(t, bad("no-opened")).Open(t.Context(), settings())
	require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))

	for _, mode := range []string{"asks", "floods"} {
		opt := settings()
		if mode == "floods" {
			opt.Host.Pace = blocked
		}
		p := start(t, bad(mode))
		session := open(t, p, opt)
		eventually(t, 10*time.Second, func() bool {
			_, err := connector.FeaturesOf(session).Count(t.Context(), "thing")
			return strings.Contains(err.Error(), "the plugin asked for")
		}, "the session is given up")
	}
}

func TestAProcessThatGivesNoSignOfLifeIsKilled(t *testing.T) {
	t.Parallel()
	p := start(t, func(cfg *plugin.Config) {
		bad("no-beat")(cfg)
		cfg.Unresponsive = 2 * time.Second
	})
	session := open(t, p, settings())
	eventually(t, time.Minute, func() bool {
		_, err := connector.FeaturesOf(session).Count(t.Context(), "thing")
		return connector.CodeOf(err) == connector.CodeUnavailable && strings.Contains(err.Error(), "no sign of life")
	}, "it is killed")
}

func TestAProcessThatDoesNotEndIsKilled(t *testing.T) {
	t.Parallel()
	p := start(t, func(cfg *plugin.Config) {
		bad("stays")(cfg)
		cfg.CloseTimeout = 200 * time.Millisecond
	})
	began := time.Now()
	require.NoError(t, p.Close())
	require.Less(t, time.Since(began), time.Minute, "by itself it would stay for ever")
}
