package syncrotest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strconv"
	"time"
)

const apiPath = "/api/v1"

const jsonType = "application/json; charset=utf-8"

// reply is a whole answer before it is sent: what stands in front of the
// account can look at it, change it, or answer without asking further.
type reply struct {
	status      int
	contentType string
	header      http.Header
	body        []byte
	// rows is how many rows of a list are in the body.
	rows int
	// cut ends the connection after the body. length is what was promised;
	// zero is the body's.
	cut    bool
	length int
}

// ServeHTTP answers one request of Syncro's API.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{account: a, request: r, at: a.opt.Now()}
	x.run()
	number := a.record(x)
	if !wait(r.Context(), x.delay) {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	if x.out.cut && len(x.out.body) == 0 {
		panic(http.ErrAbortHandler) // how a handler closes the connection
	}
	header := w.Header()
	maps.Copy(header, x.out.header)
	header.Set("Content-Type", x.out.contentType)
	header.Set("X-Request-Id", requestID(a.opt.Seed, number))
	if x.out.length > 0 {
		header.Set("Content-Length", strconv.Itoa(x.out.length))
	}
	w.WriteHeader(x.out.status)
	if r.Method != http.MethodHead {
		// A caller that is gone has nobody to tell.
		_, _ = w.Write(x.out.body)
	}
	if x.out.cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// wait waits, and reports false if ctx ended before.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// run decides in the order that Syncro does: the rate limit stands before the
// application, and the path is looked up before the token.
func (x *exchange) run() {
	a := x.account
	routed := false
	x.call, routed = route(x.request)
	if !a.limiter.admit(callerIP(x.request), x.at) {
		x.out = rateLimited()
		return
	}
	if x.strike(stageGate); x.answered {
		return
	}
	switch {
	case !routed:
		x.out = reply{status: http.StatusNotFound, contentType: "text/html; charset=utf-8", body: []byte(noRoutePage)}
	case !a.authorized(x.request) || !a.allowed(x.call.right):
		x.out = unauthorized()
	default:
		x.serve()
	}
	x.strike(stageWire)
}

// serve lets the application answer.
func (x *exchange) serve() {
	a := x.account
	x.call.sees = a.sees()
	if x.call.list != "" {
		a.runScript(x.call.list, x.call.page)
	}
	if x.strike(stageCall); !x.answered {
		x.out = x.call.serve(a, x.call)
	}
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

func jsonReply(status int, body any) reply {
	encoded, err := json.Marshal(body)
	if err != nil {
		// Rows hold only what encodes, see cloneValue.
		return plainText(http.StatusInternalServerError, err.Error())
	}
	return reply{status: status, contentType: jsonType, body: encoded}
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
