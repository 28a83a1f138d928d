package dovetail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// A record is gone for long: what nobody touched is archived, what somebody
// touched stays, and what comes back finds its asset.
func TestWhatIsGoneForLongIsArchivedIfNobodyTouchedIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		w.fake.get = w.fake.found
		settings := w.settings()
		settings.ArchiveDays = 30
		w.save(settings)
		w.fake.put(kindDevice, device("1", "OURS"), device("2", "TOUCHED"), device("3", "STAYS"))
		w.sync()
		require.NoError(t, w.db.Platform().EditAsset(w.card("2").Asset, func(a *store.Asset) { a.Values[w.layout.Fields[1].ID] = connector.Text("mine") }))
		w.fake.put(kindDevice, device("3", "STAYS"))
		require.Equal(t, map[string]dovetail.ReasonCode{"orphan 1": dovetail.ReasonGone, "orphan 2": dovetail.ReasonGone}, w.sync())
		w.quiet()
		<-time.After(29 * 24 * time.Hour)
		require.Empty(t, w.sync(), "a day is missing")
		<-time.After(25 * time.Hour)
		require.Equal(t, map[string]dovetail.ReasonCode{"archive 1": dovetail.ReasonGoneLong}, w.sync())
		require.True(t, w.assets()["OURS"].Archived)
		require.False(t, w.assets()["TOUCHED"].Archived)
		require.Equal(t, store.CardOrphaned, w.card("1").State, "it says where the record was")
		w.quiet()

		w.fake.put(kindDevice, device("1", "OURS", "model", "M2"), device("2", "TOUCHED"), device("3", "STAYS"))
		require.Equal(t, map[string]dovetail.ReasonCode{"update 2": dovetail.ReasonReappeared}, w.sync())
		require.Equal(t, dovetail.ReasonArchivedHere, w.reason("1"), "it is neither made again nor brought back by itself")
		w.quiet()
		w.decideCard("1", dovetail.CardUnarchive, "")
		require.Equal(t, map[string]dovetail.ReasonCode{"update 1": dovetail.ReasonReappeared}, w.sync())
		require.Equal(t, "M2", w.value("OURS", 1))
		w.quiet()
	})
}

// What was archived upstream is still there: it isn't made anew, and what is
// here isn't archived.
func TestWhatIsArchivedUpstreamStaysHere(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC"))
	w.sync()
	here, fresh := device("1", "PC"), device("2", "OLD")
	here.Status, fresh.Status = connector.StatusArchived, connector.StatusArchived
	w.fake.get = func(kind connector.Kind, key connector.Key) (connector.Record, error) { return here, nil } // by id alone
	w.fake.put(kindDevice, fresh)
	w.sync()
	require.Equal(t, store.CardActive, w.card("1").State)
	require.False(t, w.assets()["PC"].Archived)
	require.Equal(t, dovetail.ReasonHereArchived, w.reason("1"))
	require.Equal(t, dovetail.ReasonArchivedUpstream, w.reason("2"))
	require.Len(t, w.assets(), 1)
	w.quiet()
}

// A device is silent for 90 days: it is listed, and nothing else happens.
func TestASilentRecordIsListedAsStale(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		at := func(days int) string {
			return time.Now().Add(time.Duration(days) * 24 * time.Hour).UTC().Format(time.DateOnly)
		}
		silent, alive := at(0), at(0)
		put := func() { w.fake.put(kindDevice, seen(silent, device("1", "SILENT")), seen(alive, device("2", "ALIVE"))) }
		stale := func() (keys []connector.Key) {
			for row, err := range w.engine.Stale(t.Context(), fakeOne) {
				require.NoError(t, err)
				keys = append(keys, row.Record.Key)
				require.Equal(t, "silent upstream since "+silent+", for 90 days", dovetail.Sentence(row.Notes[0]))
				require.Equal(t, "SILENT", row.Assets[0].Name)
			}
			return keys
		}
		put()
		w.sync()
		<-time.After(91 * 24 * time.Hour)
		alive = at(-1)
		put()
		require.Empty(t, w.sync(), "that it was seen is no change")
		require.Equal(t, []connector.Key{"1"}, stale())
		require.Equal(t, dovetail.ReasonHere, w.reason("1"), "nothing follows from it")
		w.quiet()
	})
}
