package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// FieldReportRequest asks how fed fields stand.
type FieldReportRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits the report to these upstream companies. Empty: all that
	// are matched.
	Companies []connector.Key
	// Connected are the connected fields to report about, as they might be saved.
	// Nil: those of the settings.
	Connected []store.ConnectedField
}

// FieldReport says how fed fields stand, and what the next run would do with
// them.
type FieldReport struct {
	// Fields has one row for each field that is fed and each layout's names.
	Fields []FieldStanding
	// Paused says which connected fields aren't fed any more, and why.
	Paused []store.Reason
	// Warnings are what may be wrong with proposed fields and can't be told yet.
	Warnings []connector.Problem
}

// FieldStanding says how one field stands on the assets whose records feed it.
type FieldStanding struct {
	// Kind is the kind of record that feeds it.
	Kind connector.Kind
	// Layout and Field name the field. That of an asset's name is
	// store.NameField.
	Layout store.LayoutID
	Field  store.FieldID
	// LayoutName and FieldName are what people call them.
	LayoutName, FieldName string
	// Counts are the numbers of assets by how the field stands there.
	Counts map[FieldState]int
	// Examples are the first few assets in each state that is worth a look.
	Examples []FieldExample
}

// FieldExample is one fed field of one asset.
type FieldExample struct {
	// Record is the record that feeds it.
	Record store.RecordID
	// Asset and Company are where it is.
	Asset   store.AssetID
	Company store.CompanyID
	// Layout and Field name the field. That of an asset's name is
	// store.NameField.
	Layout store.LayoutID
	Field  store.FieldID
	// AssetName and FieldName are what people call them.
	AssetName, FieldName string
	// State says how it stands.
	State FieldState
	// Here is the value that is here, and Upstream the one that the record has.
	// Both are absent for a confidential field.
	Here, Upstream connector.Value
}

// fieldExamples is how many examples a report has of each field and state.
const fieldExamples = 3

// FieldReport says how fed fields stand on all assets that are here: how many
// agree, are blank or differ, were edited, are pinned, or have an upstream value
// that doesn't fit. It makes no request upstream and writes nothing. With
// Connected it is a preview of fields that aren't saved yet; what can't be saved
// is refused with a *SettingsError. A secret data point that feeds nothing yet
// counts as nothing upstream: it isn't kept.
func (e *Engine) FieldReport(ctx context.Context, req FieldReportRequest) (FieldReport, error) {
	if err := e.authorize(ctx, req.By, OpFieldReport); err != nil {
		return FieldReport{}, err
	}
	report, err := e.fieldReport(ctx, req)
	if err != nil {
		return FieldReport{}, fmt.Errorf("dovetail: field report of %q: %w", req.Integration, err)
	}
	return report, nil
}

func (e *Engine) fieldReport(ctx context.Context, req FieldReportRequest) (report FieldReport, err error) {
	if req.Connected != nil {
		if req.Connected, report.Warnings, err = e.proposed(ctx, req); err != nil {
			return report, err
		}
	}
	rows := make(map[connectedKey]*FieldStanding)
	report.Paused, err = e.watchFields(ctx, req.By, req.Integration, req.Companies, req.Connected, func(c *companyPlan, cand candidate, asset store.Asset, w weighedField) {
		key := connectedKey{feedKey{cand.kind.Kind, asset.Layout}, w.feed.ID}
		row, ok := rows[key]
		if !ok {
			row = &FieldStanding{
				Kind: cand.kind.Kind, Layout: asset.Layout, LayoutName: c.layoutName(asset.Layout),
				Field: w.feed.ID, FieldName: w.feed.Name, Counts: make(map[FieldState]int),
			}
			rows[key] = row
		}
		if row.Counts[w.state]++; row.Counts[w.state] <= fieldExamples && worthALook(w.state) {
			row.Examples = append(row.Examples, exampleField(cand, asset, w))
		}
	})
	for _, row := range rows {
		report.Fields = append(report.Fields, *row)
	}
	slices.SortFunc(report.Fields, func(a, b FieldStanding) int {
		return cmp.Or(cmp.Compare(a.LayoutName, b.LayoutName), cmp.Compare(a.Layout, b.Layout), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.FieldName, b.FieldName), cmp.Compare(a.Field, b.Field))
	})
	return report, err
}

// proposed checks connected fields that aren't saved yet.
func (e *Engine) proposed(ctx context.Context, req FieldReportRequest) ([]store.ConnectedField, []connector.Problem, error) {
	_, _, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return nil, nil, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return nil, nil, err
	}
	connected := slices.Clone(req.Connected)
	problems, warnings := checkConnected(conn.Info(), layouts, connected)
	if len(problems) > 0 {
		return nil, nil, &SettingsError{Problems: problems}
	}
	return connected, warnings, nil
}

// worthALook reports whether a person might want to see a field in that state.
func worthALook(s FieldState) bool {
	switch s {
	case FieldSilent, FieldFed, FieldAgrees:
		return false
	default:
		return true
	}
}

func exampleField(cand candidate, asset store.Asset, w weighedField) FieldExample {
	e := FieldExample{
		Record: cand.row.ID, Asset: asset.ID, AssetName: asset.Name, Company: asset.Company,
		Layout: asset.Layout, Field: w.feed.ID, FieldName: w.feed.Name, State: w.state,
	}
	if w.feed.Type != store.FieldConfidential {
		e.Here, e.Upstream = w.from, w.to
	}
	return e
}
