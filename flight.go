package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// flight is a run under way in this engine.
type flight struct {
	// ctx is the run's, and stop ends it.
	ctx  context.Context //nolint:containedctx // whoever stops the run has only the flight
	stop context.CancelCauseFunc
	// integration is whose run it is.
	integration store.IntegrationID
	// companies are what the run is limited to. Empty: all.
	companies []connector.Key
	// done is closed when it is over; then report and err are its.
	done   chan struct{}
	report SyncReport
	err    error
}

// errNotRun says that a flight is not what those want who joined it: its run was
// not due, another process is at it, or whoever began it gave up.
var errNotRun = errors.New("not run")

// gaveUp reports whether whoever began a work gave it up, unlike one that was
// stopped by a word or taken over.
func gaveUp(ctx context.Context) bool { return ctx.Err() != nil && context.Cause(ctx) == ctx.Err() } //nolint:errorlint // anything else says why

// covers reports whether the run does what one limited to these companies would.
func (f *flight) covers(companies []connector.Key) bool { return coversAll(f.companies, companies) }

// coversAll reports whether a run limited to some companies does what one limited
// to others would. None means all.
func coversAll(some, others []connector.Key) bool {
	if len(some) == 0 {
		return true
	}
	for _, key := range others {
		if !slices.Contains(some, key) {
			return false
		}
	}
	return len(others) > 0
}

// takeOff begins a run's flight, or returns the one that is under way.
func (e *Engine) takeOff(ctx context.Context, req SyncRequest) (mine, under *flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if under, ok := e.running[req.Integration]; ok {
		return nil, under
	}
	mine = &flight{integration: req.Integration, companies: req.Companies, done: make(chan struct{})}
	mine.err = errors.New("the run ended in a panic") // stands only if the run doesn't return
	mine.ctx, mine.stop = context.WithCancelCause(ctx)
	e.running[req.Integration] = mine
	return mine, nil
}

// land ends a flight.
func (e *Engine) land(f *flight) {
	e.mu.Lock()
	delete(e.running, f.integration)
	e.mu.Unlock()
	if f.err != nil && gaveUp(f.ctx) {
		f.err = errNotRun
	}
	f.stop(nil)
	close(f.done)
}

// joinElsewhere waits for a run of another process that does what is asked, and
// returns what is stored of it, and its error. There may be none.
func (e *Engine) joinElsewhere(ctx context.Context, req SyncRequest) (report SyncReport, joined bool, err error) {
	var waitsFor store.RunID
	told := make(map[connector.Kind]int)
	for {
		run, held, err := e.runElsewhere(ctx, req.Integration, waitsFor)
		switch {
		case err != nil:
			return report, false, err
		case waitsFor != "" && run.State == store.RunCutOff:
			waitsFor = "" // somebody may be going on from there
			continue
		case waitsFor != "" && !run.State.UnderWay():
			report, err := e.storedReport(ctx, run)
			return report, true, errors.Join(err, errorOf(run))
		case !held || !run.State.UnderWay() || !coversAll(run.Companies, req.Companies):
			return report, false, nil
		case waitsFor == "":
			e.emit(Event{Type: EventWaiting, Integration: req.Integration, Run: run.ID, Text: "another process is at this run"})
		}
		waitsFor = run.ID
		if err := e.tellRead(ctx, run, told); err != nil {
			return report, false, err
		}
		if err := pause(ctx, claimPoll); err != nil {
			return report, false, err
		}
	}
}

// tellRead tells how far the reading of another process's run is, where it has
// come on since it was told.
func (e *Engine) tellRead(ctx context.Context, run store.Run, told map[connector.Kind]int) error {
	_, _, conn, err := e.configured(ctx, run.Integration)
	if err != nil {
		return err
	}
	for _, kind := range conn.Info().Kinds {
		var scan store.Scan
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
			scan, err = r.LastScan(run.Integration, kind.Kind)
			return err
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if scan.Delivered > told[kind.Kind] && (scan.State == store.ScanOpen || told[kind.Kind] > 0) {
			e.emit(Event{Type: EventPageRead, Integration: run.Integration, Run: run.ID, Kind: kind.Kind, Done: scan.Delivered})
			told[kind.Kind] = scan.Delivered
		}
	}
	return nil
}

// runElsewhere returns a run of an integration, the last one if none is named, and
// whether another process is at its runs.
func (e *Engine) runElsewhere(ctx context.Context, id store.IntegrationID, named store.RunID) (run store.Run, held bool, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		claim, err := r.Claim(runsOf(id))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		held = e.heldByAnother(claim)
		if named != "" {
			run, err = r.Run(named)
			return err
		}
		if run, err = r.LastRun(id); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return run, held, err
}

// storedReport is what the ledger tells about a run.
func (e *Engine) storedReport(ctx context.Context, run store.Run) (SyncReport, error) {
	report := SyncReport{Run: run, Joined: true}
	if run.Plan == "" {
		return report, nil
	}
	plan, err := e.planHeader(ctx, run.Plan)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return report, err
	}
	report.Plan = plan
	report.Apply = ApplyReport{Plan: plan, Outcomes: run.Outcomes, Problems: run.Problems}
	return report, nil
}

// errorOf is what ended a run, as far as the ledger tells it.
func errorOf(run store.Run) error {
	said := strings.Join(run.Problems, "; ")
	switch run.State {
	case store.RunFailed:
		return &connector.Error{Code: run.Code, Source: "dovetail", Op: "run " + string(run.ID), Detail: said}
	case store.RunStopped, store.RunCutOff:
		return fmt.Errorf("dovetail: run %s: %w: %s", run.ID, context.Canceled, said)
	default:
		return nil
	}
}

// noteCutOff ends the row of a run that did not come to its end: nobody is at it
// any more.
func (e *Engine) noteCutOff(ctx context.Context, id store.IntegrationID) error {
	run, _, err := e.runElsewhere(ctx, id, "")
	if err != nil || !run.State.UnderWay() {
		return err
	}
	run.State, run.Ended = store.RunCutOff, now()
	run.Problems = append(run.Problems, "its process ended before the run did (the next one goes on from there)")
	return e.putRun(ctx, run)
}
