package rest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/connector"
)

// listReader is one ranging over a list.
type listReader struct {
	List
	kind connector.Kind
	at   place
	// resumed says that the next page is the first after a checkpoint, and not the
	// first of its list.
	resumed bool
	// before is the place before the pages became smaller, until the list has shown
	// that it keeps to the size. Nil if they didn't.
	before *place
	// fixed says that the list doesn't let the size of its pages be chosen.
	fixed bool
	// last are the keys of the page before.
	last []connector.Key
	// seen are the cursors so far, and round is where a list without cursors began
	// anew, if it did.
	seen  map[string]bool
	round circle
	// op is what the page is called in errors. Empty: List.Op and its number.
	op string
	// short says that a page in the middle had fewer rows than the list calls a page.
	short bool
	// empty counts the pages without rows that came in a row.
	empty int
	// done counts the delivered records, total is what the list promises.
	done, total int
}

// next reads the page at the place and moves on.
func (r *listReader) next(ctx context.Context) (connector.Page, error) {
	if r.at.Done {
		// It was resumed after its last page: nothing is left.
		return connector.Page{End: r.ended(), Checkpoint: r.at.checkpoint()}, nil
	}
	got, err := r.fetch(ctx)
	if err != nil {
		return connector.Page{}, err
	}
	if err := r.verify(&got); err != nil {
		return connector.Page{}, err
	}
	page := got.Page
	if page.End, err = r.advance(got); err != nil {
		return connector.Page{}, err
	}
	page.Checkpoint = r.at.checkpoint()
	r.done, r.total = r.done+len(page.Records)+len(page.Rejected), got.Total
	r.report("")
	return page, nil
}

// report tells how far the read is, and why it waits, if it does.
func (r *listReader) report(waiting string) {
	if r.Progress != nil {
		r.Progress(connector.Progress{Kind: r.kind, Done: r.done, Total: r.total, Waiting: waiting})
	}
}

// fetch asks for the page, and for a smaller one where that can't be made.
func (r *listReader) fetch(ctx context.Context) (Fetched, error) {
	for {
		var answered atomic.Int64
		got, err := r.Fetch(withStatus(ctx, &answered), r.ask())
		status := cmp.Or(got.Status, int(answered.Load()))
		r.op = got.Op
		switch {
		case err == nil && r.keptTo(got):
			r.before = nil
			return got, nil
		case err == nil && r.before == nil:
			return got, r.contradicted("the pages don't keep to their size any more")
		case err == nil:
			r.at, r.before, r.fixed = *r.before, nil, true
		case status != http.StatusGatewayTimeout && connector.CodeOf(err) != connector.CodeTooLarge, !r.shrink():
			return got, err
		}
	}
}

// ask is the place as Fetch sees it.
func (r *listReader) ask() Place {
	p := Place{Part: r.at.Part, Page: r.at.Page, Offset: r.at.Offset, Cursor: r.at.Cursor, Size: r.at.Size, Since: r.at.Since}
	if r.smaller() > 0 {
		p.Final = []int{http.StatusGatewayTimeout}
	}
	if r.Progress != nil {
		p.Waiting = r.report
	}
	return p
}

// verify refuses a page that is in itself fine and still can't follow on the one
// before.
func (r *listReader) verify(got *Fetched) error {
	behind := got.Pages > 0 && r.at.Page > got.Pages
	switch {
	case r.Paging == ByPage && r.at.PerPage > 0 && got.PerPage > 0 && r.at.PerPage != got.PerPage:
		return r.contradicted(fmt.Sprintf("the pages have %d rows now and had %d", got.PerPage, r.at.PerPage))
	case r.Paging != ByCursor && r.resumed && (got.Rows == 0 || behind):
		return r.stale("the list has become shorter than that")
	case r.Paging == ByCursor && got.Next != "" && !got.Last && (got.Next == r.at.Cursor || r.seen[got.Next]):
		return r.fail(connector.CodeProtocol, "the list goes in circles")
	}
	r.resumed = false
	if r.Paging == ByCursor {
		return nil
	}
	keys := got.keys()
	again := len(keys) > 0 && slices.Equal(keys, r.last)
	seen := r.round.closed(keys) || again
	switch {
	case seen && behind:
		// A list that shows its last page for any page after it, or begins anew.
		got.Page, got.Rows = connector.Page{Account: got.Page.Account}, 0
	case again:
		return r.repeated(*got, "the same page came twice in a row")
	case seen:
		return r.repeated(*got, "the list goes in circles")
	}
	r.last = keys
	return nil
}

