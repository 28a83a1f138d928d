package main

import (
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// measuredPairs is what is printed about labelled pairs of names.
type measuredPairs struct {
	measured
	Baseline           string  `json:"baseline,omitempty"`
	BaselineF1         float64 `json:"baseline_f1,omitempty"`
	BaselineThreshold  float64 `json:"baseline_threshold,omitempty"`
	BaselineDifference float64 `json:"baseline_difference,omitempty"`
	BootstrapBetter    float64 `json:"bootstrap_better,omitempty"`
}

// labelledPair is a pair with its label and another matcher's score, if any.
type labelledPair struct {
	guess

	names    [2]string
	baseline float64
	found    matching.Candidate
}

func evaluateLabelled(o options, diagnostics io.Writer) (any, error) {
	watch := startWatch()
	watch.begin()
	pairs, baseline, err := readPairs(o)
	if err != nil {
		return nil, err
	}
	for i := range pairs {
		if err := pairs[i].compare(nil, o.person); err != nil {
			return nil, err
		}
	}
	m := measuredPairs{Baseline: baseline}
	m.Threshold, m.Model = matching.ShippedTables().Threshold(), matching.ShippedTables().Model()
	guesses, truePairs := make([]guess, len(pairs)), 0
	for i, p := range pairs {
		guesses[i] = p.guess
		truePairs += count(p.right)
	}
	m.Left, m.Right, m.Pairs = len(pairs), len(pairs), truePairs
	m.Precision, m.Recall, m.F1 = f1(guesses, m.Threshold, truePairs)
	m.F1Oracle, m.ThresholdOracle = oracle(guesses, truePairs)
	m.ECE = calibrationError(guesses)
	m.CandidatesPer, m.CandidateRecall = 1, 1
	if baseline != "" {
		m.against(pairs)
	}
	m.resources = watch.stop()
	printLabelled(o, diagnostics, pairs, m.Threshold)
	return m, nil
}

// readPairs reads labelled pairs, and the name of the column of another matcher's
// scores, if there is one.
func readPairs(o options) (pairs []labelledPair, baseline string, err error) {
	err = readTable(o.labelled, []string{"name1", "name2", "is_match"}, func(cell func(string) string) error {
		p := labelledPair{names: [2]string{cell("name1"), cell("name2")}}
		if !inHalf(o.half, p.names[0]+"|"+p.names[1]) {
			return nil
		}
		p.right = isTrue(cell("is_match"))
		if score, err := strconv.ParseFloat(cell("logicv2_score"), 64); err == nil {
			p.baseline, baseline = score, "logicv2_score"
		}
		pairs = append(pairs, p)
		return nil
	})
	return pairs, baseline, err
}

// compare compares the names of a pair.
func (p *labelledPair) compare(tables *matching.Tables, person bool) error {
	a, b := matching.Named("1", p.names[0]), matching.Named("2", p.names[1])
	a.Person, b.Person = person, person
	c, err := matching.Compare(tables, a, b)
	p.found, p.confidence = c, c.Confidence
	return err
}

func isTrue(s string) bool {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "t", "y":
		return true
	}
	return false
}

// rounds is how many samples the bootstrap draws.
const rounds = 10000

// against holds the pairs' own F1 at the shipped threshold against that of
// another matcher at its own published one, on the same samples of the pairs.
func (m *measuredPairs) against(pairs []labelledPair) {
	m.BaselineThreshold = 0.7 // at which its authors measure it
	m.BaselineF1 = f1Of(pairs, nil, func(p *labelledPair) bool { return p.baseline >= m.BaselineThreshold })
	m.BaselineDifference = m.F1 - m.BaselineF1
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same samples every time
	sample := make([]int, len(pairs))
	better := 0.0
	for range rounds {
		for i := range sample {
			sample[i] = random.IntN(len(pairs))
		}
		own := f1Of(pairs, sample, func(p *labelledPair) bool { return p.confidence >= m.Threshold })
		other := f1Of(pairs, sample, func(p *labelledPair) bool { return p.baseline >= m.BaselineThreshold })
		switch cmp.Compare(own, other) {
		case 1:
			better++
		case 0:
			better += 0.5
		}
	}
	m.BootstrapBetter = better / rounds
}

// f1Of returns the F1 of what is said about a sample of pairs, of all if nil.
func f1Of(pairs []labelledPair, sample []int, says func(*labelledPair) bool) float64 {
	var said, right, all int
	one := func(p *labelledPair) {
		yes := says(p)
		said += count(yes)
		right += count(yes && p.right)
		all += count(p.right)
	}
	if sample == nil {
		for i := range pairs {
			one(&pairs[i])
		}
	}
	for _, i := range sample {
		one(&pairs[i])
	}
	return share(2*right, said+all)
}

func printLabelled(o options, w io.Writer, pairs []labelledPair, threshold float64) {
	wrong := slices.DeleteFunc(slices.Clone(pairs), func(p labelledPair) bool { return (p.confidence >= threshold) == p.right })
	for _, p := range wrong[:min(len(wrong), o.errors)] {
		fmt.Fprintf(w, "WRONG: %q and %q: label %t, %.1f bits, confidence %.3f, baseline %.3f\n", p.names[0], p.names[1], p.right, p.found.Score, p.confidence, p.baseline)
		for _, e := range p.found.Evidence {
			fmt.Fprintf(w, "      %+6.1f %s\n", e.Bits, e.Text)
		}
	}
}
