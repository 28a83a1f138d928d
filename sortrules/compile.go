package sortrules

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// program is what the enabled rules of one kind become.
type program struct {
	kind  connector.Kind
	rules []compiled
	// sources are the different values that the rules compare.
	sources []source
	// repeated counts the tests that are made for several rules.
	repeated int
}

// compiled is an enabled rule.
type compiled struct {
	rule int // its place among all rules
	when node
	then Placement
}

// node is a condition: a test, or a group of nodes.
type node struct {
	test *test // nil: a group
	any  bool  // of a group: one member is enough
	kids []node
}

// test is a comparison.
type test struct {
	op  Op
	how method
	not bool
	// source is the place of what is compared in program.sources.
	source uint
	// rare says that it compares nothing, or what isn't kept.
	rare bool
	// plain says that it is neither rare nor turned round.
	plain bool
	// repeated is the test's bit in kept.done. Zero: it isn't repeated.
	repeated uint64

	text string // folded
	// exact is text as it was given: often values have the same letter case.
	exact string
	// needs are the traits without which no value can be as the test wants it.
	needs    traits
	glob     []rune    // folded
	operands []operand // equals and in: any of them
	few      textSet   // the operands, when there are many and all are text
	low      bound     // lt, le, gt, ge and between
	high     bound     // between
	nets     []netip.Prefix
	regex    *regexp.Regexp
}

// method is how a test compares. Ops that are another in disguise share one.
type method uint8

const (
	never method = iota
	always
	present
	equals
	is // the same text, for a wildcard without *
	contains
	starts
	ends
	glob
	regex
	less
	atMost
	more
	atLeast
	between
	cidr
)

// compiler compiles the rules of one kind.
type compiler struct {
	program *program
	info    connector.KindInfo
	tests   map[string]*test
}

func newCompiler(kind connector.Kind, kinds []connector.KindInfo) compiler {
	c := compiler{program: &program{kind: kind}, info: connector.KindInfo{Kind: kind}, tests: make(map[string]*test)}
	if at := slices.IndexFunc(kinds, func(i connector.KindInfo) bool { return i.Kind == kind }); at >= 0 {
		c.info = kinds[at]
	}
	return c
}

func (c compiler) condition(cond Condition) node {
	if !cond.isGroup() {
		return node{test: c.shared(cond)}
	}
	members, name := cond.members()
	n := node{any: name == "any", kids: make([]node, len(members))}
	for i, member := range members {
		n.kids[i] = c.condition(member)
	}
	return n
}

// shared returns the test of a comparison: one for all that are the same, so
// that it is made once for each subject.
func (c compiler) shared(cond Condition) *test {
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%v\x00%s", cond.Field, cond.Point, cond.Means, cond.Op, cond.Not, cond.Value.AppendCanonical(nil))
	t, known := c.tests[key]
	switch {
	case !known:
		t = new(test)
		*t = c.test(cond)
		c.tests[key] = t
	case t.repeated == 0 && c.program.repeated < 64:
		t.repeated = 1 << c.program.repeated
		c.program.repeated++
	}
	return t
}

func (c compiler) test(cond Condition) test {
	t := test{op: cond.Op, not: cond.Not}
	if cond.Op == OpAlways {
		t.how, t.rare = always, true
		return t
	}
	t.source = uint(c.source(cond))
	t.rare = t.source >= slots
	t.operand(cond)
	t.plain, t.needs = !t.rare && !t.not, isThere
	switch t.how {
	case contains:
		letters, _ := lettersOf(t.text)
		t.needs |= letters
		c.program.sources[t.source].searched++
	case equals, is, starts:
		if t.text != "" {
			t.needs |= firstOf(t.text)
		}
	default: // there is no single text
	}
	return t
}

