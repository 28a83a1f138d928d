package sortrules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// RuleSet is a list of rules of which the first that applies decides. It
// implements [SortRule]. It never changes, so it is safe for concurrent use. A
// nil *RuleSet has no rules and places nothing.
type RuleSet struct {
	rules  []Rule
	byKind map[connector.Kind][]compiled
}

// compiled is an enabled rule as Place wants it.
type compiled struct {
	field string
	value string // trimmed
	then  Placement
}

// New compiles rules, in the order in which they are to be tried. All problems
// are returned at once, in a *connector.ConfigError.
func New(rules []Rule) (*RuleSet, error) {
	problems := validate(rules)
	if len(problems) > 0 {
		return nil, refused(problems)
	}
	s := &RuleSet{rules: slices.Clone(rules), byKind: make(map[connector.Kind][]compiled)}
	for _, r := range rules {
		if !r.Disabled {
			s.byKind[r.Kind] = append(s.byKind[r.Kind], compile(r))
		}
	}
	return s, nil
}

func refused(problems []connector.Problem) error {
	return fmt.Errorf("sortrules: %w", &connector.ConfigError{Problems: problems})
}

func compile(r Rule) compiled {
	then := Placement{Outcome: Layout, Layout: r.Layout, Rule: r.ID}
	if r.Skip {
		then = Placement{Outcome: Skip, Rule: r.ID}
	}
	return compiled{field: r.When.Field, value: strings.TrimSpace(r.When.Value), then: then}
}

// Place implements SortRule.
func (s *RuleSet) Place(subject Subject) Placement {
	if s == nil {
		return Placement{}
	}
	for i := range s.byKind[subject.Kind] {
		c := &s.byKind[subject.Kind][i]
		if what, value, ok := c.holds(&subject.Record); ok {
			then := c.then
			then.Because = what + " is " + strconv.Quote(value)
			return then
		}
	}
	return Placement{}
}

// holds reports whether the record meets the condition, and by which value.
func (c *compiled) holds(r *connector.Record) (what, value string, ok bool) {
	switch c.field {
	case FieldType:
		if value = strings.TrimSpace(r.Type); strings.EqualFold(value, c.value) {
			return "type", value, true
		}
		if value = strings.TrimSpace(r.TypeID); strings.EqualFold(value, c.value) {
			return "type id", value, true
		}
	case FieldName:
		if value = strings.TrimSpace(r.Name); strings.EqualFold(value, c.value) {
			return "name", value, true
		}
	}
	return "", "", false
}

// Rules returns the rules, disabled ones included, in the order in which they
// are tried. The slice is the caller's.
func (s *RuleSet) Rules() []Rule {
	if s == nil || len(s.rules) == 0 {
		return nil
	}
	return slices.Clone(s.rules)
}

// Check compares the enabled rules with the layouts and kinds that there are,
// and returns what would not work, in the order of the rules: a layout that is
// inactive or missing, a kind that is unknown or isn't sorted, a rule that
// never applies because an earlier one has the same condition. Fields read like
// `rules["printers"].then.layout`.
func (s *RuleSet) Check(layouts []store.Layout, kinds []connector.KindInfo) []connector.Problem {
	if s == nil {
		return nil
	}
	var problems []connector.Problem
	for i, r := range s.rules {
		if r.Disabled {
			continue
		}
		for _, p := range []connector.Problem{checkKind(r.Kind, kinds), checkLayout(r, layouts), shadow(s.rules[:i], r)} {
			if p.Text != "" {
				p.Field = path(r.ID) + p.Field
				problems = append(problems, p)
			}
		}
	}
	return problems
}

func checkKind(kind connector.Kind, kinds []connector.KindInfo) connector.Problem {
	for _, k := range kinds {
		switch {
		case k.Kind == kind && k.Role == connector.RoleContainer:
			return connector.Problem{Field: ".kind", Text: fmt.Sprintf("%q is the kind that becomes companies, which aren't sorted (choose another kind)", kind)}
		case k.Kind == kind:
			return connector.Problem{}
		}
	}
	p := connector.Problem{Field: ".kind", Text: fmt.Sprintf("%q is not a kind that is read (choose one that is)", kind)}
	for _, k := range kinds {
		if strings.EqualFold(string(k.Kind), string(kind)) && k.Role != connector.RoleContainer {
			p.Suggestion = string(k.Kind)
			break
		}
	}
	return p
}

func checkLayout(r Rule, layouts []store.Layout) connector.Problem {
	if r.Skip {
		return connector.Problem{}
	}
	const field = ".then.layout"
	for _, l := range layouts {
		switch {
		case l.ID == r.Layout && l.Inactive:
			return connector.Problem{Field: field, Text: fmt.Sprintf("layout %q is inactive: nothing can be made from it (activate it, or choose another)", l.Name)}
		case l.ID == r.Layout:
			return connector.Problem{}
		}
	}
	p := connector.Problem{Field: field, Text: fmt.Sprintf("layout %q isn't there (choose another)", r.Layout)}
	for _, l := range layouts {
		if !l.Inactive && strings.EqualFold(l.Name, string(r.Layout)) {
			p.Suggestion = string(l.ID) // the name was given where the id belongs
			break
		}
	}
	return p
}

// shadow finds the earlier rule because of which r never applies.
func shadow(earlier []Rule, r Rule) connector.Problem {
	for _, e := range earlier {
		if !e.Disabled && e.Kind == r.Kind && e.When.Field == r.When.Field && e.When.Op == r.When.Op &&
			strings.EqualFold(strings.TrimSpace(e.When.Value), strings.TrimSpace(r.When.Value)) {
			return connector.Problem{Field: ".when", Text: fmt.Sprintf("never applies: %s has the same condition and comes first (remove one of the two)", path(e.ID))}
		}
	}
	return connector.Problem{}
}

// path is how problems name a rule.
func path(id string) string { return "rules[" + strconv.Quote(id) + "]" }
