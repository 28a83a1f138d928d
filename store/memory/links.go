package memory

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// Links implements store.Links. They come in the order in which they were made,
// as they were when the iteration began.
func (d *Documents) Links(ctx context.Context) iter.Seq2[store.Link, error] {
	return func(yield func(store.Link, error) bool) {
		each(ctx, &d.state.Load().links, all, all, itself[store.Link])(yield)
	}
}

// CreateLink implements store.Links.
func (d *Documents) CreateLink(ctx context.Context, l store.NewLink, intent store.Intent) (store.Link, error) {
	var stored store.Link
	err := d.write(ctx, fmt.Sprintf("link %q and %q", l.From, l.To), intent, func(e *edit) error {
		if l.From == l.To {
			return fmt.Errorf("%w: an asset isn't linked to itself", store.ErrRefused)
		}
		for _, id := range []store.AssetID{l.From, l.To} {
			if _, found := e.assets.get(id); !found {
				return fmt.Errorf("%w: asset %q isn't there", store.ErrRefused, id)
			}
		}
		for link := range e.links.ascend(nil) {
			if link.Joins(l.From, l.To) {
				stored = *link
				return nil
			}
		}
		stored = store.Link{ID: store.LinkID(number("link-", &e.lastLink)), From: l.From, To: l.To}
		saved := stored
		e.links.set(e.owner, &saved)
		return nil
	})
	return stored, err
}

// DeleteLink implements store.Links.
func (d *Documents) DeleteLink(ctx context.Context, id store.LinkID, intent store.Intent) error {
	return d.write(ctx, fmt.Sprintf("delete link %q", id), intent, func(e *edit) error {
		if _, found := e.links.delete(e.owner, id); !found {
			return store.ErrNotFound
		}
		return nil
	})
}

// dropLinks takes the links of an asset that is no longer there out.
func (e *edit) dropLinks(id store.AssetID) {
	for _, link := range slices.Collect(e.links.ascend(nil)) {
		if link.From == id || link.To == id {
			e.links.delete(e.owner, link.ID)
		}
	}
}
