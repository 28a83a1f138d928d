package dovetail

import (
	"errors"

	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// predecessor returns the card that a record takes the place of on an asset: a
// strong key says that it is the same thing, and the card's record is gone or
// was missed by the last read. So a device that was installed again keeps its
// asset.
func (c *companyPlan) predecessor(cand candidate, link matching.Link, asset store.Asset) (store.Card, bool) {
	if link.Provisional {
		return store.Card{}, false
	}
	for _, card := range c.stacked[asset.ID] {
		if card.ID.Integration == cand.row.ID.Integration && card.ID.Kind == cand.row.ID.Kind && card.ID != cand.row.ID &&
			(c.isAbsent(card.ID) || card.State == store.CardOrphaned) {
			return card, true
		}
	}
	return store.Card{}, false
}

// succeed gives a new card what the one had whose place it takes, and removes
// that one.
func (t applied) succeed(w store.Writer, card store.Card) (store.Card, error) {
	if err := w.DeleteTombstone(card.ID); err != nil || t.change.Asset == "" || t.change.Other == (store.RecordID{}) {
		return card, err
	}
	old, err := w.Card(t.change.Other)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return card, nil
	case err != nil:
		return card, err
	case old.Asset != t.change.Asset || old.ID == card.ID:
		return card, nil
	}
	card.Origin, card.Layout, card.Wrote, card.Links, card.Pinned = old.Origin, old.Layout, old.Wrote, old.Links, old.Pinned
	return card, w.DeleteCard(old.ID)
}
