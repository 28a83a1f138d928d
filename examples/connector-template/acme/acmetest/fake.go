package acmetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// FirstRefreshToken is the refresh token that a new account accepts.
const FirstRefreshToken = "refresh-token-of-the-fake-0"

// PageRows is how many rows a page holds at most.
const PageRows = 5

// Row is a row of any feed, as Acme writes it.
type Row map[string]any

// Account is an account of the fake. It is safe for concurrent use.
type Account struct {
	mu sync.Mutex
	// feeds are the rows by path, in the order of their last change.
	feeds map[string][]Row
	// rev numbers all changes.
	rev int
	// forgotten is the oldest cursor that isn't honoured any more.
	forgotten int
	// logins counts the access tokens. Only the newest pair of tokens is good.
	logins int
	// runOut is the newest access token that has run out.
	runOut int
}

// New returns an account without rows.
func New() *Account { return &Account{feeds: map[string][]Row{}, forgotten: -1} }

// RefreshToken is the one that is good now.
func (a *Account) RefreshToken() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.refreshToken()
}

func (a *Account) refreshToken() string { return fmt.Sprintf("refresh-token-of-the-fake-%d", a.logins) }

func (a *Account) accessToken() string { return fmt.Sprintf("access-token-of-the-fake-%d", a.logins) }

// ServeHTTP implements http.Handler.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	path, query := r.URL.Path, r.URL.Query()
	if path == "/v2/oauth/token" {
		a.login(w, r)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+a.accessToken() || a.logins == a.runOut {
		answer(w, http.StatusUnauthorized, Row{"error": "the access token is not good"})
		return
	}
	switch path {
	case "/v2/me":
		answer(w, http.StatusOK, Row{"tenant": "contoso", "tenant_id": "T-1"})
	case "/v2/clients", "/v2/sites", "/v2/devices":
		a.list(w, path, query.Get("cursor"), query.Get("limit"), query["client"])
	case "/v2/clients/one", "/v2/sites/one", "/v2/devices/one":
		for _, row := range a.feeds[path[:len(path)-len("/one")]] {
			if row["id"] == query.Get("id") {
				answer(w, http.StatusOK, row)
				return
			}
		}
		answer(w, http.StatusNotFound, Row{"error": "there is no such row"})
	default:
		answer(w, http.StatusNotFound, Row{"error": "there is no such page"})
	}
}

func answer(w http.ResponseWriter, status int, body Row) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// login answers a refresh token with the next pair.
func (a *Account) login(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("grant_type") != "refresh_token" || r.PostFormValue("refresh_token") != a.refreshToken() {
		answer(w, http.StatusUnauthorized, Row{"error": "the refresh token is not good"})
		return
	}
	a.logins++
	answer(w, http.StatusOK, Row{"access_token": a.accessToken(), "refresh_token": a.refreshToken(), "expires_in": 3600})
}

// list answers a page of a feed: what changed after the cursor.
func (a *Account) list(w http.ResponseWriter, path, cursor, limit string, clients []string) {
	after, _ := strconv.Atoi(cursor)
	if cursor != "" && after <= a.forgotten {
		answer(w, http.StatusGone, Row{"error": "the cursor is too old"})
		return
	}
	size, err := strconv.Atoi(limit)
	if err != nil || size < 1 || size > PageRows {
		size = PageRows
	}
	page := []Row{}
	last, more := after, false
	for _, row := range a.feeds[path] {
		rev, _ := row["rev"].(int)
		if rev <= after || len(clients) > 0 && !slices.Contains(clients, owner(path, row)) {
			continue
		}
		if more = len(page) == size; more {
			break
		}
		page, last = append(page, row), rev
	}
	answer(w, http.StatusOK, Row{"items": page, "cursor": strconv.Itoa(last), "more": more})
}

// owner is the client that a row belongs to.
func owner(path string, row Row) string {
	key := "client_id"
	if path == "/v2/clients" {
		key = "id"
	}
	id, _ := row[key].(string)
	return id
}

// Put adds a row to a feed such as "clients", or changes it: it moves to the
// feed's end. It returns the row's id, which is made up where row has none.
func (a *Account) Put(feed string, row Row) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rev++
	now := time.Now().UTC()
	next := Row{"id": fmt.Sprintf("%s-%d", feed, a.rev), "created_at": now, "updated_at": now, "rev": a.rev}
	path := "/v2/" + feed
	for _, old := range a.feeds[path] {
		if old["id"] == row["id"] {
			for key, value := range old {
				if key != "rev" && key != "updated_at" {
					next[key] = value
				}
			}
		}
	}
	maps.Copy(next, row)
	a.remove(path, next["id"])
	a.feeds[path] = append(a.feeds[path], next)
	id, _ := next["id"].(string)
	return id
}

// Delete deletes a row: a tombstone takes its place at the feed's end.
func (a *Account) Delete(feed, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rev++
	path := "/v2/" + feed
	a.remove(path, id)
	a.feeds[path] = append(a.feeds[path], Row{"id": id, "deleted": true, "updated_at": time.Now().UTC(), "rev": a.rev})
}

func (a *Account) remove(path string, id any) {
	a.feeds[path] = slices.DeleteFunc(a.feeds[path], func(row Row) bool { return row["id"] == id })
}

// RunOut ends the access token that is good now, as its hour does.
func (a *Account) RunOut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.runOut = a.logins
}

// Logins returns how often somebody has logged in.
func (a *Account) Logins() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.logins
}

// Forget makes every cursor that was handed out so far too old.
func (a *Account) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forgotten = a.rev
}
