package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// setValues writes values to a, which is of that layout. A blank one is taken
// out.
func setValues(a *store.Asset, layout store.Layout, values store.Values) error {
	if a.Values == nil {
		a.Values = store.Values{}
	}
	for id, value := range values {
		i := slices.IndexFunc(layout.Fields, func(f store.Field) bool { return f.ID == id })
		if i < 0 {
			return fmt.Errorf("%w: layout %q has no field %q", store.ErrRefused, layout.Name, id)
		}
		kept, err := keep(layout.Fields[i], value)
		if err != nil {
			return err
		}
		if kept.IsAbsent() {
			delete(a.Values, id)
		} else {
			a.Values[id] = kept
		}
	}
	return nil
}

// keep returns v as it is kept in field f. Its errors never show the value,
// which may be a credential.
func keep(f store.Field, v connector.Value) (connector.Value, error) {
	switch {
	case v.IsAbsent():
		return v, nil
	case !f.Fits(v):
		want := map[store.FieldType]string{
			store.FieldNumber: "a number", store.FieldDate: "an instant", store.FieldCheckbox: "true or false",
			store.FieldAddress: "an address", store.FieldAssetLink: "a list of assets",
		}[f.Type]
		return v, fmt.Errorf("%w: field %q takes %s", store.ErrRefused, f.Name, cmp.Or(want, "text"))
	case f.Type == store.FieldDate:
		at, _ := v.AsInstant()
		return connector.Instant(at.Truncate(24 * time.Hour)), nil
	case f.Type == store.FieldList && !slices.Contains(f.Options, v.String()):
		return v, fmt.Errorf("%w: field %q takes one of its options", store.ErrRefused, f.Name)
	case v.IsBlank():
		return connector.Value{}, nil // white space alone shows as nothing
	}
	return v, nil
}

// checkRequired returns why values can't be those of an asset of that layout: a
// required field has none. before are those that it had: what was missing then
// may go on missing.
func checkRequired(layout store.Layout, values, before store.Values) error {
	for _, f := range layout.Fields {
		_, has := values[f.ID]
		_, had := before[f.ID]
		if f.Required && !has && (had || before == nil) {
			return fmt.Errorf("%w: field %q of layout %q is required", store.ErrRefused, f.Name, layout.Name)
		}
	}
	return nil
}

// seal takes the values of confidential fields out of a.Values and keeps them
// sealed.
func (d *Documents) seal(ctx context.Context, a asset, old asset, layout store.Layout) (asset, error) {
	a.Values = clonedValues(a.Values)
	a.secrets = nil
	for _, f := range layout.Fields {
		value, has := a.Values[f.ID]
		if f.Type != store.FieldConfidential || !has {
			continue
		}
		delete(a.Values, f.ID)
		sealed, unchanged := old.secrets[f.ID], old.Values[f.ID].Equal(value)
		if sealed == nil || !unchanged {
			var err error
			if sealed, err = d.sealer.Seal(ctx, secretScope(a.ID, f.ID), []byte(value.String())); err != nil {
				return a, fmt.Errorf("seal field %q: %w", f.Name, err)
			}
		}
		if a.secrets == nil {
			a.secrets = map[store.FieldID][]byte{}
		}
		a.secrets[f.ID] = sealed
	}
	return a, nil
}

// open puts the values of confidential fields back where they belong.
func (d *Documents) open(ctx context.Context, a asset) (asset, error) {
	a.Values = clonedValues(a.Values)
	for field, sealed := range a.secrets {
		if d.sealer == nil {
			return a, fmt.Errorf("asset %q has confidential values, and there is no Config.Sealer to open them", a.ID)
		}
		plain, err := d.sealer.Open(ctx, secretScope(a.ID, field), sealed)
		if err != nil {
			return a, fmt.Errorf("asset %q: %w", a.ID, err)
		}
		a.Values[field] = connector.Text(string(plain))
	}
	return a, nil
}

// secretScope is what a confidential value belongs to. No integration has an
// empty id, so it is never a credential's.
func secretScope(id store.AssetID, field store.FieldID) store.SealScope {
	return store.SealScope{Field: string(id) + "/" + string(field)}
}

func clonedValues(values store.Values) store.Values {
	clone := make(store.Values, len(values))
	maps.Copy(clone, values)
	return clone
}

// maxBeginning is how many bytes of a value assets are found by.
const maxBeginning = 191

// lastRune comes after all other runes in the order of bytes. It is no
// character.
const lastRune = "\U0010FFFF"

// beginning is what an asset is found by that has this value.
func beginning(text string) string {
	text = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(text)), lastRune, "")
	if len(text) <= maxBeginning {
		return text
	}
	text = text[:maxBeginning]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text
}

// beginnings are what an asset is found by: each item of each value.
func beginnings(a store.Asset, layout store.Layout) map[foundBy]bool {
	all := map[foundBy]bool{}
	for _, f := range layout.Fields {
		if f.Type == store.FieldConfidential {
			continue
		}
		for _, item := range a.Values[f.ID].Items() {
			if text := beginning(item.String()); text != "" {
				all[foundBy{a.Layout, f.ID, text, a.ID}] = true
			}
		}
	}
	return all
}
