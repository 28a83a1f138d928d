package dovetail_test

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// scheduled has an engine run by itself for a while of the bubble's time.
func scheduled(t *testing.T, d time.Duration, engines ...*dovetail.Engine) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), d)
	defer stop()
	var all sync.WaitGroup
	for _, e := range engines {
		all.Go(func() { require.ErrorIs(t, e.Schedule(ctx), context.DeadlineExceeded) })
	}
	all.Wait()
}

// runsSince are the runs that were begun, as the hours since a moment.
type runsSince struct {
	mu   sync.Mutex
	from time.Time
	at   []float64
}

// count counts the reads of the fake connector's companies as runs.
func (r *runsSince) count(fake *fakeConnector, end func() error) {
	r.from = time.Now()
	fake.script = map[connector.Kind]func(context.Context, connector.ReadRequest) iter.Seq2[connector.Page, error]{
		kindOrg: func(_ context.Context, _ connector.ReadRequest) iter.Seq2[connector.Page, error] {
			return func(yield func(connector.Page, error) bool) {
				r.mu.Lock()
				r.at = append(r.at, time.Since(r.from).Hours())
				r.mu.Unlock()
				if err := end(); err != nil {
					yield(connector.Page{}, err)
					return
				}
				yield(connector.Page{Records: []connector.Record{{Key: "o1", Name: "Acme Ltd"}}, End: connector.Ended}, nil)
			}
		},
	}
}

func (r *runsSince) times() []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]float64(nil), r.at...)
}

func good() error { return nil }

// requireTimes compares hours, each with what its integration's own interval
// takes off: at most a twentieth.
func requireTimes(t *testing.T, want []float64, got []float64) {
	t.Helper()
	require.Len(t, got, len(want), "%v", got)
	for i := range want {
		require.InDelta(t, want[i]*0.975, got[i], want[i]*0.026+0.02, "%v", got)
	}
}

func TestAnIntegrationRunsByItselfFromItsFirstConnectionOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		runs.count(fake, good)
		fake.put(kindDevice, device("d1", "PC-1"))
		scheduled(t, 10*time.Hour, w.engine)
		requireTimes(t, []float64{3, 6, 9}, runs.times())
		require.Len(t, w.assets(), 1)
		run, err := w.engine.LastRun(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.ScheduleActor(), run.By)

		// A new integration runs at once, when its connection was tested.
		const second = store.IntegrationID("fake-2")
		_, err = w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: second, Connector: "fake", Settings: w.settings()})
		require.NoError(t, err)
		scheduled(t, time.Hour, w.engine)
		_, err = w.engine.LastRun(t.Context(), second)
		require.ErrorIs(t, err, store.ErrNotFound, "not tested: not run")
		var all sync.WaitGroup
		all.Go(func() { scheduled(t, time.Minute, w.engine) })
		synctest.Wait()
		_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: second})
		require.NoError(t, err)
		synctest.Wait()
		run, err = w.engine.LastRun(t.Context(), second)
		require.NoError(t, err)
		require.Equal(t, store.RunOK, run.State)
		all.Wait()
	})
}

func TestMissedRunsAreMadeUpForOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		time.Sleep(20 * time.Hour)
		runs.count(fake, good)
		scheduled(t, 4*time.Hour, w.engine)
		requireTimes(t, []float64{0, 3}, runs.times())
	})
}

func TestARunByHandPutsOffTheNextOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Interval = time.Hour })
		time.Sleep(30 * time.Minute)
		w.run()
		_, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: fakeOne, Companies: []connector.Key{"o1"}})
		require.NoError(t, err)
		runs.count(fake, good)
		scheduled(t, 70*time.Minute, w.engine)
		requireTimes(t, []float64{1}, runs.times())
	})
}

func TestReplicasShareASchedule(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		runs.count(fake, func() error { time.Sleep(7 * time.Minute); return nil })
		scheduled(t, 10*time.Hour, w.engine, w.replica("b"), w.replica("c"))
		requireTimes(t, []float64{3, 6, 9}, runs.times())
	})
}

func TestABrokenIntegrationKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs, stuck runsSince
		fake, bad := &fakeConnector{}, &fakeConnector{name: "bad"}
		w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Connectors = append(c.Connectors, bad) })
		_, err := w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "bad-1", Connector: "bad", Settings: w.settings()})
		require.NoError(t, err)
		bad.put(kindOrg, connector.Record{Key: "x"})
		_, err = w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: "bad-1"})
		require.NoError(t, err)
		stuck.count(bad, func() error { time.Sleep(100 * time.Hour); return nil })
		runs.count(fake, good)
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Hour)
		defer stop()
		var all sync.WaitGroup
		all.Go(func() { _ = w.engine.Schedule(ctx) })
		<-ctx.Done()
		requireTimes(t, []float64{3, 6, 9}, runs.times())
		require.Len(t, stuck.times(), 1)
		all.Wait() // the other's read ends in its own time
	})
}

func TestAFailedRunIsTriedAgainSooner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		down := true
		runs.count(fake, func() error {
			if down {
				return &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "list"}
			}
			return nil
		})
		scheduled(t, 5*time.Hour, w.engine)
		got := runs.times()
		require.Len(t, got, 4)
		for i, after := range []time.Duration{10 * time.Minute, 20 * time.Minute, 40 * time.Minute} {
			require.InDelta(t, after.Hours(), got[i+1]-got[i], 0.02, "%v", got)
		}
		planned, err := w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.Equal(t, 4, planned[0].Failures)
		require.Empty(t, planned[0].Rests)

		down = false
		w.run()
		planned, err = w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.Zero(t, planned[0].Failures)
		requireTimes(t, []float64{3}, []float64{time.Until(planned[0].At).Hours()})
	})
}

func TestTheUpstreamsWordOnWhenToComeBackIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		runs.count(fake, func() error {
			return &connector.Error{Code: connector.CodeRateLimited, Source: "fake", Op: "list", RetryAfter: 90 * time.Minute}
		})
		scheduled(t, 5*time.Hour, w.engine)
		got := runs.times()
		require.Len(t, got, 2)
		require.InDelta(t, 1.5, got[1]-got[0], 0.02)
	})
}

func TestWhatNeedsAttentionIsTriedMoreAndMoreSeldomUntilItIsMended(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs, tests runsSince
		fake := &fakeConnector{}
		wrong := &connector.Error{Code: connector.CodeAuth, Source: "fake", Op: "check"}
		var revoked error
		fake.check = func() (connector.CheckResult, error) {
			tests.mu.Lock()
			defer tests.mu.Unlock()
			tests.at = append(tests.at, time.Since(runs.from).Hours())
			return connector.CheckResult{}, revoked
		}
		w := newFakeWorld(t, fake)
		fake.put(kindDevice, device("d1", "PC-1"))
		w.run()
		revoked = wrong
		runs.count(fake, func() error { return revoked })
		tests.at = nil
		scheduled(t, 100*time.Hour, w.engine)
		require.Len(t, runs.times(), 1, "no run while it needs attention")
		requireTimes(t, []float64{3 + 3, 6 + 6, 12 + 12, 24 + 24, 48 + 24, 72 + 24}, tests.times())
		require.Equal(t, store.CardActive, w.card("d1").State, "nothing is orphaned")

		revoked = nil
		w.test() // with a new key, say
		scheduled(t, time.Minute, w.engine)
		require.Len(t, runs.times(), 2, "it runs again at once")

		// Mended upstream, it goes on without a word.
		revoked = wrong
		scheduled(t, 4*time.Hour, w.engine)
		require.Len(t, runs.times(), 3)
		revoked = nil
		scheduled(t, 3*time.Hour, w.engine)
		require.Len(t, runs.times(), 4)
		i, err := w.engine.Integration(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.ConnectionOK, i.Connection.State)
	})
}

func TestADisabledIntegrationRestsUntilItIsEnabled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		runs.count(fake, good)
		able := func(disabled bool) {
			i, err := w.engine.Integration(t.Context(), fakeOne)
			require.NoError(t, err)
			_, err = w.engine.Disable(t.Context(), dovetail.DisableRequest{By: ada, Integration: fakeOne, Revision: i.Revision, Disabled: disabled})
			require.NoError(t, err)
		}
		able(true)
		scheduled(t, 4*time.Hour, w.engine)
		require.Empty(t, runs.times())
		planned, err := w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.Contains(t, planned[0].Rests, "disabled")

		_, ran, err := w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran)
		planned, err = w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.True(t, planned[0].At.After(time.Now()), "a queue isn't kept busy with it")

		var all sync.WaitGroup
		all.Go(func() { scheduled(t, 4*time.Hour, w.engine) })
		synctest.Wait()
		able(false)
		all.Wait()
		requireTimes(t, []float64{4, 4 + 3}, runs.times())
	})
}

