package rest

import "cmp"

// guessedSize is what a page is taken to hold where nothing has said it yet.
const guessedSize = 100

// rowsPerPage is how many rows the pages of the list have. What the upstream says
// goes before what it was asked for: it may give less.
func (r *listReader) rowsPerPage() int { return cmp.Or(r.at.PerPage, r.at.Size, guessedSize) }

// smaller returns the size of the pages that can be asked for in place of the
// present ones. Zero means that the pages can't be smaller.
func (r *listReader) smaller() int {
	// In the middle of a list by page, the number of the smaller page follows from
	// the size of those before: a guess would pass rows by.
	known := r.Paging != ByPage || r.at.Page == 1 || r.at.PerPage > 0 || r.at.Smaller
	size := r.rowsPerPage() / 2
	if r.MinSize <= 0 || r.fixed || !known || size < r.MinSize {
		return 0
	}
	return size
}

// shrink halves the pages. The place is then at the same row, or at one before
// it: rows may come twice, and none is skipped. It reports false where the pages
// can't be smaller.
func (r *listReader) shrink() bool {
	size := r.smaller()
	if size == 0 {
		return false
	}
	if r.before == nil {
		before := r.at
		r.before = &before
	}
	if r.Paging == ByPage {
		// What came goes before what was said: a list may call its pages larger than
		// they are.
		done := min((r.at.Page-1)*r.rowsPerPage(), r.at.Offset)
		r.at.Smaller = r.at.Smaller || r.at.Page > 1
		r.at.Page = done/size + 1
		r.at.Offset = (r.at.Page - 1) * size
	}
	r.at.Size, r.at.PerPage = size, 0
	return true
}

// keptTo reports whether the page shows that the smaller size was kept to. Where
// it was ignored, the page's number means another place; so it does where nothing
// is said, and where the size is repeated and the first page has fewer rows though
// more follow. At the beginning of a list all sizes have the same place.
func (r *listReader) keptTo(got Fetched) bool {
	short := r.before != nil && got.Rows < r.at.Size && (r.at.Page < got.Pages || r.promised(got))
	return !r.at.Smaller || got.PerPage == r.at.Size && got.Rows <= r.at.Size && !short
}
