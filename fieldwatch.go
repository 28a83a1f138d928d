package dovetail

import (
	"context"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// fieldWatch is told how each fed field of an asset that is here stands. A
// planner that has one writes nothing.
type fieldWatch func(c *companyPlan, cand candidate, asset store.Asset, w weighedField)

// weighed tells the watch about a field.
func (c *companyPlan) weighed(cand candidate, asset store.Asset, w weighedField) {
	if c.fields != nil && asset.ID != "" {
		c.fields(c, cand, asset, w)
	}
}

// dry reports whether the planner only looks: it writes nothing, not even down.
func (p *planner) dry() bool { return p.watch != nil || p.fields != nil }

// watchFields lets a planner look at the fields that are fed by some connected
// fields, or by those of the settings if they are nil. It returns why others
// aren't fed any more.
func (e *Engine) watchFields(ctx context.Context, by store.Actor, id store.IntegrationID, companies []connector.Key, connected []store.ConnectedField, watch fieldWatch) ([]store.Reason, error) {
	integration, settings, err := e.load(ctx, id)
	if err != nil {
		return nil, err
	}
	if connected != nil {
		settings.Connected = connected
		// A key that isn't saved yet will do: nothing is kept.
		key, err := e.newDigestKey(ctx, integration, settings)
		if err != nil {
			return nil, err
		}
		integration.Sealed = withDigestKey(integration.Sealed, integration.Sealed[digestKeyField], key)
	}
	all, err := e.withSharers(ctx, id, companies)
	if err != nil {
		return nil, err
	}
	p, err := e.plannerFor(ctx, PlanRequest{By: by, Integration: id, Companies: all}, "", integration, settings)
	if err != nil {
		return nil, err
	}
	p.fields = func(c *companyPlan, cand candidate, asset store.Asset, w weighedField) {
		if len(companies) == 0 || slices.Contains(companies, cand.row.Container) {
			watch(c, cand, asset, w)
		}
	}
	return p.paused, p.all(ctx, all)
}
