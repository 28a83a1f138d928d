package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// SyncRequest asks for a run.
type SyncRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits the run to these upstream companies, and to those that
	// share a company here with one of them. Empty syncs all.
	Companies []connector.Key
}

// SyncReport is what a run did.
type SyncReport struct {
	// Run is the run as it is stored.
	Run store.Run
	// Read is what was read, Plan what was decided and Apply what was written.
	// Plan and Apply are zero if the run didn't come so far, or no company is
	// matched yet.
	Read  ReadReport
	Plan  store.Plan
	Apply ApplyReport
	// Joined says that a run was under way already and that this is its report.
	Joined bool
}

// Sync reads, plans and applies. While a run of the integration is under way that
// reads as much, here or in another process, it joins that one and returns its
// report and error; the report of another process has no ReadReport. If whoever
// began that run gives up, or its process ends, Sync runs itself. The first run,
// with no company matched yet, only reads the companies.
//
// A run is stopped when the ctx of whoever began it ends, or by Stop; its end is
// stored all the same.
func (e *Engine) Sync(ctx context.Context, req SyncRequest) (SyncReport, error) {
	if err := e.authorizeRun(ctx, req.By); err != nil {
		return SyncReport{}, err
	}
	report, err := e.sync(ctx, req)
	if err != nil && report.Run.ID == "" {
		return report, fmt.Errorf("dovetail: sync %q: %w", req.Integration, err)
	}
	return report, err
}

// authorizeRun asks the host for all that a run does.
func (e *Engine) authorizeRun(ctx context.Context, by store.Actor) error {
	for _, op := range []Operation{OpRead, OpPlan, OpApply} {
		if err := e.authorize(ctx, by, op); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) sync(ctx context.Context, req SyncRequest) (SyncReport, error) {
	for {
		mine, under := e.takeOff(ctx, req)
		if mine != nil {
			return e.fly(mine, req)
		}
		select {
		case <-under.done:
		case <-ctx.Done():
			return SyncReport{}, ctx.Err()
		}
		if under.covers(req.Companies) && !errors.Is(under.err, errNotRun) {
			joined := under.report
			joined.Joined = true
			return joined, under.err
		}
	}
}

// fly joins a run of another process, or runs.
func (e *Engine) fly(f *flight, req SyncRequest) (SyncReport, error) {
	defer e.land(f)
	report, joined, err := e.joinElsewhere(f.ctx, req)
	if err == nil && !joined {
		err = e.alone(f.ctx, runsOf(req.Integration), func(ctx context.Context) (err error) {
			report, err = e.run(ctx, req)
			return err
		})
	}
	f.report, f.err = report, err
	return report, err
}

// Running reports whether a run of the integration is under way in this
// engine.
func (e *Engine) Running(id store.IntegrationID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, ok := e.running[id]
	return ok
}

// LastRun returns the integration's run that was started last, or
// store.ErrNotFound if there was none.
func (e *Engine) LastRun(ctx context.Context, id store.IntegrationID) (run store.Run, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		run, err = r.LastRun(id)
		return err
	})
	if err != nil {
		return store.Run{}, fmt.Errorf("dovetail: last run of %q: %w", id, err)
	}
	return run, nil
}

// run is one run from its row's first version to its last.
func (e *Engine) run(ctx context.Context, req SyncRequest) (SyncReport, error) {
	integration, _, err := e.load(ctx, req.Integration)
	if err != nil {
		return SyncReport{}, err
	}
	if err := ready(integration); err != nil {
		return SyncReport{}, err
	}
	if err := e.noteCutOff(ctx, req.Integration); err != nil {
		return SyncReport{}, err
	}
	report := SyncReport{Run: store.Run{
		ID: store.RunID(e.ids.next("run")), Integration: req.Integration, By: req.By, Companies: req.Companies, SettingsVersion: integration.SettingsVersion,
		State: store.RunRunning, Started: now(), Read: make(map[connector.Kind]int),
	}}
	if err := e.putRun(ctx, report.Run); err != nil {
		return report, fmt.Errorf("dovetail: sync: %w", err)
	}
	ctx, stop := context.WithCancelCause(ctx)
	var heeding sync.WaitGroup
	defer func() {
		stop(nil)
		heeding.Wait()
	}()
	heeding.Go(func() { e.heed(ctx, report.Run.ID, stop) })
	cause := withCause(ctx, e.steps(ctx, req, &report))
	report.conclude(ctx, cause)
	noted := context.WithoutCancel(ctx) // also when the caller has given up
	return report, errors.Join(cause, e.noteEnd(noted, &report.Run, cause))
}

func (e *Engine) putRun(ctx context.Context, run store.Run) error {
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutRun(run) })
}

