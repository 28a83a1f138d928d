package syncrotest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

type metaBody struct {
	TotalPages   int `json:"total_pages"`
	TotalEntries int `json:"total_entries"`
	PerPage      int `json:"per_page"`
	Page         int `json:"page"`
}

// page cuts the wanted page out of rows. A page past the end is empty; a page
// that is no positive number is the first.
func page[T any](rows []*T, query url.Values, size int) ([]*T, metaBody) {
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	meta := metaBody{
		// Syncro says one page of an empty list, too.
		TotalPages:   max(1, (len(rows)+size-1)/size),
		TotalEntries: len(rows),
		PerPage:      size,
		Page:         number,
	}
	if number > meta.TotalPages {
		return nil, meta
	}
	from := (number - 1) * size
	return rows[from:min(from+size, len(rows))], meta
}

// perPage returns the page size that the request asks for, where that is less
// than the list's own.
func perPage(query url.Values, size int) int {
	wanted, err := strconv.Atoi(query.Get("per_page"))
	if err != nil || wanted < 1 {
		return size
	}
	return min(wanted, size)
}

// where keeps the rows that match. Without a match function all stay.
func where[T any](rows []*T, matches ...func(*T) bool) []*T {
	if len(matches) == 0 {
		return rows
	}
	var out []*T
	for _, row := range rows {
		if !slices.ContainsFunc(matches, func(match func(*T) bool) bool { return !match(row) }) {
			out = append(out, row)
		}
	}
	return out
}

// like tells whether one of the values contains the text, in any case.
func like(text string, values ...string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(values, func(v string) bool {
		return strings.Contains(strings.ToLower(v), text)
	})
}

// ids reads a list of numbers, sent as name[]=1&name[]=2 or name=1. What is no
// number matches no row.
func ids(query url.Values, name string) []int64 {
	var out []int64
	for _, text := range slices.Concat(query[name+"[]"], query[name]) {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			id = -1
		}
		out = append(out, id)
	}
	return out
}

func isTrue(text string) bool { return text == "true" || text == "1" }
