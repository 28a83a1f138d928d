package sqlstore

import (
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func plansTable() table[store.Plan, store.PlanID] {
	type T = store.Plan
	return table[T, store.PlanID]{
		name: "plans", what: "plan", keys: 1,
		key: func(p *T) store.PlanID { return p.ID }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				text("id", func(p *T) *store.PlanID { return &p.ID }),
				text("integration", func(p *T) *store.IntegrationID { return &p.Integration }),
				moment("at_time", func(p *T) *time.Time { return &p.At }),
				number("settings_version", func(p *T) *int64 { return &p.SettingsVersion }),
				number("match_revision", func(p *T) *int64 { return &p.MatchRevision }),
				text("upstream_account", func(p *T) *string { return &p.Account }),
				text("after_plan", func(p *T) *store.PlanID { return &p.After }),
				text("fingerprint", func(p *T) *string { return &p.Fingerprint }),
				number("changes", func(p *T) *int { return &p.Changes }),
				encoded("counts", func(p *T) *map[store.Action]int { return &p.Counts }),
				number("held", func(p *T) *int { return &p.Held }),
				moment("read_at", func(p *T) *time.Time { return &p.Read }),
				encoded("violations", func(p *T) *[]store.Violation { return &p.Violations }),
				encoded("notes", func(p *T) *[]store.Reason { return &p.Notes }),
				text("state", func(p *T) *store.PlanState { return &p.State }),
			},
			actor(func(p *T) *store.Actor { return &p.By }),
		),
	}
}

// changeKey is the key of a plan's change.
type changeKey struct {
	plan store.PlanID
	seq  int
}

func changesTable() table[store.Change, changeKey] {
	type T = store.Change
	return table[T, changeKey]{
		name: "changes", what: "change", keys: 2,
		key: func(c *T) changeKey { return changeKey{c.Plan, c.Seq} }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				text("plan", func(c *T) *store.PlanID { return &c.Plan }),
				number("seq", func(c *T) *int { return &c.Seq }),
				text("action", func(c *T) *store.Action { return &c.Action }),
				text("hash", func(c *T) *string { return &c.Hash }),
				text("company", func(c *T) *store.CompanyID { return &c.Company }),
				text("home", func(c *T) *store.CompanyID { return &c.Home }),
				text("layout", func(c *T) *store.LayoutID { return &c.Layout }),
				text("asset", func(c *T) *store.AssetID { return &c.Asset }),
				text("base", func(c *T) *store.Version { return &c.Base }),
				text("name", func(c *T) *string { return &c.Name }),
				text("was", func(c *T) *string { return &c.Was }),
				fieldChanges("fields", func(c *T) *[]store.FieldChange { return &c.Set }),
				encoded("details", func(c *T) *store.Details { return &c.Details }),
				text("origin", func(c *T) *store.Origin { return &c.Origin }),
				flag("provisional", func(c *T) *bool { return &c.Provisional }),
				text("to_asset", func(c *T) *store.AssetID { return &c.To }),
				text("link", func(c *T) *store.LinkID { return &c.Link }),
				text("other_integration", func(c *T) *store.IntegrationID { return &c.Other.Integration }),
				text("other_kind", func(c *T) *connector.Kind { return &c.Other.Kind }),
				text("other_record", func(c *T) *connector.Key { return &c.Other.Key }),
				text("hold", func(c *T) *string { return &c.Hold }),
			},
			outcomeOf(func(c *T) *store.Outcome { return &c.Outcome }),
			record(func(c *T) *store.RecordID { return &c.Record }),
			reason(func(c *T) *store.Reason { return &c.Reason }),
		),
	}
}

// outcome is what became of a change: a few columns of its row.
type outcome struct {
	plan store.PlanID
	seq  int
	store.Outcome
}

func outcomesTable() table[outcome, changeKey] {
	type T = outcome
	return table[T, changeKey]{
		name: "changes", what: "outcome", keys: 2,
		key: func(o *T) changeKey { return changeKey{o.plan, o.seq} },
		columns: append(
			[]column[T]{
				text("plan", func(o *T) *store.PlanID { return &o.plan }),
				number("seq", func(o *T) *int { return &o.seq }),
			},
			outcomeOf(func(o *T) *store.Outcome { return &o.Outcome })...,
		),
	}
}

