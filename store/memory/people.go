package memory

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// EditCompany changes a company as people do in the platform, in any respect
// but its id: fn changes it in place. fn must not use the store.
func (d *Documents) EditCompany(id store.CompanyID, fn func(c *store.Company)) error {
	return d.change(fmt.Sprintf("edit company %q", id), func(e *edit) error {
		old, found := e.companies.get(id)
		if !found {
			return store.ErrNotFound
		}
		c := old.Clone()
		fn(&c)
		c.ID = id
		e.saveCompany(c)
		return nil
	})
}

// EditAsset changes an asset as people do in the platform, in any respect but
// its id: fn changes it in place. fn must not use the store. None of the
// platform's rules are checked.
func (d *Documents) EditAsset(id store.AssetID, fn func(a *store.Asset)) error {
	return d.change(fmt.Sprintf("edit asset %q", id), func(e *edit) error {
		old, found := e.assets.get(id)
		if !found {
			return store.ErrNotFound
		}
		a := old.Clone()
		fn(&a)
		a.ID = id
		e.saveAsset(a)
		return nil
	})
}

// EditLayout changes a layout as people do in the platform, in any respect but
// its id: fn changes it in place. fn must not use the store. A field without an
// id is a new one; a field that fn takes out is lost with its values.
func (d *Documents) EditLayout(id store.LayoutID, fn func(l *store.Layout)) error {
	return d.change(fmt.Sprintf("edit layout %q", id), func(e *edit) error {
		old, found := e.layouts.get(id)
		if !found {
			return store.ErrNotFound
		}
		l := old.Clone()
		fn(&l)
		l.ID = id
		e.dropValues(e.saveLayout(l))
		return nil
	})
}

// dropValues takes the values of fields that l doesn't have out of its assets.
func (e *edit) dropValues(l store.Layout) {
	has := map[store.FieldID]bool{}
	for _, f := range l.Fields {
		has[f.ID] = true
	}
	for _, asset := range slices.Collect(e.assets.ascend(nil)) {
		if asset.Layout != l.ID {
			continue
		}
		a := asset.Clone()
		for id := range a.Values {
			if !has[id] {
				delete(a.Values, id)
			}
		}
		if !reflect.DeepEqual(a, *asset) {
			e.saveAsset(a)
		}
	}
}

// DeleteCompany deletes a company and its assets, as people do in the platform.
func (d *Documents) DeleteCompany(id store.CompanyID) error {
	return d.change(fmt.Sprintf("delete company %q", id), func(e *edit) error {
		if _, found := e.companies.delete(e.owner, id); !found {
			return store.ErrNotFound
		}
		for _, asset := range slices.Collect(e.assets.ascend(nil)) {
			if asset.Company == id {
				delete2(e.owner, &e.assets, &e.assetsByCompany, asset.ID)
				e.dropLinks(asset.ID)
			}
		}
		return nil
	})
}

// DeleteAsset deletes an asset, as people do in the platform.
func (d *Documents) DeleteAsset(id store.AssetID) error {
	return d.change(fmt.Sprintf("delete asset %q", id), func(e *edit) error {
		if !delete2(e.owner, &e.assets, &e.assetsByCompany, id) {
			return store.ErrNotFound
		}
		e.dropLinks(id)
		return nil
	})
}
