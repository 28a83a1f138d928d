package rest_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// scripted is a list whose pages are given. It notes what was asked for.
type scripted struct {
	pages []rest.Fetched
	errs  []error
	asked []rest.Place
}

func (s *scripted) fetch(_ context.Context, at rest.Place) (rest.Fetched, error) {
	n := len(s.asked)
	s.asked = append(s.asked, at)
	if n < len(s.errs) && s.errs[n] != nil {
		return s.pages[n], s.errs[n]
	}
	return s.pages[n], nil
}

// rows is an answer with so many records, the first of the given number.
func rows(n, first int, more rest.Fetched) rest.Fetched {
	more.Rows = n
	for i := range n {
		more.Page.Records = append(more.Page.Records, connector.Record{Key: connector.Key(strconv.Itoa(first + i))})
	}
	return more
}

// drain reads a list and returns the checkpoints, the end and the error.
func drain(t *testing.T, l rest.List, from connector.Checkpoint) (places []connector.Checkpoint, end connector.End, err error) {
	t.Helper()
	l.Source, l.Op = "acme", "list things"
	for page, err := range l.Read(t.Context(), connector.ReadRequest{Kind: "thing", Checkpoint: from}) {
		if err != nil {
			return places, end, err
		}
		places, end = append(places, page.Checkpoint), page.End
	}
	return places, end, nil
}

func TestAListByPageIsResumedOnePageEarly(t *testing.T) {
	t.Parallel()
	s := &scripted{pages: []rest.Fetched{rows(4, 0, rest.Fetched{}), rows(4, 4, rest.Fetched{}), rows(2, 8, rest.Fetched{Last: true})}}
	var told []connector.Progress
	places, end, err := drain(t, rest.List{Fetch: s.fetch, Progress: func(p connector.Progress) { told = append(told, p) }}, "")
	require.NoError(t, err)
	require.Equal(t, connector.Ended, end, "numbered pages never prove that nothing was missed")
	require.Equal(t, 10, told[2].Done)

	s = &scripted{pages: []rest.Fetched{rows(4, 4, rest.Fetched{}), rows(2, 8, rest.Fetched{Last: true})}}
	_, _, err = drain(t, rest.List{Fetch: s.fetch}, places[1])
	require.NoError(t, err)
	require.Equal(t, 2, s.asked[0].Page)

	// After its last page nothing is left, and nothing is asked for.
	_, end, err = drain(t, rest.List{Fetch: nil}, places[2])
	require.NoError(t, err)
	require.Equal(t, connector.Ended, end)
}

func TestAListByOffsetIsResumedOnePageEarly(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"of a known size": 4, "of the upstream's size": 0} {
		s := &scripted{pages: []rest.Fetched{rows(4, 0, rest.Fetched{}), rows(4, 4, rest.Fetched{}), rows(0, 0, rest.Fetched{})}}
		list := rest.List{Paging: rest.ByOffset, Size: size, Fetch: s.fetch, Exhaustive: true}
		places, end, err := drain(t, list, "")
		require.NoError(t, err)
		require.Equal(t, connector.Ended, end, "the claim is for cursors alone")
		require.Empty(t, cmp.Diff([]rest.Place{
			{Page: 1, Size: size}, {Page: 2, Offset: 4, Size: size}, {Page: 3, Offset: 8, Size: size},
		}, s.asked))
		s = &scripted{pages: []rest.Fetched{rows(4, 4, rest.Fetched{Last: true})}}
		list.Fetch = s.fetch
		_, _, err = drain(t, list, places[1])
		require.NoError(t, err)
		require.Equal(t, 4, s.asked[0].Offset, name)
	}
}

