package syncro

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// Read implements connector.Session.
func (s *session) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	req.Within = slices.Clone(req.Within)
	return func(yield func(connector.Page, error) bool) {
		ctx, done := s.join(ctx)
		defer done()
		r, err := s.newReader(req)
		if err != nil {
			yield(connector.Page{}, err)
			return
		}
		for {
			page, err := r.next(ctx)
			if err != nil {
				yield(connector.Page{}, err)
				return
			}
			if !yield(page, nil) || page.End != connector.More {
				return
			}
		}
	}
}

// reader reads the pages of one list, for one company after another where the
// read is limited to some.
type reader struct {
	s      *session
	list   listing
	within []connector.Key
	pos    position

	// resumed says that the next page is the first after a checkpoint.
	resumed bool
	// last are the ids of the page before, in order.
	last []connector.Key
	// done counts the delivered records, total is what the list promises.
	done, total int
}

func (s *session) newReader(req connector.ReadRequest) (*reader, error) {
	list, err := listingOf(req.Kind)
	if err != nil {
		return nil, err
	}
	if req.Mode != connector.ModeFull {
		return nil, &connector.Error{
			Code: connector.CodeConfig, Source: name, Op: "list " + list.labels,
			Detail: "Syncro has no list of changes", Remedy: "read in full",
		}
	}
	for _, key := range req.Within {
		// A filter that the server can't read would be ignored, and everything
		// be delivered.
		if !isID(string(key)) {
			return nil, &connector.Error{
				Code: connector.CodeConfig, Source: name, Op: "list " + list.labels,
				Detail: fmt.Sprintf("%.40q is not the id of a customer", string(key)),
			}
		}
	}
	pos, err := parsePosition(req)
	if err != nil {
		return nil, err
	}
	r := &reader{s: s, list: list, within: req.Within, pos: pos}
	if req.Checkpoint != "" && !r.byID() && pos.Page > 1 {
		// One page early: rows move to an earlier page when one before them is
		// deleted.
		r.pos.Page--
		r.resumed = r.pos.Page > 1
	}
	if r.pos.Page == 1 {
		r.pos.Rows = 0 // nothing is counted yet
	}
	return r, nil
}

// byID reports whether the records are looked up one by one: customers within
// customers.
func (r *reader) byID() bool { return r.list.kind == KindCustomer && len(r.within) > 0 }

// next reads the next page.
func (r *reader) next(ctx context.Context) (connector.Page, error) {
	if r.list.kind == KindAsset {
		if err := r.s.loadTypes(ctx); err != nil {
			return connector.Page{}, err
		}
	}
	var page connector.Page
	var err error
	if r.byID() {
		page, err = r.lookUp(ctx)
	} else {
		page, err = r.listPage(ctx)
	}
	if err != nil {
		return connector.Page{}, err
	}
	page.Checkpoint = r.pos.checkpoint()
	r.done += len(page.Records) + len(page.Rejected)
	r.progress("")
	return page, nil
}

// listPage reads one page of the list and moves on.
func (r *reader) listPage(ctx context.Context) (connector.Page, error) {
	company := r.company()
	op, answer, err := r.request(ctx, company)
	if err != nil {
		return connector.Page{}, notAList(err)
	}
	if err := r.verify(op, answer); err != nil {
		return connector.Page{}, err
	}
	var page connector.Page
	page.Rejected = answer.rejected
	page.Records = make([]connector.Record, 0, len(answer.rows))
	for _, row := range answer.rows {
		if page.Account == "" {
			page.Account = row.account
		}
		// A server that ignores the filter must not widen the read.
		if company == "" || row.record.Container == company {
			page.Records = append(page.Records, row.record)
		}
	}
	page.End = r.advance(answer)
	return page, nil
}

// request asks for the page at the position, and for a smaller one where the
// server can't make one of that size in time.
func (r *reader) request(ctx context.Context, company connector.Key) (op string, answer listed, err error) {
	var gaveUp error
	for {
		op = fmt.Sprintf("list %s page %d", r.list.labels, r.pos.Page)
		if company != "" {
			op = fmt.Sprintf("list %s of customer %s page %d", r.list.labels, company, r.pos.Page)
		}
		status := 0
		err = r.s.get(ctx, query{
			op: op, path: r.list.path, params: r.list.params(r.pos.Page, r.pos.Ask, company),
			right: r.list.listRight, decode: func(data []byte) error { return answer.decode(r.s, r.list, data) }, status: &status, waiting: r.progress,
		})
		switch {
		case err == nil && r.pos.Ask > 0 && answer.meta.PerPage != r.pos.Ask:
			// The size was ignored, so that the page number means another place.
			if gaveUp == nil {
				gaveUp = stale(r.list.kind, "the list doesn't keep to the page size any more")
			}
			return op, answer, gaveUp
		case err == nil:
			return op, answer, nil
		case status != http.StatusGatewayTimeout && connector.CodeOf(err) != connector.CodeTooLarge, !r.shrink():
			return op, answer, err
		}
		gaveUp = err
	}
}

// usualRows is the largest page that Syncro's lists are known to have.
const usualRows = 100

// minRows is the smallest page that is asked for.
const minRows = 5

// shrink halves the pages, with the position at the same row. It reports false
// where that isn't possible.
func (r *reader) shrink() bool {
	rows := cmp.Or(r.pos.Ask, r.pos.Rows, usualRows)
	known := r.pos.Ask > 0 || r.pos.Rows > 0 || r.pos.Page == 1
	if !known || rows%2 != 0 || rows/2 < minRows {
		return false
	}
	r.pos.Page = (r.pos.Page-1)*2 + 1
	r.pos.Ask, r.pos.Rows = rows/2, 0
	return true
}

// company returns the company being read. Empty where the read isn't limited.
func (r *reader) company() connector.Key {
	if len(r.within) == 0 {
		return ""
	}
	return r.within[r.pos.Company]
}

// advance moves the position past the page and says whether more follows.
func (r *reader) advance(answer listed) connector.End {
	if r.total = answer.meta.TotalEntries; len(r.within) > 0 {
		r.total = 0
	}
	r.pos.Rows = answer.meta.PerPage
	last := len(answer.ids) == 0
	if answer.meta.TotalPages > 0 {
		last = r.pos.Page >= answer.meta.TotalPages
	}
	switch {
	case !last:
		r.pos.Page++
		return connector.More
	case r.pos.Company+1 < len(r.within):
		r.pos.Company++
		r.pos.Page, r.pos.Rows, r.last = 1, 0, nil
		return connector.More
	}
	r.pos.Page++
	return connector.Ended
}

// verify refuses a page that is in itself fine and still can't follow on the
// one before.
func (r *reader) verify(op string, answer listed) error {
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
	if len(answer.ids) > 0 && slices.Equal(answer.ids, r.last) {
		return &connector.Error{
			Code: connector.CodeProtocol, Source: name, Op: op, Detail: "the same page came twice in a row",
		}
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

// progress tells the host how far the read is, and why it waits, if it does.
func (r *reader) progress(waiting string) {
	if r.s.host.Progress != nil {
		r.s.host.Progress(connector.Progress{Kind: r.list.kind, Done: r.done, Total: r.total, Waiting: waiting})
	}
}
