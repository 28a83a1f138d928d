package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// client talks to a host as the page does.
type client struct {
	t    *testing.T
	host *host
	log  *strings.Builder
}

func newClient(t *testing.T, src source) client {
	t.Helper()
	var log strings.Builder
	h, err := newHost(t.Context(), src, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	t.Cleanup(h.close)
	return client{t: t, host: h, log: &log}
}

func newPretended(t *testing.T) client {
	t.Helper()
	src, err := pretended()
	require.NoError(t, err)
	return newClient(t, src)
}

// send makes a request of the page's own and reads the answer into out, if any.
func (c client) send(method, path, body string, out any, change ...func(*http.Request)) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	c.host.handler().ServeHTTP(w, r)
	if out != nil {
		require.NoError(c.t, json.Unmarshal(w.Body.Bytes(), out), w.Body.String())
	}
	return w
}

func (c client) state() (view stateView) {
	c.t.Helper()
	require.Equal(c.t, http.StatusOK, c.send("GET", "/api/state", "", &view).Code)
	return view
}

// sync runs to the end.
func (c client) sync() stateView {
	c.t.Helper()
	var answer struct{ Started bool }
	require.Equal(c.t, http.StatusAccepted, c.send("POST", "/api/sync", "", &answer).Code)
	require.True(c.t, answer.Started)
	c.host.runs.wg.Wait()
	view := c.state()
	require.False(c.t, view.Running)
	require.Empty(c.t, view.SyncError)
	require.NotNil(c.t, view.LastRun)
	require.Equal(c.t, store.RunOK, view.LastRun.State, view.LastRun.Problems)
	return view
}

func (c client) companies() (rows []companyView) {
	c.t.Helper()
	var answer struct{ Companies []companyView }
	require.Equal(c.t, http.StatusOK, c.send("GET", "/api/companies", "", &answer).Code)
	return answer.Companies
}

func (c client) decide(decisions ...decisionJSON) []decidedView {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"decisions": decisions})
	require.NoError(c.t, err)
	var answer struct{ Decided []decidedView }
	w := c.send("POST", "/api/decide", string(body), &answer)
	require.Equal(c.t, http.StatusOK, w.Code, w.Body.String())
	require.Len(c.t, answer.Decided, len(decisions))
	return answer.Decided
}

// accept proposes a bulk decision and takes it whole. Two companies upstream of
// one name are proposed twice and created once.
func (c client) accept(bulk dovetail.Bulk) {
	c.t.Helper()
	var answer struct{ Proposals []proposalView }
	require.Equal(c.t, http.StatusOK, c.send("GET", "/api/proposals?bulk="+url.QueryEscape(string(bulk)), "", &answer).Code)
	require.NotEmpty(c.t, answer.Proposals, bulk)
	var decisions []decisionJSON
	for _, p := range answer.Proposals {
		decisions = append(decisions, p.Decision)
	}
	for _, d := range c.decide(decisions...) {
		if d.Status != http.StatusOK {
			require.Equal(c.t, http.StatusUnprocessableEntity, d.Status, d.Error)
			require.Contains(c.t, d.Error, "match it instead")
		}
	}
}

func TestAPersonGetsFromTheFirstPageToAReconciliationThatAddsUp(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	first := c.state()
	require.Equal(t, store.ConnectionOK, first.Connection.State)
	require.Nil(t, first.LastRun)
	require.Empty(t, c.companies())

	var test testView
	require.Equal(t, http.StatusOK, c.send("POST", "/api/test", "", &test).Code)
	require.True(t, test.OK)
	require.Equal(t, 40, test.Counts["customer"])

	read := c.sync()
	require.Equal(t, map[connector.Kind]int{"customer": 40}, read.LastRun.Read)
	require.Len(t, c.companies(), 40)
	for _, bulk := range first.Bulks {
		c.accept(bulk)
	}
	matched := 0
	for _, row := range c.companies() {
		if row.State == store.MatchMatched {
			matched++
			require.NotEmpty(t, row.Here)
			require.Equal(t, "you", row.By)
		}
	}
	require.Greater(t, matched, 20)

	full := c.sync()
	require.True(t, full.Reconciliation.AddsUp)
	require.Len(t, full.Reconciliation.Companies, matched)
	require.Greater(t, full.Reconciliation.Upstream, 1000)
	require.Equal(t, full.Reconciliation.Upstream, full.Reconciliation.Standings[dovetail.StandingHere])

	var changes struct {
		Changes []changeView
		More    bool
	}
	require.Equal(t, http.StatusOK, c.send("GET", "/api/changes?plan="+string(full.LastRun.Plan), "", &changes).Code)
	require.Len(t, changes.Changes, maxChanges)
	require.True(t, changes.More)
	for _, change := range changes.Changes {
		require.NotEmpty(t, change.Company)
		require.NotContains(t, change.Reason, "{")
		require.Equal(t, store.OutcomeDone, change.Outcome)
	}
	again := c.sync()
	require.Empty(t, again.LastRun.Outcomes, "a sync with nothing changed writes nothing")
}

