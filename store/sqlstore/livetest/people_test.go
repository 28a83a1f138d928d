package livetest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
)

func TestWhatPeopleWriteIsCleanedToo(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, d database) {
		s := newShelf(t, d)
		a := s.put("one", "SN-1")
		at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", 3600))
		require.NoError(t, s.EditAsset(t.Context(), a.ID, func(a *store.Asset) { a.Name, a.Created = "a\x00b\xff", at }))
		a, err := s.Asset(t.Context(), a.ID)
		require.NoError(t, err)
		require.Equal(t, "ab\uFFFD", a.Name)
		require.Equal(t, time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC), a.Created)

		require.NoError(t, s.EditCompany(t.Context(), s.home.ID, func(c *store.Company) { c.Name, c.Details.City = "c\x00d", "\x00Bern\xff" }))
		c, err := s.Company(t.Context(), s.home.ID)
		require.NoError(t, err)
		require.Equal(t, "cd", c.Name)
		require.Equal(t, "Bern\uFFFD", c.Details.City)
	})
}
