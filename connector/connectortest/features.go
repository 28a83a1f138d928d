package connectortest

import (
	"github.com/dovetail-sync/dovetail/connector"
)

// featureChecks are the rules about what a session can do beside reading.
func featureChecks() []check {
	return []check{
		{
			name: "a record is found by its id", live: true,
			rule: "Get returns the record that a read delivers under that id.",
			run:  found,
		},
		{
			name: "a record that doesn't exist is not found", live: true,
			rule: "Get answers CodeNotFound for a record that doesn't exist.",
			run:  notFound,
		},
		{
			name: "a fault is not taken for a missing record",
			rule: "CodeNotFound of a look-up confirms that a record is gone: no other fault may be answered by it.",
			run:  faultyLookUp,
		},
		{
			name: "the connection can be checked", live: true,
			rule: "Check reports what the credentials can see, and asks for the rights that Info's kinds need; the answer is about kinds that Info declares.",
			run:  checked,
		},
		{
			name: "wrong credentials fail the check",
			rule: "An error of Check means that there is no connection: CodeAuth for wrong credentials, CodeUnavailable for no answer.",
			run:  failedCheck,
		},
		{
			name: "records are counted", live: true,
			rule: "Count returns how many records of the kind there are, roughly, and no number where it can't tell.",
			run:  counted,
		},
		{
			name: "what an account has of its own is discovered", live: true,
			rule: "Discover names types and data points of the kinds that Info declares, each data point once and sound.",
			run:  discovered,
		},
	}
}

func found(p *probe) {
	p.fill()
	s := p.open()
	get := connector.FeaturesOf(s).Get
	if get == nil {
		p.skipf("the session can't look up records")
	}
	for _, kind := range p.kinds() {
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind}, reading{stop: 1})
		p.must(out.err, "read of %s", kind.Kind)
		looked := 0
		for key, want := range out.records() {
			if looked++; looked > 3 {
				break
			}
			got, err := get(p.ctx, kind.Kind, key)
			if connector.CodeOf(err) == connector.CodeNotFound && p.subject().up == nil {
				continue // deleted since it was read
			}
			p.must(err, "look-up of %s %s", kind.Kind, key)
			p.subject().shown.record(got)
			if got.Key != key || got.Container != want.Container || got.Name != want.Name {
				p.errorf("look-up of %s %s: it answered %q %q of %q, and the read delivers %q of %q",
					kind.Kind, key, got.Key, got.Name, got.Container, want.Name, want.Container)
			}
		}
	}
}

func notFound(p *probe) {
	p.fill()
	s := p.open()
	get := connector.FeaturesOf(s).Get
	if get == nil {
		p.skipf("the session can't look up records")
	}
	for _, kind := range p.kinds() {
		_, err := get(p.ctx, kind.Kind, "no-such-record")
		p.subject().shown.error(err)
		if connector.CodeOf(err) != connector.CodeNotFound {
			p.errorf("look-up of a %s that isn't there: its error is %v", kind.Kind, err)
		}
		if up := p.subject().up; up != nil && up.Delete != nil {
			key := p.seed(kind.Kind, 1)[0]
			p.asked(up.Delete(kind.Kind, key), "delete %s %s", kind.Kind, key)
			if _, err := get(p.ctx, kind.Kind, key); connector.CodeOf(err) != connector.CodeNotFound {
				p.errorf("look-up of %s %s, which was deleted: its error is %v", kind.Kind, key, err)
			}
		}
	}
	if _, err := get(p.ctx, noKind, "1"); connector.CodeOf(err) != connector.CodeConfig && connector.CodeOf(err) != connector.CodeNotFound {
		p.errorf("look-up of a kind that isn't declared: its error is %v", err)
	}
}

