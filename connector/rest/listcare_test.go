package rest_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// paged is a list by page with an upstream's own ideas.
type paged struct {
	rows int
	// own is its page size, most the largest that may be asked for. A list without
	// most ignores what is asked for.
	own, most int
	// silent says that it doesn't tell its page size.
	silent bool
	// change may change an answer.
	change func(at rest.Place, got *rest.Fetched)
	asked  []rest.Place
	// refused are the pages that can't be made in the upstream's own size.
	refused func(at rest.Place) bool
}

func (p *paged) fetch(_ context.Context, at rest.Place) (rest.Fetched, error) {
	p.asked = append(p.asked, at)
	if p.refused != nil && p.refused(at) {
		return rest.Fetched{Status: http.StatusGatewayTimeout}, &connector.Error{Code: connector.CodeUnavailable, Detail: "504"}
	}
	size := p.own
	if at.Size > 0 && p.most > 0 {
		size = min(at.Size, p.most)
	}
	from := min((at.Page-1)*size, p.rows)
	got := rows(min(size, p.rows-from), from, rest.Fetched{PerPage: size, Number: at.Page})
	if p.silent {
		got.PerPage = 0
	}
	if p.change != nil {
		p.change(at, &got)
	}
	return got, nil
}

// readAll reads a list and returns the numbers of the rows that came.
func readAll(t *testing.T, l rest.List, req connector.ReadRequest) (got []string, last connector.Checkpoint, err error) {
	t.Helper()
	l.Source, l.Op, req.Kind = "acme", "list things", "thing"
	for page, err := range l.Read(t.Context(), req) {
		if err != nil {
			return got, last, err
		}
		for _, record := range page.Records {
			got = append(got, string(record.Key))
		}
		last = page.Checkpoint
	}
	return got, last, nil
}

func numbers(n int) (out []string) {
	for i := range n {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

func distinct(rows []string) int {
	seen := make(map[string]bool)
	for _, row := range rows {
		seen[row] = true
	}
	return len(seen)
}

// The place of a smaller page follows from the size that the upstream gave, which
// may be less than it was asked for.
func TestSmallerPagesPassNoRowByWhateverSizeTheUpstreamGives(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*paged{
		"as asked":       {most: 200},
		"less than that": {most: 50},
		"odd":            {most: 33},
		"its own":        {own: 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.rows = 230
			p.refused = func(at rest.Place) bool { return at.Page == 2 && len(p.asked) == 2 }
			got, _, err := readAll(t, rest.List{Size: 100, MinSize: 2, Fetch: p.fetch}, connector.ReadRequest{})
			require.NoError(t, err)
			require.Equal(t, 230, distinct(got))
		})
	}
}

func TestWithoutAWordAboutItsSizeAPageInTheMiddleIsNotMadeSmaller(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]*paged{"kept": {most: 200}, "capped": {most: 50}, "ignored": {own: 100}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.rows, p.silent = 230, true
			p.refused = func(at rest.Place) bool { return at.Page == 2 && at.Size == 100 }
			_, _, err := readAll(t, rest.List{Size: 100, MinSize: 2, Fetch: p.fetch}, connector.ReadRequest{})
			requireCode(t, connector.CodeUnavailable, err)
			require.Len(t, p.asked, 2)
		})
	}
	// At the beginning every size has the same place.
	p := &paged{rows: 230, most: 200, silent: true, refused: func(at rest.Place) bool { return at.Size > 50 }}
	got, _, err := readAll(t, rest.List{Size: 100, MinSize: 2, Fetch: p.fetch}, connector.ReadRequest{})
	require.NoError(t, err)
	require.Equal(t, numbers(230), got)
}

func TestWhereASmallerSizeIsIgnoredTheReadGoesOnAsBefore(t *testing.T) {
	t.Parallel()
	p := &paged{rows: 230, own: 100}
	p.refused = func(at rest.Place) bool { return at.Page == 2 && len(p.asked) == 2 }
	got, _, err := readAll(t, rest.List{MinSize: 2, Fetch: p.fetch}, connector.ReadRequest{})
	require.NoError(t, err)
	require.Equal(t, numbers(230), got)

	p = &paged{rows: 230, own: 100, refused: func(at rest.Place) bool { return at.Page == 2 }}
	_, _, err = readAll(t, rest.List{MinSize: 2, Fetch: p.fetch}, connector.ReadRequest{})
	requireCode(t, connector.CodeUnavailable, err)
	require.Len(t, p.asked, 4, "it is asked for no third size")
}

func TestAReadInSmallerPagesIsNotResumedInOthers(t *testing.T) {
	t.Parallel()
	p := &paged{rows: 230, most: 100, own: 100, refused: func(at rest.Place) bool { return at.Page == 2 && at.Size == 0 }}
	list := rest.List{MinSize: 2, Fetch: p.fetch}
	places, _, err := drain(t, list, "")
	require.NoError(t, err)
	p.most, p.silent = 0, true // it ignores the size now, and says nothing
	_, _, err = drain(t, list, places[3])
	requireCode(t, connector.CodeStaleCheckpoint, err)
}