func TestASchedulesCopyRestsUntilAPersonConfirmsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs runsSince
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Deployment = "production" })
		runs.count(fake, good)
		staging := w.replica("staging", func(c *dovetail.Config) { c.Deployment = "staging" })
		scheduled(t, 4*time.Hour, staging)
		require.Empty(t, runs.times())
		planned, err := staging.NextRuns(t.Context())
		require.NoError(t, err)
		require.Contains(t, planned[0].Rests, `scheduled in deployment "production", and this is "staging"`)
		_, ran, err := staging.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran)

		// By hand it runs, and the schedule goes on resting.
		_, err = staging.Sync(t.Context(), syncFake)
		require.NoError(t, err)
		scheduled(t, 4*time.Hour, staging)
		require.Len(t, runs.times(), 1)

		_, ran, err = staging.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran)
		_, err = staging.ConfirmDeployment(t.Context(), dovetail.DeploymentRequest{})
		require.ErrorContains(t, err, "no actor given")
		confirmed, err := staging.ConfirmDeployment(t.Context(), dovetail.DeploymentRequest{By: ada})
		require.NoError(t, err)
		require.Equal(t, []store.IntegrationID{fakeOne}, confirmed)
		planned, err = staging.NextRuns(t.Context())
		require.NoError(t, err)
		require.False(t, planned[0].At.After(time.Now()), "RunDue had put it off")
		scheduled(t, 4*time.Hour, staging)
		require.Len(t, runs.times(), 2+1)
		scheduled(t, 4*time.Hour, w.engine)
		require.Len(t, runs.times(), 3, "and in the first one no more")
		w.view(func(r store.Reader) error {
			var last store.JournalEntry
			for entry, err := range r.Journal(store.JournalQuery{}) {
				require.NoError(t, err)
				last = entry
			}
			require.Equal(t, "its schedule, made in deployment production, runs in staging from now on", dovetail.Sentence(last.Reason))
			require.Equal(t, ada, last.By)
			return nil
		})
		confirmed, err = staging.ConfirmDeployment(t.Context(), dovetail.DeploymentRequest{By: ada})
		require.NoError(t, err)
		require.Empty(t, confirmed)
	})
}

func TestRunDueRunsWhatIsDueAndNothingElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake)
		_, ran, err := w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran, "it isn't due")
		time.Sleep(3 * time.Hour)
		fake.put(kindDevice, device("d1", "PC-1"))
		report, ran, err := w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.True(t, ran)
		require.Equal(t, store.RunOK, report.Run.State)
		require.Len(t, w.assets(), 1)
		_, ran, err = w.engine.RunDue(t.Context(), fakeOne)
		require.NoError(t, err)
		require.False(t, ran)
		_, ran, err = w.engine.RunDue(t.Context(), "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.False(t, ran)
		strict := w.replica("strict", func(c *dovetail.Config) {
			c.Authorize = func(_ context.Context, by store.Actor, _ dovetail.Operation) error {
				return fmt.Errorf("no business of %s", by)
			}
		})
		_, _, err = strict.RunDue(t.Context(), fakeOne)
		require.ErrorIs(t, err, dovetail.ErrDenied)
		require.ErrorContains(t, err, "no business of the schedule")
	})
}

func TestARunIsStoppedByAPersonAndSaysSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		made := 0
		h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
			made++
			time.Sleep(time.Second)
			return do()
		}}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, hook(h))
		require.NoError(t, w.engine.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}), "there is none")
		records := make([]connector.Record, 10)
		for i := range records {
			records[i] = device(fmt.Sprintf("d%d", i), fmt.Sprintf("PC-%d", i))
		}
		fake.put(kindDevice, records...)
		var stopped dovetail.SyncReport
		var err error
		var all sync.WaitGroup
		all.Go(func() { stopped, err = w.trySync() })
		time.Sleep(2500 * time.Millisecond)
		require.NoError(t, w.engine.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}))
		require.False(t, w.engine.Running(fakeOne))
		all.Wait()
		require.ErrorIs(t, err, context.Canceled)
		require.Equal(t, store.RunStopped, stopped.Run.State)
		require.Contains(t, stopped.Run.Problems[0], "stopped by Ada")
		require.Less(t, made, 5)
		require.Equal(t, store.RunOK, w.run().Run.State)
		require.Len(t, w.assets(), 10)
	})
}
