package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// marked are the marks of one scan.
type marked struct {
	integration store.IntegrationID
	kind        connector.Kind
	seen        map[connector.Key]bool
}

// begin does what PutScan does to marks: the first time that a scan is put, those
// of the scans before it that are over are dropped, and it begins with none.
func (b *book) begin(s store.Scan) error {
	rows := b.rows["scan"]
	if old, there := rows[string(s.ID)]; there {
		if was := old.(store.Scan); was.Integration != s.Integration || was.Kind != s.Kind {
			return fmt.Errorf("scan %q is one of something else: %w", s.ID, store.ErrRefused)
		}
		return nil
	}
	for _, row := range rows {
		old := row.(store.Scan)
		same := old.Integration == s.Integration && old.Kind == s.Kind
		over := old.State.Complete() || old.State == store.ScanFailed
		if same && over && (len(s.Within) == 0 || len(old.Within) > 0) {
			delete(b.marks, old.ID)
		}
	}
	b.marks[s.ID] = marked{integration: s.Integration, kind: s.Kind, seen: map[connector.Key]bool{}}
	return nil
}

// mark marks records in the ledger and in the book.
func (b *book) mark(w store.Writer, scan store.ScanID, keys ...connector.Key) error {
	err := w.MarkSeen(scan, keys)
	m, there := b.marks[scan]
	if !there {
		return refusal{err: err, want: store.ErrNotFound}
	}
	for _, key := range keys {
		m.seen[key] = true
	}
	return err
}

// scans returns the ids of all scans that were ever put.
func (b *book) scans() []store.ScanID {
	var ids []store.ScanID
	for _, key := range slices.Sorted(maps.Keys(b.rows["scan"])) {
		ids = append(ids, store.ScanID(key))
	}
	return ids
}

// compareMarks compares what each scan has not seen.
func (b *book) compareMarks(r store.Reader) error {
	for _, id := range b.scans() {
		if err := b.compareUnseen(r, id); err != nil {
			return err
		}
	}
	return nil
}

// compareUnseen asks for the rows that a scan has not seen: all of its kind, and
// container by container.
func (b *book) compareUnseen(r store.Reader, id store.ScanID) error {
	scan := b.rows["scan"][string(id)].(store.Scan)
	m, kept := b.marks[id]
	q := store.MirrorQuery{Integration: scan.Integration, Kind: scan.Kind, UnseenBy: id}
	if !kept {
		return wantOnlyError(fmt.Sprintf("Mirror unseen by %q, whose marks are gone", id), r.Mirror(q), store.ErrNotFound)
	}
	unseen := map[connector.Key][]string{"": nil}
	var all []string
	for _, row := range b.mirror(scan) {
		key := string(row.ID.Key)
		if m.seen[row.ID.Key] {
			unseen[row.Container] = append(unseen[row.Container], nil...) // it is asked for all the same
			continue
		}
		all = append(all, key)
		unseen[row.Container] = append(unseen[row.Container], key)
	}
	errs := []error{wantKeys(fmt.Sprintf("Mirror unseen by %q", id), r.Mirror(q), rowKey, all...)}
	for container, want := range unseen {
		q.Container = &container
		errs = append(errs, wantKeys(fmt.Sprintf("Mirror of %q unseen by %q", container, id), r.Mirror(q), rowKey, want...))
	}
	return errors.Join(errs...)
}

// mirror returns the mirror's rows of the kind that a scan reads, by key.
func (b *book) mirror(scan store.Scan) []store.MirrorRow {
	var rows []store.MirrorRow
	for _, key := range slices.Sorted(maps.Keys(b.rows["mirror row"])) {
		row := b.rows["mirror row"][key].(store.MirrorRow)
		if row.ID.Integration == scan.Integration && row.ID.Kind == scan.Kind {
			rows = append(rows, row)
		}
	}
	return rows
}
