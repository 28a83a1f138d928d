package memory

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/store"
)

// Documents is a documentation platform in memory. Beside what every platform
// can do, it has methods for what only people do there, for tests and demos;
// see [Store.Platform].
//
// Its ids are counted, as in "company-1", "layout-2", "field-3" and "asset-4",
// so that a test can name them. An intent's id may be empty: such a create is
// not kept, as one that a person makes in the platform.
type Documents struct {
	state atomic.Pointer[platform]
	// turn is held by the one who changes the state.
	turn sync.Mutex
}

var _ store.Documents = (*Documents)(nil)

func newDocuments() *Documents {
	d := &Documents{}
	d.state.Store(newPlatform())
	return d
}

// Capabilities implements store.Documents.
func (d *Documents) Capabilities() store.Capabilities {
	return store.Capabilities{
		Versions: true, Intents: true, Archive: true, MoveCompany: true, MoveLayout: true, Touched: true, Links: true,
	}
}

// Writes returns how many creates and updates of store.Documents succeeded
// since New, with those that changed nothing.
func (d *Documents) Writes() int { return d.state.Load().writes }

// FindCreated implements store.Documents. What was deleted since is found all
// the same.
func (d *Documents) FindCreated(ctx context.Context, intent string) (store.Created, error) {
	op := fmt.Sprintf("find created by %q", intent)
	if err := ctx.Err(); err != nil {
		return store.Created{}, fmt.Errorf("memory: %s: %w", op, err)
	}
	m, found := d.state.Load().made.get(intent)
	if !found {
		return store.Created{}, fmt.Errorf("memory: %s: %w", op, store.ErrNotFound)
	}
	return store.Created{Company: m.company, Layout: m.layout, Asset: m.asset}, nil
}

// change runs fn on a state of its own, which takes the place of the current
// one when fn returns nil.
func (d *Documents) change(op string, fn func(e *edit) error) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	next := *d.state.Load()
	if err := fn(&edit{platform: &next, owner: new(owner)}); err != nil {
		return fmt.Errorf("memory: %s: %w", op, err)
	}
	d.state.Store(&next)
	return nil
}

// write is change for the writes of store.Documents.
func (d *Documents) write(ctx context.Context, op string, intent store.Intent, fn func(e *edit) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory: %s: %w", op, err)
	}
	return d.change(op, func(e *edit) error {
		if err := intent.Check(); err != nil {
			return err
		}
		e.writes++
		return fn(e)
	})
}

// each yields copies of the rows of a tree that nobody changes any more.
func each[K, V any](ctx context.Context, t *tree[K, *V], start, within func(K) bool, dup func(V) V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var none V
		if err := ctx.Err(); err != nil {
			yield(none, fmt.Errorf("memory: list documents: %w", err))
			return
		}
		for row := range t.ascend(start) {
			if !within(t.by.key(row)) || !yield(dup(*row), nil) {
				return
			}
			if err := ctx.Err(); err != nil {
				yield(none, fmt.Errorf("memory: list documents: %w", err))
				return
			}
		}
	}
}
