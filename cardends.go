package dovetail

import (
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// bury ends the card of an asset that a person deleted.
func (c *companyPlan) bury(cand candidate, card store.Card) {
	c.dispose(cand.row, reason(ReasonDeletedHere))
	c.change(store.Change{
		Action: store.ActionBury, Record: card.ID, Hash: cand.row.Hash, Company: card.Company, Asset: card.Asset, Reason: reason(ReasonDeletedHere),
	})
}

// withdraw ends the card of a record that, as a person says, isn't this asset.
// The record is decided about anew.
func (c *companyPlan) withdraw(cand candidate, card store.Card, asset store.Asset) {
	action, set := store.ActionWithdraw, withdrawn(c.digests, c.layouts[asset.Layout], card, asset, c.stacked[asset.ID], c.pins[asset.ID])
	if asset.Archived {
		action = store.ActionDetach // what is put away is left as it is
	}
	if action == store.ActionWithdraw {
		c.unlinkAll(cand, card, reason(ReasonRejected))
	}
	c.change(store.Change{
		Action: action, Record: card.ID, Hash: cand.row.Hash, Company: asset.Company, Layout: asset.Layout,
		Asset: asset.ID, Base: asset.Version, Set: set, Reason: reason(ReasonRejected),
	})
	// It makes room, also for another record of this plan, and leaves blanks.
	asset.Values = maps.Clone(asset.Values)
	for _, set := range set {
		delete(asset.Values, set.Field)
	}
	c.assets[asset.ID] = asset
	c.stacked[asset.ID] = slices.DeleteFunc(c.stacked[asset.ID], func(other store.Card) bool { return other.ID == card.ID })
}

// unlinkAll takes back the links that a card has made from an asset that its
// record is taken off.
func (c *companyPlan) unlinkAll(cand candidate, card store.Card, why store.Reason) {
	for _, link := range card.Links {
		c.unlink(cand.row, card, link, card.Company, why)
	}
}

// withdrawn blanks the values that a card wrote to an asset: those that nobody
// has changed or pinned since, that no other card on it wrote too, and that the
// layout doesn't require.
func withdrawn(d digests, layout store.Layout, card store.Card, asset store.Asset, on []store.Card, pinned map[store.FieldID]bool) []store.FieldChange {
	var set []store.FieldChange
	for _, field := range layout.Fields {
		value, wrote := d.shown(field, asset.Values[field.ID]), card.Wrote[field.ID]
		if asset.Archived || value.IsBlank() || !intact(wrote, value) || field.Required || pinned[field.ID] {
			continue
		}
		if slices.ContainsFunc(on, func(other store.Card) bool {
			return other.ID != card.ID && other.Wrote[field.ID].Value.Equal(value)
		}) {
			continue
		}
		set = append(set, store.FieldChange{Field: field.ID, From: value, Digest: field.Type == store.FieldConfidential})
	}
	return set
}

// changed says what changed upstream: a device that says of itself to have
// another serial number is the same one still, with another board.
func (c *companyPlan) changed(cand candidate, card store.Card) store.Reason {
	if cand.kind.Role != connector.RoleDevice || card.Hash == cand.row.Hash {
		return reason(ReasonChanged)
	}
	before, err := decodeFields(card.Data)
	if err != nil {
		return reason(ReasonChanged)
	}
	from, to := cand.means.text(before, connector.MeansSerial), cand.means.text(cand.fields, connector.MeansSerial)
	if from == "" || to == "" || from == to {
		return reason(ReasonChanged)
	}
	return reason(ReasonSerialChanged, "from", from, "to", to)
}
