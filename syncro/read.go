package syncro

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// minRows is the smallest page that is asked for.
const minRows = 5

// Read implements connector.Session.
func (s *session) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	req.Within = slices.Clone(req.Within)
	return func(yield func(connector.Page, error) bool) {
		ctx, done := s.join(ctx)
		defer done()
		list, err := s.pages(req)
		if err != nil {
			yield(connector.Page{}, err)
			return
		}
		list.Read(ctx, req)(yield)
	}
}

// pages is how the read that req asks for is divided: a list of its own for each
// company that it is limited to. Customers within customers are looked up.
func (s *session) pages(req connector.ReadRequest) (rest.List, error) {
	list, err := listingOf(req.Kind)
	if err != nil {
		return rest.List{}, err
	}
	r := &reader{s: s, list: list, within: req.Within, changes: req.Mode == connector.ModeChanges}
	if err := r.check(req); err != nil {
		return rest.List{}, err
	}
	scope := make([]string, 0, len(req.Within))
	for _, key := range req.Within {
		scope = append(scope, string(key))
	}
	pages := rest.List{
		Source: name, Op: "list " + list.labels, Scope: strings.Join(scope, ","), MinSize: minRows,
		Parts: len(req.Within), Fetch: r.listPage, Progress: s.host.Progress,
	}
	if list.kind == KindCustomer && len(req.Within) > 0 {
		pages.Parts, pages.Fetch = (len(req.Within)+lookUpPage-1)/lookUpPage, r.lookUp
	}
	return pages, nil
}

// reader reads the pages of one list, for one company after another where the
// read is limited to some.
type reader struct {
	s      *session
	list   listing
	within []connector.Key
	// changes says that the list is sorted by the time of the last change, the
	// latest first, and proven that it is known to be.
	changes, proven bool
}

// order is how the list has to be sorted. Empty: as it is.
func (r *reader) order() string {
	if r.changes {
		return latestFirst
	}
	return ""
}

// check refuses what Syncro has no list for.
func (r *reader) check(req connector.ReadRequest) error {
	refused := &connector.Error{Code: connector.CodeConfig, Source: name, Op: "list " + r.list.labels, Remedy: "read in full"}
	switch {
	case req.Mode != connector.ModeFull && (!r.changes || !r.list.changes):
		refused.Detail = "Syncro has no list of changes of " + r.list.labels
		return refused
	case r.changes && len(r.within) > 0:
		refused.Detail = "changes are listed for the whole account only"
		return refused
	}
	for _, key := range r.within {
		// A filter that the server can't read would be ignored, and everything
		// be delivered.
		if !isID(string(key)) {
			refused.Detail, refused.Remedy = fmt.Sprintf("%.40q is not the id of a customer", string(key)), ""
			return refused
		}
	}
	return nil
}

// listPage reads one page of the list.
func (r *reader) listPage(ctx context.Context, at rest.Place) (rest.Fetched, error) {
	if r.list.kind == KindAsset {
		if err := r.s.loadTypes(ctx); err != nil {
			return rest.Fetched{}, err
		}
	}
	op, company := fmt.Sprintf("list %s page %d", r.list.labels, at.Page), connector.Key("")
	if len(r.within) > 0 {
		company = r.within[at.Part]
		op = fmt.Sprintf("list %s of customer %s page %d", r.list.labels, company, at.Page)
	}
	got := rest.Fetched{Op: op}
	answer, err := r.list.page(ctx, r.s, query{
		op: op, params: r.list.params(at.Page, at.Size, company, r.order()), status: &got.Status, final: at.Final, waiting: at.Waiting,
	})
	if err != nil {
		return got, err
	}
	got.Rows, got.Keys, got.Page.Rejected = len(answer.ids), answer.ids, answer.rejected
	got.PerPage, got.Number, got.Pages = answer.meta.PerPage, answer.meta.Page, answer.meta.TotalPages
	got.Page.Records = make([]connector.Record, 0, len(answer.rows))
	for _, row := range answer.rows {
		if got.Page.Account == "" {
			got.Page.Account = row.account
		}
		// A server that ignores the filter must not widen the read.
		if company == "" || row.record.Container == company {
			got.Page.Records = append(got.Page.Records, row.record)
		}
	}
	if company == "" && !r.changes {
		got.Total = answer.meta.TotalEntries
	}
	if r.list.changes {
		got.Mark = newest(answer)
	}
	if r.changes {
		got.Last, err = r.sorted(ctx, at, answer)
	}
	return got, err
}
