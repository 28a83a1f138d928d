package connectortest

import (
	"errors"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// keyChecks are the rules about what people and upstreams write into records.
func keyChecks() []check {
	return []check{
		{
			name: "a key is kept as it is",
			rule: "A key is the upstream's id, byte for byte, whatever a path or a query would make of it; what can be kept is read and looked up by it.",
			run:  hostileKeys,
		},
		{
			name: "a name is kept as it is",
			rule: "Text of people's is data: it comes as it was written, but for NUL, broken UTF-8 and white space around it.",
			run:  hostileNames,
		},
	}
}

// hostile keys are ids that can be kept and are easily spoiled.
func hostileKeys(p *probe) {
	keys := []connector.Key{
		"a/b", "..", "a b", "a%2Fb", "?x=1&y=2", "#1", "+49", `"quoted"`, `back\slash`, "ä-ß-漢", "e\u0301", "0012", "1e3",
		"<b>", "'; --", "-", "null", connector.Key(strings.Repeat("k", 191)),
	}
	tested := false
	for _, kind := range p.kinds() {
		p.fresh()
		var there []connector.Key
		for _, key := range keys {
			got, err := p.addNamed(Seed{Kind: kind.Kind, Key: key, Name: "Hostile"})
			if errors.Is(err, errors.ErrUnsupported) {
				continue
			}
			p.must(err, "add %s %q", kind.Kind, key)
			if got != key {
				p.fatalf("the fixture was asked for the key %q and made %q", key, got)
			}
			there = append(there, key)
		}
		if len(there) == 0 {
			continue
		}
		tested = true
		s := p.open()
		if missing := p.all(s, connector.ReadRequest{Kind: kind.Kind}).keys().without(there); missing != "" {
			p.errorf("read of %s: it ended without the keys %s", kind.Kind, missing)
		}
		get := connector.FeaturesOf(s).Get
		for _, key := range there {
			if get == nil {
				break
			}
			if r, err := get(p.ctx, kind.Kind, key); err != nil || r.Key != key {
				p.errorf("look-up of %s %q: it answered %q and the error %v", kind.Kind, key, r.Key, err)
			}
		}
	}
	if !tested {
		p.skipf("the upstream chooses the ids itself")
	}
}

// addNamed adds one record and hands on the fixture's error.
func (p *probe) addNamed(seed Seed) (connector.Key, error) {
	if seed.Kind != p.subject().Connector.Info().Container {
		seed.Container = p.companies()[0]
	}
	return p.subject().up.Add(seed)
}

func hostileNames(p *probe) {
	names := []string{
		"Müller & Söhne <GmbH>", `O'Brien "Bob" \n`, "漢字 かな", "👩‍💻 Team", "مرحبا", "{{.Secret}}", "%s%d%n", "null", "0", "-1",
		"=1+1", "a\tb", strings.Repeat("long ", 40) + "end",
	}
	for _, kind := range p.kinds() {
		p.fresh()
		want := make(map[connector.Key]string)
		for _, name := range names {
			key, err := p.addNamed(Seed{Kind: kind.Kind, Name: name})
			if errors.Is(err, errors.ErrUnsupported) {
				continue
			}
			p.must(err, "add a %s named %q", kind.Kind, name)
			want[key] = name
		}
		got := p.all(p.open(), connector.ReadRequest{Kind: kind.Kind}).records()
		for key, name := range want {
			r, there := got[key]
			if clean, err := r.Clean(); !there || err != nil || clean.Name != strings.TrimSpace(connector.CleanText(name)) {
				p.errorf("read of %s: the name %q came as %q (delivered: %t)", kind.Kind, name, r.Name, there)
			}
		}
	}
}
