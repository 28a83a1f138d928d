package dovetail_test

import (
	"context"
	"errors"
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

// freezer suspends a process: whatever it asks of the ledger waits.
type freezer struct {
	mu   sync.Mutex
	gate chan struct{}
}

func (f *freezer) freeze() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = make(chan struct{})
}

func (f *freezer) thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.gate)
	f.gate = nil
}

func (f *freezer) wait() {
	f.mu.Lock()
	gate := f.gate
	f.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

// frozenStore is a store as a process sees it that is suspended now and then.
type frozenStore struct {
	store.Store
	*freezer
}

func (s frozenStore) Ledger() store.Ledger { return frozenLedger{s.Store.Ledger(), s.freezer} }

type frozenLedger struct {
	store.Ledger
	*freezer
}

func (l frozenLedger) View(ctx context.Context, fn func(context.Context, store.Reader) error) error {
	l.wait()
	return l.Ledger.View(ctx, fn)
}

func (l frozenLedger) Update(ctx context.Context, fn func(context.Context, store.Writer) error) error {
	l.wait()
	return l.Ledger.Update(ctx, fn)
}

// replica is another engine over the world's store and upstream.
func (w *fakeWorld) replica(name string, change ...func(*dovetail.Config)) *dovetail.Engine {
	w.t.Helper()
	cfg := dovetail.Config{Store: w.db, Replica: name, Connectors: []connector.Connector{w.fake}, Sealer: w.sealer}
	for _, c := range change {
		c(&cfg)
	}
	e, err := dovetail.New(cfg)
	require.NoError(w.t, err)
	return e
}

var syncFake = dovetail.SyncRequest{By: ada, Integration: fakeOne}

func TestAReplicaThatWasFencedOffChangesNothing(t *testing.T) {
	t.Parallel()
	for name, calls := range map[string]struct {
		intents bool
	}{
		"many changes in a batch": {intents: true},
		"one change at a time":    {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ice, made := &freezer{}, 0
				h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
					asset, err := do()
					if made++; made == 2 {
						ice.freeze() // the process is suspended while a call is under way
						ice.wait()
					}
					return asset, err
				}}
				fake := &fakeConnector{}
				w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Store = frozenStore{c.Store, ice} }, hook(h))
				can := h.Documents.Capabilities()
				can.Intents = calls.intents
				h.capabilities = &can
				fake.put(kindDevice, device("d1", "PC-1"), device("d2", "PC-2"), device("d3", "PC-3"), device("d4", "PC-4"))
				var suspended error
				var all sync.WaitGroup
				all.Go(func() { _, suspended = w.engine.Sync(t.Context(), syncFake) })
				synctest.Wait()

				began := time.Now()
				other := w.replica("other", hook(&hooked{capabilities: &can}), func(c *dovetail.Config) { c.SettleTime = time.Second })
				report, err := other.Sync(t.Context(), syncFake)
				require.NoError(t, err)
				require.Equal(t, store.RunOK, report.Run.State, report.Run.Problems)
				require.False(t, report.Joined)
				require.InDelta(t, 70, time.Since(began).Seconds(), 2, "the lease, and for each of its works the time in which the other must notice")
				require.Len(t, w.assets(), 4)

				ledger, documents := dumpOf(t, w.db.Ledger(), fakeOne, kindDevice), w.db.Platform().Writes()
				ice.thaw()
				all.Wait()
				require.ErrorIs(t, suspended, dovetail.ErrFenced)
				require.Equal(t, ledger, dumpOf(t, w.db.Ledger(), fakeOne, kindDevice))
				require.Equal(t, documents, w.db.Platform().Writes())

				report, err = w.engine.Sync(t.Context(), syncFake)
				require.NoError(t, err, "it can go on working")
				require.Equal(t, store.RunOK, report.Run.State)
				require.Zero(t, report.Plan.Changes)
			})
		})
	}
}

func TestASyncJoinsTheRunOfAnotherReplica(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
			time.Sleep(10 * time.Minute) // longer than any lease: the claim is renewed
			return do()
		}}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, hook(h))
		fake.put(kindDevice, device("d1", "PC-1"), device("d2", "PC-2"))
		var events []dovetail.Event
		other := w.replica("other", func(c *dovetail.Config) { c.OnEvent = func(e dovetail.Event) { events = append(events, e) } })
		var first dovetail.SyncReport
		var all sync.WaitGroup
		all.Go(func() { first = w.run() })
		synctest.Wait()
		second, err := other.Sync(t.Context(), syncFake)
		require.NoError(t, err)
		all.Wait()
		require.True(t, second.Joined)
		require.Equal(t, first.Run, second.Run)
		require.Equal(t, first.Apply.Plan, second.Plan)
		require.Equal(t, first.Apply, second.Apply)
		require.Equal(t, []dovetail.Event{{Type: dovetail.EventWaiting, Integration: fakeOne, Run: first.Run.ID, Text: "another process is at this run"}}, events)
	})
}

func TestARunOfOneCompanyIsNotTakenForARunOfAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
			time.Sleep(time.Minute)
			return do()
		}}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, hook(h))
		fake.put(kindDevice, device("d1", "PC-1"))
		one := syncFake
		one.Companies = []connector.Key{"o1"}
		var first dovetail.SyncReport
		var all sync.WaitGroup
		all.Go(func() { first, _ = w.engine.Sync(t.Context(), one) })
		synctest.Wait()
		var here, elsewhere, same dovetail.SyncReport
		all.Go(func() { here, _ = w.engine.Sync(t.Context(), syncFake) })
		other, third := w.replica("other"), w.replica("third")
		all.Go(func() { elsewhere, _ = other.Sync(t.Context(), syncFake) })
		all.Go(func() { same, _ = third.Sync(t.Context(), one) })
		all.Wait()
		require.Equal(t, one.Companies, first.Run.Companies)
		require.NotEqual(t, first.Run.ID, here.Run.ID)
		require.NotEqual(t, first.Run.ID, elsewhere.Run.ID)
		require.Equal(t, first.Run.ID, same.Run.ID, "what is wanted is done by that run")
	})
}

func TestAfterACrashWhoeverHasItsNameGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	for name, waits := range map[string]time.Duration{"the only one": 0, "another": 50 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				crash := &crasher{}
				fake := &fakeConnector{}
				w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Store = crashing{c.Store, crash} })
				fake.put(kindDevice, device("d1", "PC-1"), device("d2", "PC-2"))
				crash.at = 12
				require.Panics(t, func() { _, _ = w.engine.Sync(t.Context(), syncFake) })
				cut, err := w.replica("watcher").LastRun(t.Context(), fakeOne)
				require.NoError(t, err)
				require.Equal(t, store.RunRunning, cut.State)

				began := time.Now()
				other := w.replica(name)
				report, err := other.Sync(t.Context(), syncFake)
				require.NoError(t, err)
				require.Len(t, w.assets(), 2)
				require.InDelta(t, waits.Seconds(), time.Since(began).Seconds(), 2)
				require.NotEqual(t, cut.ID, report.Run.ID)
				w.view(func(r store.Reader) error {
					ended, err := r.Run(cut.ID)
					require.Equal(t, store.RunCutOff, ended.State, "the run that was cut off is no longer under way")
					require.Contains(t, ended.Problems[0], "its process ended")
					return err
				})
			})
		})
	}
}

func TestAReplicaThatCannotRenewItsClaimStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		h := &hooked{}
		down := &failing{}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, func(c *dovetail.Config) { down.Store = c.Store; c.Store = down }, hook(h))
		fake.put(kindDevice, device("d1", "PC-1"), device("d2", "PC-2"), device("d3", "PC-3"))
		h.create = func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
			calls++
			down.down.Store(true)
			time.Sleep(12 * time.Second) // the renewals fail meanwhile
			return do()
		}
		began := time.Now()
		_, err := w.engine.Sync(t.Context(), syncFake)
		require.ErrorIs(t, err, dovetail.ErrFenced)
		require.Equal(t, 2, calls, "the third would begin when another process may have taken over")
		require.Less(t, time.Since(began), 30*time.Second)
		down.down.Store(false)
		h.create = nil
		require.Len(t, w.assets(), 1, "the second was given up")
		report, err := w.replica("other").Sync(t.Context(), syncFake)
		require.NoError(t, err)
		require.Equal(t, store.RunOK, report.Run.State)
		require.Len(t, w.assets(), 3)
	})
}

// failing is a store whose ledger can't be written while it is down.
type failing struct {
	store.Store
	down atomic.Bool
}

func (s *failing) Ledger() store.Ledger { return failingLedger{s.Store.Ledger(), s} }

type failingLedger struct {
	store.Ledger
	store *failing
}

func (l failingLedger) Update(ctx context.Context, fn func(context.Context, store.Writer) error) error {
	if l.store.down.Load() {
		return errors.New("no connection to the database")
	}
	return l.Ledger.Update(ctx, fn)
}

func TestTwoReplicasDoNotMakeTheSameCompany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hooked{company: func(do func() (store.Company, error)) (store.Company, error) {
			time.Sleep(time.Second)
			return do()
		}}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, hook(h))
		fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"}, connector.Record{Key: "o3", Name: "Birch Inc"})
		w.run()
		other := w.replica("other", hook(&hooked{company: h.company}))
		outcomes := make([]error, 2)
		var all sync.WaitGroup
		for i, e := range []*dovetail.Engine{w.engine, other} {
			all.Go(func() {
				decided, err := e.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{
					{Key: []connector.Key{"o2", "o3"}[i], Verdict: dovetail.VerdictCreate},
				}})
				outcomes[i] = err
				if err == nil {
					outcomes[i] = decided[0].Err
				}
			})
		}
		all.Wait()
		refused := 0
		for _, err := range outcomes {
			if err != nil {
				require.ErrorContains(t, err, "has that name here")
				refused++
			}
		}
		require.Equal(t, 1, refused)
	})
}

func TestAReplicaThatWasFencedOffStopsWaitingForTheUpstream(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ice := &freezer{}
		fake := &fakeConnector{}
		w := newFakeWorld(t, fake, func(c *dovetail.Config) { c.Store = frozenStore{c.Store, ice} })
		slow := true
		w.reads(func(ctx context.Context, _ connector.ReadRequest) reading {
			if !slow {
				return func(yield func(connector.Page, error) bool) { yield(connector.Page{End: connector.Ended}, nil) }
			}
			slow = false
			ice.freeze()
			return func(yield func(connector.Page, error) bool) {
				select {
				case <-ctx.Done():
				case <-time.After(time.Hour):
				}
				yield(connector.Page{}, ctx.Err())
			}
		})
		var suspended error
		var all sync.WaitGroup
		all.Go(func() { _, suspended = w.trySync() })
		synctest.Wait()
		other := w.replica("other")
		_, err := other.Sync(t.Context(), syncFake)
		require.NoError(t, err)
		ice.thaw()
		thawed := time.Now()
		all.Wait()
		require.ErrorIs(t, suspended, dovetail.ErrFenced)
		require.ErrorContains(t, suspended, "another process has taken over")
		require.Less(t, time.Since(thawed), 15*time.Second)
	})
}
