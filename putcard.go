package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// put puts a record on the asset that a person chose.
func (d *cardDecider) put(ctx context.Context, decision CardDecision, row RecordRow) error {
	asset, err := d.docs.Asset(ctx, decision.Asset)
	switch {
	case err != nil:
		return fmt.Errorf("asset %q: %w", decision.Asset, err)
	case asset.Company != row.Company:
		return fmt.Errorf("%w: asset %q is in another company than the record's (match the record's company there first)", store.ErrRefused, asset.Name)
	case asset.Archived:
		return fmt.Errorf("%w: asset %q is archived (bring it back first)", store.ErrRefused, asset.Name)
	}
	if decision.Verdict == CardMoveAsset {
		if asset, err = d.toItsLayout(ctx, row, asset); err != nil {
			return err
		}
	}
	if row.Card.Asset != "" && row.Card.Asset != asset.ID {
		if err := d.leave(ctx, row.Card); err != nil {
			return err
		}
	}
	return d.note(ctx, decision, asset.ID, func(w store.Writer, row RecordRow) error {
		mirrored, err := w.MirrorRow(row.Record)
		if err != nil {
			return err
		}
		card := row.Card
		if card.Asset != asset.ID {
			card = store.Card{ID: row.Record, Asset: asset.ID, Home: row.Company, Origin: store.OriginLinked, Since: now()}
		}
		card.Company, card.Layout, card.State = asset.Company, asset.Layout, store.CardActive
		card.Pinned, card.Provisional = true, false
		card.Name, card.Type, card.URL, card.Container, card.Hash = mirrored.Name, mirrored.Type, mirrored.URL, mirrored.Container, ""
		if err := w.DeleteRejection(row.Record, "", asset.ID); err != nil {
			return err
		}
		return errors.Join(w.DeleteTombstone(row.Record), w.PutCard(card))
	})
}

// toItsLayout moves an asset to the layout where the rules put a record. No
// value is lost by it.
func (d *cardDecider) toItsLayout(ctx context.Context, row RecordRow, asset store.Asset) (store.Asset, error) {
	layouts, err := d.layouts(ctx)
	if err != nil {
		return asset, err
	}
	sorting, err := d.newSorting(d.info, d.settings)
	if err != nil {
		return asset, err
	}
	company, err := d.docs.Company(ctx, row.Company)
	if err != nil {
		return asset, fmt.Errorf("company %q: %w", row.Company, err)
	}
	mirrored := store.MirrorRow{ID: row.Record, Name: row.Name, Type: row.Type, URL: row.URL}
	if err := d.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		mirrored, err = r.MirrorRow(row.Record)
		return err
	}); err != nil {
		return asset, err
	}
	placed := sorting.sort(subjectOf(mirrored, row.Fields, company.Name))
	to, ok := layouts[sorting.layout(placed, row.Record.Kind)]
	if !ok || to.Inactive || placed.Outcome == sortrules.Skip {
		return asset, fmt.Errorf("%w: the rules put it in no active layout (choose one in the settings)", store.ErrRefused)
	}
	if to.ID == asset.Layout {
		return asset, nil
	}
	_, homeless, required := refiled(digests{}, layouts[asset.Layout], to, asset, store.Card{})
	if lost := slices.Concat(homeless, d.lacks(layouts[asset.Layout], to, homeless), required); len(lost) > 0 {
		return asset, fmt.Errorf("%w: layout %q has no place for, or requires, %s (add the asset's card where it is, or change the layout)",
			store.ErrRefused, to.Name, strings.Join(lost, ", "))
	}
	moved, err := d.docs.UpdateAsset(ctx, store.AssetPatch{ID: asset.ID, Base: asset.Version, Layout: to.ID}, store.Intent{ID: d.ids.next("intent"), By: d.by})
	if err != nil {
		return asset, fmt.Errorf("move asset %q: %w", asset.Name, err)
	}
	return moved, nil
}

// leave takes back what a card wrote to an asset that its record is taken off.
// What dovetail made and nobody touched is archived, so that the record is not
// here twice.
func (d *cardDecider) leave(ctx context.Context, card store.Card) error {
	asset, err := d.docs.Asset(ctx, card.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("asset %q: %w", card.Asset, err)
	}
	if asset.Archived {
		return nil
	}
	others, pinned, err := d.othersOn(ctx, card)
	if err != nil {
		return err
	}
	layouts, err := d.layouts(ctx)
	if err != nil {
		return err
	}
	keyed, err := d.digestsOf(ctx, d.integration, d.settings)
	if err != nil {
		return err
	}
	for _, link := range card.Links {
		if err := d.docs.DeleteLink(ctx, link.Link, store.Intent{ID: d.ids.next("intent"), By: d.by}); err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("take a link of asset %q back: %w", asset.Name, err)
		}
	}
	patch := store.AssetPatch{ID: asset.ID, Base: asset.Version}
	ours := card.Origin == store.OriginCreated && !asset.Touched && len(asset.Foreign) == 0 && len(others) == 0 && asWritten(keyed, layouts[asset.Layout], card, asset)
	switch {
	case ours && d.docs.Capabilities().Archive:
		away := true
		patch.Archived = &away
	case ours:
		return nil
	default:
		set := withdrawn(keyed, layouts[asset.Layout], card, asset, others, pinned)
		if len(set) == 0 {
			return nil
		}
		patch.Values = valuesOf(set)
	}
	if _, err := d.docs.UpdateAsset(ctx, patch, store.Intent{ID: d.ids.next("intent"), By: d.by}); err != nil {
		return fmt.Errorf("take back what was written to asset %q: %w", asset.Name, err)
	}
	return nil
}

// othersOn returns the other cards on a card's asset, and the fields of it that
// people have pinned.
func (e *Engine) othersOn(ctx context.Context, card store.Card) (others []store.Card, pinned map[store.FieldID]bool, err error) {
	pinned = make(map[store.FieldID]bool)
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for other, err := range r.CardsOf(card.Company) {
			if err != nil {
				return err
			}
			if other.Asset == card.Asset && other.ID != card.ID {
				others = append(others, other)
			}
		}
		for pin, err := range r.PinsOf(card.Company) {
			if err != nil {
				return err
			}
			if pin.Asset == card.Asset {
				pinned[pin.Field] = true
			}
		}
		return nil
	})
	return others, pinned, err
}
