package dovetail

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
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
	if !intact(card.Wrote[store.NameField], connector.Text(asset.Name)) {
		return false
	}
	left := len(asset.Values)
	for _, field := range layout.Fields {
		value, has := asset.Values[field.ID]
		if has {
			left--
		}
		if !intact(card.Wrote[field.ID], d.shown(field, value)) {
			return false
		}
	}
	return left == 0
}

// intact reports whether a value is the one that was written. One that a person
// has let the upstream's take the place of is still his.
func intact(wrote store.Written, value connector.Value) bool {
	return wrote.Value.Equal(value) && (value.IsBlank() || !wrote.Sent.IsAbsent())
}

// alone reports whether no other card is on the card's asset.
func (c *companyPlan) alone(ctx context.Context, card store.Card) (bool, error) {
	on, err := c.cardsOn(ctx, card)
	return len(on) <= 1, err
}

// cardsOn returns the cards on a card's asset, of any integration. About a
// company that isn't the plan's it asks the ledger, once.
func (c *companyPlan) cardsOn(ctx context.Context, card store.Card) ([]store.Card, error) {
	if card.Company == c.id {
		return c.stacked[card.Asset], nil
	}
	if stacked, ok := c.elsewhere[card.Company]; ok {
		return stacked[card.Asset], nil
	}
	stacked := make(map[store.AssetID][]store.Card)
	err := c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for other, err := range r.CardsOf(card.Company) {
			if err != nil {
				return err
			}
			other.Data = nil
			stacked[other.Asset] = append(stacked[other.Asset], other)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.elsewhere[card.Company] = stacked
	return stacked[card.Asset], nil
}
