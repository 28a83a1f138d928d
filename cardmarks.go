package dovetail

import (
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// storeMark writes the record's card after a change that brings nothing of the
// record to the asset: the card is marked, linked, or ends.
func (t applied) storeMark(w store.Writer, card store.Card) error {
	c := t.change
	switch c.Action {
	case store.ActionOrphan:
		card.State = store.CardOrphaned
	case store.ActionFreeze:
		card.State = store.CardFrozen
	case store.ActionLink:
		card.Links = append(withoutLink(card.Links, c.To), store.CardLink{Link: t.link.ID, To: c.To})
	case store.ActionUnlink:
		card.Links = withoutLink(card.Links, c.To)
	case store.ActionBury:
		if err := w.PutTombstone(tombstoneOf(card)); err != nil {
			return err
		}
		return w.DeleteCard(card.ID)
	case store.ActionArchive:
		if c.Reason.Code != string(ReasonGoneLong) {
			return w.DeleteCard(card.ID)
		}
	default: // detach, withdraw
		return w.DeleteCard(card.ID)
	}
	return w.PutCard(card)
}

// withoutLink returns the links of a card without the one to an asset.
func withoutLink(links []store.CardLink, to store.AssetID) []store.CardLink {
	return slices.DeleteFunc(slices.Clone(links), func(l store.CardLink) bool { return l.To == to })
}

// tombstoneOf remembers the asset of a card, as it was last seen.
func tombstoneOf(card store.Card) store.Tombstone {
	name := card.Wrote[store.NameField].Value.String()
	if name == "" {
		name = card.Name
	}
	return store.Tombstone{ID: card.ID, Company: card.Company, Asset: card.Asset, Name: name, At: now()}
}
