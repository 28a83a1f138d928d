package dovetail

import (
	"context"
	"sync"

	"github.com/dovetail-sync/dovetail/store"
)

// turns lets one at a time read, plan or apply for an integration. Unlike a
// mutex it can be waited for with a context.
type turns struct {
	mu    sync.Mutex
	taken map[store.IntegrationID]chan struct{}
}

// applyingTurn is the turn of writing to the platform, which all integrations
// share. No integration has an empty id.
const applyingTurn store.IntegrationID = ""

// take waits for the turn. The function that it returns passes it on.
func (t *turns) take(ctx context.Context, id store.IntegrationID) (done func(), err error) {
	for {
		t.mu.Lock()
		current, busy := t.taken[id]
		if !busy {
			if t.taken == nil {
				t.taken = make(map[store.IntegrationID]chan struct{})
			}
			mine := make(chan struct{})
			t.taken[id] = mine
			t.mu.Unlock()
			return func() { t.pass(id, mine) }, nil
		}
		t.mu.Unlock()
		select {
		case <-current:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (t *turns) pass(id store.IntegrationID, mine chan struct{}) {
	t.mu.Lock()
	delete(t.taken, id)
	t.mu.Unlock()
	close(mine)
}
