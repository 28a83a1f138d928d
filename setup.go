package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// SuggestRequest asks for a setup to begin with.
type SuggestRequest struct {
	// By is who asks.
	By store.Actor
	// Connector names the connector. It may be empty where Integration is one
	// that is set up.
	Connector string
	// Integration names an integration that is set up: what was read of it
	// counts. Empty, or one that isn't there yet: only Types count.
	Integration store.IntegrationID
	// Types are the account's types of record, as a connection test finds them.
	// Nil: those that the integration's last test found.
	Types []connector.RecordType
}

// Setup is a proposal for layouts, rules and defaults: what an account has, in
// the layouts that are here already as far as they fit. A person may change all
// of it before CreateLayouts carries it out.
type Setup struct {
	// Integration is the one that it was suggested for, if any.
	Integration store.IntegrationID `json:"integration,omitempty"`
	// Connector is the connector's name.
	Connector string `json:"connector"`
	// Layouts are the layouts that it needs, those that are here included.
	Layouts []SetupLayout `json:"layouts"`
	// Defaults are the default layouts, by their Key.
	Defaults map[connector.Kind]string `json:"defaults"`
	// Rules are the sort rules. A rule's Layout is the Key of one of Layouts.
	Rules []sortrules.Rule `json:"rules"`
	// Seen are the data points that records of the account have and that nobody
	// declares: its custom fields, the most frequent first. Those that are
	// Wanted get a field; at first none is. A person may add others by name.
	Seen []SeenPoint `json:"seen,omitempty"`
	// Notes are what a person should know before carrying it out.
	Notes []string `json:"notes,omitempty"`
}

// SetupLayout is a layout of a setup.
type SetupLayout struct {
	// Key names it within the setup.
	Key string `json:"key"`
	// Kind is the kind of record that goes there.
	Kind connector.Kind `json:"kind"`
	// Existing is the layout here that fits. Empty: it is to be made.
	Existing store.LayoutID `json:"existing,omitempty"`
	// Name is its name, and Fields are its fields if it is to be made.
	Name   string        `json:"name"`
	Fields []store.Field `json:"fields,omitempty"`
	// Types are the names of the types of record that go there by a rule.
	Types []string `json:"types,omitempty"`
}

// SeenPoint is a data point that records have, or that a person asks for by
// name.
type SeenPoint struct {
	// Kind is the kind of record, and Name the data point's.
	Kind connector.Kind `json:"kind"`
	Name string         `json:"name"`
	// Records is how many records have a value for it, of those that were
	// looked at.
	Records int `json:"records"`
	// Title is what its field is called, and Type what type it has. Empty is the
	// name without what the connector puts before it, and text. A field of the
	// layout that is called so already and fed by something else keeps its name:
	// then this one is called by the data point's whole name.
	Title string          `json:"title,omitempty"`
	Type  store.FieldType `json:"type,omitempty"`
	// Layouts are the keys of the layouts where records that have it go. Empty:
	// all of the kind.
	Layouts []string `json:"layouts,omitempty"`
	// Wanted asks for it: those layouts that are made get a field for it, and in
	// those that are here the field that is called so is connected. A layout
	// that is here gets no field.
	Wanted bool `json:"wanted,omitempty"`
}

// CreateLayoutsRequest asks to carry a setup out.
type CreateLayoutsRequest struct {
	// By is who asks.
	By store.Actor
	// Setup is what SuggestSetup proposed, as the person wants it.
	Setup Setup
}
