package connectortest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// wire carries the requests of a session to the fake, in process, and makes the
// faults on the way. It implements http.RoundTripper.
type wire struct {
	handler http.Handler
	safe    func(*http.Request) bool
	// credential is told what a request proves with who asks.
	credential func(string)

	mu    sync.Mutex
	sent  []sent
	fault *fault
	// seen counts the requests since the fault was set.
	seen int
	// fired counts how often it took place.
	fired int
}

// sent is one request.
type sent struct {
	at    time.Time
	query string
}

func newWire(handler http.Handler, safe func(*http.Request) bool, credential func(string)) *wire {
	if safe == nil {
		safe = func(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }
	}
	return &wire{handler: handler, safe: safe, credential: credential}
}

// set makes a fault take place from now on. Nil: none.
func (w *wire) set(f *fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault, w.seen, w.fired = f, 0, 0
}

// happened reports whether the fault that was set took place.
func (w *wire) happened() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fired > 0
}

// requests returns the requests so far.
func (w *wire) requests() []sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sent)
}

// count returns the number of requests so far.
func (w *wire) count() int { return len(w.requests()) }

// next notes a request and returns the fault that strikes it, if one does.
func (w *wire) next(r *http.Request) *fault {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, sent{at: time.Now(), query: r.URL.RawQuery})
	f, at := w.fault, w.seen
	w.seen++
	if f == nil || at < f.from || f.times > 0 && w.fired >= f.times || f.after && !w.safe(r) {
		return nil
	}
	w.fired++
	return f
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w.credentials(r.Header)
	f := w.next(r)
	ask := func() answer { return w.ask(r) }
	if f == nil {
		return ask().response(r), nil
	}
	got, err := f.make(r, ask)
	if err != nil {
		return nil, err
	}
	return got.response(r), nil
}

// credentials picks the credentials out of a request's headers: what a session
// made of its configuration is as secret as that.
func (w *wire) credentials(h http.Header) {
	for name, values := range h {
		name = strings.ToLower(name)
		if !slices.ContainsFunc([]string{"authorization", "cookie", "key", "token", "secret"}, func(word string) bool { return strings.Contains(name, word) }) {
			continue
		}
		for _, value := range values {
			for word := range strings.FieldsSeq(value) {
				w.credential(word)
			}
		}
	}
}

// ask has the fake answer.
func (w *wire) ask(r *http.Request) answer {
	served := r.Clone(r.Context())
	served.RemoteAddr = "127.0.0.1:1"
	served.RequestURI = r.URL.RequestURI()
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	rec := &recorder{answer: answer{header: http.Header{}}}
	w.handler.ServeHTTP(rec, served)
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	return rec.answer
}

// answer is a whole answer.
type answer struct {
	status int
	header http.Header
	body   []byte
	// broken says that the connection ends before the body does.
	broken bool
}

func (a answer) response(r *http.Request) *http.Response {
	body := io.Reader(bytes.NewReader(a.body))
	length := int64(len(a.body))
	if a.broken {
		body = io.MultiReader(body, failingReader{io.ErrUnexpectedEOF})
		length *= 2
	}
	header := maps.Clone(a.header)
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(body), ContentLength: length, Request: r,
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// recorder is the http.ResponseWriter of a request.
type recorder struct{ answer }

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.body = append(w.body, b...)
	return len(b), nil
}

// errReset is a connection that broke before there was an answer.
var errReset = errors.New("connection reset by peer")

// never waits until the request is given up.
func never(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
