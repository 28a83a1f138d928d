package memory_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

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

func cardKey(c store.Card) string { return string(c.ID.Key) }

func requireCards(t *testing.T, l store.Ledger, want ...string) {
	t.Helper()
	view(t, l, func(r store.Reader) {
		require.ElementsMatch(t, want, collect(t, r.Cards("i1"), cardKey))
		require.ElementsMatch(t, want, collect(t, r.CardsOf("a"), cardKey))
	})
}