// source returns the place of what a condition compares among the program's
// sources.
func (c compiler) source(cond Condition) int {
	var s source
	switch {
	case cond.Field != "":
		info, _ := fieldOf(cond.Field)
		if s.from = info.from; s.from == originType && (cond.Op == OpEquals || cond.Op == OpIn) {
			s.from = originTypeOrID
		}
	case cond.Point != "":
		s.points = []string{cond.Point}
	case cond.Means != "":
		for _, p := range c.info.DataPoints {
			if p.Means == cond.Means {
				s.points = append(s.points, p.Name)
			}
		}
	}
	p := c.program
	at := slices.IndexFunc(p.sources, func(known source) bool {
		return known.from == s.from && slices.Equal(known.points, s.points)
	})
	if at < 0 {
		at = len(p.sources)
		p.sources = append(p.sources, s)
	}
	return at
}

// operand compiles what is compared with. It is valid.
func (t *test) operand(cond Condition) {
	v := cond.Value
	switch cond.Op {
	case OpEquals, OpIn:
		t.how = equals
		for i := range v.Len() {
			t.operands = append(t.operands, newOperand(v.Item(i)))
		}
		t.few = newTextSet(t.operands)
		if len(t.operands) == 1 {
			t.exact, t.text = t.operands[0].exact, t.operands[0].text
		}
	case OpContains, OpStarts, OpEnds:
		t.how = map[Op]method{OpContains: contains, OpStarts: starts, OpEnds: ends}[cond.Op]
		t.exact = strings.TrimSpace(v.String())
		t.text = fold(t.exact)
	case OpWildcard:
		t.wildcard(fold(strings.TrimSpace(v.String())))
	case OpRegex:
		t.how = regex
		t.regex, _, _ = compileRegex(v.String())
	case OpLess, OpAtMost, OpMore, OpAtLeast:
		t.how = map[Op]method{OpLess: less, OpAtMost: atMost, OpMore: more, OpAtLeast: atLeast}[cond.Op]
		t.low, _ = newBound(v)
	case OpBetween:
		t.how = between
		t.low, _ = newBound(v.Item(0))
		t.high, _ = newBound(v.Item(1))
	case OpCIDR:
		t.how = cidr
		for i := range v.Len() {
			net, _ := parseNetwork(v.Item(i).String())
			t.nets = append(t.nets, net)
		}
	case OpPresent, OpAbsent:
		t.how = present
		t.not = t.not != (cond.Op == OpAbsent)
	case OpAlways: // has no operand
	}
}

// wildcard compiles a folded pattern, as something simpler if it is that.
func (t *test) wildcard(pattern string) {
	bare := strings.Trim(pattern, "*")
	before, after := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	t.exact, t.text = bare, bare
	switch {
	case bare == "":
		t.how = present
	case strings.ContainsAny(bare, "*?"):
		t.how, t.glob = glob, []rune(pattern)
	case before && after:
		t.how = contains
	case before:
		t.how = ends
	case after:
		t.how = starts
	default:
		t.how = is
	}
}

// manyOperands is from how many on a set is quicker than a list.
const manyOperands = 8

// longestInSet is the longest text of a set, in bytes.
const longestInSet = 64

// textSet are folded texts in ASCII, for looking one up without comparing it
// with each.
type textSet map[string]struct{}

// newTextSet returns the operands as a set, or nil where they aren't many, all
// text, short and in ASCII.
func newTextSet(operands []operand) textSet {
	if len(operands) < manyOperands {
		return nil
	}
	set := make(textSet, len(operands))
	for i := range operands {
		o := &operands[i]
		if o.text == "" || len(o.text) > longestInSet || !isASCII(o.text) {
			return nil
		}
		set[o.text] = struct{}{}
	}
	return set
}

// has reports whether a text, folded, is in the set. It is only asked for ASCII.
func (set textSet) has(s string) bool {
	if len(s) > longestInSet {
		return false
	}
	var folded [longestInSet]byte
	for i := range len(s) {
		folded[i] = lower(s[i])
	}
	_, ok := set[string(folded[:len(s)])]
	return ok
}
