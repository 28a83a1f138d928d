package storetest

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// scanChecks are the rules about the mirror, scans and their marks.
func scanChecks() []check[LedgerFixture] {
	const marks = "The first time, a scan begins with no marks; those of the scans before it that are complete or failed are dropped: " +
		"of all scans of the kind when it reads everything, and of those limited by Within when it is limited itself (MirrorWriter.PutScan)."
	const unseen = "UnseenBy selects the rows that this scan has not marked as seen (MirrorQuery.UnseenBy)."
	return []check[LedgerFixture]{
		ledgerCheck("the mirror is selected by kind and container",
			"Nil selects all; a pointer to an empty key selects those that belong to none (MirrorQuery.Container).", checkMirror),
		ledgerCheck("a query of the mirror names an integration and a kind",
			"Integration and Kind are required (MirrorQuery).", checkMirrorQuery),
		ledgerCheck("marks tell what a scan has not seen", unseen, checkMarks),
		ledgerCheck("marks are of keys, whether the mirror has them or not",
			"MarkSeen notes that a scan delivered the records with these keys (MirrorWriter.MarkSeen).", checkMarksOfKeys),
		ledgerCheck("a scan without marks is an error, and never one that has seen nothing",
			"A scan without marks that are kept is ErrNotFound: no marks must never look like nothing seen (MirrorQuery.UnseenBy).", checkNoMarks),
		ledgerCheck("marks live until a scan begins after theirs is over", marks, checkMarksDropped),
		ledgerCheck("marks of an open scan outlive another scan", marks, checkMarksOfOpenScan),
		ledgerCheck("a limited scan drops marks of limited scans alone", marks, checkMarksOfLimitedScan),
		ledgerCheck("a scan that is put again keeps its marks", marks, checkScanPutAgain),
		ledgerCheck("the id of a scan belongs to what it reads",
			"A scan whose id is that of a scan of something else is ErrRefused (MirrorWriter.PutScan).", checkScanIDs),
		ledgerCheck("the last scan is the one that was started last",
			"LastScan returns the scan of that kind that was started last, LastComplete the complete scan of all of that kind (MirrorReader).",
			checkLastScan),
	}
}

func mirrorRow(key, container string) store.MirrorRow {
	return store.MirrorRow{ID: recordID(key), Container: connector.Key(container), Name: "row " + key}
}

func scanOf(id store.ScanID, state store.ScanState, within ...connector.Key) store.Scan {
	return store.Scan{ID: id, Integration: "i1", Kind: "asset", State: state, Within: within}
}

// wantMirror checks which rows of the kind a query selects.
func (d desk) wantMirror(when string, container *connector.Key, unseenBy store.ScanID, want ...string) {
	q := store.MirrorQuery{Integration: "i1", Kind: "asset", Container: container, UnseenBy: unseenBy}
	d.view(when, func(r store.Reader) error { return wantKeys("Mirror", r.Mirror(q), rowKey, want...) })
}

// wantNoMarks checks that asking what a scan has not seen is ErrNotFound, also
// where there is no row.
func (d desk) wantNoMarks(when string, scan store.ScanID) {
	d.view(when, func(r store.Reader) error {
		q := store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: scan}
		empty := q
		empty.Container = new(connector.Key("nobody"))
		return errors.Join(
			wantOnlyError("Mirror", r.Mirror(q), store.ErrNotFound),
			wantOnlyError("Mirror of a container without rows", r.Mirror(empty), store.ErrNotFound),
		)
	})
}

// putScan writes a scan, and marks what it has seen.
func (d desk) putScan(s store.Scan, seen ...connector.Key) {
	d.update(fmt.Sprintf("put the scan %q", s.ID), func(w store.Writer) error {
		if err := w.PutScan(s); err != nil || len(seen) == 0 {
			return err
		}
		return w.MarkSeen(s.ID, seen)
	})
}

// putMirror writes rows 1 to 4: two of the company x, two of y.
func (d desk) putMirror() {
	d.update("put rows of the mirror", func(w store.Writer) error {
		return errors.Join(
			w.PutMirrorRow(mirrorRow("4", "y")), w.PutMirrorRow(mirrorRow("2", "x")),
			w.PutMirrorRow(mirrorRow("1", "x")), w.PutMirrorRow(mirrorRow("3", "y")),
		)
	})
}

