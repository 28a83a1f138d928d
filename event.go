package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Event is something that happened during a run, for progress and metrics. It
// holds no data of any record.
type Event struct {
	// Type says what happened.
	Type EventType
	// Integration and Run say where. Run is empty outside of Sync.
	Integration store.IntegrationID
	Run         store.RunID
	// Kind is the kind being read, for EventPageRead and EventWaiting.
	Kind connector.Kind
	// Company is the company, for EventCompanyPlanned.
	Company store.CompanyID
	// Done counts what is done of Total: records read, companies planned,
	// changes applied. Total is zero where it isn't known.
	Done, Total int
	// Outcome is what became of a change, for EventChangeApplied.
	Outcome store.OutcomeState
	// Text says what is waited for, for EventWaiting.
	Text string
}

// EventType says what happened.
type EventType string

// The types of event.
const (
	// EventPageRead: a page is in the mirror.
	EventPageRead EventType = "page read"
	// EventWaiting: the upstream, or another process, has to be waited for.
	EventWaiting EventType = "waiting"
	// EventCompanyPlanned: a company's changes are decided.
	EventCompanyPlanned EventType = "company planned"
	// EventChangeApplied: a change was tried.
	EventChangeApplied EventType = "change applied"
)

func (e *Engine) emit(ev Event) {
	if e.cfg.OnEvent != nil {
		e.cfg.OnEvent(ev)
	}
}