func TestWhatAListSaysOfItsLengthIsNotTakenOnTrust(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		list  paged
		pages int // as the upstream says
		want  int
		asked int
	}{
		"right":            {paged{rows: 25, own: 10}, 3, 25, 3},
		"too few pages":    {paged{rows: 25, own: 10}, 1, 25, 3},
		"a full last page": {paged{rows: 20, own: 10}, 2, 20, 3},
		"empty":            {paged{rows: 0, own: 10}, 1, 0, 1},
		"its last page for any after it": {paged{rows: 20, own: 10, change: func(at rest.Place, got *rest.Fetched) {
			if at.Page > 2 {
				*got = rows(10, 10, rest.Fetched{PerPage: 10})
			}
		}}, 2, 20, 3},
		"pages without rows before the last": {paged{rows: 60, own: 10, change: func(at rest.Place, got *rest.Fetched) {
			if at.Page > 1 && at.Page < 6 {
				*got = rest.Fetched{PerPage: 10}
			}
		}}, 6, 20, 7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := tt.list.change
			tt.list.change = func(at rest.Place, got *rest.Fetched) {
				if change != nil {
					change(at, got)
				}
				got.Pages = tt.pages
			}
			got, _, err := readAll(t, rest.List{Fetch: tt.list.fetch}, connector.ReadRequest{})
			require.NoError(t, err)
			require.Len(t, got, tt.want)
			require.Equal(t, tt.want, distinct(got))
			require.Len(t, tt.list.asked, tt.asked)
		})
	}
}

// A list that shows its last page for any page after it hides that it has become
// shorter than the place where the read goes on.
func TestAReadIsNotResumedBehindTheLastPage(t *testing.T) {
	t.Parallel()
	p := &paged{rows: 60, own: 10, change: func(_ rest.Place, got *rest.Fetched) { got.Pages = 6 }}
	list := rest.List{Fetch: p.fetch}
	places, _, err := drain(t, list, "")
	require.NoError(t, err)
	p.change = func(_ rest.Place, got *rest.Fetched) { *got = rows(10, 10, rest.Fetched{PerPage: 10, Pages: 2}) }
	_, _, err = drain(t, list, places[3])
	requireCode(t, connector.CodeStaleCheckpoint, err)
}

func TestPagesThatStayEmptyAreNotReadForEver(t *testing.T) {
	t.Parallel()
	p := &paged{own: 10, change: func(_ rest.Place, got *rest.Fetched) { got.Pages = 1 << 30 }}
	_, _, err := readAll(t, rest.List{Fetch: p.fetch}, connector.ReadRequest{})
	requireCode(t, connector.CodeIncomplete, err)
	require.Len(t, p.asked, 51)
}

func TestAPageThatCameTwiceIsSeenWhateverBecameOfItsRows(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(at rest.Place, got *rest.Fetched){
		"rejected": func(_ rest.Place, got *rest.Fetched) {
			*got = rows(2, 0, rest.Fetched{})
			for _, record := range got.Page.Records {
				got.Page.Rejected = append(got.Page.Rejected, connector.Rejected{Key: record.Key})
			}
			got.Page.Records = nil
		},
		"left out": func(_ rest.Place, got *rest.Fetched) { *got = rest.Fetched{Rows: 2, Keys: []connector.Key{"1", "2"}} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &paged{own: 2, rows: 100, change: change}
			_, _, err := readAll(t, rest.List{Fetch: p.fetch}, connector.ReadRequest{})
			requireCode(t, connector.CodeProtocol, err)
			require.Len(t, p.asked, 2)
		})
	}
	// New rows may have pushed exactly a page away.
	p := &paged{own: 2, rows: 100, change: func(at rest.Place, got *rest.Fetched) { *got = rows(2, 0, rest.Fetched{Number: at.Page}) }}
	_, _, err := readAll(t, rest.List{Fetch: p.fetch}, connector.ReadRequest{})
	requireCode(t, connector.CodeIncomplete, err)
}

