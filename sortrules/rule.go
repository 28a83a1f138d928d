package sortrules

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// SortRule places records. A rule is pure: the same subject has the same
// placement, whenever and in whatever order it is asked, and it may be asked
// from several goroutines at once.
type SortRule interface {
	// Place says where the subject goes. The zero Placement leaves it to the
	// default layout of its kind.
	Place(s Subject) Placement
}

// Subject is what a rule judges.
type Subject struct {
	// Kind is the record's kind.
	Kind connector.Kind
	// Record is the record. A rule doesn't change it.
	Record connector.Record
	// Company is the name of the company here that the record belongs to.
	Company string
}

// Placement is a rule's decision. The zero value is none.
type Placement struct {
	// Outcome says what becomes of the record.
	Outcome Outcome `json:"outcome"`
	// Layout is where it goes. Set only when Outcome is Layout.
	Layout store.LayoutID `json:"layout,omitempty"`
	// Rule is the id of the rule that decided. Empty where none did.
	Rule string `json:"rule,omitempty"`
	// Because names the value that decided, as in `type is "Printer"`. A RuleSet
	// leaves it empty, because writing it down takes longer than deciding: see
	// RuleSet.Because.
	Because string `json:"because,omitempty"`
}

// Outcome says what becomes of a record.
type Outcome uint8

// The outcomes.
const (
	// None: no rule applies.
	None Outcome = iota
	// Layout: the record goes to Placement.Layout.
	Layout
	// Skip: the record isn't imported.
	Skip
)

// String returns the outcome's name.
func (o Outcome) String() string {
	switch o {
	case None:
		return "none"
	case Layout:
		return "layout"
	case Skip:
		return "skip"
	default:
		return "invalid"
	}
}

// MarshalText returns the outcome's name.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Rule places the records of one kind that meet a condition.
type Rule struct {
	// ID names the rule among the others: in settings, in reasons, in problems.
	ID string
	// Kind is the kind of record that it is about.
	Kind connector.Kind
	// When is the condition. It is never empty: a rule for every record says so
	// with OpAlways.
	When Condition
	// Layout is where the records go. Empty when Skip is set.
	Layout store.LayoutID
	// Skip says that the records aren't imported.
	Skip bool
	// Disabled keeps the rule without applying it.
	Disabled bool
	// Note is for people.
	Note string
}

// placement is what the rule says of the records that it applies to.
func (r Rule) placement() Placement {
	if r.Skip {
		return Placement{Outcome: Skip, Rule: r.ID}
	}
	return Placement{Outcome: Layout, Layout: r.Layout, Rule: r.ID}
}
