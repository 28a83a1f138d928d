package dovetail_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// slowRead has a world's next read of devices take a minute and end with err, or
// when its run is stopped.
func slowRead(w *fakeWorld, err error) {
	again := false
	w.reads(func(ctx context.Context, _ connector.ReadRequest) reading {
		if again {
			return func(yield func(connector.Page, error) bool) { yield(connector.Page{End: connector.Ended}, nil) }
		}
		again = true
		return func(yield func(connector.Page, error) bool) {
			select {
			case <-ctx.Done():
				yield(connector.Page{}, ctx.Err())
			case <-time.After(time.Minute):
				yield(connector.Page{End: connector.Ended}, err)
			}
		}
	})
}

var errDown = &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "list"}

func TestWhoJoinsARunThatFailsIsTold(t *testing.T) {
	t.Parallel()
	for name, joins := range map[string]func(w *fakeWorld) *dovetail.Engine{
		"in the same process": func(w *fakeWorld) *dovetail.Engine { return w.engine },
		"in another process":  func(w *fakeWorld) *dovetail.Engine { return w.replica("other") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFakeWorld(t, &fakeConnector{})
				slowRead(w, errDown)
				var failed error
				var all sync.WaitGroup
				all.Go(func() { _, failed = w.trySync() })
				synctest.Wait()
				report, err := joins(w).Sync(t.Context(), syncFake)
				all.Wait()
				require.Error(t, failed)
				require.True(t, report.Joined)
				require.Equal(t, store.RunFailed, report.Run.State)
				require.ErrorContains(t, err, errDown.Error())
				require.Equal(t, connector.CodeUnavailable, connector.CodeOf(err))
			})
		})
	}
}

func TestWhoJoinsARunThatAPersonStopsIsTold(t *testing.T) {
	t.Parallel()
	for name, joins := range map[string]func(w *fakeWorld) *dovetail.Engine{
		"in the same process": func(w *fakeWorld) *dovetail.Engine { return w.engine },
		"in another process":  func(w *fakeWorld) *dovetail.Engine { return w.replica("other") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFakeWorld(t, &fakeConnector{})
				slowRead(w, nil)
				var report dovetail.SyncReport
				var joined error
				var all sync.WaitGroup
				all.Go(func() { _, _ = w.trySync() })
				synctest.Wait()
				all.Go(func() { report, joined = joins(w).Sync(t.Context(), syncFake) })
				synctest.Wait()
				require.NoError(t, w.engine.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}))
				all.Wait()
				require.True(t, report.Joined)
				require.Equal(t, store.RunStopped, report.Run.State)
				require.ErrorIs(t, joined, context.Canceled)
				require.ErrorContains(t, joined, "stopped by Ada")
			})
		})
	}
}

// Who asked for the run closes the page: those who wait for the same one still
// want it.
func TestARunGoesOnForWhoJoinedWhenItsCallerGivesUp(t *testing.T) {
	t.Parallel()
	for name, joins := range map[string]func(w *fakeWorld) *dovetail.Engine{
		"in the same process": func(w *fakeWorld) *dovetail.Engine { return w.engine },
		"in another process":  func(w *fakeWorld) *dovetail.Engine { return w.replica("other") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFakeWorld(t, &fakeConnector{})
				slowRead(w, nil)
				caller, leave := context.WithCancel(t.Context())
				var first, second dovetail.SyncReport
				var joined error
				var all sync.WaitGroup
				all.Go(func() { first, _ = w.engine.Sync(caller, syncFake) })
				synctest.Wait()
				all.Go(func() { second, joined = joins(w).Sync(t.Context(), syncFake) })
				synctest.Wait()
				leave()
				all.Wait()
				require.Equal(t, store.RunCutOff, first.Run.State)
				require.NoError(t, joined)
				require.Equal(t, store.RunOK, second.Run.State, second.Run.Problems)
				require.NotEqual(t, first.Run.ID, second.Run.ID)
			})
		})
	}
}

