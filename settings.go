package dovetail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// Settings are an integration's settings as a person edits them.
type Settings struct {
	// Config is the connector's configuration. A credential that is left out
	// keeps the one that is stored, unless another value, such as the domain, is
	// changed: then it has to be entered again.
	Config connector.Config
	// DefaultLayouts are the layouts for records that no rule places, one for
	// every kind but the container.
	DefaultLayouts map[connector.Kind]store.LayoutID
	// SkipTypes are the types that aren't imported: they beat rules and
	// defaults.
	SkipTypes []store.SkipType
	// Rules are the sort rules, in the order in which they are asked.
	Rules []sortrules.Rule
	// Connected are the connected fields.
	Connected []store.ConnectedField
	// AutoUpdateNames lets an asset's name follow the upstream while no person
	// renamed it. Otherwise the name is set at creation only.
	AutoUpdateNames bool
	// KeepDetails leaves a company's basic details alone after its creation.
	// Otherwise they follow the upstream while no person changed them.
	KeepDetails bool
	// Refile says what becomes of an asset that the rules or defaults now place
	// in another layout than it has. The zero value moves those that dovetail
	// made and nobody touched, and reports the others; the first move under
	// changed rules waits for Approve.
	Refile store.RefilePolicy
	// MatchCertain lets a run match the companies of store.GroupAutomatic by
	// itself. Otherwise a person confirms them.
	MatchCertain bool
	// OneToOne refuses a second upstream company for a company here.
	OneToOne bool
	// SkipKeys are the keys by which no record is put on an asset that is here:
	// matching.RungSerial and the others. A serial number that differs is a veto
	// all the same.
	SkipKeys []matching.Rung
	// Junk are serial numbers that say nothing, besides those that are known.
	Junk []string
	// Limits are the safety limits. The zero value has them on.
	Limits store.Limits
	// StaleDays is after how many days of silence a record is flagged as stale.
	// Zero: 90.
	StaleDays int
	// ArchiveDays is after how many days an asset is archived whose record is
	// gone, if dovetail made it and nobody touched it. Zero: never.
	ArchiveDays int
}

// SettingsRequest asks to save settings.
type SettingsRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration. The host chooses the id.
	Integration store.IntegrationID
	// Revision is the integration's as the person saw it. Zero sets up a new
	// integration.
	Revision int64
	// Connector names the connector of a new integration. Otherwise it is
	// ignored: an integration keeps its connector.
	Connector string
	// Name is what people call the integration. Empty is the connector's title.
	Name string
	// Settings are what is to be saved.
	Settings Settings
}

// SavedSettings is the result of saving.
type SavedSettings struct {
	// Integration is the integration as it is stored now.
	Integration store.Integration
	// Warnings are what may be wrong and can't be told yet.
	Warnings []connector.Problem
}

// SaveSettings validates settings and saves them as a new version, or sets up a
// new integration. Everything that is wrong is returned at once, as a
// *SettingsError, and then nothing is saved. A change of the connector's
// configuration voids the connection test.
func (e *Engine) SaveSettings(ctx context.Context, req SettingsRequest) (SavedSettings, error) {
	if err := e.authorize(ctx, req.By, OpSaveSettings); err != nil {
		return SavedSettings{}, err
	}
	checked, err := e.checkSettings(ctx, req)
	if err != nil {
		return SavedSettings{}, err
	}
	return e.saveChecked(ctx, req, checked)
}

