//go:build unix

package plugin_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

func TestAPluginDescribesItselfAsItsConnectorDoes(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	info := p.Info()
	require.Empty(t, cmp.Diff(testconnector.New().Info(), info))
	info.Kinds[0].Title = "spoiled"
	require.Empty(t, cmp.Diff(testconnector.New().Info(), p.Info()), "what was returned before is the caller's")
}

func TestPagesAreThoseOfTheConnector(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	for name, opt := range map[string]connector.OpenOptions{
		"one record a page":      settings("records", 5, "page", 1),
		"no record":              settings(),
		"a whole message a page": settings("records", 1500, "page", wire.MaxRecords),
		"several messages":       settings("records", 3300, "page", 1100),
		"more than a MiB a page": settings("records", 9000, "page", 9000),
		"odd records":            settings("records", 4, "page", 4, "scenario", "odd"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireEqual(t, testconnector.New(), p, opt, opt, connector.ReadRequest{Kind: testconnector.Kind})
		})
	}
}

func TestTheWholeRequestReachesThePlugin(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	opt := settings("records", 9, "page", 3, "scenario", "asked")
	requireEqual(t, testconnector.New(), p, opt, opt, connector.ReadRequest{
		Kind: testconnector.Kind, Mode: connector.ModeChanges, Checkpoint: "4", SizeHint: 2, Within: []connector.Key{"a", "ä\x01"},
	})
}

func TestARecordThatIsTooLargeIsNamed(t *testing.T) {
	t.Parallel()
	session := open(t, start(t, nil), settings("records", 10, "page", 2, "scenario", "huge", "at", 4))
	pages, err := read(t.Context(), session, connector.ReadRequest{})
	require.Len(t, pages, 2)
	require.Equal(t, connector.CodeTooLarge, connector.CodeOf(err))
	require.ErrorContains(t, err, `record "4" has`)
}

func TestErrorsKeepTheirCodeAndText(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	session := open(t, p, settings("records", 10, "page", 2, "scenario", "error", "at", 2))
	pages, err := read(t.Context(), session, connector.ReadRequest{})
	require.Len(t, pages, 1)
	want := testconnector.Everything("[redacted]")
	require.EqualError(t, err, want.Error())
	require.Equal(t, connector.CodeRateLimited, connector.CodeOf(err))
	require.Equal(t, 83*time.Second, connector.RetryAfter(err))
	got, ok := errors.AsType[*connector.Error](err)
	require.True(t, ok)
	original, _ := errors.AsType[*connector.Error](want)
	require.Equal(t, original.Error(), got.Error())
	require.Equal(t, original.Right, got.Right)
	require.Equal(t, original.Remedy, got.Remedy)

	_, err = read(t.Context(), session, connector.ReadRequest{Checkpoint: "elsewhere"})
	require.Equal(t, connector.CodeStaleCheckpoint, connector.CodeOf(err))
	_, err = connector.FeaturesOf(session).Get(t.Context(), testconnector.Kind, "none")
	require.Equal(t, connector.CodeNotFound, connector.CodeOf(err))
	require.EqualError(t, err, `testing: get "none": not_found`)

	_, err = p.Open(t.Context(), settings("records", "many", "page", "few"))
	_, inProcess := testconnector.New().Open(t.Context(), settings("records", "many", "page", "few"))
	require.Empty(t, cmp.Diff(inProcess, err))
	_, err = p.Open(t.Context(), settings("scenario", "open-fails"))
	require.EqualError(t, err, "testing: open: auth: token [redacted] is no good")
	opt := settings()
	opt.RoundTripper = panicTransport{}
	_, err = p.Open(t.Context(), opt)
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))
}

func TestFeaturesAreThoseOfTheSession(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	opt := settings("records", 7)
	opt.Endpoint = "http://127.0.0.1:1"
	far, near := open(t, p, opt), open(t, testconnector.New(), opt)
	got, want := connector.FeaturesOf(far), connector.FeaturesOf(near)

	ours, err := got.Check(t.Context())
	require.NoError(t, err)
	theirs, err := want.Check(t.Context())
	require.NoError(t, err)
	ours.Notes, theirs.Notes = nil, nil
	ours.Account.Name, theirs.Account.Name, ours.Account.User, theirs.Account.User = "", "", "", ""
	require.Empty(t, cmp.Diff(theirs, ours))

	found, err := got.Get(t.Context(), testconnector.Kind, "6")
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(testconnector.Record(6), found))
	discovered, err := got.Discover(t.Context())
	require.NoError(t, err)
	wanted, err := want.Discover(t.Context())
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(wanted, discovered))
	require.Equal(t, 7, ask(t, far, ""))
	hint, err := got.Hint(t.Context(), []byte("4711"))
	require.NoError(t, err)
	require.Equal(t, connector.Hint{Records: []connector.Ref{{Kind: testconnector.Kind, Key: "4711"}}}, hint)
	_, err = got.Hint(t.Context(), []byte("nonsense"))
	require.Equal(t, connector.CodeProtocol, connector.CodeOf(err))
	_, err = got.Hint(t.Context(), make([]byte, wire.MaxMessage))
	require.Equal(t, connector.CodeTooLarge, connector.CodeOf(err))

	none := connector.FeaturesOf(open(t, p, settings("scenario", "bare")))
	require.Nil(t, none.Check)
	require.Nil(t, none.Get)
	require.Nil(t, none.Count)
	require.Nil(t, none.Discover)
	require.Nil(t, none.Hint)
}

