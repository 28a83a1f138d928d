package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

// Plugin is a connector that runs in a process of its own. It is safe for
// concurrent use; all its sessions share the process.
type Plugin struct {
	cfg    Config
	home   string
	exe    string
	info   connector.Info
	redact *redactor

	// turn is held by whoever looks at the process or replaces it.
	turn    chan struct{}
	current *process

	// life ends with Close.
	life  context.Context
	end   context.CancelCauseFunc
	once  sync.Once
	ended error
}

var _ connector.Connector = (*Plugin)(nil)

var errClosed = errors.New("the plugin is closed")

// Start starts a plugin's process. It runs until Close.
//
// A program that can't be run, isn't the one that is meant, or speaks another
// version is an error with CodeConfig that says what to do.
func Start(ctx context.Context, cfg Config) (*Plugin, error) {
	cfg = cfg.withDefaults()
	home, exe, err := makeHome(cfg)
	if err != nil {
		return nil, err
	}
	p := &Plugin{cfg: cfg, home: home, exe: exe, redact: newRedactor(), turn: make(chan struct{}, 1)}
	p.life, p.end = context.WithCancelCause(context.Background())
	proc, err := p.start(ctx)
	if err != nil {
		_ = os.RemoveAll(home)
		return nil, err
	}
	p.current, p.info = proc, proc.info
	return p, nil
}

func (p *Plugin) start(ctx context.Context) (*process, error) {
	proc, err := start(ctx, p.cfg, p.home, p.exe, newOutput(p.cfg.Logger, p.redact))
	if err == nil {
		return proc, nil
	}
	code := connector.CodeConfig
	if ctx.Err() != nil {
		code = connector.CodeCanceled
	}
	return nil, &connector.Error{Code: code, Source: "plugin", Op: "start " + filepath.Base(p.cfg.Path), Err: err}
}

// Info implements connector.Connector.
func (p *Plugin) Info() connector.Info { return p.info }

// Open implements connector.Connector. A process that has crashed is started
// again first. OpenOptions.RoundTripper is the error CodeConfig: it can't be
// taken into another process.
func (p *Plugin) Open(ctx context.Context, opt connector.OpenOptions) (connector.Session, error) {
	if opt.RoundTripper != nil {
		return nil, p.error(connector.CodeConfig, "open", errors.New("a RoundTripper can't be taken into another process"))
	}
	s := newSession(p, opt)
	l, err := s.open(ctx)
	if err != nil {
		s.forget()
		return nil, err
	}
	s.features, s.current = l.features, l
	return s, nil
}

// Close ends all sessions and the process, by force if it doesn't end by
// itself within Config.CloseTimeout. Closing twice is no error.
func (p *Plugin) Close() error {
	p.once.Do(func() {
		p.end(errClosed)
		p.turn <- struct{}{} // whoever has it gives up, since life is over
		defer func() { <-p.turn }()
		if p.current != nil {
			p.current.stop(p.cfg.CloseTimeout)
		}
		if err := os.RemoveAll(p.home); err != nil {
			p.ended = fmt.Errorf("plugin: close: %w", err)
		}
	})
	return p.ended
}

// process returns the running process, and starts one where it has ended.
func (p *Plugin) process(ctx context.Context) (*process, error) {
	ctx, cancel := endingWith(ctx, p.life)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, p.error(connector.CodeCanceled, "start", context.Cause(ctx))
	}
	defer func() { <-p.turn }()
	if ctx.Err() != nil {
		return nil, p.error(connector.CodeCanceled, "start", context.Cause(ctx))
	}
	if p.current != nil && !p.current.gone(0) {
		return p.current, nil
	}
	if p.current != nil {
		p.current.discard()
		p.current = nil
	}
	proc, err := p.start(ctx)
	if err != nil {
		return nil, err
	}
	p.current = proc
	return proc, nil
}

// endingWith returns a context that ends with ctx or with life, which may be
// over: the context then is too, at once.
func endingWith(ctx, life context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if life.Err() != nil {
		cancel(context.Cause(life))
	}
	stop := context.AfterFunc(life, func() { cancel(context.Cause(life)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// error returns an error of the plugin, as opposed to one of its connector.
func (p *Plugin) error(code connector.Code, op string, err error) *connector.Error {
	return &connector.Error{Code: code, Source: p.info.Name, Op: op, Err: err}
}