func TestSmallerPagesBeginAtTheSameRow(t *testing.T) {
	t.Parallel()
	tooLate := &connector.Error{Code: connector.CodeUnavailable, Detail: "504"}
	late := rest.Fetched{Status: http.StatusGatewayTimeout}
	tests := map[string]struct {
		list rest.List
		want []rest.Place
	}{
		"by page": {rest.List{Paging: rest.ByPage, MinSize: 2}, []rest.Place{
			{Page: 1}, {Page: 2, Offset: 8}, {Page: 3, Offset: 8, Size: 4}, {Page: 5, Offset: 8, Size: 2}, {Page: 6, Offset: 10, Size: 2},
		}},
		"by offset": {rest.List{Paging: rest.ByOffset, Size: 8, MinSize: 2}, []rest.Place{
			{Page: 1, Size: 8}, {Page: 2, Offset: 8, Size: 8}, {Page: 2, Offset: 8, Size: 4}, {Page: 2, Offset: 8, Size: 2}, {Page: 3, Offset: 10, Size: 2},
		}},
		"by cursor": {rest.List{Paging: rest.ByCursor, Size: 8, MinSize: 2}, []rest.Place{
			{Page: 1, Size: 8},
			{Page: 2, Offset: 8, Cursor: "a", Size: 8},
			{Page: 2, Offset: 8, Cursor: "a", Size: 4},
			{Page: 2, Offset: 8, Cursor: "a", Size: 2},
			{Page: 3, Offset: 10, Cursor: "b", Size: 2},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scripted{
				pages: []rest.Fetched{
					rows(8, 0, rest.Fetched{PerPage: 8, Next: "a"}), late, late,
					rows(2, 8, rest.Fetched{PerPage: 2, Next: "b"}), rows(1, 10, rest.Fetched{PerPage: 2, Last: true}),
				},
				errs: []error{nil, tooLate, tooLate},
			}
			tt.list.Fetch = s.fetch
			_, _, err := drain(t, tt.list, "")
			require.NoError(t, err)
			require.Equal(t, []int{http.StatusGatewayTimeout}, s.asked[0].Final, "a smaller page is the better answer")
			require.Empty(t, s.asked[4].Final, "there is no smaller one")
			require.Empty(t, cmp.Diff(tt.want, s.asked, cmpopts.IgnoreFields(rest.Place{}, "Final")))
		})
	}
}

func TestAPageIsNotMadeSmallerForEver(t *testing.T) {
	t.Parallel()
	tooLate := &connector.Error{Code: connector.CodeUnavailable, Detail: "504"}
	late := rest.Fetched{Status: http.StatusGatewayTimeout}
	s := &scripted{pages: []rest.Fetched{late, late, late}, errs: []error{tooLate, tooLate, tooLate}}
	_, _, err := drain(t, rest.List{Paging: rest.ByCursor, Size: 8, MinSize: 2, Fetch: s.fetch}, "")
	require.ErrorIs(t, err, tooLate)
	require.Len(t, s.asked, 3)

	s = &scripted{pages: []rest.Fetched{late}, errs: []error{tooLate}}
	_, _, err = drain(t, rest.List{Size: 8, Fetch: s.fetch}, "")
	require.ErrorIs(t, err, tooLate, "no MinSize, no smaller pages")
}

func TestAPageThatCannotFollowIsRefused(t *testing.T) {
	t.Parallel()
	read := func(l rest.List, from connector.Checkpoint, pages ...rest.Fetched) ([]connector.Checkpoint, error) {
		l.Fetch = (&scripted{pages: pages}).fetch
		places, _, err := drain(t, l, from)
		return places, err
	}
	_, err := read(rest.List{}, "", rows(4, 0, rest.Fetched{}), rows(4, 0, rest.Fetched{}))
	requireCode(t, connector.CodeProtocol, err)
	require.EqualError(t, err, "acme: list things page 2: protocol: the same page came twice in a row")
	_, err = read(rest.List{Paging: rest.ByCursor}, "", rows(4, 0, rest.Fetched{Next: "a"}), rows(4, 4, rest.Fetched{Next: "b"}), rows(4, 8, rest.Fetched{Next: "a"}))
	requireCode(t, connector.CodeProtocol, err)
	require.ErrorContains(t, err, "goes in circles")
	places, err := read(rest.List{}, "", rows(4, 0, rest.Fetched{PerPage: 4}), rows(2, 4, rest.Fetched{PerPage: 2}))
	requireCode(t, connector.CodeIncomplete, err)

	_, err = read(rest.List{}, places[0], rows(4, 0, rest.Fetched{PerPage: 4}), rows(2, 4, rest.Fetched{Last: true}))
	require.NoError(t, err)
	_, err = read(rest.List{}, places[0], rows(2, 0, rest.Fetched{PerPage: 2, Last: true}))
	require.NoError(t, err, "it begins again, so that nothing is counted yet")
	three, err := read(rest.List{}, "", rows(4, 0, rest.Fetched{PerPage: 4}), rows(4, 4, rest.Fetched{PerPage: 4}), rows(1, 8, rest.Fetched{Last: true}))
	require.NoError(t, err)
	_, err = read(rest.List{}, three[1], rows(2, 0, rest.Fetched{PerPage: 2}))
	requireCode(t, connector.CodeStaleCheckpoint, err)
	two, _ := read(rest.List{}, "", rows(4, 0, rest.Fetched{}), rows(4, 4, rest.Fetched{}), rows(4, 0, rest.Fetched{Last: true}))
	_, err = read(rest.List{}, two[1], rows(0, 0, rest.Fetched{}))
	requireCode(t, connector.CodeStaleCheckpoint, err)
	require.ErrorContains(t, err, "shorter")
}

