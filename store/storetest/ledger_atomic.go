package storetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// atomicChecks are the rules about what is kept and what is not.
func atomicChecks() []check[LedgerFixture] {
	const nothing = "When fn returns an error or panics, or ctx is done before the end, nothing of it is kept (Ledger.Update)."
	return []check[LedgerFixture]{
		ledgerCheck("an update is kept whole", "Update makes all that it wrote visible at once (Ledger.Update).", checkKept),
		ledgerCheck("an update that fails keeps nothing", nothing, checkErrorRollsBack),
		ledgerCheck("an update that panics keeps nothing", nothing, checkPanicRollsBack),
		ledgerCheck("a panic goes on", "A panic goes on (Ledger.Update).", checkPanicGoesOn),
		ledgerCheck("an update whose context ends keeps nothing", nothing, checkCancelRollsBack),
		ledgerCheck("an error comes back as it is", "The error of fn is returned as it is (Ledger.View, Ledger.Update).", checkErrorAsItIs),
		ledgerCheck("an update sees its own writes", "fn sees its own writes (Ledger.Update).", checkOwnWrites),
		ledgerCheck("a function runs once", "Update runs fn (Ledger.Update). Views and updates are not repeated.", checkRunsOnce),
	}
}

// filled returns a book that the ledger was filled by.
func (d desk) filled() *book {
	b := newBook()
	d.update("fill all tables", b.fill)
	return b
}

// compare compares the ledger with a book.
func (d desk) compare(when string, b *book) {
	err := d.l.View(d.ctx, func(_ context.Context, r store.Reader) error { return b.compareAll(r, nil) })
	if err != nil {
		d.errorf("%s: %w", when, err)
	}
}

func checkKept(d desk) {
	b := d.filled()
	d.compare("after an update", b)
	d.update("change all tables", b.churn)
	d.compare("after another update", b)
}

// untouched compares a ledger, on which an update failed, with the book, and
// then goes on: numbers that were not kept are given again.
func (d desk) untouched(when string, b *book) {
	d.compare(when, b)
	d.update("the update after it", b.churn)
	d.compare("after the update after it", b)
}

func checkErrorRollsBack(d desk) {
	b := d.filled()
	d.fails("an update that fails at its end", b.copy().churn)
	err := d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
		return errors.Join(b.copy().churn(w), w.PutCard(store.Card{}))
	})
	d.wantErr(err, store.ErrRefused, "an update that ends with a write's error")
	d.untouched("after an update that failed", b)
}

// panicking runs an Update that panics with boom after it has changed all
// tables, and returns what comes out of it.
func (d desk) panicking(b *book) (recovered any, err error) {
	defer func() { recovered = recover() }()
	err = d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
		if err := b.churn(w); err != nil {
			return err
		}
		panic(errBoom)
	})
	return nil, err
}

func checkPanicRollsBack(d desk) {
	b := d.filled()
	_, _ = d.panicking(b.copy())
	d.must(d.soon("the update after a panic", func() error {
		return d.l.Update(d.ctx, func(context.Context, store.Writer) error { return nil })
	}), "the update after a panic")
	d.untouched("after an update that panicked", b)
}

func checkPanicGoesOn(d desk) {
	b := d.filled()
	if got, err := d.panicking(b.copy()); got != any(errBoom) {
		d.errorf("Update: it recovered to %v and the error %v, want the panic with %v", got, err, errBoom)
	}
	got := func() (recovered any) {
		defer func() { recovered = recover() }()
		_ = d.l.View(d.ctx, func(context.Context, store.Reader) error { panic(errBoom) })
		return nil
	}()
	if got != any(errBoom) {
		d.errorf("View: it recovered to %v, want the panic with %v", got, errBoom)
	}
}

func checkCancelRollsBack(d desk) {
	b := d.filled()
	ctx, cancel := context.WithCancel(d.ctx)
	err := d.l.Update(ctx, func(_ context.Context, w store.Writer) error {
		defer cancel()
		return b.copy().churn(w)
	})
	d.wantErr(err, context.Canceled, "an update whose context was cancelled at its end")
	d.untouched("after an update whose context was cancelled", b)
}

func checkErrorAsItIs(d desk) {
	wrapped := fmt.Errorf("wrapped: %w", context.Canceled)
	for _, want := range []error{errBoom, wrapped, store.ErrNested} {
		for _, done := range []bool{false, true} {
			d.wantSame("View", want, done, func(ctx context.Context, fn func() error) error {
				return d.l.View(ctx, func(context.Context, store.Reader) error { return fn() })
			})
			d.wantSame("Update", want, done, func(ctx context.Context, fn func() error) error {
				return d.l.Update(ctx, func(context.Context, store.Writer) error { return fn() })
			})
		}
	}
}

// wantSame runs a transaction whose function returns want, with a context that is
// done by then or not.
func (d desk) wantSame(name string, want error, done bool, run func(ctx context.Context, fn func() error) error) {
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	got := run(ctx, func() error {
		if done {
			cancel()
		}
		return want
	})
	if any(got) != any(want) { // the same one, not one that wraps it
		d.errorf("%s: got the error %v, want %v itself (context done: %v)", name, got, want, done)
	}
}

func checkOwnWrites(d desk) {
	b := newBook()
	d.update("read in the update that writes", func(w store.Writer) error {
		for _, write := range []func(store.Writer) error{b.fill, b.churn, b.deleteAll, b.refill} {
			before := b.all()
			if err := write(w); err != nil {
				return err
			}
			if err := b.compareAll(w, before); err != nil {
				return fmt.Errorf("rows of this update: %w", err)
			}
		}
		return nil
	})
	d.update("read in an update over rows of another", func(w store.Writer) error {
		for _, write := range []func(store.Writer) error{b.deleteAll, b.refill} {
			before := b.all()
			if err := write(w); err != nil {
				return err
			}
			if err := b.compareAll(w, before); err != nil {
				return fmt.Errorf("rows of the update before: %w", err)
			}
		}
		return nil
	})
	d.compare("after updates that read", b)
}

func checkRunsOnce(d desk) {
	views, updates := 0, 0
	for range 5 {
		d.must(d.l.View(d.ctx, func(context.Context, store.Reader) error { views++; return nil }), "View")
		d.must(d.l.Update(d.ctx, func(context.Context, store.Writer) error { updates++; return nil }), "Update")
		_ = d.l.View(d.ctx, func(context.Context, store.Reader) error { views++; return errBoom })
		_ = d.l.Update(d.ctx, func(context.Context, store.Writer) error { updates++; return errBoom })
	}
	if views != 10 || updates != 10 {
		d.errorf("of 10 views and 10 updates, functions ran %d and %d times", views, updates)
	}
}
