package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Match is the link between one upstream company and at most one company here.
// There is one for every upstream company that was ever read.
type Match struct {
	// ID identifies the upstream company.
	ID RecordID
	// State is what was decided.
	State MatchState
	// Company is the company here. Set only when State is MatchMatched.
	Company CompanyID
	// Primary says that of several upstream companies matched to Company this
	// is the one that writes its details.
	Primary bool
	// Group says how sure the suggestion is.
	Group MatchGroup
	// Suggestions are candidates, the best first. Empty unless State is
	// MatchSuggested.
	Suggestions []Suggestion
	// Counts are the numbers of its records by kind. A kind that was never read
	// is left out.
	Counts map[connector.Kind]int
	// Before are the Counts as they were when a person ignored the company, or
	// when its records were first counted after that: what is more now has come
	// since. Empty unless State is MatchIgnored.
	Before map[connector.Kind]int
	// Wrote is what was written to the company's name and details, by the name
	// of the detail.
	Wrote map[string]Written
	// Leave says what becomes of what was imported into the company that it was
	// matched to before. Set while it isn't matched.
	Leave LeavePolicy
	// Merged says what a person answered when this company was merged into
	// another one upstream. Zero: nobody was asked, or nobody answered.
	Merged Merged
	// Imported is when the last run began, give or take a day, that left nothing
	// to do about the company. Zero: none has, since it was matched.
	Imported time.Time
	// By is who decided, and At when. Zero while nobody has.
	By Actor
	At time.Time
	// Revision grows with every decision: a person decides on what he saw.
	Revision int64
}

// MatchState is what was decided about an upstream company.
type MatchState string

// The states of a match.
const (
	// MatchUnmatched: nothing of it is imported.
	MatchUnmatched MatchState = "unmatched"
	// MatchSuggested: unmatched, with candidates.
	MatchSuggested MatchState = "suggested"
	// MatchMatched: its records are imported into Company.
	MatchMatched MatchState = "matched"
	// MatchIgnored: a person doesn't want it.
	MatchIgnored MatchState = "ignored"
)

// LeavePolicy says what becomes of cards and assets when their company is no
// longer matched.
type LeavePolicy string

// The policies.
const (
	// LeaveKeep keeps cards and assets; they are no longer updated.
	LeaveKeep LeavePolicy = ""
	// LeaveDetach removes the cards and keeps the assets.
	LeaveDetach LeavePolicy = "detach"
	// LeaveArchive archives the assets that dovetail made and nobody touched, and
	// keeps the others without their cards.
	LeaveArchive LeavePolicy = "archive"
)

// Merged is the answer to a merge of two companies upstream.
type Merged struct {
	// Into is the upstream company that survived.
	Into connector.Key `json:"into,omitempty"`
	// Answer is what becomes of the records that are now its own.
	Answer MergeAnswer `json:"answer,omitempty"`
}

// MergeAnswer says what becomes of the records of a company that was merged into
// another one upstream.
type MergeAnswer string

// The answers.
const (
	// MergeFollow matches the survivor to the same company here.
	MergeFollow MergeAnswer = "follow"
	// MergeMove lets the records move to the survivor's company here.
	MergeMove MergeAnswer = "move"
	// MergeKeep leaves them where they are.
	MergeKeep MergeAnswer = "keep"
)

// MatchGroup says how sure a suggestion is, for decisions in bulk.
type MatchGroup string

// The groups.
const (
	// GroupNone: no candidate.
	GroupNone MatchGroup = "none"
	// GroupAutomatic: certain by the name and something that agrees besides.
	GroupAutomatic MatchGroup = "automatic"
	// GroupSameName: one candidate of the same name, and nothing else known; or of
	// a name that is written in another way, where something else agrees. To be
	// looked at side by side.
	GroupSameName MatchGroup = "same name"
	// GroupUnclear: several candidates too close to tell, or one under another
	// name.
	GroupUnclear MatchGroup = "unclear"
	// GroupPerson: a person without a business name.
	GroupPerson MatchGroup = "person"
	// GroupTest: a test row.
	GroupTest MatchGroup = "test"
)

// Suggestion is a candidate for a match.
type Suggestion struct {
	// Company is the candidate.
	Company CompanyID `json:"company"`
	// Name is its name when it was suggested.
	Name string `json:"name"`
	// Confidence is between 0 and 1.
	Confidence float64 `json:"confidence"`
	// Because says in words what speaks for it.
	Because []string `json:"because,omitempty"`
}

// Written is a value that an integration wrote.
type Written struct {
	// Sent is what was handed to the platform, and Value what it stored. They
	// differ where the platform tidies: compare the upstream with Sent, and the
	// platform with Value.
	Sent  connector.Value `json:"sent"`
	Value connector.Value `json:"value"`
	// Run is the run that wrote it, and At when.
	Run RunID     `json:"run,omitempty"`
	At  time.Time `json:"at,omitzero"`
	// Flips counts how often something here has put another value in its place,
	// one time after the other: from the second on the field is left alone.
	Flips int `json:"flips,omitempty"`
}

// MatchReader reads matches.
type MatchReader interface {
	// Match returns one match.
	Match(id RecordID) (Match, error)
	// Matches yields an integration's matches, by key.
	Matches(id IntegrationID) iter.Seq2[Match, error]
	// MatchesOf yields the matches of all integrations to one company, by
	// record id.
	MatchesOf(company CompanyID) iter.Seq2[Match, error]
}

// MatchWriter writes matches.
type MatchWriter interface {
	// PutMatch writes a match.
	PutMatch(m Match) error
}
