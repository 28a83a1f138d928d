package rest_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

func perMinute(requests, burst int) connector.Limit {
	return connector.Limit{Key: "acme", Requests: requests, Per: time.Minute, Burst: burst}
}

func TestSessionsThatShareAPacerStayBelowTheLimitRetriesIncluded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Every third request is refused, so that many are retries.
		u := &upstream{answer: func(n int, _ *http.Request) (*http.Response, error) {
			if n%3 == 0 {
				return reply(503, ``), nil
			}
			return reply(200, `{}`), nil
		}}
		pacer := rest.NewPacer(perMinute(171, 9))
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		for range 8 {
			c := open(t, u, func(cfg *rest.Config) { cfg.Budget, cfg.Pacer = "acme", pacer })
			wg.Go(func() {
				for ctx.Err() == nil {
					_ = c.GetJSON(ctx, request(nil)) // refused ones are part of it
				}
			})
		}
		wg.Wait()
		times := u.times()
		require.LessOrEqual(t, busiest(times), 180)
		require.Greater(t, len(times), 600, "the budget should be used")
	})
}

func TestAPacerHandsOutTheBurstAtOnceAndThenTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rest.NewPacer(perMinute(60, 3))
		start := time.Now()
		var at []time.Duration
		for range 6 {
			require.NoError(t, p.Pace(t.Context(), "acme"))
			at = append(at, time.Since(start).Round(time.Millisecond))
		}
		require.Equal(t, []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}, at)
	})
}

func TestOfTwoLimitsWithOneKeyTheStricterHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rest.NewPacer(perMinute(600, 1), perMinute(60, 5))
		start := time.Now()
		for range 3 {
			require.NoError(t, p.Pace(t.Context(), "acme"))
		}
		require.Equal(t, 2*time.Second, time.Since(start).Round(time.Millisecond))
	})
}

func TestAPacerRefusesWhatItHasNoLimitFor(t *testing.T) {
	t.Parallel()
	p := rest.NewPacer(connector.Limit{Key: "none"})
	requireCode(t, connector.CodeConfig, p.Pace(t.Context(), "other"))
	requireCode(t, connector.CodeConfig, p.Pace(t.Context(), "none"))
}

func TestWaitingForATurnEndsWithTheContextAndGivesTheTurnBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rest.NewPacer(perMinute(1, 1))
		require.NoError(t, p.Pace(t.Context(), "acme"))
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, p.Pace(ctx, "acme"), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
		require.NoError(t, p.Pace(t.Context(), "acme"))
		require.Equal(t, time.Minute, time.Since(start).Round(time.Second), "the turn that was given up is free again")
	})
}

func TestTheHostPacesInPlaceOfThePacer(t *testing.T) {
	t.Parallel()
	u := script(reply(200, `{}`))
	var keys []string
	c := open(t, u, func(cfg *rest.Config) {
		cfg.Budget, cfg.Pacer = "acme", rest.NewPacer() // which would refuse
		cfg.Host.Pace = func(_ context.Context, key string) error {
			keys = append(keys, key)
			return nil
		}
	})
	require.NoError(t, get(t, c, nil))
	require.Equal(t, []string{"acme"}, keys)
}

func TestAnErrorOfTheHostsPacingEndsTheCall(t *testing.T) {
	t.Parallel()
	u := script(reply(200, `{}`))
	cause := errors.New("budget store is down")
	c := open(t, u, func(cfg *rest.Config) {
		cfg.Budget = "acme"
		cfg.Host.Pace = func(context.Context, string) error { return cause }
	})
	err := get(t, c, nil)
	require.ErrorIs(t, err, cause)
	requireCode(t, connector.CodeUnknown, err)
	require.Empty(t, u.times())
}

func TestALongWaitForATurnIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := open(t, script(reply(200, `{}`)), func(cfg *rest.Config) {
			cfg.Budget, cfg.Pacer = "acme", rest.NewPacer(perMinute(6, 1))
		})
		var told []string
		for range 2 {
			r := request(nil)
			r.Waiting = func(reason string) { told = append(told, reason) }
			require.NoError(t, c.GetJSON(t.Context(), r))
		}
		require.Equal(t, []string{"rate limit: next request in 10s", ""}, told)
	})
}
