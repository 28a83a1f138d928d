package acme

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// feed is how one kind is listed.
type feed struct {
	kind connector.Kind
	path string
	// plural is what many are called in errors.
	plural string
	// fields are the values of a row's data points.
	fields func(row) connector.Fields
}

// feedOf returns the feed of a kind. One that isn't declared is the error
// CodeConfig.
func feedOf(kind connector.Kind) (feed, error) {
	for _, f := range []feed{
		{kind: KindClient, path: "/clients", plural: "clients", fields: clientFields},
		{kind: KindSite, path: "/sites", plural: "sites", fields: siteFields},
		{kind: KindDevice, path: "/devices", plural: "devices", fields: deviceFields},
	} {
		if f.kind == kind {
			return f, nil
		}
	}
	return feed{}, fail(connector.CodeConfig, "read", fmt.Sprintf("there is no kind of record named %.40q", string(kind)))
}

// fetch reads one page of a feed.
func (s *session) fetch(ctx context.Context, f feed, at rest.Place, scope url.Values) (rest.Fetched, error) {
	query := maps.Clone(scope)
	if at.Cursor != "" {
		query.Set("cursor", at.Cursor)
	}
	if at.Size > 0 {
		query.Set("limit", strconv.Itoa(at.Size))
	}
	var body struct {
		Items  *[]json.RawMessage `json:"items"`
		Cursor string             `json:"cursor"`
		More   bool               `json:"more"`
	}
	var got rest.Fetched
	op := fmt.Sprintf("list %s page %d", f.plural, at.Page)
	err := s.get(ctx, rest.Request{
		Op: op, Path: f.path, Query: query, Into: &body, Status: &got.Status, Final: at.Final, Waiting: at.Waiting,
	})
	switch {
	case got.Status == http.StatusGone:
		// Acme forgets where a feed was after a month.
		return got, fail(connector.CodeStaleCheckpoint, op, "Acme has forgotten the cursor")
	case err != nil:
		return got, err
	case body.Items == nil:
		// Taken for an empty page, it would end the read.
		return got, fail(connector.CodeProtocol, op, "the answer has no items")
	case body.Cursor == "" && body.More:
		return got, fail(connector.CodeProtocol, op, "more is to come, and there is no cursor")
	}
	got.Rows, got.Next, got.Last = len(*body.Items), body.Cursor, !body.More
	for _, raw := range *body.Items {
		var r row
		record, err := r.decode(raw, f)
		if err != nil {
			got.Page.Rejected = append(got.Page.Rejected, connector.Rejected{Key: record.Key, Err: err})
			continue
		}
		got.Page.Records = append(got.Page.Records, record)
	}
	return got, nil
}
