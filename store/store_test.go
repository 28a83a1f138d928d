package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
)

// A create that failed in any way that nobody has declared settled may have
// happened.
func TestOnlyDeclaredErrorsSettleAWrite(t *testing.T) {
	t.Parallel()
	for _, err := range []error{store.ErrNotFound, store.ErrStale, store.ErrRefused} {
		require.True(t, store.Settled(fmt.Errorf("asset 7: %w", err)), err)
	}
	for _, err := range []error{nil, errors.New("EOF"), context.DeadlineExceeded, store.ErrNested} {
		require.False(t, store.Settled(err), err)
	}
}

func TestRecordIDsSortByIntegrationThenKindThenKeyBytewise(t *testing.T) {
	t.Parallel()
	sorted := []store.RecordID{
		{Integration: "a", Kind: "asset", Key: "10"},
		{Integration: "a", Kind: "asset", Key: "9"},
		{Integration: "a", Kind: "contact", Key: "1"},
		{Integration: "a", Kind: "contact", Key: "é"},
		{Integration: "b", Kind: "asset", Key: ""},
	}
	shuffled := []store.RecordID{sorted[3], sorted[0], sorted[4], sorted[2], sorted[1]}
	slices.SortFunc(shuffled, store.RecordID.Compare)
	require.Equal(t, sorted, shuffled)
}

func TestActorsAreShownByNameOrElseByID(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Ada", store.Person("42", "Ada").String())
	require.Equal(t, "person 42", store.Person("42", "").String())
	require.Equal(t, "run run-1", store.RunActor("run-1").String())
}
