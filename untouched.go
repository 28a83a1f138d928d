package dovetail

import (
	"context"

	"github.com/dovetail-sync/dovetail/store"
)

// untouched reports whether an asset is as this card made it: a person changed
// and added nothing, and no other card is on it.
func (c *companyPlan) untouched(ctx context.Context, card store.Card, asset store.Asset) (bool, error) {
	if card.Origin != store.OriginCreated || asset.Touched || len(asset.Foreign) > 0 || !asWritten(c.digests, c.layouts[asset.Layout], card, asset) {
		return false, nil
	}
	return c.alone(ctx, card)
}

// asWritten reports whether an asset's name and values are those that the card
// wrote, all of them and no others. What the layout has lost since is nobody's
// doing on the asset.
func asWritten(d digests, layout store.Layout, card store.Card, asset store.Asset) bool {
	if asset.Name != card.Wrote[store.NameField].Value.String() {
		return false
	}
	left := len(asset.Values)
	for _, field := range layout.Fields {
		value, has := asset.Values[field.ID]
		if has {
			left--
		}
		if !d.shown(field, value).Equal(card.Wrote[field.ID].Value) {
			return false
		}
	}
	return left == 0
}

// alone reports whether no other card is on the card's asset. About an asset in
// another company it asks the ledger: such moves are few.
func (c *companyPlan) alone(ctx context.Context, card store.Card) (bool, error) {
	if card.Company == c.here.ID {
		return len(c.stacked[card.Asset]) == 1, nil
	}
	alone := true
	err := c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for other, err := range r.CardsOf(card.Company) {
			if err != nil {
				return err
			}
			if other.Asset == card.Asset && other.ID != card.ID {
				alone = false
			}
		}
		return nil
	})
	return alone, err
}
