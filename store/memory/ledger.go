package memory

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/store"
)

// ledger implements store.Ledger.
type ledger struct {
	state atomic.Pointer[state]
	// turn has room for one: the Update that runs. It is a channel so that
	// waiting for it ends with the context.
	turn chan struct{}
}

func newLedger() *ledger {
	l := &ledger{turn: make(chan struct{}, 1)}
	l.state.Store(newState())
	return l
}

// within is the context key under which a ledger finds that it is already in
// one of its transactions.
type within struct{ ledger *ledger }

func (l *ledger) inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, within{l}, true)
}

// View implements store.Ledger.
func (l *ledger) View(ctx context.Context, fn func(ctx context.Context, r store.Reader) error) error {
	if ctx.Value(within{l}) != nil {
		return fmt.Errorf("memory: view: %w", store.ErrNested)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory: view: %w", err)
	}
	ctx = l.inside(ctx)
	r := &reader{ctx: ctx, state: l.state.Load()}
	defer r.over.Store(true)
	return fn(ctx, r)
}

// Update implements store.Ledger.
func (l *ledger) Update(ctx context.Context, fn func(ctx context.Context, w store.Writer) error) error {
	if ctx.Value(within{l}) != nil {
		return fmt.Errorf("memory: update: %w", store.ErrNested)
	}
	if err := l.take(ctx); err != nil {
		return fmt.Errorf("memory: update: %w", err)
	}
	defer func() { <-l.turn }()

	next := *l.state.Load()
	ctx = l.inside(ctx)
	w := &writer{reader: reader{ctx: ctx, state: &next}, owner: new(owner)}
	defer w.over.Store(true)
	if err := fn(ctx, w); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory: update: %w", err)
	}
	// Over before it is published: a writer that was leaked must not reach a
	// state that others read.
	w.over.Store(true)
	l.state.Store(&next)
	return nil
}

// take waits for the turn.
func (l *ledger) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errOver is what a reader or writer returns that was kept too long.
var errOver = errors.New("the transaction is over (use a Reader or Writer only within the function that it was handed to)")

// reader implements store.Reader on one state.
type reader struct {
	ctx   context.Context
	state *state
	over  atomic.Bool
}

// writer implements store.Writer on the state that an Update works on.
type writer struct {
	reader
	owner *owner
}

var (
	_ store.Reader = (*reader)(nil)
	_ store.Writer = (*writer)(nil)
)

// usable returns why nothing can be read or written any more, or nil.
func (r *reader) usable() error {
	if r.over.Load() {
		return fmt.Errorf("memory: %w", errOver)
	}
	if err := r.ctx.Err(); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	return nil
}
