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

// seen is a device that reported at a time.
func seen(day string, record connector.Record) connector.Record {
	record.Fields["checkin"] = connector.Text(day + "T08:00:00Z")
	return record
}

// An agent was installed again: two records, one device. Whatever came first,
// and whatever is here already, they share an asset, and the one that reported
// last feeds it.
func TestADeviceThatIsTwiceUpstreamIsOneAsset(t *testing.T) {
	t.Parallel()
	old := seen("2026-01-10", device("1", "PC-1", "serial", "SN-0001", "model", "old", "mac", "00:1a:2b:00:00:01"))
	fresh := seen("2026-02-10", device("2", "PC-2", "serial", "sn-0001", "model", "new", "mac", "00-1A-2B-00-00-01"))
	both := map[string][][]connector.Record{
		"at once":             {{old, fresh}},
		"the old one first":   {{old}, {old, fresh}},
		"the new one first":   {{fresh}, {old, fresh}},
		"the other way round": {{fresh, old}},
	}
	for name, reads := range both {
		for _, documented := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newFakeWorld(t, &fakeConnector{})
				if documented {
					w.byHand(w.layout, "Reception", "SN-0001")
				}
				for _, records := range reads {
					w.fake.put(kindDevice, records...)
					w.sync()
				}
				require.Len(t, w.assets(), 1)
				require.Equal(t, w.card("1").Asset, w.card("2").Asset)
				asset := "Reception"
				if !documented {
					asset = w.assets()["PC-2"].Name
					if reads[0][0].Key == "1" && len(reads) > 1 {
						asset = "PC-1" // names don't follow by these settings
					}
				}
				require.Equal(t, "new", w.value(asset, 1), "the newest check-in feeds the fields")
				require.Equal(t, dovetail.ReasonDouble, w.reason("1"))
				require.Equal(t, dovetail.ReasonHere, w.reason("2"))
				require.Contains(t, dovetail.Sentence(w.row("1").Disposition), "PC-2 (2)")
				require.Contains(t, string(w.card("1").Data), "old", "each card has its own data")
				w.quiet()

				// The old one is removed upstream at last.
				w.fake.get = w.fake.found
				w.fake.put(kindDevice, fresh)
				require.Equal(t, map[string]dovetail.ReasonCode{"orphan 1": dovetail.ReasonGone}, w.sync())
				w.quiet()
				newer := seen("2026-03-10", device("2", "PC-2", "serial", "SN-0001", "model", "newer"))
				w.fake.put(kindDevice, newer)
				w.sync()
				require.Equal(t, "newer", w.value(asset, 1))
				w.quiet()
			})
		}
	}
}

// A serial number alone makes no pair, nor does a hardware address, nor what
// four have.
func TestWhatIsNotTheSameDeviceIsNotGrouped(t *testing.T) {
	t.Parallel()
	for name, records := range map[string][]connector.Record{
		"another name and address": {device("1", "PC-1", "serial", "SN-0001", "mac", "00:1a:2b:00:00:01"), device("2", "PC-2", "serial", "SN-0001", "mac", "00:1a:2b:00:00:02")},
		"a dock":                   {device("1", "PC-1", "mac", "00:1a:2b:00:00:01"), device("2", "PC-2", "mac", "00:1a:2b:00:00:01")},
		"four of them":             {device("1", "PC", "serial", "SN-0001"), device("2", "PC", "serial", "SN-0001"), device("3", "PC", "serial", "SN-0001"), device("4", "PC", "serial", "SN-0001")},
		"junk":                     {device("1", "PC", "serial", "Default string"), device("2", "PC", "serial", "Default string")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{})
			w.fake.put(kindDevice, records...)
			w.sync()
			assets := make(map[store.AssetID]bool)
			for _, record := range records {
				assets[w.card(record.Key).Asset] = true
			}
			require.Len(t, assets, len(records))
			w.quiet()
		})
	}
}

// Both were imported before anybody knew that they are one: nothing is thrown
// together by itself.
func TestDoublesOnAssetsOfTheirOwnAreReported(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"), device("2", "PC-2"))
	w.sync()
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"), device("2", "PC-1", "serial", "SN-0001"))
	w.sync()
	require.NotEqual(t, w.card("1").Asset, w.card("2").Asset)
	require.Equal(t, dovetail.ReasonDoubleApart, w.reason("2"))
	w.quiet()
}

