package rest

import (
	"context"
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Paging is how a list is divided into pages.
type Paging uint8

// The ways of paging. A read in ModeChanges goes on from one that ended, either
// at the cursor of its last page or, where there is none, from the beginning of a
// list that Place.Since limits.
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
	// Zero: no smaller pages are asked for. In the middle of a list ByPage it takes
	// an upstream that says its page size (Fetched.PerPage): one that ignores the
	// wish would be read on at another place.
	MinSize int
	// Parts is how many lists are read one after another, as where the upstream
	// can limit a list to one company and the read is limited to several. Zero is
	// one.
	Parts int
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

// Place is where a page begins, and how to ask for it.
type Place struct {
	// Part is the list among List.Parts, from 0. The rest counts within it.
	Part int
	// Page is the page's number, from 1. Where Paging is ByPage it is what the
	// upstream has to be asked for.
	Page int
	// Offset is the number of rows before it, for ByOffset.
	Offset int
	// Cursor is the text to go on at, for ByCursor. Empty at the beginning.
	Cursor string
	// Size is how many rows to ask for. Zero: what the upstream gives.
	Size int
	// Since is the mark of the read whose changes are read: what didn't change
	// since may be left out. Zero: nothing may.
	Since time.Time
	// Final are the statuses that a smaller page is a better answer to than another
	// try of this one: for Request.Final.
	Final []int
	// Waiting is for Request.Waiting. Nil if nobody wants to know.
	Waiting func(reason string)
}

// Fetched is the answer for one place.
type Fetched struct {
	// Page carries the records, the rejected ones and the account. List fills in
	// the rest.
	Page connector.Page
	// Op is what was asked for, in an error about the page, as in "list assets of
	// customer 7 page 2". Empty: List.Op and the page's number.
	Op string
	// Rows is how many rows the answer has, decoded or not.
	Rows int
	// Keys are those of all rows, in order, where Page leaves some out. Nil takes
	// them from Page.
	Keys []connector.Key
	// PerPage is the page size by which the upstream counts, where its answer
	// says so. Zero: it doesn't.
	PerPage int
	// Number is the number of the page, where the answer says so. Zero: it doesn't.
	Number int
	// Pages is how many pages the list has, for ByPage, where the answer says so.
	// It isn't taken on trust: after a full last page there is a look whether
	// another follows, and an empty one before it doesn't end the list. Zero: it
	// doesn't say.
	Pages int
	// Next is the cursor of the next page. Empty: there is none. Beside Last it is
	// where a later read of the changes goes on.
	Next string
	// Last says that nothing follows, for certain. Without it a read by cursor ends
	// where there is no next, and any other behind its Pages or at a page without
	// rows.
	Last bool
	// Mark is a time, by the upstream's clock, that whatever changes after this page
	// was made is later than, such as the latest change that the page shows where
	// it shows the latest. That of the first page is the Since of a later read of
	// the changes. Zero: unknown.
	Mark time.Time
	// Total is how many rows the list has. Where more are promised than came, there is
	// a look whether a page follows the last. Zero: the upstream doesn't say.
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
