package syncro

import (
	"context"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Syncro has no list of changes. Its list of customers can be sorted by the
// time of the last change, so that the rows behind some row are older than it.
const (
	latestFirst = "updated_at DESC"
	latestLast  = "updated_at ASC"
)

// overlap is how far before the mark a read of changes goes: a change can get
// its time some while before it can be seen.
const overlap = 5 * time.Minute

// mark notes, at the first page of a read, a time before which everything is
// delivered by this read: the latest change that the page shows. Whatever
// changes while the read goes on is later than that, by Syncro's own clock.
func (r *reader) mark(answer listed) {
	if !r.list.changes || r.pos.Page != 1 || r.pos.Company > 0 || len(r.within) > 0 {
		return
	}
	for _, row := range answer.rows {
		if at := connector.CleanTime(row.record.Updated); at.After(r.pos.Mark) {
			r.pos.Mark = at
		}
	}
}

// sorted checks that a page of changes is sorted as it was asked to be, and
// says whether it shows a row that was delivered before: then all that follow
// were. A list that isn't sorted can't be read up to some row.
func (r *reader) sorted(ctx context.Context, answer listed) (old bool, err error) {
	var last time.Time
	for _, row := range answer.rows {
		at := row.record.Updated
		if at.IsZero() {
			continue // it counts as changed
		}
		if !last.IsZero() && at.After(last) {
			return false, stale(r.list.kind, "the list isn't sorted by the time of the last change")
		}
		last = at
	}
	old = !last.IsZero() && last.Before(r.pos.Since.Add(-overlap))
	if !old || r.proven || answer.meta.TotalPages == 1 {
		return old, nil
	}
	if err := r.proveSorted(ctx, answer); err != nil {
		return false, err
	}
	r.proven = true
	return old, nil
}

// proveSorted has the list sorted the other way round. A list that ignores the
// order can look sorted by chance, as long as nothing was changed since it was
// made: but it looks the same both ways. The page is the one at the position.
func (r *reader) proveSorted(ctx context.Context, forth listed) error {
	page := func(order string) (listed, error) {
		var answer listed
		params := r.list.params(1, r.pos.Ask, "", false)
		params.Set("sort", order)
		err := r.s.get(ctx, query{
			op: "list " + r.list.labels + " by change", path: r.list.path, params: params, right: r.list.listRight, waiting: r.progress,
			decode: func(data []byte) error { return answer.decode(r.s, r.list, data) },
		})
		return answer, err
	}
	if r.pos.Page != 1 {
		var err error
		if forth, err = page(latestFirst); err != nil {
			return err
		}
	}
	back, err := page(latestLast)
	if err != nil {
		return err
	}
	if len(forth.ids) == 0 || slices.Equal(forth.ids, back.ids) || newest(back).After(newest(forth)) {
		return stale(r.list.kind, "the list can't be sorted by the time of the last change")
	}
	return nil
}

func newest(answer listed) time.Time {
	var at time.Time
	for _, row := range answer.rows {
		if row.record.Updated.After(at) {
			at = row.record.Updated
		}
	}
	return at
}
