package dovetail

import (
	"errors"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// linksLast puts the links behind what makes the assets at their ends.
func linksLast(batch []store.Change) (rest, links []store.Change) {
	if !slices.ContainsFunc(batch, func(c store.Change) bool { return c.Action == store.ActionLink }) {
		return batch, nil
	}
	for _, c := range batch {
		if c.Action == store.ActionLink {
			links = append(links, c)
		} else {
			rest = append(rest, c)
		}
	}
	return rest, links
}

// findEnds finds the assets at the ends of a link that had none when the plan
// was made.
func (t *applied) findEnds(r store.Reader) error {
	if t.change.Action != store.ActionLink {
		return nil
	}
	for id, end := range map[store.RecordID]*store.AssetID{t.change.Record: &t.change.Asset, t.change.Other: &t.change.To} {
		if *end != "" {
			continue
		}
		card, err := r.Card(id)
		if errors.Is(err, store.ErrNotFound) {
			t.endless = true
			continue
		}
		if err != nil {
			return err
		}
		*end, t.revised = card.Asset, true
	}
	return nil
}
