package store

import (
	"encoding/json"
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Integration is one configured instance of a connector.
type Integration struct {
	// ID is dovetail's id.
	ID IntegrationID
	// Connector is the connector's name.
	Connector string
	// Name is what people call the integration.
	Name string
	// Disabled stops runs. Cards and matches stay as they are.
	Disabled bool
	// SettingsVersion is the version of the settings in force.
	SettingsVersion int64
	// Sealed are the connector's credentials by field, as a Sealer closed them.
	// They are no part of the settings: an upstream may replace one during a
	// run, and no version of the settings keeps an old one.
	Sealed map[string][]byte
	// MatchRevision counts the decisions about companies: a plan made before
	// the last one is stale.
	MatchRevision int64
	// Account is the upstream's id of the account, noted on first sight. A run
	// that meets another one stops before it writes. Until it was seen this may
	// be "stand-in:" and what the connector tells accounts apart by, which
	// connection tests compare. Empty: not seen yet.
	Account string
	// Connection is the last connection test.
	Connection Connection
	// Types are the account's record types, as the last connection test found
	// them. Empty: not known.
	Types []connector.RecordType
	// Applied is the last plan that was applied.
	Applied PlanID
	// Revision grows each time that a person saves settings.
	Revision int64
}

// Connection is the outcome of the last connection test or run.
type Connection struct {
	// State says whether the integration can run.
	State ConnectionState
	// At is when that was found.
	At time.Time
	// Problem is what a person has to know, with what to do about it. Empty
	// when the connection works.
	Problem string
	// Code classifies the problem.
	Code connector.Code
}

// ConnectionState says whether an integration can run.
type ConnectionState string

// The states of a connection.
const (
	// ConnectionUntested is an integration whose connection was never tested, or
	// whose domain or credentials were changed since. It can't run.
	ConnectionUntested ConnectionState = ""
	// ConnectionOK is an integration that can run.
	ConnectionOK ConnectionState = "ok"
	// ConnectionAttention is one that needs a person's attention.
	ConnectionAttention ConnectionState = "needs attention"
)

// Settings are one version of an integration's settings. A version is never
// changed after it was written. Its JSON form leaves out what is about the
// version.
type Settings struct {
	// Integration is whose they are.
	Integration IntegrationID `json:"-"`
	// Version numbers them, from 1.
	Version int64 `json:"-"`
	// Config are the connector's plain values.
	Config map[string]string `json:"config,omitempty"`
	// DefaultLayouts are the layouts for records that no rule places, by kind.
	DefaultLayouts map[connector.Kind]LayoutID `json:"default_layouts,omitempty"`
	// SkipTypes are the types that aren't imported.
	SkipTypes []SkipType `json:"skip_types,omitempty"`
	// Rules are the sort rules in their JSON form. Empty: no rules.
	Rules json.RawMessage `json:"rules,omitempty"`
	// Connected are the connected fields.
	Connected []ConnectedField `json:"connected,omitempty"`
	// AutoUpdateNames lets an asset's name follow the upstream while no person
	// renamed it. Otherwise the name is set at creation only.
	AutoUpdateNames bool `json:"auto_update_names,omitempty"`
	// KeepDetails leaves a company's basic details alone after its creation.
	// Otherwise they follow the upstream while no person changed them.
	KeepDetails bool `json:"keep_details,omitempty"`
	// Refile says what becomes of assets whose record the rules or defaults now
	// place elsewhere.
	Refile RefilePolicy `json:"refile,omitempty"`
	// MatchCertain lets a run match the companies of GroupAutomatic by itself.
	// Otherwise a person confirms them.
	MatchCertain bool `json:"match_certain,omitempty"`
	// OneToOne refuses a second upstream company for a company here.
	OneToOne bool `json:"one_to_one,omitempty"`
	// SkipKeys are the keys by which no record is put on an asset: "serial",
	// "mac", "email", "name".
	SkipKeys []string `json:"skip_keys,omitempty"`
	// Junk are serial numbers that say nothing, besides those that are known.
	Junk []string `json:"junk,omitempty"`
	// Limits are the safety limits.
	Limits Limits `json:"limits,omitzero"`
	// StaleDays is after how many days of silence a record is flagged as stale.
	// Zero: 90.
	StaleDays int `json:"stale_days,omitempty"`
	// ArchiveDays is after how many days an asset is archived whose record is
	// gone, if dovetail made it and nobody touched it. Zero: never.
	ArchiveDays int `json:"archive_days,omitempty"`
	// By is who saved them, and At when.
	By Actor     `json:"-"`
	At time.Time `json:"-"`
}

// SkipType is a type of record that isn't imported. Where the upstream has ids
// for types the id decides, so that a rename changes nothing.
type SkipType struct {
	// Kind is the kind of record.
	Kind connector.Kind `json:"kind"`
	// ID is the upstream's id of the type. Empty where it has none or isn't
	// known yet.
	ID string `json:"id,omitempty"`
	// Name is the type's name.
	Name string `json:"name,omitempty"`
}

// RefilePolicy says what becomes of an asset that the rules or defaults now
// place in another layout than it has.
type RefilePolicy string

// The policies.
const (
	// RefileMove moves what dovetail made and nobody touched, and reports the
	// rest.
	RefileMove RefilePolicy = ""
	// RefileReport moves nothing, and reports all of it.
	RefileReport RefilePolicy = "report"
	// RefileKeep leaves every asset in its layout without a word.
	RefileKeep RefilePolicy = "keep"
)

// Limits are the safety limits of an integration's plans, for each company and
// kind.
type Limits struct {
	// Create limits the creations of records that were upstream before the
	// company's last good run. Zero: 25 and 50 %.
	Create Limit `json:"create,omitzero"`
	// Orphan limits the cards whose record is gone. Zero: 10 and 10 %.
	Orphan Limit `json:"orphan,omitzero"`
}

// Limit holds what exceeds the greater one of a number and a share of what is
// there.
type Limit struct {
	// Floor is the number.
	Floor int `json:"floor,omitempty"`
	// Percent is the share.
	Percent int `json:"percent,omitempty"`
	// Off lets everything pass.
	Off bool `json:"off,omitempty"`
}

// ConnectedField is a layout's field that is fed from data points.
type ConnectedField struct {
	// Kind is the kind of record that feeds it.
	Kind connector.Kind `json:"kind"`
	// Layout and Field name the field.
	Layout LayoutID `json:"layout"`
	Field  FieldID  `json:"field"`
	// Sources are names of data points: the first that isn't blank is taken.
	Sources []string `json:"sources"`
	// Type is the field's type when the settings were saved: a field that has
	// another one since isn't fed. Saving sets it.
	Type FieldType `json:"type,omitempty"`
	// OnBlank says what a blank upstream does to the field.
	OnBlank BlankPolicy `json:"on_blank,omitempty"`
	// OnEdit says what becomes of a value that a person has put in the place of
	// a fed one.
	OnEdit EditPolicy `json:"on_edit,omitempty"`
}

// BlankPolicy says what a blank upstream does to a connected field.
type BlankPolicy string

// The policies.
const (
	// BlankKeep leaves the value that is there.
	BlankKeep BlankPolicy = ""
	// BlankClear clears a value that was fed.
	BlankClear BlankPolicy = "clear"
)

// EditPolicy says what becomes of a value that a person has put in the place of
// a fed one.
type EditPolicy string

// The policies.
const (
	// EditUpstream writes the upstream's value again, and keeps the person's on
	// the list of overwritten values.
	EditUpstream EditPolicy = ""
	// EditPin keeps the person's value, and pins it.
	EditPin EditPolicy = "pin"
	// EditReport keeps the person's value, and lists it as drift.
	EditReport EditPolicy = "report"
)

// IntegrationReader reads integrations and their settings.
type IntegrationReader interface {
	// Integration returns one integration.
	Integration(id IntegrationID) (Integration, error)
	// Integrations yields all, by id.
	Integrations() iter.Seq2[Integration, error]
	// Settings returns one version of an integration's settings.
	Settings(id IntegrationID, version int64) (Settings, error)
}

// IntegrationWriter writes integrations and their settings.
type IntegrationWriter interface {
	// PutIntegration writes an integration.
	PutIntegration(i Integration) error
	// PutSettings adds a version of an integration's settings. A version that
	// is there already is the error ErrRefused.
	PutSettings(s Settings) error
}
