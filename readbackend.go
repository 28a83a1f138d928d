package dovetail

import (
	"context"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// readBackEnd finds out whether an asset was archived, or its values blanked,
// by a write that ends a card.
func (s *settler) readBackEnd(ctx context.Context, o store.OpenWrite, change store.Change, asset store.Asset) error {
	happened := asset.Archived
	if change.Action == store.ActionWithdraw {
		// One that isn't blank any more a person wrote since.
		happened = slices.ContainsFunc(change.Set, func(set store.FieldChange) bool { return asset.Values[set.Field].IsAbsent() })
	}
	if !happened {
		return s.closeWrite(ctx, o.Intent)
	}
	return s.tookAsset(ctx, o, change, asset)
}

// readBackLink finds out whether two assets were linked. When the change was
// planned they were not.
func (s *settler) readBackLink(ctx context.Context, o store.OpenWrite, change store.Change) error {
	ends := applied{change: change}
	if err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) error { return ends.findEnds(r) }); err != nil {
		return err
	}
	change = ends.change
	for link, err := range s.docs.Links(ctx) {
		if err != nil {
			return fmt.Errorf("list links: %w", err)
		}
		if !link.Joins(change.Asset, change.To) {
			continue
		}
		took := applied{change: change, asset: store.Asset{ID: change.Asset, Company: change.Company}, link: link, open: o}
		return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return took.recovered(w, o.By) })
	}
	return s.closeWrite(ctx, o.Intent)
}
