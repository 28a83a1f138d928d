package memory

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
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

// remove2 deletes a row of a table that has two orders, if it is there.
func remove2[K, K2, V any](w *writer, t *tree[K, *V], second *tree[K2, *V], of table, k K) {
	if delete2(w.owner, t, second, k) {
		w.state.writes[of]++
	}
}

// check returns why a row can't be written, or nil: ids holds the texts that it
// can't be without.
func (w *writer) check(of table, id any, ids ...string) error {
	if err := w.usable(); err != nil {
		return err
	}
	if slices.Contains(ids, "") {
		return refused(of.String(), id, "an id is empty")
	}
	return nil
}

func parts(id store.RecordID, more ...string) []string {
	return append(more, string(id.Integration), string(id.Kind), string(id.Key))
}

// PutIntegration implements store.Writer.
func (w *writer) PutIntegration(i store.Integration) error {
	if err := w.check(tableIntegration, i.ID, string(i.ID)); err != nil {
		return err
	}
	put(w, &w.state.integrations, tableIntegration, copyIntegration(i))
	return nil
}

// PutSettings implements store.Writer.
func (w *writer) PutSettings(s store.Settings) error {
	if err := w.check(tableSettings, s.Integration, string(s.Integration)); err != nil {
		return err
	}
	if s.Version < 1 {
		return refused("settings", s.Integration, fmt.Sprintf("version %d (versions count from 1)", s.Version))
	}
	if _, found := w.state.settings.get(keyOfSettings(&s)); found {
		return refused("settings", s.Integration, fmt.Sprintf("version %d is there already", s.Version))
	}
	put(w, &w.state.settings, tableSettings, copySettings(s))
	return nil
}

// PutMirrorRow implements store.Writer.
func (w *writer) PutMirrorRow(m store.MirrorRow) error {
	if err := w.check(tableMirrorRow, m.ID, parts(m.ID)...); err != nil {
		return err
	}
	put2(w, &w.state.mirror, &w.state.mirrorByContainer, tableMirrorRow, copyMirrorRow(m))
	return nil
}

// PutMatch implements store.Writer.
func (w *writer) PutMatch(m store.Match) error {
	if err := w.check(tableMatch, m.ID, parts(m.ID)...); err != nil {
		return err
	}
	put2(w, &w.state.matches, &w.state.matchesByCompany, tableMatch, copyMatch(m))
	return nil
}

// PutCard implements store.Writer.
func (w *writer) PutCard(c store.Card) error {
	if err := w.check(tableCard, c.ID, parts(c.ID, string(c.Asset), string(c.Company))...); err != nil {
		return err
	}
	put2(w, &w.state.cards, &w.state.cardsByCompany, tableCard, copyCard(c))
	return nil
}

// DeleteCard implements store.Writer.
func (w *writer) DeleteCard(id store.RecordID) error {
	if err := w.usable(); err != nil {
		return err
	}
	remove2(w, &w.state.cards, &w.state.cardsByCompany, tableCard, id)
	return nil
}

// PutPlan implements store.Writer.
func (w *writer) PutPlan(p store.Plan) error {
	if err := w.check(tablePlan, p.ID, string(p.ID), string(p.Integration)); err != nil {
		return err
	}
	put2(w, &w.state.plans, &w.state.plansByIntegration, tablePlan, copyPlan(p))
	return nil
}

// PutChange implements store.Writer.
func (w *writer) PutChange(c store.Change) error {
	if err := w.check(tableChange, c.Plan, parts(c.Record, string(c.Plan))...); err != nil {
		return err
	}
	if c.Seq < 1 {
		return refused("change", c.Plan, fmt.Sprintf("number %d (changes count from 1)", c.Seq))
	}
	put(w, &w.state.changes, tableChange, copyChange(c))
	return nil
}

// PutOpenWrite implements store.Writer.
func (w *writer) PutOpenWrite(o store.OpenWrite) error {
	if err := w.check(tableOpenWrite, o.Intent, parts(o.Record, o.Intent)...); err != nil {
		return err
	}
	put2(w, &w.state.openWrites, &w.state.openWritesByIntegration, tableOpenWrite, copyOpenWrite(o))
	return nil
}

// DeleteOpenWrite implements store.Writer.
func (w *writer) DeleteOpenWrite(intent string) error {
	if err := w.usable(); err != nil {
		return err
	}
	remove2(w, &w.state.openWrites, &w.state.openWritesByIntegration, tableOpenWrite, intent)
	return nil
}

// PutRun implements store.Writer.
func (w *writer) PutRun(r store.Run) error {
	if err := w.check(tableRun, r.ID, string(r.ID), string(r.Integration)); err != nil {
		return err
	}
	put2(w, &w.state.runs, &w.state.runsByIntegration, tableRun, copyRun(r))
	return nil
}

// AppendJournal implements store.Writer.
func (w *writer) AppendJournal(e store.JournalEntry) error {
	if err := w.usable(); err != nil {
		return err
	}
	// Entries are never deleted, so they are numbered without gaps.
	e.Seq = int64(w.state.journal.size) + 1
	put(w, &w.state.journal, tableJournal, copyJournalEntry(e))
	return nil
}

// PutScan implements store.Writer.
func (w *writer) PutScan(s store.Scan) error {
	if err := w.check(tableScan, s.ID, string(s.ID), string(s.Integration), string(s.Kind)); err != nil {
		return err
	}
	key := keyOfScan(&s)
	if m, found := w.state.marks.get(s.ID); found && m.scan != key {
		return refused("scan", s.ID, "the id is that of a scan of something else")
	}
	if _, found := w.state.scans.get(key); !found {
		w.dropMarks(key)
		w.state.marks.set(w.owner, &marks{
			scan: key,
			seen: newTree(func(k connector.Key) connector.Key { return k }, cmp.Compare),
		})
	}
	put(w, &w.state.scans, tableScan, copyScan(s))
	return nil
}

// dropMarks drops the marks of the scans of the same kind that are over.
func (w *writer) dropMarks(next scanKey) {
	start := func(k scanKey) bool { return k.compare(scanKey{next.integration, next.kind, ""}) >= 0 }
	for scan := range w.state.scans.ascend(start) {
		if scan.Integration != next.integration || scan.Kind != next.kind {
			return
		}
		if scan.State.Complete() || scan.State == store.ScanFailed {
			w.state.marks.delete(w.owner, scan.ID)
		}
	}
}

// MarkSeen implements store.Writer.
func (w *writer) MarkSeen(scan store.ScanID, ids []store.RecordID) error {
	if err := w.usable(); err != nil {
		return err
	}
	m, found := w.state.marks.get(scan)
	if !found {
		return notFound("marks of scan", scan)
	}
	for _, id := range ids {
		if id.Integration != m.scan.integration || id.Kind != m.scan.kind || id.Key == "" {
			return refused("mark", id, fmt.Sprintf("scan %q doesn't read it", scan))
		}
	}
	changed := *m
	for _, id := range ids {
		if _, again := changed.seen.set(w.owner, id.Key); !again {
			w.state.writes[tableMark]++
		}
	}
	w.state.marks.set(w.owner, &changed)
	return nil
}
