package dovetail_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// without returns records but those of the keys.
func without(records []connector.Record, keys ...connector.Key) []connector.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r connector.Record) bool { return slices.Contains(keys, r.Key) })
}

func TestWhereNothingCanBeLookedUpAMissingRecordIsSuspect(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	all := devices(4)
	w.fake.put(kindDevice, all...)
	w.run()
	w.fake.put(kindDevice, without(all, "d100")...)
	for range 3 {
		report := w.run()
		require.Equal(t, 1, report.Read.Kinds[1].Suspect)
		require.Zero(t, report.Plan.Changes, "nothing follows from it, however often it is missing")
	}
	require.Equal(t, store.Suspect, w.row("d100").Presence)
	require.Equal(t, dovetail.ReasonSuspect, w.reason("d100"))
	require.Equal(t, store.CardActive, w.card("d100").State)
	w.quiet()
	w.fake.put(kindDevice, all...)
	w.run()
	require.Equal(t, dovetail.ReasonHere, w.reason("d100"))
	w.quiet()
}

func TestTwoExhaustiveReadsThatMissARecordProveThatItIsGone(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	all := devices(4)
	w.fake.put(kindDevice, all...)
	w.run()
	w.fake.put(kindDevice, without(all, "d100")...)
	w.run()
	w.fake.end = connector.Exhaustive
	w.run()
	require.Equal(t, store.Suspect, w.row("d100").Presence, "one of the two wasn't exhaustive")
	report := w.run()
	require.Equal(t, 1, report.Read.Kinds[1].Gone)
	require.Equal(t, 1, report.Plan.Counts[store.ActionOrphan])
	require.Equal(t, store.CardOrphaned, w.card("d100").State)
	require.Len(t, w.assets(), 4, "its asset stays")
	w.quiet()
	w.fake.put(kindDevice, all...)
	report = w.run()
	require.Equal(t, 1, report.Plan.Counts[store.ActionUpdate])
	require.Equal(t, store.CardActive, w.card("d100").State, "the same card again")
	require.Len(t, w.assets(), 4)
	w.quiet()
}

func TestARecordIsGoneWhenTheUpstreamSaysSoAboutItsID(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake)
	all := devices(5)
	fake.put(kindDevice, all...)
	w.run()
	fake.put(kindDevice, without(all, "d100", "d101", "d102", "d103")...)
	fake.get = func(_ connector.Kind, key connector.Key) (connector.Record, error) {
		switch key {
		case "d100":
			return connector.Record{}, &connector.Error{Code: connector.CodeNotFound, Source: "fake", Op: "get"}
		case "d101": // was only not listed
			return device("d101", "PC-101-NEW"), nil
		case "d102":
			return connector.Record{}, &connector.Error{Code: connector.CodeProtocol, Source: "fake", Op: "get"}
		default:
			return connector.Record{Key: key, Status: connector.StatusDeleted}, nil
		}
	}
	report := w.run()
	row := report.Read.Kinds[1]
	require.Equal(t, 2, row.Gone)
	require.Equal(t, 1, row.Suspect, "a look-up that fails proves nothing, and says nothing about the others")
	require.Equal(t, store.CardOrphaned, w.card("d100").State)
	require.Equal(t, store.CardActive, w.card("d101").State)
	require.Equal(t, "PC-101-NEW", w.row("d101").Name, "what the look-up found is news")
	require.Equal(t, store.Suspect, w.row("d102").Presence)
	require.Equal(t, store.CardOrphaned, w.card("d103").State)
	w.addUp()
}

func TestLookUpsEndWithTheUpstream(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake)
	all := devices(4)
	fake.put(kindDevice, all...)
	w.run()
	tries := 0
	fake.get = func(connector.Kind, connector.Key) (connector.Record, error) {
		tries++
		return connector.Record{}, &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "get"}
	}
	fake.put(kindDevice, all[:1]...)
	row := w.read()
	require.NoError(t, row.Err)
	require.Equal(t, 3, row.Suspect)
	require.Equal(t, 1, tries, "the others are left for the next read")
}

func TestAReadLooksUpAHundredAtMost(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake)
	all := devices(500)
	fake.put(kindDevice, all...)
	w.run()
	fake.get = fake.found
	fake.put(kindDevice, all[130:]...)
	row := w.read()
	require.Equal(t, 100, row.Gone)
	require.Equal(t, 30, row.Suspect)
	row = w.read()
	require.Equal(t, 30, row.Gone, "the rest has its turn")
}

// The look-ups of a run are shared by its kinds: those of one leave some to the
// others, and what one doesn't need the next may have.
func TestARunLooksUpAHundredAtMostOfAllKinds(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake)
	home := fake.records[kindOrg]
	orgs, all := slices.Clone(home), devices(500)
	for n := range 250 {
		orgs = append(orgs, connector.Record{Key: connector.Key(fmt.Sprintf("org%03d", n)), Name: fmt.Sprintf("Org %d", n)})
	}
	fake.put(kindOrg, orgs...)
	fake.put(kindDevice, all...)
	w.run()
	asked := 0
	fake.get = func(kind connector.Kind, key connector.Key) (connector.Record, error) {
		asked++
		return fake.found(kind, key)
	}
	fake.put(kindOrg, orgs[:len(orgs)-60]...)
	fake.put(kindDevice, all[130:]...)
	kinds := w.run().Read.Kinds
	require.Equal(t, []int{50, 10}, []int{kinds[0].Gone, kinds[0].Suspect})
	require.Equal(t, []int{50, 80}, []int{kinds[1].Gone, kinds[1].Suspect})
	require.Equal(t, 100, asked)
	kinds = w.run().Read.Kinds
	require.Equal(t, []int{10, 0}, []int{kinds[0].Gone, kinds[0].Suspect})
	require.Equal(t, []int{80, 0}, []int{kinds[1].Gone, kinds[1].Suspect}, "the rest has its turn")
	require.Equal(t, 190, asked)
}

