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

// Plans implements store.Reader.
func (r *reader) Plans(id store.IntegrationID, before store.PlanID) iter.Seq2[store.Plan, error] {
	return newest(r, &r.state.plansByIntegration, ownedKey{id, string(before)}, store.Plan.Clone)
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

// Runs implements store.Reader.
func (r *reader) Runs(id store.IntegrationID, before store.RunID) iter.Seq2[store.Run, error] {
	return newest(r, &r.state.runsByIntegration, ownedKey{id, string(before)}, store.Run.Clone)
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

// newest yields an integration's rows from the one made last to the first: ids
// sort so. It begins behind before, if that has an id, and goes on from the last
// key when the tree was changed meanwhile.
func newest[V any](r *reader, t *tree[ownedKey, *V], before ownedKey, dup func(V) V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var none V
		if err := r.usable(); err != nil {
			yield(none, err)
			return
		}
		beyond := func(k ownedKey) bool {
			return k.integration > before.integration || before.id != "" && k.compare(before) >= 0
		}
		for more := true; more; {
			beyond, more = descend(r, t, beyond, before.integration, dup, yield)
		}
	}
}

// descend yields rows until the tree is changed. It returns where to go on, and
// whether to.
func descend[V any](r *reader, t *tree[ownedKey, *V], beyond func(ownedKey) bool, id store.IntegrationID, dup func(V) V, yield func(V, error) bool) (func(ownedKey) bool, bool) {
	changes := t.changes
	for row := range t.descend(beyond) {
		last := t.by.key(row)
		if last.integration != id || !yield(dup(*row), nil) {
			return nil, false
		}
		if err := r.usable(); err != nil {
			var none V
			yield(none, err)
			return nil, false
		}
		if t.changes != changes {
			return func(k ownedKey) bool { return k.compare(last) >= 0 }, true
		}
	}
	return nil, false
}
