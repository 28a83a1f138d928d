package connectortest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// errNothing is a mutant's word for an account without records.
var errNothing = errors.New("nothing")

func (s *refSession) fault(code connector.Code, detail string) error {
	return &connector.Error{Code: code, Source: "reference", Op: "read", Detail: detail}
}

// begin returns the place where a read begins.
func (s *refSession) begin(req connector.ReadRequest) (refPlace, error) {
	at := refPlace{Kind: req.Kind, Size: pageRows}
	switch kind, known := refInfo("").Kind(req.Kind); {
	case !known && s.is("reads an undeclared kind"):
		at.Done = true
	case !known:
		return at, s.fault(connector.CodeConfig, "there is no such kind")
	case req.Mode == connector.ModeChanges && !kind.Changes && s.is("reads everything in place of changes"):
		return at, nil
	case req.Mode == connector.ModeChanges && !kind.Changes:
		return at, s.fault(connector.CodeConfig, "there is no list of changes")
	}
	if req.Checkpoint == "" || s.is("begins again") {
		return at, nil
	}
	var kept refPlace
	if err := json.Unmarshal([]byte(req.Checkpoint), &kept); err != nil || kept.Kind != req.Kind {
		if s.is("takes any checkpoint") {
			return at, nil
		}
		return at, s.fault(connector.CodeStaleCheckpoint, "the checkpoint can't be read")
	}
	kept.Size = pageRows
	if req.Mode == connector.ModeChanges && kept.Done {
		kept.Done = false
		if !s.is("forgets changes of one time") {
			kept.Place = 0 // more may have changed in that moment since
		}
	}
	if s.is("skips a page when it is resumed") && kept.After != "" {
		age, place, _ := strings.Cut(kept.After, ":")
		n, _ := strconv.Atoi(place)
		kept.After = age + ":" + strconv.Itoa(n+pageRows)
	}
	if s.is("counts on when it is resumed") {
		kept.After, kept.Page = "", max(kept.Page, 1)
	}
	if s.is("resumes after the time") && kept.After != "" {
		kept.After = ""
	} else if req.Mode == connector.ModeFull {
		kept.Since = ""
	}
	return kept, nil
}

// page reads the page at a place, and returns the place after it.
func (s *refSession) page(ctx context.Context, req connector.ReadRequest, at refPlace) (connector.Page, refPlace, error) {
	if at.Done {
		return connector.Page{End: connector.Exhaustive, Checkpoint: at.checkpoint()}, at, nil
	}
	if s.is("keeps one place for all reads") {
		s.mu.Lock()
		if at.After != "" {
			at.After = cmp.Or(s.places[req.Kind], at.After)
		}
		s.mu.Unlock()
	}
	got, size, err := s.fetch(ctx, req, at)
	if err != nil {
		return s.noPage(at, err)
	}
	if got.Rows == nil {
		return connector.Page{}, at, s.fault(connector.CodeProtocol, "the answer has no rows")
	}
	if got.Next != "" && got.Next == at.After && !s.is("goes in circles") {
		return connector.Page{}, at, s.fault(connector.CodeProtocol, "the list goes in circles")
	}
	if s.is("refuses what grows") && len(req.Within) == 0 {
		s.mu.Lock()
		before := s.totals[req.Kind]
		s.totals[req.Kind] = got.Total
		s.mu.Unlock()
		if at.Page > 0 && before > 0 && got.Total > before {
			return connector.Page{}, at, s.fault(connector.CodeIncomplete, "the list has changed")
		}
	}
	if size < at.Size && s.is("loses rows on smaller pages") {
		got.Rows = got.Rows[min(1, len(got.Rows)):]
	}
	at.Size = size
	page := s.records(req, got.Rows)
	if len(got.Rows) == 0 && s.is("has no page for an empty account") {
		return connector.Page{}, at, errNothing
	}
	return s.placed(req, got, page, at)
}