func faultyLookUp(p *probe) {
	want := p.fill()
	for _, kind := range p.kinds() {
		for _, f := range p.lastingFaults() {
			s := p.open()
			get := connector.FeaturesOf(s).Get
			if get == nil {
				p.skipf("the session can't look up records")
			}
			p.subject().wire.set(&f)
			key := want[kind.Kind][0]
			r, err := get(p.ctx, kind.Kind, key)
			p.subject().wire.set(nil)
			p.must(s.Close(), "close a session")
			switch code := connector.CodeOf(err); {
			case code == connector.CodeNotFound:
				p.errorf("look-up of %s %s, which exists: with %s it answered that there is no such record: %w", kind.Kind, key, f.name, err)
			case err == nil && r.Key != key:
				p.errorf("look-up of %s %s: with %s it answered record %q and no error", kind.Kind, key, f.name, r.Key)
			}
		}
	}
}

func checked(p *probe) {
	p.fill()
	check := connector.FeaturesOf(p.open()).Check
	if check == nil {
		p.skipf("the session can't check its connection")
	}
	result, err := check(p.ctx)
	p.must(err, "check of the connection")
	for _, note := range result.Notes {
		p.subject().shown.text("a note of the check", note)
	}
	info := p.subject().Connector.Info()
	for kind, n := range result.Counts {
		if _, known := info.Kind(kind); !known || n < 0 {
			p.errorf("the check counts %d records of %q", n, kind)
		}
	}
	for _, right := range result.Rights {
		for _, kind := range right.Kinds {
			if _, known := info.Kind(kind); !known {
				p.errorf("the right %q is needed for %q, which is no kind", right.Name, kind)
			}
		}
		if right.Name == "" {
			p.errorf("the check names a right without a name")
		}
		if p.subject().up != nil && !right.Granted {
			p.errorf("the check says that the right %q is missing, and the fake refuses nothing", right.Name)
		}
	}
}

func failedCheck(p *probe) {
	for _, f := range p.lastingFaults() {
		p.fresh()
		s := p.open()
		check := connector.FeaturesOf(s).Check
		if check == nil {
			p.skipf("the session can't check its connection")
		}
		if len(f.codes) != 1 {
			continue // it can be reported as a right that is missing
		}
		p.subject().wire.set(&f)
		_, err := check(p.ctx)
		if code := connector.CodeOf(err); code != f.codes[0] {
			p.errorf("with %s the code of the check's error is %q, not %q: %v", f.name, code, f.codes[0], err)
		}
	}
}

func counted(p *probe) {
	want := p.fill()
	s := p.open()
	count := connector.FeaturesOf(s).Count
	if count == nil {
		p.skipf("the session can't count")
	}
	for _, kind := range p.kinds() {
		n, err := count(p.ctx, kind.Kind)
		p.must(err, "count of %s", kind.Kind)
		if there := len(want[kind.Kind]); n < 0 || p.subject().up != nil && (n < there/2 || n > there*2) {
			p.errorf("count of %s: it answered %d, and there are %d", kind.Kind, n, there)
		}
	}
	if w := p.subject().wire; w != nil {
		w.set(&fault{make: refusal(503, nil)})
		if n, err := count(p.ctx, p.kinds()[0].Kind); err == nil {
			p.errorf("count of %s: without an answer of the upstream it answered %d", p.kinds()[0].Kind, n)
		}
	}
}

func discovered(p *probe) {
	p.fill()
	discover := connector.FeaturesOf(p.open()).Discover
	if discover == nil {
		p.skipf("the session discovers nothing")
	}
	got, err := discover(p.ctx)
	p.must(err, "discover")
	// Put together with what is declared it has to be a sound description.
	info := p.subject().Connector.Info()
	for kind, points := range got.DataPoints {
		if _, known := info.Kind(kind); !known {
			p.errorf("it names data points of %q, which is no kind", kind)
		}
		for i := range info.Kinds {
			if info.Kinds[i].Kind == kind {
				info.Kinds[i].DataPoints = append(info.Kinds[i].DataPoints, points...)
			}
		}
	}
	if err := info.Check(); err != nil {
		p.errorf("with what was discovered: %w", err)
	}
	for _, typ := range got.Types {
		if _, known := info.Kind(typ.Kind); !known || typ.Name == "" {
			p.errorf("it names the type %q of %q", typ.Name, typ.Kind)
		}
	}
}
