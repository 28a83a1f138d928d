package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// unfed is a layout from which no asset can be made for a kind, because it has
// required fields that nothing feeds.
type unfed struct {
	kind   connector.KindInfo
	layout store.Layout
	fields []string
}

// checkRequired warns of layouts that records go to and that have a required
// field which nothing feeds, with the number of records that couldn't be
// created.
func (e *Engine) checkRequired(ctx context.Context, info connector.Info, layouts map[store.LayoutID]store.Layout, settings store.Settings) ([]connector.Problem, error) {
	sorting, err := e.newSorting(info, settings)
	if err != nil {
		return nil, err
	}
	var warnings []connector.Problem
	for _, u := range unfedLayouts(info, layouts, sorting, settings.Connected) {
		n, err := e.wouldFail(ctx, settings.Integration, sorting, u)
		if err != nil {
			return nil, err
		}
		fails := "no asset could be made from it"
		switch {
		case n == 1:
			fails = "1 creation would fail"
		case n > 1:
			fails = fmt.Sprintf("%d creations would fail", n)
		}
		warnings = append(warnings, connector.Problem{Field: "connected", Text: fmt.Sprintf("layout %q requires %s, which nothing feeds for %s: %s (connect a data point, or let it be optional)",
			u.layout.Name, strings.Join(u.fields, ", "), strings.ToLower(u.kind.Plural), fails)})
	}
	return warnings, nil
}

// unfedLayouts are those that defaults and rules name, in their order.
func unfedLayouts(info connector.Info, layouts map[store.LayoutID]store.Layout, sorting sorting, connected []store.ConnectedField) []unfed {
	var found []unfed
	for _, kind := range info.Kinds {
		ids := []store.LayoutID{sorting.defaults[kind.Kind]}
		for _, r := range sorting.rules.Rules() {
			if r.Kind == kind.Kind && !r.Disabled && !r.Skip && !slices.Contains(ids, r.Layout) {
				ids = append(ids, r.Layout)
			}
		}
		for _, id := range ids {
			u := unfed{kind: kind, layout: layouts[id]}
			for _, f := range u.layout.Fields {
				fed := slices.ContainsFunc(connected, func(c store.ConnectedField) bool { return c.Kind == kind.Kind && c.Layout == id && c.Field == f.ID })
				if f.Required && !fed {
					u.fields = append(u.fields, fmt.Sprintf("%q", f.Name))
				}
			}
			if len(u.fields) > 0 {
				found = append(found, u)
			}
		}
	}
	return found
}

// wouldFail counts the records, as they were last read, that go to a layout and
// aren't here.
func (e *Engine) wouldFail(ctx context.Context, id store.IntegrationID, sorting sorting, u unfed) (n int, err error) {
	names := make(map[store.CompanyID]string)
	for company, err := range e.docs.Companies(ctx) {
		if err != nil {
			return 0, fmt.Errorf("list companies: %w", err)
		}
		names[company.ID] = company.Name
	}
	companies := make(map[connector.Key]string)
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for m, err := range r.Matches(id) {
			if err != nil {
				return err
			}
			companies[m.ID.Key] = names[m.Company]
		}
		for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: u.kind.Kind}) {
			if err != nil {
				return err
			}
			if row.Hash == "" || row.Presence != store.Present || sorting.skipsType(row) {
				continue
			}
			switch _, err := r.Card(row.ID); {
			case err == nil:
				continue
			case !errors.Is(err, store.ErrNotFound):
				return err
			}
			fields, err := decodeFields(row.Data)
			if err != nil {
				return err
			}
			if by := sorting.sort(subjectOf(row, fields, companies[row.Container])); by.Outcome != sortrules.Skip && sorting.layout(by, u.kind.Kind) == u.layout.ID {
				n++
			}
		}
		return nil
	})
	return n, err
}
