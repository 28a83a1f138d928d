package syncrotest_test

import (
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestALargeAccountHasChainsAndCompaniesOfManySites(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		account := newAccount(t, syncrotest.Options{Seed: seed + 1, Customers: 300, Assets: 3000})
		stores, sites := map[string]int{}, map[int64]map[string]bool{}
		for _, c := range account.Customers() {
			name := c.BusinessName
			for _, form := range []string{" - ", " (", " of ", ", "} {
				if parent, _, ok := strings.Cut(name, form); ok {
					stores[parent]++
				}
			}
			if len(c.Sites) >= 6 {
				sites[c.ID] = map[string]bool{}
			}
		}
		require.Equal(t, 5, count(slices.Collect(maps.Values(stores)), func(n int) bool { return n >= 4 }), "chains: %v", stores)
		require.GreaterOrEqual(t, len(sites), 7)
		for _, s := range account.Assets() {
			if s.Site != nil && sites[s.CustomerID] != nil {
				sites[s.CustomerID][s.Site.Name] = true
			}
		}
		require.GreaterOrEqual(t, count(slices.Collect(maps.Values(sites)), func(names map[string]bool) bool { return len(names) > 2 }), 2)
	}
}

func TestALargeAccountIsServedToTheLastRow(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes 100,000 assets")
	}
	c := inProcess(newAccount(t, syncrotest.Options{Customers: 5000, Contacts: 20_000, Assets: 100_000}))
	var heap runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&heap)
	t.Logf("%d MB in use", heap.HeapAlloc>>20)
	require.Less(t, heap.HeapAlloc, uint64(400<<20), "other tests that run beside this one included")
	last := c.list(t, "/customer_assets?page=2000")
	require.Len(t, last.Assets, 50)
	require.Equal(t, 2000, last.Meta.TotalPages)
	require.Equal(t, 100_000, last.Meta.TotalEntries)
	require.Equal(t, http.StatusOK, c.get(t, path("/customer_assets/%d", last.Assets[49].ID)).status)
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newAccount(b, syncrotest.Options{Customers: 5000, Contacts: 20_000, Assets: 100_000})
	}
}

func BenchmarkAssetsPage(b *testing.B) {
	c := inProcess(newAccount(b, syncrotest.Options{Customers: 40, Contacts: 200, Assets: 400}))
	b.ReportAllocs()
	for b.Loop() {
		c.get(b, "/customer_assets?page=2")
	}
}
