package rest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/connector"
)

// Paging is how a list is divided into pages.
type Paging uint8

// The ways of paging.
const (
	// ByPage numbers the pages, from 1. Rows move to an earlier page when one
	// before them is deleted, so that such a read never ends as Exhaustive, and
	// is resumed one page early.
	ByPage Paging = iota
	// ByOffset counts the rows before the page. It moves as ByPage does.
	ByOffset
	// ByCursor goes on at a text that came with the page before.
	//
	// Where the last page has a cursor too (Fetched.Last), as in a feed that new
	// and changed rows are appended to, a read in ModeChanges goes on there.
	ByCursor
)

// List reads a list of an upstream page by page, and keeps the rules of
// connector.Session while the list changes: which place a checkpoint marks, when
// it is stale, what a page that can't follow on the one before means, and what
// the end proves. Op, Paging and Fetch are required.
type List struct {
	// Source is the connector's name. Errors begin with it.
	Source string
	// Op is what is done, in errors, as in "list assets".
	Op string
	// Scope is what else a place in the list depends on, such as the company
	// that it is limited to. A checkpoint of another scope, or of another kind,
	// is stale.
	Scope string
	// Paging is how the list is divided.
	Paging Paging
	// Size is how many rows are asked for on a page. Zero leaves it to the
	// upstream.
	Size int
	// MinSize is the smallest page that is asked for where the upstream can't
	// make a larger one in time (504), or one exceeds the bound of an answer.
	// Zero: no smaller pages are asked for.
	MinSize int
	// Exhaustive says that the upstream guarantees that a read by cursor
	// delivers every row that exists throughout it, as over an immutable order.
	// It holds for ByCursor alone.
	Exhaustive bool
	// Fetch reads the page at a place. Its requests have to be made under the
	// context that it gets: by that List knows of a 504.
	Fetch func(ctx context.Context, at Place) (Fetched, error)
	// Progress is told how far the read is. Nil: nobody wants to know.
	Progress func(connector.Progress)
}

// Place is where a page begins.
type Place struct {
	// Page is the page's number, from 1. Where Paging is ByPage it is what the
	// upstream has to be asked for.
	Page int
	// Offset is the number of rows before it, for ByOffset.
	Offset int
	// Cursor is the text to go on at, for ByCursor. Empty at the beginning.
	Cursor string
	// Size is how many rows to ask for. Zero: what the upstream gives.
	Size int
}

// Fetched is the answer for one place.
type Fetched struct {
	// Page carries the records, the rejected ones and the account. List fills in
	// the rest.
	Page connector.Page
	// Rows is how many rows the answer has, decoded or not.
	Rows int
	// PerPage is the page size by which the upstream counts, where its answer
	// says so. Zero: it doesn't.
	PerPage int
	// Next is the cursor of the next page. Empty: there is none. Beside Last it is
	// where a later read of the changes goes on.
	Next string
	// Last says that the upstream calls it the last page. Without it a read by
	// cursor ends where there is no next, and any other at a page without rows.
	Last bool
	// Total is how many rows the list has. Zero: the upstream doesn't say.
	Total int
	// Status is the HTTP status of the answer, also beside an error: see
	// Request.Status. Zero: List knows what the Client was answered last under
	// Fetch's context. Set it only where the request is made in another way.
	Status int
}

