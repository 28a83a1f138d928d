package dovetail

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Imported is what was imported of one upstream company: what a person who
// unmatches it decides about.
type Imported struct {
	// Cards is the number of its records that have a card.
	Cards int
	// Made is the number of assets that dovetail made for them, and Untouched how
	// many of these nobody has touched since: store.LeaveArchive archives these.
	Made, Untouched int
}

// Imported counts what was imported of one upstream company.
func (e *Engine) Imported(ctx context.Context, id store.IntegrationID, key connector.Key) (Imported, error) {
	counted, err := e.imported(ctx, id, key)
	if err != nil {
		return Imported{}, fmt.Errorf("dovetail: what was imported of %q: %w", key, err)
	}
	return counted, nil
}

func (e *Engine) imported(ctx context.Context, id store.IntegrationID, key connector.Key) (Imported, error) {
	var counted Imported
	cards := make(map[store.CompanyID][]store.Card)
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for card, err := range r.Cards(id) {
			if err != nil {
				return err
			}
			if card.Container != key {
				continue
			}
			counted.Cards++
			if card.Origin == store.OriginCreated {
				counted.Made++
				card.Data = nil
				cards[card.Company] = append(cards[card.Company], card)
			}
		}
		return nil
	})
	if err != nil || counted.Made == 0 {
		return counted, err
	}
	integration, settings, err := e.load(ctx, id)
	if err != nil {
		return counted, err
	}
	p, err := e.plannerFor(ctx, PlanRequest{Integration: id}, "", integration, settings)
	if err != nil {
		return counted, err
	}
	for _, company := range slices.Sorted(maps.Keys(cards)) {
		c := p.newCompanyPlan(company, nil)
		if err := c.load(ctx); err != nil {
			return counted, err
		}
		for _, card := range cards[company] {
			untouched, _, err := c.archivable(ctx, card)
			if err != nil {
				return counted, err
			}
			if untouched {
				counted.Untouched++
			}
		}
	}
	return counted, nil
}
