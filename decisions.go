package dovetail

import (
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// decisions are what has been decided about a company's records so far. What one
// record decides may be taken back by another one, so they are found by record:
// in a company of thousands that must not mean to look through all of them.
type decisions struct {
	changes      []store.Change
	dispositions []disposition
	// changed are the places of a record's changes, and disposed that of its
	// disposition.
	changed  map[store.RecordID][]int
	disposed map[store.RecordID]int
}

// disposition is a new decision about a record, in the place of the one before.
type disposition struct {
	id          store.RecordID
	was, reason store.Reason
}

// newDecisions returns none, with memory for some.
func newDecisions(changes []store.Change, dispositions []disposition) decisions {
	return decisions{changes: changes[:0], dispositions: dispositions[:0], changed: make(map[store.RecordID][]int), disposed: make(map[store.RecordID]int)}
}

func (d *decisions) add(ch store.Change) {
	d.changed[ch.Record] = append(d.changed[ch.Record], len(d.changes))
	d.changes = append(d.changes, ch)
}

// of are the changes that are planned for a record.
func (d *decisions) of(id store.RecordID) []*store.Change {
	changes := make([]*store.Change, 0, len(d.changed[id]))
	for _, at := range d.changed[id] {
		changes = append(changes, &d.changes[at])
	}
	return changes
}

// takeBack takes back what is planned for a record with one action.
func (d *decisions) takeBack(id store.RecordID, action store.Action) {
	for _, ch := range d.of(id) {
		if ch.Action == action {
			*ch = store.Change{} // its place goes in the end
		}
	}
}

// say notes the decision about a record. The last one stands.
func (d *decisions) say(row store.MirrorRow, why store.Reason) {
	at, said := d.disposed[row.ID]
	switch {
	case said:
		d.dispositions[at].reason = why
	case !sameReason(row.Disposition, why):
		d.disposed[row.ID] = len(d.dispositions)
		d.dispositions = append(d.dispositions, disposition{id: row.ID, was: row.Disposition, reason: why})
	}
}

// close leaves what is to be written: no change that was taken back, and no
// decision that stands already.
func (d *decisions) close() {
	d.changes = slices.DeleteFunc(d.changes, func(ch store.Change) bool { return ch.Action == "" })
	d.dispositions = slices.DeleteFunc(d.dispositions, func(d disposition) bool { return sameReason(d.was, d.reason) })
	d.changed, d.disposed = nil, nil
}

func sameReason(a, b store.Reason) bool {
	if a.Code != b.Code || len(a.Args) != len(b.Args) {
		return false
	}
	for name, value := range a.Args {
		if b.Args[name] != value {
			return false
		}
	}
	return true
}
