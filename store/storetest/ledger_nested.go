package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// turnChecks are the rules about transactions within and beside transactions.
func turnChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		ledgerCheck("a transaction within a transaction is refused at once",
			"View or Update with the context that View or Update handed to a function of theirs is the error ErrNested, at once (Ledger.Update).",
			checkNested),
		ledgerCheck("a transaction in which another was refused goes on",
			"ErrNested is an error of the inner call alone (Ledger.Update).", checkNestedGoesOn),
		ledgerCheck("waiting for a turn ends with the context",
			"Updates of an account follow one another; ctx bounds the wait (Ledger.Update).", checkWaitEnds),
		ledgerCheck("updates follow one another and lose nothing",
			"Updates of an account follow one another, each on what the one before it left (Ledger.Update).", checkConcurrent),
	}
}

// nestedCalls makes every call that is refused within a transaction with the
// context ctx.
func (d desk) nestedCalls(ctx context.Context, within string) { //nolint:contextcheck // a context without its end is one of those tried
	derived, cancel := context.WithTimeout(context.WithValue(ctx, desk{}, 1), patience)
	defer cancel()
	for name, ctx := range map[string]context.Context{
		"its context": ctx, "a context derived from it": derived, "its context without its end": context.WithoutCancel(ctx),
	} {
		ctx, cancel := context.WithTimeout(ctx, patience/2) // a ledger that waits for itself is told from one that hangs
		err := d.soon("View within "+within+" with "+name, func() error {
			return d.l.View(ctx, func(context.Context, store.Reader) error { return errors.New("a nested view was run") })
		})
		d.wantErr(err, store.ErrNested, "View within %s with %s", within, name)
		err = d.soon("Update within "+within+" with "+name, func() error {
			return d.l.Update(ctx, func(context.Context, store.Writer) error { return errors.New("a nested update was run") })
		})
		d.wantErr(err, store.ErrNested, "Update within %s with %s", within, name)
		cancel()
	}
}

func checkNested(d desk) {
	_ = d.l.Update(d.ctx, func(ctx context.Context, _ store.Writer) error {
		d.nestedCalls(ctx, "Update")
		return errBoom
	})
	_ = d.l.View(d.ctx, func(ctx context.Context, _ store.Reader) error {
		d.nestedCalls(ctx, "View")
		return errBoom
	})
}

func checkNestedGoesOn(d desk) {
	d.putCards("a", "1")
	err := d.l.Update(d.ctx, func(ctx context.Context, w store.Writer) error {
		if err := w.PutCard(cardOf("2", "a")); err != nil {
			return err
		}
		_ = d.l.View(ctx, func(context.Context, store.Reader) error { return nil })
		_ = d.l.Update(ctx, func(_ context.Context, w store.Writer) error { return w.DeleteCard(recordID("1")) })
		if err := wantKeys("CardsOf", w.CardsOf("a"), cardKey, "1", "2"); err != nil {
			return err
		}
		return w.PutCard(cardOf("3", "a"))
	})
	d.must(err, "an update that tried another within it")
	d.wantCards("after the update", "1", "2", "3")
}

func checkWaitEnds(d desk) {
	d.putCards("a", "1")
	d.update("an update that takes its time", func(store.Writer) error {
		ctx, cancel := context.WithTimeout(d.ctx, 20*time.Millisecond)
		defer cancel()
		err := d.soon("an update whose turn doesn't come", func() error {
			return d.l.Update(ctx, func(context.Context, store.Writer) error { return errors.New("two updates ran at the same time") })
		})
		d.wantErr(err, context.DeadlineExceeded, "an update whose turn doesn't come before its context ends")
		return nil
	})
	d.putCards("a", "2") // whoever stopped waiting doesn't keep the turn
	d.wantCards("after the updates", "1", "2")
}

// checkConcurrent moves a card to and fro while others count: no reader may see
// it in two companies or in none, and no count may be lost.
func checkConcurrent(d desk) {
	const writers, readers, rounds = 4, 3, 8
	d.putCards("company-0", "moving")
	d.update("put an integration", func(w store.Writer) error { return w.PutIntegration(store.Integration{ID: "i1"}) })
	results := make(chan error, writers+readers)
	var running turn
	for range writers {
		go func() {
			results <- repeat(rounds, func() error { return d.l.Update(d.ctx, running.count) })
		}()
	}
	for range readers {
		go func() {
			results <- repeat(rounds, func() error { return d.l.View(d.ctx, seesOne) })
		}()
	}
	for range writers + readers {
		if err := <-results; err != nil {
			d.errorf("%w", err)
		}
	}
	d.view("read the count", func(r store.Reader) error {
		i, err := r.Integration("i1")
		if err == nil && i.Revision != writers*rounds {
			err = fmt.Errorf("%d updates that added 1 made %d", writers*rounds, i.Revision)
		}
		return err
	})
}

func repeat(n int, fn func() error) error {
	for range n {
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// seesOne checks that the card is in the company that the count says.
func seesOne(_ context.Context, r store.Reader) error {
	i, err := r.Integration("i1")
	if err != nil {
		return err
	}
	for n := range int64(3) {
		cards, err := allOf(r.CardsOf(store.CompanyID(fmt.Sprintf("company-%d", n))))
		if err != nil {
			return err
		}
		if (len(cards) == 1) != (i.Revision%3 == n) {
			return fmt.Errorf("a view after %d updates saw the card %d times in company %d", i.Revision, len(cards), n)
		}
	}
	return nil
}
