package livetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

func TestDocumentsOfAnotherAccountWithinAnUpdateStayItsOwn(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		db := openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect})
		a, b := account(t, db, "a"), account(t, db, "b")
		var ofA, ofB store.Company
		err := a.Ledger().Update(t.Context(), func(ctx context.Context, _ store.Writer) (err error) {
			if ofA, err = a.Documents().CreateCompany(ctx, store.NewCompany{Name: "A's"}, store.Intent{ID: "same"}); err != nil {
				return err
			}
			if ofB, err = b.Documents().CreateCompany(ctx, store.NewCompany{Name: "B's"}, store.Intent{ID: "same"}); err != nil {
				return err
			}
			_, err = b.Documents().Company(ctx, ofA.ID)
			require.ErrorIs(t, err, store.ErrNotFound, "within the update")
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, []store.Company{ofA}, companies(t, a))
		require.Equal(t, []store.Company{ofB}, companies(t, b))
	})
}

func companies(t *testing.T, s *sqlstore.Store) (all []store.Company) {
	t.Helper()
	for c, err := range s.Documents().Companies(t.Context()) {
		require.NoError(t, err)
		all = append(all, c)
	}
	return all
}
