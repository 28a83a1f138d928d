package dovetail

import (
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// String returns the simulation as people read it: a line for each row, with
// its examples.
func (s Simulation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d records\n", s.Records)
	for _, p := range s.Places {
		fmt.Fprintf(&b, "  %6d %-10s → %s, by %s%s\n", p.Count, p.Kind, p.Destination, p.By, p.named())
	}
	section := func(title string, n int) {
		if n > 0 {
			fmt.Fprintf(&b, "%s\n", title)
		}
	}
	section("go elsewhere", len(s.Differences))
	for _, d := range s.Differences {
		fmt.Fprintf(&b, "  %6d %-10s %s → %s%s\n", d.Count, d.Kind, d.From, d.To, d.named())
	}
	section("assets here that would move", len(s.Moves))
	for _, m := range s.Moves {
		fmt.Fprintf(&b, "  %6d %s → %s%s\n", m.Count, m.From, m.To, m.named())
	}
	section("assets here that would stay where they are", len(s.Stays))
	for _, r := range s.Stays {
		fmt.Fprintf(&b, "  %6d %s%s\n", r.Count, r.Sentence, r.named())
	}
	section("left out", len(s.Left))
	for _, r := range s.Left {
		fmt.Fprintf(&b, "  %6d %s%s\n", r.Count, r.Sentence, r.named())
	}
	if actions := s.actions(); actions != "" {
		fmt.Fprintf(&b, "a plan would: %s\n", actions)
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}

// actions lists what a plan would do, in an order of its own.
func (s Simulation) actions() string {
	var parts []string
	for _, action := range []store.Action{
		store.ActionCreate, store.ActionAttach, store.ActionUpdate, store.ActionRefresh, store.ActionPin, store.ActionRefile, store.ActionMove, store.ActionFreeze, store.ActionOrphan, store.ActionDetails,
	} {
		if n := s.Actions[action]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", action, n))
		}
	}
	return strings.Join(parts, ", ")
}

// String names the destination.
func (d Destination) String() string {
	name := d.Name
	if name == "" {
		name = string(d.Layout)
	}
	switch d.Outcome {
	case OutcomeSkip:
		return "skipped"
	case OutcomeNoHome:
		return "no home (" + name + " is missing or inactive)"
	default:
		return name
	}
}

// named lists the examples in a row.
func (s Sample) named() string {
	if len(s.Examples) == 0 {
		return ""
	}
	texts := make([]string, len(s.Examples))
	for i, e := range s.Examples {
		if texts[i] = fmt.Sprintf("%s of %s", e.Name, e.Company); e.Because != "" {
			texts[i] += " (" + e.Because + ")"
		}
	}
	if s.Count > len(s.Examples) {
		texts = append(texts, "…")
	}
	return ": " + strings.Join(texts, "; ")
}
