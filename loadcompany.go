package dovetail

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// load brings the company's rows, cards and assets into memory.
func (c *companyPlan) load(ctx context.Context, id store.CompanyID) error {
	err := c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		var active []store.Card
		for card, err := range r.CardsOf(id) {
			if err != nil {
				return err
			}
			c.stacked[card.Asset] = append(c.stacked[card.Asset], card)
			if card.ID.Integration == c.integration.ID && card.State == store.CardActive {
				active = append(active, card)
			}
		}
		if err := c.loadRows(r); err != nil {
			return err
		}
		if err := c.loadElsewhere(r, id); err != nil {
			return err
		}
		return c.leavers(r, active)
	})
	if err != nil {
		return err
	}
	if err := c.list(ctx, id); err != nil {
		return err
	}
	for _, asset := range c.listed {
		c.assets[asset.ID] = asset
		c.order = append(c.order, asset.ID)
	}
	return c.openSecrets(ctx)
}

func (c *companyPlan) loadRows(r store.Reader) error {
	for _, key := range c.upstream {
		row, err := r.MirrorRow(store.RecordID{Integration: c.integration.ID, Kind: c.info.Container, Key: key})
		if err != nil {
			return err
		}
		c.rows[c.info.Container] = append(c.rows[c.info.Container], row)
		c.inactive[key] = row.Status != connector.StatusActive || row.Presence != store.Present
	}
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		for _, key := range c.upstream {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: c.integration.ID, Kind: kind.Kind, Container: &key}) {
				if err != nil {
					return err
				}
				c.rows[kind.Kind] = append(c.rows[kind.Kind], row)
				c.gone[row.ID] = row.Presence == store.Gone
				card, err := r.Card(row.ID)
				if errors.Is(err, store.ErrNotFound) {
					continue
				}
				if err != nil {
					return err
				}
				c.cards[row.ID] = card
			}
		}
	}
	return nil
}

// leavers freezes the active cards here whose records left for a company that
// nothing is matched to.
func (c *companyPlan) leavers(r store.Reader, active []store.Card) error {
	for _, card := range active {
		if _, stays := c.cards[card.ID]; stays {
			continue
		}
		change, ok, err := c.stray(r, card)
		if err != nil {
			return err
		}
		if ok {
			c.change(change)
		}
	}
	return nil
}
