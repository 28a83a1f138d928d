package store

import (
	"cmp"

	"github.com/dovetail-sync/dovetail/connector"
)

// The ids are opaque texts, chosen by whoever owns the thing: the platform for
// documents, the host for integrations, dovetail for the rest. An id has 1 to
// 191 bytes of valid UTF-8 without control characters: what every database can
// keep and index. Ids sort bytewise. Those of scans, plans and runs sort by the
// time at which they were made.
type (
	// CompanyID identifies a company of the documentation platform.
	CompanyID string
	// LayoutID identifies an asset layout.
	LayoutID string
	// FieldID identifies a field of an asset layout.
	FieldID string
	// AssetID identifies an asset.
	AssetID string
	// LinkID identifies a link between two assets.
	LinkID string
	// IntegrationID identifies an integration.
	IntegrationID string
	// ScanID identifies one reading of one kind.
	ScanID string
	// PlanID identifies a plan.
	PlanID string
	// RunID identifies a run.
	RunID string
)

// RecordID identifies one upstream record. The three parts always go together:
// ids of different kinds may collide, and so may ids of different integrations.
type RecordID struct {
	// Integration is the integration that reads it.
	Integration IntegrationID
	// Kind is the connector's kind.
	Kind connector.Kind
	// Key is its id upstream.
	Key connector.Key
}

// Compare orders record ids by integration, kind and key, bytewise.
func (id RecordID) Compare(other RecordID) int {
	return cmp.Or(
		cmp.Compare(id.Integration, other.Integration),
		cmp.Compare(id.Kind, other.Kind),
		cmp.Compare(id.Key, other.Key),
	)
}

// String returns "integration/kind/key", for people.
func (id RecordID) String() string {
	return string(id.Integration) + "/" + string(id.Kind) + "/" + string(id.Key)
}

// Version is the platform's mark of one state of a company or an asset: equal
// while nothing changed. Empty where the platform has none.
type Version string

// Actor is who did something.
type Actor struct {
	// Kind says what the actor is.
	Kind ActorKind `json:"kind"`
	// ID is the host's id of a person, or the id of a run.
	ID string `json:"id"`
	// Name is what people know the actor by. Empty shows the id.
	Name string `json:"name,omitempty"`
}

// ActorKind is what an actor is.
type ActorKind string

// The kinds of actor.
const (
	// ActorPerson is a person, as the host says.
	ActorPerson ActorKind = "person"
	// ActorRun is a run of an integration.
	ActorRun ActorKind = "run"
	// ActorSchedule is the schedule, which starts runs.
	ActorSchedule ActorKind = "schedule"
)

// Person returns the actor for a person. Name may be empty.
func Person(id, name string) Actor { return Actor{Kind: ActorPerson, ID: id, Name: name} }

// ScheduleActor returns the actor for the schedule.
func ScheduleActor() Actor {
	return Actor{Kind: ActorSchedule, ID: "schedule", Name: "the schedule"}
}

// RunActor returns the actor for a run.
func RunActor(id RunID) Actor { return Actor{Kind: ActorRun, ID: string(id)} }

// String returns the actor's name, or the kind and id.
func (a Actor) String() string {
	if a.Name != "" {
		return a.Name
	}
	return string(a.Kind) + " " + a.ID
}
