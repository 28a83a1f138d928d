package dovetail_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// links are the pairs of assets that are linked, by name.
func (w *world) links(company store.CompanyID) map[string]string {
	w.t.Helper()
	names := make(map[store.AssetID]string)
	for name, a := range w.assets(company) {
		names[a.ID] = name
	}
	links := make(map[string]string)
	for l, err := range w.docs.Links(w.t.Context()) {
		require.NoError(w.t, err)
		links[names[l.From]] = names[l.To]
	}
	return links
}

// owners is a world in which PC is Ann's.
func owners(t *testing.T, change ...func(*dovetail.Config)) (w *world, acme store.CompanyID) {
	t.Helper()
	w = newWorld(t, change...)
	w.sync()
	acme = w.create(1)[0]
	w.account.AddContact(syncrotest.Contact{ID: 100, CustomerID: 1, Name: "Ann"})
	w.account.AddContact(syncrotest.Contact{ID: 101, CustomerID: 1, Name: "Bob"})
	w.account.AddAsset(syncrotest.Asset{ID: 200, CustomerID: 1, Name: "PC", ContactID: 100})
	return w, acme
}

// Everything is new: the link is made in the run that makes its ends, and
// follows who has the device.
func TestADeviceIsLinkedWithItsContact(t *testing.T) {
	t.Parallel()
	w, acme := owners(t)
	w.sync()
	require.Equal(t, map[string]string{"PC": "Ann"}, w.links(acme))
	w.quiet()
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.ContactID = 101 })
	report := w.sync()
	require.Equal(t, map[string]string{"PC": "Bob"}, w.links(acme))
	require.Equal(t, 1, report.Plan.Counts[store.ActionUnlink])
	w.quiet()
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.ContactID = 0 })
	w.sync()
	require.Equal(t, map[string]string{"PC": "Bob"}, w.links(acme), "a blank upstream clears nothing")
	w.quiet()
}

func TestALinkThatAPersonMadeOrRemovedIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, acme := owners(t)
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.ContactID = 0 })
	w.sync()
	here := w.assets(acme)
	_, err := w.docs.CreateLink(t.Context(), store.NewLink{From: here["Ann"].ID, To: here["PC"].ID}, store.Intent{})
	require.NoError(t, err)
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.ContactID = 100 })
	w.sync()
	require.Empty(t, w.card(syncro.KindAsset, 200).Links, "it is the person's")
	w.quiet()
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.ContactID = 101 })
	w.sync()
	require.Equal(t, map[string]string{"Ann": "PC", "PC": "Bob"}, w.links(acme))
	w.quiet()

	// Ours is taken apart by hand: it isn't made again.
	require.NoError(t, w.docs.DeleteLink(t.Context(), w.card(syncro.KindAsset, 200).Links[0].Link, store.Intent{}))
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-2" })
	w.sync()
	require.Equal(t, map[string]string{"Ann": "PC-2"}, w.links(acme))
	w.quiet()
}

// The contact is in another company, or isn't imported: no link, and that is
// said.
func TestADeviceWhoseContactIsNotHereIsNotLinked(t *testing.T) {
	t.Parallel()
	w, acme := owners(t)
	w.sync()
	require.Len(t, w.links(acme), 1)
	w.create(2)
	w.account.UpdateContact(100, func(c *syncrotest.Contact) { c.CustomerID = 2 })
	w.sync()
	require.Empty(t, w.links(acme))
	row, err := w.engine.RecordRow(t.Context(), store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "200"})
	require.NoError(t, err)
	require.Len(t, row.Notes, 1)
	require.Equal(t, "its contact 100 is not here, or in another company: there is no link", dovetail.Sentence(row.Notes[0]))
	w.quiet()
}

func TestAPlatformWithoutLinksIsNotAskedForThem(t *testing.T) {
	t.Parallel()
	w, _ := owners(t, hook(&hooked{capabilities: &store.Capabilities{Versions: true, Intents: true}}))
	report := w.sync()
	require.Zero(t, report.Plan.Counts[store.ActionLink])
	w.quiet()
}

// The contact is held by a safety limit, and so is the link with it. The device
// isn't.
func TestALinkWithAHeldContactIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	settings := w.settings()
	settings.Limits.Create = store.Limit{Floor: 1, Percent: 1}
	w.save(settings)
	w.test()
	w.sync()
	w.create(1)
	w.sync()
	past := time.Now().Add(-48 * time.Hour)
	for id := range int64(2) {
		w.account.AddContact(syncrotest.Contact{ID: 100 + id, CustomerID: 1, Name: fmt.Sprintf("Person %d", id), CreatedAt: past})
	}
	w.account.AddAsset(syncrotest.Asset{ID: 200, CustomerID: 1, ContactID: 100, Name: "PC", Serial: "SN-0001", CreatedAt: past})
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 1, store.OutcomeHeld: 3}, report.Apply.Outcomes, "%v", w.changes(report.Plan.ID))
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 200).State)
}

// A person says that the device isn't the asset on which its name has put it: the
// link that was made there is taken back too, and the right asset gets its own.
func TestALinkFollowsADeviceThatIsTakenOffAnAsset(t *testing.T) {
	t.Parallel()
	w, acme := owners(t)
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "DESK-17" })
	wrong := w.byHand(acme, w.devices, "DESK-17", nil)
	w.sync()
	require.Equal(t, wrong.ID, w.card(syncro.KindAsset, 200).Asset)
	require.Equal(t, map[string]string{"DESK-17": "Ann"}, w.links(acme))
	require.NoError(t, w.db.Platform().EditAsset(wrong.ID, func(a *store.Asset) { a.Name = "Wrong" }))
	w.quiet()
	row, err := w.engine.RecordRow(t.Context(), store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: "200"})
	require.NoError(t, err)
	decided, err := w.engine.DecideCards(t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.CardDecision{{Record: row.Record, Seen: row.Seen, Verdict: dovetail.CardReject}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	w.sync()
	require.NotEqual(t, wrong.ID, w.card(syncro.KindAsset, 200).Asset)
	require.Equal(t, map[string]string{"DESK-17": "Ann"}, w.links(acme))
	w.quiet()

	// A person puts it on a third one: there it is linked at the next run.
	third := w.byHand(acme, w.devices, "Third", nil)
	row, err = w.engine.RecordRow(t.Context(), row.Record)
	require.NoError(t, err)
	decided, err = w.engine.DecideCards(t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.CardDecision{{Record: row.Record, Seen: row.Seen, Verdict: dovetail.CardPut, Asset: third.ID}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	require.Empty(t, w.links(acme))
	w.sync()
	require.Equal(t, map[string]string{"Third": "Ann"}, w.links(acme))
	w.quiet()
}
