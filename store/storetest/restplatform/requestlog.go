package restplatform

import (
	"net/http"
	"slices"
	"strings"
)

// Request is a request that the server got.
type Request struct {
	// Method and Path say what was asked for. The path is below the API's.
	Method, Path string
	// Query is the query string.
	Query string
	// Body is the body.
	Body string
	// Done says that it was carried out, whatever became of the answer.
	Done bool
	// Status is what was answered. Zero: nothing was, or not whole.
	Status int
}

// Requests returns all requests so far, in the order in which they came.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// begin logs a request, and returns its place in the log and how it is to fail.
func (s *Server) begin(r *http.Request, body []byte) (int, FaultKind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, Request{
		Method: r.Method, Path: strings.TrimPrefix(r.URL.Path, apiPath), Query: r.URL.RawQuery, Body: string(body),
	})
	for _, f := range s.faults {
		if f.hits(r) {
			return len(s.log) - 1, f.Kind
		}
	}
	return len(s.log) - 1, 0
}

// note changes an entry of the log.
func (s *Server) note(entry int, fn func(q *Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn(&s.log[entry])
}
