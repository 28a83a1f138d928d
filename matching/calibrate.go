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
	r.prior = r.estimate()
	best := make([]claim, len(r.req.Here.entries))
	for i := range r.rows {
		w := &r.rows[i]
		chances(w.scored, r.prior)
		for _, s := range w.scored {
			best[s.at].raise(s, w.match == s.at && w.linked())
		}
	}
	for i := range r.rows {
		w := &r.rows[i]
		if w.linked() && r.outdone(w, best) {
			w.outcome, w.because = OutcomeSuggested, w.because+", but another record fits better"
		}
		r.contest(w, best)
		w.assure()
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

// claim is the best pair of a record here.
type claim struct {
	score, confidence float32
	firm              bool // it passed the gate
	there             bool // there is one
}

// raise notes a pair if it is the best.
func (c *claim) raise(s scored, firm bool) {
	if !c.there || s.score > c.score || s.score == c.score && s.confidence > c.confidence {
		*c = claim{score: s.score, confidence: s.confidence, firm: firm, there: true}
	}
}

// leave returns the score that is left to a pair whose record here is more
// likely another's. If that one passed the gate it takes nearly all: two records
// upstream seldom are one company. Else it takes some bits.
func (c *claim) leave(score float32, prior float64) float32 {
	if !c.firm {
		return score - c.confidence*min((c.score-score)*looseShare, looseBits)
	}
	alone := odds(float64(score) + prior)
	left := alone / (1 + alone) * (1 - firmShare*float64(c.confidence))
	return min(score, float32(math.Log2(left/(1-left))-prior))
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
func (r *Result) outdone(w *row, best []claim) bool {
	for _, s := range w.scored {
		if s.at == w.match {
			return best[s.at].score > s.score+contestMargin
		}
	}
	return true // the score is below all that are kept
}

// contest lowers candidates that are more likely another record's, and puts all
// in their order.
func (r *Result) contest(w *row, best []claim) {
	changed := false
	for i := range w.scored {
		s := &w.scored[i]
		if b := &best[s.at]; b.score > s.score+contestMargin {
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
