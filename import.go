package dovetail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// ImportRequest asks to bring in what another ledger, or an earlier state of this
// one, had of an integration.
type ImportRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration. One that isn't there is set up.
	Integration store.IntegrationID
	// Revision is the integration's as the person saw it. Zero sets up a new one.
	Revision int64
	// Transfer is what is brought in.
	Transfer Transfer
	// Config takes the place of the connector's configuration in Transfer, which
	// has no credentials. Without values, those of Transfer are taken for a new
	// integration, and one that is there keeps its own: where the upstream is
	// belongs to where it runs.
	Config connector.Config
	// Preview changes nothing, and returns what would be.
	Preview bool
}

// ImportReport is what an Import did.
type ImportReport struct {
	// Integration is the integration as it is stored now, or as it would be saved.
	Integration store.Integration
	// SettingsChanged says that the settings were others before.
	SettingsChanged bool
	// Warnings are what may be wrong with the settings and can't be told yet.
	Warnings []connector.Problem
	// Decisions has a row for each decision of the document, in its order.
	Decisions []ImportedDecision
}

// Left are the rows of what was not brought in.
func (r ImportReport) Left() []ImportedDecision {
	var left []ImportedDecision
	for _, d := range r.Decisions {
		if d.State == ImportLeft {
			left = append(left, d)
		}
	}
	return left
}

// ImportedDecision is what became of one decision.
type ImportedDecision struct {
	// Decision is the decision as it stands in the document.
	Decision TransferDecision
	// Company is the company here that it means. Empty: none, or it isn't known.
	Company store.CompanyID
	// State is what became of it.
	State ImportState
	// Note says why it was left, with what to do, or what a person has to know.
	Note string
}

// ImportState is what became of a decision that was to be brought in.
type ImportState string

// The states.
const (
	// ImportDone: it was decided so, or would be.
	ImportDone ImportState = "done"
	// ImportSame: it had been decided so before.
	ImportSame ImportState = "same"
	// ImportLeft: nothing was changed. Note says why.
	ImportLeft ImportState = "left"
)

// Import brings in what Export returned: it saves the settings, if they are others
// than those in force, and carries out the decisions that were not made here yet.
// Layouts, fields and companies are found by their names, also where they have
// other ids here. What people decided here stands, and a decision that can't be
// carried out is left and says why. Settings that don't fit are returned as a
// *SettingsError, and then nothing is brought in.
//
// Importing again goes on where something was missing: the companies of a new
// integration can be decided about when the first run has read them.
func (e *Engine) Import(ctx context.Context, req ImportRequest) (ImportReport, error) {
	for _, op := range []Operation{OpSaveSettings, OpDecide} {
		if err := e.authorize(ctx, req.By, op); err != nil {
			return ImportReport{}, err
		}
	}
	report, err := e.importAll(ctx, req)
	if err != nil {
		if _, wrong := errors.AsType[*SettingsError](err); !wrong {
			err = fmt.Errorf("dovetail: import %q: %w", req.Integration, err)
		}
		return report, err
	}
	return report, nil
}

func (e *Engine) importAll(ctx context.Context, req ImportRequest) (report ImportReport, err error) {
	if err := req.Transfer.check(); err != nil {
		return report, err
	}
	integration, stored, err := e.load(ctx, req.Integration)
	fresh := errors.Is(err, store.ErrNotFound)
	switch {
	case err != nil && !fresh:
		return report, err
	case !fresh && integration.Connector != req.Transfer.Connector:
		return report, fmt.Errorf("it is of connector %q, and the document of %q: %w", integration.Connector, req.Transfer.Connector, store.ErrRefused)
	case !fresh && integration.Revision != req.Revision:
		return report, changedBySomebody(req.Integration)
	}
	save, err := e.importedSettings(ctx, req, integration, stored)
	if err != nil {
		return report, err
	}
	checked, err := e.checkSettings(ctx, save)
	if err != nil {
		return report, err
	}
	report.Integration, report.Warnings = checked.integration, checked.warnings
	same, err := sameSettings(stored, checked.draft)
	if err != nil {
		return report, err
	}
	report.SettingsChanged = !same || len(req.Config.Secrets) > 0 || save.Name != "" && save.Name != integration.Name
	if report.SettingsChanged && !req.Preview {
		saved, err := e.saveChecked(ctx, save, checked)
		if err != nil {
			return report, err
		}
		report.Integration = saved.Integration
	}
	report.Decisions, err = e.importDecisions(ctx, req, decider{
		Engine: e, by: req.By, integration: report.Integration, settings: checked.draft, info: checked.info,
	})
	if err == nil && !req.Preview {
		report.Integration, err = e.Integration(ctx, req.Integration)
	}
	return report, err
}

// importedSettings are the settings of the document, in the terms of this
// platform.
func (e *Engine) importedSettings(ctx context.Context, req ImportRequest, integration store.Integration, stored store.Settings) (SettingsRequest, error) {
	layouts, err := e.layouts(ctx)
	if err != nil {
		return SettingsRequest{}, err
	}
	settings, err := newTranslation(req.Transfer, layouts).settings()
	if err != nil {
		return SettingsRequest{}, err
	}
	switch {
	case req.Config.Values != nil:
		settings.Config.Values = req.Config.Values
	case integration.ID != "":
		settings.Config.Values = stored.Config
	}
	if integration.Account != req.Transfer.Account {
		for i := range settings.SkipTypes { // the ids may be another account's
			if settings.SkipTypes[i].Name != "" {
				settings.SkipTypes[i].ID = ""
			}
		}
	}
	settings.Config.Secrets = req.Config.Secrets
	return SettingsRequest{
		By: req.By, Integration: req.Integration, Revision: req.Revision,
		Connector: req.Transfer.Connector, Name: req.Transfer.Name, Settings: settings,
	}, nil
}

// sameSettings reports whether two versions say the same.
func sameSettings(a, b store.Settings) (bool, error) {
	one, err := json.Marshal(a)
	other, err2 := json.Marshal(b)
	return bytes.Equal(one, other), errors.Join(err, err2)
}
