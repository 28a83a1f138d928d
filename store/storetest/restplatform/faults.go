package restplatform

import (
	"net/http"
	"path"
	"strings"
)

// FaultKind is a way to fail.
type FaultKind int

// The ways to fail. What is called Before happens before anything is done, what
// is called After when the work is done and only the answer is to be sent.
const (
	// DropBefore and DropAfter close the connection without an answer.
	DropBefore FaultKind = iota + 1
	DropAfter
	// HangBefore and HangAfter answer nothing until the client gives up.
	HangBefore
	HangAfter
	// ErrorBefore answers 500 with JSON, ErrorAfter 502 with HTML.
	ErrorBefore
	ErrorAfter
	// Busy answers 429 with the text "Retry later". Nothing is done.
	Busy
	// Forbidden answers 403, as to a key that lacks a right. Nothing is done.
	Forbidden
	// Page answers 200 with an HTML page. The work is done.
	Page
	// Truncate sends half of the answer. The work is done.
	Truncate
	// Flood sends an answer that doesn't end before the client goes away. The
	// work is done.
	Flood
	// Redirect answers 302, to the same path on this server. Nothing is done.
	Redirect
)

// Fault makes some of the requests fail.
type Fault struct {
	// Kind is how they fail.
	Kind FaultKind
	// Method selects requests by their method. Empty: any.
	Method string
	// Path selects requests by their path below the API's, as a pattern of
	// path.Match, such as "/companies/*/assets". Empty: any.
	Path string
	// Every fails every n-th of the selected requests. Zero is 1: each.
	Every int
	// Times ends the fault after so many failures. Zero: it doesn't end.
	Times int
}

// armed is a fault that waits for its requests.
type armed struct {
	Fault

	seen, failed int
}

// Fault arms a fault until lift is called. Where several select a request, the
// one that was armed first hits it.
func (s *Server) Fault(f Fault) (lift func()) {
	a := &armed{Fault: f}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, a)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		a.Times, a.failed = 1, 1
	}
}

// hits reports whether the fault hits a request, and counts it.
func (a *armed) hits(r *http.Request) bool {
	if a.Method != "" && a.Method != r.Method || a.Times > 0 && a.failed >= a.Times {
		return false
	}
	if selected, err := path.Match(a.Path, strings.TrimPrefix(r.URL.Path, apiPath)); a.Path != "" && (err != nil || !selected) {
		return false
	}
	if a.seen++; a.seen%max(a.Every, 1) != 0 {
		return false
	}
	a.failed++
	return true
}

// failBefore fails a request that nothing is to be done for.
func (s *Server) failBefore(w http.ResponseWriter, r *http.Request, entry int, kind FaultKind) bool {
	answer := &recorder{header: http.Header{}}
	switch kind {
	case DropBefore:
		panic(http.ErrAbortHandler)
	case HangBefore:
		<-r.Context().Done()
		return true
	case ErrorBefore:
		answer.fail(http.StatusInternalServerError, "application/json", `{"status":500,"error":"Internal Server Error"}`)
	case Busy:
		answer.header.Set("Retry-After", "30")
		answer.fail(http.StatusTooManyRequests, "text/plain", "Retry later\n")
	case Forbidden:
		answer.fail(http.StatusForbidden, "application/json", `{"error":"Your key does not allow this"}`)
	case Redirect:
		answer.header.Set("Location", r.URL.String())
		answer.fail(http.StatusFound, "text/html", "<html><body>You are being redirected.</body></html>")
	default:
		return false
	}
	s.send(w, entry, answer)
	return true
}

// failAfter loses the answer of a request that was carried out.
func (s *Server) failAfter(w http.ResponseWriter, r *http.Request, entry int, kind FaultKind, answer *recorder) bool {
	switch kind {
	case DropAfter:
		panic(http.ErrAbortHandler)
	case HangAfter:
		<-r.Context().Done()
		return true
	case ErrorAfter:
		answer.body.Reset()
		answer.fail(http.StatusBadGateway, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>")
	case Page:
		answer.body.Reset()
		answer.fail(http.StatusOK, "text/html", "<!DOCTYPE html><html><body>Please sign in.</body></html>")
	case Truncate:
		whole := answer.body.Len()
		answer.body.Truncate(whole / 2)
		s.send(w, entry, answer)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case Flood:
		flood(w, r)
		return true
	default:
		return false
	}
	s.send(w, entry, answer)
	return true
}

func (a *recorder) fail(status int, kind, body string) {
	a.status = status
	a.header.Set("Content-Type", kind)
	a.body.WriteString(body)
}

// flood sends JSON that goes on until nobody reads it.
func flood(w http.ResponseWriter, r *http.Request) {
	chunk := []byte(strings.Repeat(" ", 32<<10))
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}
