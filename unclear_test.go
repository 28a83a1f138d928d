package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
)

// Somebody goes through a long list, and decides about a record further down.
func TestWhatWasDecidedMeanwhileIsNoLongerUnclear(t *testing.T) {
	t.Parallel()
	w, one, _ := ambiguous(t)
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"), device("2", "PC-2", "serial", "SN-0001"))
	w.sync()
	require.Len(t, w.unclear(), 2)
	var listed []connector.Key
	for row, err := range w.engine.Unclear(t.Context(), dovetail.UnclearRequest{Integration: fakeOne}) {
		require.NoError(t, err)
		listed = append(listed, row.Record.Key)
		w.decideCard("2", dovetail.CardPut, one.ID)
	}
	require.Equal(t, []connector.Key{"1"}, listed)
}
