package dovetail

import (
	"context"
	"sync"
)

// turns lets one at a time do a work within this engine. Unlike a mutex it can
// be waited for with a context.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{}
}

// take waits for the turn. The function that it returns passes it on.
func (t *turns) take(ctx context.Context, work string) (done func(), err error) {
	for {
		done, current := t.try(work)
		if done != nil {
			return done, nil
		}
		select {
		case <-current:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// try takes the turn if it is free. Otherwise it returns what is closed when it
// is passed on.
func (t *turns) try(work string) (done func(), current <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if current, busy := t.taken[work]; busy {
		return nil, current
	}
	if t.taken == nil {
		t.taken = make(map[string]chan struct{})
	}
	mine := make(chan struct{})
	t.taken[work] = mine
	return func() { t.pass(work, mine) }, nil
}

func (t *turns) pass(work string, mine chan struct{}) {
	t.mu.Lock()
	delete(t.taken, work)
	t.mu.Unlock()
	close(mine)
}
