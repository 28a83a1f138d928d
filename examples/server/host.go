package main

import (
	"context"
	"log/slog"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/syncro"
)

// integration is the id of this host's one integration.
const integration = store.IntegrationID("syncro-1")

// visitor is who does everything here. A host with a login takes the person
// from the session instead.
var visitor = store.Person("1", "you")

// host is what a documentation platform adds to the engine: its own data, a
// place where runs live, and an API.
type host struct {
	engine   *dovetail.Engine
	platform *memory.Documents
	runs     *background
	log      *slog.Logger
}

// newHost sets everything up: documentation by hand, settings, and a connection
// test. An account that can't be reached is no error: the page says so.
func newHost(ctx context.Context, src source, log *slog.Logger) (*host, error) {
	db := memory.New()
	h := &host{platform: db.Platform(), runs: newBackground(), log: log}
	cfg := dovetail.Config{
		Store:      db,
		Connectors: []connector.Connector{syncro.New()},
		Upstream:   func(store.IntegrationID) dovetail.Upstream { return src.upstream },
		Pace:       src.pace,
		Logger:     log,
		OnEvent:    h.runs.note,
	}
	var err error
	if h.engine, err = dovetail.New(cfg); err != nil {
		return nil, err
	}
	settings, err := documentByHand(ctx, h.platform, h.engine.Connectors()[0], src)
	if err != nil {
		return nil, err
	}
	if _, err := h.engine.SaveSettings(ctx, dovetail.SettingsRequest{
		By: visitor, Integration: integration, Connector: h.engine.Connectors()[0].Name, Settings: settings,
	}); err != nil {
		return nil, err
	}
	if _, err := h.engine.TestConnection(ctx, dovetail.TestRequest{By: visitor, Integration: integration}); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		log.Warn("the connection test failed; the page says what to do", "error", err)
	}
	return h, nil
}

// close stops the run under way and waits for its end.
func (h *host) close() { h.runs.close() }
