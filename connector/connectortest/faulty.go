package connectortest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// faultChecks are the rules about faults of the upstream, each of them at every
// request of a read.
func faultChecks() []check {
	return []check{
		{
			name: "a fault that passes loses nothing",
			rule: "A fault that passes is outlived, or it is an error after which the read can be resumed: never a short read.",
			run:  passing,
		},
		{
			name: "a fault that stays is an error with its code",
			rule: "An error ends the read and is never swallowed; its code says what has to be done.",
			run:  lasting,
		},
		{
			name: "Retry-After is waited for",
			rule: "An upstream that says how long to wait gets it: no request comes earlier, or the error's RetryAfter says so. A number that is out of all bounds is no reason to try at once.",
			run:  retryAfter,
		},
		{
			name: "a page that the upstream can't make is asked for in parts",
			rule: "A 504 for a large page is answered by asking for smaller ones, or with CodeUnavailable: never by leaving the page out.",
			run:  largePages,
		},
		{
			name: "a list that goes in circles ends",
			rule: "A read ends, whatever the upstream answers.",
			run:  circles,
		},
	}
}

// passes lists the codes of an error after which a read may be resumed.
var passes = [...]connector.Code{connector.CodeRateLimited, connector.CodeUnavailable, connector.CodeProtocol, connector.CodeIncomplete}

func passing(p *probe) {
	want := p.fill()
	for _, kind := range p.kinds() {
		p.eachRequest(kind.Kind, func(at int) {
			for _, f := range p.passingFaults() {
				p.outlives(kind.Kind, want[kind.Kind], f.at(at, 1), fmt.Sprintf("request %d met %s", at+1, f.name))
			}
		})
	}
}

// outlives reads a kind through a fault, and goes on after it as an engine does.
func (p *probe) outlives(kind connector.Kind, want []connector.Key, f *fault, when string) {
	w := p.subject().wire
	s := p.open()
	w.set(f)
	out := p.read(s, connector.ReadRequest{Kind: kind}, reading{})
	happened := w.happened()
	w.set(nil)
	got := out.keys()
	if code := connector.CodeOf(out.err); out.err != nil {
		if !slices.Contains(passes[:], code) || len(f.codes) > 0 && !slices.Contains(f.codes, code) {
			p.errorf("read of %s: when %s, the code of the error is %q: %w", kind, when, code, out.err)
		}
		s = p.reopen(s)
		rest := p.all(s, connector.ReadRequest{Kind: kind, Checkpoint: out.checkpoint()})
		got.add(rest.keys())
	}
	if missing := got.without(want); happened && missing != "" {
		p.errorf("read of %s: when %s, it ended as %s without %s", kind, when, out.end(), missing)
	}
	p.must(s.Close(), "close a session")
}

func lasting(p *probe) {
	want := p.fill()
	for _, kind := range p.kinds() {
		p.eachRequest(kind.Kind, func(at int) {
			for _, f := range p.lastingFaults() {
				p.fails(kind.Kind, want[kind.Kind], f.at(at, 0), fmt.Sprintf("from request %d on there is %s", at+1, f.name))
			}
		})
	}
}

// fails reads a kind through a fault that stays. The read may only end well if
// it did without the requests that failed.
func (p *probe) fails(kind connector.Kind, want []connector.Key, f *fault, when string) {
	w := p.subject().wire
	s := p.open()
	w.set(f)
	out := p.read(s, connector.ReadRequest{Kind: kind}, reading{})
	happened := w.happened()
	w.set(nil)
	p.must(s.Close(), "close a session")
	missing := out.keys().without(want)
	switch code := connector.CodeOf(out.err); {
	case !happened:
	case out.err == nil && missing != "":
		p.errorf("read of %s: when %s, it ended as %s without %s", kind, when, out.end(), missing)
	case out.err == nil:
	case len(f.codes) > 0 && !slices.Contains(f.codes, code):
		p.errorf("read of %s: when %s, the code of the error is %q, not %v: %w", kind, when, code, f.codes, out.err)
	case code == connector.CodeNotFound || code == connector.CodeCanceled || code == connector.CodeStaleCheckpoint:
		p.errorf("read of %s: when %s, the code of the error is %q, which says something else: %w", kind, when, code, out.err)
	}
}

