package dovetail

import (
	"context"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// StopRequest asks to stop a run.
type StopRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
}

// Stop ends the run of an integration that is under way, and waits for that:
// within a batch of changes, or within one request to the upstream. One of
// another process hears of it within a sixth of Config.Lease. What was done is
// done, and the next run goes on from there, by itself after Config.Interval.
// Without a run it does nothing.
func (e *Engine) Stop(ctx context.Context, req StopRequest) error {
	if err := e.authorize(ctx, req.By, OpStop); err != nil {
		return err
	}
	err := e.stopHere(ctx, req)
	if err == nil {
		err = e.stopElsewhere(ctx, req)
	}
	if err != nil {
		return fmt.Errorf("dovetail: stop %q: %w", req.Integration, err)
	}
	return nil
}

func stoppedBy(by store.Actor) string { return "stopped by " + by.String() }

func (e *Engine) stopHere(ctx context.Context, req StopRequest) error {
	e.mu.Lock()
	under, ok := e.running[req.Integration]
	e.mu.Unlock()
	if !ok {
		return nil
	}
	under.stop(fmt.Errorf("%s: %w", stoppedBy(req.By), context.Canceled))
	select {
	case <-under.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stopElsewhere asks another process to stop its run, by the run's row.
func (e *Engine) stopElsewhere(ctx context.Context, req StopRequest) error {
	run, held, err := e.runElsewhere(ctx, req.Integration, "")
	if err != nil || !held || !run.State.UnderWay() {
		return err
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		asked, err := w.Run(run.ID)
		if err != nil || asked.State != store.RunRunning {
			return err
		}
		asked.State, asked.Problems = store.RunStopping, []string{stoppedBy(req.By)}
		return w.PutRun(asked)
	})
	for err == nil && held && run.State.UnderWay() {
		if err = pause(ctx, claimPoll); err == nil {
			run, held, err = e.runElsewhere(ctx, req.Integration, run.ID)
		}
	}
	return err
}

// heed stops a run when another process asks for that, until ctx ends.
func (e *Engine) heed(ctx context.Context, id store.RunID, stop context.CancelCauseFunc) {
	for pause(ctx, e.lease/6) == nil {
		// Where it can't be read the claim can't be renewed either.
		_ = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
			run, err := r.Run(id)
			if err == nil && run.State == store.RunStopping {
				stop(fmt.Errorf("%s: %w", strings.Join(run.Problems, "; "), context.Canceled))
			}
			return err
		})
	}
}
