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
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// old gives records a time at which they were made upstream.
func old(at time.Time, records []connector.Record) []connector.Record {
	for i := range records {
		records[i].Created = at
	}
	return records
}

// approve lets the last plan's only violation pass.
func (w *fakeWorld) approve(report dovetail.SyncReport, ceiling int) error {
	w.t.Helper()
	require.Len(w.t, report.Plan.Violations, 1)
	v := report.Plan.Violations[0]
	return w.engine.Approve(w.t.Context(), dovetail.ApproveRequest{
		By: ada, Integration: fakeOne, Plan: report.Plan.ID, Code: dovetail.ReasonCode(v.Code), Company: v.Company, Kind: v.Kind, Ceiling: ceiling,
	})
}

func TestTheFirstImportOfACompanyThatAPersonMatchedIsNotHeld(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(60)...) // nobody knows since when they are upstream
	report := w.run()
	require.Empty(t, report.Plan.Violations)
	require.Len(t, w.assets(), 60)
	w.quiet()
}

func TestManyCreationsOfOldRecordsAreHeldUntilApproved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		before := time.Now().Add(-time.Hour)
		w.fake.put(kindDevice, old(before, devices(20))...)
		w.run()
		time.Sleep(time.Hour)
		// A renamed device among 26 that were upstream before and never came.
		all := old(before, devices(46))
		all[0].Name = "RENAMED"
		all[1].Fields["model"] = connector.Text("T99")
		w.fake.put(kindDevice, all...)
		report := w.run()
		require.Equal(t, []store.Violation{{Code: "limit_create", Company: w.company, Kind: kindDevice, Count: 26, Limit: 25, There: 20}}, report.Plan.Violations)
		require.Equal(t, "held: 26 assets would be made in one company for records that aren't new upstream, where 20 are here and 25 may pass (see why, or approve it)", dovetail.ViolationSentence(report.Plan.Violations[0]))
		require.Equal(t, 26, report.Plan.Held)
		require.Equal(t, store.RunPartial, report.Run.State)
		require.Equal(t, dovetail.ReasonLimitCreate, w.reason("d130"))
		assets := w.assets()
		require.Len(t, assets, 20)
		require.Equal(t, "T99", assets["PC-101"].Values[w.layout.Fields[1].ID].String(), "what breaks no limit goes on")
		w.addUp()
		w.quiet()

		again := w.run()
		require.ErrorIs(t, w.approve(again, 25), store.ErrRefused, "a ceiling below what was seen")
		stale := report
		require.ErrorIs(t, w.approve(stale, 0), dovetail.ErrStalePlan)
		wrong := dovetail.ApproveRequest{By: ada, Integration: fakeOne, Plan: again.Plan.ID, Code: dovetail.ReasonLimitOrphan, Company: w.company, Kind: kindDevice}
		require.ErrorIs(t, w.engine.Approve(t.Context(), wrong), store.ErrRefused)
		require.NoError(t, w.approve(again, 30))
		w.fake.put(kindDevice, old(before, devices(51))...)
		report = w.run()
		require.Equal(t, 31, report.Plan.Held, "more than was approved: the difference is shown")
		w.fake.put(kindDevice, old(before, devices(50))...)
		report = w.run()
		require.Empty(t, report.Plan.Violations)
		require.Len(t, w.assets(), 50)
		w.quiet()
	})
}

func TestAnApprovalEndsAfterADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		before := time.Now().Add(-time.Hour)
		w.fake.put(kindDevice, old(before, devices(1))...)
		w.run()
		time.Sleep(time.Minute)
		w.fake.put(kindDevice, old(before, devices(40))...)
		require.NoError(t, w.approve(w.run(), 0))
		time.Sleep(25 * time.Hour)
		require.Equal(t, 39, w.run().Plan.Held)
		require.NoError(t, w.approve(w.run(), 0))
		require.Zero(t, w.run().Plan.Held)
		w.quiet()
	})
}

func TestNewRecordsUpstreamAreNotHeld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		before := time.Now().Add(-time.Hour)
		w.fake.put(kindDevice, old(before, devices(1))...)
		w.run()
		time.Sleep(48 * time.Hour)
		require.Zero(t, w.run().Plan.Changes, "the last good run")
		time.Sleep(time.Hour)
		all := append(old(before, devices(1)), old(time.Now(), devices(100)[1:])...)
		w.fake.put(kindDevice, all...)
		report := w.run()
		require.Empty(t, report.Plan.Violations)
		require.Len(t, w.assets(), 100)

		// Half of what is there may come late all the same.
		time.Sleep(time.Hour)
		w.fake.put(kindDevice, append(all, old(before, devices(150)[100:])...)...)
		require.Empty(t, w.run().Plan.Violations)
		require.Len(t, w.assets(), 150)
		w.quiet()
	})
}

func TestManyRecordsGoneAtOnceAreHeld(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	all := devices(100)
	w.fake.put(kindDevice, all...)
	w.run()
	w.fake.put(kindDevice, all[11:]...)
	report := w.run()
	require.Equal(t, []store.Violation{{Code: "limit_orphan", Company: w.company, Kind: kindDevice, Count: 11, Limit: 10, There: 100}}, report.Plan.Violations)
	require.Equal(t, store.CardActive, w.card("d100").State)
	w.addUp()
	w.quiet()
	require.NoError(t, w.approve(w.run(), 0))
	w.run()
	require.Equal(t, store.CardOrphaned, w.card("d100").State)
	w.quiet()
	w.fake.put(kindDevice, all[15:]...)
	require.Empty(t, w.run().Plan.Violations, "a few are")
	require.Equal(t, store.CardOrphaned, w.card("d114").State)
}