// Read returns the read that req asks for.
func (l List) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	return func(yield func(connector.Page, error) bool) {
		r := &listReader{List: l, kind: req.Kind, seen: make(map[string]bool)}
		if err := r.start(req); err != nil {
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

// listReader is one ranging over a list.
type listReader struct {
	List
	kind connector.Kind
	at   place
	// resumed says that the next page is the first after a checkpoint.
	resumed bool
	// last are the keys of the page before.
	last []connector.Key
	// seen are the cursors so far.
	seen map[string]bool
	done int
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
	if err := r.verify(got); err != nil {
		return connector.Page{}, err
	}
	r.resumed = false
	page := got.Page
	page.End = r.advance(got)
	page.Checkpoint = r.at.checkpoint()
	if r.done += got.Rows; r.Progress != nil {
		r.Progress(connector.Progress{Kind: r.kind, Done: r.done, Total: got.Total})
	}
	return page, nil
}

// fetch asks for the page, and for a smaller one where that can't be made.
func (r *listReader) fetch(ctx context.Context) (Fetched, error) {
	var gaveUp error
	for {
		var answered atomic.Int64
		got, err := r.Fetch(withStatus(ctx, &answered), Place{Page: r.at.Page, Offset: r.at.Offset, Cursor: r.at.Cursor, Size: r.at.Size})
		status := cmp.Or(got.Status, int(answered.Load()))
		switch {
		case err == nil && gaveUp != nil && r.ignored(got):
			return got, gaveUp
		case err == nil:
			return got, nil
		case status != http.StatusGatewayTimeout && connector.CodeOf(err) != connector.CodeTooLarge, !r.shrink():
			return got, err
		}
		gaveUp = err
	}
}

// ignored reports whether the upstream didn't keep to the size that it was asked
// for: then the page's number means another place.
func (r *listReader) ignored(got Fetched) bool {
	return got.Rows > r.at.Size || r.Paging == ByPage && got.PerPage > 0 && got.PerPage != r.at.Size
}

// guessedSize is what a page is taken to hold where nothing has said it yet.
const guessedSize = 128

// shrink halves the pages and leaves the place at the same row. It reports false
// where that isn't possible.
func (r *listReader) shrink() bool {
	size := r.at.Size
	if size == 0 {
		size = r.at.PerPage
	}
	if size == 0 && r.at.Page == 1 {
		size = guessedSize // any will do: the list begins here, whatever its size
	}
	if r.MinSize <= 0 || size == 0 || size/2 < r.MinSize {
		return false
	}
	if r.Paging == ByPage {
		if size%2 != 0 && r.at.Page > 1 {
			return false
		}
		r.at.Page = (r.at.Page-1)*2 + 1
		r.at.PerPage = 0
	}
	r.at.Size = size / 2
	return true
}

// verify refuses a page that is in itself fine and still can't follow on the one
// before.
func (r *listReader) verify(got Fetched) error {
	moved := r.Paging != ByCursor
	switch {
	case r.Paging == ByPage && r.at.PerPage > 0 && got.PerPage > 0 && r.at.PerPage != got.PerPage:
		why := fmt.Sprintf("the pages have %d rows now and had %d", got.PerPage, r.at.PerPage)
		if r.resumed {
			return r.stale(why)
		}
		return r.fail(connector.CodeIncomplete, why)
	case moved && r.resumed && got.Rows == 0 && (r.at.Page > 1 || r.at.Offset > 0):
		return r.stale("the list has become shorter than that")
	case r.Paging == ByCursor && got.Next != "" && !got.Last && (got.Next == r.at.Cursor || r.seen[got.Next]):
		return r.fail(connector.CodeProtocol, "the list goes in circles")
	}
	keys := make([]connector.Key, 0, len(got.Page.Records))
	for _, record := range got.Page.Records {
		keys = append(keys, record.Key)
	}
	if len(keys) > 0 && moved && slices.Equal(keys, r.last) {
		return r.fail(connector.CodeProtocol, "the same page came twice in a row")
	}
	r.last = keys
	return nil
}

// advance moves the place past the page and says whether more follows.
func (r *listReader) advance(got Fetched) connector.End {
	r.at.Page++
	r.at.Offset += got.Rows
	if r.Paging == ByCursor {
		r.at.Cursor, r.seen[got.Next] = got.Next, true
	}
	if got.PerPage > 0 {
		r.at.PerPage = got.PerPage
	}
	over := got.Last || got.Rows == 0
	if r.Paging == ByCursor {
		over = got.Next == "" || got.Last
	}
	if r.at.Done = over; over {
		return r.ended()
	}
	return connector.More
}

// ended is what the end of the list proves.
func (r *listReader) ended() connector.End {
	if r.Exhaustive && r.Paging == ByCursor {
		return connector.Exhaustive
	}
	return connector.Ended
}

func (r *listReader) fail(code connector.Code, detail string) error {
	return &connector.Error{Code: code, Source: r.Source, Op: fmt.Sprintf("%s page %d", r.Op, r.at.Page), Detail: detail}
}

func (r *listReader) stale(why string) error {
	return &connector.Error{
		Code: connector.CodeStaleCheckpoint, Source: r.Source, Op: "resume " + r.Op, Detail: why, Remedy: "read again from the beginning",
	}
}
