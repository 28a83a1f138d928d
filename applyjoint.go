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
		kept, unknown := a.keptAfterAll(ctx, c)
		if unknown == nil && !kept {
			if err = a.together(ctx, []store.Change{c}); err != nil && ctx.Err() == nil {
				kept, unknown = a.keptAfterAll(ctx, c)
			}
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case unknown != nil:
			return errors.Join(err, unknown)
		case kept:
			continue
		case err == nil:
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

// keptAfterAll reports whether a change was carried out by a transaction that
// failed in its end: it may have been kept all the same, and only its answer
// lost. To carry it out again would make an asset twice.
func (a *applier) keptAfterAll(ctx context.Context, c store.Change) (kept bool, err error) {
	var stands store.Change
	err = a.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		stands, err = r.Change(c.Plan, c.Seq)
		return err
	})
	if err != nil || stands.Outcome == c.Outcome {
		return false, err
	}
	a.noteEnd(stands)
	a.tell([]applied{{change: stands}})
	return true, nil
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