func TestACheckpointOfAnotherReadIsStale(t *testing.T) {
	t.Parallel()
	s := &scripted{pages: []rest.Fetched{rows(4, 0, rest.Fetched{Next: "a"}), rows(1, 4, rest.Fetched{Last: true})}}
	places, _, err := drain(t, rest.List{Fetch: s.fetch, Scope: "company 1"}, "")
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		list rest.List
		from connector.Checkpoint
	}{
		"scope":   {rest.List{Scope: "company 2"}, places[0]},
		"paging":  {rest.List{Scope: "company 1", Paging: rest.ByOffset}, places[0]},
		"text":    {rest.List{}, "page 2"},
		"version": {rest.List{}, `{"v":1,"kind":"thing","page":1}`},
		"kind":    {rest.List{}, `{"v":2,"kind":"site","page":1}`},
		"place":   {rest.List{}, `{"v":2,"kind":"thing","page":0}`},
		"bounds":  {rest.List{}, `{"v":2,"kind":"thing","page":9000000000000000000}`},
		"size":    {rest.List{}, `{"v":2,"kind":"thing","page":2,"size":-1}`},
	} {
		_, _, err := drain(t, tt.list, tt.from)
		require.Equal(t, connector.CodeStaleCheckpoint, connector.CodeOf(err), name)
	}
}

// A checkpoint comes out of a database, and an upstream's cursor stands in it.
func FuzzAListIsResumedOrStale(f *testing.F) {
	f.Add(`{"v":2,"kind":"thing","by":0,"page":3,"offset":8,"per_page":4}`, byte(0))
	f.Add(`{"v":2,"kind":"thing","by":2,"page":3,"cursor":"x","done":true}`, byte(2))
	f.Fuzz(func(t *testing.T, text string, by byte) {
		list := rest.List{Paging: rest.Paging(by % 3), Fetch: func(_ context.Context, at rest.Place) (rest.Fetched, error) {
			if at.Page < 1 || at.Offset < 0 || at.Size < 0 {
				t.Fatalf("asked for %+v", at)
			}
			return rest.Fetched{Rows: 1, Last: true}, nil
		}}
		_, _, err := drain(t, list, connector.Checkpoint(text))
		if code := connector.CodeOf(err); err != nil && code != connector.CodeStaleCheckpoint {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func TestAFeedGoesOnWhereItsLastPageEnded(t *testing.T) {
	t.Parallel()
	s := &scripted{pages: []rest.Fetched{rows(2, 0, rest.Fetched{Next: "2"}), rows(1, 2, rest.Fetched{Next: "3", Last: true})}}
	list := rest.List{Op: "list things", Paging: rest.ByCursor, Exhaustive: true, Fetch: s.fetch}
	places, end, err := drain(t, list, "")
	require.NoError(t, err)
	require.Equal(t, connector.Exhaustive, end)

	changes := func(from connector.Checkpoint, pages ...rest.Fetched) (last connector.Checkpoint, asked []rest.Place) {
		s := &scripted{pages: pages}
		list.Fetch = s.fetch
		for page, err := range list.Read(t.Context(), connector.ReadRequest{Kind: "thing", Mode: connector.ModeChanges, Checkpoint: from}) {
			require.NoError(t, err)
			last = page.Checkpoint
		}
		return last, s.asked
	}
	last, asked := changes(places[1], rows(0, 0, rest.Fetched{Next: "3", Last: true}))
	require.Equal(t, "3", asked[0].Cursor, "nothing changed, and the place is the same")
	last, asked = changes(last, rows(2, 3, rest.Fetched{Next: "5"}), rows(1, 5, rest.Fetched{Next: "6", Last: true}))
	require.Equal(t, []string{"3", "5"}, []string{asked[0].Cursor, asked[1].Cursor})
	_, asked = changes(last, rows(0, 0, rest.Fetched{Next: "6", Last: true}))
	require.Equal(t, "6", asked[0].Cursor)
}
