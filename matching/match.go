package matching

import (
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Request asks to match two catalogues.
type Request struct {
	// Upstream are the records to be matched, Here those they may be.
	Upstream, Here *Catalogue
	// Known is what people decided.
	Known Known
	// Candidates is how many candidates a decision has at most. 0: 10.
	Candidates int
	// Evidence says that candidates carry their evidence and vetoes.
	Evidence bool
}

// ErrTables means that two catalogues don't have the same tables.
var ErrTables = errors.New("the catalogues have different tables (make both with the same Config)")

// Result is what came of matching two catalogues. It is valid as long as neither
// is changed.
type Result struct {
	req     Request
	pairing *pairing
	rows    []row
	prior   float64
}

// row is what was found for one record upstream.
type row struct {
	at       uint32 // in Upstream
	outcome  Outcome
	because  string
	renamed  bool
	match    uint32 // in Here; valid unless outcome is suggested or none
	capped   bool
	compared uint8
	scored   []scored
}

// scored is a candidate.
type scored struct {
	at         uint32 // in Here
	confidence float32
	score      float32
}

// Match looks for each record upstream for the one here that is the same.
func Match(req Request) (*Result, error) {
	if req.Upstream.tables != req.Here.tables {
		return nil, fmt.Errorf("matching: match: %w", ErrTables)
	}
	if req.Candidates <= 0 {
		req.Candidates = 10
	}
	p := newPairing(req.Upstream, req.Upstream.indexed(), req.Here, req.Here.searchable())
	r := &Result{req: req, pairing: p}
	order := p.inUp.order
	known := newKnownPairs(req)
	r.rows = make([]row, len(order))
	parallel(len(order), func(_, from, to int) {
		s := newSearcher(p, known)
		for i := from; i < to; i++ {
			r.rows[i] = s.search(order[i])
		}
	})
	r.settle(known)
	r.calibrate()
	return r, nil
}

// Decisions yields the decision for each record upstream, by ID.
func (r *Result) Decisions() iter.Seq[Decision] {
	return func(yield func(Decision) bool) {
		x := newExplainer(r.pairing)
		for i := range r.rows {
			if !yield(r.decision(x, &r.rows[i])) {
				return
			}
		}
	}
}

// Decision returns the decision for one record upstream.
func (r *Result) Decision(id string) (Decision, bool) {
	w := r.row(id)
	if w == nil {
		return Decision{}, false
	}
	return r.decision(newExplainer(r.pairing), w), true
}

// row returns what was found for a record upstream, nil if there is none of the
// ID. Rows are in the order of IDs.
func (r *Result) row(id string) *row {
	at, ok := r.req.Upstream.byID[id]
	if !ok {
		return nil
	}
	return &r.rows[r.pairing.inUp.ranks[at]]
}

// Record returns a record upstream, the zero value if there is none of the ID.
func (r *Result) Record(id string) Record {
	record, _ := r.req.Upstream.Get(id)
	return record
}

// Found reports whether a record here is among the candidates of one upstream,
// also where a decision doesn't list it.
func (r *Result) Found(p Pair) bool {
	w := r.row(p.Upstream)
	at, here := r.req.Here.byID[p.Here]
	return w != nil && here && slices.ContainsFunc(w.scored, func(s scored) bool { return s.at == at })
}

func (r *Result) decision(x *explainer, w *row) Decision {
	up, here := r.req.Upstream, r.req.Here
	d := Decision{
		ID: up.entries[w.at].record.ID, Outcome: w.outcome, Because: w.because, Renamed: w.renamed && w.linked(),
		Capped: w.capped, Compared: int(w.compared), Model: here.tables.Model(),
	}
	switch w.outcome {
	case OutcomeLinked, OutcomeAutomatic, OutcomeProvisional:
		d.Match = here.entries[w.match].record.ID
	default:
	}
	n := min(len(w.scored), r.req.Candidates)
	if n == 0 {
		return d
	}
	d.Candidates = make([]Candidate, n)
	for i, s := range w.scored[:n] {
		e := &here.entries[s.at]
		d.Candidates[i] = Candidate{ID: e.record.ID, Name: e.record.main(), Score: float64(s.score), Confidence: float64(s.confidence)}
		if r.req.Evidence {
			x.explain(&up.entries[w.at], e, &d.Candidates[i])
		}
	}
	return d
}

// settle takes back what more than one record upstream lays claim to: each of
// them becomes a suggestion.
func (r *Result) settle(known *knownPairs) {
	claims := make(map[uint32]int)
	for i := range r.rows {
		if w := &r.rows[i]; w.outcome == OutcomeAutomatic || w.outcome == OutcomeProvisional {
			claims[w.match]++
		}
	}
	for i := range r.rows {
		w := &r.rows[i]
		if w.outcome != OutcomeAutomatic && w.outcome != OutcomeProvisional {
			continue
		}
		switch {
		case known.taken[w.match]:
			w.outcome, w.because = OutcomeSuggested, w.because+", but another record is linked to it"
		case claims[w.match] > 1:
			w.outcome, w.because = OutcomeSuggested, w.because+", but so has another record"
		}
	}
}

// knownPairs are people's decisions by number.
type knownPairs struct {
	accepted map[uint32]uint32 // here by upstream
	rejected map[uint64]bool   // both
	taken    map[uint32]bool   // here
}

func pairOf(up, here uint32) uint64 { return uint64(up)<<32 | uint64(here) }

func newKnownPairs(req Request) *knownPairs {
	k := &knownPairs{accepted: make(map[uint32]uint32), rejected: make(map[uint64]bool), taken: make(map[uint32]bool)}
	for _, p := range req.Known.Rejected {
		up, ok := req.Upstream.byID[p.Upstream]
		here, also := req.Here.byID[p.Here]
		if ok && also {
			k.rejected[pairOf(up, here)] = true
		}
	}
	for _, p := range req.Known.Accepted {
		up, ok := req.Upstream.byID[p.Upstream]
		here, also := req.Here.byID[p.Here]
		if ok && also {
			k.accepted[up] = here
			k.taken[here] = true
		}
	}
	return k
}
