package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// batch puts down what is about to be written, carries the changes out, and
// notes what became of them.
func (a *applier) batch(ctx context.Context, batch []store.Change) error {
	if err := stillAt(ctx); err != nil {
		return err
	}
	tries, err := a.prepare(ctx, batch)
	defer func() {
		for _, t := range tries {
			a.intents.end(t.intent)
		}
	}()
	if err != nil {
		return err
	}
	tried, stopped := a.tryAll(ctx, tries)
	// What was done is noted also when the caller has given up.
	noted := context.WithoutCancel(ctx)
	err = a.ledger.Update(noted, func(_ context.Context, w store.Writer) error {
		w, err := lookAheadToCards(w, recordsOf(batch[:tried]))
		if err != nil {
			return err
		}
		for i := range tries[:tried] {
			if err := tries[i].joinOther(w); err != nil {
				return err
			}
			if err := tries[i].store(w, a.by, a.run); err != nil {
				return err
			}
		}
		for _, t := range tries[tried:] {
			if err := t.putBack(w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, stopped)
	}
	for i := range tries[:tried] {
		a.tell(tries[i].change)
	}
	return stopped
}

// recordsOf are the records that changes are about.
func recordsOf(changes []store.Change) []store.RecordID {
	ids := make([]store.RecordID, len(changes))
	for i, c := range changes {
		ids[i] = c.Record
	}
	return ids
}

// tell counts a change and sends its event.
func (a *applier) tell(c store.Change) {
	a.count(c)
	a.emit(Event{
		Type: EventChangeApplied, Integration: a.report.Plan.Integration, Run: a.run, Company: c.Company,
		Done: c.Seq, Total: a.report.Plan.Changes, Outcome: c.Outcome.State,
	})
}

// prepare gives each change its intent and puts down what is about to be
// written.
func (a *applier) prepare(ctx context.Context, batch []store.Change) ([]applied, error) {
	tries := make([]applied, len(batch))
	for i, c := range batch {
		tries[i] = applied{change: c, intent: a.ids.next("intent"), secret: a.revealed[c.Seq]}
		a.intents.begin(tries[i].intent)
	}
	err := a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		w, err := lookAheadToCards(w, recordsOf(batch))
		if err != nil {
			return err
		}
		decided, err := a.decidedMeanwhile(w)
		if err != nil {
			return err
		}
		for i := range tries {
			t := &tries[i]
			if err := a.find(w, t); err != nil {
				return err
			}
			if decided {
				if err := t.overtake(w); err != nil {
					return err
				}
			}
			if !calls(t.change) || t.overtaken || t.endless {
				continue
			}
			if t.change.Action == store.ActionCreate {
				t.change.Outcome.State = store.OutcomeTrying
				if err := t.put(w); err != nil {
					return err
				}
			}
			t.open = openWriteOf(t.change, t.intent, a.by)
			if err := w.PutOpenWrite(t.open); err != nil {
				return err
			}
		}
		return nil
	})
	return tries, err
}

// tryAll carries changes out until something ends the plan for now. It returns
// how many were tried.
func (a *applier) tryAll(ctx context.Context, tries []applied) (int, error) {
	for i := range tries {
		if err := stillAt(ctx); err != nil {
			return i, err
		}
		if err := a.try(ctx, &tries[i]); err != nil {
			return i + 1, err
		}
	}
	return len(tries), nil
}

// try carries out one change. The error ends the plan for now.
func (a *applier) try(ctx context.Context, t *applied) error {
	defer func() { a.noteEnd(t.change) }()
	if t.outdated() || a.waitsForEnd(&t.change) {
		return nil
	}
	err := a.perform(ctx, t)
	t.change.Outcome = outcomeOf(t.change.Action, t.asset.ID, err)
	t.doubt = err != nil && !store.Settled(err)
	if err == nil || store.Settled(err) && !errors.Is(err, store.ErrUnavailable) {
		a.outage = 0
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return a.failedOnce(err)
}

// failedOnce counts a failure that is the platform's and not the change's. The
// error ends the plan for now: it is down.
func (a *applier) failedOnce(err error) error {
	if a.outage++; a.outage < maxOutage {
		return nil
	}
	return fmt.Errorf("the platform failed %d times in a row; the rest is left for later: %w", a.outage, err)
}
