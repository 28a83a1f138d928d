package matching

// Outcome is what is decided about a record.
type Outcome string

// The outcomes, from certain to nothing.
const (
	// OutcomeLinked: a person linked it. It is not judged again.
	OutcomeLinked Outcome = "linked"
	// OutcomeAutomatic: certain by the name and something that agrees besides.
	OutcomeAutomatic Outcome = "automatic"
	// OutcomeProvisional: the name is equal and unique, and nothing or too
	// little besides confirms it; or it is written in another way, or another one
	// in part, and what else is known leaves nothing else. A person should see the
	// names side by side.
	OutcomeProvisional Outcome = "provisional"
	// OutcomeSuggested: there are candidates.
	OutcomeSuggested Outcome = "suggested"
	// OutcomeNone: nothing is near.
	OutcomeNone Outcome = "none"
)

// Decision is what was found for one record.
type Decision struct {
	// ID is the record's.
	ID string
	// Outcome is what was decided.
	Outcome Outcome
	// Match is the ID of the record here that it is. Empty unless Outcome is
	// linked, automatic or provisional.
	Match string
	// Because says in words why the outcome is no better, or what made it.
	Because string
	// Renamed says that the match goes by another name: what else is known says
	// that it is the same, and names side by side don't. Only where Outcome is
	// provisional.
	Renamed bool
	// Candidates are the records here that it may be, the best first. The match
	// is the first of them unless a person linked it.
	Candidates []Candidate
	// Capped says that the search met a bound: a name, a number or an address
	// that too many have was not followed.
	Capped bool
	// Compared is how many records here were kept after comparing, at most 20.
	Compared int
	// Model is the version of the weights and tables that decided.
	Model string
}

// Candidate is a record here that another may be.
type Candidate struct {
	// ID is the record's, Name its main name.
	ID, Name string
	// Score is what speaks for the pair, in bits: one more doubles the odds.
	Score float64
	// Confidence is how likely it is the same company, between 0 and 1, given
	// all other candidates.
	Confidence float64
	// Evidence is what the score is made of; its bits sum to the score. Nil
	// unless it was asked for.
	Evidence []Evidence
	// Vetoes are what forbids to link the pair without a person, whatever the
	// score. Nil unless evidence was asked for.
	Vetoes []string
}

// Evidence is one part of a score.
type Evidence struct {
	// Kind is what it is about: name, legal form, number, place, phone, mail,
	// address, identifier, country or prior.
	Kind string
	// Bits is what it adds to the score.
	Bits float64
	// Text says it in words.
	Text string
}

// Pair is a record upstream and one here, by ID.
type Pair struct {
	// Upstream is the ID upstream, Here the one here.
	Upstream, Here string
}

// Known is what people decided. It stands above everything.
type Known struct {
	// Accepted are pairs that are the same company: they are linked.
	Accepted []Pair
	// Rejected are pairs that are not: they are never candidates again.
	Rejected []Pair
}
