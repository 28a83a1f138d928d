package rest_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

const token = "T0ken-that-nobody-may-see"

// upstream answers requests in process and remembers when they came.
type upstream struct {
	mu     sync.Mutex
	came   []time.Time
	answer func(n int, r *http.Request) (*http.Response, error)
}

func (u *upstream) RoundTrip(r *http.Request) (*http.Response, error) {
	u.mu.Lock()
	u.came = append(u.came, time.Now())
	n := len(u.came)
	u.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return u.answer(n, r)
}

func (u *upstream) times() []time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	return append([]time.Time(nil), u.came...)
}

// reply makes an answer. Headers are "Name: value".
func reply(status int, body string, headers ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// script answers the first requests with what is listed, and all further ones
// with the last.
func script(answers ...*http.Response) *upstream {
	bodies := make([]string, len(answers))
	for i, a := range answers {
		raw, _ := io.ReadAll(a.Body)
		bodies[i] = string(raw)
	}
	return &upstream{answer: func(n int, _ *http.Request) (*http.Response, error) {
		i := min(n, len(answers)) - 1
		out := *answers[i]
		out.Header = out.Header.Clone()
		out.Body = io.NopCloser(strings.NewReader(bodies[i]))
		return &out, nil
	}}
}

// logs collects log lines of all levels.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *logs) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// open returns a client of u whose log lines are checked in the end.
func open(t *testing.T, u http.RoundTripper, change ...func(*rest.Config)) *rest.Client {
	t.Helper()
	seen := &logs{}
	cfg := rest.Config{
		Source: "acme", Base: "https://acme.example.com/api/v1", RoundTripper: u, Logger: seen.logger(),
		Authorize: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := rest.New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		c.Close()
		requireNothingLeaks(t, seen.String())
	})
	return c
}

// secretQuery is a parameter that no error and no log line may show.
const secretQuery = "query-that-nobody-may-see"

func get(t *testing.T, c *rest.Client, into any) error {
	t.Helper()
	err := c.GetJSON(t.Context(), request(into))
	if err != nil {
		requireNothingLeaks(t, err.Error())
	}
	return err
}

func request(into any) rest.Request {
	return rest.Request{Op: "list things page 3", Path: "/things", Query: map[string][]string{"q": {secretQuery}}, Into: into}
}

func requireNothingLeaks(t *testing.T, text string) {
	t.Helper()
	require.NotContains(t, text, token)
	require.NotContains(t, text, secretQuery)
}

func requireCode(t *testing.T, want connector.Code, err error) {
	t.Helper()
	require.Equal(t, want, connector.CodeOf(err), "%v", err)
}

// busiest returns the greatest number of times within any window of a minute.
func busiest(times []time.Time) int {
	most := 0
	for i := range times {
		n := 0
		for _, at := range times[i:] {
			if at.Sub(times[i]) < time.Minute {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
