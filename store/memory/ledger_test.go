package memory_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// TestLedger runs what every ledger has to do; nothing in the checks knows
// which one it is.
func TestLedger(t *testing.T) {
	t.Parallel()
	for name, check := range map[string]func(t *testing.T, l store.Ledger){
		"an update that fails keeps nothing":                  checkErrorRollsBack,
		"an update that panics keeps nothing":                 checkPanicRollsBack,
		"an update whose context ends keeps nothing":          checkCancelRollsBack,
		"an update sees its own writes":                       checkOwnWrites,
		"a view sees nothing of later updates":                checkSnapshot,
		"an update within a transaction is refused":           checkNested,
		"an update waits no longer than its context":          checkWaitEnds,
		"a reader is of no use afterwards":                    checkReaderOver,
		"a writer is of no use afterwards":                    checkWriterOver,
		"nothing is read with a context that is done":         checkCancelled,
		"concurrent updates lose nothing":                     checkConcurrent,
		"what isn't there is not found":                       checkNotFound,
		"rows come in bytewise order":                         checkOrder,
		"iterators may be interleaved":                        checkInterleaved,
		"an iterator may be left and used again":              checkIteratorAgain,
		"an iterator goes on from its last key":               checkContinues,
		"an iterator survives the deletion of all it yields":  checkDeleteWhileIterating,
		"rows are copied on the way in and out":               checkAliases,
		"times are kept in UTC to the microsecond":            checkTimes,
		"rows without their ids are refused":                  checkEmptyIDs,
		"a version of settings is written once":               checkSettings,
		"the mirror is selected by kind and container":        checkMirror,
		"a record that changes its company is listed once":    checkMoves,
		"marks tell what a scan has not seen":                 checkMarks,
		"marks live until the next scan begins":               checkMarksDropped,
		"marks of an open scan outlive another scan":          checkMarksOfOpenScan,
		"a scan marks only what it reads":                     checkMarksRefused,
		"the last scan is the one that was started last":      checkLastScan,
		"the last plan and run are the ones made last":        checkLastPlanAndRun,
		"changes are paged by their number":                   checkChanges,
		"open writes are listed by integration until deleted": checkOpenWrites,
		"the journal is numbered and selected":                checkJournal,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, memory.New().Ledger())
		})
	}
}

var errBoom = errors.New("boom")

func record(key string) store.RecordID {
	return store.RecordID{Integration: "i1", Kind: "asset", Key: connector.Key(key)}
}

func card(key string, company store.CompanyID) store.Card {
	return store.Card{ID: record(key), Asset: store.AssetID("asset of " + key), Company: company, State: store.CardActive}
}

func row(key, container string) store.MirrorRow {
	return store.MirrorRow{ID: record(key), Container: connector.Key(container), Name: key}
}

// update and view run fn in a transaction that has to succeed.
func update(t *testing.T, l store.Ledger, fn func(w store.Writer)) {
	t.Helper()
	require.NoError(t, l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
		fn(w)
		return nil
	}))
}

func view(t *testing.T, l store.Ledger, fn func(r store.Reader)) {
	t.Helper()
	require.NoError(t, l.View(t.Context(), func(_ context.Context, r store.Reader) error {
		fn(r)
		return nil
	}))
}

func putCards(t *testing.T, l store.Ledger, company store.CompanyID, keys ...string) {
	t.Helper()
	update(t, l, func(w store.Writer) {
		for _, key := range keys {
			require.NoError(t, w.PutCard(card(key, company)))
		}
	})
}

// collect returns what rows yields, as id tells it.
func collect[T, ID any](t *testing.T, rows iter.Seq2[T, error], id func(T) ID) []ID {
	t.Helper()
	ids := []ID{}
	for row, err := range rows {
		require.NoError(t, err)
		ids = append(ids, id(row))
	}
	return ids
}

func cardKey(c store.Card) string     { return string(c.ID.Key) }
func rowKey(m store.MirrorRow) string { return string(m.ID.Key) }
func matchKey(m store.Match) string   { return string(m.ID.Key) }

func requireCards(t *testing.T, l store.Ledger, want ...string) {
	t.Helper()
	view(t, l, func(r store.Reader) {
		require.ElementsMatch(t, want, collect(t, r.Cards("i1"), cardKey))
		require.ElementsMatch(t, want, collect(t, r.CardsOf("a"), cardKey))
	})
}

