package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
)

// noTx is a transaction that can do nothing.
type noTx struct{ name string }

func (noTx) Exec(context.Context, string, ...any) (int64, error)       { return 0, nil }
func (noTx) Query(context.Context, string, ...any) (store.Rows, error) { return nil, nil }

func TestAContextCarriesTheTransactionThatItWasGivenLast(t *testing.T) {
	t.Parallel()
	_, ok := store.TxOf(t.Context())
	require.False(t, ok)

	outer := store.WithTx(t.Context(), noTx{"outer"})
	inner, cancel := context.WithCancel(store.WithTx(outer, noTx{"inner"}))
	defer cancel()
	for want, ctx := range map[string]context.Context{"outer": outer, "inner": inner} {
		tx, ok := store.TxOf(ctx)
		require.True(t, ok)
		require.Equal(t, noTx{want}, tx)
	}
	_, ok = store.TxOf(store.WithTx(outer, nil))
	require.False(t, ok, "no transaction is none")
}
