package storetest

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

func entrySeq(e store.JournalEntry) string        { return fmt.Sprint(e.Seq) }
func overwrittenSeq(o store.Overwritten) string   { return fmt.Sprint(o.Seq) }
func entryShown(e store.JournalEntry) string      { return fmt.Sprintf("%d %s", e.Seq, e.Event) }
func overwrittenShown(o store.Overwritten) string { return fmt.Sprintf("%d %s", o.Seq, o.Asset) }

func checkJournal(d desk) {
	add := func(w store.Writer, event string) error {
		return w.AppendJournal(store.JournalEntry{Seq: 77, Event: event}) // the ledger sets the number
	}
	d.update("add an entry", func(w store.Writer) error { return add(w, "one") })
	d.fails("add entries, and fail", func(w store.Writer) error { return errors.Join(add(w, "never"), add(w, "never")) })
	d.update("add two more", func(w store.Writer) error {
		return errors.Join(
			add(w, "two"), add(w, "three"),
			wantKeys("Journal, in the update", w.Journal(store.JournalQuery{}), entryShown, "1 one", "2 two", "3 three"),
			add(w, "four"),
		)
	})
	d.update("add one more", func(w store.Writer) error { return add(w, "five") })
	d.view("read the journal", func(r store.Reader) error {
		return wantKeys("Journal", r.Journal(store.JournalQuery{}), entryShown, "1 one", "2 two", "3 three", "4 four", "5 five")
	})
}

func checkJournalQuery(d desk) {
	d.update("add entries", func(w store.Writer) error {
		return errors.Join(
			w.AppendJournal(store.JournalEntry{Event: "one", Run: "r1", Company: "a", Asset: "x"}),
			w.AppendJournal(store.JournalEntry{Event: "two", Run: "r1", Company: "a", Asset: "y"}),
			w.AppendJournal(store.JournalEntry{Event: "three", Run: "r2", Company: "b", Asset: "x"}),
			w.AppendJournal(store.JournalEntry{Event: "four"}),
		)
	})
	d.view("query the journal", func(r store.Reader) error {
		for _, c := range []struct {
			query store.JournalQuery
			want  []string
		}{
			{store.JournalQuery{}, []string{"1", "2", "3", "4"}},
			{store.JournalQuery{After: -1}, []string{"1", "2", "3", "4"}},
			{store.JournalQuery{After: 2}, []string{"3", "4"}},
			{store.JournalQuery{After: 4}, nil},
			{store.JournalQuery{Run: "r1"}, []string{"1", "2"}},
			{store.JournalQuery{Run: "r"}, nil},
			{store.JournalQuery{Company: "b"}, []string{"3"}},
			{store.JournalQuery{Asset: "x"}, []string{"1", "3"}},
			{store.JournalQuery{Asset: "x", Company: "a"}, []string{"1"}},
			{store.JournalQuery{Asset: "x", Run: "r1", After: 1}, nil},
		} {
			if err := wantKeys(fmt.Sprintf("Journal of %+v", c.query), r.Journal(c.query), entrySeq, c.want...); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkOverwritten(d desk) {
	add := func(w store.Writer, asset store.AssetID, company store.CompanyID) error {
		return w.AddOverwritten(store.Overwritten{Seq: 77, Asset: asset, Company: company})
	}
	d.update("add values", func(w store.Writer) error {
		return errors.Join(add(w, "x", "a"), add(w, "y", "a"), add(w, "x", "b"), w.DeleteOverwritten(3), add(w, "z", "b"))
	})
	all := func(r store.Reader) error {
		return wantKeys("Overwritten", r.Overwritten(store.OverwrittenQuery{}), overwrittenShown, "1 x", "2 y", "4 z")
	}
	d.view("read them", all)
	d.fails("add one and delete all, and fail", func(w store.Writer) error {
		return errors.Join(add(w, "never", "a"), w.DeleteOverwritten(1), w.DeleteOverwritten(2), w.DeleteOverwritten(4))
	})
	d.view("read them again", all)
	d.update("delete all", func(w store.Writer) error {
		return errors.Join(w.DeleteOverwritten(1), w.DeleteOverwritten(2), w.DeleteOverwritten(4), w.DeleteOverwritten(77))
	})
	d.update("add more", func(w store.Writer) error { return errors.Join(add(w, "x", "a"), add(w, "y", "b")) })
	d.view("query them", func(r store.Reader) error {
		for _, c := range []struct {
			query store.OverwrittenQuery
			want  []string
		}{
			{store.OverwrittenQuery{}, []string{"5", "6"}},
			{store.OverwrittenQuery{After: 5}, []string{"6"}},
			{store.OverwrittenQuery{Company: "a"}, []string{"5"}},
			{store.OverwrittenQuery{Asset: "y"}, []string{"6"}},
			{store.OverwrittenQuery{Asset: "y", Company: "a"}, nil},
		} {
			if err := wantKeys(fmt.Sprintf("Overwritten of %+v", c.query), r.Overwritten(c.query), overwrittenSeq, c.want...); err != nil {
				return err
			}
		}
		return nil
	})
}

func pinKey(p store.Pin) string { return string(p.Asset) + "/" + string(p.Field) }

func checkPins(d desk) {
	d.update("put pins", func(w store.Writer) error {
		return errors.Join(
			w.PutPin(store.Pin{Asset: "x", Field: "f", Company: "a"}),
			w.PutPin(store.Pin{Asset: "x", Company: "a"}), // of the name
			w.PutPin(store.Pin{Asset: "y", Field: "f", Company: "a"}),
		)
	})
	d.update("put one for another company", func(w store.Writer) error { return w.PutPin(store.Pin{Asset: "x", Field: "f", Company: "b"}) })
	d.view("read them", func(r store.Reader) error {
		return errors.Join(wantKeys("PinsOf", r.PinsOf("a"), pinKey, "x/", "y/f"), wantKeys("PinsOf", r.PinsOf("b"), pinKey, "x/f"))
	})
	d.update("delete them", func(w store.Writer) error { return errors.Join(w.DeletePin("x", ""), w.DeletePin("x", "f")) })
	d.view("read what is left", func(r store.Reader) error {
		return errors.Join(wantKeys("PinsOf", r.PinsOf("a"), pinKey, "y/f"), wantKeys("PinsOf", r.PinsOf("b"), pinKey))
	})
}
