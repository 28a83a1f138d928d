package rest_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// upstreamList is a list by page of rows that stand still, with a way of its own in
// everything that an upstream can do or say about its pages.
type upstreamList struct {
	rows, own int
	// size is what becomes of an asked size: ignored, bounded by its own, kept.
	size int
	// perPage is what it says of its page size: nothing, the truth, its own, what was asked for.
	perPage int
	// pages is what it says of their number: nothing, the truth, counted in its own size, in the said one.
	pages int
	// beyond is what it shows behind its last page: nothing, the last one, the first one.
	beyond int
	// total and number say that it tells how many rows it has, and the page's number.
	total, number bool
	// From the page late on it can't make pages of more than lateRows in time: once, or at all.
	late, lateRows int
	lasting        bool
	refused        map[[2]int]bool
}

func someList(r *rand.Rand) *upstreamList {
	return &upstreamList{
		rows: r.IntN(60), own: 1 + r.IntN(12), size: r.IntN(3), perPage: r.IntN(4), pages: r.IntN(4), beyond: r.IntN(3),
		total: r.IntN(2) == 0, number: r.IntN(2) == 0, late: 1 + r.IntN(8), lateRows: r.IntN(12), lasting: r.IntN(3) == 0,
		refused: make(map[[2]int]bool),
	}
}

func (u *upstreamList) fetch(_ context.Context, at rest.Place) (rest.Fetched, error) {
	size := [...]int{u.own, min(u.own, at.Size), at.Size}[u.size]
	if at.Size == 0 {
		size = u.own
	}
	place := [2]int{at.Page, at.Size}
	if at.Page >= u.late && size > u.lateRows && (u.lasting || !u.refused[place]) {
		u.refused[place] = true
		return rest.Fetched{Status: http.StatusGatewayTimeout}, &connector.Error{Code: connector.CodeUnavailable, Detail: "504"}
	}
	count := func(size int) int { return max(1, (u.rows+size-1)/size) }
	page := at.Page
	if last := count(size); page > last {
		page = [...]int{page, last, 1}[u.beyond]
	}
	from := min((page-1)*size, u.rows)
	asked := u.own
	if at.Size > 0 {
		asked = at.Size
	}
	said := [...]int{0, size, u.own, asked}[u.perPage]
	got := rows(min(size, u.rows-from), from, rest.Fetched{PerPage: said})
	switch u.pages {
	case 1:
		got.Pages = count(size)
	case 2:
		got.Pages = count(u.own)
	case 3:
		if said > 0 {
			got.Pages = count(said)
		}
	}
	if u.total {
		got.Total = u.rows
	}
	if u.number {
		got.Number = at.Page
	}
	return got, nil
}

// unknowable reports whether a list says itself that a page of it is all of it, and
// nothing else: then nobody can tell that it isn't.
func (u *upstreamList) unknowable() bool { return u.perPage == 3 && u.pages == 3 && !u.total }

// A read ends with every row, or with an error: from the beginning, and resumed
// after any page.
func TestNoListIsReadShortWhateverItSaysOfItself(t *testing.T) {
	t.Parallel()
	ended := 0
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 1))
		list, size, least := someList(r), r.IntN(15)*r.IntN(2), r.IntN(4)
		if list.unknowable() {
			continue
		}
		read := func(from connector.Checkpoint) (pages []connector.Page, err error) {
			l := rest.List{Source: "acme", Op: "list things", MinSize: least, Size: size, Fetch: list.fetch}
			for page, err := range l.Read(t.Context(), connector.ReadRequest{Kind: "thing", Checkpoint: from}) {
				if err != nil {
					return pages, err
				}
				pages = append(pages, page)
				require.Less(t, len(pages), 300, "it goes on for ever: %+v", *list)
			}
			return pages, nil
		}
		pages, err := read("")
		if err == nil {
			ended++
			requireRows(t, list, pages)
		}
		if len(pages) < 2 {
			continue
		}
		stop := r.IntN(len(pages) - 1)
		if more, err := read(pages[stop].Checkpoint); err == nil {
			requireRows(t, list, append(pages[:stop+1:stop+1], more...))
		}
	}
	require.Greater(t, ended, 3000)
}

func requireRows(t *testing.T, list *upstreamList, pages []connector.Page) {
	t.Helper()
	seen := make(map[connector.Key]bool)
	for _, page := range pages {
		for _, record := range page.Records {
			seen[record.Key] = true
		}
	}
	require.Len(t, seen, list.rows, "%+v", *list)
}
