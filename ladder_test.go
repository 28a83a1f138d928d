package dovetail_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// byHand documents a device as a person does.
func (w *fakeWorld) byHand(layout store.Layout, name, serial string) store.Asset {
	w.t.Helper()
	a, err := w.docs.CreateAsset(w.t.Context(), store.NewAsset{
		Company: w.company, Layout: layout.ID, Name: name, Values: store.Values{layout.Fields[0].ID: connector.Text(serial)},
	}, store.Intent{})
	require.NoError(w.t, err)
	return a
}

// changes returns what a plan does: action and key, with the reason.
func (w *fakeWorld) changes(plan store.PlanID) map[string]dovetail.ReasonCode {
	w.t.Helper()
	changes := make(map[string]dovetail.ReasonCode)
	for c, err := range w.engine.Changes(w.t.Context(), plan) {
		require.NoError(w.t, err)
		changes[fmt.Sprintf("%s %s", c.Action, c.Record.Key)] = dovetail.ReasonCode(c.Reason.Code)
		require.NotContains(w.t, dovetail.Sentence(c.Reason), "{", "a sentence was not filled in")
	}
	return changes
}

func (w *fakeWorld) sync() map[string]dovetail.ReasonCode {
	w.t.Helper()
	report := w.run()
	require.Equal(w.t, store.RunOK, report.Run.State, report.Run.Problems)
	return w.changes(report.Plan.ID)
}

func TestAKeyThatIsSwitchedOffPutsNoRecordOnAnAsset(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	settings := w.settings()
	settings.SkipKeys = []matching.Rung{matching.RungSerial, matching.RungName}
	w.save(settings)
	w.byHand(w.layout, "PC-1", "SN-0001")
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	require.Equal(t, map[string]dovetail.ReasonCode{"create 1": dovetail.ReasonNew}, w.sync())
	w.quiet()
}

// What is junk by the settings is no key, besides what is known as junk.
func TestAJunkSerialNumberIsNoKey(t *testing.T) {
	t.Parallel()
	for _, junk := range []string{"ASSET-PENDING", "To Be Filled By O.E.M.", "0000000"} {
		w := newFakeWorld(t, &fakeConnector{})
		settings := w.settings()
		settings.Junk = []string{"asset pending"}
		w.save(settings)
		w.byHand(w.layout, "Reception", junk)
		w.fake.put(kindDevice, device("1", "PC-1", "serial", junk))
		require.Equal(t, map[string]dovetail.ReasonCode{"create 1": dovetail.ReasonNew}, w.sync(), junk)
		w.quiet()
	}
}

// A mailbox of a function is nobody's: it says nothing about who it is.
func TestARoleAddressIsNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	mail := w.people.Fields[0].ID
	w.byHand(acme, w.people, "Front desk", store.Values{mail: connector.Text("info@acme.example")})
	ann := w.byHand(acme, w.people, "Ann Lee", store.Values{mail: connector.Text("ann.lee@acme.example")})
	w.account.AddContact(syncrotest.Contact{ID: 100, CustomerID: 1, Name: "Bob Ray", Email: "info@acme.example"})
	w.account.AddContact(syncrotest.Contact{ID: 101, CustomerID: 1, Name: "Ann Lee", Email: "Ann.Lee@acme.example"})
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"create contact 100": dovetail.ReasonNew, "attach contact 101": dovetail.ReasonSameKey}, w.changes(report.Plan.ID))
	require.Equal(t, ann.ID, w.card(syncro.KindContact, 101).Asset)
	w.quiet()
}

// The serial number isn't shown in any field: it stands on the card.
func TestAKeyOfACardIsAKeyOfItsAsset(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	settings := w.settings()
	settings.Connected = slices.Delete(settings.Connected, 0, 1)
	w.save(settings)
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	w.sync()
	asset := w.card("1").Asset
	w.fake.put(kindDevice, device("2", "PC-NEW", "serial", "SN-0001"))
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 2": dovetail.ReasonSucceeds}, w.sync())
	require.Equal(t, asset, w.card("2").Asset)
	w.quiet()
}

func TestSameIDWithANewSerialNumberIsTheSameAsset(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	w.sync()
	asset := w.card("1").Asset
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0002"))
	report := w.run()
	require.Equal(t, map[string]dovetail.ReasonCode{"update 1": dovetail.ReasonSerialChanged}, w.changes(report.Plan.ID))
	for c, err := range w.engine.Changes(t.Context(), report.Plan.ID) {
		require.NoError(t, err)
		require.Equal(t, "the same record upstream, with another serial number: SN-0001 before, SN-0002 now", dovetail.Sentence(c.Reason))
	}
	require.Equal(t, asset, w.card("1").Asset)
	require.Equal(t, "SN-0002", w.value("PC-1", 0))
	w.quiet()
}

// A hardware address that was made up puts a record on an asset until a person
// confirms it.
func TestAMadeUpAddressAttachesUntilConfirmed(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	w.layout = w.newLayout("With addresses", store.Field{Name: "MAC", Type: store.FieldText, Means: connector.MeansMAC})
	s.DefaultLayouts[kindDevice], s.Connected = w.layout.ID, nil
	w.save(s)
	w.byHand(w.layout, "RECEPTION", "da:91:3e:5c:07:b2")
	w.fake.put(kindDevice, device("1", "PC-1", "mac", "DA-91-3E-5C-07-B2"))
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 1": dovetail.ReasonSameMadeAddress}, w.sync())
	require.True(t, w.card("1").Provisional)
	require.Contains(t, w.unclear(), connector.Key("1"))
	w.decideCard("1", dovetail.CardConfirm, "")
	require.False(t, w.card("1").Provisional)
	w.quiet()
}
