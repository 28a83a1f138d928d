package sortrules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Surroundings are what rules work with.
type Surroundings struct {
	// Layouts are the platform's layouts.
	Layouts []store.Layout
	// Types are the account's types of record. Empty: they aren't known, and
	// rules about types aren't compared with them.
	Types []connector.RecordType
}

// Check compares the enabled rules with the layouts and types that there are,
// and with the data points of the kinds that New was given. It returns what
// would not work, in the order of the rules: a layout that is inactive or
// missing, a kind that is unknown or isn't sorted, a comparison that its data
// point can never meet, a rule that never applies because earlier ones cover it,
// a rule that leaves nothing of a kind. Warnings are what may be meant and
// mostly isn't: a data point that nobody declares, a type that the account
// doesn't have. Fields read like `rules["printers"].then.layout`.
func (s *RuleSet) Check(around Surroundings) (problems, warnings []connector.Problem) {
	if s == nil {
		return nil, nil
	}
	k := check{set: s, around: around}
	for i, r := range s.rules {
		if !r.Disabled {
			k.rule(i, r)
		}
	}
	return shown(k.problems), shown(k.warnings)
}

// check gathers what would not work.
type check struct {
	set    *RuleSet
	around Surroundings
	// at names the rule that is looked at.
	at                 string
	problems, warnings []connector.Problem
}

func (k *check) problem(field, format string, args ...any) *connector.Problem {
	k.problems = append(k.problems, connector.Problem{Field: k.at + field, Text: fmt.Sprintf(format, args...)})
	return &k.problems[len(k.problems)-1]
}

func (k *check) add(p connector.Problem) {
	p.Field = k.at + p.Field
	k.problems = append(k.problems, p)
}

func (k *check) warn(field, format string, args ...any) *connector.Problem {
	k.warnings = append(k.warnings, connector.Problem{Field: k.at + field, Text: fmt.Sprintf(format, args...)})
	return &k.warnings[len(k.warnings)-1]
}

func (k *check) rule(i int, r Rule) {
	k.at = path(r.ID)
	info, known := k.kind(r)
	k.layout(r)
	if known {
		k.conditions(r.When, ".when", info)
	}
	if covering := k.set.covering(i, k.around.Types); len(covering) > 0 {
		k.shadowed(covering)
	} else if r.Skip {
		k.skipsAll(i, r, info)
	}
}

func (k *check) kind(r Rule) (connector.KindInfo, bool) {
	for _, info := range k.set.kinds {
		switch {
		case info.Kind == r.Kind && info.Role == connector.RoleContainer:
			k.problem(".kind", "%q is the kind that becomes companies, which aren't sorted (choose another kind)", r.Kind)
			return info, false
		case info.Kind == r.Kind:
			return info, true
		}
	}
	p := k.problem(".kind", "%q is not a kind that is read (choose one that is)", r.Kind)
	for _, info := range k.set.kinds {
		if strings.EqualFold(string(info.Kind), string(r.Kind)) && info.Role != connector.RoleContainer {
			p.Suggestion = string(info.Kind)
			break
		}
	}
	return connector.KindInfo{}, false
}

func (k *check) layout(r Rule) {
	if r.Skip {
		return
	}
	const field = ".then.layout"
	for _, l := range k.around.Layouts {
		switch {
		case l.ID == r.Layout && l.Inactive:
			k.problem(field, "layout %q is inactive: nothing can be made from it (activate it, or choose another)", l.Name)
			return
		case l.ID == r.Layout:
			return
		}
	}
	p := k.problem(field, "layout %q isn't there (choose another)", r.Layout)
	var named []string
	for _, l := range k.around.Layouts {
		if !l.Inactive && strings.EqualFold(l.Name, string(r.Layout)) {
			named = append(named, string(l.ID)) // the name was given where the id belongs
		}
	}
	if len(named) > 0 {
		slices.Sort(named)
		p.Suggestion = named[0]
	}
}

// shadowed says which earlier rules leave nothing to the rule.
func (k *check) shadowed(covering []int) {
	names := make([]string, len(covering))
	for i, at := range covering {
		names[i] = path(k.set.rules[at].ID)
	}
	first := &k.set.rules[covering[0]]
	switch {
	case len(covering) > 1:
		k.problem(".when", "never applies: %s come first, and one of them applies wherever this one would (remove it, or move it up)", strings.Join(names, " and "))
	case first.When.Op == OpAlways:
		k.problem(".when", "never applies: %s comes first and applies to every record (move it to the end)", names[0])
	default:
		k.problem(".when", "never applies: %s comes first and applies wherever this one would (remove one of the two, or move this one up)", names[0])
	}
}

// skipsAll notices a rule that skips whatever no earlier rule has placed: with
// none that places anything, nothing of the kind is left. One that says so plainly
// is meant.
func (k *check) skipsAll(i int, r Rule, info connector.KindInfo) {
	if !k.set.coversAll(i) {
		return
	}
	kind := strings.ToLower(cmp.Or(info.Plural, string(r.Kind)))
	for _, earlier := range k.set.rules[:i] {
		if !earlier.Disabled && earlier.Kind == r.Kind && !earlier.Skip {
			k.warn(".when", "skips all %s that no rule before it places: their default layout is never used", kind)
			return
		}
	}
	if k.set.rules[i].When.Op == OpAlways {
		k.warn(".when", "skips all %s: none is imported", kind)
		return
	}
	k.problem(".when", "skips all %s: none would be imported (say which of them, place some by a rule before it, or use the op %q if that is meant)", kind, OpAlways)
}
