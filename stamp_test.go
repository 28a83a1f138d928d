package dovetail_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// A company about which there was nothing to do is looked at and not decided
// about again. Whatever changes has to be noticed all the same.
func TestWhatChangesAfterAQuietRunIsNoticed(t *testing.T) {
	t.Parallel()
	edit := func(w *fakeWorld, change func(a *store.Asset)) {
		require.NoError(w.t, w.db.Platform().EditAsset(w.assets()["PC"].ID, change))
	}
	cases := map[string]struct {
		change func(w *fakeWorld)
		want   dovetail.ReasonCode
		counts map[store.Action]int
	}{
		"a person blanks a value": {
			change: func(w *fakeWorld) { edit(w, func(a *store.Asset) { delete(a.Values, w.layout.Fields[1].ID) }) },
			want:   dovetail.ReasonHere, counts: map[store.Action]int{store.ActionUpdate: 1},
		},
		"a person archives the asset": {
			change: func(w *fakeWorld) { edit(w, func(a *store.Asset) { a.Archived = true }) },
			want:   dovetail.ReasonArchivedHere, counts: map[store.Action]int{},
		},
		"a person archives the company": {
			change: func(w *fakeWorld) {
				require.NoError(w.t, w.db.Platform().EditCompany(w.company, func(c *store.Company) { c.Archived = true }))
			},
			want: dovetail.ReasonCompanyArchived, counts: map[store.Action]int{},
		},
		"the record changes": {
			change: func(w *fakeWorld) { w.fake.put(kindDevice, device("d1", "PC", "serial", "SN-0001", "model", "T2")) },
			want:   dovetail.ReasonHere, counts: map[store.Action]int{store.ActionUpdate: 1},
		},
		"the record is missing": {
			change: func(w *fakeWorld) { w.fake.put(kindDevice) },
			want:   dovetail.ReasonSuspect, counts: map[store.Action]int{},
		},
		"its type is skipped": {
			change: func(w *fakeWorld) {
				s := w.settings()
				s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "Desktop"}}
				w.save(s)
			},
			want: dovetail.ReasonSkippedType, counts: map[store.Action]int{store.ActionFreeze: 1},
		},
		"another record comes with a layout that is inactive": {
			change: func(w *fakeWorld) {
				require.NoError(w.t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Inactive = true }))
				w.fake.put(kindDevice, device("d0", "NEW"), typed("d1", "PC", "Desktop", "serial", "SN-0001", "model", "T1"))
				w.run()
				w.quiet()
				require.Equal(w.t, dovetail.ReasonLayoutInactive, w.reason("d0"))
				require.NoError(w.t, w.db.Platform().EditLayout(w.layout.ID, func(l *store.Layout) { l.Inactive = false }))
			},
			want: dovetail.ReasonHere, counts: map[store.Action]int{store.ActionCreate: 1},
		},
	}
	for name, c := range cases {
		for _, versions := range []bool{true, false} {
			t.Run(name+map[bool]string{true: "", false: " without versions"}[versions], func(t *testing.T) {
				t.Parallel()
				w := newFakeWorld(t, &fakeConnector{}, hook(&hooked{capabilities: &store.Capabilities{Versions: versions, Intents: true, Archive: true}}))
				w.fake.put(kindDevice, typed("d1", "PC", "Desktop", "serial", "SN-0001", "model", "T1"))
				w.run()
				w.quiet()
				c.change(w)
				report := w.run()
				require.Equal(t, c.want, w.reason("d1"))
				require.Equal(t, c.counts, report.Plan.Counts)
				w.quiet()
			})
		}
	}
}

// What comes back to what it was before is decided about again: the decisions
// in between were others.
func TestWhatComesBackAfterAQuietRunIsDecidedAnew(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	pc := device("d1", "PC", "serial", "SN-0001")
	w.fake.put(kindDevice, pc)
	w.run()
	w.quiet()
	require.NoError(t, w.db.Platform().EditCompany(w.company, func(c *store.Company) { c.Archived = true }))
	w.run()
	require.Equal(t, dovetail.ReasonCompanyArchived, w.reason("d1"))
	w.quiet()
	require.NoError(t, w.db.Platform().EditCompany(w.company, func(c *store.Company) { c.Archived = false }))
	w.run()
	require.Equal(t, dovetail.ReasonHere, w.reason("d1"))
	w.quiet()
	require.Equal(t, connector.StatusActive, w.row("d1").Status)
}

// Which of two doubles was seen last is no change of either, and decides all the
// same.
func TestAfterAQuietRunTheDoubleThatIsSeenLastStillLeads(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	one := func(day string) connector.Record {
		return seen(day, device("1", "PC-1", "serial", "SN-0001", "model", "one", "mac", "00:1a:2b:00:00:01"))
	}
	two := seen("2026-02-10", device("2", "PC-1", "serial", "SN-0001", "model", "two", "mac", "00:1a:2b:00:00:01"))
	w.fake.put(kindDevice, one("2026-01-10"), two)
	w.run()
	require.Equal(t, "two", w.value("PC-1", 1))
	w.run()
	w.quiet()
	w.fake.put(kindDevice, one("2026-03-10"), two)
	w.run()
	w.run()
	require.Equal(t, "one", w.value("PC-1", 1))
	w.quiet()
}

// moody is a host's rule that may decide otherwise the next time.
type moody struct{ skip atomic.Bool }

func (m *moody) Place(sortrules.Subject) sortrules.Placement {
	if m.skip.Load() {
		return sortrules.Placement{Outcome: sortrules.Skip, Rule: "mood"}
	}
	return sortrules.Placement{}
}

func TestAfterAQuietRunAHostsRuleIsAskedAgain(t *testing.T) {
	t.Parallel()
	rule := &moody{}
	w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) { c.SortRule = rule })
	w.fake.put(kindDevice, devices(1)...)
	w.run()
	w.quiet()
	rule.skip.Store(true)
	require.Equal(t, map[store.Action]int{store.ActionFreeze: 1}, w.run().Plan.Counts)
	w.quiet()
}
