package storetest

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// rowChecks are the rules of single tables.
func rowChecks() []check[LedgerFixture] {
	const added = "Numbers them from 1, each under the next number; numbers are never used again, also not after a deletion"
	return []check[LedgerFixture]{
		ledgerCheck("what isn't there is not found", "Point reads of what isn't there return ErrNotFound (Reader).", checkNotFound),
		ledgerCheck("a version of settings is written once",
			"A version that is there already is the error ErrRefused (IntegrationWriter.PutSettings).", checkSettings),
		ledgerCheck("the last plan and run are the ones made last",
			"LastPlan returns the integration's plan that was made last, LastRun the run that was started last (PlanReader, RunReader); ids sort by time.",
			checkLastPlanAndRun),
		ledgerCheck("changes are paged by their number",
			"Changes yields a plan's changes with a higher sequence number than after (PlanReader.Changes).", checkChanges),
		ledgerCheck("open writes are listed by the record's integration",
			"OpenWrites yields the open writes for an integration's records, by intent (PlanReader.OpenWrites).", checkOpenWrites),
		ledgerCheck("the journal is numbered without gaps", "AppendJournal adds an entry under the next number, from 1 (RunWriter.AppendJournal).", checkJournal),
		ledgerCheck("the journal is selected by a query", "Empty: any (JournalQuery).", checkJournalQuery),
		ledgerCheck("overwritten values are numbered, and no number is used again", added+" (PeopleWriter.AddOverwritten).", checkOverwritten),
		ledgerCheck("a pin has one company", "The key of a pin is the asset and the field: with another company it takes the place of the one before (PeopleWriter.PutPin).", checkPins),
	}
}

func checkNotFound(d desk) {
	b := newBook()
	absent := map[string][]any{}
	for _, t := range b.tables {
		absent[t.name] = []any{full(1).row(t.row), full(2).row(t.row)}
	}
	d.view("read an empty ledger", func(r store.Reader) error { return b.compareAll(r, absent) })
	d.update("read it in an update", func(w store.Writer) error { return b.compareAll(w, absent) })
	d.update("put others", func(w store.Writer) error {
		for _, t := range b.tables {
			if err := b.write(w, t, full(3).row(t.row)); err != nil {
				return err
			}
		}
		return nil
	})
	d.view("read a ledger with others", func(r store.Reader) error { return b.compareAll(r, absent) })
}

func checkSettings(d desk) {
	version := func(id store.IntegrationID, n int64, value string) store.Settings {
		return store.Settings{Integration: id, Version: n, Config: map[string]string{"k": value}}
	}
	d.update("put settings", func(w store.Writer) error {
		return errors.Join(
			w.PutSettings(version("i1", 1, "one")), w.PutSettings(version("i1", 2, "two")), w.PutSettings(version("i2", 1, "one of i2")),
		)
	})
	for _, again := range []string{"one", "another"} {
		d.refused("put a version again with the value "+again, func(w store.Writer) error { return w.PutSettings(version("i1", 1, again)) })
	}
	d.refused("put a version twice in one update", func(w store.Writer) error {
		if err := w.PutSettings(version("i1", 3, "three")); err != nil {
			return errors.New("the first time: " + said(err)) // it must not pass for a refusal
		}
		return w.PutSettings(version("i1", 3, "another"))
	})
	d.view("read settings", func(r store.Reader) error {
		for n, want := range []string{"one", "two"} {
			got, err := r.Settings("i1", int64(n+1))
			if err != nil || got.Config["k"] != want {
				return fmt.Errorf("version %d: got %q and %s, want %q", n+1, got.Config["k"], said(err), want)
			}
		}
		if _, err := r.Settings("i1", 3); !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("version 3: got %s, want ErrNotFound", said(err))
		}
		return nil
	})
}

