package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// heirOfName returns the card whose record's name takes the place of the one that a
// card gave to an asset, where another record of the integration is on it. Nil:
// none.
func heirOfName(card store.Card, asset store.Asset, others []store.Card) *store.Card {
	if card.Origin != store.OriginCreated || asset.Name != card.Wrote[store.NameField].Value.String() {
		return nil
	}
	at := slices.IndexFunc(others, func(other store.Card) bool {
		return other.ID.Integration == card.ID.Integration && other.State == store.CardActive && other.Name != ""
	})
	if at < 0 || others[at].Name == asset.Name {
		return nil
	}
	return &others[at]
}

// renameInherited gives the assets that other records have taken over the names of
// those, where they still have the one that goes.
func (e *Engine) renameInherited(ctx context.Context, f *forgetter, by store.Actor) error {
	var heirs []store.Card
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		heirs, err = f.heirs(r)
		return err
	})
	if err != nil {
		return err
	}
	for _, card := range heirs {
		if err := e.renameTo(ctx, card, by); err != nil {
			return fmt.Errorf("asset %q: %w", card.Asset, err)
		}
	}
	return nil
}

// heirs are the cards that have a name of the record's from it.
func (f *forgetter) heirs(r store.Reader) (heirs []store.Card, _ error) {
	for card, err := range r.Cards(f.id.Integration) {
		if err != nil {
			return nil, err
		}
		wrote := card.Wrote[store.NameField]
		if card.ID == f.id || !f.assets[card.Asset] || f.names.none(wrote.Sent.String(), wrote.Value.String()) {
			continue
		}
		switch theirs, err := f.namesake(r, card.ID); {
		case err != nil:
			return nil, err
		case !theirs:
			heirs = append(heirs, card)
		}
	}
	return heirs, nil
}

// renameTo gives a card's asset the name of its record, unless people have given it
// one.
func (e *Engine) renameTo(ctx context.Context, card store.Card, by store.Actor) error {
	asset, err := e.docs.Asset(ctx, card.Asset)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e.handName(ctx, card.ID, erasedText)
	case err != nil:
		return err
	case asset.Name != card.Wrote[store.NameField].Value.String():
		return e.handName(ctx, card.ID, erasedText) // still another one than it has
	}
	patch := store.AssetPatch{ID: asset.ID, Base: asset.Version, Name: cmp.Or(card.Name, erasedText)}
	if asset, err = e.docs.UpdateAsset(ctx, patch, store.Intent{ID: e.ids.next("intent"), By: by}); err != nil {
		return err
	}
	return e.handName(ctx, card.ID, asset.Name)
}

// handName notes that a card wrote an asset's name.
func (e *Engine) handName(ctx context.Context, id store.RecordID, name string) error {
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		card, err := w.Card(id)
		if err != nil {
			return err
		}
		card.Wrote = merged(card.Wrote, map[store.FieldID]store.Written{
			store.NameField: {Sent: connector.Text(name), Value: connector.Text(name), At: now()},
		})
		return w.PutCard(card)
	})
}