// Of three processes one is cut off in its run. Another one goes on from there,
// and the third has what came of that.
func TestWhoJoinsARunThatIsCutOffJoinsTheOneThatGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ice := &freezer{}
		w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) { c.Store = frozenStore{c.Store, ice} })
		slowRead(w, nil)
		var cut error
		var all, waiting sync.WaitGroup
		all.Go(func() { _, cut = w.trySync() })
		synctest.Wait()
		ice.freeze()
		reports, errs := make([]dovetail.SyncReport, 2), make([]error, 2)
		for i, name := range []string{"b", "c"} {
			waiting.Go(func() { reports[i], errs[i] = w.replica(name).Sync(t.Context(), syncFake) })
		}
		waiting.Wait()
		ice.thaw()
		all.Wait()
		require.ErrorIs(t, cut, dovetail.ErrFenced)
		for i := range reports {
			require.NoError(t, errs[i])
			require.Equal(t, store.RunOK, reports[i].Run.State, reports[i].Run.Problems)
		}
	})
}

func TestAPanicInAHostsHookLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		panics := true
		w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) {
			c.OnEvent = func(e dovetail.Event) {
				if e.Type == dovetail.EventPageRead && e.Kind == kindDevice && panics {
					panic("a hook of the host")
				}
			}
		})
		slowRead(w, nil)
		var joined error
		var all sync.WaitGroup
		all.Go(func() {
			defer func() { _ = recover() }()
			_, _ = w.trySync()
		})
		synctest.Wait()
		all.Go(func() { _, joined = w.trySync() })
		all.Wait()
		require.EqualError(t, joined, `dovetail: sync "fake-1": the run ended in a panic`)
		require.False(t, w.engine.Running(fakeOne))
		panics = false
		began := time.Now()
		report, err := w.replica("other").Sync(t.Context(), syncFake)
		require.NoError(t, err)
		require.Equal(t, store.RunOK, report.Run.State)
		require.Less(t, time.Since(began), time.Second, "the claim was given back")
	})
}

func TestARunThatItsHostEndsStaysDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		time.Sleep(3 * time.Hour)
		slowRead(w, nil)
		scheduled(t, 30*time.Second, w.engine) // the process is ended for an update, and begins anew
		run, err := w.engine.LastRun(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.RunCutOff, run.State)
		scheduled(t, time.Second, w.replica("the next"))
		run, err = w.engine.LastRun(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.RunOK, run.State, "it goes on at once")
	})
}

func TestARunThatAPersonStopsWaitsForItsNextTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		time.Sleep(3 * time.Hour)
		slowRead(w, nil)
		var all sync.WaitGroup
		all.Go(func() { scheduled(t, time.Hour, w.engine) })
		synctest.Wait()
		require.NoError(t, w.engine.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}))
		all.Wait()
		run, err := w.engine.LastRun(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.RunStopped, run.State)
	})
}

// A person enters a new key while a run still reads with the old one.
func TestAFailureSaysNothingAboutSettingsThatWereSavedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		slowRead(w, &connector.Error{Code: connector.CodeAuth, Source: "fake", Op: "list"})
		var failed error
		var report dovetail.SyncReport
		var all sync.WaitGroup
		all.Go(func() { report, failed = w.trySync() })
		synctest.Wait()
		settings := w.settings()
		settings.Config.Secrets["token"] = connector.NewSecret("another-token")
		w.save(settings)
		w.test()
		all.Wait()
		require.Equal(t, connector.CodeAuth, connector.CodeOf(failed))
		require.Contains(t, report.Run.Problems, "the settings were changed while it ran: the next run is by the new ones")
		i, err := w.engine.Integration(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, store.ConnectionOK, i.Connection.State)
		planned, err := w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.False(t, planned[0].At.After(time.Now()), "a new key resumes at once")
	})
}

