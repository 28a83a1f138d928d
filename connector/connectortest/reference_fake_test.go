package connectortest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/connectortest"
)

// pageRows is how many rows the reference upstream puts on a page.
const pageRows = 4

// refRow is a row of the reference upstream.
type refRow struct {
	ID      string    `json:"id"`
	Company string    `json:"company,omitempty"`
	Name    any       `json:"name,omitempty"`
	Updated time.Time `json:"updated"`
	Deleted bool      `json:"deleted,omitempty"`
	// Place is where it stands in the list. It never changes.
	Place int `json:"place"`

	kind string
}

// refFake is an upstream: lists in the order in which rows were made, by cursor
// or by offset; changes by time; a token for a refresh token that works once.
type refFake struct {
	mu      sync.Mutex
	rows    []*refRow
	age     int
	refresh string
	tokens  int
}

func newRefFake() *refFake { return &refFake{refresh: "refresh-token-0"} }

func (f *refFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	q := r.URL.Query()
	switch {
	case r.URL.Path == "/token":
		f.serveToken(w, r)
	case r.Header.Get("Authorization") != fmt.Sprintf("Bearer access-token-%d", f.tokens):
		answer(w, http.StatusUnauthorized, map[string]any{"error": "who are you"})
	case r.URL.Path == "/list":
		f.serveList(w, q.Get)
	case r.URL.Path == "/changes":
		f.serveChanges(w, q.Get)
	case r.URL.Path == "/count":
		answer(w, http.StatusOK, map[string]any{"count": len(f.of(q.Get("kind")))})
	case r.URL.Path == "/one":
		for _, row := range f.of(q.Get("kind")) {
			if row.ID == q.Get("id") {
				answer(w, http.StatusOK, row)
				return
			}
		}
		answer(w, http.StatusNotFound, map[string]any{"error": "no such row"})
	default:
		answer(w, http.StatusOK, map[string]any{"name": "acme"})
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (f *refFake) serveToken(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("refresh") != f.refresh {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "this refresh token was used"})
		return
	}
	f.tokens++
	f.refresh = fmt.Sprintf("refresh-token-%d", f.tokens)
	answer(w, http.StatusOK, map[string]any{"access": fmt.Sprintf("access-token-%d", f.tokens), "refresh": f.refresh})
}

// of returns the rows of a kind that exist, in order.
func (f *refFake) of(kind string) []*refRow {
	var rows []*refRow
	for _, row := range f.rows {
		if row.kind == kind && !row.Deleted {
			rows = append(rows, row)
		}
	}
	return rows
}

func (f *refFake) serveList(w http.ResponseWriter, q func(string) string) {
	rows := f.of(q("kind"))
	if within := q("company"); within != "" {
		rows = slices.DeleteFunc(rows, func(row *refRow) bool { return row.Company != within && row.ID != within })
	}
	total := len(rows)
	age, place, _ := strings.Cut(q("after"), ":")
	if age != "" && age != strconv.Itoa(f.age) {
		answer(w, http.StatusGone, map[string]any{"error": "the cursor has expired"})
		return
	}
	after, _ := strconv.Atoi(place)
	rows = slices.DeleteFunc(rows, func(row *refRow) bool { return row.Place <= after })
	if since := q("since"); since != "" { // for a connector that pages by time
		rows = slices.DeleteFunc(rows, func(row *refRow) bool { return row.Updated.Format(time.RFC3339Nano) <= since })
	}
	offset, _ := strconv.Atoi(q("offset"))
	rows = rows[min(offset, len(rows)):]
	size, err := strconv.Atoi(q("size"))
	if err != nil || size > pageRows {
		size = pageRows
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = fmt.Sprintf("%d:%d", f.age, rows[size-1].Place)
	}
	answer(w, http.StatusOK, map[string]any{"rows": append([]*refRow{}, rows...), "next": next, "total": total})
}

// serveChanges lists what changed since a time, the deleted too, by time and
// place.
func (f *refFake) serveChanges(w http.ResponseWriter, q func(string) string) {
	place, _ := strconv.Atoi(q("place"))
	var rows []*refRow
	for _, row := range f.rows {
		at := row.Updated.Format(time.RFC3339Nano)
		if row.kind == q("kind") && (at > q("since") || at == q("since") && row.Place > place) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b *refRow) int {
		return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.Place, b.Place))
	})
	more := len(rows) > pageRows
	answer(w, http.StatusOK, map[string]any{"rows": append([]*refRow{}, rows[:min(pageRows, len(rows))]...), "more": more})
}

func (f *refFake) find(kind connector.Kind, key connector.Key, change func(*refRow)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, row := range f.rows {
		if row.kind == string(kind) && row.ID == string(key) {
			change(row)
			return nil
		}
	}
	return fmt.Errorf("there is no %s %s", kind, key)
}

func (f *refFake) add(s connectortest.Seed) (connector.Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	row := &refRow{
		ID: string(s.Key), Company: string(s.Container), Name: s.Name, Updated: s.Updated, Place: len(f.rows) + 1, kind: string(s.Kind),
	}
	if row.ID == "" {
		row.ID = fmt.Sprintf("%s-%d", s.Kind, row.Place)
	}
	if row.Updated.IsZero() {
		row.Updated = time.Now().UTC().Add(time.Duration(row.Place) * time.Second)
	}
	f.rows = append(f.rows, row)
	return connector.Key(row.ID), nil
}

// touched is the time of all changes: many fall into one moment.
func touched() time.Time { return time.Now().UTC().Add(24 * time.Hour) }

// upstream returns the fixture's part.
func (f *refFake) upstream(c connector.Connector) connectortest.Upstream {
	return connectortest.Upstream{
		Connector: c, Handler: f, PageRows: pageRows, Shrinks: []connector.Kind{"company", "device"},
		Config: connector.Config{
			Values:  map[string]string{"tenant": "acme"},
			Secrets: map[string]connector.Secret{"refresh": connector.NewSecret("refresh-token-0")},
		},
		Add: f.add, Refuse: refuse,
		Touch: func(kind connector.Kind, key connector.Key) error {
			return f.find(kind, key, func(row *refRow) { row.Updated = touched() })
		},
		Delete: func(kind connector.Kind, key connector.Key) error {
			return f.find(kind, key, func(row *refRow) { row.Deleted, row.Updated = true, touched() })
		},
		Damage: func(kind connector.Kind, key connector.Key) error {
			return f.find(kind, key, func(row *refRow) { row.Name = []int{1} })
		},
		Expire: func() error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.age++
			return nil
		},
	}
}
