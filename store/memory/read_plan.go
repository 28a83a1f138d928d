package memory

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// Plan implements store.Reader.
func (r *reader) Plan(id store.PlanID) (store.Plan, error) {
	return one(r, &r.state.plans, id, store.Plan.Clone, "plan", id)
}

// LastPlan implements store.Reader.
func (r *reader) LastPlan(id store.IntegrationID) (store.Plan, error) {
	return last(r, &r.state.plansByIntegration, id, store.Plan.Clone, "plan of integration")
}

// Change implements store.Reader.
func (r *reader) Change(plan store.PlanID, seq int) (store.Change, error) {
	return one(r, &r.state.changes, changeKey{plan, seq}, store.Change.Clone, "change", fmt.Sprintf("%s/%d", plan, seq))
}

// Changes implements store.Reader.
func (r *reader) Changes(plan store.PlanID, after, limit int) iter.Seq2[store.Change, error] {
	return atMost(limit, rows(r, list[changeKey, store.Change]{
		tree: &r.state.changes, dup: store.Change.Clone,
		start:  func(k changeKey) bool { return k.compare(changeKey{plan, after}) > 0 },
		within: func(k changeKey) bool { return k.plan == plan },
	}))
}

// OpenWrites implements store.Reader.
func (r *reader) OpenWrites(id store.IntegrationID) iter.Seq2[store.OpenWrite, error] {
	return rows(r, list[ownedKey, store.OpenWrite]{
		tree: &r.state.openWritesByIntegration, dup: store.OpenWrite.Clone,
		start:  func(k ownedKey) bool { return k.integration >= id },
		within: func(k ownedKey) bool { return k.integration == id },
	})
}

// Run implements store.Reader.
func (r *reader) Run(id store.RunID) (store.Run, error) {
	return one(r, &r.state.runs, id, store.Run.Clone, "run", id)
}

// LastRun implements store.Reader.
func (r *reader) LastRun(id store.IntegrationID) (store.Run, error) {
	return last(r, &r.state.runsByIntegration, id, store.Run.Clone, "run of integration")
}

// Journal implements store.Reader. Whatever is asked for, it goes through all
// entries after q.After.
func (r *reader) Journal(q store.JournalQuery) iter.Seq2[store.JournalEntry, error] {
	return rows(r, list[int64, store.JournalEntry]{
		tree: &r.state.journal, dup: store.JournalEntry.Clone,
		start:  func(seq int64) bool { return seq > q.After },
		within: all[int64],
		keep: func(e *store.JournalEntry) (bool, error) {
			return (q.Run == "" || e.Run == q.Run) &&
				(q.Company == "" || e.Company == q.Company) &&
				(q.Asset == "" || e.Asset == q.Asset), nil
		},
	})
}

// last returns the integration's row that was made last: ids sort so.
func last[V any](r *reader, t *tree[ownedKey, *V], id store.IntegrationID, dup func(V) V, what string) (V, error) {
	var none V
	if err := r.usable(); err != nil {
		return none, err
	}
	for row := range t.descend(func(k ownedKey) bool { return k.integration > id }) {
		if t.by.key(row).integration != id {
			break
		}
		return dup(*row), nil
	}
	return none, notFound(what, id)
}
