package memory

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Assets implements store.Assets. They come in the order in which they were
// made, as they were when the iteration began.
func (d *Documents) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	from := assetKey{company: company}
	start := func(k assetKey) bool { return k.compare(from) >= 0 }
	within := func(k assetKey) bool { return k.company == company }
	return func(yield func(store.Asset, error) bool) {
		each(ctx, &d.state.Load().assetsByCompany, start, within, store.Asset.Clone)(yield)
	}
}

// Asset implements store.Assets.
func (d *Documents) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	op := fmt.Sprintf("asset %q", id)
	if err := ctx.Err(); err != nil {
		return store.Asset{}, fmt.Errorf("memory: %s: %w", op, err)
	}
	a, found := d.state.Load().assets.get(id)
	if !found {
		return store.Asset{}, fmt.Errorf("memory: %s: %w", op, store.ErrNotFound)
	}
	return a.Clone(), nil
}

// CreateAsset implements store.Assets.
func (d *Documents) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	var stored store.Asset
	err := d.write(ctx, "create asset", intent, func(e *edit) error {
		if m := e.earlier(intent); m != nil {
			old, found := e.assets.get(m.asset)
			if !found {
				return errUsedIntent(intent)
			}
			stored = old.Clone()
			return nil
		}
		asset, err := e.newAsset(a)
		if err != nil {
			return err
		}
		asset.ID = store.AssetID(number("asset-", &e.lastAsset))
		stored = e.saveAsset(asset)
		e.keep(intent, made{asset: asset.ID})
		return nil
	})
	return stored, err
}

func (e *edit) newAsset(a store.NewAsset) (store.Asset, error) {
	none := store.Asset{}
	name, err := tidyName(a.Name)
	if err != nil {
		return none, err
	}
	if err := e.checkCompany(a.Company); err != nil {
		return none, err
	}
	layout, err := e.activeLayout(a.Layout)
	if err != nil {
		return none, err
	}
	asset := store.Asset{
		Company: a.Company, Layout: a.Layout, Name: name,
		Values:  make(store.Values, len(a.Values)),
		Created: connector.CleanTime(time.Now()),
	}
	if err := setValues(&asset, layout, a.Values); err != nil {
		return none, err
	}
	if err := checkRequired(layout, asset.Values, nil); err != nil {
		return none, err
	}
	return asset, nil
}

// checkRequired returns why values can't be those of an asset of that layout: a
// required field has none. before are those that it had: what was missing then
// may go on missing.
func checkRequired(layout *store.Layout, values, before store.Values) error {
	for _, f := range layout.Fields {
		_, has := values[f.ID]
		_, had := before[f.ID]
		if f.Required && !has && (had || before == nil) {
			return fmt.Errorf("%w: field %q of layout %q is required", store.ErrRefused, f.Name, layout.Name)
		}
	}
	return nil
}

// UpdateAsset implements store.Assets.
func (d *Documents) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	var stored store.Asset
	err := d.write(ctx, fmt.Sprintf("update asset %q", p.ID), intent, func(e *edit) error {
		old, found := e.assets.get(p.ID)
		if !found {
			return store.ErrNotFound
		}
		if p.Base != "" && p.Base != old.Version {
			return store.ErrStale
		}
		asset := old.Clone()
		if err := e.patch(&asset, p); err != nil {
			return err
		}
		stored = e.saveAsset(asset)
		return nil
	})
	return stored, err
}

// patch changes a as p says: in one respect only.
func (e *edit) patch(a *store.Asset, p store.AssetPatch) error {
	var changes []func() error
	if p.Name != "" || len(p.Values) > 0 {
		changes = append(changes, func() error { return e.patchContent(a, p) })
	}
	if p.Company != "" {
		changes = append(changes, func() error { return e.moveCompany(a, p.Company) })
	}
	if p.Layout != "" {
		changes = append(changes, func() error { return e.moveLayout(a, p.Layout) })
	}
	if p.Archived != nil {
		changes = append(changes, func() error { a.Archived = *p.Archived; return nil })
	}
	switch len(changes) {
	case 0:
		return nil
	case 1:
		return changes[0]()
	default:
		return fmt.Errorf("%w: more than one of name with values, company, layout and archived (send one patch for each)",
			store.ErrRefused)
	}
}

func (e *edit) patchContent(a *store.Asset, p store.AssetPatch) error {
	if p.Name != "" {
		name, err := tidyName(p.Name)
		if err != nil {
			return err
		}
		a.Name = name
	}
	layout, found := e.layouts.get(a.Layout)
	if !found {
		return fmt.Errorf("%w: layout %q isn't there", store.ErrRefused, a.Layout)
	}
	before := maps.Clone(a.Values)
	if err := setValues(a, layout, p.Values); err != nil {
		return err
	}
	return checkRequired(layout, a.Values, before)
}

func (e *edit) moveCompany(a *store.Asset, to store.CompanyID) error {
	if to == a.Company {
		return nil
	}
	if err := e.checkCompany(to); err != nil {
		return err
	}
	a.Company = to
	return nil
}

// moveLayout moves a to another layout, with its values: a field that has the
// name and type of the one that the value was in takes it.
func (e *edit) moveLayout(a *store.Asset, to store.LayoutID) error {
	if to == a.Layout {
		return nil
	}
	target, err := e.activeLayout(to)
	if err != nil {
		return err
	}
	from, found := e.layouts.get(a.Layout)
	if !found {
		return fmt.Errorf("%w: layout %q isn't there", store.ErrRefused, a.Layout)
	}
	values := store.Values{}
	for _, f := range from.Fields {
		value, has := a.Values[f.ID]
		if !has {
			continue
		}
		i := slices.IndexFunc(target.Fields, func(t store.Field) bool { return t.Name == f.Name && t.Type == f.Type })
		if i < 0 {
			return fmt.Errorf("%w: layout %q has no field %q of type %q, whose value would be lost",
				store.ErrRefused, target.Name, f.Name, f.Type)
		}
		if values[target.Fields[i].ID], err = tidy(target.Fields[i], value); err != nil {
			return err
		}
	}
	a.Layout, a.Values = to, values
	return checkRequired(target, values, nil)
}

// checkCompany returns why no asset can come into a company, or nil.
func (e *edit) checkCompany(id store.CompanyID) error {
	c, found := e.companies.get(id)
	switch {
	case !found:
		return fmt.Errorf("%w: company %q isn't there", store.ErrRefused, id)
	case c.Archived:
		return fmt.Errorf("%w: company %q is archived", store.ErrRefused, c.Name)
	}
	return nil
}

// activeLayout returns a layout that assets can be made from.
func (e *edit) activeLayout(id store.LayoutID) (*store.Layout, error) {
	l, found := e.layouts.get(id)
	switch {
	case !found:
		return nil, fmt.Errorf("%w: layout %q isn't there", store.ErrRefused, id)
	case l.Inactive:
		return nil, fmt.Errorf("%w: layout %q is inactive", store.ErrRefused, l.Name)
	}
	return l, nil
}

// setValues writes values to a, which is of that layout. A blank one is taken
// out.
func setValues(a *store.Asset, layout *store.Layout, values store.Values) error {
	for id, value := range values {
		i := slices.IndexFunc(layout.Fields, func(f store.Field) bool { return f.ID == id })
		if i < 0 {
			return fmt.Errorf("%w: layout %q has no field %q", store.ErrRefused, layout.Name, id)
		}
		stored, err := tidy(layout.Fields[i], value)
		if err != nil {
			return err
		}
		if stored.IsAbsent() {
			delete(a.Values, id)
		} else {
			a.Values[id] = stored
		}
	}
	return nil
}
