package storetest_test

import (
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// newestMutants are about lists that begin with what was made last.
func newestMutants() map[string]mutant {
	const order = "plans and runs are listed from the last to the first"
	const meanwhile = "a list from the end meets every row once while they are written"
	return map[string]mutant{
		"lists runs from the first":             {fails: order, ledger: history(firstToLast)},
		"begins with the run that it is handed": {fails: order, ledger: history(from)},
		"wants the run that it is handed":       {fails: order, ledger: history(ifThere)},
		"lists the runs of all behind":          {fails: order, ledger: history(forgetsWhose)},
		"takes an empty id for the first":       {fails: order, ledger: history(nothingBeforeNone)},
		"lists plans in the order of writing":   {fails: order, ledger: listsPlansAsWritten},
		"lists a page of runs":                  {fails: meanwhile, ledger: history(onePage)},
		"ends a list of runs when one is put":   {fails: meanwhile, ledger: endsWithAPut},
		"has the runs between pages twice":      {fails: meanwhile, ledger: history(overlaps)},
	}
}

// runList is another way to list runs.
type runList func(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error]

type historian struct {
	store.Reader
	list runList
}

type historianInUpdate struct {
	store.Writer
	list runList
}

func history(list runList) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{
			Ledger: l,
			read:   func(r store.Reader) store.Reader { return historian{r, list} },
			write:  func(w store.Writer) store.Writer { return historianInUpdate{w, list} },
		}
	}
}

func (r historian) Runs(id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return r.list(r.Reader, id, before)
}

func (w historianInUpdate) Runs(id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return w.list(w.Writer, id, before)
}

func firstToLast(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run {
		slices.Reverse(all)
		return all
	})
}

func from(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run {
		if run, err := r.Run(before); err == nil && run.Integration == id {
			all = slices.Insert(all, 0, run)
		}
		return all
	})
}

func ifThere(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run {
		if _, err := r.Run(before); before != "" && err != nil {
			return nil
		}
		return all
	})
}

func forgetsWhose(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return func(yield func(store.Run, error) bool) {
		for _, of := range []store.IntegrationID{id, "i1"} {
			for run, err := range r.Runs(of, before) {
				if !yield(run, err) {
					return
				}
			}
			if before == "" || of == "i1" {
				return
			}
		}
	}
}

func nothingBeforeNone(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run {
		if before == "" {
			return nil
		}
		return all
	})
}

// inOrderOfWriting lists plans as they were put.
type inOrderOfWriting struct {
	store.Reader
	put *[]store.PlanID
}

type writingDown struct {
	store.Writer
	put *[]store.PlanID
}

func listsPlansAsWritten(l store.Ledger) store.Ledger {
	var put []store.PlanID
	return wrapped{
		Ledger: l,
		read:   func(r store.Reader) store.Reader { return inOrderOfWriting{r, &put} },
		write:  func(w store.Writer) store.Writer { return writingDown{w, &put} },
	}
}

func (w writingDown) PutPlan(p store.Plan) error {
	*w.put = append(*w.put, p.ID)
	return w.Writer.PutPlan(p)
}

func (r inOrderOfWriting) Plans(id store.IntegrationID, before store.PlanID) iter.Seq2[store.Plan, error] {
	return whole(r.Reader.Plans(id, before), func(all []store.Plan) []store.Plan {
		slices.SortFunc(all, func(a, b store.Plan) int { return slices.Index(*r.put, b.ID) - slices.Index(*r.put, a.ID) })
		return all
	})
}

func onePage(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run { return all[:min(len(all), 512)] })
}

func overlaps(r store.Reader, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return whole(r.Runs(id, before), func(all []store.Run) []store.Run {
		if len(all) > 512 {
			all = slices.Insert(all, 512, all[511])
		}
		return all
	})
}

// closing ends a list of runs when one is put.
type closing struct {
	store.Writer
	puts *int
}

func endsWithAPut(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return closing{w, new(int)} }}
}

func (w closing) PutRun(r store.Run) error {
	*w.puts++
	return w.Writer.PutRun(r)
}

func (w closing) Runs(id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return func(yield func(store.Run, error) bool) {
		puts := *w.puts
		for run, err := range w.Writer.Runs(id, before) {
			if !yield(run, err) || *w.puts > puts {
				return
			}
		}
	}
}
