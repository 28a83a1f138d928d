package rest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// An upstream that keeps to the asked size, and counts its pages by its own.
func TestAListThatCountsItsPagesByAnotherSizeIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]rest.List{
		"from the beginning":         {Size: 50, MinSize: 5},
		"once a page takes too long": {MinSize: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &paged{rows: 230, own: 100, most: 100, change: func(_ rest.Place, got *rest.Fetched) { got.PerPage, got.Pages = 100, 3 }}
			p.refused = func(at rest.Place) bool { return at.Size == 0 }
			list.Fetch = p.fetch
			got, _, err := readAll(t, list, connector.ReadRequest{})
			require.NoError(t, err)
			require.Equal(t, numbers(230), got)
		})
	}
}

// An upstream that repeats the asked size, counts its pages by it, and gives less.
func TestAListThatCallsItsPagesLargerThanTheyAreIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]func(at rest.Place) bool{
		"from the first page on":  func(at rest.Place) bool { return at.Size == 0 || at.Size > 50 },
		"and again in the middle": func(at rest.Place) bool { return at.Size == 0 || at.Page == 3 && at.Size > 12 },
	} {
		for _, total := range []int{0, 110} {
			p := &paged{rows: 110, own: 25, most: 25, refused: late, change: func(at rest.Place, got *rest.Fetched) {
				got.PerPage, got.Pages, got.Total = at.Size, (110+at.Size-1)/at.Size, total
			}}
			got, _, err := readAll(t, rest.List{MinSize: 5, Fetch: p.fetch}, connector.ReadRequest{})
			require.NoError(t, err, name)
			require.Equal(t, 110, distinct(got), name)
		}
	}
	// The first page claims to be the only one.
	p := &paged{rows: 40, own: 25, most: 25, refused: func(at rest.Place) bool { return at.Size == 0 }}
	p.change = func(at rest.Place, got *rest.Fetched) { got.PerPage, got.Pages, got.Total = at.Size, 1, 40 }
	got, _, err := readAll(t, rest.List{MinSize: 5, Fetch: p.fetch}, connector.ReadRequest{})
	require.NoError(t, err)
	require.Equal(t, numbers(40), got)
}

// A list that begins anew behind its last page never ends by itself.
func TestAListThatGoesInCirclesIsNotReadForEver(t *testing.T) {
	t.Parallel()
	for _, pages := range []int{2, 3, 7, 10} {
		round := func(at rest.Place, more rest.Fetched) rest.Fetched {
			return rows(10, (at.Page-1)%pages*10, more)
		}
		tests := map[string]struct {
			paging rest.Paging
			said   func(at rest.Place) rest.Fetched
			code   connector.Code
		}{
			"and says nothing":           {rest.ByPage, func(rest.Place) rest.Fetched { return rest.Fetched{} }, connector.CodeProtocol},
			"by offset":                  {rest.ByOffset, func(rest.Place) rest.Fetched { return rest.Fetched{} }, connector.CodeProtocol},
			"and says the page's number": {rest.ByPage, func(at rest.Place) rest.Fetched { return rest.Fetched{Number: at.Page} }, connector.CodeIncomplete},
			"and says how many pages":    {rest.ByPage, func(rest.Place) rest.Fetched { return rest.Fetched{PerPage: 10, Pages: pages} }, ""},
		}
		for name, tt := range tests {
			asked := 0
			list := rest.List{Paging: tt.paging, Fetch: func(_ context.Context, at rest.Place) (rest.Fetched, error) {
				if asked++; asked > 100 {
					return rest.Fetched{Last: true}, nil
				}
				return round(at, tt.said(at)), nil
			}}
			got, _, err := readAll(t, list, connector.ReadRequest{})
			requireCode(t, tt.code, err)
			require.Equal(t, 10*pages, distinct(got), name)
			require.LessOrEqual(t, asked, 3*pages+1, name)
		}
	}
}

func TestAnErrorAboutAPageNamesWhatTheConnectorAskedFor(t *testing.T) {
	t.Parallel()
	list := rest.List{Parts: 2, Fetch: func(_ context.Context, at rest.Place) (rest.Fetched, error) {
		if at.Part == 0 {
			return rows(1, 0, rest.Fetched{Last: true}), nil
		}
		return rows(2, 0, rest.Fetched{Op: "list things of 7 page 2"}), nil
	}}
	_, _, err := readAll(t, list, connector.ReadRequest{})
	require.EqualError(t, err, "acme: list things of 7 page 2: protocol: the same page came twice in a row")
}
