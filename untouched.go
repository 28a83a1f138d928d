package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// untouched reports whether an asset is as this card made it: a person changed
// and added nothing, and no other card is on it.
func (c *companyPlan) untouched(card store.Card, asset store.Asset) bool {
	return card.Origin == store.OriginCreated && !asset.Touched && len(asset.Foreign) == 0 &&
		c.alone(card) && asWritten(c.digests, c.layouts[asset.Layout], card, asset)
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
func (c *companyPlan) alone(card store.Card) bool { return len(c.stacked[card.Asset]) <= 1 }
