package syncrotest_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// bill is what a run cost, by the account's log.
type bill struct {
	requests, lookups, failed, refused int
	// pages are the different pages that were delivered.
	pages map[string]bool
}

var byID = regexp.MustCompile(`/(customers|contacts|customer_assets)/\d+$`)

func billOf(requests []syncrotest.Request) bill {
	out := bill{requests: len(requests), pages: map[string]bool{}}
	for _, r := range requests {
		spoiled := false
		for _, f := range r.Faults {
			spoiled = spoiled || f == syncrotest.FaultTruncate || f == syncrotest.FaultEmpty200 || f == syncrotest.FaultHTML200
		}
		switch {
		case r.Status == http.StatusTooManyRequests:
			out.refused++
			out.failed++
		case byID.MatchString(r.Path) && (r.Status == http.StatusOK || r.Status == http.StatusNotFound):
			out.lookups++
		case spoiled, r.Status != http.StatusOK:
			out.failed++
		case r.Query.Has("page"):
			out.pages[r.Path+"?"+r.Query.Get("page")] = true
		}
	}
	return out
}

// pagesOf is how many pages the account's lists have.
func pagesOf(account *syncrotest.Account, size syncrotest.PageSize) int {
	pages := func(rows, size int) int { return max(1, (rows+size-1)/size) }
	return pages(len(account.Customers()), size.Customers) + pages(len(account.Contacts()), size.Contacts) + pages(len(account.Assets()), size.Assets)
}

// besides is what a pass may cost beyond its pages, look-ups and retries.
const besides = 5

func TestAFullPassCostsItsPagesAndFiveAndALookUpForEachThatIsMissing(t *testing.T) {
	t.Parallel()
	size := syncrotest.PageSize{Customers: 10, Contacts: 10, Assets: 10}
	for _, faults := range [][]syncrotest.Fault{
		nil,
		{syncrotest.FaultTruncate},
		{syncrotest.Fault503Burst, syncrotest.FaultEmpty200},
		{syncrotest.Fault429Seconds, syncrotest.FaultReset},
		{syncrotest.Fault429Storm},
		{syncrotest.FaultDuplicateRows, syncrotest.FaultWrongTotal},
	} {
		t.Run(fmt.Sprint(faults), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				account := newOffice(t)
				h := newHost(t, account)
				require.NoError(t, h.settle())
				work(account)
				require.NoError(t, account.SwitchOn(faults...))
				account.ForgetRequests()
				report, err := h.sync()
				require.NoError(t, err)
				require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
				got, pages := billOf(account.Requests()), pagesOf(account, size)
				if slices.Contains(faults, syncrotest.FaultWrongTotal) {
					pages += 2 // where more is promised than comes there is a look behind the last page
				}
				require.Len(t, got.pages, pages)
				require.Equal(t, 2, got.lookups, "an asset and a contact were deleted")
				require.LessOrEqual(t, got.requests, pages+besides+got.lookups+got.failed, "%+v", got)
				if len(faults) == 1 || len(faults) == 2 && faults[0] != syncrotest.FaultDuplicateRows {
					require.Positive(t, got.failed, "the fault never struck")
				}
			})
		})
	}
}

// atTheLimit is the least time that so many requests take.
func atTheLimit(limit connector.Limit, requests int) time.Duration {
	return time.Duration(float64(max(0, requests-limit.Burst)) / float64(limit.Requests) * float64(limit.Per))
}

