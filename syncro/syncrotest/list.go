package syncrotest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

type metaBody struct {
	TotalPages   int `json:"total_pages"`
	TotalEntries int `json:"total_entries"`
	PerPage      int `json:"per_page"`
	Page         int `json:"page"`
}

// page cuts the wanted page out of rows. A page past the end is empty.
func page[T any](rows []*T, c call, size int) ([]*T, metaBody) {
	meta := metaBody{
		// Syncro says one page of an empty list, too.
		TotalPages:   max(1, (len(rows)+size-1)/size),
		TotalEntries: len(rows),
		PerPage:      size,
		Page:         c.page,
	}
	if c.page > meta.TotalPages {
		return nil, meta
	}
	from := (c.page - 1) * size
	to := min(from+size, len(rows))
	if c.repeat && from > 0 && from < to {
		from--
	}
	return rows[from:to], meta
}

// byNewest orders a copy of the rows by their change, the newest first.
func byNewest[T any](rows []*T, updated func(*T) time.Time) []*T {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(x, y *T) int { return updated(y).Compare(updated(x)) })
	return rows
}

func updatedCustomer(c *Customer) time.Time { return c.UpdatedAt }
func updatedContact(c *Contact) time.Time   { return c.UpdatedAt }
func updatedAsset(s *Asset) time.Time       { return s.UpdatedAt }

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
