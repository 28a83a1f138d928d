package sqlstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// Links implements store.Links.
func (d *Documents) Links(ctx context.Context) iter.Seq2[store.Link, error] {
	return listed(ctx, d, d.tables.links, list{by: []string{"id"}}, func(_ context.Context, l link) (store.Link, error) { return l.Link, nil })
}

// CreateLink implements store.Links.
func (d *Documents) CreateLink(ctx context.Context, n store.NewLink, intent store.Intent) (store.Link, error) {
	l := link{Link: store.Link{ID: store.LinkID(newID()), From: n.From, To: n.To}, low: min(n.From, n.To), high: max(n.From, n.To)}
	err := d.change(ctx, fmt.Sprintf("link %q and %q", n.From, n.To), func(s scope) error {
		if err := intent.Check(); err != nil {
			return err
		}
		if n.From == n.To {
			return fmt.Errorf("%w: an asset isn't linked to itself", store.ErrRefused)
		}
		// In the order of their ids, so that two who link the same two at once wait
		// for one another and not both.
		for _, id := range []store.AssetID{l.low, l.high} {
			if err := d.lock(s, "assets", string(id)); err != nil {
				return err
			}
			if _, found, err := find(s, d.tables.assets, &asset{Asset: store.Asset{ID: id}}); err != nil {
				return err
			} else if !found {
				return fmt.Errorf("%w: asset %q isn't there", store.ErrRefused, id)
			}
		}
		same := list{equal: []string{"low", "high"}, values: []any{string(l.low), string(l.high)}, by: []string{"id"}}
		earlier, err := read(s, d.tables.links, same, nil, nil, 1)
		if err != nil {
			return err
		}
		if len(earlier) > 0 {
			l = earlier[0]
			return nil
		}
		return gather(s, d.tables.links, l)
	})
	if err != nil {
		return store.Link{}, err
	}
	return l.Link, nil
}

// DeleteLink implements store.Links.
func (d *Documents) DeleteLink(ctx context.Context, id store.LinkID, intent store.Intent) error {
	return d.change(ctx, fmt.Sprintf("delete link %q", id), func(s scope) error {
		if err := intent.Check(); err != nil {
			return err
		}
		probe := &link{Link: store.Link{ID: id}}
		if _, err := one(s, d.tables.links, probe, id); err != nil {
			return err
		}
		return remove(s, d.tables.links, probe)
	})
}