// repeated is the error for a page that came before. New rows can push exactly a
// page away; without its number it rather is a list that ignores it.
func (r *listReader) repeated(got Fetched, why string) error {
	code := connector.CodeProtocol
	if got.Number == r.at.Page {
		code = connector.CodeIncomplete
	}
	return r.fail(code, why)
}

// keys are those of the rows.
func (f *Fetched) keys() []connector.Key {
	if f.Keys != nil {
		return f.Keys
	}
	keys := make([]connector.Key, 0, len(f.Page.Records)+len(f.Page.Rejected))
	for _, record := range f.Page.Records {
		keys = append(keys, record.Key)
	}
	for _, rejected := range f.Page.Rejected {
		keys = append(keys, rejected.Key)
	}
	return keys
}

// advance moves the place past the page and says whether more follows.
func (r *listReader) advance(got Fetched) (connector.End, error) {
	if r.at.Page == 1 && r.at.Part == 0 && !got.Mark.IsZero() {
		r.at.Mark = connector.CleanTime(got.Mark)
	}
	over, err := r.over(got)
	if err != nil {
		return connector.More, err
	}
	if over && r.at.Part+1 < r.Parts {
		r.at.nextPart()
		r.last, r.empty, r.seen, r.round, r.short = nil, 0, make(map[string]bool), circle{}, false
		return connector.More, nil
	}
	r.at.Page++
	r.at.Offset += got.Rows
	if r.Paging == ByCursor {
		r.at.Cursor, r.seen[got.Next] = got.Next, true
	}
	if got.PerPage > 0 {
		r.at.PerPage = got.PerPage
	}
	if r.at.Done = over; over {
		return r.ended(), nil
	}
	return connector.More, nil
}

// maxEmpty is how many pages without rows may come in a row while the list
// promises more: who doesn't see everything may get such pages.
const maxEmpty = 50

// over reports whether the page is the last of its list.
func (r *listReader) over(got Fetched) (bool, error) {
	if r.empty++; got.Rows > 0 {
		r.empty = 0
	}
	switch {
	case got.Last:
		return true, nil
	case r.Paging == ByCursor:
		return got.Next == "", nil
	case r.Paging == ByOffset || got.Pages == 0:
		return got.Rows == 0, nil
	case r.at.Page < got.Pages && r.empty > maxEmpty:
		return false, r.fail(connector.CodeIncomplete, fmt.Sprintf("the list promises %d pages, and the last %d were empty", got.Pages, r.empty))
	case r.at.Page < got.Pages:
		r.short = r.short || !r.full(got)
		return false, nil
	default:
		// A list whose pages are smaller than it calls them has more of them, too.
		return got.Rows == 0 || !r.full(got) && !r.short && !r.promised(got), nil
	}
}

// promised reports whether the list says that it has more rows than came up to this
// page. That may be too much, too: it is a reason to look, and no more.
func (r *listReader) promised(got Fetched) bool {
	return r.Parts <= 1 && got.Total > r.at.Offset+got.Rows
}

// full reports whether the page has as many rows as pages of its list have, or as
// it was asked for. After one there may be another, whatever the list says: what it
// says of its length isn't to be relied on, and may be counted in pages of its own
// size.
func (r *listReader) full(got Fetched) bool {
	size := got.PerPage
	if size == 0 || r.at.Size > 0 && r.at.Size < size {
		size = r.at.Size
	}
	return size > 0 && got.Rows >= size
}

// ended is what the end of the list proves.
func (r *listReader) ended() connector.End {
	if r.Exhaustive && r.Paging == ByCursor {
		return connector.Exhaustive
	}
	return connector.Ended
}

// contradicted is the error where a list isn't divided as it was.
func (r *listReader) contradicted(why string) error {
	if r.resumed {
		return r.stale(why)
	}
	return r.fail(connector.CodeIncomplete, why)
}

func (r *listReader) fail(code connector.Code, detail string) error {
	return &connector.Error{Code: code, Source: r.Source, Op: cmp.Or(r.op, fmt.Sprintf("%s page %d", r.Op, r.at.Page)), Detail: detail}
}

func (r *listReader) stale(why string) error {
	return &connector.Error{
		Code: connector.CodeStaleCheckpoint, Source: r.Source, Op: "resume " + r.Op, Detail: why, Remedy: "read again from the beginning",
	}
}
