package matching_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/internal/companylist"
	"github.com/dovetail-sync/dovetail/matching"
)

// BenchmarkMatch builds two catalogues and matches them. The goal is 100,000 by
// 100,000 in five seconds on two processors.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		lists := companylist.Make(1, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := matching.Match(matching.Request{Upstream: listed(b, lists.Upstream), Here: listed(b, lists.Here)})
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkCandidates looks for one record among 100,000. The goal is 100 µs.
func BenchmarkCandidates(b *testing.B) {
	lists := companylist.Make(1, 100000)
	here := listed(b, lists.Here)
	records := listedRecords(lists.Upstream)
	search := here.Search()
	search.Candidates(records[0])
	i := 0
	for b.Loop() {
		search.Candidates(records[i%len(records)])
		i++
	}
}
