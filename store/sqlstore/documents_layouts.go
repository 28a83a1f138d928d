package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Layouts implements store.Layouts.
func (d *Documents) Layouts(ctx context.Context) iter.Seq2[store.Layout, error] {
	return listed(ctx, d, d.tables.layouts, list{by: []string{"id"}}, func(_ context.Context, l store.Layout) (store.Layout, error) { return l, nil })
}

// CreateLayout implements store.Layouts.
func (d *Documents) CreateLayout(ctx context.Context, n store.NewLayout, intent store.Intent) (store.Layout, error) {
	var stored store.Layout
	err := d.change(ctx, "create layout", func(s scope) (err error) {
		l := store.Layout{ID: store.LayoutID(newID()), Name: n.Name, Fields: n.Fields}.Clone()
		stored, err = create(d, s, creation[store.Layout]{
			intent: intent, made: store.Created{Layout: l.ID},
			check: func() error {
				for i := range l.Fields {
					l.Fields[i].ID = "" // the platform's to choose
				}
				return d.checkLayout(&l)
			},
			again: func(made store.Created) (store.Layout, error) { return d.layout(s, made.Layout) },
			write: func() (store.Layout, error) { return l, gather(s, d.tables.layouts, l.Clone()) },
		})
		return err
	})
	return stored, err
}

func (d *Documents) layout(s scope, id store.LayoutID) (store.Layout, error) {
	return one(s, d.tables.layouts, &store.Layout{ID: id}, id)
}

// checkLayout brings a layout into the form in which it is kept, with ids for
// the fields that have none, or returns why it can't be kept.
func (d *Documents) checkLayout(l *store.Layout) (err error) {
	if l.Name, err = tidyName(l.Name); err != nil {
		return err
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.Name, err = tidyName(f.Name); err != nil {
			return fmt.Errorf("field %d: %w", i+1, err)
		}
		if !slices.Contains(store.FieldTypes(), f.Type) {
			return fmt.Errorf("%w: field %q: type %q isn't known", store.ErrRefused, f.Name, f.Type)
		}
		if f.Type == store.FieldConfidential && d.sealer == nil {
			return fmt.Errorf("%w: field %q is confidential, and without Config.Sealer its values would be readable in the database", store.ErrRefused, f.Name)
		}
		f.Means = connector.Meaning(connector.CleanText(string(f.Means)))
		for o := range f.Options {
			f.Options[o] = connector.CleanText(f.Options[o])
		}
		if f.ID == "" {
			f.ID = store.FieldID(newID())
		}
	}
	return nil
}

// activeLayout returns a layout that assets can be made from.
func (d *Documents) activeLayout(s scope, id store.LayoutID) (store.Layout, error) {
	l, err := d.known(s, id)
	if err == nil && l.Inactive {
		err = fmt.Errorf("%w: layout %q is inactive", store.ErrRefused, l.Name)
	}
	return l, err
}

// known returns a layout that a write depends on. It is not to be changed.
func (d *Documents) known(s scope, id store.LayoutID) (store.Layout, error) {
	l, found, err := stood(s, s.ground().layouts, d.tables.layouts, id, &store.Layout{ID: id})
	if err == nil && !found {
		err = fmt.Errorf("%w: layout %q isn't there", store.ErrRefused, id)
	}
	return l, err
}
