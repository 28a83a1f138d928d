package plugin

import (
	"context"
	"slices"
	"sync"

	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// callback is the plugin's end of the way back to the host.
type callback struct {
	stream grpc.BidiStreamingServer[wire.ToPlugin, wire.ToHost]
	sendMu sync.Mutex

	// done is closed when the stream or the session is at its end.
	done chan struct{}
	// moved says that there is progress to report.
	moved chan struct{}
	idle  sync.WaitGroup

	mu       sync.Mutex
	last     uint64
	pending  map[uint64]chan error
	progress map[connector.Kind]connector.Progress
}

func newCallback(stream grpc.BidiStreamingServer[wire.ToPlugin, wire.ToHost]) *callback {
	c := &callback{
		stream: stream, done: make(chan struct{}), moved: make(chan struct{}, 1),
		pending: make(map[uint64]chan error), progress: make(map[connector.Kind]connector.Progress),
	}
	c.idle.Go(c.reportProgress)
	return c
}

// end ends what is still waiting.
func (c *callback) end() {
	close(c.done)
	c.idle.Wait()
}

func (c *callback) send(m *wire.ToHost) error {
	c.sendMu.Lock()
	defer c.sendMu.Unlock()
	return c.stream.Send(m)
}

func (c *callback) opened(features []string) error {
	return c.send(&wire.ToHost{Message: &wire.ToHost_Opened{Opened: &wire.Opened{Features: features}}})
}

// serve hands out the host's answers until the host ends its side.
func (c *callback) serve() {
	for {
		m, err := c.stream.Recv()
		if err != nil {
			return
		}
		answer := m.GetAnswer()
		var result error
		if f := answer.GetFailure(); f != nil {
			result = f.Err(func(text string) string { return text })
		}
		c.mu.Lock()
		waiting, ok := c.pending[answer.GetCall()]
		delete(c.pending, answer.GetCall())
		c.mu.Unlock()
		if ok {
			waiting <- result
		}
	}
}

// call asks the host and waits for its answer, or for ctx.
func (c *callback) call(ctx context.Context, message func(id uint64) *wire.ToHost) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	waiting := make(chan error, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.pending[id] = waiting
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.pending, id)
		c.mu.Unlock()
	}()
	if err := c.send(message(id)); err != nil {
		return &connector.Error{Code: connector.CodeCanceled, Detail: "the host is gone"}
	}
	select {
	case err := <-waiting:
		return err
	case <-ctx.Done():
		_ = c.send(&wire.ToHost{Message: &wire.ToHost_Abandon{Abandon: id}}) // or the host is gone
		return ctx.Err()
	case <-c.done:
		return &connector.Error{Code: connector.CodeCanceled, Detail: "the session is closed"}
	}
}

// host is the way back as the connector sees it: what the host doesn't offer
// is nil.
func (c *callback) host(offers []string) connector.Host {
	var host connector.Host
	if slices.Contains(offers, wire.CanPace) {
		host.Pace = func(ctx context.Context, key string) error {
			return c.call(ctx, func(id uint64) *wire.ToHost {
				return &wire.ToHost{Message: &wire.ToHost_Pace{Pace: &wire.Pace{Call: id, Key: connector.CleanText(key)}}}
			})
		}
	}
	if slices.Contains(offers, wire.CanSaveSecret) {
		host.SaveSecret = func(ctx context.Context, field string, secret connector.Secret) error {
			return c.call(ctx, func(id uint64) *wire.ToHost {
				return &wire.ToHost{Message: &wire.ToHost_SaveSecret{SaveSecret: &wire.SaveSecret{
					Call: id, Field: connector.CleanText(field), Secret: []byte(secret.Reveal()),
				}}}
			})
		}
	}
	if slices.Contains(offers, wire.CanProgress) {
		host.Progress = c.note
	}
	return host
}

// note keeps the newest progress of each kind and returns at once.
func (c *callback) note(p connector.Progress) {
	c.mu.Lock()
	c.progress[p.Kind] = p
	c.mu.Unlock()
	select {
	case c.moved <- struct{}{}:
	default: // it is known already
	}
}

func (c *callback) reportProgress() {
	for {
		select {
		case <-c.done:
			return
		case <-c.moved:
		}
		c.mu.Lock()
		news := c.progress
		c.progress = make(map[connector.Kind]connector.Progress)
		c.mu.Unlock()
		for _, p := range news {
			_ = c.send(&wire.ToHost{Message: &wire.ToHost_Progress{Progress: &wire.Progress{
				Kind: connector.CleanText(string(p.Kind)), Done: int64(p.Done), Total: int64(p.Total), Waiting: connector.CleanText(p.Waiting),
			}}}) // or the host is gone
		}
	}
}
