package memory

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Layouts implements store.Layouts. They come in the order in which they were
// made, as they were when the iteration began.
func (d *Documents) Layouts(ctx context.Context) iter.Seq2[store.Layout, error] {
	return func(yield func(store.Layout, error) bool) {
		each(ctx, &d.state.Load().layouts, all, all, store.Layout.Clone)(yield)
	}
}

// CreateLayout implements store.Layouts.
func (d *Documents) CreateLayout(ctx context.Context, l store.NewLayout, intent store.Intent) (store.Layout, error) {
	var stored store.Layout
	err := d.write(ctx, "create layout", intent, func(e *edit) error {
		if m := e.earlier(intent); m != nil {
			old, found := e.layouts.get(m.layout)
			if !found {
				return errUsedIntent(intent)
			}
			stored = old.Clone()
			return nil
		}
		name, err := tidyName(l.Name)
		if err != nil {
			return err
		}
		layout := store.Layout{Name: name, Fields: l.Fields}.Clone()
		for i := range layout.Fields {
			f := &layout.Fields[i]
			f.ID = ""
			if f.Name, err = tidyName(f.Name); err != nil {
				return fmt.Errorf("field %d: %w", i+1, err)
			}
			if !slices.Contains(store.FieldTypes(), f.Type) {
				return fmt.Errorf("%w: field %q: type %q isn't known", store.ErrRefused, f.Name, f.Type)
			}
		}
		layout.ID = store.LayoutID(number("layout-", &e.lastLayout))
		stored = e.saveLayout(layout)
		e.keep(intent, made{layout: layout.ID})
		return nil
	})
	return stored, err
}

// tidy returns v as the platform keeps it in field f. Its errors never show the
// value, which may be a credential.
func tidy(f store.Field, v connector.Value) (connector.Value, error) {
	if !f.Fits(v) {
		return v, unfit(f)
	}
	switch f.Type {
	case store.FieldDate:
		at, _ := v.AsInstant()
		return connector.Instant(at.Truncate(24 * time.Hour)), nil
	case store.FieldNumber, store.FieldCheckbox, store.FieldAddress, store.FieldAssetLink:
		return v, nil
	default: // all others hold text
	}
	text := tidyText(v.String())
	if f.Type == store.FieldList && text != "" && !slices.Contains(f.Options, text) {
		return v, fmt.Errorf("%w: field %q takes one of its options", store.ErrRefused, f.Name)
	}
	return connector.Text(text), nil
}

func unfit(f store.Field) error {
	want := map[store.FieldType]string{
		store.FieldNumber: "a number", store.FieldDate: "an instant", store.FieldCheckbox: "true or false",
		store.FieldAddress: "an address", store.FieldAssetLink: "a list of assets",
	}[f.Type]
	return fmt.Errorf("%w: field %q takes %s", store.ErrRefused, f.Name, cmp.Or(want, "text"))
}
