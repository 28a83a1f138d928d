package sortrules

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
)

// covering returns the earlier rules because of which a rule never applies: one
// that covers all of it, or several that share it out. Nil: it may apply. Types
// are those of the account, empty if they aren't known.
func (s *RuleSet) covering(rule int, types []connector.RecordType) []int {
	p := s.program(s.rules[rule].Kind)
	at := slices.IndexFunc(p.rules, func(c compiled) bool { return c.rule == rule })
	var covering []int
	for _, branch := range p.rules[at].when.branches() {
		named := p.named(branch, types)
		by := slices.IndexFunc(p.rules[:at], func(earlier compiled) bool {
			return implies(branch, earlier.when) || implies(named, earlier.when)
		})
		if by < 0 {
			return nil
		}
		if !slices.Contains(covering, p.rules[by].rule) {
			covering = append(covering, p.rules[by].rule)
		}
	}
	slices.Sort(covering)
	return covering
}

// named returns n with what compares a type's name or id as one that compares
// the name, where the account has no type of that id. Otherwise the name of a
// type could always be the id of another, and nothing would follow from it.
func (p *program) named(n node, types []connector.RecordType) node {
	name := slices.IndexFunc(p.sources, func(from source) bool { return from.from == originType })
	if len(types) == 0 || name < 0 {
		return n
	}
	if n.test == nil {
		kids := make([]node, len(n.kids))
		for i, kid := range n.kids {
			kids[i] = p.named(kid, types)
		}
		n.kids = kids
		return n
	}
	isID := func(o operand) bool {
		return slices.ContainsFunc(types, func(t connector.RecordType) bool { return t.Kind == p.kind && o.equalsText(t.ID) })
	}
	if n.test.not || p.sources[n.test.source].from != originTypeOrID || n.test.how != equals || slices.ContainsFunc(n.test.operands, isID) {
		return n
	}
	byName := *n.test
	byName.source = uint(name)
	return node{test: &byName}
}

// coversAll reports whether a rule holds for every record, or for every one that
// has a name.
func (s *RuleSet) coversAll(rule int) bool {
	p := s.program(s.rules[rule].Kind)
	at := slices.IndexFunc(p.rules, func(c compiled) bool { return c.rule == rule })
	usual := node{kids: []node{{test: &test{how: always}}}}
	for i, from := range p.sources {
		if from.from == originName || from.from == originCompany || from.from == originStatus {
			usual.kids = append(usual.kids, node{test: &test{how: present, source: uint(i)}})
		}
	}
	return implies(usual, p.rules[at].when.widened())
}

// widened returns n with patterns that every text has, as far as a few can tell,
// as what they mean.
func (n node) widened() node {
	if n.test == nil {
		kids := make([]node, len(n.kids))
		for i, kid := range n.kids {
			kids[i] = kid.widened()
		}
		n.kids = kids
		return n
	}
	differs := func(text string) bool { return !n.test.matches(text, false) }
	if n.test.how != regex && n.test.how != glob || slices.ContainsFunc([]string{"a", "Z9", "-", "ß", "x y"}, differs) {
		return n
	}
	wide := *n.test
	wide.how = present
	return node{test: &wide}
}

// branches returns conditions of which a subject meets one if it meets n.
func (n node) branches() []node {
	switch {
	case n.test == nil && n.any:
		var branches []node
		for _, kid := range n.kids {
			branches = append(branches, kid.branches()...)
		}
		return branches
	case n.test != nil && n.test.how == equals && !n.test.not:
		branches := make([]node, len(n.test.operands))
		for i := range branches {
			one := *n.test
			one.operands = one.operands[i : i+1]
			branches[i] = node{test: &one}
		}
		return branches
	default:
		return []node{n}
	}
}

// implies reports whether it is certain that every subject that meets a meets b
// as well. False says nothing.
func implies(a, b node) bool {
	all := func(nodes []node, ok func(node) bool) bool {
		return !slices.ContainsFunc(nodes, func(n node) bool { return !ok(n) })
	}
	switch {
	case a.test != nil && b.test != nil:
		return a.test.implies(b.test)
	case a.test == nil && a.any:
		return all(a.kids, func(kid node) bool { return implies(kid, b) })
	case b.test == nil && !b.any:
		return all(b.kids, func(kid node) bool { return implies(a, kid) })
	case a.test == nil && slices.ContainsFunc(a.kids, func(kid node) bool { return implies(kid, b) }):
		return true
	default:
		return b.test == nil && slices.ContainsFunc(b.kids, func(kid node) bool { return implies(a, kid) })
	}
}

// implies is implies for tests.
func (t *test) implies(other *test) bool {
	switch {
	case other.how == always:
		return true
	case t.how == always || t.source != other.source || t.not != other.not:
		return false
	case t.not:
		return other.within(t)
	default:
		return t.within(other)
	}
}
