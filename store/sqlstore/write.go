package sqlstore

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// put writes a row as it is kept.
func put[T interface{ Clean() (T, error) }, K comparable](w *writer, t *table[T, K], row T) error {
	row, err := clean(w, row)
	if err != nil {
		return err
	}
	return gather(w.scope, t, row)
}

// clean returns a row as it is kept.
func clean[T interface{ Clean() (T, error) }](w *writer, row T) (T, error) {
	if err := w.usable(); err != nil {
		return row, err
	}
	return row.Clean()
}

func refused(what string, id any, why string) error {
	return fmt.Errorf("sqlstore: put %s %q: %w: %s", what, id, store.ErrRefused, why)
}

// PutIntegration implements store.Writer.
func (w *writer) PutIntegration(i store.Integration) error { return put(w, w.tables.integrations, i) }

// PutSettings implements store.Writer.
func (w *writer) PutSettings(s store.Settings) error {
	s, err := clean(w, s)
	if err != nil {
		return err
	}
	if _, found, err := find(w.scope, w.tables.settings, &s); err != nil {
		return err
	} else if found {
		return refused("settings", s.Integration, fmt.Sprintf("version %d is there already", s.Version))
	}
	return gather(w.scope, w.tables.settings, s)
}

// PutMirrorRow implements store.Writer.
func (w *writer) PutMirrorRow(m store.MirrorRow) error {
	w.disposalsOf().drop(m.ID)
	return put(w, w.tables.mirror, m)
}

// PutMatch implements store.Writer.
func (w *writer) PutMatch(m store.Match) error { return put(w, w.tables.matches, m) }

// PutCard implements store.Writer.
func (w *writer) PutCard(c store.Card) error { return put(w, w.tables.cards, c) }

// DeleteCard implements store.Writer.
func (w *writer) DeleteCard(id store.RecordID) error {
	return remove(w.scope, w.tables.cards, &store.Card{ID: id})
}

// PutPlan implements store.Writer.
func (w *writer) PutPlan(p store.Plan) error { return put(w, w.tables.plans, p) }

// PutChange implements store.Writer.
func (w *writer) PutChange(c store.Change) error {
	gatheredOf(w.scope, w.tables.outcomes).drop(changeKey{c.Plan, c.Seq})
	return put(w, w.tables.changes, c)
}

// PutOutcome implements store.Writer.
func (w *writer) PutOutcome(plan store.PlanID, seq int, o store.Outcome) error {
	o, err := clean(w, o)
	if err != nil || !askable([]any{string(plan)}) {
		return err
	}
	if waiting := gatheredOf(w.scope, w.tables.changes).find(changeKey{plan, seq}); waiting != nil {
		waiting.Outcome = o
		return nil
	}
	return gather(w.scope, w.tables.outcomes, outcome{plan, seq, o})
}

// PutOpenWrite implements store.Writer.
func (w *writer) PutOpenWrite(o store.OpenWrite) error { return put(w, w.tables.openWrites, o) }

// DeleteOpenWrite implements store.Writer.
func (w *writer) DeleteOpenWrite(intent string) error {
	return remove(w.scope, w.tables.openWrites, &store.OpenWrite{Intent: intent})
}

// PutRun implements store.Writer.
func (w *writer) PutRun(r store.Run) error { return put(w, w.tables.runs, r) }

// AppendJournal implements store.Writer.
func (w *writer) AppendJournal(e store.JournalEntry) error {
	e, err := clean(w, e)
	if err != nil {
		return err
	}
	n, err := numbersOf(w.scope)
	if err != nil {
		return err
	}
	n.journal++
	e.Seq = n.journal
	return gather(w.scope, w.tables.journal, e)
}
