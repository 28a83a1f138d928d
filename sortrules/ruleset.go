package sortrules

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
)

// RuleSet is a list of rules of which the first that applies decides. It
// implements [SortRule]. It never changes, so it is safe for concurrent use. A
// nil *RuleSet has no rules and places nothing.
type RuleSet struct {
	rules    []Rule
	kinds    []connector.KindInfo
	programs []*program
}

// New compiles rules, in the order in which they are to be tried. All problems
// of the rules in themselves are returned at once, in a *connector.ConfigError;
// see Check for those that come with the layouts and data points that there are.
//
// Kinds are the connector's (connector.Info.Kinds): conditions on a meaning find
// the data points that carry it in there. Without them, such a condition finds
// no value.
func New(rules []Rule, kinds []connector.KindInfo) (*RuleSet, error) {
	if problems := validate(rules); len(problems) > 0 {
		return nil, refused(problems)
	}
	s := &RuleSet{rules: cloneRules(rules), kinds: kinds}
	compilers := make(map[connector.Kind]compiler)
	for i, r := range rules {
		if r.Disabled {
			continue
		}
		c, ok := compilers[r.Kind]
		if !ok {
			c = newCompiler(r.Kind, kinds)
			compilers[r.Kind] = c
			s.programs = append(s.programs, c.program)
		}
		c.program.rules = append(c.program.rules, compiled{rule: i, when: c.condition(r.When), then: r.placement()})
	}
	return s, nil
}

func refused(problems []connector.Problem) error {
	return fmt.Errorf("sortrules: %w", &connector.ConfigError{Problems: shown(problems)})
}

// shown returns as many of the problems as anybody reads, and how many more
// there are.
func shown(problems []connector.Problem) []connector.Problem {
	more := len(problems) - maxProblems
	if more <= 0 {
		return problems
	}
	return append(problems[:maxProblems:maxProblems], connector.Problem{Field: "rules", Text: fmt.Sprintf("there are %d more (mend these first)", more)})
}

func cloneRules(rules []Rule) []Rule {
	cloned := slices.Clone(rules)
	for i := range cloned {
		cloned[i].When = cloned[i].When.clone()
	}
	return cloned
}

// Place implements SortRule. It allocates nothing, unless a regular expression
// has to.
func (s *RuleSet) Place(subject Subject) Placement {
	p := s.program(subject.Kind)
	if p == nil {
		return Placement{}
	}
	var k kept
	for i := range p.rules {
		r := &p.rules[i]
		switch t := r.when.test; {
		case t == nil:
			if p.holds(&r.when, &subject, &k) {
				return r.then
			}
		case !k.excludes(t) && p.test(t, &subject, &k):
			return r.then
		}
	}
	return Placement{}
}

// program returns the program for records of a kind, or nil.
func (s *RuleSet) program(kind connector.Kind) *program {
	if s == nil {
		return nil
	}
	for _, p := range s.programs {
		if p.kind == kind {
			return p
		}
	}
	return nil
}

// Rules returns the rules, disabled ones included, in the order in which they
// are tried. The slice is the caller's.
func (s *RuleSet) Rules() []Rule {
	if s == nil || len(s.rules) == 0 {
		return nil
	}
	return cloneRules(s.rules)
}

// path is how problems name a rule.
func path(id string) string { return "rules[" + strconv.Quote(id) + "]" }
