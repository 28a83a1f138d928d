package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// existing decides about a record that has a card, and reports whether it did:
// a record that leaves its asset behind is decided about like a new one.
func (c *companyPlan) existing(ctx context.Context, cand candidate, card store.Card) (decided bool, err error) {
	asset, err := c.assetOf(ctx, card)
	switch {
	case errors.Is(err, store.ErrNotFound):
		c.dispose(cand.row, reason(ReasonDeletedHere))
		return true, nil
	case err != nil:
		return false, err
	case asset.Archived:
		c.dispose(cand.row, reason(ReasonArchivedHere))
		return true, nil
	}
	if card.Home != c.here.ID && asset.Company == card.Home {
		return c.moved(ctx, cand, card, asset)
	}
	c.update(cand, card, asset)
	return true, nil
}

// update brings an asset and its card up to date.
func (c *companyPlan) update(cand candidate, card store.Card, asset store.Asset) {
	// A person may have moved the asset to another company: it stays where it
	// is put, and is kept up to date there.
	change := store.Change{
		Action: store.ActionUpdate, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: asset.Company, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Name:   c.rename(cand, card, asset),
		Set:    c.feed(cand, asset, card.Wrote),
		Reason: reason(ReasonChanged),
	}
	if card.State != store.CardActive {
		c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionUpdate)))
		change.Reason = reason(ReasonReappeared)
		c.change(change)
		return
	}
	c.dispose(cand.row, reason(ReasonHere))
	if card.Hash != cand.row.Hash || card.Company != asset.Company || change.Name != "" || len(change.Set) > 0 {
		c.change(change)
	}
}

// assetOf returns the asset that carries the card, wherever it is.
func (c *companyPlan) assetOf(ctx context.Context, card store.Card) (store.Asset, error) {
	if asset, ok := c.assets[card.Asset]; ok {
		return asset, nil
	}
	asset, err := c.docs.Asset(ctx, card.Asset)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return asset, fmt.Errorf("asset %q: %w", card.Asset, err)
	}
	return asset, err
}

// moved decides about a record that upstream moved to this company from the
// one where its asset is. An asset that is wholly ours moves with it; one that
// people worked on stays, and nothing of what they wrote comes along.
func (c *companyPlan) moved(ctx context.Context, cand candidate, card store.Card, asset store.Asset) (moves bool, err error) {
	untouched, err := c.untouched(ctx, card, asset)
	if err != nil || !untouched || !c.docs.Capabilities().MoveCompany {
		return false, err
	}
	c.dispose(cand.row, reason(ReasonHere))
	c.change(store.Change{
		Action: store.ActionMove, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Reason: reason(ReasonMoved),
	})
	return true, nil
}

// untouched reports whether an asset is as this card made it: a person changed
// and added nothing, and no other card is on it.
func (c *companyPlan) untouched(ctx context.Context, card store.Card, asset store.Asset) (bool, error) {
	alone, err := c.alone(ctx, card)
	return alone && card.Origin == store.OriginCreated && len(asset.Foreign) == 0 && asWritten(card, asset), err
}

// asWritten reports whether an asset's name and values are those that the card
// wrote, all of them and no others.
func asWritten(card store.Card, asset store.Asset) bool {
	if asset.Name != card.Wrote[store.NameField].Value.String() {
		return false
	}
	for field, value := range asset.Values {
		if !value.Equal(card.Wrote[field].Value) {
			return false
		}
	}
	for field, wrote := range card.Wrote {
		if field != store.NameField && !wrote.Value.Equal(asset.Values[field]) {
			return false
		}
	}
	return true
}

// alone reports whether no other card is on the card's asset. It asks the
// ledger anew: moves are few, and the asset is in another company.
func (c *companyPlan) alone(ctx context.Context, card store.Card) (bool, error) {
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

// rename returns the asset's new name, or an empty text: the name follows the
// upstream where that is wanted and nobody here renamed the asset.
func (c *companyPlan) rename(cand candidate, card store.Card, asset store.Asset) string {
	name := cand.name()
	if !c.settings.AutoUpdateNames || card.Origin != store.OriginCreated ||
		asset.Name != card.Wrote[store.NameField].Value.String() || name == card.Wrote[store.NameField].Sent.String() {
		return ""
	}
	return name
}

// feed returns the values to be written to the fields that the record feeds.
// What a person wrote is left alone: a blank is filled, a value that the card
// wrote itself is brought up to date.
func (c *companyPlan) feed(cand candidate, asset store.Asset, wrote map[store.FieldID]store.Written) []store.FieldChange {
	var set []store.FieldChange
	layout := c.layouts[asset.Layout]
	for _, field := range layout.Fields {
		to, ok := c.desired(cand, layout.ID, field)
		if !ok {
			continue
		}
		from := asset.Values[field.ID]
		before, ours := wrote[field.ID]
		switch {
		case from.Equal(to), ours && before.Sent.Equal(to) && before.Value.Equal(from):
			continue
		case !from.IsBlank() && (!ours || !before.Value.Equal(from)):
			continue
		}
		set = append(set, store.FieldChange{Field: field.ID, From: from, To: to})
	}
	return set
}

// desired returns the value that the record has for a field: that of the first
// source that isn't blank and fits.
func (c *companyPlan) desired(cand candidate, layout store.LayoutID, field store.Field) (connector.Value, bool) {
	for _, connected := range c.settings.Connected {
		if connected.Kind != cand.kind.Kind || connected.Layout != layout || connected.Field != field.ID {
			continue
		}
		for _, source := range connected.Sources {
			if value := cand.fields[source]; !value.IsBlank() {
				return convert(value, field)
			}
		}
	}
	return connector.Value{}, false
}
