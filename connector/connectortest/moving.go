package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// movingChecks are the rules about a source that changes while it is read.
func movingChecks() []check {
	return []check{
		{
			name: "Exhaustive is not claimed where a record was missed",
			rule: "Exhaustive: every record that existed throughout was delivered. On a source that moves, a possible skip forbids it.",
			run:  func(p *probe) { p.moves(false) },
		},
		{
			name: "Exhaustive is not claimed by a resumed read that missed a record",
			rule: "On a source that moves, a possible skip forbids Exhaustive, also where the rows moved between two runs.",
			run:  func(p *probe) { p.moves(true) },
		},
		{
			name: "a source that grows is read to its end",
			rule: "Rows that come twice, because others were added before them, are no fault.",
			run:  grows,
		},
		{
			name: "a record that can't be decoded is reported",
			rule: "A record that could not be decoded counts as seen: it stands in Rejected, and the rest goes on, or the read ends with an error. It is never left out.",
			run:  damaged,
		},
	}
}

// move changes the source while a page of it has been delivered.
type move struct {
	name string
	do   func(p *probe, m *moving)
}

// moving is a read during which rows move.
type moving struct {
	kind connector.Kind
	// there are the records that exist from the beginning on.
	there []connector.Key
	// got are those that have been delivered.
	got keySet
}

func (m *moving) delivered(n int) []connector.Key {
	var keys []connector.Key
	for _, key := range m.there {
		if m.got[key] && len(keys) < n {
			keys = append(keys, key)
		}
	}
	return keys
}

func (p *probe) remove(m *moving, keys ...connector.Key) {
	p.needs(p.subject().up.Delete != nil, "Delete")
	for _, key := range keys {
		p.asked(p.subject().up.Delete(m.kind, key), "delete %s %s", m.kind, key)
		m.there = slices.DeleteFunc(m.there, func(k connector.Key) bool { return k == key })
	}
}

func (p *probe) touch(m *moving, keys ...connector.Key) {
	p.needs(p.subject().up.Touch != nil, "Touch")
	for _, key := range keys {
		p.asked(p.subject().up.Touch(m.kind, key), "touch %s %s", m.kind, key)
	}
}

// movesOf are the ways in which rows move.
func movesOf(p *probe) []move {
	up := p.subject().up
	var all []move
	if up.Delete != nil {
		all = append(all,
			move{"a delivered row was deleted", func(p *probe, m *moving) { p.remove(m, m.delivered(1)...) }},
			move{"a delivered row was deleted and another added", func(p *probe, m *moving) {
				p.remove(m, m.delivered(1)...)
				p.seed(m.kind, 1)
			}},
			move{"all delivered rows were deleted", func(p *probe, m *moving) { p.remove(m, m.delivered(len(m.there))...) }},
		)
	}
	if up.Touch != nil {
		all = append(all,
			move{"a delivered row was changed", func(p *probe, m *moving) { p.touch(m, m.delivered(1)...) }},
			move{"the rows that were to come were changed", func(p *probe, m *moving) {
				for _, key := range m.there {
					if !m.got[key] {
						p.touch(m, key)
					}
				}
			}},
		)
	}
	return append(all, move{"rows were added", func(p *probe, m *moving) { p.seed(m.kind, up.PageRows) }})
}

// moves tries every way at every page. Where resumed is set the read is left
// there, and goes on later from its checkpoint.
func (p *probe) moves(resumed bool) {
	if up := p.subject().up; up.Delete == nil && up.Touch == nil {
		p.skipf("the fixture has neither Delete nor Touch")
	}
	for _, kind := range p.kinds() {
		for way := range movesOf(p) {
			for after := 1; p.moved(kind.Kind, way, after, resumed); after++ {
				if after == endless {
					return
				}
			}
		}
	}
}

// moved tries one way after some pages. It reports whether there was a page more.
func (p *probe) moved(kind connector.Kind, way, after int, resumed bool) bool {
	p.fresh()
	m := &moving{kind: kind, there: p.seed(kind, p.several()), got: make(keySet)}
	if kind == p.subject().Connector.Info().Container {
		m.there = append(m.there, p.subject().companies...)
	}
	moves := movesOf(p)
	s := p.open()
	how := reading{page: func(page connector.Page) { m.got.page(page) }}
	if resumed {
		how.stop = after
	} else {
		how.between = func(n int) {
			if n == after {
				moves[way].do(p, m)
			}
		}
	}
	out := p.read(s, connector.ReadRequest{Kind: kind}, how)
	if len(out.pages) < after || resumed && out.end() != connector.More {
		return false
	}
	if resumed {
		p.must(out.err, "read of %s", kind)
		moves[way].do(p, m)
		how.stop = 0
		out = p.read(p.reopen(s), connector.ReadRequest{Kind: kind, Checkpoint: out.checkpoint()}, how)
	}
	if missing := m.got.without(m.there); out.err == nil && out.end() == connector.Exhaustive && missing != "" {
		p.errorf("read of %s: when %s after page %d, it claims to be exhaustive without %s", kind, moves[way].name, after, missing)
	}
	return true
}

func grows(p *probe) {
	for _, kind := range p.kinds() {
		for after := 1; after <= 3; after++ {
			p.fresh()
			want := p.seed(kind.Kind, p.several())
			out := p.read(p.open(), connector.ReadRequest{Kind: kind.Kind}, reading{between: func(n int) {
				if n == after {
					p.seed(kind.Kind, p.subject().up.PageRows+1)
				}
			}})
			when := fmt.Sprintf("when rows were added after page %d", after)
			if out.err != nil {
				p.errorf("read of %s: %s, it ended with an error: %w", kind.Kind, when, out.err)
			} else if missing := out.keys().without(want); missing != "" {
				p.errorf("read of %s: %s, it ended as %s without %s", kind.Kind, when, out.end(), missing)
			}
		}
	}
}

func damaged(p *probe) {
	p.needs(p.subject().up.Damage != nil, "Damage")
	for _, kind := range p.kinds() {
		p.fresh()
		want := p.seed(kind.Kind, p.several())
		broken := want[len(want)/2]
		p.asked(p.subject().up.Damage(kind.Kind, broken), "damage %s %s", kind.Kind, broken)
		s := p.open()
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{})
		missing := out.keys().without(want)
		switch {
		case out.err != nil && connector.CodeOf(out.err) != connector.CodeProtocol:
			p.errorf("read of %s: with a broken row the code of its error is %q: %w", kind.Kind, connector.CodeOf(out.err), out.err)
		case out.err == nil && missing != "":
			p.errorf("read of %s: with %s broken, it ended as %s without %s", kind.Kind, broken, out.end(), missing)
		}
		for _, page := range out.pages {
			for _, r := range page.Rejected {
				if code := connector.CodeOf(r.Err); code != connector.CodeProtocol {
					p.errorf("read of %s: the code of Rejected.Err for %s is %q and has to be %q: %w", kind.Kind, r.Key, code, connector.CodeProtocol, r.Err)
				}
				if r.Err != nil && !strings.Contains(r.Err.Error(), string(r.Key)) {
					p.errorf("read of %s: the text of Rejected.Err doesn't hold the record's id %q, by which people find it: %w", kind.Kind, r.Key, r.Err)
				}
			}
		}
	}
}
