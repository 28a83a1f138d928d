package connectortest

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// fault is something that goes wrong with a request.
type fault struct {
	// name says what, as in "503".
	name string
	// from is the number of requests that go well before. times is how often it
	// takes place. Zero: for good.
	from, times int
	// after says that the fake is asked first, so that only a request that can be
	// made twice may be struck.
	after bool
	// codes are those that an error because of it may have. Nil: any.
	codes []connector.Code
	// make answers the request. ask has the fake answer.
	make func(r *http.Request, ask func() answer) (answer, error)
}

// at returns the fault, taking place after some requests, so many times.
func (f fault) at(from, times int) *fault {
	f.from, f.times = from, times
	return &f
}

// refusedFor is how long the upstream asks to wait, where it says so.
const refusedFor = 2 * time.Second

// passingFaults are those that a second try heals.
func passingFaults() []fault {
	unavailable := []connector.Code{connector.CodeUnavailable}
	limited := []connector.Code{connector.CodeRateLimited}
	return []fault{
		{name: "429 without Retry-After", codes: limited, make: refusal(http.StatusTooManyRequests, nil)},
		{
			name: "429 with Retry-After in seconds", codes: limited,
			make: refusal(http.StatusTooManyRequests, func() string { return "2" }),
		},
		{
			name: "429 with Retry-After as a date", codes: limited,
			make: refusal(http.StatusTooManyRequests, func() string {
				return time.Now().Add(refusedFor).UTC().Format(http.TimeFormat)
			}),
		},
		{name: "500", codes: unavailable, make: refusal(http.StatusInternalServerError, nil)},
		{name: "502 with a web page", codes: unavailable, make: webPage(http.StatusBadGateway)},
		{name: "503", codes: unavailable, make: refusal(http.StatusServiceUnavailable, nil)},
		{name: "504", codes: unavailable, make: refusal(http.StatusGatewayTimeout, nil)},
		{
			name: "a connection that breaks", codes: unavailable,
			make: func(*http.Request, func() answer) (answer, error) { return answer{}, errReset },
		},
		spoiled("an answer that breaks off", func(a answer) answer {
			a.body, a.broken = a.body[:len(a.body)/2], true
			return a
		}),
		spoiled("an answer that is cut short", func(a answer) answer {
			a.body = a.body[:len(a.body)/2]
			return a
		}),
		spoiled("a 200 without a body", func(a answer) answer {
			a.body = nil
			return a
		}),
	}
}

// lastingFaults are those that mean something else than what was asked for.
func lastingFaults() []fault {
	return append(passingFaults(),
		fault{name: "401", codes: []connector.Code{connector.CodeAuth}, make: echo(http.StatusUnauthorized)},
		fault{name: "403", codes: []connector.Code{connector.CodePermission, connector.CodeAuth}, make: echo(http.StatusForbidden)},
		fault{name: "400", make: echo(http.StatusBadRequest)},
		fault{name: "a web page with the status 200", make: webPage(http.StatusOK)},
		fault{name: "a redirect", make: func(*http.Request, func() answer) (answer, error) {
			return answer{status: http.StatusFound, header: http.Header{"Location": {"https://elsewhere.example/login"}}}, nil
		}},
		fault{name: "JSON of another shape", after: true, make: func(_ *http.Request, ask func() answer) (answer, error) {
			a := ask()
			if a.status == http.StatusOK && bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{")) {
				a.body = []byte("{}")
			}
			return a, nil
		}},
	)
}

// spoiled is a fault in an answer that was a good one.
func spoiled(name string, spoil func(answer) answer) fault {
	return fault{name: name, after: true, make: func(_ *http.Request, ask func() answer) (answer, error) {
		a := ask()
		if a.status == http.StatusOK && len(a.body) > 0 {
			a = spoil(a)
		}
		return a, nil
	}}
}

// refusal answers with a status, and with what Retry-After says if there is one.
func refusal(status int, retryAfter func() string) func(*http.Request, func() answer) (answer, error) {
	return func(*http.Request, func() answer) (answer, error) {
		a := answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(`{"error":"not now"}`)}
		if retryAfter != nil {
			a.header.Set("Retry-After", retryAfter())
		}
		return a, nil
	}
}

// echo answers with a status and, as debug pages do, with all that was asked.
func echo(status int) func(*http.Request, func() answer) (answer, error) {
	return func(r *http.Request, _ func() answer) (answer, error) {
		var said []string
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			said = append(said, name+" "+strings.Join(r.Header[name], " "))
		}
		text := "refused " + r.URL.String() + " " + strings.Join(said, ", ")
		text = strings.NewReplacer(`\`, ``, `"`, `'`).Replace(text)
		header := http.Header{"Content-Type": {"application/json"}}
		return answer{status: status, header: header, body: []byte(`{"error":"` + text + `","message":"` + text + `"}`)}, nil
	}
}

// pageText stands in every web page that the suite answers with. It is no
// business of an error's.
const pageText = "your-session-at-the-portal-has-ended"

func webPage(status int) func(*http.Request, func() answer) (answer, error) {
	return func(*http.Request, func() answer) (answer, error) {
		return answer{
			status: status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body: []byte("<!doctype html><html><body><p>" + pageText + "</p></body></html>"),
		}, nil
	}
}

// stalled is an upstream that never answers.
func stalled() fault {
	return fault{name: "no answer", make: func(r *http.Request, _ func() answer) (answer, error) {
		return answer{}, never(r.Context())
	}}
}

// tooBig answers 504 for whatever is larger than most.
func tooBig(most int) fault {
	return fault{name: "504 for large answers", after: true, make: func(_ *http.Request, ask func() answer) (answer, error) {
		if a := ask(); cmp.Or(a.status, http.StatusOK) != http.StatusOK || len(a.body) <= most {
			return a, nil
		}
		return answer{status: http.StatusGatewayTimeout, body: []byte("upstream request timeout")}, nil
	}}
}
