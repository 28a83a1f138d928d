package sqlstore

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// tables are the ledger's. Their columns stand in migrations/0001_ledger.sql.
type tables struct {
	integrations *table[store.Integration, store.IntegrationID]
	settings     *table[store.Settings, settingsKey]
	mirror       *table[store.MirrorRow, store.RecordID]
	scans        *table[scan, store.ScanID]
	seen         *table[mark, mark]
	matches      *table[store.Match, store.RecordID]
	cards        *table[store.Card, store.RecordID]
	// cardCompanies are the companies of the cards.
	cardCompanies *table[store.CompanyID, store.CompanyID]
	rejections    *table[store.Rejection, rejectionKey]
	pins          *table[store.Pin, pinKey]
	tombstones    *table[store.Tombstone, store.RecordID]
	overwritten   *table[store.Overwritten, int64]
	approvals     *table[store.Approval, approvalKey]
	due           *table[store.Due, store.IntegrationID]
	claims        *table[store.Claim, string]
	plans         *table[store.Plan, store.PlanID]
	changes       *table[store.Change, changeKey]
	// outcomes are those of changes that are there.
	outcomes   *table[outcome, changeKey]
	openWrites *table[store.OpenWrite, string]
	runs       *table[store.Run, store.RunID]
	journal    *table[store.JournalEntry, int64]
}

func newTables(n naming) *tables {
	return &tables{
		integrations: build(n, integrationsTable()),
		settings:     build(n, settingsTable()),
		mirror:       build(n, mirrorTable()),
		scans:        build(n, scansTable()),
		seen:         build(n, seenTable()),
		matches:      build(n, matchesTable()),
		cards:        build(n, cardsTable()),

		cardCompanies: distinct(build(n, cardCompaniesTable())),

		rejections:  build(n, rejectionsTable()),
		pins:        build(n, pinsTable()),
		tombstones:  build(n, tombstonesTable()),
		overwritten: build(n, overwrittenTable()),
		approvals:   build(n, approvalsTable()),
		due:         build(n, dueTable()),
		claims:      build(n, claimsTable()),
		plans:       build(n, plansTable()),
		changes:     build(n, changesTable()),
		outcomes:    onlyThere(n, build(n, outcomesTable())),
		openWrites:  build(n, openWritesTable()),
		runs:        build(n, runsTable()),
		journal:     build(n, journalTable()),
	}
}

func integrationsTable() table[store.Integration, store.IntegrationID] {
	type T = store.Integration
	return table[T, store.IntegrationID]{
		name: "integrations", what: "integration", keys: 1,
		key: func(i *T) store.IntegrationID { return i.ID }, clone: T.Clone,
		columns: []column[T]{
			text("id", func(i *T) *store.IntegrationID { return &i.ID }),
			text("connector", func(i *T) *string { return &i.Connector }),
			text("name", func(i *T) *string { return &i.Name }),
			flag("disabled", func(i *T) *bool { return &i.Disabled }),
			number("settings_version", func(i *T) *int64 { return &i.SettingsVersion }),
			encoded("sealed", func(i *T) *map[string][]byte { return &i.Sealed }),
			number("match_revision", func(i *T) *int64 { return &i.MatchRevision }),
			text("upstream_account", func(i *T) *string { return &i.Account }),
			text("connection_state", func(i *T) *store.ConnectionState { return &i.Connection.State }),
			moment("connection_at", func(i *T) *time.Time { return &i.Connection.At }),
			text("connection_problem", func(i *T) *string { return &i.Connection.Problem }),
			text("connection_code", func(i *T) *connector.Code { return &i.Connection.Code }),
			encoded("types", func(i *T) *[]connector.RecordType { return &i.Types }),
			text("applied_plan", func(i *T) *store.PlanID { return &i.Applied }),
			number("revision", func(i *T) *int64 { return &i.Revision }),
		},
	}
}

// settingsKey is the key of a version of an integration's settings.
type settingsKey struct {
	integration store.IntegrationID
	version     int64
}

func settingsTable() table[store.Settings, settingsKey] {
	type T = store.Settings
	return table[T, settingsKey]{
		name: "settings", what: "settings", keys: 2, once: true,
		key: func(s *T) settingsKey { return settingsKey{s.Integration, s.Version} }, clone: T.Clone,
		columns: slices.Concat([]column[T]{
			text("integration", func(s *T) *store.IntegrationID { return &s.Integration }),
			number("version", func(s *T) *int64 { return &s.Version }),
			encoded("config", func(s *T) *map[string]string { return &s.Config }),
			encoded("default_layouts", func(s *T) *map[connector.Kind]store.LayoutID { return &s.DefaultLayouts }),
			encoded("skip_types", func(s *T) *[]store.SkipType { return &s.SkipTypes }),
			binary("rules", func(s *T) *json.RawMessage { return &s.Rules }),
			encoded("connected", func(s *T) *[]store.ConnectedField { return &s.Connected }),
			flag("auto_update_names", func(s *T) *bool { return &s.AutoUpdateNames }),
			flag("keep_details", func(s *T) *bool { return &s.KeepDetails }),
			text("refile", func(s *T) *store.RefilePolicy { return &s.Refile }),
			flag("match_certain", func(s *T) *bool { return &s.MatchCertain }),
			flag("one_to_one", func(s *T) *bool { return &s.OneToOne }),
			encoded("skip_keys", func(s *T) *[]string { return &s.SkipKeys }),
			encoded("junk", func(s *T) *[]string { return &s.Junk }),
			encoded("limits", func(s *T) *store.Limits { return &s.Limits }),
			number("stale_days", func(s *T) *int { return &s.StaleDays }),
			number("archive_days", func(s *T) *int { return &s.ArchiveDays }),
			moment("at_time", func(s *T) *time.Time { return &s.At }),
		}, actor(func(s *T) *store.Actor { return &s.By })),
	}
}