// placed fills in where a page stands.
func (s *refSession) placed(req connector.ReadRequest, got refList, page connector.Page, at refPlace) (connector.Page, refPlace, error) {
	at.Page++
	at.Rows += len(got.Rows)
	for _, raw := range got.Rows {
		var row refRow
		row.Name = new(any)
		_ = json.Unmarshal(raw, &row)
		if when := row.Updated.Format(time.RFC3339Nano); when > at.Since || when == at.Since && row.Place > at.Place {
			at.Since, at.Place = when, row.Place
		}
	}
	at.After = got.Next
	if s.is("resumes after the time") && !got.More && got.Next != "" {
		at.After = got.Next
	}
	page.End = connector.More
	if got.Next == "" && !got.More {
		page.End, at.Done = connector.Exhaustive, true
	}
	page.Checkpoint = at.checkpoint()
	if s.is("keeps one place for all reads") {
		s.mu.Lock()
		s.places[req.Kind] = at.After
		s.mu.Unlock()
	}
	return page, at, nil
}

// noPage is what an error of a list becomes.
func (s *refSession) noPage(at refPlace, err error) (connector.Page, refPlace, error) {
	code := connector.CodeOf(err)
	if s.is("swallows the error of a page") && code == connector.CodeUnavailable {
		return connector.Page{End: connector.Ended, Checkpoint: at.checkpoint()}, at, nil
	}
	return connector.Page{}, at, err
}

// refList is the answer of a list.
type refList struct {
	Rows  []json.RawMessage
	Next  string
	More  bool
	Total int
}

// fetch asks for a page, and for a smaller one where that can't be made.
func (s *refSession) fetch(ctx context.Context, req connector.ReadRequest, at refPlace) (refList, int, error) {
	size := at.Size
	for {
		q := url.Values{"kind": {string(req.Kind)}, "size": {strconv.Itoa(size)}, "after": {at.After}}
		where := "/list"
		switch {
		case req.Mode == connector.ModeChanges && req.Kind == "device":
			where = "/changes"
			q.Set("since", at.Since)
			q.Set("place", strconv.Itoa(at.Place))
		case s.is("claims to be exhaustive over offsets"), s.is("counts on when it is resumed") && at.After == "" && at.Page > 0:
			q.Del("after")
			q.Set("offset", strconv.Itoa(at.Rows))
		case s.is("resumes after the time") && at.After == "" && at.Since != "":
			q.Set("since", at.Since)
		}
		if len(req.Within) > 0 && !s.is("ignores the companies") {
			q.Set("company", string(req.Within[0]))
		}
		var got refList
		status := 0
		err := s.get(ctx, rest.Request{Op: fmt.Sprintf("list %s page %d", req.Kind, at.Page+1), Path: where, Query: q, Into: &got, Status: &status})
		switch {
		case status == http.StatusGone && s.is("takes a forgotten place for the end"):
			return refList{Rows: []json.RawMessage{}}, size, nil
		case status == http.StatusGone:
			return got, size, s.fault(connector.CodeStaleCheckpoint, "the upstream has forgotten the place")
		case status == http.StatusGatewayTimeout && size > 1:
			size /= 2
		default:
			return got, size, err
		}
	}
}

// records decodes rows.
func (s *refSession) records(req connector.ReadRequest, rows []json.RawMessage) connector.Page {
	var page connector.Page
	for n, raw := range rows {
		r, err := s.decode(req.Kind, raw)
		switch {
		case n == 0 && len(rows) == pageRows && s.is("leaves out the first row of a page"):
		case err != nil && s.is("leaves out what it can't decode"):
		case err != nil:
			page.Rejected = append(page.Rejected, connector.Rejected{Key: r.Key, Err: err})
		default:
			page.Records = append(page.Records, r)
		}
	}
	if s.is("keeps its pages") && len(rows) > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		at := string(rows[0])
		if known, has := s.pages[at]; has {
			return known
		}
		s.pages[at] = page
	}
	return page
}

