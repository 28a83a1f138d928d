package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// departure is a card whose record belongs to none of the upstream companies
// that are matched to the card's company, and to no other matched one.
type departure struct {
	card store.Card
	row  store.MirrorRow
	// leave says what becomes of it, and why says what has happened.
	leave store.LeavePolicy
	why   store.Reason
}

// departs decides whether a card departs. A record that went to another matched
// company is that company's business.
func (p *planner) departs(r store.Reader, card store.Card) (departure, bool, error) {
	row, err := r.MirrorRow(card.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return departure{}, false, err
	}
	if _, matched := p.matches[row.Container]; matched {
		return departure{}, false, nil
	}
	if p.mergeOf(card, row) != nil {
		return departure{}, false, nil
	}
	d := departure{card: card, row: row}
	from := card.Container
	if from == "" {
		from = row.Container
	}
	switch leave := p.leave[from]; {
	case leave != store.LeaveKeep:
		d.leave = leave
		return d, true, nil
	case card.State != store.CardActive:
		return departure{}, false, nil
	case row.Presence == store.Gone:
		d.why = reason(ReasonGone)
	case row.Container == "":
		d.why = reason(ReasonNoCompany)
	case row.Container != from:
		name, err := p.upstreamName(r, row.Container)
		if err != nil {
			return departure{}, false, err
		}
		d.why = reason(ReasonMovedAway, "company", name, "date", p.date())
	default:
		d.why = reason(ReasonCompanyUnmatched)
	}
	return d, true, nil
}

// upstreamName is what an upstream company is called.
func (p *planner) upstreamName(r store.Reader, key connector.Key) (string, error) {
	row, err := r.MirrorRow(store.RecordID{Integration: p.integration.ID, Kind: p.info.Container, Key: key})
	if errors.Is(err, store.ErrNotFound) || err == nil && row.Name == "" {
		return string(key), nil
	}
	return row.Name, err
}

// date is the day of the plan, for people.
func (p *planner) date() string { return p.plan.At.Format("2006-01-02") }

// depart decides what becomes of a card that departs, and of its asset.
func (c *companyPlan) depart(ctx context.Context, d departure) error {
	change := store.Change{
		Action: store.ActionFreeze, Record: d.card.ID, Hash: d.row.Hash, Company: d.card.Company, Asset: d.card.Asset, Reason: d.why,
	}
	switch d.leave {
	case store.LeaveDetach:
		change.Action, change.Reason = store.ActionDetach, reason(ReasonLeftDetached)
	case store.LeaveArchive:
		archive, base, err := c.archivable(ctx, d.card)
		if err != nil {
			return err
		}
		change.Action, change.Reason = store.ActionDetach, reason(ReasonLeftTouched)
		if archive {
			change.Action, change.Base, change.Reason = store.ActionArchive, base, reason(ReasonLeftArchived)
		}
	default:
		if d.row.Presence == store.Gone {
			change.Action = store.ActionOrphan
		}
	}
	c.change(change)
	return nil
}

// archivable reports whether a card's asset is ours alone and can be archived.
func (c *companyPlan) archivable(ctx context.Context, card store.Card) (bool, store.Version, error) {
	if !c.docs.Capabilities().Archive {
		return false, "", nil
	}
	asset, err := c.assetOf(ctx, card)
	if errors.Is(err, store.ErrNotFound) {
		return false, "", nil
	}
	if err != nil || asset.Archived || asset.Company != card.Home {
		return false, "", err
	}
	return c.untouched(card, asset), asset.Version, nil
}

// strays plans the cards in companies that nothing is matched to any more.
func (p *planner) strays(ctx context.Context, planned map[store.CompanyID][]connector.Key) error {
	var left []store.CompanyID
	err := p.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for company, err := range r.CardCompanies(p.integration.ID) {
			if err != nil {
				return err
			}
			if _, done := planned[company]; !done {
				left = append(left, company)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range left {
		c := p.newCompanyPlan(id, nil)
		if err := c.load(ctx); err != nil {
			return fmt.Errorf("company %q: %w", id, err)
		}
		if err := c.departAll(ctx); err != nil {
			return fmt.Errorf("company %q: %w", id, err)
		}
		c.close()
		if err := p.save(ctx, c.changes, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// departAll decides about the cards here that depart.
func (c *companyPlan) departAll(ctx context.Context) error {
	for _, d := range c.departures {
		if err := c.depart(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
