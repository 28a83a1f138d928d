package dovetail_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// outcomes are the outcomes of a plan's changes that aren't done, by record.
func (w *world) outcomes(p store.PlanID) map[string]store.OutcomeState {
	w.t.Helper()
	states := make(map[string]store.OutcomeState)
	for c, err := range w.engine.Changes(w.t.Context(), p) {
		require.NoError(w.t, err)
		if c.Outcome.State != store.OutcomeDone {
			states[string(c.Record.Key)] = c.Outcome.State
		}
	}
	return states
}

func (w *world) openWrites() (n int) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error {
		for _, err := range r.OpenWrites(syncroOne) {
			require.NoError(w.t, err)
			n++
		}
		return nil
	}))
	return n
}

// crowd is a busy world with n more devices at Acme.
func crowd(t *testing.T, n int, change ...func(*dovetail.Config)) (w *world, acme store.CompanyID) {
	t.Helper()
	w, acme, _ = busy(t, change...)
	for i := range n {
		w.account.AddAsset(syncrotest.Asset{ID: int64(1000 + i), CustomerID: 1, Name: fmt.Sprintf("CROWD-%d", i)})
	}
	w.read()
	return w, acme
}

func TestApplyReportsEachOutcomeAndAppliesOnce(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	p := w.plan()
	report, err := w.apply(p)
	require.NoError(t, err)
	require.Equal(t, 12, report.Done())
	require.Equal(t, store.PlanApplied, report.Plan.State)
	require.Empty(t, report.Problems)
	require.Empty(t, w.outcomes(p.ID))
	require.Len(t, w.assets(acme), 6)
	require.Len(t, w.assets(birch), 6)
	require.Zero(t, w.openWrites())
	documents, ledger := w.db.Platform().Writes(), written(w.db)
	again, err := w.apply(p)
	require.NoError(t, err)
	require.Equal(t, report, again)
	require.Equal(t, documents, w.db.Platform().Writes())
	require.Equal(t, ledger, written(w.db))
	w.addUp()

	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		entries := 0
		for e, err := range r.Journal(store.JournalQuery{Company: acme}) {
			require.NoError(t, err)
			if e.Event == string(store.ActionCreate) && e.Asset != "" {
				entries++
				require.Equal(t, ada, e.By)
				require.NotEmpty(t, e.Reason.Code)
			}
		}
		require.Equal(t, 6, entries)
		return nil
	}))
}

func TestAnApplyThatWasStoppedGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	for _, intents := range []bool{true, false} {
		t.Run(fmt.Sprint("intents ", intents), func(t *testing.T) {
			t.Parallel()
			var stop context.CancelFunc
			made := 0
			h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
				a, err := do()
				if made++; made == 70 {
					stop()
				}
				return a, err
			}}
			w, acme := crowd(t, 200, hook(h))
			capabilities := h.Documents.Capabilities()
			capabilities.Intents = intents
			h.capabilities = &capabilities
			var ctx context.Context
			ctx, stop = context.WithCancel(t.Context())
			defer stop()
			p := w.plan()
			report, err := w.engine.Apply(ctx, dovetail.ApplyRequest{By: ada, Plan: p.ID})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, 70, report.Done())
			require.Equal(t, 70, made, "no call was made after the stop")
			require.Zero(t, w.openWrites(), "what wasn't tried isn't in doubt")
			require.Len(t, w.outcomes(p.ID), p.Changes-70)
			for record, state := range w.outcomes(p.ID) {
				require.Equal(t, store.OutcomePending, state, record)
			}
			report, err = w.apply(p)
			require.NoError(t, err)
			require.Equal(t, p.Changes, report.Done(), "of the whole plan")
			require.Len(t, w.assets(acme), 206)
			w.quiet()
		})
	}
}

func TestARefusedChangeLeavesTheOthersAndIsTriedAtTheNextRun(t *testing.T) {
	t.Parallel()
	refuse := true
	h := &hooked{create: func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		if refuse && a.Name == "PC-2" {
			return store.Asset{}, fmt.Errorf("%w: the name is taken", store.ErrRefused)
		}
		return do()
	}}
	w, acme, _ := busy(t, hook(h))
	p := w.plan()
	report, err := w.apply(p)
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 11, store.OutcomeFailed: 1}, report.Outcomes)
	require.Len(t, report.Problems, 1)
	require.Contains(t, report.Problems[0], "the name is taken")
	require.Equal(t, dovetail.ReasonFailed, w.disposition(202))
	require.Contains(t, dovetail.Sentence(w.row(syncro.KindAsset, 202).Disposition), "the name is taken")
	require.Zero(t, w.openWrites())
	w.addUp()
	refuse = false
	w.sync()
	require.Contains(t, w.assets(acme), "PC-2")
	w.quiet()
}

