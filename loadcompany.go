package dovetail

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// load brings the company's rows, cards and assets into memory.
func (c *companyPlan) load(ctx context.Context) error {
	c.room()
	err := c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		var ours []store.Card
		for card, err := range r.CardsOf(c.id) {
			if err != nil {
				return err
			}
			c.stacked[card.Asset] = append(c.stacked[card.Asset], card)
			if card.ID.Integration == c.integration.ID {
				ours = append(ours, card)
			}
		}
		if err := c.loadRows(r); err != nil {
			return err
		}
		if err := c.loadCards(r, ours); err != nil {
			return err
		}
		for stone, err := range r.TombstonesOf(c.id) {
			if err != nil {
				return err
			}
			c.buried[stone.ID] = true
		}
		if err := c.loadElsewhere(r, c.id); err != nil {
			return err
		}
		return c.loadDepartures(r, ours)
	})
	if err != nil {
		return err
	}
	if err := c.list(ctx, c.id); err != nil {
		return err
	}
	for _, asset := range c.listed {
		c.assets[asset.ID] = asset
		c.order = append(c.order, asset.ID)
	}
	if c.reachesOut() {
		c.unsettled()
	}
	return c.openSecrets(ctx)
}

// reachesOut reports whether the plan looks at more than what is in the company:
// at assets in other companies, or at records that have left for them.
func (c *companyPlan) reachesOut() bool {
	if len(c.departures) > 0 {
		return true
	}
	for _, card := range c.cards {
		if card.Company != c.id {
			return true
		}
	}
	return false
}

func (c *companyPlan) loadRows(r store.Reader) error {
	if err := c.loadSharing(r); err != nil {
		return err
	}
	for _, key := range c.upstream {
		row, err := r.MirrorRow(store.RecordID{Integration: c.integration.ID, Kind: c.info.Container, Key: key})
		if err != nil {
			return err
		}
		c.rows[c.info.Container] = append(c.rows[c.info.Container], row)
		c.inactive[key] = row.Status != connector.StatusActive || row.Presence != store.Present
		c.vanished[key] = row.Presence == store.Gone
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
				c.at[row.ID] = len(c.rows[kind.Kind])
				c.rows[kind.Kind] = append(c.rows[kind.Kind], row)
			}
		}
	}
	return nil
}

// loadCards brings the cards of the rows. Ours are those in the company; the
// others are looked for by their records.
func (c *companyPlan) loadCards(r store.Reader, ours []store.Card) error {
	for _, card := range ours {
		if _, here := c.at[card.ID]; here {
			c.cards[card.ID] = card
		}
	}
	var missing []store.RecordID
	for id := range c.at {
		if _, here := c.cards[id]; !here {
			missing = append(missing, id)
		}
	}
	for card, err := range r.CardsFor(missing) {
		if err != nil {
			return err
		}
		c.cards[card.ID] = card
	}
	return nil
}

// mirrored is a record of the company's. Nil: it has none of that id.
func (c *companyPlan) mirrored(id store.RecordID) *store.MirrorRow {
	at, ok := c.at[id]
	if !ok {
		return nil
	}
	return &c.rows[id.Kind][at]
}

// isGone reports whether a record is no longer upstream, and isAbsent whether it
// is gone or the last read missed it.
func (c *companyPlan) isGone(id store.RecordID) bool {
	row := c.mirrored(id)
	return row != nil && row.Presence == store.Gone
}

func (c *companyPlan) isAbsent(id store.RecordID) bool {
	row := c.mirrored(id)
	return row != nil && row.Presence != store.Present
}

// loadDepartures finds the cards here whose records left for a company that
// nothing is matched to.
func (c *companyPlan) loadDepartures(r store.Reader, ours []store.Card) error {
	for _, card := range ours {
		if _, stays := c.cards[card.ID]; stays {
			continue
		}
		d, departs, err := c.departs(r, card)
		if err != nil {
			return err
		}
		if departs {
			c.departures = append(c.departures, d)
		}
	}
	return nil
}
