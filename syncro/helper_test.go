package syncro_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func newAccount(t testing.TB, opt syncrotest.Options) *syncrotest.Account {
	t.Helper()
	account, err := syncrotest.New(opt)
	require.NoError(t, err)
	return account
}

func config(domain, key string) connector.Config {
	return connector.Config{
		Values:  map[string]string{syncro.FieldDomain: domain},
		Secrets: map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(key)},
	}
}

// open returns a session on the account, in process. What it logs must hold
// no secret.
func open(t testing.TB, account *syncrotest.Account, change ...func(*connector.OpenOptions)) connector.Session {
	t.Helper()
	seen := &logs{}
	opt := connector.OpenOptions{
		Config:       config(account.Subdomain()+".syncromsp.com", account.Token()),
		RoundTripper: account.RoundTripper(),
		Logger:       slog.New(slog.NewJSONHandler(seen, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&opt)
	}
	s, err := syncro.New().Open(t.Context(), opt)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, s.Close())
		requireNoSecret(t, account, seen.String())
	})
	return s
}

func requireNoSecret(t testing.TB, account *syncrotest.Account, text string) {
	t.Helper()
	require.NotContains(t, text, syncrotest.CanaryPrefix)
	for _, canary := range account.Canaries() {
		if strings.Contains(text, canary) {
			t.Fatalf("%q is shown in: %.200s", canary, text)
		}
	}
}

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

// read reads to the end and returns the pages.
func read(t testing.TB, s connector.Session, req connector.ReadRequest) []connector.Page {
	t.Helper()
	pages, err := readUntilError(t, s, req)
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	for i, page := range pages {
		want := connector.More
		if i == len(pages)-1 {
			want = connector.Ended
		}
		require.Equal(t, want, page.End, "page %d of %d", i+1, len(pages))
		require.LessOrEqual(t, len(page.Checkpoint), 4096)
	}
	return pages
}

func readUntilError(t testing.TB, s connector.Session, req connector.ReadRequest) (pages []connector.Page, failed error) {
	t.Helper()
	for page, err := range s.Read(t.Context(), req) {
		require.NoError(t, failed, "the sequence went on after an error")
		if failed = err; err != nil {
			require.Equal(t, connector.Page{}, page)
			continue
		}
		pages = append(pages, page)
	}
	return pages, failed
}

func records(pages []connector.Page) []connector.Record {
	var out []connector.Record
	for _, page := range pages {
		out = append(out, page.Records...)
	}
	return out
}

func key(id int64) connector.Key { return connector.Key(strconv.FormatInt(id, 10)) }

func keys(records []connector.Record) []connector.Key {
	out := make([]connector.Key, 0, len(records))
	for _, r := range records {
		out = append(out, r.Key)
	}
	return out
}

func byKey(records []connector.Record) map[connector.Key]connector.Record {
	out := make(map[connector.Key]connector.Record, len(records))
	for _, r := range records {
		out[r.Key] = r
	}
	return out
}

func requireCode(t testing.TB, want connector.Code, err error) {
	t.Helper()
	require.Equal(t, want, connector.CodeOf(err), "%v", err)
}

// between is a transport that stands in front of another.
type between struct {
	next http.RoundTripper
	do   func(r *http.Request, next http.RoundTripper) (*http.Response, error)
}

func (b between) RoundTrip(r *http.Request) (*http.Response, error) { return b.do(r, b.next) }

func tamper(do func(r *http.Request, next http.RoundTripper) (*http.Response, error)) func(*connector.OpenOptions) {
	return func(opt *connector.OpenOptions) { opt.RoundTripper = between{opt.RoundTripper, do} }
}

// rewrite changes the bodies of answers whose path ends with suffix.
func rewrite(suffix string, change func(body string) string) func(*connector.OpenOptions) {
	return tamper(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil || !strings.HasSuffix(r.URL.Path, suffix) {
			return resp, err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(strings.NewReader(change(string(body))))
		resp.ContentLength = -1
		return resp, nil
	})
}

func answer(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// unpaced lets a test that isn't about time make requests as fast as it can.
func unpaced(opt *connector.OpenOptions) {
	opt.Host.Pace = func(context.Context, string) error { return nil }
}
