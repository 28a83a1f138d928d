package memory_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// book is what the cards should be.
type book map[store.RecordID]store.Card

func TestCardsBehaveLikeAMapWithTransactions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, want := memory.New().Ledger(), book{}
		for range rapid.IntRange(1, 8).Draw(t, "updates") {
			next := maps.Clone(want)
			fails := rapid.Bool().Draw(t, "fails")
			err := l.Update(context.Background(), func(_ context.Context, w store.Writer) error {
				for range rapid.IntRange(0, 40).Draw(t, "writes") {
					next.change(t, w)
				}
				next.require(t, w)
				if fails {
					return errBoom
				}
				return nil
			})
			if fails {
				require.ErrorIs(t, err, errBoom)
			} else {
				require.NoError(t, err)
				want = next
			}
			require.NoError(t, l.View(context.Background(), func(_ context.Context, r store.Reader) error {
				want.require(t, r)
				return nil
			}))
		}
	})
}

func texts[T ~string](t *rapid.T, name string) T {
	return T(rapid.SampledFrom(hostile()).Draw(t, name))
}

// change does the same to the book and the ledger.
func (b book) change(t *rapid.T, w store.Writer) {
	id := store.RecordID{
		Integration: texts[store.IntegrationID](t, "integration"),
		Kind:        rapid.SampledFrom([]connector.Kind{"asset", "contact"}).Draw(t, "kind"),
		Key:         texts[connector.Key](t, "key"),
	}
	if known := slices.SortedFunc(maps.Keys(b), store.RecordID.Compare); len(known) > 0 && rapid.Bool().Draw(t, "known") {
		id = rapid.SampledFrom(known).Draw(t, "id")
	}
	if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
		require.NoError(t, w.DeleteCard(id))
		delete(b, id)
		return
	}
	c := store.Card{ID: id, Asset: "x", Company: texts[store.CompanyID](t, "company")}
	require.NoError(t, w.PutCard(c))
	b[id] = c
}

// require compares everything that can be read of cards with the book.
func (b book) require(t *rapid.T, r store.Reader) {
	byIntegration := map[store.IntegrationID][]store.Card{}
	byCompany := map[store.CompanyID][]store.Card{}
	for _, id := range slices.SortedFunc(maps.Keys(b), store.RecordID.Compare) {
		c := b[id]
		got, err := r.Card(id)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(c, got))
		byIntegration[id.Integration] = append(byIntegration[id.Integration], c)
		byCompany[c.Company] = append(byCompany[c.Company], c)
	}
	for _, text := range hostile() {
		integration, company := store.IntegrationID(text), store.CompanyID(text)
		for _, one := range []struct {
			want []store.Card
			got  func(func(store.Card, error) bool)
		}{
			{byIntegration[integration], r.Cards(integration)},
			{byCompany[company], r.CardsOf(company)},
		} {
			var got []store.Card
			for c, err := range one.got {
				require.NoError(t, err)
				got = append(got, c)
			}
			require.Empty(t, cmp.Diff(one.want, got))
		}
	}
}
