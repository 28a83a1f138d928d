package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestAnAssetThatARecordIsTakenOffTakesAnotherOneInOneRun(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*dovetail.Config){"with versions": func(*dovetail.Config) {}, "without versions": withoutVersions} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{}, change)
			asset := w.byHand(w.layout, "PC-1", "")
			w.fake.put(kindDevice, device("1", "PC-1", "model", "M1"))
			w.sync()
			require.Equal(t, asset.ID, w.card("1").Asset)
			require.NoError(t, w.db.Platform().EditAsset(asset.ID, func(a *store.Asset) { a.Values[w.layout.Fields[0].ID] = connector.Text("SN-0002") }))
			w.sync()
			w.decideCard("1", dovetail.CardReject, "")
			w.fake.put(kindDevice, device("1", "PC-1", "model", "M1"), device("2", "PC-2", "serial", "SN-0002", "model", "M2"))
			report := w.run()
			require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
			require.Equal(t, asset.ID, w.card("2").Asset)
			require.NotEqual(t, asset.ID, w.card("1").Asset)
			a, err := w.docs.Asset(t.Context(), asset.ID)
			require.NoError(t, err)
			require.Equal(t, "M2", a.Values[w.layout.Fields[1].ID].String())
			w.quiet()
		})
	}
}

// Each of the two feeds a field of the asset, and both have something new to say.
func TestADeviceAndAPersonOnOneAssetBothChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.settings()
	s.Connected = append(s.Connected, store.ConnectedField{Kind: syncro.KindContact, Layout: w.devices.ID, Field: w.devices.Fields[2].ID, Sources: []string{"extension"}})
	w.save(s)
	w.test()
	w.account.AddContact(syncrotest.Contact{ID: 100, CustomerID: 1, Name: "Ann Lee", Email: "ann@acme.example", Extension: "11"})
	w.account.AddAsset(syncrotest.Asset{ID: 200, CustomerID: 1, Name: "Phone", Serial: "SN-0001", Properties: map[string]any{"Make": "A"}})
	w.sync()
	w.create(1)
	w.sync()
	device := w.card(syncro.KindAsset, 200).Asset
	row, err := w.engine.RecordRow(t.Context(), store.RecordID{Integration: syncroOne, Kind: syncro.KindContact, Key: "100"})
	require.NoError(t, err)
	decided, err := w.engine.DecideCards(t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.CardDecision{{Record: row.Record, Seen: row.Seen, Verdict: dovetail.CardPut, Asset: device}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	w.sync()
	w.quiet()
	w.account.UpdateContact(100, func(c *syncrotest.Contact) { c.Extension = "12" })
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Properties = map[string]any{"Make": "B"} })
	w.sync()
	a, err := w.docs.Asset(t.Context(), device)
	require.NoError(t, err)
	require.Equal(t, "12", a.Values[w.devices.Fields[2].ID].String())
	require.Equal(t, "B", a.Values[w.devices.Fields[1].ID].String())
	w.quiet()
}
