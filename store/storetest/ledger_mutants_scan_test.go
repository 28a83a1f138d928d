package storetest_test

import (
	"errors"
	"iter"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// scanMutants are about the mirror, scans and their marks.
func scanMutants() map[string]mutant {
	const noMarks = "a scan without marks is an error, and never one that has seen nothing"
	return map[string]mutant{
		"takes no marks for nothing seen": {fails: noMarks, ledger: mirror(nothingSeen)},
		"takes no marks for all seen":     {fails: noMarks, ledger: mirror(allSeen)},
		"takes marks of another kind":     {fails: noMarks, ledger: mirror(anyKind)},
		"marks without a scan": {fails: noMarks, ledger: marks(func(w store.Writer, scan store.ScanID, keys []connector.Key) error {
			_ = w.MarkSeen(scan, keys)
			return nil
		})},
		"takes a blank container for any":              {fails: "the mirror is selected by kind and container", ledger: mirror(blankIsAny)},
		"selects the mirror of all kinds":              {fails: "a query of the mirror names an integration and a kind", ledger: mirror(emptyIsNone)},
		"forgets the container when it asks for marks": {fails: "marks tell what a scan has not seen", ledger: mirror(marksBeforeContainer)},
		"marks only what is in the mirror":             {fails: "marks are of keys, whether the mirror has them or not", ledger: marks(onlyMirrored)},
		"keeps the marks of scans that are over":       {fails: "marks live until a scan begins after theirs is over", ledger: scans(keepsMarks)},
		"drops the marks of an open scan":              {fails: "marks of an open scan outlive another scan", ledger: dropsOpen},
		"has a limited scan drop the marks of all":     {fails: "a limited scan drops marks of limited scans alone", ledger: scans(dropsAll)},
		"begins a scan anew with each page":            {fails: "a scan that is put again keeps its marks", ledger: scans(beginsAnew)},
		"has two scans with one id":                    {fails: "the id of a scan belongs to what it reads", ledger: scans(forgivesScans)},
		"takes a limited scan for a complete one":      {fails: "the last scan is the one that was started last", ledger: lastByState},
	}
}

// mirrorReader changes how the mirror is queried.
type mirrorReader struct {
	store.Reader
	query func(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error]
}

func mirror(query func(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error]) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return mirrorReader{r, query} }}
	}
}

func (r mirrorReader) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	return r.query(r.Reader, q)
}

// hasMarks reports whether the scan of a query has marks.
func hasMarks(r store.Reader, q store.MirrorQuery) bool {
	for _, err := range r.Mirror(q) {
		return !errors.Is(err, store.ErrNotFound)
	}
	return true
}

func nothingSeen(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.UnseenBy != "" && !hasMarks(r, q) {
		q.UnseenBy = ""
	}
	return r.Mirror(q)
}

func allSeen(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.UnseenBy != "" && !hasMarks(r, q) {
		return func(func(store.MirrorRow, error) bool) {}
	}
	return r.Mirror(q)
}

func anyKind(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	asset := store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: q.UnseenBy}
	if q.UnseenBy != "" && !hasMarks(r, q) && hasMarks(r, asset) {
		q.UnseenBy = ""
	}
	return r.Mirror(q)
}

func blankIsAny(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.Container != nil && *q.Container == "" {
		q.Container = nil
	}
	return r.Mirror(q)
}

func emptyIsNone(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.Integration == "" || q.Kind == "" {
		return func(func(store.MirrorRow, error) bool) {}
	}
	return r.Mirror(q)
}

func marksBeforeContainer(r store.Reader, q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	if q.UnseenBy != "" {
		q.Container = nil
	}
	return r.Mirror(q)
}

// scanWriter changes how scans and marks are written.
type scanWriter struct {
	store.Writer
	scan func(w store.Writer, s store.Scan) error
	mark func(w store.Writer, scan store.ScanID, keys []connector.Key) error
}

