package memory_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func scan(id store.ScanID, state store.ScanState, within ...connector.Key) store.Scan {
	return store.Scan{ID: id, Integration: "i1", Kind: "asset", State: state, Within: within}
}

// putMarked puts rows 1 to 4, and a scan that has seen some of them.
func putMarked(t *testing.T, l store.Ledger, s store.Scan, seen ...string) {
	t.Helper()
	update(t, l, func(w store.Writer) {
		for _, m := range []store.MirrorRow{row("1", "x"), row("2", "x"), row("3", "y"), row("4", "y")} {
			require.NoError(t, w.PutMirrorRow(m))
		}
		require.NoError(t, w.PutScan(s))
		for _, key := range seen {
			require.NoError(t, w.MarkSeen(s.ID, []connector.Key{connector.Key(key), "not mirrored"}))
		}
	})
}

func checkMarks(t *testing.T, l store.Ledger) {
	putMarked(t, l, scan("s1", store.ScanOpen), "2", "3", "2")
	requireMirror(t, l, nil, "s1", "1", "4")
	requireMirror(t, l, new(connector.Key("y")), "s1", "4")

	update(t, l, func(w store.Writer) {
		q := store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: "s1"}
		require.NoError(t, w.MarkSeen("s1", []connector.Key{"4"}))
		require.Equal(t, []string{"1"}, collect(t, w.Mirror(q), rowKey), "an update sees its own marks")
		require.NoError(t, w.MarkSeen("s1", nil))
	})
	requireMirror(t, l, nil, "s1", "1")
}

func checkMarksDropped(t *testing.T, l store.Ledger) {
	for n, state := range []store.ScanState{store.ScanEnded, store.ScanExhaustive, store.ScanFailed} {
		id := store.ScanID("s" + string(rune('1'+n)))
		putMarked(t, l, scan(id, store.ScanOpen), "1", "2", "3")
		update(t, l, func(w store.Writer) { require.NoError(t, w.PutScan(scan(id, state))) })
		requireMirror(t, l, nil, id, "4")
		update(t, l, func(w store.Writer) { // another kind, another integration: not the next one
			require.NoError(t, w.PutScan(store.Scan{ID: "c" + id, Integration: "i1", Kind: "contact"}))
			require.NoError(t, w.PutScan(store.Scan{ID: "o" + id, Integration: "i2", Kind: "asset"}))
		})
		requireMirror(t, l, nil, id, "4")

		update(t, l, func(w store.Writer) {
			require.NoError(t, w.PutScan(scan(id+"next", store.ScanOpen)))
			require.NoError(t, w.PutScan(scan(id+"next", store.ScanFailed)))
			require.NoError(t, w.PutScan(scan(id, state)), "written again, its marks stay dropped")
			require.ErrorIs(t, w.MarkSeen(id, []connector.Key{"1"}), store.ErrNotFound)
		})
		requireNoMarks(t, l, id)
		require.ErrorIs(t, l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
			return w.PutScan(store.Scan{ID: id, Integration: "i1", Kind: "contact"})
		}), store.ErrRefused, "its id stays its own")
	}
	requireNoMarks(t, l, "never")
}

// requireNoMarks checks that a scan without marks is an error: an empty set of
// marks would say that all records are gone.
func requireNoMarks(t *testing.T, l store.Ledger, id store.ScanID) {
	t.Helper()
	view(t, l, func(r store.Reader) {
		q := store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: id}
		requireOneError(t, r.Mirror(q), func(t *testing.T, err error) {
			t.Helper()
			require.ErrorIs(t, err, store.ErrNotFound)
		})
	})
}

func checkMarksOfOpenScan(t *testing.T, l store.Ledger) {
	putMarked(t, l, scan("s1", store.ScanOpen), "1", "2", "3")
	putMarked(t, l, scan("s2", store.ScanOpen), "4")
	requireMirror(t, l, nil, "s1", "4")
	requireMirror(t, l, nil, "s2", "1", "2", "3")
}

func checkMarksRefused(t *testing.T, l store.Ledger) {
	putMarked(t, l, scan("s1", store.ScanOpen))
	update(t, l, func(w store.Writer) {
		for _, key := range []connector.Key{"", "\x00", "\xff"} {
			require.ErrorIs(t, w.MarkSeen("s1", []connector.Key{"1", key}), store.ErrRefused)
		}
		require.ErrorIs(t, w.MarkSeen("s0", nil), store.ErrNotFound)
		require.ErrorIs(t, w.PutScan(store.Scan{ID: "s1", Integration: "i1", Kind: "contact"}), store.ErrRefused)
	})
	requireMirror(t, l, nil, "s1", "1", "2", "3", "4")

	view(t, l, func(r store.Reader) {
		for _, q := range []store.MirrorQuery{ // the marks of another kind, with and without rows
			{Integration: "i1", Kind: "contact", UnseenBy: "s1"},
			{Integration: "i2", Kind: "asset", UnseenBy: "s1"},
			{Integration: "i1", Kind: "asset", UnseenBy: "s0"},
		} {
			requireOneError(t, r.Mirror(q), func(t *testing.T, err error) {
				t.Helper()
				require.ErrorIs(t, err, store.ErrNotFound)
			})
		}
	})
}

func checkLastScan(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		for _, s := range []store.Scan{
			scan("s4", store.ScanFailed), scan("s1", store.ScanExhaustive), scan("s3", store.ScanEnded, "x"),
			scan("s2", store.ScanEnded), scan("s5", store.ScanOpen),
			{ID: "s9", Integration: "i1", Kind: "assets", State: store.ScanEnded},
			{ID: "s9b", Integration: "i2", Kind: "asset", State: store.ScanEnded},
		} {
			require.NoError(t, w.PutScan(s))
		}
	})
	view(t, l, func(r store.Reader) {
		last, err := r.LastScan("i1", "asset")
		require.NoError(t, err)
		require.Equal(t, store.ScanID("s5"), last.ID)
		complete, err := r.LastComplete("i1", "asset")
		require.NoError(t, err)
		require.Equal(t, store.ScanID("s2"), complete.ID)
		_, err = r.LastScan("i1", "ass")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