func checkErrorRollsBack(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "kept", "changed")
	err := l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
		require.NoError(t, w.PutCard(card("new", "a")))
		require.NoError(t, w.PutCard(card("changed", "b")))
		require.NoError(t, w.DeleteCard(record("kept")))
		require.NoError(t, w.AppendJournal(store.JournalEntry{Event: "never"}))
		return errBoom
	})
	require.Same(t, errBoom, err, "the error comes back as it is")
	requireCards(t, l, "kept", "changed")

	update(t, l, func(w store.Writer) { require.NoError(t, w.AppendJournal(store.JournalEntry{Event: "first"})) })
	view(t, l, func(r store.Reader) {
		require.Equal(t, []int64{1}, collect(t, r.Journal(store.JournalQuery{}), func(e store.JournalEntry) int64 { return e.Seq }))
	})
}

func checkPanicRollsBack(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "kept")
	require.PanicsWithValue(t, "boom", func() {
		_ = l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
			require.NoError(t, w.DeleteCard(record("kept")))
			panic("boom")
		})
	})
	requireCards(t, l, "kept")
	putCards(t, l, "a", "next") // the turn was given back
	requireCards(t, l, "kept", "next")
}

func checkCancelRollsBack(t *testing.T, l store.Ledger) {
	ctx, cancel := context.WithCancel(t.Context())
	err := l.Update(ctx, func(_ context.Context, w store.Writer) error {
		require.NoError(t, w.PutCard(card("new", "a")))
		cancel()
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	requireCards(t, l)
}

func checkOwnWrites(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1", "2")
	update(t, l, func(w store.Writer) {
		require.NoError(t, w.PutCard(card("3", "a")))
		require.NoError(t, w.DeleteCard(record("1")))
		require.NoError(t, w.DeleteCard(record("1")), "twice is no error")
		got, err := w.Card(record("3"))
		require.NoError(t, err)
		require.Equal(t, store.CompanyID("a"), got.Company)
		_, err = w.Card(record("1"))
		require.ErrorIs(t, err, store.ErrNotFound)
		require.Equal(t, []string{"2", "3"}, collect(t, w.CardsOf("a"), cardKey))
	})
}

func checkSnapshot(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1", "2", "3")
	view(t, l, func(r store.Reader) {
		var seen []string
		for c, err := range r.CardsOf("a") {
			require.NoError(t, err)
			seen = append(seen, cardKey(c))
			update(t, l, func(w store.Writer) { // with the test's context: another transaction
				require.NoError(t, w.DeleteCard(record("2")))
				require.NoError(t, w.PutCard(card("3", "b")))
				require.NoError(t, w.PutCard(card("4", "a")))
			})
		}
		require.Equal(t, []string{"1", "2", "3"}, seen)
		got, err := r.Card(record("3"))
		require.NoError(t, err)
		require.Equal(t, store.CompanyID("a"), got.Company)
		_, err = r.Card(record("4"))
		require.ErrorIs(t, err, store.ErrNotFound)
	})
	requireCardsOf(t, l, "a", "1", "4")
	requireCardsOf(t, l, "b", "3")
}

func requireCardsOf(t *testing.T, l store.Ledger, company store.CompanyID, want ...string) {
	t.Helper()
	view(t, l, func(r store.Reader) { require.Equal(t, want, collect(t, r.CardsOf(company), cardKey)) })
}

func checkNested(t *testing.T, l store.Ledger) {
	unused := func(context.Context, store.Writer) error {
		return errors.New("a nested update was run")
	}
	unread := func(context.Context, store.Reader) error { return errors.New("a nested view was run") }
	require.NoError(t, l.Update(t.Context(), func(ctx context.Context, w store.Writer) error {
		require.ErrorIs(t, l.Update(ctx, unused), store.ErrNested)
		derived, cancel := context.WithCancel(ctx)
		defer cancel()
		require.ErrorIs(t, l.Update(derived, unused), store.ErrNested)
		require.ErrorIs(t, l.View(ctx, unread), store.ErrNested)
		return w.PutCard(card("1", "a"))
	}))
	require.NoError(t, l.View(t.Context(), func(ctx context.Context, _ store.Reader) error {
		require.ErrorIs(t, l.Update(ctx, unused), store.ErrNested)
		require.ErrorIs(t, l.View(ctx, unread), store.ErrNested)
		return nil
	}))
	requireCards(t, l, "1")
}

func checkWaitEnds(t *testing.T, l store.Ledger) {
	update(t, l, func(store.Writer) {
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() {
			result <- l.Update(ctx, func(context.Context, store.Writer) error { return errBoom })
		}()
		cancel()
		require.ErrorIs(t, <-result, context.Canceled)
	})
}

func checkReaderOver(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1")
	var leaked store.Reader
	var rows iter.Seq2[store.Card, error]
	view(t, l, func(r store.Reader) { leaked, rows = r, r.Cards("i1") })
	_, err := leaked.Card(record("1"))
	requireOver(t, err)
	_, err = leaked.LastPlan("i1")
	requireOver(t, err)
	_, err = leaked.LastScan("i1", "asset")
	requireOver(t, err)
	requireOneError(t, rows, requireOver)
	requireOneError(t, leaked.Journal(store.JournalQuery{}), requireOver)
}

func checkWriterOver(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1")
	for _, result := range []error{nil, errBoom} {
		var leaked store.Writer
		_ = l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
			leaked = w
			return result
		})
		for _, err := range useAll(leaked) {
			requireOver(t, err)
		}
	}
	requireCards(t, l, "1")
}

