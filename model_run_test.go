package dovetail_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// run is one run with its fault, and what the model has to say about it.
func (w *modelWorld) run(s run) {
	w.deliver()
	before := w.snap()
	wants := w.truth.predict(before, s.In)
	w.prepare(s)
	ended, err := w.perform(s)
	w.repair(s)
	if w.midway != nil {
		before, w.midway = *w.midway, nil
	}
	after := w.snap()
	w.truth.watch(before, after, s.In)
	w.truth.behind[s.In] = ended != whole && s.Fault != faultRefuse && s.Fault != faultBusy && s.Fault != faultLost
	if ended == crashed {
		w.revive(s.In)
		return
	}
	w.truth.nothingLost(before, after)
	if s.Fault == faultCut && len(after.assets) > len(before.assets) && len(before.open) == 0 {
		fail("a read that stopped creates nothing", "%d assets were made", len(after.assets)-len(before.assets))
	}
	if errors.Is(err, context.Canceled) {
		must(err)
	}
	w.asPlanned(s, before, after)
	if ended == whole && len(before.open) == 0 {
		if err != nil {
			fail("a run without a fault", "%v", err)
		}
		w.truth.judge(wants, before, after, s.In)
	}
	if s.Fault != faultLost { // first the engine looks for it
		w.answer(s.In)
	}
}

// ending is how a run ended.
type ending int

const (
	// whole: nothing went wrong.
	whole ending = iota
	// partial: something did, or it wasn't asked to do all.
	partial
	// crashed: the process ended.
	crashed
)

// prepare has something go wrong.
func (w *modelWorld) prepare(s run) {
	u, n := w.ups[s.In], 0
	broken := func(err error, do bool) func(store.NewAsset, func() (store.Asset, error)) (store.Asset, error) {
		return func(_ store.NewAsset, create func() (store.Asset, error)) (store.Asset, error) {
			if n++; n != 1+s.At%4 {
				return create()
			}
			if do {
				_, _ = create()
			}
			return store.Asset{}, err
		}
	}
	switch s.Fault {
	case faultCut:
		u.cut()
	case faultLookup:
		u.get = func(connector.Kind, connector.Key) (connector.Record, error) {
			return connector.Record{}, &connector.Error{Code: connector.CodeUnavailable, Source: "fake", Op: "get"}
		}
	case faultRefuse:
		w.hook.create = broken(fmt.Errorf("%w: no more", store.ErrRefused), false)
	case faultBusy:
		w.hook.create = broken(fmt.Errorf("%w: later", store.ErrUnavailable), false)
	case faultLost:
		w.hook.create = broken(errLost, s.At%2 == 0)
	case faultCrash:
		w.crash.step, w.crash.at = 0, s.At
	default:
	}
}

func (w *modelWorld) repair(s run) {
	w.ups[s.In].mend()
	w.hook.create = nil
	w.crash.at, w.crash.dead = 0, false
}

// perform carries the run out, and says how it ended.
func (w *modelWorld) perform(s run) (ended ending, err error) {
	defer func() {
		if r := recover(); r != nil {
			if r != errCrash { //nolint:errorlint // it is the value that was thrown
				panic(r)
			}
			ended = crashed
		}
	}()
	req := dovetail.SyncRequest{By: ada, Integration: modelIDs[s.In]}
	switch s.Fault {
	case faultMeanly, faultDryRun:
		return partial, w.stepwise(s)
	case faultPartial:
		req.Companies = []connector.Key{connector.Key(modelOrgs[s.At%len(modelOrgs)])}
	default:
	}
	report, err := w.engine.Sync(w.ctx, req)
	done := len(report.Run.Problems) == 0
	for state, n := range report.Run.Outcomes {
		done = done && (n == 0 || state == store.OutcomeDone || state == store.OutcomeHeld)
	}
	if s.Fault == faultNone && done {
		return whole, err
	}
	if s.Fault == faultNone && err == nil && w.crossed(report.Plan.ID) {
		return partial, nil
	}
	if s.Fault == faultNone {
		fail("a run without a fault is whole", "%s: %v %v", report.Run.State, report.Run.Problems, err)
	}
	return partial, err
}