func scans(put func(w store.Writer, s store.Scan) error) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return scanWriter{w, put, store.Writer.MarkSeen} }}
	}
}

func marks(mark func(w store.Writer, scan store.ScanID, keys []connector.Key) error) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return scanWriter{w, store.Writer.PutScan, mark} }}
	}
}

func (w scanWriter) PutScan(s store.Scan) error { return w.scan(w.Writer, s) }
func (w scanWriter) MarkSeen(scan store.ScanID, keys []connector.Key) error {
	return w.mark(w.Writer, scan, keys)
}

func onlyMirrored(w store.Writer, scan store.ScanID, keys []connector.Key) error {
	var known []connector.Key
	for _, key := range keys {
		if _, err := w.MirrorRow(store.RecordID{Integration: "i1", Kind: "asset", Key: key}); err == nil || key.Check() != nil {
			known = append(known, key)
		}
	}
	return w.MarkSeen(scan, known)
}

// keepsMarks has the scan before look as if it was open when a scan begins.
func keepsMarks(w store.Writer, s store.Scan) error {
	last, err := w.LastScan(s.Integration, s.Kind)
	if err != nil || last.ID == s.ID {
		return w.PutScan(s)
	}
	open := last.Clone()
	open.State = store.ScanOpen
	return errors.Join(w.PutScan(open), w.PutScan(s), w.PutScan(last))
}

// dropsOpen ends the scan before, for a moment, when a scan begins.
func dropsOpen(l store.Ledger) store.Ledger {
	return scans(func(w store.Writer, s store.Scan) error {
		last, err := w.LastScan(s.Integration, s.Kind)
		if err != nil || last.ID >= s.ID {
			return w.PutScan(s)
		}
		over := last.Clone()
		over.State = store.ScanEnded
		return errors.Join(w.PutScan(over), w.PutScan(s), w.PutScan(last))
	})(l)
}

// dropsAll begins a limited scan as one of all.
func dropsAll(w store.Writer, s store.Scan) error {
	all := s.Clone()
	all.Within = nil
	return errors.Join(w.PutScan(all), w.PutScan(s))
}

// beginsAnew can't take marks back, and has the scan before it go on as another.
func beginsAnew(w store.Writer, s store.Scan) error {
	last, err := w.LastScan(s.Integration, s.Kind)
	if err != nil || last.ID != s.ID || s.State != store.ScanOpen {
		return w.PutScan(s)
	}
	ended, next := s.Clone(), s.Clone()
	ended.State, next.ID = store.ScanEnded, s.ID+"-next"
	return errors.Join(w.PutScan(ended), w.PutScan(next), w.PutScan(s))
}

func forgivesScans(w store.Writer, s store.Scan) error {
	if err := w.PutScan(s); !errors.Is(err, store.ErrRefused) || s.ID == "" {
		return err
	}
	return nil
}

// byState takes every scan that is complete for one of all.
type byState struct {
	store.Reader
	limited *atomic.Value
}

type limitedWriter struct {
	store.Writer
	limited *atomic.Value
}

func lastByState(l store.Ledger) store.Ledger {
	var limited atomic.Value
	return wrapped{
		Ledger: l,
		read:   func(r store.Reader) store.Reader { return byState{r, &limited} },
		write:  func(w store.Writer) store.Writer { return limitedWriter{w, &limited} },
	}
}

func (w limitedWriter) PutScan(s store.Scan) error {
	if s.State.Complete() && len(s.Within) > 0 {
		w.limited.Store(s.Clone())
	}
	return w.Writer.PutScan(s)
}

func (r byState) LastComplete(id store.IntegrationID, kind connector.Kind) (store.Scan, error) {
	last, err := r.Reader.LastComplete(id, kind)
	if limited, ok := r.limited.Load().(store.Scan); ok && err == nil && limited.Integration == id && limited.Kind == kind && limited.ID > last.ID {
		return limited, nil
	}
	return last, err
}
