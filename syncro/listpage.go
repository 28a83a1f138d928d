package syncro

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// listPage reads one page of the list and moves on.
func (r *reader) listPage(ctx context.Context) (connector.Page, error) {
	company := r.company()
	op, answer, err := r.request(ctx, company)
	if err != nil {
		return connector.Page{}, notAList(err)
	}
	if err := r.verify(op, &answer); err != nil {
		return connector.Page{}, err
	}
	old := false
	if r.pos.Changes {
		if old, err = r.sorted(ctx, answer); err != nil {
			return connector.Page{}, notAList(err)
		}
	}
	r.mark(answer)
	page := connector.Page{Rejected: answer.rejected, Records: make([]connector.Record, 0, len(answer.rows))}
	for _, row := range answer.rows {
		if page.Account == "" {
			page.Account = row.account
		}
		// A server that ignores the filter must not widen the read.
		if company == "" || row.record.Container == company {
			page.Records = append(page.Records, row.record)
		}
	}
	page.End, err = r.advance(op, answer, old)
	return page, err
}

// request asks for the page at the position, and for a smaller one where the
// server can't make one of that size in time.
func (r *reader) request(ctx context.Context, company connector.Key) (op string, answer listed, err error) {
	for {
		op = fmt.Sprintf("list %s page %d", r.list.labels, r.pos.Page)
		if company != "" {
			op = fmt.Sprintf("list %s of customer %s page %d", r.list.labels, company, r.pos.Page)
		}
		status := 0
		q := query{
			op: op, path: r.list.path, params: r.list.params(r.pos.Page, r.pos.Ask, company, r.pos.Changes),
			right: r.list.listRight, status: &status, waiting: r.progress,
			decode: func(data []byte) error { return answer.decode(r.s, r.list, data) },
		}
		if r.smaller() > 0 {
			q.final = []int{http.StatusGatewayTimeout} // a smaller page is the better answer
		}
		err = r.s.get(ctx, q)
		switch tooMuch := status == http.StatusGatewayTimeout || connector.CodeOf(err) == connector.CodeTooLarge; {
		case err == nil && r.pos.Ask > 0 && !answer.keepsTo(r.pos.Ask):
			// The size was ignored, so that the page number means another place.
			if r.before == nil {
				return op, answer, stale(r.list.kind, "the list doesn't keep to the page size any more")
			}
			r.pos, r.before, r.fixed = *r.before, nil, true
		case err != nil && tooMuch && r.shrink():
		default:
			if err == nil {
				r.before = nil
			}
			return op, answer, err
		}
	}
}

// keepsTo reports whether the page shows that the size which was asked for was
// kept to. One without any word about its size doesn't.
func (l *listed) keepsTo(ask int) bool { return l.meta.PerPage == ask && len(l.ids) <= ask }

// usualRows is the largest page that Syncro's lists are known to have.
const usualRows = 100

// minRows is the smallest page that is asked for.
const minRows = 5

// smaller returns the size of the pages that can be asked for in place of the
// present ones. Zero means that the pages can't be smaller.
func (r *reader) smaller() int {
	rows := cmp.Or(r.pos.Ask, r.pos.Rows, usualRows)
	known := r.pos.Ask > 0 || r.pos.Rows > 0 || r.pos.Page == 1
	if r.fixed || !known || rows/2 < minRows {
		return 0
	}
	return rows / 2
}

// shrink halves the pages. The position is then at the same row, or at one
// before it: rows may come twice, and none is skipped. It reports false where
// the pages can't be smaller.
func (r *reader) shrink() bool {
	rows := r.smaller()
	if rows == 0 {
		return false
	}
	if r.before == nil {
		before := r.pos
		r.before = &before
	}
	done := (r.pos.Page - 1) * cmp.Or(r.pos.Ask, r.pos.Rows, usualRows)
	r.pos.Page = done/rows + 1
	r.pos.Ask, r.pos.Rows = rows, 0
	return true
}

