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

// atLimit is the least time that n requests take at Syncro's own pace.
func atLimit(n int) time.Duration {
	return time.Duration(n) * time.Minute / syncrotest.SyncroRateLimit
}

func TestALongReadUsesTheWholeBudgetAndIsNeverRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		account := newAccount(t, syncrotest.Options{
			Customers: 200, Contacts: 1800, RateLimit: syncrotest.SyncroRateLimit,
			PageSize: syncrotest.PageSize{Customers: 1, Contacts: 1},
		})
		s := open(t, account)
		start := time.Now()
		for _, kind := range kinds[:2] {
			read(t, s, connector.ReadRequest{Kind: kind})
		}
		require.Len(t, account.Requests(), 2000+2, "each list is asked whether a full last page is the last")
		requireNeverRefused(t, account)
		took := time.Since(start)
		require.Less(t, float64(took), 1.05*float64(atLimit(2002)), "%s", took)
	})
}

// Twenty tenants in one process are one caller for Syncro.
func TestTenantsInOneProcessShareTheBudgetFairlyAndNeverExceedIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const tenants, pages = 20, 60
		c := syncro.New()
		// One account stands for the address that all requests come from.
		account := newAccount(t, syncrotest.Options{
			Customers: pages, RateLimit: syncrotest.SyncroRateLimit, PageSize: syncrotest.PageSize{Customers: 1},
		})
		start := time.Now()
		var mu sync.Mutex
		var ends []time.Duration
		var wg sync.WaitGroup
		session := func(reads int) {
			s, err := c.Open(t.Context(), connector.OpenOptions{
				Config: config("example.syncromsp.com", account.Token()), RoundTripper: account.RoundTripper(),
			})
			require.NoError(t, err)
			var mine sync.WaitGroup
			for range reads {
				mine.Go(func() {
					for _, err := range s.Read(t.Context(), connector.ReadRequest{Kind: syncro.KindCustomer}) {
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			wg.Go(func() {
				mine.Wait()
				_ = s.Close()
				mu.Lock()
				defer mu.Unlock()
				ends = append(ends, time.Since(start))
			})
		}
		session(10) // reads ten times as much as any other, all of it at once
		synctest.Wait()
		require.Len(t, account.Requests(), 9, "whoever is alone may have the burst")
		for range tenants - 1 {
			session(1)
		}
		wg.Wait()
		total := (tenants - 1 + 10) * (pages + 1) // each asks whether a full last page is the last
		require.Len(t, account.Requests(), total)
		requireNeverRefused(t, account)
		require.Less(t, float64(ends[tenants-1]), 1.05*float64(atLimit(total)), "the budget should be used")
		// The modest ones are done as if each of the twenty had one read.
		one := float64(atLimit(tenants * (pages + 1)))
		for _, end := range ends[:tenants-1] {
			require.InDelta(t, one, float64(end), 0.06*one)
		}
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

func TestTheDeclaredLimitKeepsToSyncrosOwn(t *testing.T) {
	t.Parallel()
	for _, limit := range syncro.New().Info().Limits {
		require.Equal(t, time.Minute, limit.Per)
		require.LessOrEqual(t, limit.Requests+limit.Burst, syncrotest.SyncroRateLimit)
	}
}
