package syncro_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func requireNeverRefused(t *testing.T, accounts ...*syncrotest.Account) {
	t.Helper()
	for _, account := range accounts {
		for _, r := range account.Requests() {
			require.Equal(t, http.StatusOK, r.Status, "%s at %s", r.Path, r.At)
		}
	}
}

func TestALongReadStaysBelowTheRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{
			Customers: 60, Contacts: 600, RateLimit: syncrotest.SyncroRateLimit,
			PageSize: syncrotest.PageSize{Customers: 1, Contacts: 1},
		})
		s := open(t, account)
		start := time.Now()
		for _, kind := range kinds[:2] {
			read(t, s, connector.ReadRequest{Kind: kind})
		}
		require.Len(t, account.Requests(), 660)
		requireNeverRefused(t, account)
		require.Less(t, time.Since(start), 4*time.Minute+10*time.Second, "the budget should be used")
	})
}

func TestAllSessionsOfAConnectorShareOneBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := syncro.New()
		// One account stands for the address that all requests come from.
		account := newAccount(t, syncrotest.Options{
			Customers: 300, RateLimit: syncrotest.SyncroRateLimit, PageSize: syncrotest.PageSize{Customers: 2},
		})
		var wg sync.WaitGroup
		for range 5 {
			s, err := c.Open(t.Context(), connector.OpenOptions{
				Config: config("example.syncromsp.com", account.Token()), RoundTripper: account.RoundTripper(),
			})
			require.NoError(t, err)
			wg.Go(func() {
				for _, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
					if err != nil {
						t.Error(err)
					}
				}
				_ = s.Close()
			})
		}
		wg.Wait()
		require.Len(t, account.Requests(), 750)
		requireNeverRefused(t, account)
	})
}

func TestARefusedReadGoesOnWhenTheMinuteIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{
			Customers: 40, RateLimit: 10, PageSize: syncrotest.PageSize{Customers: 2},
		})
		pages := read(t, open(t, account, unpaced), connector.ReadRequest{Kind: syncro.KindCustomer})
		require.Equal(t, idsOf(account, syncro.KindCustomer), keys(records(pages)))
	})
}

func TestTheDeclaredLimitStaysBelowSyncrosOwn(t *testing.T) {
	t.Parallel()
	for _, limit := range syncro.New().Info().Limits {
		require.Equal(t, time.Minute, limit.Per)
		require.Less(t, limit.Requests+limit.Burst, syncrotest.SyncroRateLimit)
	}
}
