package connectortest

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// shownChecks are the rules about what may be seen of a connector's work.
func shownChecks() []check {
	return []check{
		{
			name: "no credential is shown", live: true,
			rule: "No credential stands in an error, a log line of any level, a record, a checkpoint or a progress report, not even where the upstream repeats it.",
			run:  secretsHidden,
		},
		{
			name: "an error shows neither a query nor a web page",
			rule: "The text of an error and of a log line holds no query string and no unredacted body.",
			run:  errorsRedacted,
		},
	}
}

// workout has a session do everything that it can, and lets it fail.
func (p *probe) workout() {
	want := p.fill()
	p.everything(p.open())
	w := p.subject().wire
	if w == nil {
		return
	}
	for _, kind := range p.kinds() {
		for _, f := range p.lastingFaults() {
			p.eachRequest(kind.Kind, func(at int) {
				s := p.open()
				w.set(f.at(at, 0))
				p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
				w.set(f.at(0, 0))
				if get := connector.FeaturesOf(s).Get; get != nil && at == 0 {
					_, err := get(p.ctx, kind.Kind, want[kind.Kind][0])
					p.subject().shown.error(err)
				}
				if check := connector.FeaturesOf(s).Check; check != nil && at == 0 {
					_, err := check(p.ctx)
					p.subject().shown.error(err)
				}
				w.set(nil)
				p.must(s.Close(), "close a session")
			})
		}
	}
}

// noKind is a kind that no connector declares.
const noKind connector.Kind = "no-such-kind"

// everything uses what a session can do.
func (p *probe) everything(s connector.Session) {
	shown := &p.subject().shown
	for _, kind := range p.kinds() {
		p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
		p.read(s, connector.ReadRequest{Kind: kind.Kind, Checkpoint: "no checkpoint of anybody's"}, reading{})
	}
	p.read(s, connector.ReadRequest{Kind: noKind}, reading{})
	f := connector.FeaturesOf(s)
	if f.Check != nil {
		result, err := f.Check(p.ctx)
		shown.error(err)
		shown.text("a connection check", strings.Join(append(result.Notes, result.Account.ID, result.Account.Name, result.Account.User), "\n"))
	}
	if f.Count != nil {
		_, err := f.Count(p.ctx, p.kinds()[0].Kind)
		shown.error(err)
	}
	if f.Discover != nil {
		_, err := f.Discover(p.ctx)
		shown.error(err)
	}
	if f.Get != nil {
		_, err := f.Get(p.ctx, p.kinds()[0].Kind, "no-such-record")
		shown.error(err)
		_, err = f.Get(p.ctx, noKind, "1")
		shown.error(err)
	}
}

func secretsHidden(p *probe) {
	for name, secret := range p.subject().Options.Config.Secrets {
		if n := len(secret.Reveal()); n > 0 && n < minSecret {
			p.errorf("the credential %q has less than %d characters: it can't be told from other text", name, minSecret)
		}
	}
	p.workout()
	leaks := p.subject().shown.leaks(nil)
	for _, leak := range leaks[:min(len(leaks), 5)] {
		p.errorf("%s", leak)
	}
}

func errorsRedacted(p *probe) {
	p.workout()
	hidden := []string{pageText}
	for _, request := range p.subject().wire.requests() {
		if len(request.query) > 5 && !slices.Contains(hidden, request.query) {
			hidden = append(hidden, request.query)
		}
	}
	leaks := p.subject().shown.leaks(hidden)
	for _, leak := range leaks[:min(len(leaks), 5)] {
		p.errorf("%s", leak)
	}
}
