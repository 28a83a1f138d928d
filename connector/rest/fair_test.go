package rest_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector/rest"
)

func TestASessionWithManyRequestsDoesNotSlowDownTheOthers(t *testing.T) {
	t.Parallel()
	for name, use := range map[string]func(*rest.Config, *rest.Pacer){
		"the connector's pacer": func(cfg *rest.Config, p *rest.Pacer) { cfg.Pacer = p },
		"the host's pacer":      func(cfg *rest.Config, p *rest.Pacer) { cfg.Host.Pace = p.Pace },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { requireFair(t, use) })
		})
	}
}

// requireFair has three sessions share a request a second. One of them makes a
// hundred requests at once.
func requireFair(t *testing.T, use func(*rest.Config, *rest.Pacer)) {
	t.Helper()
	pacer := rest.NewPacer(perMinute(60, 1))
	session := func() (*rest.Client, *upstream) {
		u := &upstream{answer: func(int, *http.Request) (*http.Response, error) { return reply(200, `{}`), nil }}
		return open(t, u, func(cfg *rest.Config) {
			cfg.Budget = "acme"
			use(cfg, pacer)
		}), u
	}
	greedy, all := session()
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { _ = greedy.GetJSON(t.Context(), request(nil)) })
	}
	synctest.Wait()
	start := time.Now()
	for range 2 {
		modest, mine := session()
		wg.Go(func() {
			for range 10 {
				_ = modest.GetJSON(t.Context(), request(nil))
			}
			if took := time.Since(start); took > 31*time.Second || len(mine.times()) != 10 {
				t.Errorf("%d requests took %s", len(mine.times()), took)
			}
		})
	}
	wg.Wait()
	require.Len(t, all.times(), 100)
	require.Equal(t, 119*time.Second, time.Since(start).Round(time.Second), "no turn is lost")
}

func TestRequestsOfOneSessionGetTheirTurnsInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rest.NewPacer(perMinute(60, 1))
		var mu sync.Mutex
		var came []int
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if p.Pace(t.Context(), "acme") == nil {
					mu.Lock()
					came = append(came, i)
					mu.Unlock()
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		for i, n := range came {
			require.Equal(t, i, n)
		}
	})
}

func TestWhoeverGivesUpWaitingDelaysNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := rest.NewPacer(perMinute(60, 1))
		require.NoError(t, p.Pace(t.Context(), "acme"))
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { _ = p.Pace(ctx, "acme") })
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		require.NoError(t, p.Pace(t.Context(), "acme"))
		require.Equal(t, time.Second, time.Since(start).Round(time.Millisecond))
		// Nobody waits any more: what was bought for the fifty isn't owed.
		<-time.After(time.Minute)
		require.NoError(t, p.Pace(t.Context(), "acme"))
	})
}

func TestASessionThatGivesUpLeavesItsPlaceToTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pacer := rest.NewPacer(perMinute(60, 1))
		session := func() *rest.Client {
			return open(t, script(reply(200, `{}`)), func(cfg *rest.Config) { cfg.Budget, cfg.Pacer = "acme", pacer })
		}
		require.NoError(t, pacer.Pace(t.Context(), "acme"))
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { _ = session().GetJSON(ctx, request(nil)) })
		synctest.Wait()
		patient := session()
		wg.Go(func() {
			if err := patient.GetJSON(t.Context(), request(nil)); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		cancel()
		wg.Wait()
		require.Equal(t, time.Second, time.Since(start).Round(time.Millisecond))
	})
}