func TestPartsAreReadOneAfterAnother(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]rest.Paging{"by page": rest.ByPage, "by offset": rest.ByOffset, "by cursor": rest.ByCursor} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sizes := []int{5, 0, 4, 1} // rows of each part, in pages of two
			fetch := func(_ context.Context, at rest.Place) (rest.Fetched, error) {
				var from int
				switch by {
				case rest.ByPage:
					from = (at.Page - 1) * 2
				case rest.ByOffset:
					from = at.Offset
				case rest.ByCursor:
					from, _ = strconv.Atoi(at.Cursor)
				}
				n := max(0, min(2, sizes[at.Part]-from))
				got := rows(n, 100*at.Part+from, rest.Fetched{PerPage: 2})
				if from+n < sizes[at.Part] {
					got.Next = strconv.Itoa(from + n)
				}
				return got, nil
			}
			list := rest.List{Paging: by, Parts: len(sizes), Fetch: fetch}
			whole, _, err := readAll(t, list, connector.ReadRequest{})
			require.NoError(t, err)
			require.Equal(t, []string{"0", "1", "2", "3", "4", "200", "201", "202", "203", "300"}, whole)
			places, _, err := drain(t, list, "")
			require.NoError(t, err)
			for i, place := range places {
				got, _, err := readAll(t, list, connector.ReadRequest{Checkpoint: place})
				require.NoError(t, err)
				require.Subset(t, whole, got)
				if i < len(places)-1 {
					require.Contains(t, got, "300")
				}
				if i > 1 {
					require.Less(t, len(got), len(whole), "after page %d it began anew", i+1)
				}
			}
			list.Parts = 2
			_, _, err = readAll(t, list, connector.ReadRequest{Checkpoint: places[len(places)-1]})
			requireCode(t, connector.CodeStaleCheckpoint, err)
		})
	}
}

func TestChangesAreReadSinceTheMarkOfTheReadBefore(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	p := &paged{rows: 5, own: 2, change: func(at rest.Place, got *rest.Fetched) { got.Mark = noon.Add(time.Duration(at.Page) * time.Hour) }}
	list := rest.List{Fetch: p.fetch}
	changes := func(from connector.Checkpoint) connector.ReadRequest {
		return connector.ReadRequest{Mode: connector.ModeChanges, Checkpoint: from}
	}
	_, _, err := readAll(t, list, changes(""))
	requireCode(t, connector.CodeStaleCheckpoint, err)
	places, _, err := drain(t, list, "")
	require.NoError(t, err)
	_, _, err = readAll(t, list, changes(places[0]))
	requireCode(t, connector.CodeStaleCheckpoint, err)

	p.asked, p.change = nil, nil
	got, last, err := readAll(t, list, changes(places[len(places)-1]))
	require.NoError(t, err)
	require.Equal(t, numbers(5), got)
	for _, at := range p.asked {
		require.True(t, noon.Add(time.Hour).Equal(at.Since), "the mark of the first page, on each")
	}
	// No page had a mark: the one before still holds.
	p.asked = nil
	_, _, err = readAll(t, list, changes(last))
	require.NoError(t, err)
	require.True(t, noon.Add(time.Hour).Equal(p.asked[0].Since))
	// The end of a read of changes is no end of a full one.
	_, _, err = readAll(t, list, connector.ReadRequest{Checkpoint: last})
	requireCode(t, connector.CodeStaleCheckpoint, err)
}

// The cursor of the last part says nothing of the others.
func TestChangesOfSeveralPartsAreReadFromTheBeginningOfEach(t *testing.T) {
	t.Parallel()
	var asked []rest.Place
	list := rest.List{Paging: rest.ByCursor, Parts: 2, Fetch: func(_ context.Context, at rest.Place) (rest.Fetched, error) {
		asked = append(asked, at)
		return rows(1, at.Part, rest.Fetched{Next: "9", Last: true}), nil
	}}
	_, last, err := readAll(t, list, connector.ReadRequest{})
	require.NoError(t, err)
	asked = nil
	_, _, err = readAll(t, list, connector.ReadRequest{Mode: connector.ModeChanges, Checkpoint: last})
	require.NoError(t, err)
	require.Len(t, asked, 2)
	require.Empty(t, asked[0].Cursor+asked[1].Cursor)
}

func TestACheckpointIsShortHoweverLongTheScope(t *testing.T) {
	t.Parallel()
	list := rest.List{Scope: strings.Repeat("company=123456&", 1000), Fetch: (&paged{rows: 5, own: 2}).fetch}
	places, _, err := drain(t, list, "")
	require.NoError(t, err)
	require.Less(t, len(places[0]), 400)
	list.Scope += "company=1"
	_, _, err = drain(t, list, places[0])
	requireCode(t, connector.CodeStaleCheckpoint, err)
}

func TestProgressSaysWhyAPageIsWaitedFor(t *testing.T) {
	t.Parallel()
	var told []connector.Progress
	p := &paged{rows: 5, own: 2, change: func(at rest.Place, got *rest.Fetched) {
		if got.Total = 5; at.Page == 2 {
			at.Waiting("rate limit")
		}
	}}
	_, _, err := readAll(t, rest.List{Fetch: p.fetch, Progress: func(p connector.Progress) { told = append(told, p) }}, connector.ReadRequest{})
	require.NoError(t, err)
	require.Equal(t, connector.Progress{Kind: "thing", Done: 2, Total: 5, Waiting: "rate limit"}, told[1])
	require.Equal(t, connector.Progress{Kind: "thing", Done: 5, Total: 5}, told[len(told)-1])
}
