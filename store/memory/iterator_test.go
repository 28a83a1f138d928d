package memory_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// What an iterator meets while rows are written ahead of it is up to a store. This
// one says it (see the package's documentation). Rows of the same update and of an
// earlier one are under way, in case the two are ever kept apart.
func TestAnIteratorGoesOnFromItsLastKey(t *testing.T) {
	t.Parallel()
	l := memory.New().Ledger()
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
