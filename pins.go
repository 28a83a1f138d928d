package dovetail

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// PinRequest names a field of an asset.
type PinRequest struct {
	// By is who asks.
	By store.Actor
	// Asset is the asset.
	Asset store.AssetID
	// Field is the field. store.NameField, the zero value, is the asset's name.
	Field store.FieldID
}

// The events of pins, as the journal calls them.
const (
	eventPin   = "pin"
	eventUnpin = "unpin"
)

// Pin keeps the value that a fed field has here, whatever the upstream says,
// until Unpin. While the upstream's differs, Drift lists it.
func (e *Engine) Pin(ctx context.Context, req PinRequest) error {
	if err := e.authorize(ctx, req.By, OpPin); err != nil {
		return err
	}
	asset, err := e.pinnable(ctx, req)
	if err != nil {
		return fmt.Errorf("dovetail: pin a field of asset %q: %w", req.Asset, err)
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return putPin(w, store.Pin{Asset: asset.ID, Company: asset.Company, Field: req.Field, By: req.By, At: now()})
	})
	if err != nil {
		return fmt.Errorf("dovetail: pin a field of asset %q: %w", req.Asset, err)
	}
	return nil
}

// putPin pins a field, and journals it.
func putPin(w store.Writer, pin store.Pin) error {
	return errors.Join(w.PutPin(pin), replan(w, pin.Company), w.AppendJournal(store.JournalEntry{
		At: pin.At, By: pin.By, Event: eventPin, Company: pin.Company, Asset: pin.Asset, Set: []store.FieldChange{{Field: pin.Field}},
	}))
}

// pinnable returns the asset, if it has the field.
func (e *Engine) pinnable(ctx context.Context, req PinRequest) (store.Asset, error) {
	asset, err := e.docs.Asset(ctx, req.Asset)
	if err != nil || req.Field == store.NameField {
		return asset, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return asset, err
	}
	layout := layouts[asset.Layout]
	if !slices.ContainsFunc(layout.Fields, func(f store.Field) bool { return f.ID == req.Field }) {
		return asset, fmt.Errorf("field %q of layout %q: %w", req.Field, layout.Name, store.ErrNotFound)
	}
	return asset, nil
}

// Unpin lets a field follow the upstream again: the next run writes its value,
// and by the field's policy what was pinned goes to the list of overwritten
// values. A field that isn't pinned is store.ErrNotFound.
func (e *Engine) Unpin(ctx context.Context, req PinRequest) error {
	if err := e.authorize(ctx, req.By, OpPin); err != nil {
		return err
	}
	company, err := e.companyOf(ctx, req.Asset)
	if err != nil {
		return fmt.Errorf("dovetail: unpin a field of asset %q: %w", req.Asset, err)
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		pin, err := pinOf(w, company, req)
		if err != nil {
			return err
		}
		if err := forgetFlips(w, pin); err != nil {
			return err
		}
		return errors.Join(w.DeletePin(pin.Asset, pin.Field), replan(w, pin.Company), w.AppendJournal(store.JournalEntry{
			At: now(), By: req.By, Event: eventUnpin, Company: pin.Company, Asset: pin.Asset, Set: []store.FieldChange{{Field: pin.Field}},
		}))
	})
	if err != nil {
		return fmt.Errorf("dovetail: unpin a field of asset %q: %w", req.Asset, err)
	}
	return nil
}

// companyOf returns an asset's company. One that is deleted has none.
func (e *Engine) companyOf(ctx context.Context, id store.AssetID) (store.CompanyID, error) {
	asset, err := e.docs.Asset(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return asset.Company, err
}

// pinOf finds a pin: in the asset's company, else in the one where it was
// pinned.
func pinOf(r store.Reader, company store.CompanyID, req PinRequest) (store.Pin, error) {
	found := func(company store.CompanyID) (pin store.Pin, ok bool, err error) {
		for pin, err := range r.PinsOf(company) {
			if err != nil || pin.Asset == req.Asset && pin.Field == req.Field {
				return pin, err == nil, err
			}
		}
		return pin, false, nil
	}
	pin, ok, err := found(company)
	if err != nil || ok {
		return pin, err
	}
	for integration, err := range r.Integrations() {
		if err != nil {
			return pin, err
		}
		for match, err := range r.Matches(integration.ID) {
			if err != nil {
				return pin, err
			}
			if pin, ok, err := found(match.Company); err != nil || ok {
				return pin, err
			}
		}
	}
	return pin, fmt.Errorf("it isn't pinned: %w", store.ErrNotFound)
}

// forgetFlips lets the cards on an asset forget how often a field was changed: a
// person has decided about it.
func forgetFlips(w store.Writer, pin store.Pin) error {
	var cards []store.Card
	for card, err := range w.CardsOf(pin.Company) {
		if err != nil {
			return err
		}
		if card.Asset == pin.Asset && card.Wrote[pin.Field].Flips > 0 {
			cards = append(cards, card)
		}
	}
	for _, card := range cards {
		wrote := card.Wrote[pin.Field]
		wrote.Flips = 0
		card.Wrote = merged(card.Wrote, map[store.FieldID]store.Written{pin.Field: wrote})
		if err := w.PutCard(card); err != nil {
			return err
		}
	}
	return nil
}

// Pins yields the pins on the assets of one company, by asset and field.
func (e *Engine) Pins(ctx context.Context, company store.CompanyID) iter.Seq2[store.Pin, error] {
	return func(yield func(store.Pin, error) bool) {
		var pins []store.Pin
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
			pins, err = collect(r.PinsOf(company))
			return err
		})
		if err != nil {
			yield(store.Pin{}, fmt.Errorf("dovetail: pins of company %q: %w", company, err))
			return
		}
		for _, pin := range pins {
			if !yield(pin, nil) {
				return
			}
		}
	}
}
