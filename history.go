package dovetail

import (
	"context"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// historyPage is how many runs or plans are read in one transaction: no more than a
// ledger reads at once at first.
const historyPage = 64

// Runs yields an integration's runs, the one that was started last first. Where
// before isn't empty it begins behind that run: a list that is shown in pages
// goes on from the last run of the page before. Runs are kept for good. Nothing
// is held open while yielding.
func (e *Engine) Runs(ctx context.Context, id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return history(ctx, e.ledger, before, func(r store.Reader, before store.RunID) iter.Seq2[store.Run, error] {
		return r.Runs(id, before)
	}, func(run store.Run) store.RunID { return run.ID }, fmt.Sprintf("runs of %q", id))
}

// Plans yields the plans of an integration, the one that was made last first, as
// Runs does. Those of runs are among them, and have the run's actor; their changes
// are read with Changes.
func (e *Engine) Plans(ctx context.Context, id store.IntegrationID, before store.PlanID) iter.Seq2[store.Plan, error] {
	return history(ctx, e.ledger, before, func(r store.Reader, before store.PlanID) iter.Seq2[store.Plan, error] {
		return r.Plans(id, before)
	}, func(plan store.Plan) store.PlanID { return plan.ID }, fmt.Sprintf("plans of %q", id))
}

// history yields rows page by page, each read in a transaction of its own.
func history[T any, ID ~string](ctx context.Context, l store.Ledger, before ID, list func(store.Reader, ID) iter.Seq2[T, error], idOf func(T) ID, what string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for from := before; ; {
			page, err := pageOf(ctx, l, func(r store.Reader) iter.Seq2[T, error] { return list(r, from) }, historyPage)
			if err != nil {
				var none T
				yield(none, fmt.Errorf("dovetail: %s: %w", what, err))
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
			if len(page) < historyPage {
				return
			}
			from = idOf(page[len(page)-1])
		}
	}
}

// pageOf reads at most so many of the rows that a list has.
func pageOf[T any](ctx context.Context, l store.Ledger, list func(store.Reader) iter.Seq2[T, error], most int) (page []T, err error) {
	err = l.View(ctx, func(_ context.Context, r store.Reader) error {
		page = page[:0] // a ledger may run fn again
		for row, err := range list(r) {
			if err != nil {
				return err
			}
			if page = append(page, row); len(page) == most {
				return nil
			}
		}
		return nil
	})
	return page, err
}
