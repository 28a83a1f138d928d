package syncrotest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// RoundTripper returns a transport that answers every request from the account
// without a socket, whatever host its URL names. All its requests come from one
// address, 127.0.0.1, for the rate limit. It starts no goroutine.
func (a *Account) RoundTripper() http.RoundTripper { return inProcess{a} }

type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	served := req.Clone(req.Context())
	served.RemoteAddr = "127.0.0.1:0"
	served.RequestURI = req.URL.RequestURI()
	if served.Body == nil {
		served.Body = http.NoBody
	}
	w := &recorder{header: make(http.Header)}
	if !completed(t.handler, w, served) {
		w.cut = true
		if err := req.Context().Err(); err != nil {
			return nil, err
		}
		if w.status == 0 {
			return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
		}
	}
	return w.response(req), nil
}

// completed serves the request and reports false where the handler closed the
// connection.
func completed(handler http.Handler, w http.ResponseWriter, r *http.Request) (whole bool) {
	defer func() {
		if thrown := recover(); thrown != nil && thrown != http.ErrAbortHandler { //nolint:errorlint // a panic's value is compared, as net/http does
			panic(thrown)
		}
	}()
	handler.ServeHTTP(w, r)
	return true
}

// recorder is the ResponseWriter of an in-process request.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	// cut says that the connection ended with the body.
	cut bool
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response(req *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	var body io.Reader = bytes.NewReader(w.body.Bytes())
	if w.cut {
		body = io.MultiReader(body, brokenOff{})
	}
	length := int64(w.body.Len())
	if promised, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64); err == nil {
		length = promised
	}
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.header,
		Body:          io.NopCloser(body),
		ContentLength: length,
		Request:       req,
	}
}

// brokenOff is the end of a connection that wasn't to end yet.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
