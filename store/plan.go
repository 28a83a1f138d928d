package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Plan is the header of a plan. Its changes are rows of their own, because
// there can be a million.
type Plan struct {
	// ID is dovetail's id.
	ID PlanID
	// Integration is whose plan it is.
	Integration IntegrationID
	// By is who asked for it, and At when it was made.
	By Actor
	At time.Time
	// SettingsVersion, MatchRevision and Account are what it was made under. A
	// plan made under others is stale.
	SettingsVersion int64
	MatchRevision   int64
	Account         string
	// After is the plan that had been applied last when this one was made. Once
	// another has been applied, this one is stale.
	After PlanID
	// Fingerprint is equal for plans with the same changes, whenever made.
	Fingerprint string
	// Changes counts the changes, and Counts them by action. Held counts those of
	// them that a safety limit holds.
	Changes int
	Counts  map[Action]int
	Held    int
	// Read is when the reading began that it was made from. Zero: it wasn't read
	// to its end.
	Read time.Time
	// Violations are the safety limits that it breaks. Their changes are held.
	Violations []Violation
	// Notes are what the plan leaves undone as a whole, and why.
	Notes []Reason
	// State says what became of it.
	State PlanState
}

// Violation is a safety limit that a plan breaks within one scope.
type Violation struct {
	// Code is the limit's reason code.
	Code string `json:"code"`
	// Company and Kind are the scope.
	Company CompanyID      `json:"company"`
	Kind    connector.Kind `json:"kind"`
	// Count is how many changes the limit is about, Limit how many it lets pass
	// and There how many records of the kind are in the company.
	Count int `json:"count"`
	Limit int `json:"limit"`
	There int `json:"there"`
}

// PlanState says what became of a plan.
type PlanState string

// The states of a plan.
const (
	// PlanOpen can be applied.
	PlanOpen PlanState = "open"
	// PlanApplying is being applied, or was interrupted and can be resumed.
	PlanApplying PlanState = "applying"
	// PlanApplied was applied to its end.
	PlanApplied PlanState = "applied"
)

// Action is what a change does.
type Action string

// The actions.
const (
	// ActionCreate makes an asset and its card.
	ActionCreate Action = "create"
	// ActionAttach puts a card on an asset that is there.
	ActionAttach Action = "attach"
	// ActionUpdate brings a card, and what it feeds, up to date.
	ActionUpdate Action = "update"
	// ActionRefresh is ActionUpdate where nothing has changed but values that
	// change by themselves.
	ActionRefresh Action = "refresh"
	// ActionPin pins values that a person has put in the place of fed ones. Set
	// has them; nothing is written to the asset.
	ActionPin Action = "pin"
	// ActionMove moves an asset to another company, with its card.
	ActionMove Action = "move"
	// ActionRefile moves an asset to another layout, with its values. Set has
	// them under the fields that take them.
	ActionRefile Action = "refile"
	// ActionOrphan marks a card whose record is gone.
	ActionOrphan Action = "orphan"
	// ActionFreeze marks a card that is no longer synced.
	ActionFreeze Action = "freeze"
	// ActionDetach removes a card from its asset, which stays as it is.
	ActionDetach Action = "detach"
	// ActionWithdraw removes a card from its asset, and blanks the values that
	// the card wrote there and that nobody has changed since. Set has them.
	ActionWithdraw Action = "withdraw"
	// ActionArchive archives an asset that dovetail made and nobody touched, and
	// removes its card.
	ActionArchive Action = "archive"
	// ActionBury removes the card of an asset that a person has deleted, and
	// remembers that it was.
	ActionBury Action = "bury"
	// ActionLink links the card's asset with another one.
	ActionLink Action = "link"
	// ActionUnlink removes a link that dovetail made.
	ActionUnlink Action = "unlink"
	// ActionDetails writes a company's basic details.
	ActionDetails Action = "details"
)

// Change is one step of a plan, for one record.
type Change struct {
	// Plan and Seq identify it. Seq counts from 1.
	Plan PlanID
	Seq  int
	// Action is what it does.
	Action Action
	// Record is the record that it is about.
	Record RecordID
	// Hash is the content of the record that it was decided on.
	Hash string
	// Company is the company that the asset is in, or will be in.
	Company CompanyID
	// Home is the company that the record belongs to from now on, for
	// ActionUpdate of a card whose record and asset have both come to another
	// company. Empty leaves it.
	Home CompanyID
	// Layout is the layout that the asset has, or will have.
	Layout LayoutID
	// Asset is the asset. Empty for ActionCreate.
	Asset AssetID
	// Base is the version of the asset, or of the company for ActionDetails,
	// that it was decided on.
	Base Version
	// Name is the name to be given. Empty leaves it.
	Name string
	// Was is the name of which Name takes the place. Empty for a new asset.
	Was string
	// Set are the values to be written.
	Set []FieldChange
	// Details are the company's details to be written, for ActionDetails.
	Details Details
	// Origin and Provisional are the new card's, for ActionCreate and
	// ActionAttach.
	Origin      Origin
	Provisional bool
	// To is the asset at the other end, for ActionLink and ActionUnlink, and Link
	// the link to be removed.
	To   AssetID
	Link LinkID
	// Other is a second record that it is about. For ActionAttach it is the one
	// that the record succeeds, or on whose asset it is put: then Asset is empty
	// until that one is there. For ActionLink it is the one whose asset is at the
	// other end: then To is empty until that one is there, and Asset may be.
	Other RecordID
	// Hold is the reason code of the safety limit that holds it. Empty: none, and
	// it is carried out.
	Hold string
	// Reason says why.
	Reason Reason
	// Outcome says what became of it.
	Outcome Outcome
}

