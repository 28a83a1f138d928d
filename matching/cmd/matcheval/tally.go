package main

import (
	"cmp"
	"math"
	"slices"

	"github.com/dovetail-sync/dovetail/matching"
)

// tally counts decisions against the truth.
type tally struct {
	m     *measured
	truth *truth
	first []guess // the first candidate of each record that has one

	autoRight, truePairs, found, top1, top3, compared, records int
}

// guess is a pair with how likely it is held to be.
type guess struct {
	confidence float64
	right      bool
}

func newTally(m *measured, t *truth) *tally { return &tally{m: m, truth: t, truePairs: len(t.pairs)} }

func (t *tally) add(d matching.Decision, result *matching.Result) {
	t.records++
	t.compared += d.Compared
	if d.Capped {
		t.m.Capped++
	}
	t.outcome(d)
	for i, c := range d.Candidates {
		right := t.truth.pairs[matching.Pair{Upstream: d.ID, Here: c.ID}]
		if i == 0 {
			t.first = append(t.first, guess{confidence: c.Confidence, right: right})
			t.top1 += count(right)
		}
		if i < 3 {
			t.top3 += count(right)
		}
	}
	for _, left := range t.truth.left[d.ID] {
		t.found += count(result.Found(matching.Pair{Upstream: d.ID, Here: left}))
	}
}

func (t *tally) outcome(d matching.Decision) {
	label, verdict := t.truth.right(matching.Pair{Upstream: d.ID, Here: d.Match})
	switch d.Outcome {
	case matching.OutcomeAutomatic, matching.OutcomeLinked:
		t.m.Auto++
		t.m.AutoWrong += count(t.truth.known && !verdict)
		t.m.AutoWrongByLabel += count(t.truth.known && !label)
		t.autoRight += count(label)
	case matching.OutcomeProvisional:
		t.m.Provisional++
		t.m.ProvisionalWrong += count(t.truth.known && !verdict)
		t.autoRight += count(label)
	case matching.OutcomeSuggested:
		t.m.Suggested++
	default:
		t.m.None++
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *tally) finish() {
	m := t.m
	m.CandidatesPer = share(t.compared, t.records)
	if !t.truth.known {
		return
	}
	m.AutoRecall = share(t.autoRight, t.truePairs)
	m.Top1, m.Top3 = share(t.top1, t.truePairs), share(t.top3, t.truePairs)
	m.CandidateRecall = share(t.found, t.truePairs)
	m.Precision, m.Recall, m.F1 = f1(t.first, m.Threshold, t.truePairs)
	m.F1Oracle, m.ThresholdOracle = oracle(t.first, t.truePairs)
	m.ECE = calibrationError(t.first)
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// f1 returns precision and recall of what is held to be at least that likely.
func f1(guesses []guess, threshold float64, truePairs int) (precision, recall, f float64) {
	var said, right int
	for _, g := range guesses {
		if g.confidence >= threshold {
			said++
			right += count(g.right)
		}
	}
	return share(right, said), share(right, truePairs), share(2*right, said+truePairs)
}

// oracle returns the best F1 of all thresholds.
func oracle(guesses []guess, truePairs int) (best, threshold float64) {
	sorted := slices.Clone(guesses)
	slices.SortFunc(sorted, func(a, b guess) int { return cmp.Compare(b.confidence, a.confidence) })
	right := 0
	for i, g := range sorted {
		right += count(g.right)
		if i+1 < len(sorted) && sorted[i+1].confidence == g.confidence {
			continue
		}
		if f := share(2*right, i+1+truePairs); f > best {
			best, threshold = f, g.confidence
		}
	}
	return best, threshold
}

// calibrationError returns by how much confidences are off, in the mean: the
// expected calibration error over ten equal bins, of first candidates.
func calibrationError(guesses []guess) float64 {
	const bins = 10
	var n, right [bins]int
	var sum [bins]float64
	for _, g := range guesses {
		bin := min(int(g.confidence*bins), bins-1)
		n[bin]++
		right[bin] += count(g.right)
		sum[bin] += g.confidence
	}
	var off float64
	for bin := range bins {
		off += math.Abs(sum[bin] - float64(right[bin]))
	}
	if len(guesses) == 0 {
		return 0
	}
	return off / float64(len(guesses))
}
