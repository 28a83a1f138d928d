package matching

import (
	"cmp"
	"math"
	"slices"
)

// The settings of calibration; see docs/matching.md.
const (
	// priorRounds is how often the share of records that are here is estimated
	// anew.
	priorRounds = 8
	// priorWeight is for how many records the even chance stands.
	priorWeight = 40
	// contestMargin is by how many bits another record has to be the better
	// match of a candidate to be held for it.
	contestMargin = 2
)

// calibrate turns scores into confidences. A record is one of its candidates or
// none, and a record here is seldom two upstream: see contend. How many records are
// here at all is estimated from the lists; scores are made for one half.
func (r *Result) calibrate() {
	r.prior = r.estimate()
	best := make([]float32, len(r.req.Here.entries)) // by record here: the most that speaks for one upstream
	for at := range best {
		best[at] = leastScore
	}
	for i := range r.rows {
		for _, s := range r.rows[i].scored {
			best[s.at] = max(best[s.at], s.score)
		}
	}
	for i := range r.rows {
		w := &r.rows[i]
		if w.linked() && r.outdone(w, best) {
			w.outcome, w.because = OutcomeSuggested, w.because+", but another record fits better"
		}
	}
	r.contend()
	for i := range r.rows {
		r.rows[i].assure()
	}
}

// How likely a pair is right by what decided, as it was measured on the
// development halves and shrunk to what so many pairs can tell.
const (
	sureOfAutomatic   = 0.998 // 10 of 5,600 wrong by label, none after reading
	sureOfProvisional = 0.985 // 9 of 1,900
	sureOfScore       = 0.99  // at most, if a score alone speaks for it
)

// assure sets the confidence of a match by the gate that it passed, takes what it
// gets from the others, and bounds that of candidates by score alone.
func (w *row) assure() {
	sure := float32(sureOfAutomatic)
	if w.outcome == OutcomeProvisional {
		sure = sureOfProvisional
	}
	for i := range w.scored {
		s := &w.scored[i]
		if !w.linked() || s.at != w.match {
			s.confidence = min(s.confidence, sureOfScore)
			continue
		}
		if s.confidence < sure {
			rest := (1 - sure) / (1 - s.confidence)
			for j := range w.scored {
				w.scored[j].confidence *= rest
			}
		}
		s.confidence = sure
	}
	slices.SortStableFunc(w.scored, func(a, b scored) int { return cmp.Compare(b.confidence, a.confidence) })
}

// estimate returns the bits by which a record is likelier here than not.
func (r *Result) estimate() (prior float64) {
	alone := make([]float64, len(r.rows)) // the odds of each record, before that
	for i := range r.rows {
		for _, s := range r.rows[i].scored {
			alone[i] += odds(float64(s.score))
		}
	}
	for range priorRounds {
		here, ratio := 0.0, math.Exp2(prior)
		for _, sum := range alone {
			here += sum * ratio / (1 + sum*ratio)
		}
		share := (here + priorWeight/2) / (float64(len(r.rows)) + priorWeight)
		prior = math.Log2(share / (1 - share))
	}
	return prior
}

// linked reports whether a row passed the gate.
func (w *row) linked() bool {
	return w.outcome == OutcomeAutomatic || w.outcome == OutcomeProvisional
}

// odds returns the odds of a score, bounded so that sums stay finite.
func odds(bits float64) float64 { return math.Exp2(max(min(bits, 60), -60)) }

// chances sets how likely each candidate is.
func chances(candidates []scored, prior float64) {
	sum := 1.0
	for _, s := range candidates {
		sum += odds(float64(s.score) + prior)
	}
	for i := range candidates {
		candidates[i].confidence = float32(odds(float64(candidates[i].score)+prior) / sum)
	}
}

// outdone reports whether another record is the better match of what a record
// was linked to.
func (r *Result) outdone(w *row, best []float32) bool {
	for _, s := range w.scored {
		if s.at == w.match {
			return best[s.at] > s.score+contestMargin
		}
	}
	return true // the score is below all that are kept
}
