package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// UpdateAsset implements store.Assets.
func (d *Documents) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	var stored store.Asset
	err := d.change(ctx, fmt.Sprintf("update asset %q", p.ID), func(s scope) error {
		if err := intent.Check(); err != nil {
			return err
		}
		old, err := d.locked(ctx, s, p.ID)
		if err != nil {
			return err
		}
		if p.Base != "" && p.Base != versionOf(old.version) {
			return store.ErrStale
		}
		was, err := d.known(s, old.Layout)
		if err != nil {
			return err
		}
		a := old.clone()
		layout, err := d.patch(s, &a.Asset, was, p)
		if err != nil {
			return err
		}
		stored, err = d.saveAsset(ctx, s, old, was, a, layout)
		return err
	})
	return stored, err
}

// locked returns an asset that nobody else changes before the transaction ends,
// with its confidential values opened.
func (d *Documents) locked(ctx context.Context, s scope, id store.AssetID) (asset, error) {
	if err := d.standing(s, false); err != nil {
		return asset{}, err
	}
	if err := d.lock(s, "assets", string(id)); err != nil {
		return asset{}, err
	}
	a, err := d.asset(s, id)
	if err != nil {
		return asset{}, err
	}
	return d.open(ctx, a)
}

// patch changes a, which is of that layout, as p says, in one respect only, and
// returns the layout that it has then.
func (d *Documents) patch(s scope, a *store.Asset, layout store.Layout, p store.AssetPatch) (store.Layout, error) {
	respects := 0
	for _, asked := range []bool{p.Name != "" || len(p.Values) > 0, p.Company != "", p.Layout != "", p.Archived != nil} {
		if asked {
			respects++
		}
	}
	switch {
	case respects > 1:
		return layout, fmt.Errorf("%w: more than one of name with values, company, layout and archived (send one patch for each)", store.ErrRefused)
	case p.Company != "" && p.Company != a.Company:
		if err := d.checkCompany(s, p.Company); err != nil {
			return layout, err
		}
		a.Company = p.Company
	case p.Layout != "" && p.Layout != a.Layout:
		return d.moveLayout(s, a, layout, p.Layout)
	case p.Archived != nil:
		a.Archived = *p.Archived
	case p.Name != "" || len(p.Values) > 0:
		return layout, patchContent(a, layout, p)
	}
	return layout, nil
}

func patchContent(a *store.Asset, layout store.Layout, p store.AssetPatch) (err error) {
	if p.Name != "" {
		if a.Name, err = tidyName(p.Name); err != nil {
			return err
		}
	}
	before := clonedValues(a.Values)
	if err := setValues(a, layout, p.Values); err != nil {
		return err
	}
	return checkRequired(layout, a.Values, before)
}

// moveLayout moves a to another layout, with its values: a field that has the
// name and type of the one that the value was in takes it.
func (d *Documents) moveLayout(s scope, a *store.Asset, from store.Layout, to store.LayoutID) (store.Layout, error) {
	target, err := d.activeLayout(s, to)
	if err != nil {
		return target, err
	}
	values := store.Values{}
	for _, f := range from.Fields {
		value, has := a.Values[f.ID]
		if !has {
			continue
		}
		i := slices.IndexFunc(target.Fields, func(t store.Field) bool { return t.Name == f.Name && t.Type == f.Type })
		if i < 0 {
			return target, fmt.Errorf("%w: layout %q has no field %q of type %q, whose value would be lost", store.ErrRefused, target.Name, f.Name, f.Type)
		}
		if values[target.Fields[i].ID], err = keep(target.Fields[i], value); err != nil {
			return target, err
		}
	}
	a.Layout, a.Values = to, values
	return target, checkRequired(target, values, nil)
}
