package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// link is a session as it is open in one process. Its stream carries what the
// plugin asks of the host.
type link struct {
	session  *session
	proc     *process
	id       uint64
	host     connector.Host
	features []string

	stream grpc.BidiStreamingClient[wire.ToPlugin, wire.ToHost]
	sendMu sync.Mutex
	// ctx ends with the stream, and with it everything done for the plugin.
	ctx    context.Context
	cancel context.CancelCauseFunc
	// done is closed when the stream is at its end and nothing is done for it
	// any more; err is how it ended.
	done chan struct{}
	err  error

	calls   sync.WaitGroup
	waiting atomic.Int64
	mu      sync.Mutex
	pending map[uint64]context.CancelFunc
}

// openTime bounds the opening of a session, which makes no request.
const openTime = 30 * time.Second

func openLink(ctx context.Context, s *session, proc *process) (*link, error) {
	opt := s.options()
	l := &link{
		session: s, proc: proc, id: proc.sessionID.Add(1), host: opt.Host,
		done: make(chan struct{}), pending: make(map[uint64]context.CancelFunc),
	}
	ctx, cancel := context.WithTimeoutCause(ctx, openTime, silentFor(openTime))
	defer cancel()
	l.ctx, l.cancel = context.WithCancelCause(context.WithoutCancel(ctx))
	proc.log.add(l.id, opt.Logger)
	stop := context.AfterFunc(ctx, func() { l.cancel(context.Cause(ctx)) })
	err := l.begin(opt)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		err = s.plugin.callError(ctx, proc, "open", err)
		l.cancel(err)
		proc.log.remove(l.id)
		return nil, err
	}
	go l.serve() //nolint:contextcheck // it lasts as long as the session, not as Open
	return l, nil
}

// begin opens the session at the other end.
func (l *link) begin(opt connector.OpenOptions) error {
	var err error
	if l.stream, err = l.proc.rpc.Session(l.ctx); err != nil {
		return err
	}
	open := &wire.Open{
		Session: l.id, Endpoint: opt.Endpoint, Values: make(map[string][]byte), Secrets: make(map[string][]byte),
		Debug: opt.Logger.Enabled(l.ctx, slog.LevelDebug), Offers: offers(opt.Host),
	}
	for field, value := range opt.Config.Values {
		open.Values[connector.CleanText(field)] = []byte(value)
	}
	for field, secret := range opt.Config.Secrets {
		open.Secrets[connector.CleanText(field)] = []byte(secret.Reveal())
	}
	_ = l.stream.Send(&wire.ToPlugin{Message: &wire.ToPlugin_Open{Open: open}}) // Recv has the reason
	m, err := l.stream.Recv()
	if err != nil {
		return err
	}
	opened := m.GetOpened()
	if opened == nil {
		return fmt.Errorf("the session didn't begin with opened")
	}
	l.features = opened.GetFeatures()
	return nil
}

func offers(host connector.Host) []string {
	var names []string
	if host.Pace != nil {
		names = append(names, wire.CanPace)
	}
	if host.Progress != nil {
		names = append(names, wire.CanProgress)
	}
	if host.SaveSecret != nil {
		names = append(names, wire.CanSaveSecret)
	}
	return names
}

// serve does what the plugin asks for, until the stream ends.
func (l *link) serve() {
	for {
		m, err := l.stream.Recv()
		if err == nil {
			err = l.take(m)
		}
		if err != nil {
			l.err = err
			break
		}
	}
	l.cancel(errSessionClosed)
	l.calls.Wait()
	l.proc.log.remove(l.id)
	close(l.done)
}

func (l *link) take(m *wire.ToHost) error {
	switch m := m.GetMessage().(type) {
	case *wire.ToHost_Pace:
		if l.host.Pace == nil {
			return errNotOffered
		}
		return l.answer(m.Pace.GetCall(), func(ctx context.Context) error { return l.host.Pace(ctx, m.Pace.GetKey()) })
	case *wire.ToHost_SaveSecret:
		if l.host.SaveSecret == nil {
			return errNotOffered
		}
		return l.answer(m.SaveSecret.GetCall(), func(ctx context.Context) error { return l.saveSecret(ctx, m.SaveSecret) })
	case *wire.ToHost_Progress:
		if p := m.Progress; l.host.Progress != nil {
			l.host.Progress(connector.Progress{
				Kind: connector.Kind(p.GetKind()), Done: int(p.GetDone()), Total: int(p.GetTotal()),
				Waiting: wire.Clip(l.session.plugin.redact.text(p.GetWaiting()), wire.MaxText),
			})
		}
	case *wire.ToHost_Abandon:
		l.mu.Lock()
		cancel := l.pending[m.Abandon]
		l.mu.Unlock()
		if cancel != nil {
			cancel()
		}
	}
	return nil // what isn't known is of a later version
}

var (
	errNotOffered = errors.New("the plugin asked for what the host doesn't offer")
	errTooMany    = errors.New("the plugin asked for too much at once")
)

func (l *link) saveSecret(ctx context.Context, m *wire.SaveSecret) error {
	secret := connector.NewSecret(string(m.GetSecret()))
	l.session.received(secret)
	err := l.host.SaveSecret(ctx, m.GetField(), secret)
	if err == nil {
		l.session.replaced(m.GetField(), secret)
	}
	return err
}

// answer does a call back and sends its result, while further ones come in.
func (l *link) answer(id uint64, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithCancel(l.ctx)
	l.mu.Lock()
	_, twice := l.pending[id]
	full := len(l.pending) >= wire.MaxCallbacks
	if !twice && !full {
		l.pending[id] = cancel
	}
	l.mu.Unlock()
	if twice || full {
		cancel()
		return errTooMany
	}
	l.waiting.Add(1)
	l.calls.Go(func() {
		defer cancel()
		defer l.waiting.Add(-1)
		answer := &wire.Answer{Call: id}
		if err := do(ctx); err != nil {
			answer.Failure = wire.FailureOf(err)
		}
		l.mu.Lock()
		delete(l.pending, id)
		l.mu.Unlock()
		l.sendMu.Lock()
		defer l.sendMu.Unlock()
		_ = l.stream.Send(&wire.ToPlugin{Message: &wire.ToPlugin_Answer{Answer: answer}}) // or the stream is at its end
	})
	return nil
}

// alive reports whether the session is open at the other end.
func (l *link) alive() bool { return l.ctx.Err() == nil && !l.proc.gone(0) }

// broken says why the session isn't open any more at the other end.
func (l *link) broken(op string) error {
	// A broken connection is noticed before the end of the process.
	if _, said := wire.FailureIn(l.err); l.proc.gone(0) || !said && status.Code(l.err) == codes.Unavailable {
		return l.session.plugin.crashed(l.proc, op)
	}
	return l.session.plugin.error(connector.CodeUnavailable, op, fmt.Errorf("the plugin ended the session: %w", l.err))
}

// abort ends the session without asking.
func (l *link) abort() {
	l.cancel(errSessionClosed)
	<-l.done
}

// close closes the session at the other end, and says what that says.
func (l *link) close(patience time.Duration) error {
	l.sendMu.Lock()
	_ = l.stream.CloseSend()
	l.sendMu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-l.done:
	case <-timer.C:
		l.abort()
		return l.session.plugin.error(connector.CodeUnavailable, "close", silentFor(patience))
	}
	if f, ok := wire.FailureIn(l.err); ok {
		return f.Err(l.session.plugin.redact.text)
	}
	return nil
}
