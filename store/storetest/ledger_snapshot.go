package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// snapshotChecks are the rules about what a View sees.
func snapshotChecks() []check[LedgerFixture] {
	const asItWas = "fn sees the state as it was when View began, whatever is written meanwhile (Ledger.View)."
	return []check[LedgerFixture]{
		ledgerCheck("a view sees nothing of later updates", asItWas, checkSnapshot),
		ledgerCheck("a view that has read nothing yet sees nothing of later updates", asItWas, checkSnapshotBeforeReads),
		ledgerCheck("an iterator of a view sees nothing of later updates", asItWas, checkSnapshotOfIterators),
		ledgerCheck("a view waits for no update", "A View waits for no Update (Ledger.View).", checkViewDoesNotWait),
		ledgerCheck("an update waits for no view", "A View is a snapshot, whatever is written meanwhile (Ledger.View).", checkUpdateDoesNotWait),
	}
}

func checkSnapshot(d desk) {
	b := d.filled()
	d.view("read while others write", func(r store.Reader) error {
		if err := b.compareAll(r, nil); err != nil {
			return fmt.Errorf("before: %w", err)
		}
		later := d.meanwhile(b)
		if err := b.compareAll(r, later.all()); err != nil {
			return fmt.Errorf("after another update: %w", err)
		}
		return nil
	})
}

// meanwhile changes all tables in an Update, and returns what they are then. The
// context is not that of the View in which it is called.
func (d desk) meanwhile(b *book) *book {
	later := b.copy()
	err := d.soon("an update beside a view", func() error {
		return d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error { return later.churn(w) })
	})
	d.must(err, "an update beside a view")
	return later
}

func checkSnapshotBeforeReads(d desk) {
	b := d.filled()
	d.view("read after others wrote", func(r store.Reader) error {
		later := d.meanwhile(b)
		return b.compareAll(r, later.all())
	})
}

func checkSnapshotOfIterators(d desk) {
	d.putCards("a", "1", "2", "3", "4")
	d.view("range while others write", func(r store.Reader) error {
		begun, stop := iter.Pull2(r.Cards("i1"))
		defer stop()
		if c, err, ok := begun(); !ok || err != nil || cardKey(c) != "1" {
			return fmt.Errorf("the first card: got %q and %s, want 1", cardKey(c), said(err))
		}
		rows := r.CardsOf("a")
		var seen []string
		for c, err := range rows {
			if err != nil {
				return err
			}
			seen = append(seen, cardKey(c))
			d.update("change cards beside a view", func(w store.Writer) error {
				return errors.Join(w.DeleteCard(recordID("3")), w.PutCard(cardOf("4", "b")), w.PutCard(cardOf("5"+cardKey(c), "a")))
			})
		}
		if fmt.Sprint(seen) != "[1 2 3 4]" {
			return fmt.Errorf("CardsOf: got %q, want what was there when the view began", seen)
		}
		rest := func(yield func(store.Card, error) bool) {
			for c, err, ok := begun(); ok && yield(c, err); c, err, ok = begun() {
			}
		}
		return errors.Join(
			wantKeys("Cards, begun before", rest, cardKey, "2", "3", "4"),
			wantKeys("CardsOf, made before", rows, cardKey, "1", "2", "3", "4"),
			wantKeys("Cards, made after", r.Cards("i1"), cardKey, "1", "2", "3", "4"),
		)
	})
	d.view("read afterwards", func(r store.Reader) error {
		return wantKeys("CardsOf", r.CardsOf("a"), cardKey, "1", "2", "51", "52", "53", "54")
	})
}

func checkViewDoesNotWait(d desk) {
	b := d.filled()
	d.update("an update that takes its time", func(w store.Writer) error {
		later := b.copy()
		if err := later.churn(w); err != nil {
			return err
		}
		err := d.soon("a view while an update runs", func() error {
			return d.l.View(d.ctx, func(_ context.Context, r store.Reader) error { return b.compareAll(r, later.all()) })
		})
		if err != nil {
			return fmt.Errorf("a view while an update runs: %w", err)
		}
		*b = *later
		return nil
	})
	d.compare("after the update", b)
}

func checkUpdateDoesNotWait(d desk) {
	d.putCards("a", "1")
	d.view("a view that takes its time", func(r store.Reader) error {
		if _, err := r.Card(recordID("1")); err != nil {
			return err
		}
		for n := range 3 { // more than one, or the second waits for the first one's end
			err := d.soon("an update while a view runs", func() error {
				return d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error { return w.PutCard(cardOf(fmt.Sprint(2+n), "a")) })
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	d.wantCards("after the updates", "1", "2", "3", "4")
}
