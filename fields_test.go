package dovetail_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// value returns the value of an asset's n-th field, as text.
func (w *fakeWorld) value(asset string, n int) string {
	w.t.Helper()
	a, ok := w.assets()[asset]
	require.True(w.t, ok, asset)
	return a.Values[w.layout.Fields[n].ID].String()
}

func TestAFieldTakesTheFirstSourceThatSaysSomething(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.Connected[1].Sources = []string{"model", "mac"}
	w.save(s)
	w.fake.put(kindDevice,
		device("d1", "BOTH", "model", "M1", "mac", "00:1a:2b:00:00:01"),
		device("d2", "SECOND", "model", " ", "mac", "00:1a:2b:00:00:02"),
		device("d3", "NONE"))
	w.run()
	require.Equal(t, "M1", w.value("BOTH", 1))
	require.Equal(t, "00:1a:2b:00:00:02", w.value("SECOND", 1))
	require.Empty(t, w.value("NONE", 1))
	w.quiet()
}

func TestAValueThatDoesNotFitIsNotWritten(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	fits, not := device("d1", "FITS"), device("d2", "NOT", "count", "many")
	fits.Fields["count"] = connector.Integer(4)
	w.fake.put(kindDevice, fits, not)
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Equal(t, "4", w.value("FITS", 2))
	require.Empty(t, w.value("NOT", 2))
	w.quiet()
	w.fake.put(kindDevice, device("d1", "FITS", "count", "many"), not)
	w.run()
	require.Equal(t, "4", w.value("FITS", 2), "and clears nothing")
	w.quiet()
}

func TestABlankUpstreamClearsNothing(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("d1", "PC", "model", "M1"))
	w.run()
	w.fake.put(kindDevice, device("d1", "PC"))
	w.run()
	require.Equal(t, "M1", w.value("PC", 1))
	w.quiet()
}

func TestWhatThePlatformTidiesIsNoEdit(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("d1", "PC  ", "model", "M1  "))
	w.run()
	require.Equal(t, "M1", w.value("PC", 1), "the platform drops what is at the end")
	w.quiet()
	w.fake.put(kindDevice, device("d1", "PC  ", "model", "M2  "))
	w.run()
	require.Equal(t, "M2", w.value("PC", 1), "and the value is still ours")
	w.quiet()
}

func TestAValueOfItsOwnAccordCountsOnlyWhereItIsShown(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("d1", "PC", "seen", "monday"))
	w.run()
	w.fake.put(kindDevice, device("d1", "PC", "seen", "tuesday"))
	w.quiet()
	s := w.settings()
	s.Connected[1].Sources = []string{"seen"}
	w.save(s)
	w.run()
	require.Equal(t, "tuesday", w.value("PC", 1))
	w.fake.put(kindDevice, device("d1", "PC", "seen", "friday"))
	w.run()
	require.Equal(t, "friday", w.value("PC", 1))
	w.quiet()
}

func TestAFieldThatIsConnectedLaterIsFilledWhereItIsBlank(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	connected := s.Connected
	s.Connected = nil
	w.save(s)
	w.fake.put(kindDevice, device("d1", "BLANK", "model", "M1"), device("d2", "TYPED", "model", "M2"))
	w.run()
	require.NoError(t, w.db.Platform().EditAsset(w.assets()["TYPED"].ID, func(a *store.Asset) { a.Values[w.layout.Fields[1].ID] = connector.Text("by hand") }))
	s.Connected = connected
	w.save(s)
	w.run()
	require.Equal(t, "M1", w.value("BLANK", 1))
	require.Equal(t, "by hand", w.value("TYPED", 1))
	w.quiet()
}

func TestTheNameFollowsOnlyWhereThatIsWantedAndNobodyRenamed(t *testing.T) {
	t.Parallel()
	for _, follow := range []bool{true, false} {
		w := newFakeWorld(t, &fakeConnector{})
		s := w.settings()
		s.AutoUpdateNames = follow
		w.save(s)
		w.fake.put(kindDevice, device("d1", "OURS"), device("d2", "THEIRS"))
		w.run()
		require.NoError(t, w.db.Platform().EditAsset(w.assets()["THEIRS"].ID, func(a *store.Asset) { a.Name = "Reception" }))
		w.fake.put(kindDevice, device("d1", "OURS-2"), device("d2", "THEIRS-2"))
		w.run()
		require.Contains(t, w.assets(), "Reception", "a person's name stays")
		if follow {
			require.Contains(t, w.assets(), "OURS-2")
		} else {
			require.Contains(t, w.assets(), "OURS", "set at creation only")
		}
		require.Equal(t, "OURS-2", w.card("d1").Name, "the card shows the upstream's name all the same")
		w.quiet()
	}
}

