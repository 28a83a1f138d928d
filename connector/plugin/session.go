package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// session is a session on the host's side. It outlives the plugin's process:
// after a crash it is opened again in a new one.
type session struct {
	plugin   *Plugin
	features []string

	// life ends with Close, or with the plugin.
	life context.Context
	end  context.CancelCauseFunc

	// turn is held by whoever looks at the link or replaces it.
	turn     chan struct{}
	current  *link
	restarts int

	mu      sync.Mutex
	opt     connector.OpenOptions // with the credentials as they are now
	secrets []connector.Secret    // all that it ever had, for the redactor
	closing sync.Once
	closed  error
}

// maxRestarts is how often a session survives the crash of its process.
const maxRestarts = 3

var errSessionClosed = errors.New("the session is closed")

func newSession(p *Plugin, opt connector.OpenOptions) *session {
	opt.Config.Values, opt.Config.Secrets = maps.Clone(opt.Config.Values), maps.Clone(opt.Config.Secrets)
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	s := &session{plugin: p, opt: opt, turn: make(chan struct{}, 1), secrets: slices.Collect(maps.Values(opt.Config.Secrets))}
	s.life, s.end = context.WithCancelCause(p.life)
	p.redact.add(s.secrets...)
	return s
}

// forget lets go of what the plugin holds for the session.
func (s *session) forget() {
	s.end(errSessionClosed)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plugin.redact.remove(s.secrets...)
	s.secrets = nil
}

// replaced keeps a new credential: a session that is opened again needs it.
func (s *session) replaced(field string, secret connector.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opt.Config.Secrets == nil {
		s.opt.Config.Secrets = make(map[string]connector.Secret)
	}
	s.opt.Config.Secrets[field] = secret
}

// received notes a credential that the plugin sent, before anybody uses it.
func (s *session) received(secret connector.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = append(s.secrets, secret)
	s.plugin.redact.add(secret)
}

// options are those to open the session with now.
func (s *session) options() connector.OpenOptions {
	s.mu.Lock()
	defer s.mu.Unlock()
	opt := s.opt
	opt.Config.Values, opt.Config.Secrets = maps.Clone(opt.Config.Values), maps.Clone(opt.Config.Secrets)
	return opt
}

// open opens the session in the running process.
func (s *session) open(ctx context.Context) (*link, error) {
	ctx, cancel := endingWith(ctx, s.life)
	defer cancel()
	proc, err := s.plugin.process(ctx)
	if err != nil {
		return nil, err
	}
	before := proc.sessionID.Load()
	l, err := openLink(ctx, s, proc)
	if err == nil || before == 0 || !errors.Is(err, errCrashed) {
		return l, err
	}
	// It was crashing already when it was asked, and that wasn't known yet.
	if proc, err = s.plugin.process(ctx); err != nil {
		return nil, err
	}
	return openLink(ctx, s, proc)
}

// use returns the link to the process. If that is gone, the session is opened
// again, as often as it may.
func (s *session) use(ctx context.Context, op string) (*link, error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, s.plugin.error(connector.CodeCanceled, op, context.Cause(ctx))
	}
	defer func() { <-s.turn }()
	if s.life.Err() != nil {
		return nil, s.plugin.error(connector.CodeCanceled, op, errSessionClosed)
	}
	if s.current != nil && s.current.alive() {
		return s.current, nil
	}
	s.current.abort()
	cause := s.current.broken(op)
	if s.restarts == maxRestarts {
		return nil, cause
	}
	s.restarts++
	s.plugin.cfg.Logger.Warn("session of a plugin is opened again", "connector", s.plugin.name, "time", s.restarts, "cause", cause.Error())
	l, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	s.current = l
	return l, nil
}

// Close implements connector.Session.
func (s *session) Close() error {
	s.closing.Do(func() {
		s.end(errSessionClosed)
		s.turn <- struct{}{} // whoever has it gives up, since life is over
		defer func() { <-s.turn }()
		s.closed = s.current.close(s.plugin.cfg.CloseTimeout)
		s.forget()
	})
	return s.closed
}

// Features implements what connector.FeaturesOf looks for.
func (s *session) Features() connector.Features {
	var f connector.Features
	if slices.Contains(s.features, wire.FeatureCheck) {
		f.Check = func(ctx context.Context) (result connector.CheckResult, err error) {
			err = s.call(ctx, &wire.CallRequest{Feature: wire.FeatureCheck}, &result)
			return result, err
		}
	}
	if slices.Contains(s.features, wire.FeatureCount) {
		f.Count = func(ctx context.Context, kind connector.Kind) (n int, err error) {
			err = s.call(ctx, &wire.CallRequest{Feature: wire.FeatureCount, Kind: string(kind)}, &n)
			return n, err
		}
	}
	if slices.Contains(s.features, wire.FeatureDiscover) {
		f.Discover = func(ctx context.Context) (result connector.Discovery, err error) {
			err = s.call(ctx, &wire.CallRequest{Feature: wire.FeatureDiscover}, &result)
			return result, err
		}
	}
	if slices.Contains(s.features, wire.FeatureHint) {
		f.Hint = func(ctx context.Context, message []byte) (hint connector.Hint, err error) {
			if len(message) > wire.MaxRecord {
				return hint, s.plugin.error(connector.CodeTooLarge, wire.FeatureHint, fmt.Errorf("the message has %d bytes, more than %d", len(message), wire.MaxRecord))
			}
			err = s.call(ctx, &wire.CallRequest{Feature: wire.FeatureHint, Message: message}, &hint)
			return hint, err
		}
	}
	if slices.Contains(s.features, wire.FeatureGet) {
		f.Get = func(ctx context.Context, kind connector.Kind, key connector.Key) (rec connector.Record, err error) {
			err = s.call(ctx, &wire.CallRequest{Feature: wire.FeatureGet, Kind: string(kind), Key: []byte(key)}, &rec)
			return rec, err
		}
	}
	return f
}

// call makes one of the optional calls.
func (s *session) call(ctx context.Context, req *wire.CallRequest, into any) error {
	op := req.GetFeature()
	ctx, cancel := endingWith(ctx, s.life)
	defer cancel()
	// The plugin isn't told of this bound: it would answer it as the caller's.
	patience := s.plugin.cfg.CallTimeout
	ctx, silent := context.WithCancelCause(ctx)
	defer silent(nil)
	defer time.AfterFunc(patience, func() { silent(silentFor(patience)) }).Stop()
	l, err := s.use(ctx, op)
	if err != nil {
		return err
	}
	req.Session = l.id
	response, err := l.proc.rpc.Call(ctx, req)
	if err != nil {
		return s.plugin.callError(ctx, l.proc, op, err)
	}
	if rec, ok := into.(*connector.Record); ok {
		*rec, err = wire.UnmarshalRecord(response.GetResult())
	} else {
		err = json.Unmarshal(response.GetResult(), into)
	}
	if err != nil {
		return s.plugin.error(connector.CodeProtocol, op, err)
	}
	return nil
}

// errSilent is in the cause of a context that ended because nothing came.
var errSilent = errors.New("the plugin doesn't answer")

func silentFor(d time.Duration) error { return &silence{d} }

type silence struct{ d time.Duration }

func (s *silence) Error() string { return errSilent.Error() + " for " + s.d.String() }

func (s *silence) Unwrap() error { return errSilent }
