package plugin

import (
	"context"
	"log/slog"

	"google.golang.org/grpc"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// sessionAttr is the attribute by which the host knows whose log line it is.
const sessionAttr = "dovetail_session"

// served is a session in the plugin's process.
type served struct {
	session  connector.Session
	features connector.Features
}

// Session implements the service: it opens a session, carries its calls back,
// and closes it when the host ends its side or is gone.
func (s *server) Session(stream grpc.BidiStreamingServer[wire.ToPlugin, wire.ToHost]) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	open := first.GetOpen()
	if open == nil {
		return wire.ToStatus(&connector.Error{Code: connector.CodeProtocol, Detail: "a session has to begin with open"})
	}
	back := newCallback(stream)
	defer back.end()
	session, err := s.connector.Open(stream.Context(), s.options(open, back))
	if err != nil {
		return wire.ToStatus(err)
	}
	features := connector.FeaturesOf(session)
	s.add(open.GetSession(), &served{session: session, features: features})
	err = back.opened(featureNames(features))
	if err == nil {
		back.serve()
	}
	s.remove(open.GetSession())
	if err := session.Close(); err != nil {
		return wire.ToStatus(err)
	}
	return nil
}

func (s *server) add(id uint64, session *served) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[id] = session
}

func (s *server) remove(id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, id)
}

func (s *server) options(open *wire.Open, back *callback) connector.OpenOptions {
	config := connector.Config{
		Values: make(map[string]string, len(open.GetValues())), Secrets: make(map[string]connector.Secret, len(open.GetSecrets())),
	}
	for field, value := range open.GetValues() {
		config.Values[field] = string(value)
	}
	for field, secret := range open.GetSecrets() {
		config.Secrets[field] = connector.NewSecret(string(secret))
	}
	level := slog.LevelInfo
	if open.GetDebug() {
		level = slog.LevelDebug
	}
	return connector.OpenOptions{
		Config:   config,
		Endpoint: open.GetEndpoint(),
		Host:     back.host(open.GetOffers()),
		Logger:   slog.New(levelHandler{Handler: s.log, level: level}).With(sessionAttr, open.GetSession()),
	}
}

func featureNames(f connector.Features) []string {
	var names []string
	for name, has := range map[string]bool{
		wire.FeatureCheck: f.Check != nil, wire.FeatureGet: f.Get != nil,
		wire.FeatureCount: f.Count != nil, wire.FeatureDiscover: f.Discover != nil,
	} {
		if has {
			names = append(names, name)
		}
	}
	return names
}

// levelHandler drops what is below a level.
type levelHandler struct {
	slog.Handler
	level slog.Level
}

func (h levelHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

func (h levelHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelHandler{Handler: h.Handler.WithAttrs(attrs), level: h.level}
}

func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{Handler: h.Handler.WithGroup(name), level: h.level}
}