func TestATombstoneNeedsNoLookUp(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	all := devices(3)
	w.fake.put(kindDevice, all...)
	w.run()
	w.fake.put(kindDevice, append(all[1:], connector.Record{Key: "d100", Status: connector.StatusDeleted}, connector.Record{Key: "d999", Status: connector.StatusDeleted})...)
	report := w.run()
	require.Equal(t, 1, report.Read.Kinds[1].Gone)
	require.Equal(t, store.CardOrphaned, w.card("d100").State)
	w.quiet()
}

func TestAfterAWeekWithoutAReadNothingIsTakenForGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		all := devices(3)
		fake.put(kindDevice, all...)
		w.run()
		fake.get = fake.found
		fake.put(kindDevice, all[1:]...)
		time.Sleep(8 * 24 * time.Hour)
		require.Equal(t, 1, w.read().Suspect)
		time.Sleep(time.Hour)
		require.Equal(t, 1, w.read().Gone)
	})
}

func TestAnImplausibleReadFailsAndTheNextOneBeginsAnew(t *testing.T) {
	t.Parallel()
	for _, lookUp := range []bool{true, false} {
		t.Run(fmt.Sprint("look-up ", lookUp), func(t *testing.T) {
			t.Parallel()
			fake := &fakeConnector{end: connector.Exhaustive}
			w := newFakeWorld(t, fake)
			all := devices(40)
			fake.put(kindDevice, all...)
			w.run()
			if lookUp {
				fake.get = fake.found
			}
			fake.put(kindDevice, append(slices.Clone(all[:10]), device("d900", "NEW"))...)
			for range 6 { // however often the upstream repeats it
				report := w.run()
				require.Equal(t, store.RunPartial, report.Run.State)
				require.Equal(t, connector.CodeIncomplete, connector.CodeOf(report.Read.Kinds[1].Err))
				require.ErrorContains(t, report.Read.Kinds[1].Err, "11 records came and 40 the last time")
				require.Zero(t, report.Plan.Changes)
				require.Equal(t, store.ScanFailed, report.Read.Kinds[1].State)
			}
			require.Equal(t, store.Present, w.row("d139").Presence)
			require.Len(t, w.assets(), 40)
			fake.put(kindDevice, append(all[:28], device("d900", "NEW"))...)
			report := w.run()
			require.Equal(t, 1, report.Plan.Counts[store.ActionCreate], "from seventy in a hundred up a read is believed")
			w.addUp()
		})
	}
}

func TestACompanyThatIsGoneStaysWithItsAssets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	acme := w.create(1)[0]
	w.sync()
	assets := w.assets(acme)
	w.account.DeleteCustomer(1)
	report := w.sync()
	require.Equal(t, store.Gone, w.match(1).Presence)
	require.Equal(t, store.MatchMatched, w.match(1).State)
	require.Equal(t, 6, report.Plan.Counts[store.ActionOrphan])
	require.Equal(t, assets, w.assets(acme))
	w.quiet()
}

// A source that lists fewer records than it has must not keep those that are
// really gone from being found out.
func TestRecordsThatNoListingShowsLeaveLookUpsForTheOthers(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	w := newFakeWorld(t, fake)
	all := devices(600)
	fake.put(kindDevice, all...)
	w.run()
	// 150 are there and not listed; the one after them is gone.
	fake.get = func(_ connector.Kind, key connector.Key) (connector.Record, error) {
		at := slices.IndexFunc(all, func(r connector.Record) bool { return r.Key == key })
		if key == "d250" {
			return connector.Record{}, &connector.Error{Code: connector.CodeNotFound, Source: "fake", Op: "get"}
		}
		return all[at], nil
	}
	fake.put(kindDevice, append(slices.Clone(all[:100]), all[251:]...)...)
	for range 40 { // two in three of them find it
		if w.run(); w.row("d250").Presence == store.Gone {
			return
		}
	}
	t.Fatal("it is never looked up")
}

func TestAReadThatAnotherOneTookThePlaceOfIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		w.fake.put(kindDevice, devices(3)...)
		w.run()
		w.reads(func(context.Context, connector.ReadRequest) reading {
			return func(yield func(connector.Page, error) bool) {
				if yield(connector.Page{Records: devices(1), Checkpoint: "1"}, nil) {
					yield(connector.Page{}, &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "list devices"})
				}
			}
		})
		_, err := w.trySync()
		require.Error(t, err)
		left := w.lastScan()
		require.Equal(t, store.ScanOpen, left.State)
		time.Sleep(7 * time.Hour)
		w.fake.script = nil
		w.run()
		require.Equal(t, store.ScanEnded, w.lastScan().State)
		err = w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
			for _, err := range r.Mirror(store.MirrorQuery{Integration: fakeOne, Kind: kindDevice, UnseenBy: left.ID}) {
				return err
			}
			return nil
		})
		require.ErrorIs(t, err, store.ErrNotFound, "and its marks are gone")
	})
}
