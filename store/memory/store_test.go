package memory_test

import (
	"context"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

func TestLedgerWritesCountsWhatWasKept(t *testing.T) {
	t.Parallel()
	s := memory.New()
	require.Empty(t, s.LedgerWrites())
	update(t, s.Ledger(), func(w store.Writer) {
		require.NoError(t, w.PutCard(card("1", "a")))
		require.NoError(t, w.PutCard(card("1", "a")))
		require.NoError(t, w.DeleteCard(record("1")))
		require.NoError(t, w.DeleteCard(record("1")), "nothing is deleted")
		require.NoError(t, w.PutScan(store.Scan{ID: "s", Integration: "i1", Kind: "asset"}))
		require.NoError(t, w.MarkSeen("s", []connector.Key{"1", "2", "1"}))
		require.NoError(t, w.AppendJournal(store.JournalEntry{}))
		require.Error(t, w.PutPlan(store.Plan{}))
	})
	want := map[string]int{"card": 3, "scan": 1, "mark": 2, "journal entry": 1}
	require.Equal(t, want, s.LedgerWrites())
	_ = s.Ledger().Update(t.Context(), func(_ context.Context, w store.Writer) error {
		require.NoError(t, w.PutCard(card("2", "a")))
		return errBoom
	})
	require.Equal(t, want, s.LedgerWrites())
}

func TestTwoStoresAreApart(t *testing.T) {
	t.Parallel()
	one, two := memory.New(), memory.New()
	require.NoError(t, one.Ledger().Update(t.Context(), func(ctx context.Context, w store.Writer) error {
		if err := w.PutCard(card("1", "a")); err != nil {
			return err
		}
		return two.Ledger().Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutCard(card("2", "a")) })
	}), "an update of another ledger isn't nested")
	requireCards(t, one.Ledger(), "1")
	requireCards(t, two.Ledger(), "2")
}

func TestAViewCannotWrite(t *testing.T) {
	t.Parallel()
	view(t, memory.New().Ledger(), func(r store.Reader) {
		_, writes := r.(store.Writer)
		require.False(t, writes)
	})
}

func TestAWaitingUpdateEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := memory.New().Ledger()
		update(t, l, func(store.Writer) {
			ctx, cancel := context.WithCancel(t.Context())
			result := make(chan error, 1)
			go func() {
				result <- l.Update(ctx, func(context.Context, store.Writer) error { return errBoom })
			}()
			synctest.Wait()
			require.Empty(t, result, "it waits for its turn")
			cancel()
			require.ErrorIs(t, <-result, context.Canceled)
		})
		update(t, l, func(store.Writer) {})
	})
}

func TestThePlatformCanDoEverythingButJoinTheLedger(t *testing.T) {
	t.Parallel()
	s := memory.New()
	require.Same(t, s.Platform(), s.Documents())
	can := reflect.ValueOf(s.Documents().Capabilities())
	for i := range can.NumField() {
		name := can.Type().Field(i).Name
		want := name != "Joint" && name != "MoveNeedsFields" // there is no transaction over two things in memory, and a need is no ability
		require.Equal(t, want, can.Field(i).Bool(), name)
	}
}

func TestErrorsNameWhatIsMissing(t *testing.T) {
	t.Parallel()
	view(t, memory.New().Ledger(), func(r store.Reader) {
		for asked, read := range map[string]func() error{
			"i0":           func() error { _, err := r.Integration("i0"); return err },
			"i0 version 7": func() error { _, err := r.Settings("i0", 7); return err },
			"i1/asset/x":   func() error { _, err := r.MirrorRow(record("x")); return err },
			"i1/contact":   func() error { _, err := r.LastScan("i1", "contact"); return err },
			"i1/asset":     func() error { _, err := r.LastComplete("i1", "asset"); return err },
			"i1/asset/m":   func() error { _, err := r.Match(record("m")); return err },
			"i1/asset/c":   func() error { _, err := r.Card(record("c")); return err },
			"p0":           func() error { _, err := r.Plan("p0"); return err },
			"i2":           func() error { _, err := r.LastPlan("i2"); return err },
			"p1/1":         func() error { _, err := r.Change("p1", 1); return err },
			"r0":           func() error { _, err := r.Run("r0"); return err },
			"i3":           func() error { _, err := r.LastRun("i3"); return err },
		} {
			err := read()
			require.ErrorIs(t, err, store.ErrNotFound)
			require.ErrorContains(t, err, `"`+asked+`"`)
		}
	})
}
