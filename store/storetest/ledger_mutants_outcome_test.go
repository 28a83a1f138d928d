package storetest_test

import "github.com/dovetail-sync/dovetail/store"

const outcomes = "an outcome is written and nothing else of its change"

// noter notes outcomes in another way.
type noter struct {
	store.Writer
	note func(w store.Writer, c store.Change) error
}

func (w noter) PutOutcome(plan store.PlanID, seq int, o store.Outcome) error {
	return w.note(w.Writer, store.Change{Plan: plan, Seq: seq, Record: store.RecordID{Integration: "i1", Kind: "device", Key: "1"}, Outcome: o})
}

func notesWith(note func(w store.Writer, c store.Change) error) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return noter{w, note} }}
	}
}

func notesAll(w store.Writer, c store.Change) error {
	was, err := w.Change(c.Plan, c.Seq)
	if err == nil {
		was.Outcome = c.Outcome
		c = was
	}
	if c.Seq == 0 {
		return nil
	}
	return w.PutChange(c)
}

func notesTheRest(w store.Writer, c store.Change) error {
	if _, err := w.Change(c.Plan, c.Seq); err != nil {
		return nil //nolint:nilerr // then it does nothing
	}
	return w.PutChange(c)
}

func notesNot(store.Writer, store.Change) error { return nil }