// outcomeOf are the columns of an outcome.
func outcomeOf[T any](at func(*T) *store.Outcome) []column[T] {
	return []column[T]{
		text("outcome", func(row *T) *store.OutcomeState { return &at(row).State }),
		text("outcome_asset", func(row *T) *store.AssetID { return &at(row).Asset }),
		text("outcome_problem", func(row *T) *string { return &at(row).Problem }),
	}
}

func openWritesTable() table[store.OpenWrite, string] {
	type T = store.OpenWrite
	return table[T, string]{
		name: "open_writes", what: "open write", keys: 1,
		key: func(o *T) string { return o.Intent }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				text("intent", func(o *T) *string { return &o.Intent }),
				text("plan", func(o *T) *store.PlanID { return &o.Plan }),
				number("seq", func(o *T) *int { return &o.Seq }),
				text("company", func(o *T) *store.CompanyID { return &o.Company }),
				text("layout", func(o *T) *store.LayoutID { return &o.Layout }),
				text("name", func(o *T) *string { return &o.Name }),
				moment("at_time", func(o *T) *time.Time { return &o.At }),
				text("problem", func(o *T) *string { return &o.Problem }),
				moment("looked_at", func(o *T) *time.Time { return &o.Looked }),
				encoded("candidates", func(o *T) *[]string { return &o.Candidates }),
			},
			record(func(o *T) *store.RecordID { return &o.Record }),
			actor(func(o *T) *store.Actor { return &o.By }),
		),
	}
}

func runsTable() table[store.Run, store.RunID] {
	type T = store.Run
	return table[T, store.RunID]{
		name: "runs", what: "run", keys: 1,
		key: func(r *T) store.RunID { return r.ID }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				text("id", func(r *T) *store.RunID { return &r.ID }),
				text("integration", func(r *T) *store.IntegrationID { return &r.Integration }),
				encoded("companies", func(r *T) *[]connector.Key { return &r.Companies }),
				number("settings_version", func(r *T) *int64 { return &r.SettingsVersion }),
				text("state", func(r *T) *store.RunState { return &r.State }),
				moment("started_at", func(r *T) *time.Time { return &r.Started }),
				moment("ended_at", func(r *T) *time.Time { return &r.Ended }),
				encoded("read_counts", func(r *T) *map[connector.Kind]int { return &r.Read }),
				text("plan", func(r *T) *store.PlanID { return &r.Plan }),
				encoded("outcomes", func(r *T) *map[store.OutcomeState]int { return &r.Outcomes }),
				encoded("problems", func(r *T) *[]string { return &r.Problems }),
				text("code", func(r *T) *connector.Code { return &r.Code }),
			},
			actor(func(r *T) *store.Actor { return &r.By }),
		),
	}
}

func journalTable() table[store.JournalEntry, int64] {
	type T = store.JournalEntry
	return table[T, int64]{
		name: "journal", what: "journal entry", keys: 1,
		key: func(e *T) int64 { return e.Seq }, clone: T.Clone,
		columns: slices.Concat(
			[]column[T]{
				number("seq", func(e *T) *int64 { return &e.Seq }),
				moment("at_time", func(e *T) *time.Time { return &e.At }),
				// The entry has an integration of its own, beside its record's.
				text("of_integration", func(e *T) *store.IntegrationID { return &e.Integration }),
				text("run", func(e *T) *store.RunID { return &e.Run }),
				text("event", func(e *T) *string { return &e.Event }),
				text("company", func(e *T) *store.CompanyID { return &e.Company }),
				text("asset", func(e *T) *store.AssetID { return &e.Asset }),
				fieldChanges("fields", func(e *T) *[]store.FieldChange { return &e.Set }),
			},
			actor(func(e *T) *store.Actor { return &e.By }),
			record(func(e *T) *store.RecordID { return &e.Record }),
			reason(func(e *T) *store.Reason { return &e.Reason }),
		),
	}
}
