package matching

import (
	"cmp"
	"math"
	"slices"
)

// The settings of contention; see docs/matching.md.
const (
	// contendRounds is how often records contend. More change nothing that counts.
	contendRounds = 4
	// firmShare is how much the claim of another record counts that passed the gate,
	// or that a field besides the name speaks for. Any other counts nothing: lists have
	// several names for one company.
	firmShare = 0.9
	// firmBits is what a pair is worth at least that passed the gate.
	firmBits = 9
	// faintBits is what a pair has to be worth to be reckoned with by others.
	faintBits = -12
)

// contend turns the odds of each pair alone into confidences, seen that a record
// here is seldom two upstream. Each record claims its candidates by their odds, the
// less the more it is likely another one; and each candidate is the less free for a
// record the more others claim it. A few rounds settle it: these are the messages
// that lead to the likeliest assignment where pairs make a tree, as they nearly do.
func (r *Result) contend() {
	// By record here: the odds that one upstream is it.
	taken := make([]float64, len(r.req.Here.entries))
	for i := range r.rows {
		for k := range r.rows[i].scored {
			r.rows[i].scored[k].confidence = 1 // for now: how free it is for this record
		}
	}
	for range contendRounds {
		clear(taken)
		for i := range r.rows {
			if w := &r.rows[i]; w.backed != 0 || w.linked() {
				w.claim(r.prior, faintBits, func(s *scored, claim, share float64) { taken[s.at] += share * claim })
			}
		}
		for i := range r.rows {
			w := &r.rows[i]
			if !slices.ContainsFunc(w.scored, func(s scored) bool { return taken[s.at] > 0 }) {
				continue // all are free
			}
			w.claim(r.prior, faintBits, func(s *scored, claim, share float64) {
				s.confidence = float32(1 / (1 + max(taken[s.at]-share*claim, 0)))
			})
		}
	}
	r.conclude()
}

// conclude makes confidences of how free candidates are.
func (r *Result) conclude() {
	if r.req.Evidence {
		r.free = make([][]scored, len(r.rows))
	}
	for i := range r.rows {
		w := &r.rows[i]
		if r.req.Evidence {
			r.free[i] = slices.Clone(w.scored)
		}
		w.claim(r.prior, math.Inf(-1), func(s *scored, claim, _ float64) {
			odds := claim * float64(s.confidence)
			s.confidence = float32(odds / (1 + odds))
		})
		slices.SortStableFunc(w.scored, func(a, b scored) int { return cmp.Compare(b.confidence, a.confidence) })
	}
}

// holds reports whether a candidate is the one that a record passed the gate with.
// What a person linked claims nothing: who has the same name is to be seen all the
// same.
func (w *row) holds(s *scored) bool { return w.linked() && w.match == s.at }

// claim calls do for each candidate of a record that is worth so many bits, with the
// odds that the record is it and none of the others that it may be, and how much they
// count for others.
func (w *row) claim(prior, least float64, do func(s *scored, claim, share float64)) {
	var alone [maxKept]float64
	sum := 1.0
	for k := range w.scored {
		s := &w.scored[k]
		bits := float64(s.score) + prior
		if w.holds(s) {
			bits = max(bits, firmBits)
		}
		if bits >= least {
			alone[k] = claimOf(bits)
			sum += alone[k] * float64(s.confidence)
		}
	}
	for k := range w.scored {
		if alone[k] > 0 {
			s := &w.scored[k]
			do(s, alone[k]/max(sum-alone[k]*float64(s.confidence), 1), w.share(k))
		}
	}
}

// share returns how much the claim of a record on its k-th candidate counts.
func (w *row) share(k int) float64 {
	if w.holds(&w.scored[k]) || w.backed&(1<<k) != 0 {
		return firmShare
	}
	return 0
}

// claimOf returns the odds of bits, bounded so that what is added can be taken back.
func claimOf(bits float64) float64 { return math.Exp2(max(min(bits, 40), -40)) }

// freeOf returns how likely a candidate of the i-th row is free for it.
func (r *Result) freeOf(i int, at uint32) float64 {
	for _, s := range r.free[i] {
		if s.at == at {
			return float64(s.confidence)
		}
	}
	return 1 // not reached: all candidates are there
}
