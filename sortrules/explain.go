package sortrules

import (
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// Explanation says of one subject what each rule makes of it.
type Explanation struct {
	// Placement is what the set makes of it, with Because.
	Placement Placement `json:"placement"`
	// Rules has a row for each rule, disabled ones and those for other kinds
	// included, in their order.
	Rules []RuleVerdict `json:"rules"`
}

// RuleVerdict is what one rule makes of a subject.
type RuleVerdict struct {
	// Rule is the rule's id.
	Rule string `json:"rule"`
	// Verdict says whether it applies.
	Verdict Verdict `json:"verdict"`
	// Outcome is what it makes of those that it applies to.
	Outcome string `json:"outcome"`
	// Because names the values that decided, for a rule that applies.
	Because string `json:"because,omitempty"`
	// Conditions has a row for each comparison, in their order. Empty for rules
	// that weren't asked: disabled ones, and those for other kinds.
	Conditions []ConditionVerdict `json:"conditions,omitempty"`
}

// ConditionVerdict is what one comparison makes of a subject.
type ConditionVerdict struct {
	// Path names it within its rule, as in "when.all[1].any[0]".
	Path string `json:"path"`
	// Condition is the comparison in words.
	Condition string `json:"condition"`
	// Holds says whether the subject meets it.
	Holds bool `json:"holds"`
	// Value is the value that decided: the one that is as the condition has it,
	// or what was found instead. Empty: there is none.
	Value string `json:"value,omitempty"`
}

// Verdict says what a rule makes of a subject.
type Verdict string

// The verdicts.
const (
	// VerdictDecides: it is the first that applies.
	VerdictDecides Verdict = "decides"
	// VerdictApplies: it would apply, and an earlier one decides.
	VerdictApplies Verdict = "applies too"
	// VerdictFails: the subject doesn't meet its condition.
	VerdictFails Verdict = "does not apply"
	// VerdictDisabled: it is disabled.
	VerdictDisabled Verdict = "disabled"
	// VerdictOtherKind: it is for records of another kind.
	VerdictOtherKind Verdict = "for another kind"
)

// Explain says of one subject what each rule makes of it, and which value
// decided. It takes its time: to place a record use Place.
func (s *RuleSet) Explain(subject Subject) Explanation {
	var explained Explanation
	if s == nil {
		return explained
	}
	p, at := s.program(subject.Kind), 0
	for _, r := range s.rules {
		verdict := RuleVerdict{Rule: r.ID, Outcome: r.placement().String()}
		switch {
		case r.Disabled:
			verdict.Verdict = VerdictDisabled
		case r.Kind != subject.Kind:
			verdict.Verdict = VerdictOtherKind
		default:
			verdict.explain(p, &p.rules[at].when, r.When, &subject)
			at++
			if verdict.Verdict == VerdictApplies && explained.Placement.Outcome == None {
				verdict.Verdict = VerdictDecides
				explained.Placement = r.placement()
				explained.Placement.Because = verdict.Because
			}
		}
		explained.Rules = append(explained.Rules, verdict)
	}
	return explained
}

// Because names the value by which the rule applies that places the subject, as
// in `type is "Printer"`. It is empty where no rule applies.
func (s *RuleSet) Because(subject Subject) string {
	p, at := s.program(subject.Kind), 0
	if p == nil {
		return ""
	}
	for _, r := range s.rules {
		if r.Disabled || r.Kind != subject.Kind {
			continue
		}
		var k kept
		if n := &p.rules[at].when; p.holds(n, &subject, &k) {
			because, _ := p.because(n, r.When, &subject)
			return because
		}
		at++
	}
	return ""
}

func (v *RuleVerdict) explain(p *program, n *node, c Condition, s *Subject) {
	v.Verdict = VerdictFails
	var holds bool
	if v.Because, holds = p.because(n, c, s); holds {
		v.Verdict = VerdictApplies
	}
	p.conditions(n, c, s, "when", &v.Conditions)
}

// because says by which values a subject meets a condition, and whether it
// does.
func (p *program) because(n *node, c Condition, s *Subject) (because string, holds bool) {
	if n.test != nil {
		holds, by := p.explain(n.test, s)
		if !holds {
			return "", false
		}
		return c.because(by), true
	}
	members, _ := c.members()
	var texts []string
	for i := range n.kids {
		text, held := p.because(&n.kids[i], members[i], s)
		switch {
		case held && n.any:
			return text, true
		case !held && !n.any:
			return "", false
		case held:
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " and "), !n.any
}

// conditions adds the verdicts of all comparisons.
func (p *program) conditions(n *node, c Condition, s *Subject, path string, to *[]ConditionVerdict) {
	if n.test != nil {
		holds, by := p.explain(n.test, s)
		*to = append(*to, ConditionVerdict{Path: path, Condition: c.String(), Holds: holds, Value: quote(by)})
		return
	}
	members, name := c.members()
	for i := range n.kids {
		p.conditions(&n.kids[i], members[i], s, fmt.Sprintf("%s.%s[%d]", path, name, i), to)
	}
}

// explain reports whether a subject meets a test, and the value that decided.
func (p *program) explain(t *test, s *Subject) (bool, connector.Value) {
	if t.how == always {
		return true, connector.Value{}
	}
	held, by := p.sources[t.source].meets(t, s)
	if !held {
		_, by = p.sources[t.source].meets(&test{how: present}, s)
	}
	return held != t.not, by
}

// String returns what a rule makes of a record, in words.
func (p Placement) String() string {
	switch p.Outcome {
	case Layout:
		return fmt.Sprintf("layout %s", p.Layout)
	case Skip:
		return "skipped"
	default:
		return "the default layout of its kind"
	}
}

// String returns the explanation as people read it, a line for each rule and
// each comparison.
func (x Explanation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", x.Placement)
	if x.Placement.Rule != "" {
		fmt.Fprintf(&b, ", by rule %q: %s", x.Placement.Rule, x.Placement.Because)
	} else {
		b.WriteString(": no rule applies")
	}
	b.WriteByte('\n')
	for _, r := range x.Rules {
		fmt.Fprintf(&b, "  %q (%s) %s\n", r.Rule, r.Outcome, r.Verdict)
		for _, c := range r.Conditions {
			mark, value := "no ", c.Value
			if c.Holds {
				mark = "yes"
			}
			if value == "" {
				value = "no value"
			}
			fmt.Fprintf(&b, "    %s %s: %s\n", mark, c.Condition, value)
		}
	}
	return b.String()
}
