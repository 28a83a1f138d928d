package storetest

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// newestChecks are the rules about lists that begin with what was made last.
func newestChecks() []check[LedgerFixture] {
	return []check[LedgerFixture]{
		ledgerCheck("plans and runs are listed from the last to the first",
			"Runs and Plans yield the one that was started or made last first, and begin behind the id that they are handed, whether that is there or not (RunReader, PlanReader).",
			checkNewest),
		ledgerCheck("a list from the end meets every row once while they are written",
			"Within an Update, rows that are written ahead of an iterator may or may not be met by it; write behind it only (Reader).", checkNewestMeanwhile),
	}
}

func planKey(p store.Plan) string { return string(p.ID) }
func runKey(r store.Run) string   { return string(r.ID) }

// putHistory writes a plan and a run with each of these ids.
func putHistory(w store.Writer, of store.IntegrationID, ids ...string) error {
	for _, id := range ids {
		err := errors.Join(w.PutPlan(store.Plan{ID: store.PlanID(id), Integration: of}), w.PutRun(store.Run{ID: store.RunID(id), Integration: of}))
		if err != nil {
			return err
		}
	}
	return nil
}

// wantHistory compares both lists with the ids that they have to yield.
func wantHistory(r store.Reader, of store.IntegrationID, before string, want ...string) error {
	return errors.Join(
		wantKeys(fmt.Sprintf("Plans(%q, %q)", of, before), r.Plans(of, store.PlanID(before)), planKey, want...),
		wantKeys(fmt.Sprintf("Runs(%q, %q)", of, before), r.Runs(of, store.RunID(before)), runKey, want...),
	)
}

func checkNewest(d desk) {
	d.update("put plans and runs", func(w store.Writer) error {
		return errors.Join(putHistory(w, "i1", "2", "10", "9", "4"), putHistory(w, "i2", "3", "91"))
	})
	d.update("put one again, give one away, and add one", func(w store.Writer) error {
		err := errors.Join(putHistory(w, "i1", "2"), putHistory(w, "i2", "4"), putHistory(w, "i1", "7"))
		return errors.Join(err, wantHistory(w, "i1", "", "9", "7", "2", "10"))
	})
	d.view("list them", func(r store.Reader) error {
		return errors.Join(
			wantHistory(r, "i1", "", "9", "7", "2", "10"),
			wantHistory(r, "i1", "9", "7", "2", "10"),
			wantHistory(r, "i1", "8", "7", "2", "10"),
			wantHistory(r, "i1", "99", "9", "7", "2", "10"),
			wantHistory(r, "i1", "2", "10"), wantHistory(r, "i1", "10"), wantHistory(r, "i1", "0"),
			wantHistory(r, "i2", "", "91", "4", "3"), wantHistory(r, "i2", "91", "4", "3"),
			wantHistory(r, "i", ""), wantHistory(r, "i11", "9"), wantHistory(r, "i3", "9"), wantHistory(r, "i0", "9"),
		)
	})
}

// checkNewestMeanwhile goes through thousands of plans and runs, and writes each
// again when it is met, and others behind it.
func checkNewestMeanwhile(d desk) {
	keys := numberedKeys(manyRows)
	d.update("put many", func(w store.Writer) error { return putHistory(w, "i1", keys...) })
	slices.Reverse(keys)
	d.update("write each when it is met", func(w store.Writer) error {
		plans, runs := w.Plans("i1", ""), w.Runs("i1", "")
		return errors.Join(
			sweep("Plans", plans, keys, planKey, func(p store.Plan) error {
				p.Fingerprint = "met"
				return errors.Join(w.PutPlan(p), w.PutPlan(store.Plan{ID: p.ID + " behind", Integration: "i1"}))
			}),
			sweep("Runs", runs, keys, runKey, func(r store.Run) error {
				r.Problems = []string{"met"}
				return errors.Join(w.PutRun(r), w.PutRun(store.Run{ID: r.ID + " behind", Integration: "i1"}))
			}),
		)
	})
	var all []string
	for _, key := range keys {
		all = append(all, key+" behind", key)
	}
	d.view("list them", func(r store.Reader) error {
		return errors.Join(
			sweep("Plans", r.Plans("i1", ""), all, planKey, func(store.Plan) error { return nil }),
			sweep("Runs", r.Runs("i1", ""), all, runKey, func(store.Run) error { return nil }),
			firstOf("Plans", r.Plans("i1", ""), planKey, all[0]), firstOf("Runs", r.Runs("i1", ""), runKey, all[0]),
		)
	})
}

// firstOf leaves a list at its first row, twice.
func firstOf[T any](what string, rows iter.Seq2[T, error], key func(T) string, want string) error {
	for range 2 {
		for row, err := range rows {
			if err != nil || key(row) != want {
				return fmt.Errorf("%s: the first row is %q, with %s, want %q", what, key(row), said(err), want)
			}
			break
		}
	}
	return nil
}
