package syncro

import (
	"context"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
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

// sorted checks that a page of changes is sorted as it was asked to be, and
// says whether it shows a row that was delivered before: then all that follow
// were. A list that isn't sorted can't be read up to some row.
func (r *reader) sorted(ctx context.Context, at rest.Place, answer listed) (old bool, err error) {
	var last time.Time
	for _, row := range answer.rows {
		changed := row.record.Updated
		if changed.IsZero() {
			continue // it counts as changed
		}
		if !last.IsZero() && changed.After(last) {
			return false, unsorted("the list isn't sorted by the time of the last change")
		}
		last = changed
	}
	old = !last.IsZero() && last.Before(at.Since.Add(-overlap))
	if !old || r.proven || answer.meta.TotalPages == 1 {
		return old, nil
	}
	if err := r.proveSorted(ctx, at, answer); err != nil {
		return false, err
	}
	r.proven = true
	return old, nil
}

// proveSorted has the list sorted the other way round. A list that ignores the
// order can look sorted by chance, as long as nothing was changed since it was
// made: but it looks the same both ways. The page is the one at the place.
func (r *reader) proveSorted(ctx context.Context, at rest.Place, forth listed) error {
	page := func(order string) (listed, error) {
		return r.list.page(ctx, r.s, query{
			op: "list " + r.list.labels + " by change", params: r.list.params(1, at.Size, "", order), waiting: at.Waiting,
		})
	}
	if at.Page != 1 {
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
		return unsorted("the list can't be sorted by the time of the last change")
	}
	return nil
}

func unsorted(why string) error {
	return &connector.Error{
		Code: connector.CodeStaleCheckpoint, Source: name, Op: "list changes", Detail: why, Remedy: "read again from the beginning",
	}
}

// newest is the latest change on a page. On the first of a read it is a time before
// which everything is delivered by the read: whatever changes while it goes on is
// later than that, by Syncro's own clock. A row from the future isn't, where there
// are others: with it, all that changes until then would look old.
func newest(answer listed) time.Time {
	var at, ahead time.Time
	future := time.Now().Add(maxAhead)
	for _, row := range answer.rows {
		into := &at
		if row.record.Updated.After(future) {
			into = &ahead
		}
		if row.record.Updated.After(*into) {
			*into = row.record.Updated
		}
	}
	if at.IsZero() {
		return ahead
	}
	return at
}

// maxAhead is how far Syncro's clock may be ahead of this one.
const maxAhead = 24 * time.Hour
