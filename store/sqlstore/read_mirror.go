package sqlstore

import (
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// MirrorRow implements store.Reader.
func (r *reader) MirrorRow(id store.RecordID) (store.MirrorRow, error) {
	if r.disposalsOf().has(id) {
		if err := r.settle(r.scope); err != nil {
			return store.MirrorRow{}, err
		}
	}
	return one(r.scope, r.tables.mirror, &store.MirrorRow{ID: id}, id)
}

// MirrorFor implements store.Reader.
func (r *reader) MirrorFor(ids []store.RecordID) iter.Seq2[store.MirrorRow, error] {
	return among(r.scope, r.tables.mirror, ids, r.settle)
}

// Mirror implements store.Reader.
func (r *reader) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	return func(yield func(store.MirrorRow, error) bool) {
		l, err := r.mirrorList(q)
		if err != nil {
			yield(store.MirrorRow{}, err)
			return
		}
		rows(r.scope, r.tables.mirror, l)(yield)
	}
}

// mirrorList selects what q selects.
func (r *reader) mirrorList(q store.MirrorQuery) (list, error) {
	if err := r.usable(); err != nil {
		return list{}, err
	}
	if q.Integration == "" || q.Kind == "" {
		return list{}, fmt.Errorf("sqlstore: mirror: %w: the query names no integration or no kind", store.ErrRefused)
	}
	l := list{
		equal: []string{"integration", "kind"}, values: []any{string(q.Integration), string(q.Kind)},
		by: []string{"record"}, heads: q.Heads,
		reads: r.settle,
	}
	if q.Container != nil {
		l.equal, l.values = append(l.equal, "container"), append(l.values, string(*q.Container))
	}
	if q.UnseenBy == "" {
		return l, nil
	}
	s, found, err := find(r.scope, r.tables.scans, &scan{Scan: store.Scan{ID: q.UnseenBy}})
	if err != nil {
		return list{}, err
	}
	// That there are no marks any more is an error: every row would look as if it
	// was gone.
	if !found || !s.marked || s.Integration != q.Integration || s.Kind != q.Kind {
		return list{}, notFound("marks of scan", q.UnseenBy)
	}
	mirror := r.tables.mirror.full
	// Counted, and not NOT EXISTS: of that Postgres may make a join, and without
	// statistics, as on the day of the first read, a very slow one.
	l.where = "(SELECT COUNT(*) FROM {seen} AS seen WHERE seen.account = " + mirror + ".account" +
		" AND seen.scan = ? AND seen.record = " + mirror + ".record) = 0"
	l.args = []any{string(q.UnseenBy)}
	l.reads = func(s scope) error {
		return errors.Join(r.settle(s), gatheredOf(s, r.tables.seen).flush(s.tx))
	}
	return l, nil
}

// LastScan implements store.Reader.
func (r *reader) LastScan(id store.IntegrationID, kind connector.Kind) (store.Scan, error) {
	l := scansOf(id, kind)
	l.last = true
	s, err := first(r.scope, r.tables.scans, l, "scan of", string(id)+"/"+string(kind))
	return s.Scan, err
}

// LastComplete implements store.Reader.
func (r *reader) LastComplete(id store.IntegrationID, kind connector.Kind) (store.Scan, error) {
	l := scansOf(id, kind)
	l.last = true
	l.where = "state IN (?, ?) AND within_keys IS NULL"
	l.args = []any{string(store.ScanEnded), string(store.ScanExhaustive)}
	s, err := first(r.scope, r.tables.scans, l, "complete scan of", string(id)+"/"+string(kind))
	return s.Scan, err
}

func scansOf(id store.IntegrationID, kind connector.Kind) list {
	return list{equal: []string{"integration", "kind"}, values: []any{string(id), string(kind)}, by: []string{"id"}}
}
