package dovetail

import (
	"context"
	"maps"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// count notes in each match how many records the company has, by kind.
func (r *reader) count(ctx context.Context) error {
	counts, err := r.counts(ctx)
	if err != nil {
		return err
	}
	return r.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		for m, err := range w.Matches(r.integration.ID) {
			if err != nil {
				return err
			}
			fresh := make(map[connector.Kind]int)
			for kind, byCompany := range counts {
				fresh[kind] = byCompany[m.ID.Key]
			}
			uncounted := m.State == store.MatchIgnored && m.Before == nil
			if len(fresh) == 0 || maps.Equal(m.Counts, fresh) && !uncounted {
				continue
			}
			if m.Counts = fresh; uncounted {
				m.Before = fresh
			}
			if err := w.PutMatch(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// counts returns the numbers of records by kind and upstream company, for the
// kinds that were ever read to their end.
func (r *reader) counts(ctx context.Context) (map[connector.Kind]map[connector.Key]int, error) {
	counts := make(map[connector.Kind]map[connector.Key]int)
	err := r.ledger.View(ctx, func(_ context.Context, rd store.Reader) error {
		for _, kind := range r.info.Kinds {
			if kind.Kind == r.info.Container {
				continue
			}
			if _, err := rd.LastComplete(r.integration.ID, kind.Kind); err != nil {
				continue // never read to its end: unknown, not zero
			}
			byCompany := make(map[connector.Key]int)
			for row, err := range rd.Mirror(store.MirrorQuery{Integration: r.integration.ID, Kind: kind.Kind, Heads: true}) {
				if err != nil {
					return err
				}
				if row.Presence != store.Gone {
					byCompany[row.Container]++
				}
			}
			counts[kind.Kind] = byCompany
		}
		return nil
	})
	return counts, err
}
