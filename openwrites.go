package dovetail

import (
	"context"
	"sync"

	"github.com/dovetail-sync/dovetail/store"
)

// intents are the writes that this engine is carrying out just now: they are
// not left over from a crash.
type intents struct {
	mu     sync.Mutex
	flying map[string]bool
}

func (i *intents) begin(intent string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.flying == nil {
		i.flying = make(map[string]bool)
	}
	i.flying[intent] = true
}

func (i *intents) end(intent string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.flying, intent)
}

func (i *intents) has(intent string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.flying[intent]
}

// calls reports whether a change needs a call to the platform. The others are
// our own bookkeeping.
func calls(c store.Change) bool {
	switch c.Action {
	case store.ActionCreate, store.ActionMove, store.ActionRefile, store.ActionDetails,
		store.ActionArchive, store.ActionLink, store.ActionUnlink:
		return true
	case store.ActionWithdraw:
		return len(c.Set) > 0
	case store.ActionAttach, store.ActionUpdate, store.ActionRefresh:
		return c.Name != "" || len(c.Set) > 0
	default:
		return false
	}
}

// openWriteOf is what is put down before a change is carried out.
func openWriteOf(c store.Change, intent string, by store.Actor) store.OpenWrite {
	open := store.OpenWrite{Intent: intent, Record: c.Record, Plan: c.Plan, Seq: c.Seq, By: by, At: now()}
	if c.Action == store.ActionCreate {
		open.Company, open.Layout, open.Name = c.Company, c.Layout, c.Name
	}
	return open
}

// closeWrite removes an open write that has turned out not to have happened.
func (e *Engine) closeWrite(ctx context.Context, intent string) error {
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.DeleteOpenWrite(intent) })
}
