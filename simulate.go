package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// SortDraft are the settings that say where records go, to be tried before they
// are saved.
type SortDraft struct {
	// Rules are the sort rules.
	Rules []sortrules.Rule
	// DefaultLayouts are the default layouts. Nil: those in force.
	DefaultLayouts map[connector.Kind]store.LayoutID
	// SkipTypes are the types that aren't imported. Nil: those in force.
	SkipTypes []store.SkipType
}

// SimulateRequest asks what rules would do with what was last read.
type SimulateRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits it to these upstream companies. Empty: all that are
	// matched.
	Companies []connector.Key
	// Try is what is tried, and Against what that is compared with. Nil: the
	// settings in force.
	Try, Against *SortDraft
	// Examples is how many records are named in each row. Zero is 3; there are
	// at most 20.
	Examples int
}

// Simulation is what rules would do. Nothing was written, and nothing was asked
// upstream.
type Simulation struct {
	// Records counts the records that rules were asked about: those of matched
	// companies, as they were last read.
	Records int `json:"records"`
	// Places says where they go.
	Places []SimulatedPlace `json:"places"`
	// Differences are those that go elsewhere than by what it is compared with.
	Differences []SimulatedDifference `json:"differences"`
	// Moves are the assets that are here and would be moved to another layout,
	// if that is confirmed.
	Moves []SimulatedMove `json:"moves"`
	// Stays are the assets that are here in another layout than the rules say,
	// and would stay there, with the reason.
	Stays []SimulatedReason `json:"stays"`
	// Left are the records that would be neither here nor skipped, by reason:
	// their layout is inactive, several assets could be it, it could not be read.
	Left []SimulatedReason `json:"left"`
	// Actions counts what a plan under these rules would do, by action, moves
	// included.
	Actions map[store.Action]int `json:"actions"`
	// Warnings are what may be wrong with the rules that were tried.
	Warnings []connector.Problem `json:"warnings,omitempty"`
}

// Destination is where a record goes.
type Destination struct {
	// Outcome is "layout", "skip" or "no home": a layout that is missing or
	// inactive.
	Outcome string `json:"outcome"`
	// Layout and Name are the layout's. Empty for a record that is skipped.
	Layout store.LayoutID `json:"layout,omitempty"`
	Name   string         `json:"name,omitempty"`
}

// The outcomes of a Destination.
const (
	OutcomeLayout = "layout"
	OutcomeSkip   = "skip"
	OutcomeNoHome = "no home"
)

// SimulatedPlace counts the records of a kind that go to one place for one
// reason.
type SimulatedPlace struct {
	// Kind is the kind of record.
	Kind connector.Kind `json:"kind"`
	Destination
	// By says what decides, as in `rule "printers"`, "default" or "skip list".
	By string `json:"by"`
	Sample
}

// SimulatedDifference counts the records that go elsewhere.
type SimulatedDifference struct {
	// Kind is the kind of record.
	Kind connector.Kind `json:"kind"`
	// From is where they go by what it is compared with, To by what is tried.
	From Destination `json:"from"`
	To   Destination `json:"to"`
	Sample
}

// SimulatedMove counts the assets that would move between two layouts.
type SimulatedMove struct {
	// From and To are the names of the layouts.
	From string `json:"from"`
	To   string `json:"to"`
	Sample
}

// SimulatedReason counts the records with one reason.
type SimulatedReason struct {
	// Code is the reason, and Sentence what it says of the first example.
	Code     ReasonCode `json:"code"`
	Sentence string     `json:"sentence"`
	Sample
}

// Sample is a number of records, and the first of them.
type Sample struct {
	// Count is how many there are.
	Count int `json:"count"`
	// Examples are the first few.
	Examples []Example `json:"examples"`
}

// Example is one record.
type Example struct {
	// Key and Name are the record's.
	Key  connector.Key `json:"key"`
	Name string        `json:"name"`
	// Company is the name of its company here.
	Company string `json:"company"`
	// Because names the value that decided, where a rule did.
	Because string `json:"because,omitempty"`
}
