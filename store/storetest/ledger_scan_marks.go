package storetest

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// updateError runs an Update and returns its error.
func (d desk) updateError(fn func(w store.Writer) error) error {
	return d.l.Update(d.ctx, func(_ context.Context, w store.Writer) error { return fn(w) })
}

func checkMarksDropped(d desk) {
	d.putMirror()
	for n, state := range []store.ScanState{store.ScanEnded, store.ScanExhaustive, store.ScanFailed} {
		id := store.ScanID(fmt.Sprintf("s%d", n))
		d.putScan(scanOf(id, store.ScanOpen), "1", "2", "3")
		d.putScan(scanOf(id, state))
		d.wantMirror("the scan is over: "+string(state), nil, id, "4")
		d.putScan(store.Scan{ID: "c" + id, Integration: "i1", Kind: "contact"})
		d.putScan(store.Scan{ID: "o" + id, Integration: "i2", Kind: "asset"})
		d.wantMirror("others began since", nil, id, "4")
		d.putScan(scanOf(id+"next", store.ScanOpen))
		d.wantNoMarks("the next began since", id)
		d.putScan(scanOf(id+"next", store.ScanFailed))

		d.putScan(scanOf(id, state))
		d.wantNoMarks("put again, its marks stay dropped", id)
		err := d.updateError(func(w store.Writer) error { return w.MarkSeen(id, []connector.Key{"1"}) })
		d.wantErr(err, store.ErrNotFound, "MarkSeen of a scan whose marks were dropped")
	}
}

func checkMarksOfOpenScan(d desk) {
	d.putMirror()
	d.putScan(scanOf("s1", store.ScanOpen), "1", "2", "3")
	d.putScan(scanOf("s2", store.ScanOpen), "4")
	d.wantMirror("the first", nil, "s1", "4")
	d.wantMirror("the second", nil, "s2", "1", "2", "3")
	d.putScan(scanOf("s2", store.ScanEnded))
	d.wantMirror("the first, which is still open", nil, "s1", "4")
	d.wantMirror("the second, after its end", nil, "s2", "1", "2", "3")
	d.putScan(scanOf("s3", store.ScanOpen))
	d.wantMirror("the first, after a third began", nil, "s1", "4")
	d.wantNoMarks("the second, after a third began", "s2")
}

func checkMarksOfLimitedScan(d desk) {
	d.putMirror()
	d.putScan(scanOf("s1", store.ScanOpen), "1", "2", "3")
	d.putScan(scanOf("s1", store.ScanExhaustive))
	d.putScan(scanOf("s2", store.ScanOpen, "x"), "1")
	d.wantMirror("all, after a limited one began", nil, "s1", "4")
	d.putScan(scanOf("s2", store.ScanEnded, "x"))
	d.wantMirror("all, after a limited one ended", nil, "s1", "4")
	d.wantMirror("a limited one, after its end", new(connector.Key("x")), "s2", "2")
	d.putScan(scanOf("s3", store.ScanOpen, "y"), "3")
	d.wantMirror("all, after a second limited one began", nil, "s1", "4")
	d.wantNoMarks("a limited one, after a limited one began", "s2")
	d.putScan(scanOf("s3", store.ScanEnded, "y"))
	d.putScan(scanOf("s4", store.ScanOpen), "4")
	d.wantNoMarks("all, after all began", "s1")
	d.wantNoMarks("a limited one, after all began", "s3")
	d.wantMirror("the last", nil, "s4", "1", "2", "3")
}

// checkScanPutAgain puts a scan as each of its pages does.
func checkScanPutAgain(d desk) {
	d.putMirror()
	for page, key := range []connector.Key{"1", "2", "3"} {
		s := scanOf("s1", store.ScanOpen)
		s.Pages, s.Checkpoint = page+1, connector.Checkpoint(key)
		d.putScan(s, key)
	}
	d.wantMirror("after three pages", nil, "s1", "4")
	d.update("more pages in one update", func(w store.Writer) error {
		return errors.Join(
			w.PutScan(scanOf("s2", store.ScanOpen)), w.MarkSeen("s2", []connector.Key{"1"}),
			w.PutScan(scanOf("s2", store.ScanOpen)), w.MarkSeen("s2", []connector.Key{"2"}),
			w.PutScan(scanOf("s2", store.ScanEnded)),
		)
	})
	d.wantMirror("after two pages in one update", nil, "s2", "3", "4")
	d.wantMirror("an open one", nil, "s1", "4")
}

func checkScanIDs(d desk) {
	d.putMirror()
	d.putScan(scanOf("s1", store.ScanOpen), "1", "2", "3")
	others := []store.Scan{
		{ID: "s1", Integration: "i1", Kind: "contact"},
		{ID: "s1", Integration: "i2", Kind: "asset"},
	}
	for _, other := range others {
		d.refused("put a scan of something else with its id", func(w store.Writer) error { return w.PutScan(other) })
	}
	d.wantMirror("after that", nil, "s1", "4")
	d.putScan(scanOf("s1", store.ScanEnded))
	d.putScan(scanOf("s2", store.ScanOpen))
	for _, other := range others {
		d.refused("put a scan of something else with its id, after its marks were dropped", func(w store.Writer) error {
			return w.PutScan(other)
		})
	}
	d.view("after that", func(r store.Reader) error {
		_, err := r.LastScan("i1", "contact")
		if !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("LastScan of the other kind: got %s, want ErrNotFound", said(err))
		}
		return nil
	})
}

func checkLastScan(d desk) {
	d.update("put scans", func(w store.Writer) error {
		for _, s := range []store.Scan{ // not in the order in which they were started
			scanOf("s4", store.ScanFailed), scanOf("s1", store.ScanExhaustive), scanOf("s3", store.ScanEnded, "x"),
			scanOf("s2", store.ScanEnded), scanOf("s5", store.ScanOpen), scanOf("s10", store.ScanEnded),
			{ID: "s9", Integration: "i1", Kind: "assets", State: store.ScanEnded},
			{ID: "s9b", Integration: "i2", Kind: "asset", State: store.ScanEnded},
		} {
			if err := w.PutScan(s); err != nil {
				return err
			}
		}
		return wantLast(w, "s2")
	})
	d.putScan(scanOf("s1", store.ScanExhaustive)) // written last, started first
	d.view("read the last scans", func(r store.Reader) error { return wantLast(r, "s2") })
	d.putScan(scanOf("s5", store.ScanEnded))
	d.view("read the last scans", func(r store.Reader) error { return wantLast(r, "s5") })
	d.putScan(scanOf("s5", store.ScanFailed))
	d.view("read the last scans", func(r store.Reader) error { return wantLast(r, "s2") })
}

// wantLast checks that s5 is the last scan, and which is the last complete one.
// Kinds whose names begin alike are not mixed up.
func wantLast(r store.Reader, complete store.ScanID) error {
	gotLast, err1 := r.LastScan("i1", "asset")
	gotComplete, err2 := r.LastComplete("i1", "asset")
	_, err3 := r.LastScan("i1", "ass")
	_, err4 := r.LastComplete("i", "asset")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if gotLast.ID != "s5" || gotComplete.ID != complete {
		return fmt.Errorf("LastScan and LastComplete: got %q and %q, want s5 and %q", gotLast.ID, gotComplete.ID, complete)
	}
	if !errors.Is(err3, store.ErrNotFound) || !errors.Is(err4, store.ErrNotFound) {
		return fmt.Errorf("LastScan and LastComplete of what has no scans: got %s, want ErrNotFound from both", said(err3, err4))
	}
	return nil
}
