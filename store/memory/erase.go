package memory

import "github.com/dovetail-sync/dovetail/store"

// Erase implements store.Writer.
func (w *writer) Erase(id store.RecordID) error {
	if err := w.usable(); err != nil {
		return err
	}
	s := w.state
	steps := []func() error{
		func() error { return remove2(w, &s.mirror, &s.mirrorByContainer, tableMirrorRow, id) },
		func() error { return remove2(w, &s.matches, &s.matchesByCompany, tableMatch, id) },
		func() error { return remove2(w, &s.cards, &s.cardsByCompany, tableCard, id) },
		func() error { return remove2(w, &s.tombstones, &s.tombstonesByCompany, tableTombstone, id) },
		func() error {
			return removeAll(&s.rejections, func(r *store.Rejection) bool { return r.ID == id }, func(r *store.Rejection) error {
				return w.DeleteRejection(r.ID, r.Company, r.Asset)
			})
		},
		func() error {
			return removeAll(&s.openWrites, func(o *store.OpenWrite) bool { return o.Record == id }, func(o *store.OpenWrite) error {
				return w.DeleteOpenWrite(o.Intent)
			})
		},
		func() error {
			return removeAll(&s.overwritten, func(o *store.Overwritten) bool { return o.ID == id }, func(o *store.Overwritten) error {
				return w.DeleteOverwritten(o.Seq)
			})
		},
		func() error {
			about := func(c *store.Change) bool {
				return c.Record == id || c.Record.Integration == id.Integration && !s.planned(c)
			}
			return removeAll(&s.changes, about, func(c *store.Change) error {
				return remove(w, &s.changes, tableChange, keyOfChange(c))
			})
		},
		func() error {
			return removeAll(&s.journal, func(e *store.JournalEntry) bool { return e.Record == id }, func(e *store.JournalEntry) error {
				return remove(w, &s.journal, tableJournal, e.Seq)
			})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// RewriteEntry implements store.Writer.
func (w *writer) RewriteEntry(e store.JournalEntry) error {
	e, err := clean(w, e)
	if err != nil {
		return err
	}
	if _, found := w.state.journal.get(e.Seq); !found {
		return notFound("journal entry", e.Seq)
	}
	put(w, &w.state.journal, tableJournal, e)
	return nil
}

// planned reports whether a change's plan has a header.
func (s *state) planned(c *store.Change) bool {
	_, there := s.plans.get(c.Plan)
	return there
}

// removeAll removes the rows of a table that are about something. They are
// gathered first: a tree isn't changed while it is walked.
func removeAll[K, V any](t *tree[K, *V], about func(*V) bool, del func(*V) error) error {
	var rows []*V
	for row := range t.ascend(nil) {
		if about(row) {
			rows = append(rows, row)
		}
	}
	for _, row := range rows {
		if err := del(row); err != nil {
			return err
		}
	}
	return nil
}
