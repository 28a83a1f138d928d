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
	lost := errors.Is(err, store.ErrNotFound)
	if err != nil && !lost {
		return false, err
	}
	if card.Home != c.here.ID {
		if what := c.arrives(cand, card, asset, lost); what != arrivalStays {
			return what == arrivalDecided, nil
		}
	}
	switch {
	case lost:
		c.bury(cand, card)
		return true, nil
	case c.isRejected(card.ID, card.Asset):
		c.withdraw(cand, card, asset)
		return false, nil
	case asset.Archived:
		c.dispose(cand.row, reason(ReasonArchivedHere, "asset", asset.Name, assetsArg, listed([]string{string(asset.ID)})))
		return true, nil
	}
	var stays store.Reason
	switch {
	case movedFromPin(card, cand.row):
		stays = reason(ReasonMovedPinned, "company", c.here.Name)
	case card.State == store.CardActive:
		var moves bool
		if moves, stays = c.refile(cand, card, asset); moves {
			return true, nil
		}
	}
	c.update(cand, card, asset, stays)
	return true, nil
}

// update brings an asset and its card up to date. Stays is why it is in another
// layout than the rules say, if it is.
func (c *companyPlan) update(cand candidate, card store.Card, asset store.Asset, stays store.Reason) {
	// A person may have moved the asset to another company: it stays where it
	// is put, and is kept up to date there.
	var name string
	if !c.silent[card.ID] {
		name = c.rename(cand, card, asset)
	}
	if c.shared(card) {
		card.Wrote = c.wroteOn(card.Asset)
	}
	if stays.Code == "" && cand.row.Status == connector.StatusArchived {
		stays = reason(ReasonHereArchived)
	}
	if double := c.doubles.reason(card.ID); double.Code != "" && stays.Code == "" {
		stays = double
	}
	change := store.Change{
		Action: store.ActionUpdate, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: asset.Company, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Name:   name,
		Was:    was(name, asset),
		Set:    c.feed(cand, asset, card.Wrote),
		Reason: c.changed(cand, card),
	}
	if asset.Company == c.here.ID && card.Home != c.here.ID {
		change.Home = c.here.ID
	}
	if card.State != store.CardActive {
		c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionUpdate)))
		change.Reason = reason(ReasonReappeared)
		c.change(change)
		return
	}
	if stays.Code == "" {
		stays = reason(ReasonHere)
	}
	c.dispose(cand.row, stays)
	moved := card.Company != asset.Company || change.Home != "" || card.Container != cand.row.Container && !card.Pinned
	if card.Hash != cand.row.Hash || moved || change.Name != "" || len(change.Set) > 0 {
		if !moved && c.refreshes(cand, card, change) {
			change.Action, change.Reason = store.ActionRefresh, reason(ReasonRefreshed)
		}
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
	if err == nil && asset.Company != c.id && asset.Company != card.Company {
		// A person carried it there since: what was pinned on it is there too.
		err = c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
			return c.loadPins(r, asset.Company, map[store.AssetID]bool{asset.ID: true})
		})
	}
	return asset, err
}
