package plugin

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// stopTime is how long the end of a read is waited for that nobody wants any
// more.
const stopTime = time.Second

// reading is one read in one process.
type reading struct {
	link     *link
	inbox    wire.Inbox
	receiver wire.Receiver
	stream   grpc.BidiStreamingClient[wire.ReadControl, wire.PagePart]
	// ctx ends with the stream.
	ctx    context.Context
	cancel context.CancelCauseFunc
	// silent ends a read that delivers nothing.
	silent *time.Timer

	mu    sync.Mutex // one message at a time
	force *time.Timer
	over  bool
}

// startRead begins a read at the other end. The stream doesn't end with ctx but
// a moment later, so that the plugin can say that it has ended.
func (l *link) startRead(ctx context.Context, req connector.ReadRequest) (*reading, error) {
	r := &reading{link: l, receiver: wire.Receiver{Redact: l.session.plugin.redact.text}}
	r.ctx, r.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	patience := l.session.plugin.cfg.CallTimeout
	r.silent = time.AfterFunc(patience, func() {
		// It waits for the host, or has done so until a moment ago.
		if l.waiting.Load() > 0 || time.Since(time.Unix(0, l.answered.Load())) < patience {
			r.extend()
			return
		}
		r.cancel(silentFor(patience))
	})
	var err error
	if r.stream, err = l.proc.rpc.Read(r.ctx); err != nil { //nolint:contextcheck // see above
		return r, err
	}
	start := &wire.ReadStart{
		Session: l.id, Kind: connector.CleanText(string(req.Kind)), Mode: uint32(req.Mode),
		Checkpoint: []byte(req.Checkpoint), SizeHint: int64(req.SizeHint), Credit: wire.Ahead,
	}
	for _, key := range req.Within {
		start.Within = append(start.Within, []byte(key))
	}
	r.send(&wire.ReadControl{Message: &wire.ReadControl_Start{Start: start}})
	return r, nil
}

// extend gives the plugin the whole time again, unless the read is over.
func (r *reading) extend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		r.silent.Reset(r.link.session.plugin.cfg.CallTimeout)
	}
}

// send sends a message. Where that fails the stream is at its end, and its next
// page says why.
func (r *reading) send(m *wire.ReadControl) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.stream.Send(m)
}

// badPart is what no plugin may send.
type badPart struct{ error }

// page returns the next page. io.EOF is the end of the read.
func (r *reading) page() (connector.Page, error) {
	r.extend()
	for {
		if err := r.stream.RecvMsg(&r.inbox); err != nil {
			return connector.Page{}, err
		}
		page, whole, err := r.receiver.Part(&r.inbox.Part)
		if err != nil {
			return connector.Page{}, &badPart{err}
		}
		if whole {
			return page, nil
		}
	}
}

// error says what the end of a read means.
func (r *reading) error(ctx context.Context, op string, err error) error {
	p := r.link.session.plugin
	if ctx.Err() != nil {
		return p.error(connector.CodeCanceled, op, context.Cause(ctx))
	}
	if bad, ok := errors.AsType[*badPart](err); ok {
		return p.error(connector.CodeProtocol, op, errors.New(p.redact.text(bad.Error())))
	}
	return p.callError(r.ctx, r.link.proc, op, err) //nolint:contextcheck // the stream's says more
}

// stop asks the plugin to end the read, and ends it by force a moment later.
func (r *reading) stop() {
	r.send(&wire.ReadControl{Message: &wire.ReadControl_Stop{Stop: true}})
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over && r.force == nil {
		r.force = time.AfterFunc(stopTime, func() { r.cancel(errStopped) })
	}
}

// finish stops the read and waits until the plugin has ended it: nothing is
// asked of the upstream behind the consumer's back.
func (r *reading) finish() {
	r.stop()
	for {
		if _, err := r.stream.Recv(); err != nil {
			return
		}
	}
}

// end lets go of the stream.
func (r *reading) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.silent.Stop()
	if r.force != nil {
		r.force.Stop()
	}
	r.cancel(nil)
}