func TestARunThatSucceedsEndsTheAttentionThatAnOutageNeeded(t *testing.T) {
	t.Parallel()
	fake := &fakeConnector{}
	var outage error
	fake.check = func() (connector.CheckResult, error) { return connector.CheckResult{}, outage }
	w := newFakeWorld(t, fake)
	outage = errDown
	_, err := w.engine.TestConnection(t.Context(), dovetail.TestRequest{By: ada, Integration: fakeOne})
	require.Error(t, err)
	require.Equal(t, store.RunOK, w.run().Run.State)
	i, err := w.engine.Integration(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Equal(t, store.ConnectionOK, i.Connection.State)
	require.Empty(t, i.Connection.Problem)
}

func TestAnotherAccountIsNotTriedEveryTenMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeConnector{account: "one"}
		w := newFakeWorld(t, fake)
		fake.account = "another"
		_, err := w.trySync()
		require.ErrorIs(t, err, dovetail.ErrOtherAccount)
		planned, err := w.engine.NextRuns(t.Context())
		require.NoError(t, err)
		require.Greater(t, time.Until(planned[0].At), 2*time.Hour)
	})
}

// Behind a load balancer the click to stop arrives at whichever process.
func TestARunOfAnotherProcessIsStopped(t *testing.T) {
	t.Parallel()
	for name, waits := range map[string]bool{"by a bystander": false, "by one that joined it": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newFakeWorld(t, &fakeConnector{})
				slowRead(w, nil)
				other := w.replica("other")
				require.NoError(t, other.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}), "there is none")
				var report dovetail.SyncReport
				var stopped, joined error
				var all sync.WaitGroup
				all.Go(func() { report, stopped = w.trySync() })
				synctest.Wait()
				if waits {
					all.Go(func() { _, joined = other.Sync(t.Context(), syncFake) })
					synctest.Wait()
				}
				began := time.Now()
				require.NoError(t, other.Stop(t.Context(), dovetail.StopRequest{By: ada, Integration: fakeOne}))
				require.Less(t, time.Since(began), 10*time.Second)
				all.Wait()
				require.ErrorIs(t, stopped, context.Canceled)
				require.ErrorContains(t, stopped, "stopped by Ada")
				require.Equal(t, store.RunStopped, report.Run.State)
				require.Contains(t, report.Run.Problems[0], "stopped by Ada")
				if waits {
					require.ErrorIs(t, joined, context.Canceled)
				}
				require.False(t, w.engine.Running(fakeOne))
				last, err := other.LastRun(t.Context(), fakeOne)
				require.NoError(t, err)
				require.Equal(t, report.Run, last)
			})
		})
	}
}

func TestWhoJoinsARunOfAnotherProcessSeesHowFarItIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		records := devices(30)
		w.reads(func(context.Context, connector.ReadRequest) reading {
			return func(yield func(connector.Page, error) bool) {
				for i := 0; i < 30; i += 10 {
					page := connector.Page{Records: records[i : i+10]}
					if i == 20 {
						page.End = connector.Ended
					}
					if !yield(page, nil) {
						return
					}
					time.Sleep(4300 * time.Millisecond) // never when the other one looks
				}
			}
		})
		var seen []int
		other := w.replica("other", func(c *dovetail.Config) {
			c.OnEvent = func(e dovetail.Event) {
				if e.Type == dovetail.EventPageRead {
					require.Equal(t, kindDevice, e.Kind)
					require.NotEmpty(t, e.Run)
					seen = append(seen, e.Done)
				}
			}
		})
		var all sync.WaitGroup
		all.Go(func() { w.run() })
		synctest.Wait()
		report, err := other.Sync(t.Context(), syncFake)
		require.NoError(t, err)
		require.True(t, report.Joined)
		require.Equal(t, []int{10, 20}, seen)
		all.Wait()
	})
}

func TestTenWorkersOfAQueueRunWhatIsDueOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newFakeWorld(t, &fakeConnector{})
		time.Sleep(3 * time.Hour)
		slowRead(w, nil)
		var ran atomic.Int32
		var all sync.WaitGroup
		for i := range 10 {
			e := w.engine
			if i%2 == 1 {
				e = w.replica(string(rune('a' + i)))
			}
			all.Go(func() {
				_, did, err := e.RunDue(t.Context(), fakeOne)
				require.NoError(t, err)
				if did {
					ran.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, ran.Load())
	})
}
