package dovetail

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// loadLedger loads what a plan needs whole: it grows with the companies and with
// what people decided, not with the records.
func (p *planner) loadLedger(ctx context.Context, only []connector.Key) error {
	err := p.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for m, err := range r.Matches(p.integration.ID) {
			if err != nil {
				return err
			}
			if m.State == store.MatchMatched {
				p.matches[m.ID.Key] = m
			} else if m.Leave != store.LeaveKeep {
				p.leave[m.ID.Key] = m.Leave
			}
		}
		if err := p.loadMerges(r, only); err != nil {
			return err
		}
		var err error
		if p.adopts, err = aloneOnConnector(r, p.integration.Connector); err != nil {
			return err
		}
		for a, err := range r.Approvals(p.integration.ID) {
			if err != nil {
				return err
			}
			p.approvals = append(p.approvals, a)
		}
		if p.connected, err = connectedFields(r); err != nil {
			return err
		}
		p.connected[p.integration.ID] = connectedBy(p.settings)
		for o, err := range r.OpenWrites(p.integration.ID) {
			if err != nil {
				return err
			}
			p.open[o.Record] = true
		}
		for rejection, err := range r.RejectionsOf(p.integration.ID) {
			if err != nil {
				return err
			}
			if rejection.Asset != "" {
				p.rejected[rejection.ID] = append(p.rejected[rejection.ID], rejection.Asset)
			}
		}
		if err := p.loadTypes(r); err != nil {
			return err
		}
		for i, err := range r.Integrations() {
			if err != nil {
				return err
			}
			p.connectorOf[i.ID] = i.Connector
		}
		for _, kind := range p.info.Kinds {
			scan, err := r.LastScan(p.integration.ID, kind.Kind)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err == nil && (p.plan.Read.IsZero() || scan.Started.Before(p.plan.Read)) {
				p.plan.Read = scan.Started
			}
			if err != nil || !scan.State.Complete() || !covers(scan.Within, only) {
				p.incomplete[kind.Kind] = true
				if kind.Kind != p.info.Container {
					p.plan.Notes = append(p.plan.Notes, reason(ReasonReadIncomplete, "kind", kind.Plural))
				}
			}
		}
		return nil
	})
	if len(p.incomplete) > 0 {
		p.plan.Read = time.Time{}
	}
	return err
}

// covers reports whether a scan limited to some companies is a read of all that
// a plan is about. No companies means all of them.
func covers(within, only []connector.Key) bool {
	if len(within) == 0 {
		return true
	}
	missed := func(key connector.Key) bool { return !slices.Contains(within, key) }
	return len(only) > 0 && !slices.ContainsFunc(only, missed)
}