// steps are the steps of a run. What is decided and written is written by the
// run; who started it stands in the run.
func (e *Engine) steps(ctx context.Context, req SyncRequest, report *SyncReport) (err error) {
	run := report.Run
	by := store.RunActor(run.ID)
	report.Read, err = e.read(ctx, ReadRequest{By: by, Integration: req.Integration, Companies: req.Companies}, run)
	for _, kind := range report.Read.Kinds {
		report.Run.Read[kind.Kind] = kind.Delivered
		if kind.Err != nil {
			report.Run.Problems = append(report.Run.Problems, kind.Err.Error())
		}
	}
	if err != nil || report.Read.First {
		return err
	}
	matched, err := e.matchedCompanies(ctx, req.Integration)
	if err != nil {
		return err
	}
	cards, err := e.hasCards(ctx, req.Integration)
	if err != nil || len(matched) == 0 && !cards {
		return err
	}
	for range maxPlans {
		if err = e.planAndApply(ctx, by, report); !errors.Is(err, ErrStalePlan) {
			break
		}
	}
	report.Run.Outcomes = report.Apply.Outcomes
	report.Run.Problems = append(report.Run.Problems, report.Apply.Problems...)
	return err
}

// maxPlans is how often a run plans while people go on deciding about companies.
const maxPlans = 3

func (e *Engine) planAndApply(ctx context.Context, by store.Actor, report *SyncReport) (err error) {
	run := report.Run
	report.Plan, err = e.plan(ctx, PlanRequest{By: by, Integration: run.Integration, Companies: run.Companies}, run)
	if err != nil {
		return fmt.Errorf("dovetail: plan %q: %w", run.Integration, err)
	}
	report.Run.Plan = report.Plan.ID
	report.Apply, err = e.apply(ctx, ApplyRequest{By: by, Plan: report.Plan.ID}, run)
	if err != nil {
		return fmt.Errorf("dovetail: apply %q: %w", report.Plan.ID, err)
	}
	return nil
}

// hasCards reports whether the integration ever wrote anything: without a match
// there may be cards to freeze.
func (e *Engine) hasCards(ctx context.Context, id store.IntegrationID) (has bool, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, err := range r.Cards(id) {
			has = err == nil
			return err
		}
		return nil
	})
	return has, err
}

// conclude says how the run ended: by its cause, or because the caller of ctx has
// given up. A run that left anything undone is never shown as a success.
func (r *SyncReport) conclude(ctx context.Context, cause error) {
	r.Run.Ended = now()
	undone := len(r.Run.Problems) > 0
	for state, n := range r.Run.Outcomes {
		undone = undone || n > 0 && state != store.OutcomeDone
	}
	switch {
	case ctx.Err() != nil && (errors.Is(cause, context.Canceled) || errors.Is(cause, context.DeadlineExceeded)):
		r.Run.State, r.Run.Code = store.RunStopped, connector.CodeCanceled
		why := context.Cause(ctx).Error()
		if gaveUp(ctx) {
			r.Run.State, why = store.RunCutOff, "whoever began it gave up (the next one goes on from there)"
		}
		r.Run.Problems = slices.Insert(r.Run.Problems, 0, why)
	case cause != nil:
		r.Run.State, r.Run.Code = store.RunFailed, codeOf(cause)
		r.Run.Problems = append(r.Run.Problems, cause.Error())
	case undone:
		r.Run.State = store.RunPartial
	default:
		r.Run.State = store.RunOK
	}
}

// codeOf classifies what ended a run.
func codeOf(cause error) connector.Code {
	if errors.Is(cause, ErrOtherAccount) {
		return connector.CodeConfig
	}
	return connector.CodeOf(cause)
}

// noteEnd puts down how a run ended, what that says about the connection, and when
// the integration is due next.
func (e *Engine) noteEnd(ctx context.Context, run *store.Run, cause error) error {
	defer e.lookAgain()
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(run.Integration)
		if err != nil {
			return err
		}
		changed := integration.SettingsVersion != run.SettingsVersion
		switch was := integration.Connection; {
		case changed: // what it found is about other settings
			run.Problems = append(run.Problems, "the settings were changed while it ran: the next run is by the new ones")
		case run.Code.Info().Attention:
			integration.Connection = store.Connection{State: store.ConnectionAttention, At: now(), Problem: cause.Error(), Code: run.Code}
			err = w.PutIntegration(integration)
		case cause == nil && was.State == store.ConnectionAttention:
			integration.Connection = store.Connection{State: store.ConnectionOK, At: now()}
			err = w.PutIntegration(integration)
		}
		return errors.Join(err, w.PutRun(*run), e.planNext(w, *run, changed, cause))
	})
}
