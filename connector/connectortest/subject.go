package connectortest

import (
	"context"
	"log/slog"
	"maps"
	"sync"

	"github.com/dovetail-sync/dovetail/connector"
)

// subject is what one check tests: a connector and how to open its sessions.
type subject struct {
	Connector connector.Connector
	// Options open a session. Their credentials are the newest ones.
	Options connector.OpenOptions
	// up and wire are the fake and the way to it. Nil on a real account.
	up   *Upstream
	wire *wire
	// live is a real account. Nil if it is none.
	live *Live
	// pages bounds the reads of a real account. Zero: they aren't bounded.
	pages int
	shown shown
	// companies are those that the suite has made, and added counts its records.
	companies []connector.Key
	added     int
	// names are what the suite called its records.
	names map[recordID]string

	mu sync.Mutex
	// paced counts the calls of Host.Pace, and saved those of Host.SaveSecret.
	paced, saved int
	// refusePace and refuseSave are what the two answer.
	refusePace, refuseSave error
}

// recordID names a record of any kind.
type recordID struct {
	kind connector.Kind
	key  connector.Key
}

// subject returns what is tested, made at the first call.
func (p *probe) subject() *subject {
	if p.made != nil {
		return p.made
	}
	s := &subject{names: make(map[recordID]string)}
	if live := p.on.live; live != nil {
		s.Connector, s.Options, s.pages, s.live = live.Connector, live.Options, live.Pages, live
		if s.pages <= 0 {
			s.pages = 3
		}
	} else {
		up, err := p.on.fixture.New(p.ctx)
		p.must(err, "the fixture can't make an upstream")
		if up.Connector == nil || up.Handler == nil || up.Add == nil || up.PageRows < 2 {
			p.fatalf("the fixture lacks one of Connector, Handler, Add and PageRows (two at least)")
		}
		s.Connector, s.up, s.wire = up.Connector, &up, newWire(up.Handler, up.Safe, s.shown.hide)
		s.Options = connector.OpenOptions{Config: up.Config, Endpoint: up.Endpoint, RoundTripper: s.wire}
	}
	if s.Options.Config.Secrets = maps.Clone(s.Options.Config.Secrets); s.Options.Config.Secrets == nil {
		s.Options.Config.Secrets = make(map[string]connector.Secret)
	}
	s.shown.secrets(s.Options.Config)
	s.instrument()
	p.made = s
	return s
}

// instrument puts the suite between the session and its host.
func (s *subject) instrument() {
	host := s.Options.Host
	pace := host.Pace
	if s.up != nil || pace != nil {
		host.Pace = func(ctx context.Context, key string) error {
			s.mu.Lock()
			s.paced++
			refuse := s.refusePace
			s.mu.Unlock()
			if refuse != nil || pace == nil {
				return refuse
			}
			return pace(ctx, key)
		}
	}
	progress := host.Progress
	host.Progress = func(report connector.Progress) {
		s.shown.text("a progress report", report.Waiting)
		if progress != nil {
			progress(report)
		}
	}
	save := host.SaveSecret
	host.SaveSecret = func(ctx context.Context, field string, secret connector.Secret) error {
		s.shown.secret(secret)
		if save != nil {
			if err := save(ctx, field, secret); err != nil {
				return err
			}
		}
		return s.save(field, secret)
	}
	s.Options.Host = host
	logged := slog.Handler(logHandler{shown: &s.shown})
	if s.Options.Logger != nil {
		logged = slog.NewMultiHandler(s.Options.Logger.Handler(), logged)
	}
	s.Options.Logger = slog.New(logged)
}

func (s *subject) save(field string, secret connector.Secret) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saved++
	if s.refuseSave == nil {
		s.Options.Config.Secrets[field] = secret
		if s.live != nil {
			s.live.Options.Config.Secrets[field] = secret // the next check needs it
		}
	}
	return s.refuseSave
}

// set changes what the host answers.
func (s *subject) set(change func(*subject)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// options returns the options for the next session: a host hands over the
// newest credentials, in a map of its own.
func (s *subject) options() connector.OpenOptions {
	s.mu.Lock()
	defer s.mu.Unlock()
	opt := s.Options
	opt.Config = connector.Config{Values: maps.Clone(opt.Config.Values), Secrets: maps.Clone(opt.Config.Secrets)}
	return opt
}

// open opens a session, which ends with the check if not before.
func (p *probe) open() connector.Session {
	s, err := p.subject().Connector.Open(p.ctx, p.subject().options())
	p.must(err, "open a session")
	p.cleanup(func() { _ = s.Close() })
	return s
}

// reopen closes a session and opens another: what a host does that was started
// anew.
func (p *probe) reopen(s connector.Session) connector.Session {
	p.must(s.Close(), "close a session")
	return p.open()
}

// kinds returns the kinds to test.
func (p *probe) kinds() []connector.KindInfo { return p.subject().Connector.Info().Kinds }

// fresh forgets what was tested so far: the next session is one on a new
// upstream.
func (p *probe) fresh() { p.made = nil }

// needs ends the check where a function of the fixture is missing.
func (p *probe) needs(there bool, function string) {
	if !there {
		p.skipf("the fixture has no %s", function)
	}
}
