package connectortest

import "github.com/dovetail-sync/dovetail/connector"

// changeChecks are the rules about reading what changed.
func changeChecks() []check {
	return []check{
		{
			name: "changes are delivered, also those of one time",
			rule: "ModeChanges reads what changed since the read whose last checkpoint is given, where the kind declares that it can; a deleted record comes as StatusDeleted or not at all.",
			run:  changes,
		},
		{
			name: "changes are not read where they can't be",
			rule: "A mode that a kind doesn't declare is an error, and never a full read in its place.",
			run:  noChanges,
		},
	}
}

func noChanges(p *probe) {
	p.fill()
	s := p.open()
	tested := false
	for _, kind := range p.kinds() {
		if kind.Changes {
			continue
		}
		tested = true
		full := p.all(s, connector.ReadRequest{Kind: kind.Kind})
		out := p.read(s, connector.ReadRequest{Kind: kind.Kind, Mode: connector.ModeChanges, Checkpoint: full.checkpoint()}, reading{})
		if out.err == nil || len(out.pages) > 0 {
			p.errorf("read of the changes of %s, which declares none: it delivered %d pages and the error %v (Read has to answer a Mode that it doesn't know with CodeConfig)", kind.Kind, len(out.pages), out.err)
		}
	}
	if !tested {
		p.skipf("every kind declares Changes")
	}
}

func changes(p *probe) {
	tested := false
	for _, kind := range p.kinds() {
		if kind.Changes {
			tested = true
			p.fresh()
			p.changesOf(kind.Kind)
		}
	}
	if !tested {
		p.skipf("no kind declares Changes")
	}
}

func (p *probe) changesOf(kind connector.Kind) {
	up := p.subject().up
	p.needs(up.Touch != nil, "Touch")
	there := p.seed(kind, p.several())
	s := p.open()
	place := p.all(s, connector.ReadRequest{Kind: kind}).checkpoint()
	changed := func(what string, want []connector.Key) *readout {
		s = p.reopen(s)
		out := p.all(s, connector.ReadRequest{Kind: kind, Mode: connector.ModeChanges, Checkpoint: place})
		if missing := out.keys().without(want); missing != "" {
			p.errorf("read of the changes of %s: %s, and it ended as %s without %s", kind, what, out.end(), missing)
		}
		place = out.checkpoint()
		return out
	}
	changed("nothing changed", nil)
	most := there[1 : 2*up.PageRows+2]
	for _, key := range most {
		p.asked(up.Touch(kind, key), "touch %s %s", kind, key)
	}
	fresh := p.seed(kind, 1)
	changed("many changed at one time", append(fresh, most...))
	// In the same moment as those, which have been read: one that a list has
	// before them, and one that it has after them.
	later := []connector.Key{there[0], there[len(there)-1]}
	for _, key := range later {
		p.asked(up.Touch(kind, key), "touch %s %s", kind, key)
	}
	changed("two more changed at that time", later)
	if up.Delete == nil {
		return
	}
	p.asked(up.Delete(kind, there[0]), "delete %s %s", kind, there[0])
	out := changed("one was deleted", nil)
	if r, came := out.records()[there[0]]; came && r.Status != connector.StatusDeleted {
		p.errorf("read of the changes of %s: %s was deleted and came as %s", kind, there[0], r.Status)
	}
}