func TestAPassUsesTheLimitAndIsNeverRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limit := syncro.New().Info().Limits[0]
		require.Equal(t, connector.Limit{Key: syncro.Budget, Requests: 171, Per: time.Minute, Burst: 9}, limit)
		size := syncrotest.PageSize{Customers: 1, Contacts: 1, Assets: 1}
		account := newAccount(t, syncrotest.Options{
			Customers: 150, Contacts: 300, Assets: 450, PageSize: size, RateLimit: syncrotest.SyncroRateLimit,
		})
		h := newHost(t, account)
		require.NoError(t, h.test())
		_, err := h.sync()
		require.NoError(t, err)
		h.decideSome()
		idle(10 * time.Minute)
		account.ForgetRequests()
		start := time.Now()
		_, err = h.sync()
		require.NoError(t, err)
		took, got := time.Since(start), billOf(account.Requests())
		require.Zero(t, got.refused)
		require.Len(t, got.pages, 900+3, "after a full last page each list is asked once more")
		require.LessOrEqual(t, got.requests, 900+besides)
		bound := atTheLimit(limit, got.requests)
		t.Logf("%d requests in %s; the limit's own bound is %s: %.4f times", got.requests, took, bound, float64(took)/float64(bound))
		require.LessOrEqual(t, float64(took), 1.05*float64(bound))
		require.GreaterOrEqual(t, took, bound, "the limit was exceeded")
	})
}

// idle lets time pass in a bubble.
func idle(d time.Duration) {
	timer := time.NewTimer(d)
	<-timer.C
}

func TestTwentyTenantsShareTheLimitFairlyAndNeverExceedIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const tenants = 20
		conn := syncro.New()
		limit := conn.Info().Limits[0]
		shared := syncrotest.NewLimiter(syncrotest.SyncroRateLimit) // all of them come from one address
		hosts := make([]*host, tenants)
		for i := range hosts {
			account := newAccount(t, syncrotest.Options{
				Seed: uint64(i + 1), Subdomain: fmt.Sprintf("tenant-%d", i), AccountID: int64(1000 + i), Limiter: shared,
				Customers: 10, Contacts: 20, Assets: 20 + 10*i, // the last one is five times as large as the first
				PageSize: syncrotest.PageSize{Customers: 1, Contacts: 1, Assets: 1},
			})
			hosts[i] = newHost(t, account, by(conn))
			require.NoError(t, hosts[i].test())
			_, err := hosts[i].sync()
			require.NoError(t, err)
			hosts[i].decideSome()
			account.ForgetRequests()
		}
		idle(10 * time.Minute)
		start := time.Now()
		ends := make([]time.Duration, tenants)
		var wg sync.WaitGroup
		for i, h := range hosts {
			wg.Go(func() {
				if _, err := h.sync(); err != nil {
					t.Error(err)
				}
				ends[i] = time.Since(start)
			})
		}
		wg.Wait()
		requireFair(t, limit, hosts, start, ends)
	})
}

// requireFair holds the tenants' requests against what fair means. First, none
// is refused, and all together use the limit. Second, once the burst is used up,
// which is the first one's to come, and as long as all of them read, each has as
// many requests as any other, give or take two. Third, none ends later than if
// it had a twentieth of the limit to itself, and 5 %.
func requireFair(t *testing.T, limit connector.Limit, hosts []*host, start time.Time, ends []time.Duration) {
	t.Helper()
	total, first, last := 0, ends[0], ends[0]
	for _, end := range ends {
		first, last = min(first, end), max(last, end)
	}
	least, most := 1<<30, 0
	for i, h := range hosts {
		requests := h.account.Requests()
		total += len(requests)
		require.Zero(t, billOf(requests).refused)
		early := 0
		for _, r := range requests {
			if since := r.At.Sub(start); since > 0 && since < first {
				early++
			}
		}
		least, most = min(least, early), max(most, early)
		share := limit
		share.Requests, share.Burst = limit.Requests/len(hosts), 0
		alone := atTheLimit(share, len(requests))
		require.LessOrEqual(t, float64(ends[i]), 1.05*float64(alone), "tenant %d ends after %s; with its share alone after %s", i, ends[i], alone)
	}
	bound := atTheLimit(limit, total)
	t.Logf("%d requests in %s: %.4f times the bound; until the first ended after %s each had %d to %d requests",
		total, last, float64(last)/float64(bound), first, least, most)
	require.LessOrEqual(t, most-least, 2)
	require.LessOrEqual(t, float64(last), 1.05*float64(bound))
	require.GreaterOrEqual(t, last, bound)
}
