package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/dovetail-sync/dovetail/store"
)

// overChecks are the rules about transactions that are over, and about contexts
// that are done.
func overChecks() []check[LedgerFixture] {
	const over = "A Reader is of no use after the transaction: it then returns errors (Reader)."
	const bound = "A Reader is bound to its transaction's context (Reader)."
	return []check[LedgerFixture]{
		ledgerCheck("a reader is of no use afterwards", over, checkReaderOver),
		ledgerCheck("a writer is of no use afterwards", over, checkWriterOver),
		ledgerCheck("an iterator is of no use afterwards", over, checkIteratorOver),
		ledgerCheck("nothing begins with a context that is done",
			"View and Update heed their context (Ledger).", checkDoneBefore),
		ledgerCheck("no method of a reader works once its context is done", bound, checkReaderCancelled),
		ledgerCheck("no method of a writer works once its context is done", bound, checkWriterCancelled),
		ledgerCheck("an iterator ends once its context is done", bound, checkIteratorCancelled),
	}
}

// everyMethod calls all methods of an interface, with arguments that can be kept,
// and returns what was wrong with each result. Those of iterators are all pairs.
func everyMethod[I any](on I, judge func(name string, errs []error) error) error {
	var wrong []error
	for method := range reflect.TypeFor[I]().Methods() {
		fn := reflect.ValueOf(on).MethodByName(method.Name)
		args := make([]reflect.Value, fn.Type().NumIn())
		for i := range args {
			args[i] = reflect.New(fn.Type().In(i)).Elem()
			full(1).fill(args[i], fmt.Sprintf("%s %d", method.Name, i))
		}
		wrong = append(wrong, judge(method.Name, errorsOf(fn.Call(args))))
	}
	return errors.Join(wrong...)
}

// errorsOf returns the errors that a method returned: one, or that of each pair.
func errorsOf(results []reflect.Value) []error {
	last := results[len(results)-1]
	if last.Kind() != reflect.Func {
		err, _ := reflect.TypeAssert[error](last)
		return []error{err}
	}
	var errs []error
	yield := reflect.MakeFunc(last.Type().In(0), func(pair []reflect.Value) []reflect.Value {
		err, _ := reflect.TypeAssert[error](pair[1])
		errs = append(errs, err)
		return []reflect.Value{reflect.ValueOf(len(errs) < 10)}
	})
	last.Call([]reflect.Value{yield})
	return errs
}

// isOver judges a method of a transaction that is over: it returns an error that
// nobody takes for an answer.
func isOver(name string, errs []error) error {
	if len(errs) != 1 || errs[0] == nil || errors.Is(errs[0], store.ErrNotFound) || errors.Is(errs[0], store.ErrRefused) {
		return fmt.Errorf("%s after the transaction: got %s, want an error that says that it is over", name, said(errs...))
	}
	return nil
}

// isCancelled judges a method of a transaction whose context was cancelled.
func isCancelled(name string, errs []error) error {
	if len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
		return fmt.Errorf("%s after the context was cancelled: got %s, want one that wraps %s", name, said(errs...), said(context.Canceled))
	}
	return nil
}

func checkReaderOver(d desk) {
	b := d.filled()
	for _, result := range []error{nil, errBoom} {
		var leaked store.Reader
		_ = d.l.View(d.ctx, func(_ context.Context, r store.Reader) error {
			leaked = r
			return result
		})
		if err := everyMethod(leaked, isOver); err != nil {
			d.errorf("a reader whose view ended with the error %v: %w", result, err)
		}
	}
	d.compare("afterwards", b)
}

func checkWriterOver(d desk) {
	b := d.filled()
	for _, result := range []error{nil, errBoom} {
		var leaked store.Writer
		_ = d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
			leaked = w
			return result
		})
		if err := everyMethod(leaked, isOver); err != nil {
			d.errorf("a writer whose update ended with the error %v: %w", result, err)
		}
	}
	var leaked store.Writer
	func() {
		defer func() { _ = recover() }()
		_ = d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
			leaked = w
			panic(errBoom)
		})
	}()
	if err := everyMethod(leaked, isOver); err != nil {
		d.errorf("a writer whose update panicked: %w", err)
	}
	d.compare("afterwards", b)
}

func checkIteratorOver(d desk) {
	d.putCards("a", "1", "2", "3")
	var made iter.Seq2[store.Card, error]
	var next func() (store.Card, error, bool)
	var stop func()
	d.view("leak iterators", func(r store.Reader) error {
		made = r.Cards("i1")
		next, stop = iter.Pull2(made)
		c, err, ok := next()
		if !ok || err != nil || cardKey(c) != "1" {
			return fmt.Errorf("the first card: got %q and %s, want 1", cardKey(c), said(err))
		}
		return nil
	})
	d.cleanup(stop)
	all, err := allOf(made)
	if len(all) > 0 || err == nil {
		d.errorf("an iterator ranged over after its transaction: got %d rows and the error %v, want only an error", len(all), err)
	}
	if _, err, ok := next(); !ok || err == nil {
		d.errorf("an iterator that goes on after its transaction: got a pair %v with the error %v, want an error", ok, err)
	}
	if _, _, ok := next(); ok {
		d.errorf("an iterator went on after its error")
	}
}

func checkDoneBefore(d desk) {
	ctx, cancel := context.WithCancel(d.ctx)
	cancel()
	err := d.l.View(ctx, func(context.Context, store.Reader) error { return errors.New("the view ran") })
	d.wantErr(err, context.Canceled, "View")
	err = d.l.Update(ctx, func(context.Context, store.Writer) error { return errors.New("the update ran") })
	d.wantErr(err, context.Canceled, "Update")
}

func checkReaderCancelled(d desk) {
	d.filled()
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	_ = d.l.View(ctx, func(_ context.Context, r store.Reader) error {
		cancel()
		if err := everyMethod(r, isCancelled); err != nil {
			d.errorf("%w", err)
		}
		return errBoom
	})
}

func checkWriterCancelled(d desk) {
	b := d.filled()
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	_ = d.l.Update(ctx, func(_ context.Context, w store.Writer) error {
		cancel()
		if err := everyMethod(w, isCancelled); err != nil {
			d.errorf("%w", err)
		}
		return nil
	})
	d.compare("after an update whose context was cancelled", b)
}

func checkIteratorCancelled(d desk) {
	d.putCards("a", "1", "2", "3")
	ctx, cancel := context.WithCancel(d.ctx)
	defer cancel()
	_ = d.l.View(ctx, func(_ context.Context, r store.Reader) error {
		rows := 0
		var failed error
		for _, err := range r.CardsOf("a") {
			switch {
			case failed != nil:
				d.errorf("an iterator went on after its error (%w)", failed)
			case err != nil:
				failed = err
			default:
				rows++
				cancel()
			}
		}
		if rows != 1 || !errors.Is(failed, context.Canceled) {
			d.errorf("cancelled at the first row of three: got %d rows and the error %v, want an error that wraps %q", rows, failed, context.Canceled)
		}
		return errBoom
	})
}
