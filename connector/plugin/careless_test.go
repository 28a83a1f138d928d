//go:build unix

package plugin_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin"
)

// A start that is given up ends at once, whatever the program does: also one that
// was given up before its process was there.
func TestAStartThatIsGivenUpEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"before it began": 0, "while it waits": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := shortDir(t)
			ctx, cancel := context.WithCancel(t.Context())
			if after == 0 {
				cancel()
			}
			defer time.AfterFunc(after, cancel).Stop()
			began := time.Now()
			_, err := plugin.Start(ctx, plugin.Config{
				Path: programs.testing.path, Checksum: programs.testing.checksum, Dir: dir,
				Env: []string{"TESTPLUGIN=mute"}, StartTimeout: 2 * time.Minute,
			})
			require.Equal(t, connector.CodeCanceled, connector.CodeOf(err), "%v", err)
			require.Less(t, time.Since(began), time.Minute, "long before the start's own bound")
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// A pipe has no end to wait for.
func TestAPathThatIsAPipeIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(shortDir(t), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	done := make(chan error, 2)
	go func() {
		_, err := plugin.Start(t.Context(), plugin.Config{Path: path, Checksum: strings.Repeat("00", 32)})
		done <- err
	}()
	go func() {
		_, err := plugin.Checksum(path)
		done <- err
	}()
	for range 2 {
		select {
		case err := <-done:
			require.ErrorContains(t, err, "is not a file")
		case <-time.After(time.Minute):
			require.FailNow(t, "it waits for the pipe's other end")
		}
	}
}

// What runs is the copy that was made: also after a crash.
func TestAProgramThatIsReplacedWhileItRunsIsNotRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(shortDir(t), "connector")
	program, err := os.ReadFile(programs.testing.path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, program, 0o600)) // nobody has to be able to run it
	p := start(t, func(cfg *plugin.Config) { cfg.Path = path })
	pid := ask(t, open(t, p, settings()), "pid")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\nexit 1\n"), 0o700))
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	eventually(t, time.Minute, func() bool { return !runs(pid) }, "it is dead")
	require.NotEqual(t, pid, ask(t, open(t, p, settings()), "pid"))
	_, err = plugin.Start(t.Context(), plugin.Config{Path: path, Checksum: programs.testing.checksum})
	require.ErrorContains(t, err, "the checksum is")
}

func TestReadsInFlightEndWhenThePluginIsClosedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	var reads, closes sync.WaitGroup
	begun := make(chan struct{}, 30)
	for range cap(begun) {
		reads.Go(func() {
			session, err := p.Open(t.Context(), settings("records", 1_000_000, "page", 1))
			if err != nil {
				begun <- struct{}{}
				t.Error(err)
				return
			}
			pages := 0
			for _, readErr := range session.Read(t.Context(), connector.ReadRequest{Kind: "thing"}) {
				if err = readErr; pages == 0 {
					begun <- struct{}{}
				}
				pages++
			}
			if connector.CodeOf(err) != connector.CodeCanceled {
				t.Errorf("a read ended with %v", err)
			}
			if err := session.Close(); err != nil && connector.CodeOf(err) != connector.CodeCanceled {
				t.Errorf("closing a session of a closed plugin: %v", err)
			}
		})
	}
	for range cap(begun) {
		<-begun
	}
	for range 2 {
		closes.Go(func() {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	closes.Wait()
	reads.Wait()
}

var childLine = regexp.MustCompile(`child (\d+)\.`)

// childOf waits until the plugin has said what process it left behind.
func childOf(t *testing.T, said *logs) (pid int) {
	t.Helper()
	eventually(t, time.Minute, func() bool {
		found := childLine.FindStringSubmatch(said.String())
		if found != nil {
			pid, _ = strconv.Atoi(found[1])
		}
		return found != nil
	}, "it has left a child")
	return pid
}

// What a plugin has started ends with it, and doesn't keep the host from going
// on although it holds the plugin's outputs.
func TestWhatAPluginStartedEndsWithIt(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, p *plugin.Plugin, pid int){
		"closed": func(t *testing.T, p *plugin.Plugin, _ int) { require.NoError(t, p.Close()) },
		"crashed": func(t *testing.T, _ *plugin.Plugin, pid int) {
			require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var said logs
			p := start(t, func(cfg *plugin.Config) {
				bad("forks")(cfg)
				cfg.Logger = said.logger()
			})
			pid, child := ask(t, open(t, p, settings()), "pid"), childOf(t, &said)
			require.True(t, runs(child))
			end(t, p, pid)
			eventually(t, time.Minute, func() bool { return !runs(pid) && !runs(child) }, "both are gone")
		})
	}
}

func TestAnErrorOfAPluginIsBounded(t *testing.T) {
	t.Parallel()
	session := open(t, start(t, bad("huge-error")), settings())
	_, err := connector.FeaturesOf(session).Count(t.Context(), "thing")
	require.Error(t, err)
	require.Less(t, len(err.Error()), 32<<10)
	require.Equal(t, strings.ToValidUTF8(err.Error(), ""), err.Error(), "no character is cut in two")
}

// A credential that the bound of a line cuts in two can't be found any more.
func TestALongLineShowsNoPartOfACredential(t *testing.T) {
	t.Parallel()
	var said logs
	q := start(t, func(cfg *plugin.Config) {
		bad("says-token")(cfg)
		cfg.Env = append(cfg.Env, "TOKEN="+token)
		cfg.Logger = said.logger()
	})
	session := open(t, q, settings())
	// It says it when it starts: a session that is opened again is there before.
	require.NoError(t, syscall.Kill(ask(t, session, "pid"), syscall.SIGKILL))
	eventually(t, time.Minute, func() bool {
		n, err := connector.FeaturesOf(session).Count(t.Context(), "pid")
		return err == nil && n > 0 && strings.Count(said.String(), "xxx") > 0
	}, "it runs again")
	eventually(t, time.Minute, func() bool { return strings.Count(said.String(), "plugin output") >= 2 }, "it has said it twice")
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	require.NotContains(t, lines[len(lines)-1], token[:6])
}