func TestARecordWithoutANameIsCalledByItsSerial(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("d1", "", "serial", "SN-0001"), device("d2", " "))
	w.run()
	require.Contains(t, w.assets(), "SN-0001")
	require.Contains(t, w.assets(), "Device d2")
	w.quiet()
}

func TestAnAssetMadeByHandIsClaimedByOneKeyThatAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.db.Platform().EditLayout(w.devices.ID, func(l *store.Layout) {
		l.Fields = append(l.Fields, store.Field{Name: "MAC", Type: store.FieldText, Means: connector.MeansMAC})
	}))
	var mac store.FieldID
	for l, err := range w.docs.Layouts(t.Context()) {
		require.NoError(t, err)
		if l.ID == w.devices.ID {
			mac = l.Fields[3].ID
		}
	}
	w.sync()
	acme := w.create(1)[0]
	serial, notes := w.devices.Fields[0].ID, w.devices.Fields[2].ID
	byMAC := w.byHand(acme, w.devices, "Front desk", store.Values{mac: connector.Text("00-1A-2B-00-00-01; 00-1A-2B-00-00-02"), notes: connector.Text("mine")})
	byName := w.byHand(acme, w.devices, "pc-name", nil)
	contradicted := w.byHand(acme, w.devices, "PC-OTHER", store.Values{serial: connector.Text("SN-OTHER-1")})
	twins := []store.AssetID{w.byHand(acme, w.devices, "Twin", store.Values{serial: connector.Text("SN-TWIN")}).ID, w.byHand(acme, w.devices, "Twin 2", store.Values{serial: connector.Text("SN-TWIN")}).ID}
	archived := w.byHand(acme, w.devices, "Old", store.Values{serial: connector.Text("SN-OLD-1")})
	require.NoError(t, w.db.Platform().EditAsset(archived.ID, func(a *store.Asset) { a.Archived = true }))
	agent := func(mac string) *syncrotest.Agent {
		return &syncrotest.Agent{UUID: "u" + mac, Adapters: []syncrotest.Adapter{{Name: "eth0", Type: "ethernet", MAC: mac}}}
	}
	for _, a := range []syncrotest.Asset{
		{ID: 20, Name: "DESK-1", Agent: agent("00:1a:2b:00:00:02")},
		{ID: 21, Name: "PC-NAME"},
		{ID: 22, Name: "PC-OTHER", Serial: "SN-OTHER-2"},
		{ID: 23, Name: "TW", Serial: "sn-twin"},
		{ID: 24, Name: "OLDIE", Serial: "SN-OLD-1"},
	} {
		a.CustomerID = 1
		w.account.AddAsset(a)
	}
	report := w.sync()
	changes := w.changes(report.Plan.ID)
	require.Equal(t, map[string]dovetail.ReasonCode{
		"attach asset 20": dovetail.ReasonSameKey,
		"attach asset 21": dovetail.ReasonSameName,
		"create asset 22": dovetail.ReasonReplaces,
	}, changes)
	require.Equal(t, byMAC.ID, w.card(syncro.KindAsset, 20).Asset)
	require.Equal(t, store.OriginClaimed, w.card(syncro.KindAsset, 20).Origin)
	require.Equal(t, byName.ID, w.card(syncro.KindAsset, 21).Asset)
	require.True(t, w.card(syncro.KindAsset, 21).Provisional)
	require.NotEqual(t, contradicted.ID, w.card(syncro.KindAsset, 22).Asset, "two serial numbers are two devices")
	require.Equal(t, dovetail.ReasonAmbiguous, w.disposition(23))
	args := w.row(syncro.KindAsset, 23).Disposition.Args["candidates"]
	for _, twin := range twins {
		require.Contains(t, args, string(twin))
	}
	require.Equal(t, dovetail.ReasonArchivedHere, w.disposition(24))

	w.account.UpdateAsset(20, func(a *syncrotest.Asset) { a.Name = "DESK-2" })
	w.sync()
	kept, err := w.docs.Asset(t.Context(), byMAC.ID)
	require.NoError(t, err)
	require.Equal(t, "Front desk", kept.Name, "what a person made is never renamed")
	require.Equal(t, "mine", kept.Values[notes].String())
	w.addUp()
}