// FieldChange is one value to be written.
type FieldChange struct {
	// Field is the field.
	Field FieldID `json:"field"`
	// From is the value that was there, To the one to be written.
	From connector.Value `json:"from"`
	To   connector.Value `json:"to"`
	// Digest says that the field is confidential, and that From and To are texts
	// that stand for the values: equal for equal ones, and of no other use.
	Digest bool `json:"digest,omitempty"`
	// Sealed is the value that was there, as a Sealer closed it, where it is a
	// person's and confidential. A journal has none.
	Sealed []byte `json:"sealed,omitempty"`
}

// Outcome is what became of a change.
type Outcome struct {
	// State says what became of it.
	State OutcomeState
	// Asset is the asset that was written.
	Asset AssetID
	// Problem is why it failed, with what to do about it.
	Problem string
}

// OutcomeState says what became of a change.
type OutcomeState string

// The outcomes.
const (
	// OutcomePending: not tried yet.
	OutcomePending OutcomeState = ""
	// OutcomeTrying: about to be written, or interrupted while it was.
	OutcomeTrying OutcomeState = "trying"
	// OutcomeDone: written.
	OutcomeDone OutcomeState = "done"
	// OutcomeFailed: refused, nothing was written. Tried again at the next run.
	OutcomeFailed OutcomeState = "failed"
	// OutcomeStale: what it was decided on has changed since. Decided anew at
	// the next run.
	OutcomeStale OutcomeState = "stale"
	// OutcomeHeld: a safety limit holds it. It was not tried.
	OutcomeHeld OutcomeState = "held"
	// OutcomeUncertain: a create that may have happened. It is looked up before
	// anything else is done about the record.
	OutcomeUncertain OutcomeState = "uncertain"
)

// OpenWrite is a write to the platform that was begun and whose outcome isn't
// noted yet. It is put down before the call, so that a crash can't hide it, and
// deleted in the Update that notes the outcome.
type OpenWrite struct {
	// Intent is the id that the write carried.
	Intent string
	// Record is the record that it was for.
	Record RecordID
	// Plan and Seq are the change that it carries out. Empty for a company that
	// a person decided to create.
	Plan PlanID
	Seq  int
	// Company, Layout and Name are what was to be made, for looking for it where
	// the platform doesn't keep intents. All are empty when nothing was to be
	// made; for a company only Name is set.
	Company CompanyID
	Layout  LayoutID
	Name    string
	// By is who writes, and At when it was begun.
	By Actor
	At time.Time
	// Problem is why its outcome can't be told. Empty while it is carried out,
	// and after a crash.
	Problem string
	// Looked is when it was last looked for. Zero: not yet.
	Looked time.Time
	// Candidates are the ids of the companies or assets that it may have made,
	// when there are several: a person picks.
	Candidates []string
}

// PlanReader reads plans.
type PlanReader interface {
	// Plan returns one plan's header.
	Plan(id PlanID) (Plan, error)
	// LastPlan returns the integration's plan that was made last.
	LastPlan(id IntegrationID) (Plan, error)
	// Plans yields the headers of the integration's plans, the one that was made
	// last first: by id, from the end. Where before isn't empty it begins behind
	// that id, whether there is such a plan or not.
	Plans(id IntegrationID, before PlanID) iter.Seq2[Plan, error]
	// Change returns one change.
	Change(plan PlanID, seq int) (Change, error)
	// Changes yields a plan's changes with a higher sequence number than after,
	// by sequence, at most limit of them unless that is 0.
	Changes(plan PlanID, after, limit int) iter.Seq2[Change, error]
	// OpenWrites yields the open writes for an integration's records, by intent.
	OpenWrites(id IntegrationID) iter.Seq2[OpenWrite, error]
}

// PlanWriter writes plans.
type PlanWriter interface {
	// PutPlan writes a plan's header.
	PutPlan(p Plan) error
	// PutChange writes a change.
	PutChange(c Change) error
	// PutOutcome writes what became of a change, and leaves the rest of it as it
	// is. Where there is no change it does nothing.
	PutOutcome(plan PlanID, seq int, o Outcome) error
	// PutOpenWrite writes an open write.
	PutOpenWrite(o OpenWrite) error
	// DeleteOpenWrite removes an open write.
	DeleteOpenWrite(intent string) error
}
