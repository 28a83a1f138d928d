package memory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func checkNotFound(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1")
	update(t, l, func(w store.Writer) {
		require.NoError(t, w.PutPlan(store.Plan{ID: "p1", Integration: "i1"}))
		require.NoError(t, w.PutRun(store.Run{ID: "r1", Integration: "i1"}))
		require.NoError(t, w.PutScan(store.Scan{ID: "s1", Integration: "i1", Kind: "asset"}))
	})
	view(t, l, func(r store.Reader) {
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
		require.Empty(t, collect(t, r.CardsOf("nobody"), cardKey))
		require.Empty(t, collect(t, r.Changes("p0", 0), func(c store.Change) int { return c.Seq }))
	})
}

func checkEmptyIDs(t *testing.T, l store.Ledger) {
	id := record("1")
	broken := []store.RecordID{{Kind: "k", Key: "1"}, {Integration: "i", Key: "1"}, {Integration: "i", Kind: "k"}}
	update(t, l, func(w store.Writer) {
		refused := []error{
			w.PutIntegration(store.Integration{}),
			w.PutSettings(store.Settings{Version: 1}),
			w.PutSettings(store.Settings{Integration: "i1"}),
			w.PutScan(store.Scan{Integration: "i1", Kind: "asset"}),
			w.PutScan(store.Scan{ID: "s1", Kind: "asset"}),
			w.PutScan(store.Scan{ID: "s1", Integration: "i1"}),
			w.PutCard(store.Card{ID: id, Company: "a"}),
			w.PutCard(store.Card{ID: id, Asset: "x"}),
			w.PutPlan(store.Plan{Integration: "i1"}),
			w.PutPlan(store.Plan{ID: "p1"}),
			w.PutChange(store.Change{Seq: 1, Record: id}),
			w.PutChange(store.Change{Plan: "p1", Record: id}),
			w.PutOpenWrite(store.OpenWrite{Record: id}),
			w.PutRun(store.Run{Integration: "i1"}),
			w.PutRun(store.Run{ID: "r1"}),
		}
		for _, id := range broken {
			refused = append(refused,
				w.PutMirrorRow(store.MirrorRow{ID: id}),
				w.PutMatch(store.Match{ID: id}),
				w.PutCard(store.Card{ID: id, Asset: "x", Company: "a"}),
				w.PutChange(store.Change{Plan: "p1", Seq: 1, Record: id}),
				w.PutOpenWrite(store.OpenWrite{Intent: "n1", Record: id}),
			)
		}
		for i, err := range refused {
			require.ErrorIs(t, err, store.ErrRefused, "case %d", i)
		}
		require.Empty(t, collect(t, w.Integrations(), func(i store.Integration) string { return string(i.ID) }))
	})
	requireCards(t, l)
	view(t, l, func(r store.Reader) {
		for _, q := range []store.MirrorQuery{{Integration: "i1"}, {Kind: "asset"}} {
			requireOneError(t, r.Mirror(q), func(t *testing.T, err error) {
				t.Helper()
				require.ErrorIs(t, err, store.ErrRefused)
			})
		}
	})
}

func checkSettings(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		require.NoError(t, w.PutSettings(store.Settings{Integration: "i1", Version: 1, Config: map[string]string{"k": "one"}}))
		require.NoError(t, w.PutSettings(store.Settings{Integration: "i1", Version: 2}))
		require.NoError(t, w.PutSettings(store.Settings{Integration: "i2", Version: 1}))
	})
	update(t, l, func(w store.Writer) {
		require.ErrorIs(t, w.PutSettings(store.Settings{Integration: "i1", Version: 1}), store.ErrRefused)
	})
	view(t, l, func(r store.Reader) {
		got, err := r.Settings("i1", 1)
		require.NoError(t, err)
		require.Equal(t, "one", got.Config["k"])
	})
}

func checkMirror(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		for _, m := range []store.MirrorRow{
			row("1", "x"), row("2", ""), row("3", "y"), row("4", "x"), row("5", "x1"),
			{ID: store.RecordID{Integration: "i1", Kind: "contact", Key: "6"}, Container: "x"},
			{ID: store.RecordID{Integration: "i2", Kind: "asset", Key: "7"}, Container: "x"},
		} {
			require.NoError(t, w.PutMirrorRow(m))
		}
	})
	requireMirror(t, l, nil, "", "1", "2", "3", "4", "5")
	requireMirror(t, l, new(connector.Key("x")), "", "1", "4")
	requireMirror(t, l, new(connector.Key("")), "", "2")
	requireMirror(t, l, new(connector.Key("z")), "")
}

func requireMirror(t *testing.T, l store.Ledger, container *connector.Key, unseenBy store.ScanID, want ...string) {
	t.Helper()
	q := store.MirrorQuery{Integration: "i1", Kind: "asset", Container: container, UnseenBy: unseenBy}
	view(t, l, func(r store.Reader) {
		require.Equal(t, append([]string{}, want...), collect(t, r.Mirror(q), rowKey))
	})
}

