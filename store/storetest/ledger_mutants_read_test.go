package storetest_test

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"

	"github.com/dovetail-sync/dovetail/store"
)

// readMutants are about what a transaction sees, and when.
func readMutants() map[string]mutant {
	return map[string]mutant{
		"reads what was written since a view began":      {fails: "a view sees nothing of later updates", ledger: readsLive},
		"begins a view at its first read":                {fails: "a view that has read nothing yet sees nothing of later updates", ledger: beginsLate},
		"has iterators go on in a later state":           {fails: "an iterator of a view sees nothing of later updates", ledger: iteratesLive},
		"remembers a row across transactions":            {fails: "an update is kept whole", ledger: remembers},
		"misses its own writes in point reads":           {fails: "an update sees its own writes", ledger: func(l store.Ledger) store.Ledger { return missesOwn(l, true) }},
		"misses its own writes in lists":                 {fails: "an update sees its own writes", ledger: func(l store.Ledger) store.Ledger { return missesOwn(l, false) }},
		"reads after the transaction":                    {fails: "a reader is of no use afterwards", ledger: readsAfterwards},
		"takes writes after the transaction":             {fails: "a writer is of no use afterwards", ledger: forgivesWrites},
		"says not found after the transaction":           {fails: "a reader is of no use afterwards", ledger: notFoundAfterwards},
		"has iterators go on after the transaction":      {fails: "an iterator is of no use afterwards", ledger: readsAhead},
		"has iterators go on once the context is done":   {fails: "an iterator ends once its context is done", ledger: readsAhead},
		"reads once the context is done":                 {fails: "no method of a reader works once its context is done", ledger: readsOn},
		"forgives writes once the context is done":       {fails: "no method of a writer works once its context is done", ledger: forgivesWrites},
		"passes on what a database says of a broken key": {fails: "what can't be there isn't there", ledger: passesOnBrokenKeys},
	}
}

// beside runs fn in a View of its own.
func beside(l store.Ledger, fn func(r store.Reader)) {
	_ = l.View(context.Background(), func(_ context.Context, r store.Reader) error {
		fn(r)
		return nil
	})
}

// liveReader reads each card in a view of its own.
type liveReader struct {
	store.Reader
	l store.Ledger
}

func readsLive(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return liveReader{r, l} }}
}

func (r liveReader) Card(id store.RecordID) (c store.Card, err error) {
	beside(r.l, func(r store.Reader) { c, err = r.Card(id) })
	return c, err
}

// lateReader begins a view when it is first used.
type lateReader struct {
	store.Reader
	l    store.Ledger
	once *sync.Once
	held *store.Reader
	done chan struct{}
}

func beginsLate(l store.Ledger) store.Ledger {
	return broken{Ledger: l, view: func(ctx context.Context, fn viewFunc) error {
		done, held := make(chan struct{}), new(store.Reader)
		defer close(done)
		return l.View(ctx, func(ctx context.Context, r store.Reader) error {
			return fn(ctx, lateReader{r, l, new(sync.Once), held, done})
		})
	}}
}

func (r lateReader) Card(id store.RecordID) (store.Card, error) {
	r.once.Do(func() {
		ready := make(chan struct{})
		go beside(r.l, func(late store.Reader) {
			*r.held = late
			close(ready)
			<-r.done
		})
		<-ready
	})
	if _, err := r.Due("nobody"); !errors.Is(err, store.ErrNotFound) {
		return store.Card{}, err // over, or cancelled
	}
	return (*r.held).Card(id)
}

// hopper reads the cards of a company again for each card that it yields.
type hopper struct {
	store.Reader
	l store.Ledger
}

func iteratesLive(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return hopper{r, l} }}
}

func (r hopper) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return func(yield func(store.Card, error) bool) {
		last := store.RecordID{}
		for more := true; more; {
			more = false
			var next store.Card
			beside(r.l, func(r store.Reader) {
				for c, err := range r.CardsOf(company) {
					if err == nil && c.ID.Compare(last) > 0 {
						next, more = c, true
						return
					}
				}
			})
			last = next.ID
			if more && !yield(next, nil) {
				return
			}
		}
	}
}

// memo remembers cards for good.
type memo struct {
	store.Reader
	cards *sync.Map
}

func remembers(l store.Ledger) store.Ledger {
	var cards sync.Map
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return memo{r, &cards} }}
}

func (r memo) Card(id store.RecordID) (store.Card, error) {
	c, err := r.Reader.Card(id)
	if err != nil {
		return c, err
	}
	was, _ := r.cards.LoadOrStore(id, c)
	return was.(store.Card).Clone(), nil
}

// forgetful reads what was there before its update.
type forgetful struct {
	store.Writer
	l     store.Ledger
	point bool
}

func missesOwn(l store.Ledger, point bool) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return forgetful{w, l, point} }}
}

func (w forgetful) Due(id store.IntegrationID) (d store.Due, err error) {
	if !w.point {
		return w.Writer.Due(id)
	}
	beside(w.l, func(r store.Reader) { d, err = r.Due(id) })
	return d, err
}

func (w forgetful) PinsOf(company store.CompanyID) iter.Seq2[store.Pin, error] {
	if w.point {
		return w.Writer.PinsOf(company)
	}
	return func(yield func(store.Pin, error) bool) {
		beside(w.l, func(r store.Reader) { r.PinsOf(company)(yield) })
	}
}

// late reads in a view of its own once its own is over.
type late struct {
	store.Reader
	l store.Ledger
}

func readsAfterwards(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return late{r, l} }}
}

func (r late) Plan(id store.PlanID) (store.Plan, error) {
	p, err := r.Reader.Plan(id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		beside(r.l, func(r store.Reader) { p, err = r.Plan(id) })
	}
	return p, err
}

func notFoundAfterwards(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return empty{r} }}
}

// empty finds nothing where it can't look.
type empty struct{ store.Reader }

func (r empty) Tombstone(id store.RecordID) (store.Tombstone, error) {
	t, err := r.Reader.Tombstone(id)
	if err != nil {
		return t, store.ErrNotFound
	}
	return t, nil
}

func forgivesWrites(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return forgiving{w} }}
}

// forgiving hides why a due time was not deleted.
type forgiving struct{ store.Writer }

func (w forgiving) DeleteDue(id store.IntegrationID) error {
	_ = w.Writer.DeleteDue(id)
	return nil
}

func readsAhead(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return ahead{r} }}
}

// ahead reads a whole list before it yields the first of it.
type ahead struct{ store.Reader }

func (r ahead) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return buffered(r.Reader.Cards(id))
}

func (r ahead) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return buffered(r.Reader.CardsOf(company))
}

func buffered[T any](rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var all []T
		for row, err := range rows {
			if err != nil {
				yield(row, err)
				return
			}
			all = append(all, row)
		}
		for _, row := range all {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// readsOn reads runs with a context that can't be done.
func readsOn(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return readerOn{r, l} }}
}

type readerOn struct {
	store.Reader
	l store.Ledger
}

func (r readerOn) LastRun(id store.IntegrationID) (store.Run, error) {
	run, err := r.Reader.LastRun(id)
	if errors.Is(err, context.Canceled) {
		beside(r.l, func(r store.Reader) { run, err = r.LastRun(id) })
	}
	return run, err
}

func passesOnBrokenKeys(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return strict{r} }}
}

// strict has a database's opinion of NUL.
type strict struct{ store.Reader }

func (r strict) Match(id store.RecordID) (store.Match, error) {
	if strings.Contains(id.String(), "\x00") {
		return store.Match{}, errors.New("invalid byte sequence for encoding")
	}
	return r.Reader.Match(id)
}
