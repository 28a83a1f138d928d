package memory_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// hostile returns texts in bytewise order that other orders, or keys that are
// joined from parts, would mix up.
func hostile() []string {
	return []string{
		" ", "1", "1 1", "1/2", "10", "2", "A", "B", "a", "a b", "ab", "b", "ä", "é", "日本", "\U0001F600",
	}
}

// checkOrder gives every part of every key all the texts, and so finds keys that
// run into one another.
func checkOrder(t *testing.T, l store.Ledger) {
	texts := hostile()
	require.True(t, slices.IsSorted(texts))
	shuffled := slices.Concat(texts[7:], texts[:7])
	slices.Reverse(shuffled)
	update(t, l, func(w store.Writer) {
		for _, a := range shuffled {
			require.NoError(t, w.PutIntegration(store.Integration{ID: store.IntegrationID(a)}))
			for _, b := range shuffled {
				id := store.RecordID{Integration: store.IntegrationID(a), Kind: "kind", Key: connector.Key(b)}
				other := store.RecordID{Integration: "i", Kind: connector.Kind(a), Key: connector.Key(b)}
				company := store.CompanyID(a)
				require.NoError(t, errors.Join(
					w.PutCard(store.Card{ID: id, Asset: "x", Company: company}),
					w.PutMatch(store.Match{ID: id, Company: company}),
					w.PutMirrorRow(store.MirrorRow{ID: other, Container: connector.Key(a)}),
					w.PutChange(store.Change{Plan: store.PlanID(a), Seq: 1 + slices.Index(texts, b), Record: id}),
					w.PutOpenWrite(store.OpenWrite{Intent: a + "|" + b, Record: id}),
				))
			}
		}
	})
	view(t, l, func(r store.Reader) {
		require.Equal(t, texts, collect(t, r.Integrations(), func(i store.Integration) string { return string(i.ID) }))
		for _, a := range texts {
			container := connector.Key(a)
			kind := store.MirrorQuery{Integration: "i", Kind: connector.Kind(a)}
			both := store.MirrorQuery{Integration: "i", Kind: connector.Kind(a), Container: &container}
			require.Equal(t, texts, collect(t, r.Cards(store.IntegrationID(a)), cardKey))
			require.Equal(t, texts, collect(t, r.CardsOf(store.CompanyID(a)), cardKey))
			require.Equal(t, texts, collect(t, r.Matches(store.IntegrationID(a)), matchKey))
			require.Equal(t, texts, collect(t, r.MatchesOf(store.CompanyID(a)), matchKey))
			require.Equal(t, texts, collect(t, r.Mirror(kind), rowKey))
			require.Equal(t, texts, collect(t, r.Mirror(both), rowKey))
			require.Equal(t, texts, collect(t, r.Changes(store.PlanID(a), 0), func(c store.Change) string { return texts[c.Seq-1] }))
			require.Len(t, collect(t, r.OpenWrites(store.IntegrationID(a)), intentOf), len(texts))
		}
	})
}

func intentOf(o store.OpenWrite) string { return o.Intent }

func checkInterleaved(t *testing.T, l store.Ledger) {
	const n = 500
	want := make([]string, n)
	update(t, l, func(w store.Writer) {
		for i := range n {
			want[i] = fmt.Sprintf("%03d", i)
			require.NoError(t, w.PutCard(card(want[i], "a")))
			require.NoError(t, w.PutMirrorRow(row(want[i], "c")))
		}
	})
	check := func(r store.Reader) {
		byID, stopID := iter.Pull2(r.Cards("i1"))
		defer stopID()
		byCompany, stopCompany := iter.Pull2(r.CardsOf("a"))
		defer stopCompany()
		for m, err := range r.Mirror(store.MirrorQuery{Integration: "i1", Kind: "asset"}) {
			require.NoError(t, err)
			one, err, ok := byID()
			require.True(t, ok)
			require.NoError(t, err)
			two, err, ok := byCompany()
			require.True(t, ok)
			require.NoError(t, err)
			point, err := r.Card(m.ID)
			require.NoError(t, err)
			require.Equal(t, []store.RecordID{m.ID, m.ID, m.ID}, []store.RecordID{one.ID, two.ID, point.ID})
			require.Equal(t, want[0], cardKey(one))
			want = append(want[1:], want[0])
		}
		_, _, more := byID()
		require.False(t, more)
	}
	view(t, l, check)
	update(t, l, func(w store.Writer) { check(w) })
}

