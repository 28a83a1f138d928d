package main

import (
	"context"
	"sync"

	"github.com/dovetail-sync/dovetail"
)

// background is where runs live: they outlast the request that starts them, and
// not the host.
type background struct {
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu       sync.Mutex
	running  bool
	progress dovetail.Event
	failure  error
}

func newBackground() *background {
	b := &background{}
	b.ctx, b.stop = context.WithCancel(context.Background())
	return b
}

// start starts a run, unless one is under way or the host is closing.
func (b *background) start(run func(context.Context) error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running || b.ctx.Err() != nil {
		return false
	}
	b.running, b.progress, b.failure = true, dovetail.Event{}, nil
	b.wg.Go(func() {
		err := run(b.ctx)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.running, b.failure = false, err
	})
	return true
}

// note keeps the last event, for a page that asks how far the run is.
func (b *background) note(ev dovetail.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.progress = ev
}

// status returns whether a run is under way, its last event, and why the run
// before failed.
func (b *background) status() (running bool, progress dovetail.Event, failure error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.running, b.progress, b.failure
}

// close stops the run under way and waits for its end. Closing twice is fine.
func (b *background) close() {
	b.mu.Lock()
	b.stop() // under the lock, so that no run starts while Wait already counts
	b.mu.Unlock()
	b.wg.Wait()
}