func (s *refSession) decode(kind connector.Kind, raw json.RawMessage) (connector.Record, error) {
	var row refRow
	name := ""
	row.Name = &name
	err := json.Unmarshal(raw, &row)
	r := connector.Record{
		Key: connector.Key(row.ID), Container: connector.Key(row.Company), Name: name, Updated: row.Updated,
		Fields: connector.Fields{"place": connector.Integer(int64(row.Place))},
	}
	if err != nil {
		return r, &connector.Error{Code: connector.CodeProtocol, Source: "reference", Op: fmt.Sprintf("decode %s %s", kind, row.ID), Detail: "its name is none"}
	}
	if row.Deleted {
		r = connector.Record{Key: r.Key, Status: connector.StatusDeleted}
	}
	switch s.breaks {
	case "has fields that it doesn't declare":
		r.Fields["colour"] = connector.Text("red")
	case "has no names":
		r.Name = ""
	case "takes a key for a path":
		r.Key = unescaped(row.ID)
	case "escapes names":
		r.Name = html.EscapeString(r.Name)
	case "delivers deleted records as living":
		r.Status = connector.StatusActive
	}
	return r, nil
}

// unescaped is what a part of a path stands for.
func unescaped(key string) connector.Key {
	if plain, err := url.PathUnescape(key); err == nil {
		key = plain
	}
	return connector.Key(key)
}

// Get implements connector.Getter.
func (s *refSession) Get(ctx context.Context, kind connector.Kind, key connector.Key) (connector.Record, error) {
	if _, known := refInfo("").Kind(kind); !known {
		if s.is("shows the credential to who asks for nothing") {
			return connector.Record{}, s.fault(connector.CodeConfig, "there is no such kind for "+s.token().Reveal())
		}
		return connector.Record{}, s.fault(connector.CodeConfig, "there is no such kind")
	}
	var raw json.RawMessage
	err := s.get(ctx, rest.Request{
		Op: fmt.Sprintf("get %s %q", kind, key), Path: "/one", Query: url.Values{"kind": {string(kind)}, "id": {string(key)}}, Into: &raw,
	})
	switch code := connector.CodeOf(err); {
	case code == connector.CodeNotFound && s.is("has an empty record for a missing one"):
		return connector.Record{}, nil
	case code == connector.CodeAuth && s.is("takes a refusal for a missing record"):
		return connector.Record{}, s.fault(connector.CodeNotFound, "")
	case err != nil:
		return connector.Record{}, err
	}
	r, err := s.decode(kind, raw)
	if s.is("takes a key for a path") {
		key = unescaped(string(key))
	}
	if err == nil && r.Key != key {
		err = s.fault(connector.CodeProtocol, "another record was answered")
	}
	if s.is("looks records up without their names") {
		r.Name = ""
	}
	return r, err
}

// Check implements connector.Checker.
func (s *refSession) Check(ctx context.Context) (connector.CheckResult, error) {
	err := s.get(ctx, rest.Request{Op: "check", Path: "/me"})
	if s.is("is content with any answer") {
		err = nil
	}
	result := connector.CheckResult{Account: connector.Account{Name: "acme"}}
	if s.is("counts what it doesn't declare") {
		result.Counts = map[connector.Kind]int{"ticket": 1}
	}
	return result, err
}

// Count implements connector.Counter.
func (s *refSession) Count(ctx context.Context, kind connector.Kind) (int, error) {
	var got struct{ Count int }
	err := s.get(ctx, rest.Request{Op: "count", Path: "/count", Query: url.Values{"kind": {string(kind)}}, Into: &got})
	if s.is("counts without an answer") {
		err = nil
	}
	return got.Count, err
}

// Discover implements connector.Discoverer.
func (s *refSession) Discover(context.Context) (connector.Discovery, error) {
	points := []connector.DataPoint{{Name: "warranty", Title: "Warranty", Type: connector.KindInstant}}
	if s.is("discovers what it declares") {
		points = append(points, connector.DataPoint{Name: "place", Title: "Place", Type: connector.KindInteger})
	}
	return connector.Discovery{DataPoints: map[connector.Kind][]connector.DataPoint{"device": points}}, nil
}
