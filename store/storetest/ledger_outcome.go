package storetest

import (
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

func checkPutOutcome(d desk) {
	change := full(1).row(changeTable().row).(store.Change)
	change.Plan, change.Seq = "p", 2
	before, other := change, change
	other.Seq = 3
	want := func(r store.Reader, c store.Change) error {
		got, err := r.Change(c.Plan, c.Seq)
		if err != nil {
			return err
		}
		if diff := rowDiff(c, got); diff != "" {
			return fmt.Errorf("the change %s/%d: %s", c.Plan, c.Seq, diff)
		}
		return nil
	}
	note := func(w store.Writer, n int) error {
		change.Outcome = store.Outcome{State: store.OutcomeDone, Asset: store.AssetID(fmt.Sprint("asset ", n)), Problem: fmt.Sprint("problem ", n)}
		return w.PutOutcome(change.Plan, change.Seq, change.Outcome)
	}
	d.update("note the outcome of a change that was put just now", func(w store.Writer) error {
		return errors.Join(w.PutChange(before), w.PutChange(other), note(w, 1), want(w, change), want(w, other))
	})
	d.update("note the outcome of a change that was there", func(w store.Writer) error {
		return errors.Join(note(w, 2), want(w, change), note(w, 3), want(w, change), want(w, other))
	})
	d.view("read the changes", func(r store.Reader) error { return errors.Join(want(r, change), want(r, other)) })
	d.update("note the outcome of a change that isn't there", func(w store.Writer) error {
		for plan, seq := range map[store.PlanID]int{"p": 4, "p1": 2, "": 0} {
			if err := w.PutOutcome(plan, seq, change.Outcome); err != nil {
				return err
			}
			if _, err := w.Change(plan, seq); !errors.Is(err, store.ErrNotFound) {
				return fmt.Errorf("then %s/%d is there: %s", plan, seq, said(err))
			}
		}
		return nil
	})
	d.update("put a change whose outcome was noted", func(w store.Writer) error {
		return errors.Join(note(w, 4), w.PutChange(before), want(w, before))
	})
	for n := range 6 { // what a store writes at the end it may write in any order
		d.update("put a change whose outcome was noted, and don't look", func(w store.Writer) error {
			return errors.Join(note(w, 10+n), w.PutChange(before))
		})
		d.view("read the change that was put last", func(r store.Reader) error { return errors.Join(want(r, before), want(r, other)) })
	}
	d.update("list changes whose outcomes were noted just now", func(w store.Writer) error {
		if err := note(w, 5); err != nil {
			return err
		}
		asset := func(c store.Change) string { return string(c.Outcome.Asset) }
		return wantKeys("Changes", w.Changes("p", 0, 0), asset, "asset 5", string(other.Outcome.Asset))
	})
	d.update("note many outcomes", func(w store.Writer) error {
		for seq := range 100 {
			c := other
			c.Plan, c.Seq = "many", seq+1
			if err := w.PutChange(c); err != nil {
				return err
			}
		}
		return nil
	})
	d.update("note many outcomes", func(w store.Writer) error {
		for seq := range 100 {
			if err := w.PutOutcome("many", seq+1, store.Outcome{State: store.OutcomeFailed, Problem: fmt.Sprint(seq + 1)}); err != nil {
				return err
			}
		}
		return nil
	})
	d.view("read many outcomes", func(r store.Reader) error {
		for c, err := range r.Changes("many", 0, 0) {
			if err != nil {
				return err
			}
			if want := (store.Outcome{State: store.OutcomeFailed, Problem: fmt.Sprint(c.Seq)}); c.Outcome != want {
				return fmt.Errorf("the outcome of change %d: got %v, want %v", c.Seq, c.Outcome, want)
			}
		}
		return nil
	})
	d.refused("note an outcome with an asset that can't be one", func(w store.Writer) error {
		return w.PutOutcome("p", 2, store.Outcome{Asset: "a\xff"})
	})
}
