package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// printErrors prints decisions that the truth calls wrong, the worst first:
// automatic ones, provisional ones, then first candidates above the threshold
// and true pairs that stand lower.
func printErrors(o options, w io.Writer, result *matching.Result, t *truth, up, here *matching.Catalogue) {
	threshold := matching.ShippedTables().Threshold()
	kinds := []struct {
		title string
		wrong func(d matching.Decision) bool
	}{
		{"WRONG AUTOMATIC", func(d matching.Decision) bool {
			_, ok := t.right(matching.Pair{Upstream: d.ID, Here: d.Match})
			return d.Outcome == matching.OutcomeAutomatic && !ok
		}},
		{"WRONG PROVISIONAL", func(d matching.Decision) bool {
			_, ok := t.right(matching.Pair{Upstream: d.ID, Here: d.Match})
			return d.Outcome == matching.OutcomeProvisional && !ok
		}},
		{"WRONG FIRST", func(d matching.Decision) bool {
			return d.Match == "" && len(d.Candidates) > 0 && d.Candidates[0].Confidence >= threshold && !t.pairs[matching.Pair{Upstream: d.ID, Here: d.Candidates[0].ID}]
		}},
		{"MISSED", func(d matching.Decision) bool {
			return len(t.left[d.ID]) > 0 && (len(d.Candidates) == 0 || d.Candidates[0].Confidence < threshold)
		}},
		{"RIGHT, NOT LINKED", func(d matching.Decision) bool {
			return d.Match == "" && len(d.Candidates) > 0 && t.pairs[matching.Pair{Upstream: d.ID, Here: d.Candidates[0].ID}]
		}},
	}
	for _, kind := range kinds {
		left := o.errors
		for d := range result.Decisions() {
			if left == 0 {
				break
			}
			if inHalf(o.half, d.ID) && kind.wrong(d) {
				left--
				printDecision(w, kind.title, d, t, up, here)
			}
		}
	}
}

func printDecision(w io.Writer, title string, d matching.Decision, t *truth, up, here *matching.Catalogue) {
	record, _ := up.Get(d.ID)
	fmt.Fprintf(w, "%s: %s\n  %s (%s: %s)\n", title, d.ID, oneLine(record), d.Outcome, d.Because)
	for _, c := range d.Candidates {
		mark := " "
		if t.pairs[matching.Pair{Upstream: d.ID, Here: c.ID}] {
			mark = "*"
		}
		record, _ := here.Get(c.ID)
		fmt.Fprintf(w, "  %s %s %s\n      %.1f bits, confidence %.3f %s\n", mark, c.ID, oneLine(record), c.Score, c.Confidence, strings.Join(c.Vetoes, "; "))
		for _, e := range c.Evidence {
			fmt.Fprintf(w, "      %+6.1f %s\n", e.Bits, e.Text)
		}
	}
	for _, left := range t.left[d.ID] {
		record, ok := here.Get(left)
		if ok {
			fmt.Fprintf(w, "  true: %s %s\n", left, oneLine(record))
		}
	}
}

func oneLine(r matching.Record) string {
	var parts []string
	for _, n := range r.Names {
		parts = append(parts, n.Text)
	}
	for _, a := range r.Addresses {
		parts = append(parts, strings.Join([]string{a.Text, a.City, a.Postcode}, ", "))
	}
	parts = append(parts, r.Phones...)
	parts = append(parts, r.Domains...)
	parts = append(parts, r.Emails...)
	return strings.Join(parts, " | ")
}
