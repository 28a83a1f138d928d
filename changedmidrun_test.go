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

// interrupted is a world in which a person does something at an event of a run.
// By default it happens once.
type interrupted struct {
	*fakeWorld
	at    dovetail.EventType
	does  func()
	often bool
}

func newInterrupted(t *testing.T, at dovetail.EventType) *interrupted {
	t.Helper()
	w := &interrupted{}
	w.fakeWorld = newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) {
		c.OnEvent = func(ev dovetail.Event) {
			if ev.Type != w.at || w.does == nil || ev.Kind == kindOrg {
				return
			}
			does := w.does
			w.does = nil
			does()
			if w.often {
				w.does = does
			}
		}
	})
	w.at = at
	w.fake.put(kindDevice, device("d1", "PC-1", "serial", "SN-0001", "model", "M1", "pin", "pin-1"))
	return w
}

const newSettingsLater = "the settings were changed while it ran: the next run is by the new ones"

// A run reads, plans and writes by the settings that were in force when it began.
func TestSettingsSavedDuringARunHoldFromTheNextOne(t *testing.T) {
	t.Parallel()
	for _, at := range []dovetail.EventType{dovetail.EventPageRead, dovetail.EventCompanyPlanned, dovetail.EventChangeApplied} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			w := newInterrupted(t, at)
			others := w.newLayout("Others")
			before := w.settings()
			before.Connected = append(before.Connected, store.ConnectedField{Kind: kindDevice, Layout: w.layout.ID, Field: w.layout.Fields[3].ID, Sources: []string{"pin"}})
			w.save(before)
			w.test()
			w.does = func() {
				s := w.settings()
				s.Connected = s.Connected[:1]
				s.DefaultLayouts = map[connector.Kind]store.LayoutID{kindDevice: others.ID}
				s.Config.Secrets["token"] = connector.NewSecret("another-token")
				w.save(s)
			}
			saved, err := w.engine.Integration(t.Context(), fakeOne)
			require.NoError(t, err)
			report := w.run()
			require.Nil(t, w.does, "it was changed")
			require.Equal(t, store.RunOK, report.Run.State)
			require.Equal(t, []string{newSettingsLater}, report.Run.Problems)
			require.Equal(t, saved.SettingsVersion, report.Run.SettingsVersion)
			require.Equal(t, "M1", w.value("PC-1", 1), "it was placed and filled by the settings of before")
			require.Equal(t, "pin-1", w.value("PC-1", 3))

			_, err = w.trySync()
			require.ErrorIs(t, err, dovetail.ErrNotReady, "the new key was not tested")
			w.test()
			w.fake.put(kindDevice, device("d1", "PC-1", "serial", "SN-0001", "model", "M2"), device("d2", "PC-2", "serial", "SN-0002"))
			report = w.run()
			require.Empty(t, report.Run.Problems)
			require.Equal(t, "M1", w.value("PC-1", 1), "no longer connected")
			require.Equal(t, others.ID, w.assets()["PC-2"].Layout)
		})
	}
}

// An integration that is disabled during a run writes no more.
func TestDisablingDuringARunEndsIt(t *testing.T) {
	t.Parallel()
	for _, at := range []dovetail.EventType{dovetail.EventPageRead, dovetail.EventCompanyPlanned} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			w := newInterrupted(t, at)
			w.does = func() {
				i, err := w.engine.Integration(t.Context(), fakeOne)
				require.NoError(t, err)
				_, err = w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: i.Revision, Disabled: true})
				require.NoError(t, err)
			}
			report, err := w.trySync()
			require.ErrorIs(t, err, dovetail.ErrNotReady)
			require.ErrorContains(t, err, "it is disabled")
			require.Equal(t, store.RunFailed, report.Run.State)
			require.Empty(t, w.assets())
		})
	}
}

// Decisions about companies are not to wait for a run, nor to make it fail.
func TestARunPlansAnewWhenCompaniesAreDecidedAbout(t *testing.T) {
	t.Parallel()
	rename := func(w *interrupted) func() {
		return func() {
			for row, err := range w.engine.MatchedCompanies(t.Context(), fakeOne) {
				require.NoError(t, err)
				decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
					{Key: row.ID.Key, Revision: row.Revision, Verdict: dovetail.VerdictMatch, Company: w.company},
				}})
				require.NoError(t, err)
				require.NoError(t, decided[0].Err)
			}
		}
	}
	w := newInterrupted(t, dovetail.EventCompanyPlanned)
	w.does = rename(w)
	require.Equal(t, store.RunOK, w.run().Run.State)
	require.Nil(t, w.does)
	require.Contains(t, w.assets(), "PC-1")

	w = newInterrupted(t, dovetail.EventCompanyPlanned)
	w.does, w.often = rename(w), true
	report, err := w.trySync()
	require.ErrorIs(t, err, dovetail.ErrStalePlan, "it does not go on for ever")
	require.Equal(t, store.RunFailed, report.Run.State)
	require.Empty(t, w.assets())
}

// What is enabled again runs soon, also where a job queue looked meanwhile and the
// next time was put off.
func TestAnEnabledIntegrationIsDueAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		able := func(disabled bool) {
			i, err := w.engine.Integration(t.Context(), fakeOne)
			require.NoError(t, err)
			_, err = w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: i.Revision, Disabled: disabled})
			require.NoError(t, err)
		}
		able(true)
		time.Sleep(4 * time.Hour)
		_, ran, err := w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran)
		able(false)
		_, ran, err = w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.True(t, ran)
	})
}
