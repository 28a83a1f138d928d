package dovetail

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	// defaultInterval is Config.Interval's default.
	defaultInterval = 3 * time.Hour
	// schedulePoll is how often the schedule looks what other processes changed.
	schedulePoll = time.Minute
	// firstRetry is how long after a first failure a run is tried again that may
	// succeed by itself. It doubles with each failure in a row.
	firstRetry = 10 * time.Minute
	// longestRest is the longest time between two attempts of an integration that
	// needs attention.
	longestRest = 24 * time.Hour
)

// Schedule runs the account's integrations by themselves as they become due,
// until ctx ends; then it waits for the runs under way to end, which is soon, and
// returns the error of ctx. An integration becomes due when its connection was
// tested for the first time, and Config.Interval after each run. Each runs on its
// own: one that is slow or broken keeps no other waiting.
//
// Any number of processes may call it for the same store: each run is one
// process's. A host that has a job queue can call RunDue instead.
func (e *Engine) Schedule(ctx context.Context) error {
	s := scheduler{Engine: e, busy: make(map[store.IntegrationID]bool)}
	defer s.runs.Wait()
	for {
		timer := time.NewTimer(s.startDue(ctx))
		select {
		case <-ctx.Done():
		case <-e.wake:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// scheduler is one call of Schedule.
type scheduler struct {
	*Engine
	runs sync.WaitGroup

	mu sync.Mutex
	// busy are the integrations that it is at.
	busy map[store.IntegrationID]bool
}

// startDue starts what is due, and returns after how long to look again.
func (s *scheduler) startDue(ctx context.Context) time.Duration {
	next := schedulePoll
	planned, err := s.NextRuns(ctx)
	if err != nil {
		s.log.Warn("schedule not read; it is read again in a minute", "error", err)
		return next
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range planned {
		wait := time.Until(p.At)
		switch {
		case p.Rests != "" || s.busy[p.Integration]:
		case wait > 0:
			next = min(next, wait)
		default:
			s.busy[p.Integration] = true
			s.runs.Go(func() { s.runOne(ctx, p.Integration) })
		}
	}
	return next
}

func (s *scheduler) runOne(ctx context.Context, id store.IntegrationID) {
	_, ran, err := s.RunDue(ctx, id)
	if err != nil {
		s.log.Warn("scheduled run failed", "integration", id, "error", err)
	}
	if !ran || err != nil {
		// Another process is at it, or when it is due next could not be noted: not
		// again at once.
		_ = pause(ctx, schedulePoll)
	}
	s.mu.Lock()
	delete(s.busy, id)
	s.mu.Unlock()
	s.lookAgain()
}

// lookAgain wakes the schedule of this engine.
func (e *Engine) lookAgain() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// NextRun says when an integration runs next by itself.
type NextRun struct {
	// Integration is whose run it is.
	Integration store.IntegrationID
	// At is when it is due.
	At time.Time
	// Failures counts the runs in a row that failed.
	Failures int
	// Rests says why it isn't run although it is due, with what to do about it.
	// Empty: it will be.
	Rests string
}

// NextRuns returns when the account's integrations run next, by id. Those whose
// connection was never tested aren't among them.
func (e *Engine) NextRuns(ctx context.Context) (planned []NextRun, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		integrations, err := collect(r.Integrations())
		if err != nil {
			return err
		}
		for _, i := range integrations {
			due, err := r.Due(i.ID)
			switch {
			case errors.Is(err, store.ErrNotFound):
				continue
			case err != nil:
				return err
			}
			planned = append(planned, NextRun{Integration: i.ID, At: due.At, Failures: due.Failures, Rests: e.rests(i, due)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dovetail: next runs: %w", err)
	}
	return planned, nil
}

// rests returns why an integration isn't run by itself, or nothing.
func (e *Engine) rests(i store.Integration, due store.Due) string {
	switch {
	case due.Deployment != e.cfg.Deployment:
		return fmt.Sprintf("it was scheduled in deployment %q, and this is %q (if this one is to run it, call ConfirmDeployment)", due.Deployment, e.cfg.Deployment)
	case i.Disabled:
		return "it is disabled (enable it)"
	case i.Connection.State == store.ConnectionUntested:
		return "its connection was not tested since the configuration was saved (call TestConnection)"
	default:
		return ""
	}
}

// RunDue runs an integration if it is due and nobody is at it, and reports
// whether it did. It is what a job queue calls for each row of sqlstore's DB.Due,
// or for each integration now and then. An integration that needs a person's
// attention is tested first: it runs if the fault is gone.
func (e *Engine) RunDue(ctx context.Context, id store.IntegrationID) (report SyncReport, ran bool, err error) {
	req := SyncRequest{By: store.ScheduleActor(), Integration: id}
	if err := e.authorizeRun(ctx, req.By); err != nil {
		return SyncReport{}, false, err
	}
	mine, _ := e.takeOff(ctx, req)
	if mine == nil {
		return SyncReport{}, false, nil // it is under way
	}
	defer e.land(mine)
	//nolint:contextcheck // the flight's context is made from ctx
	err = e.ifFree(mine.ctx, runsOf(id), func(ctx context.Context) (err error) {
		switch due, err := e.isDue(ctx, id); {
		case err != nil:
			return err
		case !due:
			return errNotRun
		}
		ran = true
		if err := e.tryAgain(ctx, id); err != nil {
			return err
		}
		mine.report, err = e.run(ctx, req)
		return err
	})
	mine.err = err
	switch {
	case errors.Is(err, errHeld), errors.Is(err, errNotRun):
		mine.err = errNotRun
		return SyncReport{}, false, nil
	case err != nil && mine.report.Run.ID == "":
		return mine.report, ran, fmt.Errorf("dovetail: run %q: %w", id, err)
	}
	return mine.report, ran, err
}

// isDue reports whether an integration is to be run now. One that rests is put
// off, so that a queue that goes by the due times isn't kept busy with it.
func (e *Engine) isDue(ctx context.Context, id store.IntegrationID) (is bool, err error) {
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(id)
		if err != nil {
			return err
		}
		due, err := w.Due(id)
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && due.At.After(now()):
			return nil
		case err != nil:
			return err
		case e.rests(integration, due) == "":
			is = true
			return nil
		}
		due.At = now().Add(e.between(id))
		return w.PutDue(due)
	})
	return is, err
}

// tryAgain tests the connection of an integration that needs attention, so that
// one whose fault was mended upstream runs again by itself. An error means that
// it can't run yet; the next attempt is later than this one was.
func (e *Engine) tryAgain(ctx context.Context, id store.IntegrationID) error {
	integration, err := e.Integration(ctx, id)
	if err != nil || ready(integration) == nil {
		return err
	}
	report, err := e.TestConnection(ctx, TestRequest{By: store.ScheduleActor(), Integration: id})
	if err == nil && !report.OK() {
		err = fmt.Errorf("%w: it needs attention: %s", ErrNotReady, report.Problem)
	}
	if err == nil || gaveUp(ctx) {
		return err
	}
	noted := context.WithoutCancel(ctx)
	return errors.Join(err, e.ledger.Update(noted, func(_ context.Context, w store.Writer) error {
		due, err := w.Due(id)
		if err != nil {
			return err
		}
		due.Failures++
		due.At = now().Add(e.restAfter(id, due.Failures, true))
		return w.PutDue(due)
	}))
}

// planNext notes when the integration is due after a run of all of it. One that
// was cut off leaves it due.
func (e *Engine) planNext(w store.Writer, run store.Run, changed bool, cause error) error {
	if len(run.Companies) > 0 || run.State == store.RunCutOff {
		return nil
	}
	due, err := w.Due(run.Integration)
	switch {
	case errors.Is(err, store.ErrNotFound):
		due = store.Due{Integration: run.Integration, Deployment: e.cfg.Deployment}
	case err != nil:
		return err
	}
	switch {
	case run.State != store.RunFailed:
		due.At, due.Failures = run.Started.Add(e.between(run.Integration)), 0
	case changed: // it failed with the settings of before
		due.At, due.Failures = now(), 0
	default:
		due.Failures++
		after := e.restAfter(run.Integration, due.Failures, run.Code.Info().Attention)
		due.At = now().Add(max(after, connector.RetryAfter(cause)))
	}
	return w.PutDue(due)
}

// restAfter is how long an integration rests after so many failures in a row.
func (e *Engine) restAfter(id store.IntegrationID, failures int, attention bool) time.Duration {
	every := e.between(id)
	doubled := 1 << min(failures-1, 10)
	if attention {
		return max(every, min(every*time.Duration(doubled), longestRest))
	}
	return min(firstRetry*time.Duration(doubled), every)
}

// between is the time between two runs of an integration: a little less than the
// interval, by its id, so that integrations that were due together after an
// outage don't stay so.
func (e *Engine) between(id store.IntegrationID) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails, says its documentation
	part := time.Duration(h.Sum32()%1000) * (e.interval / 20) / 1000
	return e.interval - part
}

// restsNoMore has an integration that rested run soon, if it ever ran by itself.
func restsNoMore(w store.Writer, id store.IntegrationID) error {
	due, err := w.Due(id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	due.At, due.Failures = now(), 0
	return w.PutDue(due)
}

// dueNow has an integration run soon, whatever was planned before. It is called
// where a fault was mended.
func (e *Engine) dueNow(w store.Writer, id store.IntegrationID) error {
	due, err := w.Due(id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		due = store.Due{Integration: id, Deployment: e.cfg.Deployment}
	case err != nil:
		return err
	}
	due.At, due.Failures = now(), 0
	return w.PutDue(due)
}
