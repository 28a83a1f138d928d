package syncrotest

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

const apiPath = "/api/v1"

// reply is a whole answer before it is sent: what stands in front of the
// account can look at it, change it, or answer without asking further.
type reply struct {
	status      int
	contentType string
	body        []byte
}

// ServeHTTP answers one request of Syncro's API.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	at := a.opt.Now()
	out := a.answer(r, at)
	number := a.record(r, out.status, at)
	header := w.Header()
	header.Set("Content-Type", out.contentType)
	header.Set("X-Request-Id", requestID(a.opt.Seed, number))
	w.WriteHeader(out.status)
	if r.Method != http.MethodHead {
		// A caller that is gone has nobody to tell.
		_, _ = w.Write(out.body)
	}
}

// answer decides in the order that Syncro does: the rate limit stands before
// the application, and the path is looked up before the token.
func (a *Account) answer(r *http.Request, at time.Time) reply {
	if !a.admit(callerIP(r), at) {
		return reply{http.StatusTooManyRequests, "text/plain", []byte("Retry later")}
	}
	call, ok := route(r)
	if !ok {
		return reply{http.StatusNotFound, "text/html; charset=utf-8", []byte(noRoutePage)}
	}
	if !a.authorized(r) || !a.allowed(call.right) {
		return unauthorized()
	}
	return call.serve(a, call)
}

const noRoutePage = `<!DOCTYPE html>
<html>
<head><title>404: no such page</title></head>
<body><h1>There is no page at this address.</h1></body>
</html>
`

func (a *Account) authorized(r *http.Request) bool {
	return r.Header.Get("Authorization") == "Bearer "+a.opt.Token
}

func (a *Account) allowed(right Permission) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.denied[right]
}

func (a *Account) admit(caller string, at time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.limiter.admit(caller, at)
}

func callerIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// requestID looks like the UUID that the real header carries.
func requestID(seed uint64, number int) string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", uint32(seed), number)
}

// call is a request that has a route.
type call struct {
	right Permission
	query url.Values
	id    int64
	serve func(*Account, call) reply
}

func jsonReply(status int, body any) reply {
	encoded, err := json.Marshal(body)
	if err != nil {
		// Rows hold only what encodes, see cloneValue.
		return reply{http.StatusInternalServerError, "text/plain", []byte(err.Error())}
	}
	return reply{status, "application/json; charset=utf-8", encoded}
}

func unauthorized() reply {
	return jsonReply(http.StatusUnauthorized, map[string]string{
		"error": "Not authorized. Please ask account admin to update your group permissions.",
	})
}

func notFound() reply {
	return jsonReply(http.StatusNotFound, map[string]string{"message": "Not found"})
}

func assetNotFound() reply {
	return jsonReply(http.StatusNotFound, map[string]string{"error": "Asset not found"})
}