func checkIteratorAgain(t *testing.T, l store.Ledger) {
	putCards(t, l, "a", "1", "2", "3")
	view(t, l, func(r store.Reader) {
		rows := r.CardsOf("a")
		for c, err := range rows {
			require.NoError(t, err)
			require.Equal(t, "1", cardKey(c))
			break
		}
		require.Equal(t, []string{"1", "2", "3"}, collect(t, rows, cardKey))
	})
}

// checkContinues has rows of the same update and of an earlier one under way,
// since a ledger may keep the two apart.
func checkContinues(t *testing.T, l store.Ledger) {
	put := func(w store.Writer, key string) { require.NoError(t, w.PutCard(card(key, "a"))) }
	remove := func(w store.Writer, key string) { require.NoError(t, w.DeleteCard(record(key))) }
	for name, test := range map[string]struct {
		change func(w store.Writer)
		want   []string
	}{
		"nothing":          {func(store.Writer) {}, []string{"1", "3", "5", "7"}},
		"a row behind":     {func(w store.Writer) { put(w, "2") }, []string{"1", "3", "5", "7"}},
		"a row ahead":      {func(w store.Writer) { put(w, "4") }, []string{"1", "3", "4", "5", "7"}},
		"the row itself":   {func(w store.Writer) { put(w, "3") }, []string{"1", "3", "5", "7"}},
		"a row at the end": {func(w store.Writer) { put(w, "8") }, []string{"1", "3", "5", "7", "8"}},
		"one gone behind":  {func(w store.Writer) { remove(w, "1") }, []string{"1", "3", "5", "7"}},
		"one gone ahead":   {func(w store.Writer) { remove(w, "5") }, []string{"1", "3", "7"}},
		"itself gone":      {func(w store.Writer) { remove(w, "3") }, []string{"1", "3", "5", "7"}},
		"all moved away": {func(w store.Writer) {
			for _, key := range []string{"1", "3", "5", "7"} {
				require.NoError(t, w.PutCard(card(key, "b")))
			}
		}, []string{"1", "3"}},
	} {
		putCards(t, l, "a", "1", "3", "5", "7")
		for _, fresh := range []bool{false, true} {
			err := l.Update(t.Context(), func(_ context.Context, w store.Writer) error {
				if fresh {
					for _, key := range []string{"1", "3", "5", "7"} {
						put(w, key)
					}
				}
				var seen []string
				for c, err := range w.CardsOf("a") {
					require.NoError(t, err)
					if seen = append(seen, cardKey(c)); cardKey(c) == "3" {
						test.change(w)
					}
				}
				require.Equal(t, test.want, seen, "%s (fresh: %v)", name, fresh)
				return errBoom // the next case begins anew
			})
			require.ErrorIs(t, err, errBoom)
		}
	}
}

func checkDeleteWhileIterating(t *testing.T, l store.Ledger) {
	const n = 1000
	fill := func(w store.Writer) {
		for i := range n {
			require.NoError(t, w.PutCard(card(fmt.Sprintf("%04d", i), "a")))
		}
	}
	update(t, l, fill)
	for _, fresh := range []bool{false, true} {
		update(t, l, func(w store.Writer) {
			if fresh {
				fill(w)
			}
			deleted := 0
			for c, err := range w.CardsOf("a") {
				require.NoError(t, err)
				require.NoError(t, w.DeleteCard(c.ID))
				require.NoError(t, w.PutMirrorRow(store.MirrorRow{ID: c.ID}))
				deleted++
			}
			require.Equal(t, n, deleted)
			require.Empty(t, collect(t, w.Cards("i1"), cardKey))
		})
	}
}
