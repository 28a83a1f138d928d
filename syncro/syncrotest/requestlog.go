package syncrotest

import (
	"net/url"
	"slices"
	"time"
)

// Request is one request that the account answered. What it carried to prove
// itself is not kept.
type Request struct {
	// Method is the HTTP method.
	Method string
	// Path is the path, such as "/api/v1/customers".
	Path string
	// Query holds the parameters; the value of api_key is replaced.
	Query url.Values
	// Status is the answer's HTTP status. Zero: the connection was closed.
	Status int
	// At is when the request came, by the account's clock.
	At time.Time
	// Caller is the address that it came from, without the port.
	Caller string
	// Faults had a hand in the answer, in the order of their turns.
	Faults []Fault
}

// requestLogSize bounds the log of a server that runs for weeks. It is far
// more than one full read of a large account makes.
const requestLogSize = 50_000

type requestLog struct {
	requests []Request
	count    int
}

// Requests returns the answered requests, oldest first. Only the newest 50,000
// are kept.
func (a *Account) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.log.requests)
}

// ForgetRequests empties the log of requests.
func (a *Account) ForgetRequests() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.log.requests = nil
}

// record logs a request and returns its number.
func (a *Account) record(x *exchange) int {
	r := x.request
	query := r.URL.Query()
	if query.Has("api_key") {
		query.Set("api_key", "[redacted]")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.log.count++
	if len(a.log.requests) >= requestLogSize {
		a.log.requests = slices.Delete(a.log.requests, 0, requestLogSize/10)
	}
	a.log.requests = append(a.log.requests, Request{
		Method: r.Method, Path: r.URL.Path, Query: query, Status: x.out.status, At: x.at,
		Caller: callerIP(r), Faults: x.struck,
	})
	return a.log.count
}
