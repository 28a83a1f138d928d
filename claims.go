package dovetail

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

const (
	// defaultLease is Config.Lease's default.
	defaultLease = 30 * time.Second
	// claimPoll is how often it is looked whether another process has ended its
	// work.
	claimPoll = time.Second
)

// claim is this process's hold on a work.
type claim struct {
	work  string
	fence int64
	// outer is the claim under which this one was taken. Nil: none.
	outer *claim

	mu sync.Mutex
	// sure is until when no other process can have taken over. Whichever clock
	// comes there first counts: the monotonic one may stand still while the machine
	// sleeps, and the wall clock may be set back.
	sure time.Time
}

// claimInContext is where a context carries the innermost claim.
type claimInContext struct{}

func claimIn(ctx context.Context) *claim {
	c, _ := ctx.Value(claimInContext{}).(*claim)
	return c
}

// check refuses an Update when another process has taken over.
func (c *claim) check(r store.Reader) error {
	for ; c != nil; c = c.outer {
		row, err := r.Claim(c.work)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("claim on %q: %w", c.work, err)
		}
		if row.Fence != c.fence {
			return fmt.Errorf("%w: %s is at %q now", ErrFenced, row.Holder, c.work)
		}
	}
	return nil
}

// stillAt returns why nothing more may be written to the platform: the caller
// has given up, or another process may have taken over.
func stillAt(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	for c := claimIn(ctx); c != nil; c = c.outer {
		c.mu.Lock()
		at := time.Now()
		late := !at.Before(c.sure) || !at.Round(0).Before(c.sure.Round(0))
		c.mu.Unlock()
		if late {
			return fmt.Errorf("%w: the claim on %q lapsed before it was renewed", ErrFenced, c.work)
		}
	}
	return nil
}

// patience is how long after its last renewal a holder goes on: by then it has
// noticed that another process took over, whatever the clocks of the two say.
func (e *Engine) patience() time.Duration { return e.lease * 2 / 3 }

// waitForClaim takes the claim on a work once no other process holds it.
func (e *Engine) waitForClaim(ctx context.Context, work string) (*claim, error) {
	for {
		c, err := e.tryClaim(ctx, work)
		if !errors.Is(err, errHeld) {
			return c, err
		}
		if err := pause(ctx, claimPoll); err != nil {
			return nil, err
		}
	}
}

// heldByAnother reports whether another process is at a work.
func (e *Engine) heldByAnother(c store.Claim) bool {
	return c.Holder != "" && c.Holder != e.replica && now().Before(c.Until)
}

// tryClaim takes the claim on a work, or returns errHeld.
func (e *Engine) tryClaim(ctx context.Context, work string) (*claim, error) {
	var row store.Claim
	read := func(r store.Reader) (err error) {
		if row, err = r.Claim(work); errors.Is(err, store.ErrNotFound) {
			row, err = store.Claim{Work: work}, nil
		}
		if err == nil && e.heldByAnother(row) {
			err = errHeld
		}
		return err
	}
	// Looked at first, so that those who wait write nothing.
	if err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error { return read(r) }); err != nil {
		return nil, err
	}
	c := &claim{work: work}
	left := "" // who left the claim behind
	err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if err := read(w); err != nil {
			return err
		}
		if left = row.Holder; left == e.replica {
			left = ""
		}
		c.sure = time.Now().Add(e.patience())
		row.Holder, row.Until = e.replica, now().Add(e.lease)
		row.Fence++
		c.fence = row.Fence
		return w.PutClaim(row)
	})
	if err != nil || left == "" {
		return c, err
	}
	e.log.Warn("work taken over from a process that did not end it", "work", work, "process", left)
	return c, e.outwait(ctx, c)
}

// outwait waits until a process that was taken over from, and may only be slow,
// has noticed. Its call to the platform that was under way is over by then, or
// is settled as one that was cut off.
func (e *Engine) outwait(ctx context.Context, c *claim) error {
	err := pause(ctx, e.patience())
	if err == nil {
		err = e.renewOnce(ctx, c)
	}
	if err != nil {
		e.giveBack(context.WithoutCancel(ctx), c)
	}
	return err
}

// renew keeps a claim until ctx ends. When another process has taken over, or
// may have, the work is cancelled.
func (e *Engine) renew(ctx context.Context, c *claim, cancel context.CancelCauseFunc) {
	for every := e.lease / 3; ; {
		if pause(ctx, every) != nil {
			return
		}
		err := e.renewOnce(ctx, c)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrFenced):
			cancel(err)
			return
		case err != nil:
			e.log.Warn("claim not renewed", "work", c.work, "error", err)
			if err := stillAt(context.WithValue(context.WithoutCancel(ctx), claimInContext{}, c)); err != nil {
				cancel(err)
				return
			}
			every = e.lease / 10
		default:
			every = e.lease / 3
		}
	}
}

func (e *Engine) renewOnce(ctx context.Context, c *claim) error {
	sure := time.Now().Add(e.patience())
	err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if err := (&claim{work: c.work, fence: c.fence}).check(w); err != nil {
			return err
		}
		return w.PutClaim(store.Claim{Work: c.work, Holder: e.replica, Fence: c.fence, Until: now().Add(e.lease)})
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sure = sure
	return nil
}

// giveBack ends a claim. Where that can't be noted it lapses.
func (e *Engine) giveBack(ctx context.Context, c *claim) {
	err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if err := (&claim{work: c.work, fence: c.fence}).check(w); err != nil {
			return err
		}
		return w.PutClaim(store.Claim{Work: c.work, Fence: c.fence})
	})
	if err != nil && !errors.Is(err, ErrFenced) {
		e.log.Warn("claim not given back; it lapses", "work", c.work, "error", err)
	}
}

// pause waits for so long, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// fencedLedger is a ledger whose Updates are refused where they are made under a
// claim that another process has taken over.
type fencedLedger struct{ store.Ledger }

// Update implements store.Ledger.
func (l fencedLedger) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	held := claimIn(ctx)
	if held == nil {
		return l.Ledger.Update(ctx, fn)
	}
	return l.Ledger.Update(ctx, func(ctx context.Context, w store.Writer) error {
		if err := held.check(w); err != nil {
			return err
		}
		return fn(ctx, w)
	})
}
