package memory

import (
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
		each(ctx, &d.state.Load().layouts, all, all, copyLayout)(yield)
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
			stored = copyLayout(*old)
			return nil
		}
		name, err := tidyName(l.Name)
		if err != nil {
			return err
		}
		layout := copyLayout(store.Layout{Name: name, Fields: l.Fields})
		for i := range layout.Fields {
			f := &layout.Fields[i]
			f.ID = ""
			if f.Name, err = tidyName(f.Name); err != nil {
				return fmt.Errorf("field %d: %w", i+1, err)
			}
			if !slices.Contains(fieldTypes(), f.Type) {
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

func fieldTypes() []store.FieldType {
	return []store.FieldType{
		store.FieldText, store.FieldRichText, store.FieldNumber, store.FieldDate, store.FieldCheckbox,
		store.FieldEmail, store.FieldPhone, store.FieldWebsite, store.FieldList, store.FieldConfidential,
	}
}

// tidy returns v as the platform keeps it in field f. Its errors never show the
// value, which may be a credential.
func tidy(f store.Field, v connector.Value) (connector.Value, error) {
	if v.IsAbsent() {
		return v, nil
	}
	switch f.Type {
	case store.FieldNumber:
		if v.Kind() == connector.KindInteger || v.Kind() == connector.KindDecimal {
			return v, nil
		}
		return v, unfit(f, "a number")
	case store.FieldDate:
		at, ok := v.AsInstant()
		if !ok {
			return v, unfit(f, "an instant")
		}
		return connector.Instant(at.Truncate(24 * time.Hour)), nil
	case store.FieldCheckbox:
		if _, ok := v.AsBool(); !ok {
			return v, unfit(f, "true or false")
		}
		return v, nil
	default: // all others hold text
	}
	if v.Kind() != connector.KindText {
		return v, unfit(f, "text")
	}
	text := tidyText(v.String())
	if f.Type == store.FieldList && text != "" && !slices.Contains(f.Options, text) {
		return v, unfit(f, "one of its options")
	}
	return connector.Text(text), nil
}

func unfit(f store.Field, want string) error {
	return fmt.Errorf("%w: field %q takes %s", store.ErrRefused, f.Name, want)
}
