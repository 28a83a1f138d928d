package connectortest

import (
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// resumeChecks are the rules about checkpoints.
func resumeChecks() []check {
	return []check{
		{
			name: "a read resumes after every page", live: true,
			rule: "Resuming after a checkpoint may repeat records and, on a source that doesn't move, never skips one.",
			run:  resumes,
		},
		{
			name: "a resumed read goes on where it was",
			rule: "A checkpoint marks a place: honouring it is not reading everything again.",
			run:  goesOn,
		},
		{
			name: "records of one time are not skipped",
			rule: "Resuming never skips a record, also where many have the same time of change and a page ends among them.",
			run:  sameTime,
		},
		{
			name: "a checkpoint that can't be read is stale", live: true,
			rule: "A checkpoint that can't be honoured is the error CodeStaleCheckpoint: never a silent full or empty read.",
			run: func(p *probe) {
				p.fill()
				s := p.open()
				for _, kind := range p.kinds() {
					for _, text := range []connector.Checkpoint{"no checkpoint of anybody's", "{}", "\x00\xff"} {
						p.wantStale(p.read(s, connector.ReadRequest{Kind: kind.Kind, Checkpoint: text}, reading{stop: 1}), kind.Kind, string(text))
					}
				}
			},
		},
		{
			name: "a place that the upstream has forgotten is stale",
			rule: "A checkpoint that can't be honoured is the error CodeStaleCheckpoint: never a silent full or empty read.",
			run:  forgotten,
		},
	}
}

func (p *probe) wantStale(out *readout, kind connector.Kind, what string) {
	if len(out.pages) > 0 || connector.CodeOf(out.err) != connector.CodeStaleCheckpoint {
		p.errorf("read of %s: resumed after %q, it delivered %d pages and the error %v", kind, what, len(out.pages), out.err)
	}
}

func resumes(p *probe) {
	want := p.fill()
	for _, kind := range p.kinds() {
		p.resumesEverywhere(kind.Kind, want[kind.Kind])
	}
}

// resumesEverywhere reads a kind, and the rest of it after each of its pages,
// each time as a host does that was started anew.
func (p *probe) resumesEverywhere(kind connector.Kind, want []connector.Key) {
	s := p.open()
	out := p.all(s, connector.ReadRequest{Kind: kind})
	if missing := out.keys().without(want); missing != "" {
		p.errorf("read of %s: it ended as %s without %s", kind, out.end(), missing)
	}
	got := make(keySet)
	for n, page := range out.pages {
		got.page(page)
		if page.End != connector.More {
			break // the read is over
		}
		s = p.reopen(s)
		rest := p.all(s, connector.ReadRequest{Kind: kind, Checkpoint: page.Checkpoint})
		both := rest.keys()
		both.add(got)
		if missing := both.without(want); missing != "" {
			p.errorf("read of %s: resumed after page %d of %d, it ended as %s without %s", kind, n+1, len(out.pages), rest.end(), missing)
		}
	}
	p.must(s.Close(), "close a session")
}

func goesOn(p *probe) {
	p.fill()
	s := p.open()
	for _, kind := range p.kinds() {
		pages := p.all(s, connector.ReadRequest{Kind: kind.Kind}).pages
		if len(pages) < 4 {
			p.skipf("there are only %d pages of %s", len(pages), kind.Kind)
		}
		first := make(keySet)
		first.page(pages[0])
		rest := p.all(s, connector.ReadRequest{Kind: kind.Kind, Checkpoint: pages[len(pages)-2].Checkpoint}).keys()
		again := 0
		for key := range first {
			if rest[key] {
				again++
			}
		}
		if again == len(first) && again > 0 {
			p.errorf("read of %s: resumed after page %d of %d, it delivered the first page again", kind.Kind, len(pages)-1, len(pages))
		}
	}
}

func sameTime(p *probe) {
	at := time.Date(2025, time.March, 4, 5, 6, 7, 0, time.UTC)
	for _, kind := range p.kinds() {
		p.fresh()
		p.resumesEverywhere(kind.Kind, p.seedAt(kind.Kind, p.several(), at))
	}
}

func forgotten(p *probe) {
	p.needs(p.subject().up.Expire != nil, "Expire")
	want := p.fill()
	for _, kind := range p.kinds() {
		s := p.open()
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{stop: 1})
		p.must(out.err, "read of %s", kind.Kind)
		p.asked(p.subject().up.Expire(), "let places expire")
		s = p.reopen(s)
		rest := p.read(s, connector.ReadRequest{Kind: kind.Kind, Checkpoint: out.checkpoint()}, reading{})
		if rest.err == nil {
			// A place that the upstream doesn't keep can't expire.
			both := rest.keys()
			both.add(out.keys())
			if missing := both.without(want[kind.Kind]); missing != "" {
				p.errorf("read of %s: resumed at a place that the upstream has forgotten, it ended as %s without %s", kind.Kind, rest.end(), missing)
			}
			continue
		}
		p.wantStale(rest, kind.Kind, "a place that the upstream has forgotten")
	}
}
