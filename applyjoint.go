package dovetail

import (
	"context"
	"errors"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// jointBatch is how many changes are one transaction on a platform that is in the
// ledger's database. A stop ends within it, and what else is to be written waits
// for it.
const jointBatch = 256

// jointly carries changes out on a platform that is in the ledger's database:
// the calls to the platform and what is noted about them are one transaction, so
// that nothing can be left in doubt.
func (a *applier) jointly(ctx context.Context, batch []store.Change) error {
	broken, err := a.attempt(ctx, batch)
	if broken == nil {
		return err
	}
	return a.apart(ctx, batch)
}

// apart carries out in smaller parts what breaks a transaction together, down to
// each change on its own.
func (a *applier) apart(ctx context.Context, batch []store.Change) error {
	for part := range slices.Chunk(batch, max(len(batch)/10, 1)) {
		broken, err := a.attempt(ctx, part)
		switch {
		case broken == nil:
		case len(part) > 1:
			err = a.apart(ctx, part)
		default:
			err = a.breaks(ctx, part[0], broken)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attempt carries changes out in one transaction. Broken is why it was undone,
// and err ends the plan for now.
func (a *applier) attempt(ctx context.Context, batch []store.Change) (broken, err error) {
	broken = a.together(ctx, batch)
	if broken == nil {
		if len(batch) > 0 {
			a.outage = 0
		}
		return nil, nil
	}
	if ctx.Err() != nil {
		return nil, broken
	}
	kept, err := a.keptAfterAll(ctx, batch)
	if err != nil {
		return nil, errors.Join(broken, err)
	}
	if kept {
		return nil, nil
	}
	return broken, nil
}

// breaks notes a change that breaks its transaction.
func (a *applier) breaks(ctx context.Context, c store.Change, why error) error {
	c.Outcome = store.Outcome{State: store.OutcomeFailed, Problem: why.Error()}
	a.noteEnd(c)
	t := applied{change: c}
	if err := a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return t.store(w, a.by, a.run) }); err != nil {
		return err
	}
	a.tell(t.change)
	return a.failedOnce(why)
}

// keptAfterAll reports whether changes were carried out by a transaction that
// failed in its end: it may have been kept all the same, and only its answer
// lost. To carry them out again would make an asset twice.
func (a *applier) keptAfterAll(ctx context.Context, batch []store.Change) (kept bool, err error) {
	var stand []store.Change
	err = a.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, c := range batch {
			stands, err := r.Change(c.Plan, c.Seq)
			if err != nil || stands.Outcome == c.Outcome {
				return err // all of them were kept, or none
			}
			stand = append(stand, stands)
		}
		return nil
	})
	if err != nil || len(stand) == 0 {
		return false, err
	}
	for _, c := range stand {
		a.noteEnd(c)
		a.tell(c)
	}
	return true, nil
}

// together carries changes out in one transaction. A change that is refused
// leaves the others; any other error undoes them all.
func (a *applier) together(ctx context.Context, batch []store.Change) error {
	done := a.carried
	err := a.ledger.Update(ctx, func(ctx context.Context, w store.Writer) error {
		done = done[:0]
		w, err := lookAheadToCards(w, recordsOf(batch))
		if err != nil {
			return err
		}
		decided, err := a.decidedMeanwhile(w)
		if err != nil {
			return err
		}
		for _, c := range batch {
			t := &applied{change: c, intent: a.ids.next("intent"), secret: a.revealed[c.Seq]}
			if err := a.carryOut(ctx, w, t, decided); err != nil {
				return err
			}
			done = append(done, t.change)
		}
		return nil
	})
	a.carried = done
	if err != nil {
		a.rebases.forget()
		return err
	}
	for _, c := range done {
		a.tell(c)
	}
	return nil
}

// carryOut carries one change out and notes what became of it. The error undoes
// it. decided says that people have decided about something since the plan was
// made.
func (a *applier) carryOut(ctx context.Context, w store.Writer, t *applied, decided bool) error {
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
		t.change.Outcome = outcomeOf(t.change.Action, t.asset.ID, err)
	}
	if err := t.joinOther(w); err != nil {
		return err
	}
	a.noteEnd(t.change)
	return t.store(w, a.by, a.run)
}
