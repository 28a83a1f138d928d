package sqlstore

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// EditCompany changes a company as people do, in any respect but its id: fn
// changes it in place. fn must not use the store.
func (d *Documents) EditCompany(ctx context.Context, id store.CompanyID, fn func(c *store.Company)) error {
	return d.change(ctx, fmt.Sprintf("edit company %q", id), func(s scope) error {
		if err := d.standing(s, true); err != nil {
			return err
		}
		if err := d.lock(s, "companies", string(id)); err != nil {
			return err
		}
		old, err := d.company(s, id)
		if err != nil {
			return err
		}
		c := d.tables.companies.copy(old)
		fn(&c.Company)
		var details store.Details
		fill(&details, c.Details)
		c.ID, c.Version, c.Details = id, "", details
		c.Name, c.Created = connector.CleanText(c.Name), connector.CleanTime(c.Created)
		_, err = d.saveCompany(s, old, c)
		return err
	})
}

// EditAsset changes an asset as people do, in any respect but its id: fn changes
// it in place. fn must not use the store. A value that doesn't fit its field is
// refused; none of the platform's other rules are checked.
func (d *Documents) EditAsset(ctx context.Context, id store.AssetID, fn func(a *store.Asset)) error {
	return d.change(ctx, fmt.Sprintf("edit asset %q", id), func(s scope) error {
		old, err := d.locked(ctx, s, id)
		if err != nil {
			return err
		}
		was, err := d.known(s, old.Layout)
		if err != nil {
			return err
		}
		a := old.clone()
		fn(&a.Asset)
		a.ID, a.Version = id, ""
		a.Name, a.Created = connector.CleanText(a.Name), connector.CleanTime(a.Created)
		layout, err := d.known(s, a.Layout)
		if err != nil {
			return err
		}
		if err := setValues(&a.Asset, layout, maps.Clone(a.Values)); err != nil {
			return err
		}
		_, err = d.saveAsset(ctx, s, old, was, a, layout)
		return err
	})
}

// EditLayout changes a layout as people do, in any respect but its id: fn
// changes it in place. fn must not use the store. A field without an id is a new
// one; a field that fn takes out is lost with its values.
func (d *Documents) EditLayout(ctx context.Context, id store.LayoutID, fn func(l *store.Layout)) error {
	return d.change(ctx, fmt.Sprintf("edit layout %q", id), func(s scope) error {
		if err := d.standing(s, true); err != nil {
			return err
		}
		if err := d.lock(s, "layouts", string(id)); err != nil {
			return err
		}
		old, err := d.layout(s, id)
		if err != nil {
			return err
		}
		l := old.Clone()
		fn(&l)
		l.ID = id
		if err := d.checkLayout(&l); err != nil {
			return err
		}
		if err := gather(s, d.tables.layouts, l.Clone()); err != nil {
			return err
		}
		return d.refit(ctx, s, old, l)
	})
}

// refit brings the assets of a layout into the form that it gives them now. The
// values of fields that it has no longer go. A field that has become confidential
// has its values sealed, and they are found no more; one that no longer is has
// them opened.
func (d *Documents) refit(ctx context.Context, s scope, was, l store.Layout) error {
	if slices.EqualFunc(was.Fields, l.Fields, sameForm) {
		return nil
	}
	of := list{equal: []string{"layout"}, values: []any{string(l.ID)}, by: []string{"id"}}
	for row, err := range rows(s, d.tables.assets, of) {
		if err != nil {
			return err
		}
		old, err := d.open(ctx, row)
		if err != nil {
			return err
		}
		a := old.clone()
		maps.DeleteFunc(a.Values, func(id store.FieldID, _ connector.Value) bool {
			return !slices.ContainsFunc(l.Fields, func(f store.Field) bool { return f.ID == id })
		})
		if len(a.Values) < len(old.Values) {
			a.version++
		}
		sealed, err := d.seal(ctx, a, old, l)
		if err != nil {
			return err
		}
		if err := d.write(s, beginnings(old.Asset, was), sealed, l); err != nil {
			return err
		}
	}
	return nil
}

// sameForm reports whether values of two fields are kept in the same way.
func sameForm(a, b store.Field) bool { return a.ID == b.ID && a.Type == b.Type }

// DeleteCompany deletes a company and its assets, as people do.
func (d *Documents) DeleteCompany(ctx context.Context, id store.CompanyID) error {
	return d.change(ctx, fmt.Sprintf("delete company %q", id), func(s scope) error {
		if err := d.standing(s, true); err != nil {
			return err
		}
		if err := d.lock(s, "companies", string(id)); err != nil {
			return err
		}
		if _, err := d.company(s, id); err != nil {
			return err
		}
		of := list{equal: []string{"company"}, values: []any{string(id)}, by: []string{"id"}}
		for a, err := range rows(s, d.tables.assets, of) {
			if err != nil {
				return err
			}
			if err := d.deleteAsset(s, a.ID); err != nil {
				return err
			}
		}
		return remove(s, d.tables.companies, &company{Company: store.Company{ID: id}})
	})
}

// DeleteAsset deletes an asset with its links, as people do.
func (d *Documents) DeleteAsset(ctx context.Context, id store.AssetID) error {
	return d.change(ctx, fmt.Sprintf("delete asset %q", id), func(s scope) error {
		if err := d.standing(s, false); err != nil {
			return err
		}
		if err := d.lock(s, "assets", string(id)); err != nil {
			return err
		}
		return d.deleteAsset(s, id)
	})
}

func (d *Documents) deleteAsset(s scope, id store.AssetID) error {
	a, err := d.asset(s, id)
	if err != nil {
		return err
	}
	// A host may have deleted the layout: then what is left of the asset there finds
	// nothing any more.
	layout, _, err := stood(s, s.ground().layouts, d.tables.layouts, a.Layout, &store.Layout{ID: a.Layout})
	if err != nil {
		return err
	}
	for f := range beginnings(a.Asset, layout) {
		if err := remove(s, d.tables.foundBy, &f); err != nil {
			return err
		}
	}
	for _, end := range []string{"low", "high"} {
		of := list{equal: []string{end}, values: []any{string(id)}, by: []string{"id"}}
		for l, err := range rows(s, d.tables.links, of) {
			if err != nil {
				return err
			}
			if err := remove(s, d.tables.links, &l); err != nil {
				return err
			}
		}
	}
	return remove(s, d.tables.assets, &asset{Asset: store.Asset{ID: id}})
}
