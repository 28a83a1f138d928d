package storetest

import (
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// known returns a row that is there, or now and then, or if there is none, one
// that may not be.
func (s *simulation) known(b *book, t table) any {
	if rows := b.sorted(t); len(rows) > 0 && !s.chance(5) {
		return one(s.dice, rows)
	}
	for {
		row := s.row(t)
		if _, err := t.clean(row); err == nil {
			return row
		}
	}
}

// rowFor returns a row to be put: a new one, or one with the parts of one that is
// there.
func (s *simulation) rowFor(b *book, t table) any {
	switch {
	case t.name == "scan":
		return s.scan(b, t)
	case s.chance(2) && !t.numbered && !t.once:
		return withParts(t, s.row(t), s.known(b, t))
	}
	for {
		row := s.row(t)
		if !t.once || s.chance(20) || b.rows[t.name][t.key(row)] == nil {
			return row
		}
	}
}

// scan returns a new scan, or one that is there in another state. Few of them
// carry the id of a scan of something else.
func (s *simulation) scan(b *book, t table) any {
	row := s.row(t).(store.Scan)
	row.State = one(s.dice, []store.ScanState{store.ScanOpen, store.ScanOpen, store.ScanEnded, store.ScanExhaustive, store.ScanFailed})
	row.Kind = one(s.dice, []connector.Kind{"a", "\u00e4"})
	if old, ok := s.known(b, t).(store.Scan); ok && b.rows[t.name][string(old.ID)] != nil && s.chance(2) {
		row.ID = old.ID
		if !s.chance(20) { // what it reads stays
			row.Integration, row.Kind, row.Within = old.Integration, old.Kind, old.Within
		}
		return row
	}
	s.scans++
	row.ID = store.ScanID(fmt.Sprintf("scan %06d", s.scans))
	row.Within = nil
	if s.chance(3) {
		row.Within = []connector.Key{"a", "\u00e4"}
	}
	return row
}

// mark marks some keys as seen by one of the scans.
func (s *simulation) mark(w store.Writer, b *book) error {
	id := store.ScanID("never")
	if scans := b.scans(); len(scans) > 0 {
		id = one(s.dice, scans)
	}
	if _, kept := b.marks[id]; !kept && !s.chance(5) {
		return nil // it ends the update, so it is tried now and then only
	}
	var keys []connector.Key
	for range s.IntN(4) {
		keys = append(keys, one(s.dice, []connector.Key{"A", "a", "a b", "\u00e4", "not mirrored"}))
	}
	return b.mark(w, id, keys...)
}

// sweep goes through a list, and changes or deletes each row when it is met: only
// behind the iterator.
func (s *simulation) sweep(w store.Writer, b *book, t table) error {
	if len(t.lists) == 0 || t.name == "scan" {
		return nil
	}
	l, like := one(s.dice, t.lists), s.known(b, t)
	want, met := b.listsOf(t).of(l, like), 0
	for row, err := range l.read(w, like) {
		if err != nil {
			return fmt.Errorf("%s while its rows are changed: %w", l.name, err)
		}
		if met == len(want) || t.key(row) != t.key(want[met]) {
			return fmt.Errorf("%s while its rows are changed: row %d of %d is %s", l.name, met, len(want), shownKey(t.key(row)))
		}
		met++
		if err := s.touch(w, b, t, row); err != nil {
			return err
		}
	}
	if met != len(want) {
		return fmt.Errorf("%s while its rows are changed: it met %d rows of %d", l.name, met, len(want))
	}
	return nil
}

// touch changes a row that an iterator is at, or deletes it. It stays where it
// is in every order, or goes.
func (s *simulation) touch(w store.Writer, b *book, t table, row any) error {
	switch {
	case t.del != nil && s.chance(6):
		return b.remove(w, t, row)
	case !t.once && !t.numbered:
		changed := withParts(t, full(s.IntN(100)).row(t.row), row)
		if _, err := t.clean(changed); err != nil {
			return fmt.Errorf("a full %s can't be kept: %w", t.name, err)
		}
		return b.write(w, t, changed)
	default:
		return nil
	}
}
