package connectortest

import (
	"context"
	"errors"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// stopChecks are the rules about the end of a read before its last page.
func stopChecks() []check {
	return []check{
		{
			name: "opening makes no request",
			rule: "Open makes no request: an upstream that is down shows at the first read or check.",
			run: func(p *probe) {
				p.subject().wire.set(&fault{make: refusal(503, nil)})
				p.open()
				settle()
				if n := p.subject().wire.count(); n > 0 {
					p.errorf("it made %d", n)
				}
			},
		},
		{
			name: "nothing happens after the consumer stopped", live: true,
			rule: "After the consumer stops there is no further page, goroutine or request.",
			run:  earlyStop,
		},
		{
			name: "a cancelled read ends", live: true,
			rule: "Cancelling ctx ends the sequence within the one request in flight, with CodeCanceled.",
			run:  canceled,
		},
		{
			name: "a request that is cancelled on its way ends the read",
			rule: "Cancelling ctx ends the sequence within the one request in flight, with CodeCanceled.",
			run:  canceledOnItsWay,
		},
		{
			name: "a deadline ends a read",
			rule: "A read whose context has a deadline ends at that time, with CodeCanceled.",
			run:  deadline,
		},
		{
			name: "a closed session reads nothing", live: true,
			rule: "Reads in flight at Close end with CodeCanceled, no read begins later, and closing twice is no error.",
			run:  closed,
		},
		{
			name: "a closed session leaves nothing running",
			rule: "Close releases what the session holds: no goroutine outlives it.",
			run:  nothingLeft,
		},
	}
}

func earlyStop(p *probe) {
	p.fill()
	for _, kind := range p.kinds() {
		s := p.open()
		most := max(p.subject().pages, 3)
		for stop := 1; stop <= most; stop++ {
			before := p.running()
			out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{stop: stop})
			p.must(out.err, "read of %s", kind.Kind)
			if w := p.subject().wire; w != nil {
				sent := w.count()
				settle()
				if more := w.count() - sent; more > 0 {
					p.errorf("read of %s: stopped after page %d, it made %d more requests", kind.Kind, stop, more)
				}
				if more := p.running() - before; more > 0 {
					p.errorf("read of %s: stopped after page %d, it left %d goroutines running", kind.Kind, stop, more)
				}
			}
			if out.end() != connector.More {
				break
			}
		}
		p.must(s.Close(), "close a session")
	}
}

// wantCanceled notes a read that was stopped and doesn't say so.
func (p *probe) wantCanceled(kind connector.Kind, out *readout, when string) {
	if connector.CodeOf(out.err) != connector.CodeCanceled {
		p.errorf("read of %s: %s, it delivered %d pages and the error %v, not one with CodeCanceled", kind, when, len(out.pages), out.err)
	}
}

func canceled(p *probe) {
	p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		ctx, cancel := context.WithCancel(p.ctx)
		cancel()
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{ctx: ctx})
		p.wantCanceled(kind.Kind, out, "cancelled before it began")
		if len(out.pages) > 0 {
			p.errorf("read of %s: cancelled before it began, it delivered a page", kind.Kind)
		}

		ctx, cancel = context.WithCancel(p.ctx)
		sent := 0
		out = p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{ctx: ctx, between: func(int) {
			cancel()
			if w := p.subject().wire; w != nil {
				sent = w.count()
			}
		}})
		cancel()
		if out.end() == connector.More {
			p.wantCanceled(kind.Kind, out, "cancelled after its first page")
		}
		if w := p.subject().wire; w != nil && w.count() > sent+1 {
			p.errorf("read of %s: cancelled, it made %d more requests", kind.Kind, w.count()-sent)
		}
	}
}

// eachRequest calls fn with the number of each request of a clean read, from 0.
func (p *probe) eachRequest(kind connector.Kind, fn func(at int)) {
	w := p.subject().wire
	before := w.count()
	s := p.open()
	p.all(s, connector.ReadRequest{Kind: kind})
	p.must(s.Close(), "close a session")
	for at := range w.count() - before {
		fn(at)
	}
}

func canceledOnItsWay(p *probe) {
	p.fill()
	for _, kind := range p.kinds() {
		p.eachRequest(kind.Kind, func(at int) {
			s := p.open()
			w := p.subject().wire
			w.set(stalled().at(at, 0))
			ctx, cancel := context.WithCancel(p.ctx)
			stop := time.AfterFunc(time.Second, cancel)
			defer stop.Stop()
			before := w.count()
			out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{ctx: ctx})
			cancel()
			p.wantCanceled(kind.Kind, out, "cancelled while a request had no answer")
			settle()
			if more := w.count() - before - at - 1; more > 0 {
				p.errorf("read of %s: cancelled while request %d had no answer, it made %d more", kind.Kind, at+1, more)
			}
			w.set(nil)
			p.must(s.Close(), "close a session")
		})
	}
}

func deadline(p *probe) {
	p.fill()
	const allowed, late = 2 * time.Second, time.Second
	for _, kind := range p.kinds() {
		for _, f := range []fault{stalled(), {name: "429", make: refusal(429, nil)}} {
			s := p.open()
			p.subject().wire.set(&f)
			ctx, cancel := context.WithTimeout(p.ctx, allowed)
			start := time.Now()
			out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{ctx: ctx})
			cancel()
			// Whoever sees that the deadline will pass before the next try may give
			// up at once, and for the true reason.
			if code := connector.CodeOf(out.err); code != connector.CodeCanceled && (code != connector.CodeRateLimited || f.name != "429") {
				p.wantCanceled(kind.Kind, out, "past its deadline ("+f.name+")")
			}
			if took := time.Since(start); took > allowed+late {
				p.errorf("read of %s: with a deadline after %s it went on for %s (%s)", kind.Kind, allowed, took, f.name)
			}
			p.subject().wire.set(nil)
			p.must(s.Close(), "close a session")
		}
	}
}

func closed(p *probe) {
	p.fill()
	for _, kind := range p.kinds() {
		s := p.open()
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{between: func(n int) {
			if n == 1 {
				p.must(s.Close(), "close a session whose read goes on")
			}
		}})
		if out.end() == connector.More {
			p.wantCanceled(kind.Kind, out, "closed after its first page")
		}
		if err := s.Close(); err != nil {
			p.errorf("closing twice is the error %w", err)
		}
		p.wantCanceled(kind.Kind, p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{}), "begun after Close")
		if w := p.subject().wire; w != nil {
			p.closedOnItsWay(kind.Kind, w)
		}
	}
}

// closedOnItsWay closes a session whose request has no answer.
func (p *probe) closedOnItsWay(kind connector.Kind, w *wire) {
	s := p.open()
	w.set(&fault{make: stalled().make})
	ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
	defer cancel()
	stop := time.AfterFunc(time.Second, func() { _ = s.Close() })
	defer stop.Stop()
	out := p.read(s, connector.ReadRequest{Kind: kind}, reading{ctx: ctx})
	w.set(nil)
	if p.wantCanceled(kind, out, "closed while a request had no answer"); errors.Is(ctx.Err(), context.DeadlineExceeded) {
		p.errorf("read of %s: Close didn't end it", kind)
	}
}

func nothingLeft(p *probe) {
	p.fill()
	before := p.running()
	for _, kind := range p.kinds() {
		s := p.open()
		p.all(s, connector.ReadRequest{Kind: kind.Kind})
		p.must(s.Close(), "close a session")
	}
	settle()
	if more := p.running() - before; more > 0 {
		p.errorf("%d goroutines of closed sessions are still running", more)
	}
}
