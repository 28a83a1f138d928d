package syncrotest_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestTheRateLimitCountsAnySixtySeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opt := small()
		opt.RateLimit = syncrotest.SyncroRateLimit
		c := inProcess(newAccount(t, opt))
		for n := range 180 {
			require.Equal(t, http.StatusOK, c.get(t, "/me").status, "request %d", n+1)
			if n == 89 {
				time.Sleep(30 * time.Second)
			}
		}
		refused := func() {
			got := c.get(t, "/me")
			require.Equal(t, http.StatusTooManyRequests, got.status)
			require.Equal(t, "Retry later", string(got.body))
			require.Equal(t, "text/plain", got.header.Get("Content-Type"))
			require.Empty(t, got.header.Get("Retry-After"))
		}
		refused()
		time.Sleep(30*time.Second - time.Millisecond)
		refused()
		time.Sleep(time.Millisecond)
		for range 90 {
			require.Equal(t, http.StatusOK, c.get(t, "/me").status)
		}
		refused()
		time.Sleep(time.Minute)
		for range 180 {
			require.Equal(t, http.StatusOK, c.get(t, "/me").status)
		}
		refused()
	})
}

func TestTheRateLimitStandsBeforeTheToken(t *testing.T) {
	t.Parallel()
	opt := small()
	opt.RateLimit = 2
	c := overHTTP(t, newAccount(t, opt))
	c.token = "wrong"
	require.Equal(t, http.StatusUnauthorized, c.get(t, "/me").status)
	require.Equal(t, http.StatusNotFound, c.get(t, "/nothing").status)
	require.Equal(t, http.StatusTooManyRequests, c.get(t, "/me").status)
}

func TestTheRateLimitIsPerCallerAddress(t *testing.T) {
	t.Parallel()
	opt := small()
	opt.RateLimit = 1
	account := newAccount(t, opt)
	ask := func(addr string) int {
		r := newRequest(t, account, "/me")
		r.RemoteAddr = addr
		return serve(account, r)
	}
	require.Equal(t, http.StatusOK, ask("192.0.2.1:1000"))
	require.Equal(t, http.StatusTooManyRequests, ask("192.0.2.1:2000"), "another port of the same caller")
	require.Equal(t, http.StatusOK, ask("192.0.2.2:1000"))
	require.Equal(t, http.StatusOK, ask("[2001:db8::1]:1000"))
}

func TestWithoutARateLimitNothingIsRefused(t *testing.T) {
	t.Parallel()
	c := inProcess(newAccount(t, syncrotest.Options{}))
	for range 1000 {
		require.Equal(t, http.StatusOK, c.get(t, "/me").status)
	}
}
