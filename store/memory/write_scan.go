package memory

import (
	"cmp"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// PutScan implements store.Writer.
func (w *writer) PutScan(s store.Scan) error {
	s, err := clean(w, s)
	if err != nil {
		return err
	}
	key := keyOfScan(&s)
	m, found := w.state.marks.get(s.ID)
	if found && m.scan != key {
		return refused("scan", s.ID, "the id is that of a scan of something else")
	}
	if !found {
		w.dropMarks(key, len(s.Within) > 0)
		w.state.marks.set(w.owner, &marks{scan: key, seen: newTree(itself[connector.Key], cmp.Compare)})
	}
	put(w, &w.state.scans, tableScan, s)
	return nil
}

// dropMarks drops the marks of the scans of the same kind that are over: of all
// before one that reads everything, of the limited ones before a limited one.
func (w *writer) dropMarks(next scanKey, limited bool) {
	start := func(k scanKey) bool { return k.compare(scanKey{next.integration, next.kind, ""}) >= 0 }
	for scan := range w.state.scans.ascend(start) {
		if scan.Integration != next.integration || scan.Kind != next.kind {
			return
		}
		over := scan.State.Complete() || scan.State == store.ScanFailed
		if !over || limited && len(scan.Within) == 0 {
			continue
		}
		if m, found := w.state.marks.get(scan.ID); found && !m.dropped {
			w.state.marks.set(w.owner, &marks{scan: m.scan, dropped: true})
		}
	}
}

// MarkSeen implements store.Writer.
func (w *writer) MarkSeen(scan store.ScanID, keys []connector.Key) error {
	if err := w.usable(); err != nil {
		return err
	}
	m, found := w.state.marks.get(scan)
	if !found || m.dropped {
		return notFound("marks of scan", scan)
	}
	for _, key := range keys {
		if err := key.Check(); err != nil {
			return refused("mark of scan", scan, err.Error())
		}
	}
	changed := *m
	for _, key := range keys {
		if _, again := changed.seen.set(w.owner, key); !again {
			w.state.writes[tableMark]++
		}
	}
	w.state.marks.set(w.owner, &changed)
	return nil
}