func TestAnAssetThatAPersonRejectedIsNeverProposedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	twin := store.Values{w.devices.Fields[0].ID: connector.Text("SN-TWIN")}
	first, second := w.byHand(acme, w.devices, "Twin", twin), w.byHand(acme, w.devices, "Twin 2", twin)
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "TW", Serial: "sn-twin"})
	reject := func(asset store.AssetID) {
		require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, tx store.Writer) error {
			return tx.PutRejection(store.Rejection{ID: store.RecordID{Integration: syncroOne, Kind: syncro.KindAsset, Key: key(20)}, Asset: asset, By: ada, At: time.Now()})
		}))
	}
	reject(first.ID)
	w.sync()
	require.Equal(t, dovetail.ReasonAmbiguous, w.disposition(20))
	args := w.row(syncro.KindAsset, 20).Disposition.Args["candidates"]
	require.Contains(t, args, string(second.ID))
	require.NotContains(t, args, string(first.ID))

	reject(second.ID)
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"create asset 20": dovetail.ReasonNew}, w.changes(report.Plan.ID))
	w.quiet()
}

func TestALayoutThatIsGoneOrInactiveHoldsWhatIsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PC"})
	w.sync()
	require.NoError(t, w.db.Platform().EditLayout(w.devices.ID, func(l *store.Layout) { l.Inactive = true }))
	w.account.UpdateAsset(20, func(a *syncrotest.Asset) { a.Name = "PC-2" })
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "LATE"})
	w.sync()
	require.Contains(t, w.assets(acme), "PC-2", "what is here goes on")
	require.Equal(t, dovetail.ReasonLayoutInactive, w.disposition(21))
	require.Contains(t, dovetail.Sentence(w.row(syncro.KindAsset, 21).Disposition), "Devices")
	w.addUp()
	require.NoError(t, w.db.Platform().EditLayout(w.devices.ID, func(l *store.Layout) { l.Inactive = false }))
	w.sync()
	require.Contains(t, w.assets(acme), "LATE")
	w.quiet()
}

func TestASkippingRuleSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "PRN", Type: "Printer"})
	w.sync()
	s := w.settings()
	s.Rules[0].Skip, s.Rules[0].Layout = true, ""
	w.save(s)
	w.sync()
	require.Equal(t, dovetail.ReasonSkippedRule, w.disposition(20))
	require.Equal(t, `rule printers skips it: type is "Printer"`, dovetail.Sentence(w.row(syncro.KindAsset, 20).Disposition))
	require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 20).State)
	require.Len(t, w.assets(acme), 1)
	w.quiet()
}

// A type is skipped by its name before the first connection test, when nobody
// knows its id yet.
func TestATypeThatWasSkippedByNameStaysSkippedWhenItIsRenamed(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "phone"}}
	saved, err := w.trySave(s)
	require.NoError(t, err)
	require.Len(t, saved.Warnings, 1)
	upstream := func(name string) {
		w.fake.check = func() (connector.CheckResult, error) {
			return connector.CheckResult{Types: []connector.RecordType{{Kind: kindDevice, ID: "t1", Name: name}}}, nil
		}
		phone := device("d1", "PHONE-1")
		phone.Type, phone.TypeID = name, "t1"
		w.fake.put(kindDevice, phone)
	}
	upstream("Phone")
	w.test()
	w.run()
	require.Equal(t, dovetail.ReasonSkippedType, w.reason("d1"))
	upstream("VoIP Phone")
	w.test()
	w.run()
	require.Equal(t, dovetail.ReasonSkippedType, w.reason("d1"), "its id is still the same")
	require.Empty(t, w.assets())

	now, err := w.engine.Settings(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, []store.SkipType{{Kind: kindDevice, ID: "t1", Name: "VoIP Phone"}}, now.SkipTypes)
	i, err := w.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, saved.Integration.Revision, i.Revision, "nobody's edit is in the way of a person's")
	w.test()
	again, err := w.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, i.SettingsVersion, again.SettingsVersion, "what is known is noted once")
}

func TestTheHostsRuleIsAskedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *dovetail.Config) { c.SortRule = skipNamed("HOST-SKIPS") })
	w.sync()
	acme := w.create(1)[0]
	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 1, Name: "HOST-SKIPS", Type: "Printer"})
	w.account.AddAsset(syncrotest.Asset{ID: 21, CustomerID: 1, Name: "PRN", Type: "Printer"})
	w.sync()
	require.Equal(t, dovetail.ReasonSkippedRule, w.disposition(20))
	require.Equal(t, w.printers.ID, w.assets(acme)["PRN"].Layout)
}
