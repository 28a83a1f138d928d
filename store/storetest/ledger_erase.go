package storetest

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// eraseChecks are the rules about the erasure of a record.
func eraseChecks() []check[LedgerFixture] {
	const rule = "Erase removes all that is kept about one record, and about nothing else (Writer)."
	return []check[LedgerFixture]{
		ledgerCheck("an erased record leaves nothing behind", rule, checkErase),
		ledgerCheck("an entry of the journal is written again under its number",
			"RewriteEntry writes a journal entry again under its number; one that isn't there is ErrNotFound (EraseWriter).", checkRewriteEntry),
	}
}

// recordAt returns where a row names the record that it is about, or nil.
func recordAt(row any) (*store.RecordID, func() any) {
	switch r := row.(type) {
	case store.MirrorRow:
		return &r.ID, func() any { return r }
	case store.Match:
		return &r.ID, func() any { return r }
	case store.Card:
		return &r.ID, func() any { return r }
	case store.Tombstone:
		return &r.ID, func() any { return r }
	case store.Rejection:
		return &r.ID, func() any { return r }
	case store.Overwritten:
		return &r.ID, func() any { return r }
	case store.Change:
		return &r.Record, func() any { return r }
	case store.OpenWrite:
		return &r.Record, func() any { return r }
	case store.JournalEntry:
		return &r.Record, func() any { return r }
	default:
		return nil, nil
	}
}

// writeAbout writes a row about a record into every table that names one.
func (b *book) writeAbout(w store.Writer, id store.RecordID, n int) error {
	for _, t := range b.tables {
		at, row := recordAt(full(n).row(t.row))
		if at == nil {
			continue
		}
		*at = id
		if err := b.write(w, t, row()); err != nil {
			return err
		}
	}
	return nil
}

// erase is Erase, in the ledger and in the book.
func (b *book) erase(w store.Writer, id store.RecordID) error {
	for _, t := range b.tables {
		for _, row := range b.sorted(t) {
			if at, _ := recordAt(row); at != nil && (*at == id || b.cutOff(row, id.Integration)) {
				b.forget(t, t.key(row))
			}
		}
	}
	return w.Erase(id)
}

// cutOff reports whether a row is a change of one of the integration's plans that
// has no header.
func (b *book) cutOff(row any, id store.IntegrationID) bool {
	change, ok := row.(store.Change)
	if !ok || change.Record.Integration != id {
		return false
	}
	_, there := b.rows[planTable().name][string(change.Plan)]
	return !there
}

func checkErase(d desk) {
	b := newBook()
	d.update("write plans", func(w store.Writer) error {
		for _, n := range []int{3, 6, 11, 12} { // those of the changes about to be written, but for 4 and 5
			plan := store.Plan{ID: full(n).row(changeTable().row).(store.Change).Plan, Integration: "i1"}
			if err := b.write(w, planTable(), plan); err != nil {
				return err
			}
		}
		return nil
	})
	gone := recordID("gone")
	others := []store.RecordID{recordID("stays"), gone, gone}
	others[1].Kind, others[2].Integration = "another kind", "i2"
	d.update("write all that names a record", func(w store.Writer) error {
		for n, id := range append(others, gone) {
			if err := b.writeAbout(w, id, 3+n); err != nil {
				return err
			}
		}
		return nil
	})
	d.update("erase it", func(w store.Writer) error { return b.erase(w, gone) })
	d.compare("after an erasure", b)
	d.update("erase what was written just now, and what isn't there", func(w store.Writer) error {
		if err := b.writeAbout(w, gone, 11); err != nil {
			return err
		}
		if err := b.erase(w, gone); err != nil {
			return err
		}
		if err := b.erase(w, recordID("never")); err != nil {
			return err
		}
		return b.compareAll(w, nil)
	})
	d.compare("after another erasure", b)
	d.update("write about it again", func(w store.Writer) error { return b.writeAbout(w, gone, 12) })
	d.compare("after it was written about again", b)
}

func checkRewriteEntry(d desk) {
	b := newBook()
	t := journalTable()
	rewrite := func(w store.Writer, seq int64, n int) error {
		row := t.renumber(full(n).row(t.row), seq)
		kept, err := t.clean(row)
		if err != nil {
			return err
		}
		b.rows[t.name][t.key(kept)] = kept
		return w.RewriteEntry(row.(store.JournalEntry))
	}
	d.update("add entries", func(w store.Writer) error {
		for n := range 5 {
			if err := b.write(w, t, full(n+1).row(t.row)); err != nil {
				return err
			}
		}
		return nil
	})
	d.update("write some again", func(w store.Writer) error {
		return errors.Join(rewrite(w, 2, 12), rewrite(w, 5, 15), rewrite(w, 2, 22), b.compareAll(w, nil))
	})
	d.compare("after they were written again", b)
	d.update("write one again that came just now", func(w store.Writer) error {
		return errors.Join(b.write(w, t, full(6).row(t.row)), rewrite(w, 6, 16), b.write(w, t, full(7).row(t.row)))
	})
	d.compare("after the one that came just now", b)
	for _, seq := range []int64{0, 8, -1} {
		err := d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error {
			return w.RewriteEntry(store.JournalEntry{Seq: seq, Event: "never"})
		})
		d.wantErr(err, store.ErrNotFound, "RewriteEntry of number %d", seq)
	}
	d.compare("after what isn't there", b)
}
