package sqlstore

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// Plan implements store.Reader.
func (r *reader) Plan(id store.PlanID) (store.Plan, error) {
	return one(r.scope, r.tables.plans, &store.Plan{ID: id}, id)
}

// LastPlan implements store.Reader.
func (r *reader) LastPlan(id store.IntegrationID) (store.Plan, error) {
	return first(r.scope, r.tables.plans, last(id), "plan of integration", id)
}

// Plans implements store.Reader.
func (r *reader) Plans(id store.IntegrationID, before store.PlanID) iter.Seq2[store.Plan, error] {
	return rows(r.scope, r.tables.plans, last(id).behind(string(before)))
}

// Change implements store.Reader.
func (r *reader) Change(plan store.PlanID, seq int) (store.Change, error) {
	if err := gatheredOf(r.scope, r.tables.outcomes).flush(r.tx); err != nil {
		return store.Change{}, err
	}
	return one(r.scope, r.tables.changes, &store.Change{Plan: plan, Seq: seq}, fmt.Sprintf("%s/%d", plan, seq))
}

// Changes implements store.Reader.
func (r *reader) Changes(plan store.PlanID, after, limit int) iter.Seq2[store.Change, error] {
	l := of("plan", string(plan), "seq")
	l.after, l.limit = []any{int64(after)}, limit
	l.reads = func(s scope) error { return gatheredOf(s, r.tables.outcomes).flush(s.tx) }
	return rows(r.scope, r.tables.changes, l)
}

// OpenWrites implements store.Reader.
func (r *reader) OpenWrites(id store.IntegrationID) iter.Seq2[store.OpenWrite, error] {
	return rows(r.scope, r.tables.openWrites, of("integration", string(id), "intent"))
}

// Run implements store.Reader.
func (r *reader) Run(id store.RunID) (store.Run, error) {
	return one(r.scope, r.tables.runs, &store.Run{ID: id}, id)
}

// LastRun implements store.Reader.
func (r *reader) LastRun(id store.IntegrationID) (store.Run, error) {
	return first(r.scope, r.tables.runs, last(id), "run of integration", id)
}

// Runs implements store.Reader.
func (r *reader) Runs(id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return rows(r.scope, r.tables.runs, last(id).behind(string(before)))
}

// last are an integration's rows, the one made last first: ids sort so.
func last(id store.IntegrationID) list {
	l := of("integration", string(id), "id")
	l.last = true
	return l
}

// Journal implements store.Reader.
func (r *reader) Journal(q store.JournalQuery) iter.Seq2[store.JournalEntry, error] {
	l := list{by: []string{"seq"}, after: []any{q.After}}
	l.equalTo("run", string(q.Run))
	l.equalTo("company", string(q.Company))
	l.equalTo("asset", string(q.Asset))
	return rows(r.scope, r.tables.journal, l)
}
