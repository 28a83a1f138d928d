package dovetail

import "github.com/dovetail-sync/dovetail/store"

// noteEnd remembers whether a card was taken from its asset: a plan that gives a
// record another asset first takes it from the one that it has.
func (a *applier) noteEnd(c store.Change) {
	switch c.Action {
	case store.ActionDetach, store.ActionWithdraw, store.ActionArchive, store.ActionBury:
		delete(a.stuck, c.Record)
		if c.Outcome.State != store.OutcomeDone {
			a.stuck[c.Record] = true
		}
	default:
	}
}

// waitsForEnd gives a change its outcome that would put a record on an asset
// while its card is stuck on another one, and reports whether it does.
func (a *applier) waitsForEnd(c *store.Change) bool {
	if c.Action != store.ActionCreate && c.Action != store.ActionAttach || !a.stuck[c.Record] {
		return false
	}
	c.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "its card could not be taken from the asset that it is on"}
	return true
}
