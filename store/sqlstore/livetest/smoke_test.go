package livetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

func TestSmoke(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		reopen := d.open(t)
		db := openDB(t, sqlstore.Config{DB: reopen(), Dialect: d.dialect})
		s, err := db.Account("a")
		require.NoError(t, err)
		l := s.Ledger()
		err = l.Update(t.Context(), func(ctx context.Context, w store.Writer) error {
			require.ErrorIs(t, l.View(ctx, nil), store.ErrNested)
			require.NoError(t, w.PutIntegration(store.Integration{ID: "i"}))
			_, err := w.Integration("i")
			require.NoError(t, err)
			require.NoError(t, w.AppendJournal(store.JournalEntry{Event: "x"}))
			return nil
		})
		require.NoError(t, err)
		err = l.View(t.Context(), func(ctx context.Context, r store.Reader) error {
			_, err := r.Integration("i")
			require.NoError(t, err)
			for e, err := range r.Journal(store.JournalQuery{}) {
				require.NoError(t, err)
				require.EqualValues(t, 1, e.Seq)
			}
			return nil
		})
		require.NoError(t, err)
	})
}
