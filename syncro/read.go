package syncro

import (
	"context"
	"fmt"
	"iter"
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
	// proven says that the list is known to be sorted as it was asked to be.
	proven bool
	// before is the position before the pages became smaller, until the list has
	// shown that it keeps to the size. Nil if they didn't.
	before *position
	// fixed says that the list doesn't let the size of its pages be chosen.
	fixed bool
	// empty counts the pages without rows that came in a row.
	empty int
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
	if err := checkMode(list, req); err != nil {
		return nil, err
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

// checkMode refuses what Syncro has no list for.
func checkMode(list listing, req connector.ReadRequest) error {
	refused := &connector.Error{Code: connector.CodeConfig, Source: name, Op: "list " + list.labels, Remedy: "read in full"}
	switch {
	case req.Mode == connector.ModeFull:
		return nil
	case req.Mode != connector.ModeChanges || !list.changes:
		refused.Detail = "Syncro has no list of changes of " + list.labels
	case len(req.Within) > 0:
		refused.Detail = "changes are listed for the whole account only"
	default:
		return nil
	}
	return refused
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

// company returns the company being read. Empty where the read isn't limited.
func (r *reader) company() connector.Key {
	if len(r.within) == 0 {
		return ""
	}
	return r.within[r.pos.Company]
}

// progress tells the host how far the read is, and why it waits, if it does.
func (r *reader) progress(waiting string) {
	if r.s.host.Progress != nil {
		r.s.host.Progress(connector.Progress{Kind: r.list.kind, Done: r.done, Total: r.total, Waiting: waiting})
	}
}
