package dovetail

import (
	"github.com/dovetail-sync/dovetail/store"
)

// arrival is what becomes of a record whose card was put on its asset while the
// record belonged to another company here.
type arrival int

const (
	// arrivalStays: it is kept up to date on the asset that it is on.
	arrivalStays arrival = iota
	// arrivalDecided: it is decided about.
	arrivalDecided
	// arrivalLeft: it leaves its asset behind and is decided about like a new one.
	arrivalLeft
)

// arrives decides about a record that came to this company from another one:
// upstream moved it, or a person matched its upstream company anew. An asset
// that is wholly ours comes along. One that isn't stays, is no longer updated,
// and nothing of what people wrote on it comes along. Lost says that the asset
// is no longer there.
func (c *companyPlan) arrives(cand candidate, card store.Card, asset store.Asset, lost bool) arrival {
	switch merge := c.mergeOf(card, cand.row); {
	case merge != nil:
		c.dispose(cand.row, merge.waiting())
		return arrivalDecided
	case movedFromPin(card, cand.row):
		return arrivalStays
	case lost:
		c.part(cand, card, store.Change{Action: store.ActionDetach, Reason: reason(ReasonAssetLost)})
		c.left[cand.row.ID] = reason(ReasonNew, "placed", c.placed(cand))
		return arrivalLeft
	case asset.Company != card.Home:
		return arrivalStays // a person moved it, here or elsewhere
	}
	switch ours := !asset.Archived && c.untouched(card, asset); {
	case ours && c.docs.Capabilities().MoveCompany:
		c.move(cand, card, asset)
		return arrivalDecided
	case matchedAnew(card, cand.row):
		c.leaveWrong(cand, card, asset, ours)
	default:
		c.leaveBehind(cand, card, ours)
	}
	return arrivalLeft
}

// movedFromPin reports whether upstream moved a record that a person has put on
// its asset: the person's word wins.
func movedFromPin(card store.Card, row store.MirrorRow) bool {
	return card.Pinned && card.Container != "" && card.Container != row.Container
}

// matchedAnew reports whether a record is in another company here because its
// upstream company is matched to another one, and not because upstream moved it.
func matchedAnew(card store.Card, row store.MirrorRow) bool {
	return card.Container == "" || card.Container == row.Container
}

// move takes an asset along that is wholly ours.
func (c *companyPlan) move(cand candidate, card store.Card, asset store.Asset) {
	why := reason(ReasonMoved)
	if matchedAnew(card, cand.row) {
		why = reason(ReasonRematched)
	}
	c.dispose(cand.row, reason(ReasonHere))
	c.change(store.Change{
		Action: store.ActionMove, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version, Reason: why,
	})
}

// part ends a card, so that another one can be made here.
func (c *companyPlan) part(cand candidate, card store.Card, change store.Change) {
	change.Record, change.Hash, change.Company, change.Asset = card.ID, cand.row.Hash, card.Company, card.Asset
	c.change(change)
}

// leaveBehind leaves the asset of a record that upstream moved here as it is.
func (c *companyPlan) leaveBehind(cand candidate, card store.Card, ours bool) {
	c.part(cand, card, store.Change{Action: store.ActionDetach, Reason: reason(ReasonMovedAway, "company", c.here.Name, "date", c.date())})
	c.left[cand.row.ID] = reason(ReasonMovedTouched)
	if ours {
		c.left[cand.row.ID] = reason(ReasonMovedUnable)
	}
}

// leaveWrong takes back what was written into a company that turned out to be
// the wrong one, as far as nobody has worked on it.
func (c *companyPlan) leaveWrong(cand candidate, card store.Card, asset store.Asset, ours bool) {
	c.left[cand.row.ID] = reason(ReasonRematchedNew)
	shared := !c.alone(card) || len(asset.Foreign) > 0
	switch {
	case ours && c.docs.Capabilities().Archive:
		c.part(cand, card, store.Change{Action: store.ActionArchive, Base: asset.Version, Reason: reason(ReasonWrongArchived, "company", c.here.Name)})
	case card.Origin == store.OriginCreated && !ours && !shared:
		c.part(cand, card, store.Change{Action: store.ActionDetach, Reason: reason(ReasonWrongTouched, "company", c.here.Name)})
	default:
		c.unlinkAll(cand, card, reason(ReasonWrongWithdrawn, "company", c.here.Name))
		c.part(cand, card, store.Change{
			Action: store.ActionWithdraw, Layout: asset.Layout, Base: asset.Version, Set: withdrawn(c.digests, c.layouts[asset.Layout], card, asset, c.stacked[asset.ID], c.pins[asset.ID]),
			Reason: reason(ReasonWrongWithdrawn, "company", c.here.Name),
		})
	}
}

// halt freezes the card of a record that came to a company that can't be
// written to: where it was it is no longer updated.
func (c *companyPlan) halt(row store.MirrorRow, why store.Reason) {
	card, ok := c.cards[row.ID]
	if !ok || card.Home == c.id || card.State != store.CardActive || movedFromPin(card, row) || c.mergeOf(card, row) != nil {
		return
	}
	c.change(store.Change{Action: store.ActionFreeze, Record: row.ID, Hash: row.Hash, Company: card.Company, Asset: card.Asset, Reason: why})
}
