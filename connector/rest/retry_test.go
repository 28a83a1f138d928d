package rest_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

func TestRetryAfterIsHonouredInEveryForm(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header   func() string
		min, max time.Duration
	}{
		"seconds":  {func() string { return "7" }, 7 * time.Second, 8 * time.Second},
		"RFC 1123": {func() string { return in(20).Format(http.TimeFormat) }, 20 * time.Second, 21 * time.Second},
		"RFC 850":  {func() string { return in(20).Format(time.RFC850) }, 20 * time.Second, 21 * time.Second},
		"asctime":  {func() string { return in(20).Format(time.ANSIC) }, 20 * time.Second, 21 * time.Second},
		"none":     {func() string { return "" }, 30 * time.Second, 65 * time.Second},
		"nonsense": {func() string { return "soon" }, 30 * time.Second, 65 * time.Second},
		"negative": {func() string { return "-5" }, 30 * time.Second, 65 * time.Second},
		"zero":     {func() string { return "0" }, 30 * time.Second, 65 * time.Second},
		"past":     {func() string { return in(-60).Format(http.TimeFormat) }, 30 * time.Second, 65 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				u := script(reply(429, "Retry later", "Content-Type: text/plain", "Retry-After: "+tt.header()), reply(200, `{}`))
				start := time.Now()
				require.NoError(t, get(t, open(t, u), nil))
				require.GreaterOrEqual(t, time.Since(start), tt.min)
				require.LessOrEqual(t, time.Since(start), tt.max)
				require.Len(t, u.times(), 2)
			})
		})
	}
}

func in(seconds int) time.Time { return time.Now().UTC().Add(time.Duration(seconds) * time.Second) }

func TestAWaitBeyondPatienceIsLeftToTheCaller(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"3600", "9223372037", "99999999999999999999"} {
		synctest.Test(t, func(t *testing.T) {
			u := script(reply(429, "Retry later", "Content-Type: text/plain", "Retry-After: "+header))
			start := time.Now()
			err := get(t, open(t, u), nil)
			requireCode(t, connector.CodeRateLimited, err)
			require.Zero(t, time.Since(start))
			require.GreaterOrEqual(t, connector.RetryAfter(err), time.Hour)
			require.LessOrEqual(t, connector.RetryAfter(err), 24*time.Hour)
			require.Equal(t, "acme: list things page 3: rate_limited: 429 Retry later", err.Error())
		})
	}
}

// What is added so that callers don't come back together doesn't count.
func TestAWaitAsLongAsPatienceIsWaited(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := script(reply(429, "Retry later", "Content-Type: text/plain", "Retry-After: 120"), reply(200, `{}`))
		start := time.Now()
		require.NoError(t, get(t, open(t, u), nil))
		require.GreaterOrEqual(t, time.Since(start), 2*time.Minute)
	})
}

func TestAnImpatientCallReturnsTheRateLimitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := open(t, script(reply(429, "")))
		r := request(nil)
		r.Patience = 5 * time.Second
		err := c.GetJSON(t.Context(), r)
		requireCode(t, connector.CodeRateLimited, err)
		require.Zero(t, time.Since(start))
		require.GreaterOrEqual(t, connector.RetryAfter(err), 30*time.Second)
	})
}

func TestAWaitPastTheCallersDeadlineIsNotBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		err := open(t, script(reply(429, ""))).GetJSON(ctx, request(nil))
		requireCode(t, connector.CodeRateLimited, err)
		require.Zero(t, time.Since(start))
	})
}

func TestAFaultThatPassesIsTriedAgainWithGrowingPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := script(reply(503, "<html>down</html>", "Content-Type: text/html"))
		requireCode(t, connector.CodeUnavailable, get(t, open(t, u), nil))
		times := u.times()
		require.Len(t, times, 5)
		for i := 1; i < len(times); i++ {
			pause, longest := times[i].Sub(times[i-1]), time.Second<<(i-1)
			require.GreaterOrEqual(t, pause, longest/2)
			require.LessOrEqual(t, pause, longest)
		}
	})
}

func TestRetriesCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	u := script(reply(503, ""))
	requireCode(t, connector.CodeUnavailable, get(t, open(t, u, func(c *rest.Config) { c.Retries = -1 }), nil))
	require.Len(t, u.times(), 1)
}

func TestCancellingEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped by a person")
		time.AfterFunc(3*time.Second, func() { cancel(stopped) })
		start := time.Now()
		u := script(reply(429, "", "Retry-After: 60"))
		err := open(t, u).GetJSON(ctx, request(nil))
		requireCode(t, connector.CodeCanceled, err)
		require.ErrorIs(t, err, stopped)
		require.Equal(t, 3*time.Second, time.Since(start))
		require.Len(t, u.times(), 1)
	})
}

func TestACanceledCallMakesNoRequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	u := script(reply(200, `{}`))
	requireCode(t, connector.CodeCanceled, open(t, u).GetJSON(ctx, request(nil)))
	require.Empty(t, u.times())
}

func TestASlowAnswerIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := &upstream{answer: func(n int, r *http.Request) (*http.Response, error) {
			if n == 1 {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return reply(200, `{"n":7}`), nil
		}}
		var got struct{ N int }
		start := time.Now()
		require.NoError(t, get(t, open(t, u, func(c *rest.Config) { c.AttemptTimeout = 20 * time.Second }), &got))
		require.Equal(t, 7, got.N)
		require.LessOrEqual(t, time.Since(start), 21*time.Second)
	})
}

func TestAnUpstreamThatNeverAnswersIsUnavailableAndNotCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := &upstream{answer: func(_ int, r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		err := get(t, open(t, u), nil)
		requireCode(t, connector.CodeUnavailable, err)
		require.Contains(t, err.Error(), "no answer from acme.example.com within 1m30s")
	})
}

func TestTheWaitBetweenTriesIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := open(t, script(reply(429, "", "Retry-After: 40"), reply(200, `{}`)))
		var told []string
		r := request(nil)
		r.Waiting = func(reason string) { told = append(told, reason) }
		require.NoError(t, c.GetJSON(t.Context(), r))
		require.Len(t, told, 2)
		require.Regexp(t, `^rate limit: next request in 4[01]s$`, told[0])
		require.Empty(t, told[1])
	})
}

func FuzzParseRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "120", "-1", "9223372037", "1e3", "Fri, 31 Dec 2027 23:59:59 GMT", "Friday, 31-Dec-27 23:59:59 GMT", "Fri Dec 31 23:59:59 2027", " 5 ", "５"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		wait, ok := rest.ParseRetryAfter(header)
		if wait < 0 || wait > 24*time.Hour || !ok && wait != 0 {
			t.Fatalf("ParseRetryAfter(%q) = %v, %v", header, wait, ok)
		}
	})
}