func TestACompanyThatIsGoneWithAllOfItsRecordsIsOneEvent(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	w.fake.put(kindDevice, devices(15)...)
	w.run()
	w.fake.put(kindOrg)
	w.fake.put(kindDevice)
	report := w.run()
	require.Empty(t, report.Plan.Violations)
	require.Equal(t, 15, report.Plan.Counts[store.ActionOrphan])
	require.Equal(t, store.CardOrphaned, w.card("d100").State)
	w.quiet()
}

func TestLimitsAreSettings(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	all := devices(100)
	w.fake.put(kindDevice, all...)
	w.run()
	s := w.settings()
	s.Limits = store.Limits{Orphan: store.Limit{Floor: 2, Percent: 1}}
	w.save(s)
	w.fake.put(kindDevice, all[3:]...)
	require.Equal(t, 3, w.run().Plan.Held)
	s.Limits.Orphan = store.Limit{Off: true}
	w.save(s)
	require.Zero(t, w.run().Plan.Held)
	w.quiet()
	s.Limits.Create = store.Limit{Percent: 101}
	_, err := w.trySave(s)
	require.Contains(t, fields(t, err), "limits.create")
}

func TestWhatFollowsAHeldRecordIsHeldWithIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		s := w.settings()
		s.Limits.Create = store.Limit{Floor: 1, Percent: 1}
		w.save(s)
		before := time.Now().Add(-time.Hour)
		w.fake.put(kindDevice, old(before, devices(1))...)
		w.run()
		time.Sleep(time.Hour)
		w.fake.put(kindDevice, old(before, append(devices(1),
			device("1", "A", "serial", "SN-A001"), device("2", "A", "serial", "SN-A001"),
			device("3", "B", "serial", "SN-B001"), device("4", "B", "serial", "SN-B001")))...)
		report := w.run()
		require.Equal(t, report.Plan.Changes, report.Plan.Held)
		require.Equal(t, map[store.OutcomeState]int{store.OutcomeHeld: 4}, report.Apply.Outcomes)
		for _, key := range []connector.Key{"1", "2", "3", "4"} {
			require.Equal(t, dovetail.ReasonLimitCreate, w.reason(key), key)
		}
		w.quiet()
		require.NoError(t, w.approve(w.run(), 0))
		w.run()
		require.Len(t, w.assets(), 3)
		w.quiet()
	})
}

func TestTheFirstImportOfACompanyThatARunMatchedIsHeldWhereItIsLarge(t *testing.T) {
	t.Parallel()
	w, cedar := certain(t, nil)
	for i := range 30 { // and the one that is there
		w.account.AddAsset(syncrotest.Asset{ID: int64(500 + i), CustomerID: 3, Name: fmt.Sprint("MORE-", i)})
	}
	w.sync()
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, cedar, w.match(3).Company)
	require.Equal(t, 31, report.Plan.Held, "no person has said that all of it is to come")
	require.Empty(t, w.assets(cedar))
}

func TestWhatIsThereIsWhatIsSynced(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	s := w.settings()
	s.Limits.Orphan = store.Limit{Percent: 50}
	w.save(s)
	all := devices(6)
	w.fake.put(kindDevice, all...)
	w.run()
	w.fake.put(kindDevice, all[3:]...)
	require.Zero(t, w.run().Plan.Held, "half of six")
	w.fake.put(kindDevice, all[5:]...)
	report := w.run()
	require.Equal(t, []store.Violation{{Code: "limit_orphan", Company: w.company, Kind: kindDevice, Count: 2, Limit: 1, There: 3}}, report.Plan.Violations)
}

func TestAnApprovalIsForOneCompany(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.get = w.fake.found
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"})
	all := append(devices(11), devices(22)[11:]...)
	for i := range all[11:] {
		all[11+i].Container = "o2"
	}
	w.fake.put(kindDevice, append(all, device("d900", "STAYS"))...)
	w.run()
	_, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o2", Verdict: dovetail.VerdictCreate}}})
	require.NoError(t, err)
	s := w.settings()
	s.Limits.Orphan = store.Limit{Floor: 1}
	w.save(s)
	w.run()
	w.fake.put(kindDevice, append(slices.Concat(all[:8], all[11:19]), device("d900", "STAYS"))...) // three of each are gone
	report := w.run()
	require.Len(t, report.Plan.Violations, 2)
	v := report.Plan.Violations[0]
	require.NoError(t, w.engine.Approve(t.Context(), dovetail.ApproveRequest{
		By: ada, Integration: fakeOne, Plan: report.Plan.ID, Code: dovetail.ReasonLimitOrphan, Company: v.Company, Kind: v.Kind,
	}))
	report = w.run()
	require.Len(t, report.Plan.Violations, 1)
	require.NotEqual(t, v.Company, report.Plan.Violations[0].Company)
	require.Equal(t, 3, report.Plan.Held)
}

func TestAReadThatWasNotWholeIsNoImport(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.reads(func(context.Context, connector.ReadRequest) reading {
		return func(yield func(connector.Page, error) bool) { yield(connector.Page{}, nil) }
	})
	require.Equal(t, store.RunPartial, w.run().Run.State)
	w.fake.script = nil
	w.fake.put(kindDevice, devices(60)...)
	require.Empty(t, w.run().Plan.Violations, "it is the first import still")
	require.Len(t, w.assets(), 60)
}
