package dovetail_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// Whether Syncro counts an agent's check-in as an edit of its asset isn't known.
func TestAnAgentsCheckInWritesNothingWhetherItIsAnEditOrNot(t *testing.T) {
	t.Parallel()
	for name, edits := range map[string]bool{"no edit": false, "an edit": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			fill(w)
			w.sync()
			w.create(1, 2)
			w.sync()
			w.quiet()
			for _, asset := range w.account.Assets() {
				before := asset.UpdatedAt
				require.True(t, w.account.CheckIn(asset.ID, func(a *syncrotest.Agent) {
					a.LastUser, a.LastSyncedAt, a.FreeGB, a.OS.PendingReboot, a.OS.LastBoot = "bob", time.Now(), 3, true, time.Now()
				}))
				if edits {
					require.True(t, w.account.UpdateAsset(asset.ID, func(*syncrotest.Asset) {}))
				}
				after, _ := w.account.Asset(asset.ID)
				require.Equal(t, edits, after.UpdatedAt.After(before))
			}
			counts := written(w.db)
			w.sync()
			for _, table := range []string{"documents", "card", "journal entry"} {
				require.Equal(t, counts[table], written(w.db)[table], table)
			}
			w.quiet()
		})
	}
}
