package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// The works that are done by one at a time, of all the processes that share the
// store. Whoever needs several takes them in this order.
const (
	// applying is to write to the platform what a plan says, for any integration.
	applying = "apply"
	// deciding is to carry out what people decide.
	deciding = "decide"
)

// runsOf is the work of reading, planning and applying for an integration. It
// comes before the others.
func runsOf(id store.IntegrationID) string { return "runs of " + string(id) }

// errHeld says that a work that isn't waited for is being done by another.
var errHeld = errors.New("somebody else is at it")

// alone does a work when nobody else is at it, neither in this engine nor in
// another process, and waits for that. What fn writes to the ledger with the
// context that it is given is refused once another process has taken over.
func (e *Engine) alone(ctx context.Context, work string, fn func(ctx context.Context) error) error {
	pass, err := e.turns.take(ctx, work)
	if err != nil {
		return err
	}
	defer pass()
	c, err := e.waitForClaim(ctx, work)
	if err != nil {
		return err
	}
	return e.under(ctx, c, fn)
}

// ifFree does a work unless somebody else is at it: then the error is errHeld.
func (e *Engine) ifFree(ctx context.Context, work string, fn func(ctx context.Context) error) error {
	pass, _ := e.turns.try(work)
	if pass == nil {
		return errHeld
	}
	defer pass()
	c, err := e.tryClaim(ctx, work)
	if err != nil {
		return err
	}
	return e.under(ctx, c, fn)
}

// under runs fn under a claim, which is renewed meanwhile and given back in the
// end.
func (e *Engine) under(ctx context.Context, c *claim, fn func(ctx context.Context) error) error {
	c.outer = claimIn(ctx)
	held, cancel := context.WithCancelCause(context.WithValue(ctx, claimInContext{}, c))
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		e.renew(renewing, c, cancel)
	}()
	defer func() {
		stop()
		<-ended
		cancel(nil)
		e.giveBack(context.WithoutCancel(ctx), c)
	}()
	return withCause(held, fn(held))
}

// withCause puts before an error what ended the context, unless whoever began the
// work gave it up.
func withCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && cause != nil && !gaveUp(ctx) && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
}