// One who leads is left unclear: so is the other.
func TestADoubleWaitsWithTheOneThatLeads(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.byHand(w.layout, "One", "SN-0001")
	w.byHand(w.layout, "Two", "SN-0001")
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"), device("2", "PC-1", "serial", "SN-0001"))
	require.Empty(t, w.sync())
	require.Equal(t, dovetail.ReasonAmbiguous, w.reason("1"))
	require.Equal(t, dovetail.ReasonAmbiguous, w.reason("2"))
	w.quiet()
}

func TestOnePersonInTwoUpstreamCompaniesOfOneCompanyIsOneAsset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.AddContact(syncrotest.Contact{ID: 100, CustomerID: 2, Name: "Ann Lee", Email: "ann@acme.example", Phone: "555 0199"})
	w.account.AddContact(syncrotest.Contact{ID: 101, CustomerID: 1, Name: "Ann M Lee", Email: "ANN@acme.example", Phone: "555 0198"})
	w.account.AddContact(syncrotest.Contact{ID: 102, CustomerID: 1, Name: "Desk", Email: "info@acme.example"})
	w.account.AddContact(syncrotest.Contact{ID: 103, CustomerID: 2, Name: "Desk", Email: "info@acme.example"})
	w.sync()
	acme := w.create(1)[0]
	w.decide(2, dovetail.VerdictMatch, acme)
	w.sync()
	require.Equal(t, w.card(syncro.KindContact, 100).Asset, w.card(syncro.KindContact, 101).Asset)
	require.NotEqual(t, w.card(syncro.KindContact, 102).Asset, w.card(syncro.KindContact, 103).Asset, "a role address is nobody's")
	asset, err := w.docs.Asset(t.Context(), w.card(syncro.KindContact, 101).Asset)
	require.NoError(t, err)
	require.Equal(t, "Ann M Lee", asset.Name, "the company that writes the details leads")
	row := w.row(syncro.KindContact, 100)
	require.Equal(t, string(dovetail.ReasonStacked), row.Disposition.Code)
	require.Contains(t, string(w.card(syncro.KindContact, 100).Data), "555 0199")
	w.quiet()
}

// A person says that one of two doubles is not the asset: whichever it is, it isn't
// put back there because of the other one.
func TestADoubleThatAPersonRejectedStaysOffTheAsset(t *testing.T) {
	t.Parallel()
	for name, rejected := range map[string]connector.Key{"the one that leads": "2", "the one that follows": "1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newFakeWorld(t, &fakeConnector{})
			wrong := w.byHand(w.layout, "PC-1", "")
			w.fake.put(kindDevice, seen("2026-01-10", device("1", "PC-1", "serial", "SN-0001", "model", "M1")), seen("2026-02-10", device("2", "PC-1", "serial", "SN-0001", "model", "M2")))
			w.sync()
			require.Equal(t, wrong.ID, w.card("1").Asset)
			require.Equal(t, wrong.ID, w.card("2").Asset)
			w.quiet()
			w.decideCard(rejected, dovetail.CardReject, "")
			w.run()
			require.NotEqual(t, wrong.ID, w.card(rejected).Asset)
			w.run()
			require.NotEqual(t, wrong.ID, w.card(rejected).Asset)
			w.quiet()
		})
	}
}

func TestADoubleThatTakesTheLeadWhileTheOtherIsRefreshed(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	s := w.settings()
	s.Connected[1].Sources = []string{"seen"}
	w.save(s)
	w.fake.put(kindDevice, seen("2026-01-10", device("1", "PC-1", "serial", "SN-0001", "seen", "a")))
	w.sync()
	w.quiet()
	w.fake.put(kindDevice, seen("2026-01-11", device("1", "PC-1", "serial", "SN-0001", "seen", "b")), seen("2026-02-10", device("2", "PC-1", "serial", "SN-0001", "seen", "c")))
	report := w.run()
	require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
	require.Equal(t, "c", w.value("PC-1", 1))
	require.Empty(t, w.overwritten())
	w.quiet()
}
