package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// thing is a row of a list.
type thing struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Place int    `json:"place"`
}

// things is an upstream with one list, divided in one of three ways.
type things struct {
	mu   sync.Mutex
	rows []thing
	made int
	size int
}

func (u *things) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	q := r.URL.Query()
	number := func(name string) int {
		n, _ := strconv.Atoi(q.Get(name))
		return n
	}
	size := u.size
	if asked := number("size"); asked > 0 && asked < size {
		size = asked
	}
	from := number("offset")
	if page := number("page"); page > 0 {
		from = (page - 1) * size
	}
	if after := q.Get("after"); after != "" {
		n, _ := strconv.Atoi(after)
		if from = slices.IndexFunc(u.rows, func(row thing) bool { return row.Place > n }); from < 0 {
			from = len(u.rows)
		}
	}
	rows := u.rows[min(from, len(u.rows)):min(from+size, len(u.rows))]
	next := ""
	if from+size < len(u.rows) {
		next = strconv.Itoa(rows[len(rows)-1].Place)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"things": append([]thing{}, rows...), "next": next, "per_page": size, "total": len(u.rows)})
}

func (u *things) add(s connectortest.Seed) (connector.Key, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.made++
	row := thing{ID: string(s.Key), Name: s.Name, Place: u.made}
	if row.ID == "" {
		row.ID = strconv.Itoa(u.made)
	}
	u.rows = append(u.rows, row)
	return connector.Key(row.ID), nil
}

func (u *things) remove(_ connector.Kind, key connector.Key) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.rows = slices.DeleteFunc(u.rows, func(row thing) bool { return row.ID == string(key) })
	return nil
}

// lister is a connector that has nothing but a List.
type lister struct {
	list rest.List
}

func (l lister) Info() connector.Info {
	return connector.Info{
		Name: "lister", Title: "Lister", Container: "thing",
		Kinds:  []connector.KindInfo{{Kind: "thing", Role: connector.RoleContainer, Title: "Thing", Plural: "Things"}},
		Config: []connector.ConfigField{{Name: "key", Type: connector.ConfigSecret, Title: "Key", Required: true}},
		Limits: []connector.Limit{{Key: "things", Requests: 600, Per: time.Minute, Burst: 10}},
	}
}

func (l lister) Open(_ context.Context, opt connector.OpenOptions) (connector.Session, error) {
	cfg, err := connector.ParseConfig(l.Info().Config, opt.Config)
	if err != nil {
		return nil, err
	}
	client, err := rest.New(rest.Config{
		Source: "lister", Base: "https://things.example", Budget: "things", Host: opt.Host, Logger: opt.Logger, RoundTripper: opt.RoundTripper,
		Authorize: func(r *http.Request) { r.Header.Set("X-Key", cfg.Secret("key").Reveal()) },
	})
	return &listing{list: l.list, client: client}, err
}

type listing struct {
	list   rest.List
	client *rest.Client
}

func (s *listing) Close() error {
	s.client.Close()
	return nil
}

func (s *listing) Read(ctx context.Context, req connector.ReadRequest) iter.Seq2[connector.Page, error] {
	if req.Kind != "thing" || req.Mode != connector.ModeFull {
		return func(yield func(connector.Page, error) bool) {
			yield(connector.Page{}, &connector.Error{Code: connector.CodeConfig, Source: "lister", Op: "read"})
		}
	}
	list := s.list
	list.Source, list.Op = "lister", "list things"
	list.Fetch = s.fetch
	return list.Read(ctx, req)
}

func (s *listing) fetch(ctx context.Context, at rest.Place) (rest.Fetched, error) {
	q := url.Values{}
	switch s.list.Paging {
	case rest.ByPage:
		q.Set("page", strconv.Itoa(at.Page))
	case rest.ByOffset:
		q.Set("offset", strconv.Itoa(at.Offset))
	case rest.ByCursor:
		q.Set("after", at.Cursor)
	}
	if at.Size > 0 {
		q.Set("size", strconv.Itoa(at.Size))
	}
	var body struct {
		Things  *[]thing `json:"things"`
		Next    string   `json:"next"`
		PerPage int      `json:"per_page"`
		Total   int      `json:"total"`
	}
	var got rest.Fetched
	err := s.client.GetJSON(ctx, rest.Request{Op: fmt.Sprintf("list things page %d", at.Page), Path: "/list", Query: q, Into: &body})
	if err == nil && body.Things == nil {
		err = &connector.Error{Code: connector.CodeProtocol, Source: "lister", Op: "list things", Detail: "the answer has no things"}
	}
	if err != nil {
		return got, err
	}
	got.Rows, got.Next, got.PerPage, got.Total = len(*body.Things), body.Next, body.PerPage, body.Total
	for _, row := range *body.Things {
		got.Page.Records = append(got.Page.Records, connector.Record{Key: connector.Key(row.ID), Name: row.Name})
	}
	return got, nil
}

// A list read through the helper keeps the rules, however it is divided.
func TestAListKeepsTheRulesOfReading(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]rest.List{
		"by page":   {Paging: rest.ByPage, MinSize: 1},
		"by offset": {Paging: rest.ByOffset, Size: 8, MinSize: 1},
		"by cursor": {Paging: rest.ByCursor, Size: 8, MinSize: 1, Exhaustive: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connectortest.Test(t, connectortest.Fixture{New: func(context.Context) (connectortest.Upstream, error) {
				u := &things{size: 8}
				return connectortest.Upstream{
					Connector: lister{list: list}, Handler: u, PageRows: 8, Add: u.add, Delete: u.remove, Shrinks: []connector.Kind{"thing"},
					Config: connector.Config{Secrets: map[string]connector.Secret{"key": connector.NewSecret("K3y-that-nobody-may-see")}},
				}, nil
			}})
		})
	}
}
