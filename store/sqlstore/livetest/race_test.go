package livetest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// meanwhile runs edit while an update of the account is open that has done do,
// and returns its error after the update. The update ends when edit has, or
// shortly after, for an edit that rightly waits for it.
func (s shelf) meanwhile(l store.Ledger, do, edit func(ctx context.Context) error) error {
	s.t.Helper()
	edited, outside := make(chan error, 1), s.t.Context()
	require.NoError(s.t, l.Update(outside, func(ctx context.Context, _ store.Writer) error {
		if err := do(ctx); err != nil {
			return err
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			edited <- edit(outside)
		}()
		select {
		case <-done:
		case <-time.After(300 * time.Millisecond):
		}
		return nil
	}))
	return <-edited
}

func TestACompanyThatIsDeletedMeanwhileLeavesNoAssets(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		err := s.meanwhile(s.ledger, func(ctx context.Context) error {
			_, err := s.CreateAsset(ctx, store.NewAsset{Company: s.home.ID, Layout: s.layout.ID, Name: "late"}, store.Intent{ID: "late"})
			return err
		}, func(ctx context.Context) error { return s.DeleteCompany(ctx, s.home.ID) })
		require.NoError(t, err)
		for a, err := range s.Assets(t.Context(), s.home.ID) {
			require.NoError(t, err)
			t.Errorf("asset %q is in a company that isn't there", a.Name)
		}
	})
}

func TestAFieldThatIsTakenOutMeanwhileLeavesNoValues(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		serial := s.layout.Fields[0].ID
		a := s.put("one", "SN-1")
		err := s.meanwhile(s.ledger, func(ctx context.Context) error {
			values := store.Values{serial: connector.Text("SN-2")}
			if _, err := s.UpdateAsset(ctx, store.AssetPatch{ID: a.ID, Values: values}, store.Intent{ID: "u"}); err != nil {
				return err
			}
			_, err := s.CreateAsset(ctx, store.NewAsset{Company: s.home.ID, Layout: s.layout.ID, Name: "two", Values: values}, store.Intent{ID: "c"})
			return err
		}, func(ctx context.Context) error {
			return s.EditLayout(ctx, s.layout.ID, func(l *store.Layout) { l.Fields = l.Fields[1:] })
		})
		require.NoError(t, err)
		for a, err := range s.Assets(t.Context(), s.home.ID) {
			require.NoError(t, err)
			require.NotContains(t, a.Values, serial, a.Name)
		}
		require.Empty(t, s.find("sn"))
	})
}
