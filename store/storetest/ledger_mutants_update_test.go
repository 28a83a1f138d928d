package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/store"
)

type (
	viewFunc   = func(ctx context.Context, r store.Reader) error
	updateFunc = func(ctx context.Context, w store.Writer) error
)

// updateMutants are about what an Update keeps.
func updateMutants() map[string]mutant {
	return map[string]mutant{
		"keeps what an update wrote that failed":    {fails: "an update that fails keeps nothing", ledger: keepsOnError},
		"keeps what an update wrote that panicked":  {fails: "an update that panics keeps nothing", ledger: keepsOnPanic},
		"keeps what an update wrote that was ended": {fails: "an update whose context ends keeps nothing", ledger: keepsWhenDone},
		"makes an error of a panic":                 {fails: "a panic goes on", ledger: swallowsPanics},
		"wraps the error of a function":             {fails: "an error comes back as it is", ledger: wrapsErrors},
		"hides an error behind that of the context": {fails: "an error comes back as it is", ledger: prefersContext},
		"runs an update again that failed":          {fails: "a function runs once", ledger: runsTwice},
		"keeps the first half of an update":         {fails: "an update is kept whole", ledger: keepsHalf},
		"keeps its turn after a panic":              {fails: "an update that panics keeps nothing", ledger: keepsTurn},
	}
}

func keepsOnError(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		var failed error
		err := l.Update(ctx, func(ctx context.Context, w store.Writer) error {
			failed = fn(ctx, w)
			return nil
		})
		return errors.Join(failed, err)
	}}
}

func keepsOnPanic(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		var panicked any
		err := l.Update(ctx, func(ctx context.Context, w store.Writer) error {
			defer func() { panicked = recover() }()
			return fn(ctx, w)
		})
		if panicked != nil {
			panic(panicked)
		}
		return err
	}}
}

func keepsWhenDone(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		err := l.Update(context.WithoutCancel(ctx), fn)
		if err == nil {
			err = ctx.Err()
		}
		return err
	}}
}

func swallowsPanics(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		return l.Update(ctx, fn)
	}}
}

func wrapsErrors(l store.Ledger) store.Ledger {
	return broken{Ledger: l, view: func(ctx context.Context, fn viewFunc) error {
		if err := l.View(ctx, fn); err != nil {
			return fmt.Errorf("view: %w", err)
		}
		return nil
	}}
}

func prefersContext(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		err := l.Update(ctx, fn)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}}
}

func runsTwice(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		if err := l.Update(ctx, fn); err == nil || errors.Is(err, store.ErrRefused) {
			return err
		}
		return l.Update(ctx, fn)
	}}
}

// keepsHalf drops every second overwritten value.
func keepsHalf(l store.Ledger) store.Ledger {
	var n atomic.Int64
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return halfWriter{w, &n} }}
}

type halfWriter struct {
	store.Writer
	n *atomic.Int64
}

func (w halfWriter) PutTombstone(t store.Tombstone) error {
	if w.n.Add(1)%2 == 0 {
		return nil
	}
	return w.Writer.PutTombstone(t)
}

// keepsTurn lets no update begin after one that panicked.
func keepsTurn(l store.Ledger) store.Ledger {
	var stuck atomic.Bool
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		if stuck.Load() {
			<-ctx.Done()
			return ctx.Err()
		}
		over := false
		defer func() { stuck.Store(!over) }()
		err := l.Update(ctx, fn)
		over = true
		return err
	}}
}
