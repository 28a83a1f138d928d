package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// Integration returns an integration as it is stored.
func (e *Engine) Integration(ctx context.Context, id store.IntegrationID) (store.Integration, error) {
	integration, _, err := e.load(ctx, id)
	return integration, err
}

// Settings returns an integration's settings as a person edits them. Its
// credentials are left out: they can be replaced and never read.
func (e *Engine) Settings(ctx context.Context, id store.IntegrationID) (Settings, error) {
	_, stored, err := e.load(ctx, id)
	if err != nil {
		return Settings{}, err
	}
	settings, err := asEdited(stored)
	if err != nil {
		return Settings{}, fmt.Errorf("dovetail: settings of %q: %w", id, err)
	}
	return settings, nil
}

// asEdited returns settings as a person edits them.
func asEdited(stored store.Settings) (Settings, error) {
	settings := Settings{
		Config:          connector.Config{Values: stored.Config},
		DefaultLayouts:  stored.DefaultLayouts,
		SkipTypes:       stored.SkipTypes,
		Connected:       stored.Connected,
		AutoUpdateNames: stored.AutoUpdateNames,
		KeepDetails:     stored.KeepDetails,
		Refile:          stored.Refile,
		MatchCertain:    stored.MatchCertain,
		OneToOne:        stored.OneToOne,
		SkipKeys:        rungsNamed(stored.SkipKeys),
		Junk:            stored.Junk,
		Limits:          stored.Limits,
		StaleDays:       stored.StaleDays,
		ArchiveDays:     stored.ArchiveDays,
	}
	for i := range settings.Connected {
		settings.Connected[i].Type = "" // saving sets it again
	}
	if len(stored.Rules) > 0 {
		set, err := sortrules.Parse(stored.Rules, nil)
		if err != nil {
			return Settings{}, err
		}
		settings.Rules = set.Rules()
	}
	return settings, nil
}

// Integrations yields the account's integrations, by id.
func (e *Engine) Integrations(ctx context.Context) iter.Seq2[store.Integration, error] {
	return func(yield func(store.Integration, error) bool) {
		var all []store.Integration
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
			all, err = collect(r.Integrations())
			return err
		})
		if err != nil {
			yield(store.Integration{}, fmt.Errorf("dovetail: integrations: %w", err))
			return
		}
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}

// load returns an integration with the settings in force.
func (e *Engine) load(ctx context.Context, id store.IntegrationID) (store.Integration, store.Settings, error) {
	return e.loadVersion(ctx, id, 0)
}

// loadFor returns an integration that can be worked for. Within a run its settings
// are those that were in force when the run began, and were ready then; else those
// in force, which have to be ready.
func (e *Engine) loadFor(ctx context.Context, id store.IntegrationID, run store.Run) (store.Integration, store.Settings, error) {
	integration, settings, err := e.loadVersion(ctx, id, run.SettingsVersion)
	if err != nil {
		return integration, settings, err
	}
	check := ready
	if run.ID != "" {
		check = enabled
	}
	if err := check(integration); err != nil {
		return integration, settings, fmt.Errorf("dovetail: %w", err)
	}
	return integration, settings, nil
}

// loadVersion returns an integration with one version of its settings. Zero: the
// one in force.
func (e *Engine) loadVersion(ctx context.Context, id store.IntegrationID, version int64) (store.Integration, store.Settings, error) {
	var integration store.Integration
	var settings store.Settings
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		if integration, err = r.Integration(id); err != nil {
			return err
		}
		settings, err = r.Settings(id, cmp.Or(version, integration.SettingsVersion))
		return err
	})
	if err != nil {
		return store.Integration{}, store.Settings{}, fmt.Errorf("dovetail: integration %q: %w", id, err)
	}
	return integration, settings, nil
}

// configured returns an integration with the settings in force and its connector.
func (e *Engine) configured(ctx context.Context, id store.IntegrationID) (store.Integration, store.Settings, connector.Connector, error) {
	integration, settings, err := e.load(ctx, id)
	if err != nil {
		return store.Integration{}, store.Settings{}, nil, err
	}
	conn, err := e.connector(integration.Connector)
	return integration, settings, conn, err
}

func (e *Engine) connector(name string) (connector.Connector, error) {
	c, ok := e.connectors[name]
	if !ok {
		return nil, fmt.Errorf("dovetail: no connector is named %q (add it to Config.Connectors)", name)
	}
	return c, nil
}

// flightInfo says for whom a session reads, in its progress events.
type flightInfo struct {
	run store.RunID
}

// openOptions are what a session of the integration is opened with.
func (e *Engine) openOptions(id store.IntegrationID, config connector.Config, flight flightInfo) connector.OpenOptions {
	opt := connector.OpenOptions{
		Config: config,
		Logger: e.log.With("integration", string(id)),
		Host: connector.Host{
			Pace: e.cfg.Pace,
			SaveSecret: func(ctx context.Context, field string, secret connector.Secret) error {
				return e.replaceSecret(ctx, id, field, secret)
			},
			Progress: func(p connector.Progress) {
				if p.Waiting != "" {
					e.emit(Event{Type: EventWaiting, Integration: id, Run: flight.run, Kind: p.Kind, Text: p.Waiting})
				}
			},
		},
	}
	if e.cfg.Upstream != nil {
		up := e.cfg.Upstream(id)
		opt.Endpoint, opt.RoundTripper = up.Endpoint, up.RoundTripper
	}
	return opt
}

// open opens a session on the integration's upstream.
func (e *Engine) open(ctx context.Context, integration store.Integration, settings store.Settings, flight flightInfo) (connector.Session, error) {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return nil, err
	}
	config, err := e.config(ctx, integration, settings, connector.Config{Values: settings.Config})
	if err != nil {
		return nil, err
	}
	session, err := conn.Open(ctx, e.openOptions(integration.ID, config, flight))
	if err != nil {
		return nil, fmt.Errorf("dovetail: open %q: %w", integration.ID, err)
	}
	return session, nil
}

// collect returns everything that seq yields.
func collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}