func checkMirror(d desk) {
	d.update("put rows of the mirror", func(w store.Writer) error {
		for _, row := range []store.MirrorRow{
			mirrorRow("1", "x"), mirrorRow("2", ""), mirrorRow("3", "y"), mirrorRow("4", "x"), mirrorRow("5", "x1"),
			{ID: store.RecordID{Integration: "i1", Kind: "contact", Key: "6"}, Container: "x"},
			{ID: store.RecordID{Integration: "i2", Kind: "asset", Key: "7"}, Container: "x"},
		} {
			if err := w.PutMirrorRow(row); err != nil {
				return err
			}
		}
		return nil
	})
	d.wantMirror("all containers", nil, "", "1", "2", "3", "4", "5")
	d.wantMirror("one container", new(connector.Key("x")), "", "1", "4")
	d.wantMirror("no container", new(connector.Key("")), "", "2")
	d.wantMirror("another container", new(connector.Key("z")), "")
}

func checkMirrorQuery(d desk) {
	d.putMirror()
	d.view("query the mirror", func(r store.Reader) error {
		for _, q := range []store.MirrorQuery{{}, {Integration: "i1"}, {Kind: "asset"}, {Kind: "asset", Container: new(connector.Key("x"))}} {
			if rows, err := allOf(r.Mirror(q)); err == nil {
				return fmt.Errorf("the mirror of the integration %q and the kind %q: got %d rows, want an error", q.Integration, q.Kind, len(rows))
			}
		}
		return nil
	})
}

func checkMarks(d desk) {
	d.putMirror()
	d.putScan(scanOf("s1", store.ScanOpen), "2", "3")
	d.wantMirror("not seen", nil, "s1", "1", "4")
	d.wantMirror("of a container, not seen", new(connector.Key("y")), "s1", "4")
	d.wantMirror("of no container, not seen", new(connector.Key("")), "s1")
	d.update("mark more", func(w store.Writer) error {
		q := store.MirrorQuery{Integration: "i1", Kind: "asset", UnseenBy: "s1"}
		return errors.Join(
			w.MarkSeen("s1", []connector.Key{"4", "4"}),
			wantKeys("an update's own marks: Mirror", w.Mirror(q), rowKey, "1"),
			w.MarkSeen("s1", nil),
			w.PutMirrorRow(mirrorRow("0", "x")), w.PutMirrorRow(mirrorRow("2", "z")),
			wantKeys("an update's own rows: Mirror", w.Mirror(q), rowKey, "0", "1"),
		)
	})
	d.wantMirror("not seen in the end", nil, "s1", "0", "1")
}

func checkMarksOfKeys(d desk) {
	d.putScan(scanOf("s1", store.ScanOpen), "1", "not mirrored")
	d.putMirror()
	d.wantMirror("rows that came after their marks", nil, "s1", "2", "3", "4")
	d.update("put a row of another kind with a marked key", func(w store.Writer) error {
		contact := store.MirrorRow{ID: store.RecordID{Integration: "i1", Kind: "contact", Key: "1"}}
		scan := store.Scan{ID: "s2", Integration: "i1", Kind: "contact"}
		return errors.Join(w.PutMirrorRow(contact), w.PutScan(scan))
	})
	d.view("another kind", func(r store.Reader) error {
		q := store.MirrorQuery{Integration: "i1", Kind: "contact", UnseenBy: "s2"}
		return wantKeys("Mirror", r.Mirror(q), rowKey, "1")
	})
}

func checkNoMarks(d desk) {
	d.putMirror()
	d.wantNoMarks("a scan that was never put", "never")
	d.putScan(scanOf("s1", store.ScanOpen))
	d.wantMirror("a scan that has seen nothing", nil, "s1", "1", "2", "3", "4")
	d.view("a scan of something else", func(r store.Reader) error {
		return errors.Join(
			wantOnlyError("Mirror of another kind", r.Mirror(store.MirrorQuery{Integration: "i1", Kind: "contact", UnseenBy: "s1"}), store.ErrNotFound),
			wantOnlyError("Mirror of another integration", r.Mirror(store.MirrorQuery{Integration: "i2", Kind: "asset", UnseenBy: "s1"}), store.ErrNotFound),
		)
	})
	err := d.updateError(func(w store.Writer) error { return w.MarkSeen("never", []connector.Key{"1"}) })
	d.wantErr(err, store.ErrNotFound, "MarkSeen of a scan that was never put")
	err = d.updateError(func(w store.Writer) error { return w.MarkSeen("never", nil) })
	d.wantErr(err, store.ErrNotFound, "MarkSeen of nothing by a scan that was never put")
	d.wantNoMarks("after marks were refused", "never")
}