// saveChecked saves settings that were found to be right.
func (e *Engine) saveChecked(ctx context.Context, req SettingsRequest, checked checkedSettings) (SavedSettings, error) {
	integration, old, draft := checked.integration, checked.old, checked.draft
	resorted, err := e.resorted(checked.info, old, draft)
	if err != nil {
		return SavedSettings{}, fmt.Errorf("dovetail: save settings: %w", err)
	}
	moved := !maps.Equal(old.Config, draft.Config)
	if moved {
		integration.Sealed = onlyDigestKey(integration.Sealed)
	}
	replaced, err := e.seal(ctx, integration, req.Settings.Config.Secrets)
	if err != nil {
		return SavedSettings{}, fmt.Errorf("dovetail: save settings: %w", err)
	}
	digestKey, err := e.newDigestKey(ctx, integration, draft)
	if err != nil {
		return SavedSettings{}, fmt.Errorf("dovetail: save settings: %w", err)
	}
	seenKey := integration.Sealed[digestKeyField]
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		current, err := w.Integration(req.Integration)
		switch {
		case errors.Is(err, store.ErrNotFound):
			current = integration
		case err != nil:
			return err
		}
		if current.Revision != req.Revision {
			return changedBySomebody(req.Integration)
		}
		if moved {
			current.Sealed = onlyDigestKey(current.Sealed)
		}
		if moved || len(replaced) > 0 {
			current.Connection = store.Connection{}
		}
		current.Name = integration.Name
		current.Sealed = withDigestKey(merged(current.Sealed, replaced), seenKey, digestKey)
		draft.Version = current.SettingsVersion + 1 // a connection test may have added one
		current.SettingsVersion = draft.Version
		current.Revision++
		integration = current
		if resorted {
			if err := forgetApprovals(w, integration.ID, func(a store.Approval) bool { return a.Code == string(ReasonLimitRefile) }); err != nil {
				return err
			}
		}
		return errors.Join(
			w.PutSettings(draft),
			w.PutIntegration(integration),
			w.AppendJournal(store.JournalEntry{At: draft.At, By: req.By, Integration: req.Integration, Event: string(OpSaveSettings)}),
		)
	})
	if err != nil {
		return SavedSettings{}, fmt.Errorf("dovetail: save settings: %w", err)
	}
	return SavedSettings{Integration: integration, Warnings: checked.warnings}, nil
}

// checkedSettings are settings that can be saved.
type checkedSettings struct {
	info        connector.Info
	integration store.Integration
	old, draft  store.Settings
	warnings    []connector.Problem
}

// checkSettings validates settings as a whole.
func (e *Engine) checkSettings(ctx context.Context, req SettingsRequest) (checkedSettings, error) {
	if req.Integration == "" {
		return checkedSettings{}, errors.New("dovetail: save settings: no integration named (choose an id, such as \"syncro-1\")")
	}
	integration, old, err := e.editable(ctx, req)
	if err != nil {
		return checkedSettings{}, err
	}
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return checkedSettings{}, err
	}
	c := checkedSettings{info: conn.Info(), integration: integration, old: old, draft: draftSettings(req, integration)}
	c.warnings, err = e.validate(ctx, conn, integration, old, &c.draft, req.Settings)
	return c, err
}

// editable returns the integration to be saved, a new one if there is none,
// and its settings so far.
func (e *Engine) editable(ctx context.Context, req SettingsRequest) (store.Integration, store.Settings, error) {
	integration, settings, err := e.load(ctx, req.Integration)
	switch {
	case errors.Is(err, store.ErrNotFound) && req.Revision == 0:
		conn, err := e.connector(req.Connector)
		if err != nil {
			return store.Integration{}, store.Settings{}, err
		}
		integration = store.Integration{ID: req.Integration, Connector: req.Connector, Name: conn.Info().Title}
	case err != nil:
		return store.Integration{}, store.Settings{}, err
	case integration.Revision != req.Revision:
		return store.Integration{}, store.Settings{}, fmt.Errorf("dovetail: save settings: %w", changedBySomebody(req.Integration))
	}
	if req.Name != "" {
		integration.Name = req.Name
	}
	return integration, settings, nil
}

func changedBySomebody(id store.IntegrationID) error {
	return fmt.Errorf("integration %q: %w (load it again)", id, ErrChanged)
}

// draftSettings is the version to be saved.
func draftSettings(req SettingsRequest, integration store.Integration) store.Settings {
	return store.Settings{
		Integration:     req.Integration,
		Version:         integration.SettingsVersion + 1,
		Config:          maps.Clone(req.Settings.Config.Values),
		DefaultLayouts:  maps.Clone(req.Settings.DefaultLayouts),
		SkipTypes:       slices.Clone(req.Settings.SkipTypes),
		Connected:       slices.Clone(req.Settings.Connected),
		AutoUpdateNames: req.Settings.AutoUpdateNames,
		KeepDetails:     req.Settings.KeepDetails,
		Refile:          req.Settings.Refile,
		MatchCertain:    req.Settings.MatchCertain,
		OneToOne:        req.Settings.OneToOne,
		SkipKeys:        rungNames(req.Settings.SkipKeys),
		Junk:            slices.Clone(req.Settings.Junk),
		Limits:          req.Settings.Limits,
		StaleDays:       req.Settings.StaleDays,
		ArchiveDays:     req.Settings.ArchiveDays,
		By:              req.By,
		At:              now(),
	}
}
