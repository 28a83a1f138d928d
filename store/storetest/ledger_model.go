package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// defaultUpdates is how many random updates are compared with a model.
const defaultUpdates = 150

// modelChecks compare a ledger with a model in random use.
func modelChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{{
		name: "a ledger in random use is what a simple model of it is",
		rule: "All rules of Ledger, Reader and Writer together.",
		run:  checkModel,
	}}
}

// simulation uses a ledger at random, and a book in the same way.
type simulation struct {
	desk
	dice
	book *book
	// scans counts the scans, for ids that sort by time.
	scans int
	// steps tells what the update under way has done last.
	steps []string
}

func checkModel(p *probe, f LedgerFixture) {
	seed, updates := cmp.Or(f.Seed, 1), cmp.Or(f.Updates, defaultUpdates)
	s := &simulation{desk: newDesk(p, f), dice: newDice(seed), book: newBook()}
	for n := range updates {
		err := s.update()
		if err == nil {
			every := n%10 == 9 || n == updates-1
			err = s.l.View(s.ctx, func(_ context.Context, r store.Reader) error { return s.compareBook(r, every) })
		}
		if err != nil {
			p.fatalf("seed %d, update %d of %d (%s): %w", seed, n+1, updates, strings.Join(s.steps, ", "), err)
		}
	}
}

// ending is how an update ends.
type ending int

const (
	commits ending = iota
	fails
	panics
	cancels
)

// update runs one random update, and checks how it ends.
func (s *simulation) update() error {
	end := one(s.dice, []ending{commits, commits, commits, commits, commits, commits, fails, fails, panics, cancels})
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	next, s0 := s.book.copy(), s.steps[:0]
	s.steps = s0
	var refused *refusal
	err := recovered(func() error {
		return s.l.Update(ctx, func(_ context.Context, w store.Writer) error {
			if err := s.work(w, next); err != nil {
				if r, ok := errors.AsType[refusal](err); ok {
					refused = &r
					return r.err
				}
				return mismatch{err}
			}
			switch end {
			case fails:
				return errBoom
			case panics:
				panic(errBoom)
			case cancels:
				cancel()
			case commits:
			}
			return nil
		})
	})
	return s.judge(err, end, refused, next)
}

// mismatch is what the model found within an update.
type mismatch struct{ error }

// recovered runs fn and returns its error, or what it panicked with.
func recovered(fn func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %w", r.(error))
		}
	}()
	return fn()
}

// judge checks an update's error, and keeps the book if the update was kept.
func (s *simulation) judge(err error, end ending, refused *refusal, next *book) error {
	want := map[ending]error{fails: errBoom, panics: errBoom, cancels: context.Canceled}[end]
	if refused != nil {
		want = refused.want
	}
	if m, ok := errors.AsType[mismatch](err); ok {
		return m.error
	}
	switch {
	case want == nil && err != nil:
		return fmt.Errorf("the update: %w", err)
	case want != nil && !errors.Is(err, want):
		return fmt.Errorf("the update: got %s, want one that wraps %s", said(err), said(want))
	case want == nil:
		s.book = next
	}
	return nil
}

// work does some random things within an update, mostly to few tables, so that
// one thing meets another.
func (s *simulation) work(w store.Writer, b *book) error {
	tables := b.tables
	if !s.chance(4) {
		tables = []table{one(s.dice, tables), one(s.dice, tables), one(s.dice, tables)}
	}
	for range s.IntN(50) {
		if err := s.step(w, b, one(s.dice, tables)); err != nil {
			return err
		}
	}
	return nil
}

// step does one random thing to a table.
func (s *simulation) step(w store.Writer, b *book, t table) error {
	note := func(what string, row any) {
		if row != nil {
			what += " " + shownKey(t.key(row))
		}
		s.steps = append(s.steps[max(0, len(s.steps)-10):], what)
	}
	switch n := s.IntN(20); {
	case n < 3 && t.del != nil:
		like := s.known(b, t)
		note("delete "+t.name, like)
		if err := b.remove(w, t, like); err != nil || t.numbered || t.once || s.chance(2) {
			return err
		}
		row := withParts(t, s.row(t), like) // a deletion and what comes after it may meet
		note("put again "+t.name, row)
		return b.write(w, t, row)
	case n < 6:
		like := s.known(b, t)
		note("read "+t.name, like)
		return b.compareTable(w, t, []any{like})
	case n == 6:
		note("sweep "+t.name, nil)
		return s.sweep(w, b, t)
	case n == 7:
		note("mark", nil)
		return s.mark(w, b)
	case n == 8 && t.name == "scan":
		note("read marks", nil)
		return b.compareMarks(w)
	default:
		row := s.rowFor(b, t)
		note("put "+t.name, row)
		return b.write(w, t, row)
	}
}

// compareBook compares the ledger with the book: everything, or some of it.
func (s *simulation) compareBook(r store.Reader, everything bool) error {
	some := map[string][]any{}
	for _, t := range s.book.tables {
		some[t.name] = []any{s.row(t), s.known(s.book, t)}
	}
	if everything {
		return s.book.compareAll(r, some)
	}
	for _, t := range s.book.tables {
		if err := s.book.compareTable(r, t, some[t.name]); err != nil {
			return err
		}
	}
	return nil
}
