package connectortest

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// hostChecks are the rules about the way back to the host.
func hostChecks() []check {
	return []check{
		{
			name: "every request waits for its turn",
			rule: "The budget of requests belongs to the host: each request, a repeated one too, is preceded by Host.Pace.",
			run:  paced,
		},
		{
			name: "a turn that is refused ends the read",
			rule: "Where Host.Pace answers an error no request is made, and the read ends with an error.",
			run:  refusedTurn,
		},
		{
			name: "a replaced credential is used once it is saved",
			rule: "The session goes on with a replaced credential only after Host.SaveSecret returned nil.",
			run:  unsavedSecret,
		},
		{
			name: "a replaced credential outlives whoever gave up",
			rule: "A caller that stops while a credential is being replaced is not the end of it: the new one is saved, because the old one may not work again.",
			run:  givenUp,
		},
	}
}

// limited ends the check where the connector declares no limit.
func (p *probe) limited() {
	if len(p.subject().Connector.Info().Limits) == 0 {
		p.skipf("the connector declares no limit")
	}
}

func paced(p *probe) {
	p.limited()
	p.fill()
	for _, kind := range p.kinds() {
		for _, f := range []*fault{nil, (&fault{make: refusal(503, nil)}).at(1, 1), (&fault{make: refusal(429, func() string { return "1" })}).at(0, 1)} {
			s := p.open()
			p.subject().wire.set(f)
			sent, turns := p.subject().wire.count(), p.turns()
			p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
			p.subject().wire.set(nil)
			sent, turns = p.subject().wire.count()-sent, p.turns()-turns
			p.must(s.Close(), "close a session")
			if turns < sent {
				p.errorf("read of %s: it made %d requests and asked for %d turns", kind.Kind, sent, turns)
			}
		}
	}
}

func (p *probe) turns() (n int) {
	p.subject().set(func(s *subject) { n = s.paced })
	return n
}

func refusedTurn(p *probe) {
	p.limited()
	p.fill()
	refused := errors.New("the host has no turns left")
	for _, kind := range p.kinds() {
		s := p.open()
		sent := 0
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{between: func(int) {
			p.subject().set(func(s *subject) { s.refusePace = refused })
			sent = p.subject().wire.count()
		}})
		p.subject().set(func(s *subject) { s.refusePace = nil })
		if out.err == nil && len(out.pages) > 2 {
			p.errorf("read of %s: refused a turn after its first page, it delivered %d pages", kind.Kind, len(out.pages))
		}
		if more := p.subject().wire.count() - sent; len(out.pages) > 0 && more > 1 {
			p.errorf("read of %s: refused a turn, it made %d more requests", kind.Kind, more)
		}
	}
}

func unsavedSecret(p *probe) {
	p.fill()
	kind := p.kinds()[0].Kind
	p.all(p.open(), connector.ReadRequest{Kind: kind})
	saved := 0
	if p.subject().set(func(s *subject) { saved = s.saved }); saved == 0 {
		p.skipf("the upstream replaced no credential")
	}
	p.fresh()
	p.fill()
	refused := errors.New("the host's disk is full")
	p.subject().set(func(s *subject) { s.refuseSave = refused })
	out := p.read(p.open(), connector.ReadRequest{Kind: kind}, reading{})
	if out.err == nil || len(out.pages) > 0 {
		p.errorf("read of %s: the replaced credential was not saved, and it went on for %d pages with the error %v", kind, len(out.pages), out.err)
	}
}

// givenUp stops a read while each of its requests is being answered. The answer
// comes too late for the read, and still the account has to be usable.
func givenUp(p *probe) {
	p.fill()
	kind := p.kinds()[0].Kind
	p.eachRequest(kind, func(at int) {
		w := p.subject().wire
		s := p.open()
		w.set((&fault{make: func(r *http.Request, ask func() answer) (answer, error) {
			a := ask()
			late := time.NewTimer(3 * time.Second)
			defer late.Stop()
			select {
			case <-late.C:
				return a, nil
			case <-r.Context().Done():
				return answer{}, r.Context().Err()
			}
		}}).at(at, 1))
		ctx, cancel := context.WithCancel(p.ctx)
		stop := time.AfterFunc(time.Second, cancel)
		defer stop.Stop()
		p.read(s, connector.ReadRequest{Kind: kind}, reading{ctx: ctx})
		cancel()
		w.set(nil)
		s = p.reopen(s)
		if out := p.read(s, connector.ReadRequest{Kind: kind}, reading{}); out.err != nil {
			p.errorf("read of %s: after another had been stopped while request %d was answered, it ended with an error: %w", kind, at+1, out.err)
		}
		p.must(s.Close(), "close a session")
	})
}
