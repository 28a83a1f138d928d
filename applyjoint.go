package dovetail

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// jointly carries changes out on a platform that is in the ledger's database:
// each call to the platform and what is noted about it are one transaction, so
// that nothing can be left in doubt.
func (a *applier) jointly(ctx context.Context, batch []store.Change) error {
	err := a.together(ctx, batch)
	if err == nil || ctx.Err() != nil {
		return err
	}
	// One of them breaks the transaction: each on its own.
	for _, c := range batch {
		err := a.together(ctx, []store.Change{c})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			a.outage = 0
			continue
		}
		c.Outcome = store.Outcome{State: store.OutcomeFailed, Problem: err.Error()}
		a.noteEnd(c)
		t := applied{change: c}
		if err := a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return t.store(w, a.by, a.run) }); err != nil {
			return err
		}
		a.tell([]applied{t})
		if err := a.failedOnce(err); err != nil {
			return err
		}
	}
	return nil
}

// together carries changes out in one transaction. A change that is refused
// leaves the others; any other error undoes them all.
func (a *applier) together(ctx context.Context, batch []store.Change) error {
	tries := make([]applied, 0, len(batch))
	err := a.ledger.Update(ctx, func(ctx context.Context, w store.Writer) error {
		tries = tries[:0]
		w, err := lookAheadToCards(w, recordsOf(batch))
		if err != nil {
			return err
		}
		decided, err := a.decidedMeanwhile(w)
		if err != nil {
			return err
		}
		for _, c := range batch {
			tries = append(tries, applied{change: c, intent: a.ids.next("intent"), secret: a.revealed[c.Seq]})
			t := &tries[len(tries)-1]
			if err := a.find(w, t); err != nil {
				return err
			}
			if decided {
				if err := t.overtake(w); err != nil {
					return err
				}
			}
			if !t.outdated() && !a.waitsForEnd(&t.change) {
				err := a.perform(ctx, t)
				if err != nil && (!store.Settled(err) || errors.Is(err, store.ErrUnavailable)) {
					return err
				}
				t.change.Outcome = outcomeOf(c.Action, t.asset.ID, err)
			}
			if err := t.joinOther(w); err != nil {
				return err
			}
			a.noteEnd(t.change)
			if err := t.store(w, a.by, a.run); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		a.rebases.forget()
		return err
	}
	a.tell(tries)
	return nil
}
