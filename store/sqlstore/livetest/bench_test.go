package livetest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
	"github.com/dovetail-sync/dovetail/store/sqlstore/livetest"
)

// benchBatch is how many cards one Update writes.
const benchBatch = 1000

// cpu is the processor time that the process has used.
func cpu() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails for a wrong argument only
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func benchID(i int) store.RecordID {
	return store.RecordID{Integration: "bench-1", Kind: "asset", Key: connector.Key(fmt.Sprintf("%08d", i))}
}

func benchCard(i, round int) store.Card {
	return store.Card{
		ID: benchID(i), Asset: store.AssetID(fmt.Sprintf("asset-%08d", i)), Company: store.CompanyID(fmt.Sprintf("company-%05d", i/50)),
		Home: store.CompanyID(fmt.Sprintf("company-%05d", i/50)), State: store.CardActive, Origin: store.OriginCreated,
		Name: fmt.Sprintf("PC-%d", i), Type: "Syncro Device", URL: "https://example.syncromsp.com/customer_assets/1",
		Hash: fmt.Sprintf("%032x", i+round), Data: []byte(`{"serial":"SN-0001","model":"OptiPlex 7090","os":"Windows 11 Pro"}`),
		Since: time.Unix(1_800_000_000, 0).UTC(), Run: store.RunID(fmt.Sprintf("run-%d", round)),
	}
}

func benchEntry(i int) store.JournalEntry {
	return store.JournalEntry{
		At: time.Unix(1_800_000_000, 0).UTC(), By: store.RunActor("run-1"), Integration: "bench-1", Run: "run-1", Event: "update",
		Record: benchID(i), Company: store.CompanyID(fmt.Sprintf("company-%05d", i/50)), Asset: store.AssetID(fmt.Sprintf("asset-%08d", i)),
		Reason: store.Reason{Code: "changed_upstream"},
	}
}

// benchAccount returns the only account of a new database on SQLite.
func benchAccount(b *testing.B) (*sqlstore.Store, *sql.DB) {
	b.Helper()
	raw := livetest.SQLite(b)
	s, err := openDB(b, sqlstore.Config{DB: raw, Dialect: sqlstore.SQLite}).Account("bench")
	require.NoError(b, err)
	return s, raw
}

// perCard runs op, which deals with so many cards, and reports the processor
// time for each.
func perCard(b *testing.B, cards int, op func(round int)) {
	b.Helper()
	b.ReportAllocs()
	round, began := 0, cpu()
	for b.Loop() {
		op(round)
		round++
	}
	used := cpu() - began
	b.ReportMetric(float64(used.Nanoseconds())/float64(b.N*cards), "cpu-ns/card")
}

// BenchmarkCardWithJournalRow compares the store with the bare driver, writing
// the same rows: cards over those that are there, and a journal row for each.
// The bare driver has it easier: it inserts, and nothing is there yet. The
// second bare run is the control: how far it is from the first is noise.
func BenchmarkCardWithJournalRow(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		s, raw := benchAccount(b)
		put := func(round int) {
			require.NoError(b, s.Ledger().Update(b.Context(), func(_ context.Context, w store.Writer) error {
				var errs []error
				for i := range benchBatch {
					errs = append(errs, w.PutCard(benchCard(i, round)), w.AppendJournal(benchEntry(i)))
				}
				return errors.Join(errs...)
			}))
		}
		put(0)
		before := written(b, raw)
		perCard(b, benchBatch, func(round int) { put(round + 1) })
		b.ReportMetric(float64(written(b, raw)-before)/float64(b.N*benchBatch), "new-rows/card")
	})
	for _, name := range []string{"bare", "bare again"} {
		b.Run(name, func(b *testing.B) {
			_, raw := benchAccount(b)
			conn, err := raw.Conn(b.Context())
			require.NoError(b, err)
			b.Cleanup(func() { _ = conn.Close() })
			for _, pragma := range []string{"journal_mode=WAL", "synchronous=FULL"} {
				_, err := conn.ExecContext(b.Context(), "PRAGMA "+pragma)
				require.NoError(b, err)
			}
			card, err := conn.PrepareContext(b.Context(), bareCard)
			require.NoError(b, err)
			defer func() { _ = card.Close() }()
			entry, err := conn.PrepareContext(b.Context(), bareEntry)
			require.NoError(b, err)
			defer func() { _ = entry.Close() }()
			perCard(b, benchBatch, func(round int) {
				ctx := context.Background() // one that can't be done: the driver watches any other
				_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
				require.NoError(b, err)
				for i := round * benchBatch; i < (round+1)*benchBatch; i++ {
					c, e := benchCard(i, round), benchEntry(i)
					_, err := card.ExecContext(ctx, "bench", string(c.ID.Integration), string(c.ID.Kind), string(c.ID.Key), string(c.Asset), string(c.Company),
						string(c.Home), string(c.Container), string(c.Layout), string(c.State), string(c.Origin), c.Provisional, c.Pinned, c.Name, c.Type, c.URL, c.Hash, c.Data, c.Since.UnixMicro(), string(c.Run))
					require.NoError(b, err)
					_, err = entry.ExecContext(ctx, "bench", i+1, e.At.UnixMicro(), string(e.Integration), string(e.Run), e.Event, string(e.Company), string(e.Asset),
						string(e.By.Kind), e.By.ID, e.By.Name, string(e.Record.Integration), string(e.Record.Kind), string(e.Record.Key), e.Reason.Code)
					require.NoError(b, err)
				}
				_, err = conn.ExecContext(ctx, "COMMIT")
				require.NoError(b, err)
			})
		})
	}
}

