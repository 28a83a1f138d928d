package storetest_test

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// turnMutants are about transactions within and beside each other.
func turnMutants() map[string]mutant {
	const nested = "a transaction within a transaction is refused at once"
	return map[string]mutant{
		"lets an update into a view":                    {fails: nested, ledger: func(l store.Ledger) store.Ledger { return unmarked(l, true, false) }},
		"waits for itself within an update":             {fails: nested, ledger: func(l store.Ledger) store.Ledger { return unmarked(l, false, true) }},
		"heeds no context":                              {fails: "nothing begins with a context that is done", ledger: heedsNoContext},
		"waits for its turn beyond its context":         {fails: "waiting for a turn ends with the context", ledger: waitsOn},
		"has a view wait for an update":                 {fails: "a view waits for no update", ledger: oneAtATime},
		"has an update wait for a view":                 {fails: "an update waits for no view", ledger: oneAtATime},
		"lets updates read what others are about to do": {fails: "updates follow one another and lose nothing", ledger: unserialised},
		"ends an update in which another was tried":     {fails: "a transaction in which another was refused goes on", ledger: endsOuter},
	}
}

// bare is a context that keeps nothing of what its parent carries.
type bare struct{ context.Context }

func (bare) Value(any) any { return nil }

func unmarked(l store.Ledger, views, updates bool) store.Ledger {
	b := broken{Ledger: l}
	if views {
		b.view = func(ctx context.Context, fn viewFunc) error {
			return l.View(ctx, func(ctx context.Context, r store.Reader) error { return fn(bare{ctx}, r) }) //nolint:contextcheck // it is what is wrong
		}
	}
	if updates {
		b.update = func(ctx context.Context, fn updateFunc) error {
			return l.Update(ctx, func(ctx context.Context, w store.Writer) error { return fn(bare{ctx}, w) }) //nolint:contextcheck // it is what is wrong
		}
	}
	return b
}

func heedsNoContext(l store.Ledger) store.Ledger {
	return broken{
		Ledger: l,
		view:   func(ctx context.Context, fn viewFunc) error { return l.View(context.WithoutCancel(ctx), fn) },
		update: func(ctx context.Context, fn updateFunc) error { return l.Update(context.WithoutCancel(ctx), fn) },
	}
}

func waitsOn(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return l.Update(context.WithoutCancel(ctx), fn)
	}}
}

// oneAtATime has a lock for all, and no queue.
func oneAtATime(l store.Ledger) store.Ledger {
	turn := make(chan struct{}, 1)
	locked := func(ctx context.Context, run func() error) error {
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
			return run()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return broken{
		Ledger: l,
		view: func(ctx context.Context, fn viewFunc) error {
			return locked(ctx, func() error { return l.View(ctx, fn) })
		},
		update: func(ctx context.Context, fn updateFunc) error {
			return locked(ctx, func() error { return l.Update(ctx, fn) })
		},
	}
}

// unserialised runs the function on a snapshot, and writes afterwards.
func unserialised(l store.Ledger) store.Ledger {
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		var later []func(w store.Writer) error
		err := l.View(ctx, func(ctx context.Context, r store.Reader) error {
			return fn(ctx, &laterWriter{Reader: r, later: &later})
		})
		if err != nil {
			return err
		}
		return l.Update(ctx, func(_ context.Context, w store.Writer) error {
			for _, write := range later {
				if err := write(w); err != nil {
					return err
				}
			}
			return nil
		})
	}}
}

// laterWriter puts off what it writes. It can only write what one check does.
type laterWriter struct {
	store.Reader
	store.IntegrationWriter
	store.MirrorWriter
	store.MatchWriter
	store.CardWriter
	store.PeopleWriter
	store.PlanWriter
	store.RunWriter
	store.DueWriter
	store.ClaimWriter
	store.EraseWriter
	later *[]func(w store.Writer) error
}

func (w *laterWriter) PutIntegration(i store.Integration) error {
	*w.later = append(*w.later, func(w store.Writer) error { return w.PutIntegration(i) })
	return nil
}

func (w *laterWriter) PutCard(c store.Card) error {
	*w.later = append(*w.later, func(w store.Writer) error { return w.PutCard(c) })
	return nil
}

// endsOuter has an update fail in which another one was tried.
func endsOuter(l store.Ledger) store.Ledger {
	type tried struct{}
	return broken{Ledger: l, update: func(ctx context.Context, fn updateFunc) error {
		if nested, ok := ctx.Value(tried{}).(*bool); ok {
			*nested = true
			return store.ErrNested
		}
		nested := false
		return l.Update(context.WithValue(ctx, tried{}, &nested), func(ctx context.Context, w store.Writer) error {
			err := fn(ctx, w)
			if nested {
				return errors.Join(err, errors.New("the transaction is spoiled"))
			}
			return err
		})
	}}
}
