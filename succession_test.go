package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// The old record is missing and can't be looked up: the new one succeeds all the
// same, and what the old one had made is its own: it is brought up to date and
// renamed, and a person's value stays a person's.
func TestANewRecordWithTheKeyOfAMissingOneInheritsItsAsset(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	settings := w.settings()
	settings.AutoUpdateNames = true
	w.save(settings)
	w.fake.put(kindDevice, device("1", "PC-OLD", "serial", "SN-0001", "model", "M1"))
	w.sync()
	before := w.card("1")
	require.NoError(t, w.db.Platform().EditAsset(before.Asset, func(a *store.Asset) { a.Values[w.layout.Fields[3].ID] = connector.Text("1234") }))
	link, err := w.docs.CreateLink(t.Context(), store.NewLink{From: before.Asset, To: w.byHand(w.layout, "Dock", "SN-DOCK").ID}, store.Intent{})
	require.NoError(t, err)
	before.Links = []store.CardLink{{Link: link.ID, To: link.To}}
	w.put(func(l store.Writer) error { return l.PutCard(before) })

	w.fake.put(kindDevice, device("2", "PC-NEW", "serial", "sn-0001", "model", "M2"))
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 2": dovetail.ReasonSucceeds}, w.sync())
	after := w.card("2")
	require.Equal(t, before.Asset, after.Asset)
	require.Equal(t, store.OriginCreated, after.Origin)
	require.Equal(t, before.Links, after.Links)
	require.Equal(t, "M2", w.value("PC-NEW", 1))
	require.Equal(t, "1234", w.value("PC-NEW", 3))
	w.view(func(r store.Reader) error {
		_, err := r.Card(before.ID)
		require.ErrorIs(t, err, store.ErrNotFound, "one card, the new one")
		return nil
	})
	w.quiet()
	w.fake.put(kindDevice, device("2", "PC-NEWER", "serial", "sn-0001", "model", "M3"))
	require.Equal(t, map[string]dovetail.ReasonCode{"update 2": dovetail.ReasonChanged}, w.sync())
	require.Equal(t, "M3", w.value("PC-NEWER", 1), "what the old one wrote is its own")
	w.quiet()
}

// The old record was confirmed to be gone long ago, and its card is orphaned.
func TestARecordThatReturnsUnderAnotherIDGetsItsAssetBack(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	w.fake.put(kindDevice, device("1", "PC", "serial", "SN-0001"), device("9", "OTHER"))
	w.sync()
	asset := w.card("1").Asset
	w.fake.put(kindDevice, device("9", "OTHER"))
	require.Equal(t, map[string]dovetail.ReasonCode{"orphan 1": dovetail.ReasonGone}, w.sync())
	w.quiet()
	w.fake.put(kindDevice, device("9", "OTHER"), device("2", "PC", "serial", "SN-0001"))
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 2": dovetail.ReasonSucceeds}, w.sync())
	require.Equal(t, asset, w.card("2").Asset)
	require.Equal(t, store.OriginCreated, w.card("2").Origin)
	w.quiet()
}

// The same key on an asset of a record that is still there is nobody's place.
func TestARecordDoesNotSucceedToOneThatIsThere(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC-A", "serial", "SN-0001"))
	w.sync()
	w.fake.put(kindDevice, device("1", "PC-A", "serial", "SN-0001"), device("2", "PC-B", "serial", "SN-0001"))
	require.Empty(t, w.sync())
	require.Equal(t, dovetail.ReasonAmbiguous, w.reason("2"))
	w.quiet()
}
