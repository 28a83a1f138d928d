package livetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/sqlstore"
)

// A run of writes in one update looks at the company and the layout once, but
// never past what was changed in between.
func TestWhatAssetsStandOnIsAsItIsNow(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := account(t, openDB(t, sqlstore.Config{DB: d.open(t)(), Dialect: d.dialect}), "")
		docs, refused := s.Platform(), store.ErrRefused
		layout, err := docs.CreateLayout(t.Context(), store.NewLayout{Name: "Devices"}, store.Intent{ID: "layout"})
		require.NoError(t, err)
		company, err := docs.CreateCompany(t.Context(), store.NewCompany{Name: "Acme"}, store.Intent{ID: "company"})
		require.NoError(t, err)
		archive := func(ctx context.Context, archived bool) {
			require.NoError(t, docs.EditCompany(ctx, company.ID, func(c *store.Company) { c.Archived = archived }))
		}
		inactive := func(ctx context.Context, inactive bool) {
			require.NoError(t, docs.EditLayout(ctx, layout.ID, func(l *store.Layout) { l.Inactive = inactive }))
		}
		err = s.Ledger().Update(t.Context(), func(ctx context.Context, _ store.Writer) error {
			host, _ := store.TxOf(ctx)
			create := func(intent string) error {
				_, err := docs.CreateAsset(ctx, store.NewAsset{Company: company.ID, Layout: layout.ID, Name: "PC-1"}, store.Intent{ID: intent})
				return err
			}
			require.NoError(t, create("1"))
			archive(ctx, true)
			require.ErrorIs(t, create("2"), refused)
			require.NoError(t, create("1"), "what was made is returned whatever became of its company")
			archive(ctx, false)
			require.NoError(t, create("2"))
			inactive(ctx, true)
			require.ErrorIs(t, create("3"), refused)
			inactive(ctx, false)
			require.NoError(t, create("3"))
			_, err := host.Exec(ctx, "DELETE FROM dovetail_layouts")
			require.NoError(t, err)
			require.ErrorIs(t, create("4"), refused, "a statement of the host's may be about anything")
			require.NoError(t, docs.DeleteCompany(ctx, company.ID))
			require.ErrorIs(t, create("5"), refused)
			return nil
		})
		require.NoError(t, err)
	})
}
