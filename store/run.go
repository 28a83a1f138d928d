package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Run is one execution of an integration's sync.
type Run struct {
	// ID is dovetail's id.
	ID RunID
	// Integration is whose run it is.
	Integration IntegrationID
	// By is who started it.
	By Actor
	// Companies are the upstream companies that it was limited to. Empty: all.
	Companies []connector.Key
	// SettingsVersion is the version of the settings that it goes by, also where
	// others are saved meanwhile.
	SettingsVersion int64
	// State says how it stands.
	State RunState
	// Started and Ended are its times. Ended is zero while it runs.
	Started, Ended time.Time
	// Read counts the records delivered, by kind.
	Read map[connector.Kind]int
	// Plan is the plan that it made. Empty: none.
	Plan PlanID
	// Outcomes counts the plan's changes by what became of them.
	Outcomes map[OutcomeState]int
	// Problems are what a person has to know, each with what to do.
	Problems []string
	// Code classifies the error that ended it.
	Code connector.Code
}

// RunState says how a run stands.
type RunState string

// The states of a run.
const (
	// RunRunning: it runs, or a crash cut it off and the next one has not begun.
	RunRunning RunState = "running"
	// RunStopping: it runs, and its process is asked to stop it. Problems says by
	// whom.
	RunStopping RunState = "stopping"
	// RunOK: it did all that was to be done.
	RunOK RunState = "ok"
	// RunPartial: it ended and left something undone.
	RunPartial RunState = "partial"
	// RunFailed: an error ended it.
	RunFailed RunState = "failed"
	// RunStopped: a person stopped it.
	RunStopped RunState = "stopped"
	// RunCutOff: its process or its host ended before it did, or whoever began it
	// gave up. The next one goes on from there.
	RunCutOff RunState = "cut off"
)

// UnderWay reports whether it is the state of a run that has not ended.
func (s RunState) UnderWay() bool { return s == RunRunning || s == RunStopping }

// JournalEntry is one change of state, kept for good.
type JournalEntry struct {
	// Seq numbers the entries, from 1. The ledger sets it.
	Seq int64
	// At is when it happened, and By who did it.
	At time.Time
	By Actor
	// Integration and Run are where it happened. Run is empty for a person's
	// decision.
	Integration IntegrationID
	Run         RunID
	// Event is what happened: an action of a plan, or a decision such as
	// "match".
	Event string
	// Record, Company and Asset are what it is about; any may be empty.
	Record  RecordID
	Company CompanyID
	Asset   AssetID
	// Set are the values written. NameField is the asset's name.
	Set []FieldChange
	// Reason says why.
	Reason Reason
}

// JournalQuery selects journal entries. The zero value selects all.
type JournalQuery struct {
	// After selects entries with a higher sequence number.
	After int64
	// Run, Company and Asset select the entries about them. Empty: any.
	Run     RunID
	Company CompanyID
	Asset   AssetID
}

// RunReader reads runs and the journal.
type RunReader interface {
	// Run returns one run.
	Run(id RunID) (Run, error)
	// LastRun returns the integration's run that was started last.
	LastRun(id IntegrationID) (Run, error)
	// Runs yields the integration's runs, the one that was started last first:
	// by id, from the end. Where before isn't empty it begins behind that id,
	// whether there is such a run or not.
	Runs(id IntegrationID, before RunID) iter.Seq2[Run, error]
	// Journal yields the entries that q selects, by sequence.
	Journal(q JournalQuery) iter.Seq2[JournalEntry, error]
}

// RunWriter writes runs and the journal.
type RunWriter interface {
	// PutRun writes a run.
	PutRun(r Run) error
	// AppendJournal adds an entry under the next number.
	AppendJournal(e JournalEntry) error
}