func checkLastPlanAndRun(d desk) {
	d.update("put plans and runs", func(w store.Writer) error {
		for _, n := range []string{"2", "3", "1"} {
			err := errors.Join(
				w.PutPlan(store.Plan{ID: store.PlanID("p" + n), Integration: "i1"}),
				w.PutRun(store.Run{ID: store.RunID("r" + n), Integration: "i1"}),
			)
			if err != nil {
				return err
			}
		}
		return errors.Join(w.PutPlan(store.Plan{ID: "p9", Integration: "i2"}), w.PutRun(store.Run{ID: "r9", Integration: "i2"}))
	})
	d.update("put the first ones again", func(w store.Writer) error { // written last, made first
		return errors.Join(
			w.PutPlan(store.Plan{ID: "p1", Integration: "i1", State: store.PlanApplied}),
			w.PutRun(store.Run{ID: "r1", Integration: "i1", State: store.RunOK}),
		)
	})
	d.view("read the last ones", func(r store.Reader) error {
		plan, err1 := r.LastPlan("i1")
		run, err2 := r.LastRun("i1")
		if err := errors.Join(err1, err2); err != nil || plan.ID != "p3" || run.ID != "r3" {
			return fmt.Errorf("LastPlan and LastRun: got %q and %q and %s, want p3 and r3", plan.ID, run.ID, said(err))
		}
		for _, id := range []store.IntegrationID{"", "i", "i0", "i11", "i3"} {
			_, err1 := r.LastPlan(id)
			_, err2 := r.LastRun(id)
			if !errors.Is(err1, store.ErrNotFound) || !errors.Is(err2, store.ErrNotFound) {
				return fmt.Errorf("LastPlan and LastRun of %q: got %s, want ErrNotFound from both", id, said(err1, err2))
			}
		}
		return nil
	})
}

func changeKey(c store.Change) string { return fmt.Sprint(c.Seq) }

func checkChanges(d desk) {
	d.update("put changes", func(w store.Writer) error {
		for _, seq := range []int{10, 2, 1, 9} {
			for _, plan := range []store.PlanID{"p", "p2"} {
				if err := w.PutChange(store.Change{Plan: plan, Seq: seq, Record: recordID("1")}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	d.view("read changes", func(r store.Reader) error {
		return errors.Join(
			wantKeys("Changes after 0", r.Changes("p", 0, 0), changeKey, "1", "2", "9", "10"),
			wantKeys("Changes after -1", r.Changes("p", -1, 0), changeKey, "1", "2", "9", "10"),
			wantKeys("Changes after 2", r.Changes("p", 2, 0), changeKey, "9", "10"),
			wantKeys("Changes after 5", r.Changes("p", 5, 0), changeKey, "9", "10"),
			wantKeys("Changes after 10", r.Changes("p", 10, 0), changeKey),
			wantKeys("two Changes after 0", r.Changes("p", 0, 2), changeKey, "1", "2"),
			wantKeys("one Change after 2", r.Changes("p", 2, 1), changeKey, "9"),
			wantKeys("nine Changes after 2", r.Changes("p", 2, 9), changeKey, "9", "10"),
			wantKeys("Changes of another plan", r.Changes("p1", 0, 0), changeKey),
		)
	})
	const many, some = 700, 600 // more than a database would be asked for at once
	d.update("put many changes", func(w store.Writer) error {
		for seq := range many {
			if err := w.PutChange(store.Change{Plan: "long", Seq: seq + 1, Record: recordID("1")}); err != nil {
				return err
			}
		}
		return nil
	})
	d.view("read many changes", func(r store.Reader) error {
		for limit, want := range map[int]int{0: many, some: some, many: many, many + 1: many} {
			n := 0
			for _, err := range r.Changes("long", 0, limit) {
				if err != nil {
					return err
				}
				n++
			}
			if n != want {
				return fmt.Errorf("at most %d of %d Changes: got %d", limit, many, n)
			}
		}
		return nil
	})
}

func intentOf(o store.OpenWrite) string { return o.Intent }

func checkOpenWrites(d desk) {
	d.update("put open writes", func(w store.Writer) error {
		other := recordID("1")
		other.Integration = "i2"
		return errors.Join(
			w.PutOpenWrite(store.OpenWrite{Intent: "b", Record: recordID("1")}),
			w.PutOpenWrite(store.OpenWrite{Intent: "a", Record: recordID("9")}),
			w.PutOpenWrite(store.OpenWrite{Intent: "c", Record: recordID("0")}),
			w.PutOpenWrite(store.OpenWrite{Intent: "0", Record: other}),
			w.PutOpenWrite(store.OpenWrite{Intent: "d", Record: recordID("1")}),
			w.PutOpenWrite(store.OpenWrite{Intent: "d", Record: other}),
			w.DeleteOpenWrite("b"),
		)
	})
	d.view("read open writes", func(r store.Reader) error {
		return errors.Join(
			wantKeys("OpenWrites", r.OpenWrites("i1"), intentOf, "a", "c"),
			wantKeys("OpenWrites of another integration", r.OpenWrites("i2"), intentOf, "0", "d"),
		)
	})
}