// crossed reports whether all that a plan left undone are changes of assets that
// it changes twice: the plans of two companies each decide about an asset that
// their records share, and the later one waits for the next run.
func (w *modelWorld) crossed(plan store.PlanID) bool {
	times := make(map[store.AssetID]int)
	var stale []store.AssetID
	for c, err := range w.engine.Changes(w.ctx, plan) {
		must(err)
		times[c.Asset]++
		switch c.Outcome.State {
		case store.OutcomeDone, store.OutcomeHeld:
		case store.OutcomeStale:
			stale = append(stale, c.Asset)
		default:
			return false
		}
	}
	return !slices.ContainsFunc(stale, func(id store.AssetID) bool { return times[id] < 2 })
}

// stepwise reads and plans, and has a person type something before it applies,
// or doesn't apply.
func (w *modelWorld) stepwise(s run) error {
	if _, err := w.engine.Read(w.ctx, dovetail.ReadRequest{By: ada, Integration: modelIDs[s.In]}); err != nil {
		return err
	}
	plan, err := w.engine.Plan(w.ctx, dovetail.PlanRequest{By: ada, Integration: modelIDs[s.In]})
	if err != nil || s.Fault == faultDryRun {
		return err
	}
	if a, ok := w.asset(fmt.Sprintf("%dd%d", s.In, 1+s.At%7)); ok {
		edit{At: fmt.Sprintf("%dd%d", s.In, 1+s.At%7), Field: s.At % 3, Text: fmt.Sprintf("meanwhile %d", s.At)}.do(w)
		w.truth.unknown[a.ID] = true // what a plan of before makes of it isn't predicted
	}
	midway := w.snap()
	w.midway = &midway
	_, err = w.engine.Apply(w.ctx, dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	return err
}

// revive starts an engine after a crash, and has it settle what was left open.
func (w *modelWorld) revive(in int) {
	w.start()
	before := w.snap()
	if _, err := w.sync(in); err != nil {
		fail("a run after a crash", "%v", err)
	}
	after := w.snap()
	w.truth.watch(before, after, in)
	w.truth.nothingLost(before, after) // what was cut off is noted by now
	w.answer(in)
}

// answer says for a person what became of the creates that can't be told.
func (w *modelWorld) answer(in int) {
	uncertain, err := w.engine.Uncertain(w.ctx, modelIDs[in])
	must(err)
	carded := make(map[store.AssetID]bool)
	for _, c := range w.snap().cards {
		carded[c.Asset] = true
	}
	for _, o := range uncertain {
		req := dovetail.ResolveRequest{By: ada, Integration: modelIDs[in], Intent: o.Intent, NotMade: true}
		for a, err := range w.db.Documents().Assets(w.ctx, o.Company) {
			must(err)
			if w.truth.creator[a.ID] == byEngine && w.truth.recordOf(a) == o.Record && !carded[a.ID] {
				req.NotMade, req.Asset = false, a.ID
			}
		}
		must(w.engine.Resolve(w.ctx, req))
	}
}

// asPlanned requires that what the last plan says was done is what was done.
func (w *modelWorld) asPlanned(s run, before, after snapshot) {
	if s.Fault == faultLost || s.Fault == faultMeanly {
		return // what the platform did and didn't say is in no plan, nor what a person did
	}
	plan, err := w.lastPlan(s.In)
	if errors.Is(err, store.ErrNotFound) || before.plans[s.In] == plan.ID {
		if !before.sameDocuments(after) {
			fail("the plan is what apply did", "there was no plan, and something was written")
		}
		return
	}
	must(err)
	before.companies, before.assets = maps.Clone(before.companies), maps.Clone(before.assets)
	for c, err := range w.engine.Changes(w.ctx, plan.ID) {
		must(err)
		if c.Outcome.State == store.OutcomeDone {
			before.carryOut(c)
		}
	}
	if diff := before.diff(after); diff != "" && len(before.open) == 0 {
		fail("the plan is what apply did", "%s", diff)
	}
}