const (
	bareCard = `INSERT INTO dovetail_cards (account, integration, kind, record, asset, company, home, container, layout, state, origin, provisional, pinned, name, type, url, hash, data, since, run)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	bareEntry = `INSERT INTO dovetail_journal (account, seq, at_time, of_integration, run, event, company, asset, by_kind, by_id, by_name, integration, kind, record, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// written counts the cards and journal rows.
func written(b *testing.B, raw *sql.DB) (rows int) {
	b.Helper()
	require.NoError(b, raw.QueryRowContext(b.Context(), "SELECT (SELECT count(*) FROM dovetail_cards) + (SELECT count(*) FROM dovetail_journal)").Scan(&rows))
	return rows
}

// fill writes cards that the benchmarks read.
func fill(b *testing.B, l store.Ledger, cards int) {
	b.Helper()
	for from := 0; from < cards; from += 10 * benchBatch {
		require.NoError(b, l.Update(b.Context(), func(_ context.Context, w store.Writer) error {
			for i := from; i < min(from+10*benchBatch, cards); i++ {
				if err := w.PutCard(benchCard(i, 0)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// BenchmarkReadUnchangedCards reads 20,000 cards, company by company, and counts
// the pages that are written meanwhile: none.
func BenchmarkReadUnchangedCards(b *testing.B) {
	const cards = 20_000
	s, raw := benchAccount(b)
	fill(b, s.Ledger(), cards)
	before := changed(b, raw)
	perCard(b, cards, func(int) {
		read := 0
		require.NoError(b, s.Ledger().View(b.Context(), func(_ context.Context, r store.Reader) error {
			for company := range cards / 50 {
				for _, err := range r.CardsOf(store.CompanyID(fmt.Sprintf("company-%05d", company))) {
					if err != nil {
						return err
					}
					read++
				}
			}
			return nil
		}))
		require.Equal(b, cards, read)
	})
	b.ReportMetric(float64(changed(b, raw)-before), "commits")
}

// changed is a number that grows with every commit of another connection that
// changes the database.
func changed(b *testing.B, raw *sql.DB) (version int64) {
	b.Helper()
	require.NoError(b, raw.QueryRowContext(b.Context(), "PRAGMA data_version").Scan(&version))
	return version
}

// BenchmarkStreamAMillionCards reads a million cards and reports the most memory
// that was in use meanwhile.
func BenchmarkStreamAMillionCards(b *testing.B) {
	const cards = 1_000_000
	s, _ := benchAccount(b)
	fill(b, s.Ledger(), cards)
	debug.FreeOSMemory()
	perCard(b, cards, func(int) {
		read, most := 0, uint64(0)
		require.NoError(b, s.Ledger().View(b.Context(), func(_ context.Context, r store.Reader) error {
			for _, err := range r.Cards("bench-1") {
				if err != nil {
					return err
				}
				if read++; read%50_000 == 0 {
					most = max(most, inUse())
				}
			}
			return nil
		}))
		require.Equal(b, cards, read)
		b.ReportMetric(float64(most)/(1<<20), "MiB")
	})
}

// inUse is the memory of the process, or that of the Go heap with its garbage
// where the system doesn't tell.
func inUse() uint64 {
	var total, resident uint64
	if statm, err := os.ReadFile("/proc/self/statm"); err == nil {
		if _, err := fmt.Sscan(string(statm), &total, &resident); err == nil {
			return resident * uint64(os.Getpagesize())
		}
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapInuse
}
