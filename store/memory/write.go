package memory

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// put writes a row of a table that has one order.
func put[K, V any](w *writer, t *tree[K, *V], of table, row V) {
	t.set(w.owner, &row)
	w.state.writes[of]++
}

// put2 writes a row of a table that has two.
func put2[K, K2, V any](w *writer, t *tree[K, *V], second *tree[K2, *V], of table, row V) {
	set2(w.owner, t, second, &row)
	w.state.writes[of]++
}

// remove deletes a row of a table that has one order, if it is there.
func remove[K, V any](w *writer, t *tree[K, *V], of table, k K) error {
	if err := w.usable(); err != nil {
		return err
	}
	if _, found := t.delete(w.owner, k); found {
		w.state.writes[of]++
	}
	return nil
}

// remove2 deletes a row of a table that has two orders, if it is there.
func remove2[K, K2, V any](w *writer, t *tree[K, *V], second *tree[K2, *V], of table, k K) error {
	if err := w.usable(); err != nil {
		return err
	}
	if delete2(w.owner, t, second, k) {
		w.state.writes[of]++
	}
	return nil
}

// clean returns a row as it is kept.
func clean[T interface{ Clean() (T, error) }](w *writer, row T) (T, error) {
	if err := w.usable(); err != nil {
		return row, err
	}
	return row.Clean()
}

// PutIntegration implements store.Writer.
func (w *writer) PutIntegration(i store.Integration) error {
	i, err := clean(w, i)
	if err != nil {
		return err
	}
	put(w, &w.state.integrations, tableIntegration, i)
	return nil
}

// PutSettings implements store.Writer.
func (w *writer) PutSettings(s store.Settings) error {
	s, err := clean(w, s)
	if err != nil {
		return err
	}
	if _, found := w.state.settings.get(keyOfSettings(&s)); found {
		return refused("settings", s.Integration, fmt.Sprintf("version %d is there already", s.Version))
	}
	put(w, &w.state.settings, tableSettings, s)
	return nil
}

// PutMirrorRow implements store.Writer.
func (w *writer) PutMirrorRow(m store.MirrorRow) error {
	m, err := clean(w, m)
	if err != nil {
		return err
	}
	put2(w, &w.state.mirror, &w.state.mirrorByContainer, tableMirrorRow, m)
	return nil
}

// Dispose implements store.Writer.
func (w *writer) Dispose(id store.RecordID, disposition store.Reason) error {
	m, err := clean(w, store.MirrorRow{ID: id, Disposition: disposition})
	if err != nil {
		return err
	}
	old, found := w.state.mirror.get(id)
	if !found {
		return nil
	}
	row := *old // what it holds isn't changed: the two can share it
	row.Disposition = m.Disposition
	put2(w, &w.state.mirror, &w.state.mirrorByContainer, tableMirrorRow, row)
	return nil
}

// PutMatch implements store.Writer.
func (w *writer) PutMatch(m store.Match) error {
	m, err := clean(w, m)
	if err != nil {
		return err
	}
	put2(w, &w.state.matches, &w.state.matchesByCompany, tableMatch, m)
	return nil
}

// PutCard implements store.Writer.
func (w *writer) PutCard(c store.Card) error {
	c, err := clean(w, c)
	if err != nil {
		return err
	}
	put2(w, &w.state.cards, &w.state.cardsByCompany, tableCard, c)
	return nil
}

// DeleteCard implements store.Writer.
func (w *writer) DeleteCard(id store.RecordID) error {
	return remove2(w, &w.state.cards, &w.state.cardsByCompany, tableCard, id)
}

// PutPlan implements store.Writer.
func (w *writer) PutPlan(p store.Plan) error {
	p, err := clean(w, p)
	if err != nil {
		return err
	}
	put2(w, &w.state.plans, &w.state.plansByIntegration, tablePlan, p)
	return nil
}

// PutChange implements store.Writer.
func (w *writer) PutChange(c store.Change) error {
	c, err := clean(w, c)
	if err != nil {
		return err
	}
	put(w, &w.state.changes, tableChange, c)
	return nil
}

// PutOutcome implements store.Writer.
func (w *writer) PutOutcome(plan store.PlanID, seq int, o store.Outcome) error {
	o, err := clean(w, o)
	if err != nil {
		return err
	}
	old, found := w.state.changes.get(changeKey{plan, seq})
	if !found {
		return nil
	}
	c := *old // what it holds isn't changed: the two can share it
	c.Outcome = o
	put(w, &w.state.changes, tableChange, c)
	return nil
}

// PutOpenWrite implements store.Writer.
func (w *writer) PutOpenWrite(o store.OpenWrite) error {
	o, err := clean(w, o)
	if err != nil {
		return err
	}
	put2(w, &w.state.openWrites, &w.state.openWritesByIntegration, tableOpenWrite, o)
	return nil
}

// DeleteOpenWrite implements store.Writer.
func (w *writer) DeleteOpenWrite(intent string) error {
	return remove2(w, &w.state.openWrites, &w.state.openWritesByIntegration, tableOpenWrite, intent)
}

// PutRun implements store.Writer.
func (w *writer) PutRun(r store.Run) error {
	r, err := clean(w, r)
	if err != nil {
		return err
	}
	put2(w, &w.state.runs, &w.state.runsByIntegration, tableRun, r)
	return nil
}

// AppendJournal implements store.Writer.
func (w *writer) AppendJournal(e store.JournalEntry) error {
	e, err := clean(w, e)
	if err != nil {
		return err
	}
	w.state.lastEntry++
	e.Seq = w.state.lastEntry
	put(w, &w.state.journal, tableJournal, e)
	return nil
}
