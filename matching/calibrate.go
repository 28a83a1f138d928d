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
	contestMargin = 1
	// firmShare is how much of a candidate a record takes that passed the gate;
	// looseShare how many bits for each that it is ahead, and looseBits how many at
	// most, if it is a suggestion itself.
	firmShare  = 0.9
	looseShare = 0.4
	looseBits  = 4
)

// calibrate turns scores into confidences. A record is one of its candidates or
// none, so each is as likely as its odds are of all odds. How many records are
// here at all is estimated from the lists; scores are made for one half.
func (r *Result) calibrate() {
	shift := 0.0
	for range priorRounds {
		sum := 0.0
		for i := range r.rows {
			sum += here(r.rows[i].scored, shift)
		}
		n := float64(len(r.rows))
		share := (sum + priorWeight/2) / (n + priorWeight)
		shift = math.Log2(share / (1 - share))
	}
	r.prior = shift
	best := make(map[uint32]claim, len(r.rows))
	for i := range r.rows {
		w := &r.rows[i]
		chances(w.scored, shift)
		for _, s := range w.scored {
			if b, ok := best[s.at]; !ok || s.score > b.score || s.score == b.score && s.confidence > b.confidence {
				best[s.at] = claim{scored: s, firm: w.match == s.at && w.linked()}
			}
		}
	}
	for i := range r.rows {
		w := &r.rows[i]
		if w.linked() && r.outdone(w, best) {
			w.outcome, w.because = OutcomeSuggested, w.because+", but another record fits better"
		}
		r.contest(w, best)
	}
}

// claim is the best pair of a record here.
type claim struct {
	scored

	firm bool // it passed the gate
}

// leave returns the score that is left to a pair whose record here is more
// likely another's. If that one passed the gate it takes nearly all: two records
// upstream seldom are one company. Else it takes some bits.
func (c claim) leave(score, prior float64) float64 {
	if !c.firm {
		return score - float64(c.confidence)*min((c.score-score)*looseShare, looseBits)
	}
	alone := odds(score + prior)
	left := alone / (1 + alone) * (1 - firmShare*float64(c.confidence))
	return min(score, math.Log2(left/(1-left))-prior)
}

// linked reports whether a row passed the gate.
func (w *row) linked() bool {
	return w.outcome == OutcomeAutomatic || w.outcome == OutcomeProvisional
}

// odds returns the odds of a score, bounded so that sums stay finite.
func odds(bits float64) float64 { return math.Exp2(max(min(bits, 60), -60)) }

// here returns how likely a record is one of its candidates.
func here(candidates []scored, shift float64) float64 {
	sum := 0.0
	for _, s := range candidates {
		sum += odds(s.score + shift)
	}
	return sum / (1 + sum)
}

// chances sets how likely each candidate is.
func chances(candidates []scored, shift float64) {
	sum := 1.0
	for _, s := range candidates {
		sum += odds(s.score + shift)
	}
	for i := range candidates {
		candidates[i].confidence = float32(odds(candidates[i].score+shift) / sum)
	}
}

// outdone reports whether another record is the better match of what a record
// was linked to.
func (r *Result) outdone(w *row, best map[uint32]claim) bool {
	for _, s := range w.scored {
		if s.at == w.match {
			return best[s.at].score > s.score+contestMargin
		}
	}
	return true // the score is below all that are kept
}

// contest lowers candidates that are more likely another record's, and puts all
// in their order.
func (r *Result) contest(w *row, best map[uint32]claim) {
	changed := false
	for i := range w.scored {
		s := &w.scored[i]
		if b := best[s.at]; b.score > s.score+contestMargin {
			s.score = b.leave(s.score, r.prior)
			changed = true
		}
	}
	if !changed {
		return
	}
	chances(w.scored, r.prior)
	slices.SortStableFunc(w.scored, func(a, b scored) int { return cmp.Compare(b.confidence, a.confidence) })
}