func TestCancellingReachesThePlugin(t *testing.T) {
	t.Parallel()
	session := open(t, start(t, nil), settings("records", 10, "page", 2, "scenario", "waits", "at", 2))
	t.Logf("cancelling took %v", cancelled(t, session))

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	_, err := connector.FeaturesOf(session).Count(ctx, "waits")
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
}

// cancelled cancels a read that waits for ever, and returns after what time it
// had ended in the plugin.
func cancelled(t testing.TB, session connector.Session) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reads := ask(t, session, "reads")
	done := make(chan error, 1)
	go func() {
		_, err := read(ctx, session, connector.ReadRequest{})
		done <- err
	}()
	eventually(t, time.Minute, func() bool { return ask(t, session, "reads") > reads }, "the read has begun")
	began := time.Now()
	cancel()
	err := <-done
	require.Equal(t, connector.CodeCanceled, connector.CodeOf(err))
	require.ErrorIs(t, err, context.Canceled)
	eventually(t, time.Minute, func() bool { return ask(t, session, "ended") > int(began.UnixNano()) }, "the plugin's read has ended")
	return time.Duration(ask(t, session, "ended") - int(began.UnixNano()))
}

func TestAConsumerThatStopsEndsTheReadInThePlugin(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	for range 50 {
		session := open(t, p, settings("records", 1000, "page", 1))
		for _, err := range session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
			require.NoError(t, err)
			break
		}
		require.Positive(t, ask(t, session, "ended"), "it has ended when the loop has")
		require.LessOrEqual(t, ask(t, session, "pages"), 1+wire.Ahead)
		require.NoError(t, session.Close())
	}
}

func TestAStalledConsumerStallsThePlugin(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	for _, size := range []int{1, 50, 500, 1100} {
		t.Run(fmt.Sprintf("%d a page", size), func(t *testing.T) {
			t.Parallel()
			session := open(t, p, settings("records", 60*size, "page", size))
			taken := 0
			for _, err := range session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind}) {
				require.NoError(t, err)
				if taken++; taken == 7 {
					made := 0
					// It has come to rest when it made nothing more for a while.
					for still := 0; still < 20; still++ {
						if now := ask(t, session, "pages"); now != made {
							made, still = now, 0
						}
					}
					require.LessOrEqual(t, made-taken, wire.Ahead)
					t.Logf("%d pages ahead", made-taken)
				}
			}
			require.Equal(t, 60, taken)
		})
	}
}

func TestManySessionsShareTheProcess(t *testing.T) {
	t.Parallel()
	p := start(t, nil)
	pids := make(chan int, 8)
	for range 8 {
		go func() {
			session, err := p.Open(t.Context(), settings("records", 2000, "page", 100))
			if err != nil {
				pids <- -1
				return
			}
			defer func() { _ = session.Close() }()
			pages, err := read(t.Context(), session, connector.ReadRequest{})
			if err != nil || len(pages) != 20 {
				pids <- -2
				return
			}
			pid, _ := connector.FeaturesOf(session).Count(t.Context(), "pid")
			pids <- pid
		}()
	}
	first := <-pids
	require.Positive(t, first)
	for range 7 {
		require.Equal(t, first, <-pids)
	}
}

func TestReadingTwiceIsTwoReads(t *testing.T) {
	t.Parallel()
	session := open(t, start(t, nil), settings("records", 4, "page", 2))
	seq := session.Read(t.Context(), connector.ReadRequest{Kind: testconnector.Kind})
	for range 2 {
		n := 0
		for page, err := range seq {
			require.NoError(t, err)
			n += len(page.Records)
		}
		require.Equal(t, 4, n)
	}
	require.Equal(t, 2, ask(t, session, "reads"))
}