// maxEmpty is how many pages without rows may come in a row while the list
// promises more: a key that doesn't see everything may get such pages.
const maxEmpty = 50

// full reports whether the page has as many rows as pages of its list have. After
// one there may be another, whatever the list says: what it says of its length
// isn't to be relied on.
func (l *listed) full() bool { return l.meta.PerPage > 0 && len(l.ids) >= l.meta.PerPage }

// advance moves the position past the page and says whether more follows. Of a
// list sorted by change, old says that what follows was delivered before.
func (r *reader) advance(op string, answer listed, old bool) (connector.End, error) {
	if r.total = answer.meta.TotalEntries; len(r.within) > 0 || r.pos.Changes {
		r.total = 0
	}
	r.pos.Rows = answer.meta.PerPage
	last := len(answer.ids) == 0
	if last {
		r.empty++
	} else {
		r.empty = 0
	}
	if answer.meta.TotalPages > 0 {
		last = r.pos.Page >= answer.meta.TotalPages && !answer.full()
	}
	switch {
	case old:
	case !last && r.empty > maxEmpty:
		return 0, &connector.Error{
			Code: connector.CodeIncomplete, Source: name, Op: op,
			Detail: fmt.Sprintf("the list promises %d pages, and the last %d were empty", answer.meta.TotalPages, r.empty),
		}
	case !last:
		r.pos.Page++
		return connector.More, nil
	case r.pos.Company+1 < len(r.within):
		r.pos.Company++
		r.pos.Page, r.pos.Rows, r.last, r.empty = 1, 0, nil, 0
		return connector.More, nil
	}
	if answer.meta.TotalPages == 0 || r.pos.Page <= answer.meta.TotalPages {
		r.pos.Page++ // one that was empty behind the last is read again by who goes on from here
	}
	r.pos.Ended = true
	return connector.Ended, nil
}

// dropRows leaves nothing but what the page says of its list.
func (l *listed) dropRows() { l.rows, l.rejected, l.ids = nil, nil, nil }

// verify refuses a page that is in itself fine and still can't follow on the
// one before.
func (r *reader) verify(op string, answer *listed) error {
	resumed := r.resumed
	r.resumed = false
	pages, rows := answer.meta.TotalPages, answer.meta.PerPage
	switch {
	case r.pos.Rows > 0 && rows > 0 && r.pos.Rows != rows:
		why := fmt.Sprintf("the pages have %d rows now and had %d", rows, r.pos.Rows)
		if resumed {
			return stale(r.list.kind, why)
		}
		return &connector.Error{Code: connector.CodeIncomplete, Source: name, Op: op, Detail: why}
	case resumed && (pages > 0 && r.pos.Page > pages || len(answer.ids) == 0):
		return stale(r.list.kind, fmt.Sprintf("the list has become shorter than page %d", r.pos.Page))
	}
	if pages > 0 && r.pos.Page > pages && slices.Equal(answer.ids, r.last) {
		answer.dropRows() // a list that shows its last page for any page after it
	}
	if len(answer.ids) > 0 && slices.Equal(answer.ids, r.last) {
		// New rows can push exactly a page away; a list that ignores the number
		// of its page says so.
		code := connector.CodeIncomplete
		if answer.meta.Page > 0 && answer.meta.Page != r.pos.Page {
			code = connector.CodeProtocol
		}
		return &connector.Error{Code: code, Source: name, Op: op, Detail: "the same page came twice in a row"}
	}
	r.last = answer.ids
	return nil
}

// notAList turns "not found" of a list, which isn't about a record, into what
// it is: there is no such list at this address.
func notAList(err error) error {
	if e, ok := errors.AsType[*connector.Error](err); ok && e.Code == connector.CodeNotFound {
		e.Code = connector.CodeProtocol
		e.Remedy = "check the domain"
	}
	return err
}