func retryAfter(p *probe) {
	p.fill()
	kind := p.kinds()[0].Kind
	date := func() string { return time.Now().Add(3 * time.Second).UTC().Format(http.TimeFormat) }
	for _, asked := range []struct {
		header func() string
		least  time.Duration
	}{
		{func() string { return "2" }, 2 * time.Second},
		{date, 2 * time.Second}, // a date has no fractions of seconds
		{func() string { return time.Now().Add(3 * time.Second).UTC().Format(time.RFC850) }, 2 * time.Second},
		{func() string { return time.Now().Add(3 * time.Second).UTC().Format(time.ANSIC) }, 2 * time.Second},
		{func() string { return "9223372037" }, time.Minute},
		{func() string { return "99999999999999999999999" }, time.Minute},
	} {
		p.eachRequest(kind, func(at int) {
			p.waits(kind, (&fault{make: refusal(http.StatusTooManyRequests, asked.header)}).at(at, 1), at, asked.least, asked.header())
		})
	}
	for _, f := range p.worded(wording{http.StatusTooManyRequests, refusedFor, connector.CodeRateLimited}) {
		p.eachRequest(kind, func(at int) { p.waits(kind, f.at(at, 1), at, refusedFor, "2 in the upstream's own words") })
	}
}

// waits looks at what follows request at, which is refused for a while.
func (p *probe) waits(kind connector.Kind, f *fault, at int, least time.Duration, header string) {
	w := p.subject().wire
	s := p.open()
	before := w.count()
	w.set(f)
	// One that has to wait for very long may say so by a deadline.
	out := p.read(s, connector.ReadRequest{Kind: kind}, reading{})
	happened := w.happened()
	w.set(nil)
	p.must(s.Close(), "close a session")
	sent := w.requests()[before:]
	switch {
	case !happened:
	case len(sent) > at+1:
		if waited := sent[at+1].at.Sub(sent[at].at); waited < least {
			p.errorf("read of %s: refused with Retry-After %q, the next request came after %s", kind, header, waited)
		}
	case out.err == nil:
		// Nothing followed, and the read is whole: it did without.
	case connector.RetryAfter(out.err) < least:
		p.errorf("read of %s: refused with Retry-After %q, the error asks to wait for %s: %w", kind, header, connector.RetryAfter(out.err), out.err)
	}
}

func largePages(p *probe) {
	for _, kind := range p.kinds() {
		// Nothing else is there, so that the answers are of one size.
		p.fresh()
		want := p.seed(kind.Kind, p.several())
		shrinks := slices.Contains(p.subject().up.Shrinks, kind.Kind)
		w := p.subject().wire
		s := p.open()
		largest := 0
		w.set(&fault{after: true, make: func(_ *http.Request, ask func() answer) (answer, error) {
			a := ask()
			largest = max(largest, len(a.body))
			return a, nil
		}})
		p.all(s, connector.ReadRequest{Kind: kind.Kind})
		s = p.reopen(s)
		w.set(tooBig(largest*3/4).at(0, 0))
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
		w.set(nil)
		p.must(s.Close(), "close a session")
		missing := out.keys().without(want)
		switch code := connector.CodeOf(out.err); {
		case shrinks && (out.err != nil || missing != ""):
			p.errorf("read of %s: with 504 for large answers it lacks %q, and its error is %v", kind.Kind, missing, out.err)
		case out.err == nil && missing != "":
			p.errorf("read of %s: with 504 for large answers it ended as %s without %s", kind.Kind, out.end(), missing)
		case out.err != nil && code != connector.CodeUnavailable && code != connector.CodeTooLarge:
			p.errorf("read of %s: with 504 for large answers the code of its error is %q: %w", kind.Kind, code, out.err)
		}
	}
}

// circles answers every list from some request on with the same page.
func circles(p *probe) {
	want := p.fill()
	for _, kind := range p.kinds() {
		p.eachRequest(kind.Kind, func(at int) {
			var same *answer
			w := p.subject().wire
			s := p.open()
			w.set(&fault{from: at, after: true, make: func(_ *http.Request, ask func() answer) (answer, error) {
				if same == nil {
					a := ask()
					same = &a
				}
				return *same, nil
			}})
			out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
			w.set(nil)
			p.must(s.Close(), "close a session")
			if missing := out.keys().without(want[kind.Kind]); out.err == nil && missing != "" && out.end() == connector.Exhaustive {
				p.errorf("read of %s: when all answers are the same from request %d on, it claims to be exhaustive without %s", kind.Kind, at+1, missing)
			}
		})
	}
}