func TestAPlatformThatIsDownIsLeftAlone(t *testing.T) {
	t.Parallel()
	down := true
	tries := 0
	h := &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		if down {
			tries++
			return store.Asset{}, errLost
		}
		return do()
	}}
	w, acme := crowd(t, 100, hook(h))
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, errLost)
	require.Equal(t, store.RunFailed, report.Run.State)
	require.Equal(t, 10, tries, "then the rest is left for later")
	w.addUp()
	down = false
	w.sync()
	require.Len(t, w.assets(acme), 106)
	w.quiet()
}

func TestATimeOutOfThePlatformIsNoStop(t *testing.T) {
	t.Parallel()
	h := &hooked{create: func(store.NewAsset, func() (store.Asset, error)) (store.Asset, error) {
		return store.Asset{}, context.DeadlineExceeded
	}}
	w, _ := crowd(t, 20, hook(h))
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.Error(t, err)
	require.Equal(t, store.RunFailed, report.Run.State, "nobody stopped it")
}

// lossy does its work and loses the answer, while it is told to.
func lossy(lost *bool) *hooked {
	return &hooked{create: func(_ store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		a, err := do()
		if *lost && err == nil {
			return store.Asset{}, errLost
		}
		return a, err
	}}
}

func TestACreateThatHappenedAlthoughItFailedIsFoundByItsIntent(t *testing.T) {
	t.Parallel()
	lost := true
	w, acme, birch := busy(t, hook(lossy(&lost)))
	_, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: w.plan().ID})
	require.Error(t, err, "ten failures in a row")
	p := w.plan() // asks what became of them
	require.Zero(t, w.openWrites())
	require.Equal(t, 2, p.Changes, "what was made isn't made again")
	require.Len(t, w.assets(acme), 6)
	card := w.card(syncro.KindAsset, 200)
	require.Equal(t, w.assets(acme)["PC-0"].ID, card.Asset)
	require.Equal(t, store.OriginCreated, card.Origin)
	require.Equal(t, "SN-1000", card.Wrote[w.devices.Fields[0].ID].Value.String(), "and what was written is known")
	lost = false
	_, err = w.apply(p)
	require.NoError(t, err)
	require.Len(t, w.assets(birch), 6)
	w.quiet()
}

func TestWhereIntentsAreNotKeptAnUncertainCreateIsNeverRepeated(t *testing.T) {
	t.Parallel()
	lost := false
	h := lossy(&lost)
	capabilities := store.Capabilities{Versions: true, MoveCompany: true}
	h.capabilities = &capabilities
	w, acme, _ := busy(t, hook(h))
	w.sync()
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "LOST"})
	lost = true
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, store.RunPartial, report.Run.State)
	require.Equal(t, 1, report.Apply.Outcomes[store.OutcomeUncertain])
	lost = false
	for range 3 {
		_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
		require.NoError(t, err)
		require.Equal(t, dovetail.ReasonUncertain, w.disposition(300))
	}
	require.Len(t, w.assets(acme), 7, "the one that was made")
	require.Equal(t, 1, w.openWrites())
	w.addUp()
}

func TestACreateThatWasCutOffByACrashIsSettledByTheNextEngine(t *testing.T) {
	t.Parallel()
	for _, intents := range []bool{true, false} {
		t.Run(fmt.Sprint("intents ", intents), func(t *testing.T) {
			t.Parallel()
			crash := true
			h := &hooked{create: func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
				made, err := do()
				if crash && a.Name == "PC-0" {
					panic("the power went out")
				}
				return made, err
			}}
			var cfg dovetail.Config
			w, acme, _ := busy(t, hook(h), func(c *dovetail.Config) { cfg = *c })
			capabilities := h.Documents.Capabilities()
			capabilities.Intents = intents
			h.capabilities = &capabilities
			p := w.plan()
			require.Panics(t, func() { _, _ = w.apply(p) })
			crash = false
			require.NotZero(t, w.openWrites())

			var err error
			w.engine, err = dovetail.New(cfg)
			require.NoError(t, err)
			report, err := w.apply(p)
			require.NoError(t, err)
			if intents {
				require.Equal(t, 12, report.Done())
				require.Len(t, w.assets(acme), 6)
				require.Zero(t, w.openWrites())
			} else {
				require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 11, store.OutcomeUncertain: 1}, report.Outcomes, "only the one that was under way is in doubt")
				require.Len(t, w.assets(acme), 6, "it had been made, and isn't made again")
			}
			w.addUp()
		})
	}
}

func TestAnErrorNamesThePlan(t *testing.T) {
	t.Parallel()
	w, _, _ := busy(t)
	p := w.plan()
	w.save(w.settings())
	_, err := w.apply(p)
	require.ErrorContains(t, err, string(p.ID))
	require.NotErrorIs(t, err, dovetail.ErrNotReady)
}
