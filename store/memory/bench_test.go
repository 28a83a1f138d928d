package memory_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// benchCards is how many cards the benchmarks keep, in companies of 100.
const benchCards = 100_000

func benchKey(i int) string { return fmt.Sprintf("%07d", i*7919%benchCards) }
func benchCompany(i int) store.CompanyID {
	return store.CompanyID(fmt.Sprintf("company-%d", i%(benchCards/100)))
}

func benchContainer(i int) connector.Key    { return connector.Key(fmt.Sprintf("customer-%d", i%1000)) }
func benchRow(i int, n int) store.MirrorRow { return row(benchKey(i), string(benchContainer(n))) }

func fillCards(b *testing.B, l store.Ledger) {
	b.Helper()
	for from := 0; from < benchCards; from += 1000 {
		require.NoError(b, l.Update(b.Context(), func(_ context.Context, w store.Writer) error {
			for i := from; i < from+1000; i++ {
				c := card(benchKey(i), benchCompany(i))
				c.Asset = "asset"
				if err := w.PutCard(c); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkUpdate1000MirrorRows writes a page of rows over a mirror of 100,000,
// which is what a re-sync does.
func BenchmarkUpdate1000MirrorRows(b *testing.B) {
	l := memory.New().Ledger()
	from := 0
	write := func(_ context.Context, w store.Writer) error {
		for range 1000 {
			if err := w.PutMirrorRow(benchRow(from, from)); err != nil {
				return err
			}
			from = (from + 1) % benchCards
		}
		return nil
	}
	for range benchCards / 1000 {
		require.NoError(b, l.Update(b.Context(), write))
	}
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, l.Update(b.Context(), write))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/row")
}

// BenchmarkUpdateOneRow writes one row over a mirror of 100,000.
func BenchmarkUpdateOneRow(b *testing.B) {
	l := memory.New().Ledger()
	fillCards(b, l)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		require.NoError(b, l.Update(b.Context(), func(_ context.Context, w store.Writer) error {
			i = (i + 1) % benchCards
			return w.PutCard(card(benchKey(i), benchCompany(i)))
		}))
	}
}

// BenchmarkReadCardsByCompany reads 100,000 cards, a company at a time.
func BenchmarkReadCardsByCompany(b *testing.B) {
	l := memory.New().Ledger()
	fillCards(b, l)
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		require.NoError(b, l.View(b.Context(), func(_ context.Context, r store.Reader) error {
			for company := range benchCards / 100 {
				for _, err := range r.CardsOf(benchCompany(company)) {
					if err != nil {
						return err
					}
					read++
				}
			}
			return nil
		}))
		require.Equal(b, benchCards, read)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchCards, "ns/card")
}

// BenchmarkCard reads one card.
func BenchmarkCard(b *testing.B) {
	l := memory.New().Ledger()
	fillCards(b, l)
	b.ReportAllocs()
	require.NoError(b, l.View(b.Context(), func(_ context.Context, r store.Reader) error {
		i := 0
		for b.Loop() {
			if _, err := r.Card(record(benchKey(i % benchCards))); err != nil {
				return err
			}
			i++
		}
		return nil
	}))
}

// BenchmarkHeapOfCards measures what a card without data costs to keep.
func BenchmarkHeapOfCards(b *testing.B) {
	for b.Loop() {
		before := heap()
		l := memory.New().Ledger()
		fillCards(b, l)
		b.ReportMetric(float64(heap()-before)/benchCards, "B/card")
		runtime.KeepAlive(l)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