func checkMoves(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		require.NoError(t, w.PutMirrorRow(row("1", "x")))
		require.NoError(t, w.PutCard(card("1", "a")))
		require.NoError(t, w.PutMatch(store.Match{ID: record("1"), Company: "a"}))
		require.NoError(t, w.PutOpenWrite(store.OpenWrite{Intent: "n", Record: record("1")}))
	})
	update(t, l, func(w store.Writer) {
		require.NoError(t, w.PutMirrorRow(row("1", "y")))
		require.NoError(t, w.PutCard(card("1", "b")))
		require.NoError(t, w.PutMatch(store.Match{ID: record("1"), Company: "b"}))
		moved := record("1")
		moved.Integration = "i2"
		require.NoError(t, w.PutOpenWrite(store.OpenWrite{Intent: "n", Record: moved}))
	})
	requireMirror(t, l, new(connector.Key("x")), "")
	requireMirror(t, l, new(connector.Key("y")), "", "1")
	view(t, l, func(r store.Reader) {
		require.Empty(t, collect(t, r.CardsOf("a"), cardKey))
		require.Equal(t, []string{"1"}, collect(t, r.CardsOf("b"), cardKey))
		require.Empty(t, collect(t, r.MatchesOf("a"), matchKey))
		require.Equal(t, []string{"1"}, collect(t, r.MatchesOf("b"), matchKey))
		require.Empty(t, collect(t, r.OpenWrites("i1"), intentOf))
		require.Equal(t, []string{"n"}, collect(t, r.OpenWrites("i2"), intentOf))
	})
}

func checkLastPlanAndRun(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		for _, n := range []string{"2", "3", "1"} {
			require.NoError(t, w.PutPlan(store.Plan{ID: store.PlanID("p" + n), Integration: "i1"}))
			require.NoError(t, w.PutRun(store.Run{ID: store.RunID("r" + n), Integration: "i1"}))
		}
		require.NoError(t, w.PutPlan(store.Plan{ID: "p9", Integration: "i2"}))
		require.NoError(t, w.PutRun(store.Run{ID: "r9", Integration: "i2"}))
	})
	update(t, l, func(w store.Writer) { // written last, made first
		require.NoError(t, w.PutPlan(store.Plan{ID: "p1", Integration: "i1", State: store.PlanApplied}))
		require.NoError(t, w.PutRun(store.Run{ID: "r1", Integration: "i1", State: store.RunOK}))
	})
	view(t, l, func(r store.Reader) {
		plan, err := r.LastPlan("i1")
		require.NoError(t, err)
		require.Equal(t, store.PlanID("p3"), plan.ID)
		run, err := r.LastRun("i1")
		require.NoError(t, err)
		require.Equal(t, store.RunID("r3"), run.ID)
		for _, id := range []store.IntegrationID{"", "i0", "i11", "i3"} {
			_, err := r.LastPlan(id)
			require.ErrorIs(t, err, store.ErrNotFound)
		}
	})
}

func checkChanges(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		for _, seq := range []int{10, 2, 1, 9} {
			require.NoError(t, w.PutChange(store.Change{Plan: "p", Seq: seq, Record: record("1")}))
			require.NoError(t, w.PutChange(store.Change{Plan: "p2", Seq: seq, Record: record("1")}))
		}
	})
	seq := func(c store.Change) int { return c.Seq }
	view(t, l, func(r store.Reader) {
		require.Equal(t, []int{1, 2, 9, 10}, collect(t, r.Changes("p", 0), seq))
		require.Equal(t, []int{9, 10}, collect(t, r.Changes("p", 2), seq))
		require.Equal(t, []int{9, 10}, collect(t, r.Changes("p", 5), seq))
		require.Empty(t, collect(t, r.Changes("p", 10), seq))
	})
}

func checkOpenWrites(t *testing.T, l store.Ledger) {
	update(t, l, func(w store.Writer) {
		for _, intent := range []string{"b", "a", "c"} {
			require.NoError(t, w.PutOpenWrite(store.OpenWrite{Intent: intent, Record: record("1")}))
		}
		require.NoError(t, w.DeleteOpenWrite("b"))
		require.NoError(t, w.DeleteOpenWrite("b"), "twice is no error")
	})
	view(t, l, func(r store.Reader) {
		require.Equal(t, []string{"a", "c"}, collect(t, r.OpenWrites("i1"), intentOf))
	})
}

func checkJournal(t *testing.T, l store.Ledger) {
	for _, e := range []store.JournalEntry{
		{Seq: 77, Event: "one", Run: "r1", Company: "a", Asset: "x"},
		{Event: "two", Run: "r1", Company: "a", Asset: "y"},
		{Event: "three", Run: "r2", Company: "b", Asset: "x"},
		{Event: "four"},
	} {
		update(t, l, func(w store.Writer) { require.NoError(t, w.AppendJournal(e)) })
	}
	view(t, l, func(r store.Reader) {
		for _, test := range []struct {
			query store.JournalQuery
			want  []int64
		}{
			{store.JournalQuery{}, []int64{1, 2, 3, 4}},
			{store.JournalQuery{After: 2}, []int64{3, 4}},
			{store.JournalQuery{Run: "r1"}, []int64{1, 2}},
			{store.JournalQuery{Company: "b"}, []int64{3}},
			{store.JournalQuery{Asset: "x"}, []int64{1, 3}},
			{store.JournalQuery{Asset: "x", Run: "r1", After: 1}, []int64{}},
		} {
			require.Equal(t, test.want,
				collect(t, r.Journal(test.query), func(e store.JournalEntry) int64 { return e.Seq }), "%+v", test.query)
		}
	})
}
