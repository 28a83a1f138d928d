package sqlstore

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// PutScan implements store.Writer.
func (w *writer) PutScan(s store.Scan) error {
	s, err := clean(w, s)
	if err != nil {
		return err
	}
	row := scan{Scan: s, marked: true}
	old, found, err := find(w.scope, w.tables.scans, &row)
	switch {
	case err != nil:
		return err
	case !found:
		if err := w.dropMarks(s); err != nil {
			return err
		}
	case old.Integration != s.Integration || old.Kind != s.Kind:
		return refused("scan", s.ID, "the id is that of a scan of something else")
	default:
		row.marked = old.marked
	}
	return gather(w.scope, w.tables.scans, row)
}

// dropMarks drops the marks of the scans of the same kind that are over: of all
// before one that reads everything, of the limited ones before a limited one.
func (w *writer) dropMarks(next store.Scan) error {
	l := scansOf(next.Integration, next.Kind)
	l.where = "marked AND state IN (?, ?, ?)"
	l.args = []any{string(store.ScanEnded), string(store.ScanExhaustive), string(store.ScanFailed)}
	if len(next.Within) > 0 {
		l.where += " AND within_keys IS NOT NULL"
	}
	var over []scan
	for s, err := range rows(w.scope, w.tables.scans, l) {
		if err != nil {
			return err
		}
		over = append(over, s)
	}
	for _, s := range over {
		if err := gatheredOf(w.scope, w.tables.seen).flush(w.tx); err != nil {
			return err
		}
		if _, err := w.exec("drop marks", w.db.sql("DELETE FROM {seen} WHERE account = ? AND scan = ?"), w.account, string(s.ID)); err != nil {
			return err
		}
		s.marked = false
		if err := gather(w.scope, w.tables.scans, s); err != nil {
			return err
		}
	}
	return nil
}

// MarkSeen implements store.Writer.
func (w *writer) MarkSeen(id store.ScanID, keys []connector.Key) error {
	s, found, err := find(w.scope, w.tables.scans, &scan{Scan: store.Scan{ID: id}})
	if err != nil {
		return err
	}
	if !found || !s.marked {
		return notFound("marks of scan", id)
	}
	for _, key := range keys {
		if err := key.Check(); err != nil {
			return refused("mark of scan", id, err.Error())
		}
	}
	for _, key := range slices.Compact(slices.Sorted(slices.Values(keys))) {
		if err := gather(w.scope, w.tables.seen, mark{id, key}); err != nil {
			return err
		}
	}
	return nil
}