func TestADecisionOnWhatHasChangedIsAConflictInItsRowAlone(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	c.sync()
	rows := c.companies()
	ignore := func(i int) decisionJSON {
		return decisionJSON{Key: rows[i].Key, Revision: rows[i].Revision, Verdict: dovetail.VerdictIgnore}
	}
	c.decide(ignore(0))

	decided := c.decide(ignore(0), ignore(1), decisionJSON{Key: "1", Verdict: dovetail.VerdictIgnore})
	require.Equal(t, http.StatusConflict, decided[0].Status)
	require.Contains(t, decided[0].Error, "by you")
	require.Equal(t, store.MatchIgnored, decided[0].State)
	require.Equal(t, rows[0].Revision+1, decided[0].Revision, "the row says on what to decide again")
	require.Equal(t, http.StatusOK, decided[1].Status, decided[1].Error)
	require.Equal(t, http.StatusNotFound, decided[2].Status)
}

func TestASecondSyncIsToldThatOneIsUnderWay(t *testing.T) {
	t.Parallel()
	src, err := pretended()
	require.NoError(t, err)
	entered, gated := make(chan struct{}), false
	enter := sync.OnceFunc(func() { close(entered) })
	inner := src.upstream.RoundTripper
	src.upstream.RoundTripper = roundTrip(func(r *http.Request) (*http.Response, error) {
		if !gated {
			return inner.RoundTrip(r)
		}
		enter()
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	c := newClient(t, src)
	gated = true
	require.Equal(t, http.StatusAccepted, c.send("POST", "/api/sync", "", nil).Code)
	<-entered
	var answer struct{ Started, Running bool }
	require.Equal(t, http.StatusAccepted, c.send("POST", "/api/sync", "", &answer).Code)
	require.False(t, answer.Started)
	require.True(t, answer.Running)
	require.True(t, c.state().Running)

	c.host.close() // the upstream never answers: only the stop ends the run
	view := c.state()
	require.False(t, view.Running)
	require.Equal(t, store.RunCutOff, view.LastRun.State)
	require.Equal(t, http.StatusAccepted, c.send("POST", "/api/sync", "", &answer).Code)
	require.False(t, answer.Started, "no run starts in a host that is closing")
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOtherWebSitesAreRefused(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	tests := map[string]struct {
		method string
		change func(*http.Request)
		want   int
	}{
		"a post from another site": {"POST", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		"a post from another origin, by an older browser": {"POST", func(r *http.Request) {
			r.Header.Del("Sec-Fetch-Site")
			r.Header.Set("Origin", "https://evil.example")
		}, http.StatusForbidden},
		"a post under a name that was made to point here": {"POST", func(r *http.Request) { r.Host = "evil.example" }, http.StatusMisdirectedRequest},
		"a look under such a name":                        {"GET", func(r *http.Request) { r.Host = "evil.example:8080" }, http.StatusMisdirectedRequest},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := map[string]string{"POST": "/api/sync", "GET": "/api/state"}[tt.method]
			var p problem
			require.Equal(t, tt.want, c.send(tt.method, path, "", &p, tt.change).Code)
			require.Contains(t, p.Error, "(use ")
		})
	}
	c.host.runs.wg.Wait()
	require.Nil(t, c.state().LastRun)
	require.Equal(t, http.StatusAccepted, c.send("POST", "/api/sync", "", nil).Code, "its own page is let through")
}

func TestABadBodyIsRefusedWithWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	tests := map[string]struct{ body, want string }{
		"cut off":            {`{"decisions":[`, "ends too early"},
		"no JSON":            {`decisions=1`, "invalid character"},
		"a misspelled field": {`{"decisions":[{"key":"1","rev":1}]}`, `unknown field "rev"`},
		"a wrong type":       {`{"decisions":[{"key":"1","revision":"one"}]}`, "can't be string"},
		"two values":         {`{"decisions":[]} {}`, "more behind"},
		"no decision":        {`{}`, "no decision"},
		"no key":             {`{"decisions":[{"verdict":"ignore"}]}`, "decision 1: there is no key"},
		"an unknown verdict": {`{"decisions":[{"key":"1","verdict":"delete"}]}`, `"delete" is not known`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var p problem
			require.Equal(t, http.StatusBadRequest, c.send("POST", "/api/decide", tt.body, &p).Code)
			require.Contains(t, p.Error, tt.want)
			require.NotContains(t, p.Error, "main.", "names of Go types say nothing to a client")
		})
	}
	form := func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }
	require.Equal(t, http.StatusUnsupportedMediaType, c.send("POST", "/api/decide", `{}`, nil, form).Code)
	large := `{"decisions":[{"key":"` + strings.Repeat("1", maxBody) + `"}]}`
	require.Equal(t, http.StatusRequestEntityTooLarge, c.send("POST", "/api/decide", large, nil).Code)
	require.Equal(t, http.StatusBadRequest, c.send("GET", "/api/proposals?bulk=all", "", nil).Code)
	require.Equal(t, http.StatusNotFound, c.send("GET", "/api/changes?plan=none", "", nil).Code)
}

func TestSettingsAreCheckedAndTheKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	const key = "T-another-key"
	var p problem
	w := c.send("POST", "/api/settings", `{"revision":1,"domain":"https://Acme.syncromsp.com/","api_key":"`+key+`"}`, &p)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Len(t, p.Fields, 1)
	require.Equal(t, "domain", p.Fields[0].Field)
	require.Contains(t, p.Fields[0].Text, "acme.syncromsp.com")

	require.Equal(t, http.StatusBadRequest, c.send("POST", "/api/settings", `{"revision":1,"domain":"acme.syncromsp.com"}`, &p).Code)
	require.Contains(t, p.Error, "its own API key")

	var saved struct{ Revision int64 }
	require.Equal(t, http.StatusOK, c.send("POST", "/api/settings", `{"revision":1,"keep_details":true}`, &saved).Code)
	require.Equal(t, store.ConnectionOK, c.state().Connection.State)
	require.True(t, c.state().Settings.KeepDetails)
	require.True(t, c.state().Settings.AutoUpdateNames, "what isn't sent stays")
	require.Equal(t, http.StatusConflict, c.send("POST", "/api/settings", `{"revision":1,"keep_details":false}`, nil).Code)

	body := `{"revision":2,"api_key":"` + key + `"}`
	require.Equal(t, http.StatusOK, c.send("POST", "/api/settings", body, &saved).Code)
	require.Equal(t, store.ConnectionUntested, c.state().Connection.State)
	w = c.send("POST", "/api/test", "", &p)
	require.Equal(t, http.StatusBadGateway, w.Code)
	require.Equal(t, connector.CodeAuth, p.Code)
	state := c.send("GET", "/api/state", "", nil)
	require.Contains(t, state.Body.String(), string(store.ConnectionAttention))

	require.Equal(t, http.StatusAccepted, c.send("POST", "/api/sync", "", nil).Code)
	c.host.runs.wg.Wait()
	require.Contains(t, c.state().SyncError, "needs attention")
	for _, text := range []string{w.Body.String(), state.Body.String(), c.send("GET", "/api/state", "", nil).Body.String(), c.log.String()} {
		require.NotContains(t, text, key)
		require.NotContains(t, text, "test-token")
	}
}

func TestThePageRunsItsOwnFilesOnly(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	for path, kind := range map[string]string{"/": "text/html", "/page.js": "text/javascript", "/style.css": "text/css"} {
		w := c.send("GET", path, "", nil)
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Contains(t, w.Header().Get("Content-Type"), kind)
		policy := w.Header().Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'none'")
		require.NotContains(t, policy, "unsafe")
		for _, inline := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "onclick=", "style=", "<script>", "<style"} {
			require.NotContains(t, w.Body.String(), inline, path)
		}
	}
}

func TestOnlyLoopbackAddressesAreListenedOn(t *testing.T) {
	t.Parallel()
	for addr, ok := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:0": true, "localhost:80": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.0.1:8080": false,
		"localhost.evil.example:80": false, "127.0.0.1": false,
	} {
		require.Equal(t, ok, checkLoopback(addr) == nil, addr)
	}
	require.ErrorContains(t, run(t.Context(), "0.0.0.0:0", "", slog.New(slog.DiscardHandler)), "use 127.0.0.1")
}

func TestARealAccountNeedsAKey(t *testing.T) {
	t.Setenv("SYNCRO_API_KEY", "")
	err := run(t.Context(), "127.0.0.1:0", "acme.syncromsp.com", slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "SYNCRO_API_KEY")
}

func TestAnInterruptEndsTheServer(t *testing.T) {
	t.Parallel()
	c := newPretended(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, listener, c.host) }()
	answer, err := http.Get("http://" + listener.Addr().String() + "/api/state")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.NoError(t, answer.Body.Close())
	interrupt()
	require.NoError(t, <-ended)
	_, err = http.Get("http://" + listener.Addr().String() + "/api/state")
	require.Error(t, err)
}