// useAll calls all methods of a writer that change something.
func useAll(w store.Writer) []error {
	id := record("1")
	return []error{
		w.PutIntegration(store.Integration{ID: "i1"}),
		w.PutSettings(store.Settings{Integration: "i1", Version: 1}),
		w.PutMirrorRow(store.MirrorRow{ID: id}),
		w.PutScan(store.Scan{ID: "s1", Integration: "i1", Kind: "asset"}),
		w.MarkSeen("s1", []connector.Key{id.Key}),
		w.PutMatch(store.Match{ID: id}),
		w.PutCard(card("1", "b")),
		w.DeleteCard(id),
		w.PutPlan(store.Plan{ID: "p1", Integration: "i1"}),
		w.PutChange(store.Change{Plan: "p1", Seq: 1, Record: id}),
		w.PutOpenWrite(store.OpenWrite{Intent: "n1", Record: id}),
		w.DeleteOpenWrite("n1"),
		w.PutRun(store.Run{ID: "r1", Integration: "i1"}),
		w.AppendJournal(store.JournalEntry{}),
	}
}

func requireOver(t *testing.T, err error) {
	t.Helper()
	require.Error(t, err)
	require.NotErrorIs(t, err, store.ErrNotFound)
}

// requireOneError checks that rows yields an error and nothing else.
func requireOneError[T any](t *testing.T, rows iter.Seq2[T, error], check func(*testing.T, error)) {
	t.Helper()
	pairs := 0
	for _, err := range rows {
		pairs++
		check(t, err)
	}
	require.Equal(t, 1, pairs)
}

func checkCancelled(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1", "2", "3")
	canceled := func(t *testing.T, err error) {
		t.Helper()
		require.ErrorIs(t, err, context.Canceled)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := l.Update(ctx, func(_ context.Context, w store.Writer) error {
		pairs := 0
		for _, err := range w.CardsOf("a") {
			if pairs++; pairs == 1 {
				require.NoError(t, err)
				cancel()
				continue
			}
			canceled(t, err)
		}
		require.Equal(t, 2, pairs, "the error is the last pair")
		requireOneError(t, w.CardsOf("nobody"), canceled)
		_, err := w.Card(record("1"))
		canceled(t, err)
		for _, err := range useAll(w) {
			canceled(t, err)
		}
		return nil
	})
	canceled(t, err)
	canceled(t, l.View(ctx, func(context.Context, store.Reader) error { return errBoom }))
	canceled(t, l.Update(ctx, func(context.Context, store.Writer) error { return errBoom }))
	requireCards(t, l, "1", "2", "3")
}

// checkConcurrent moves a card to and fro while others count: no reader may see
// it in two companies or in none, and no count may be lost.
func checkConcurrent(t *testing.T, l store.Ledger) {
	const writers, readers, rounds = 4, 4, 100
	putCards(t, l, "company-0", "moving")
	update(t, l, func(w store.Writer) { require.NoError(t, w.PutIntegration(store.Integration{ID: "i1"})) })
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range rounds {
				if err := l.Update(t.Context(), count); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range readers {
		group.Go(func() {
			for range rounds {
				if err := l.View(t.Context(), seesOne); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	view(t, l, func(r store.Reader) {
		i, err := r.Integration("i1")
		require.NoError(t, err)
		require.Equal(t, int64(writers*rounds), i.Revision)
	})
}

func count(_ context.Context, w store.Writer) error {
	i, err := w.Integration("i1")
	if err != nil {
		return err
	}
	i.Revision++
	return errors.Join(
		w.PutIntegration(i),
		w.PutCard(card("moving", store.CompanyID(fmt.Sprintf("company-%d", i.Revision%3)))),
	)
}

func seesOne(_ context.Context, r store.Reader) error {
	i, err := r.Integration("i1")
	if err != nil {
		return err
	}
	for n := range int64(3) {
		found := int64(0)
		for _, err := range r.CardsOf(store.CompanyID(fmt.Sprintf("company-%d", n))) {
			if err != nil {
				return err
			}
			found++
		}
		if (found == 1) != (i.Revision%3 == n) {
			return fmt.Errorf("revision %d: company %d has %d cards", i.Revision, n, found)
		}
	}
	return nil
}
