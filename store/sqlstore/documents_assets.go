package sqlstore

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// clone copies an asset.
func (a asset) clone() asset {
	a.Asset = a.Clone()
	a.secrets = maps.Clone(a.secrets)
	for field, sealed := range a.secrets {
		a.secrets[field] = slices.Clone(sealed)
	}
	return a
}

// shown is an asset as it is returned.
func (d *Documents) shown(ctx context.Context, a asset) (store.Asset, error) {
	a, err := d.open(ctx, a)
	a.Version = versionOf(a.version)
	return a.Asset, err
}

// Assets implements store.Assets.
func (d *Documents) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return listed(ctx, d, d.tables.assets, list{equal: []string{"company"}, values: []any{string(company)}, by: []string{"id"}}, d.shown)
}

// Asset implements store.Assets.
func (d *Documents) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	var a asset
	err := d.view(ctx, "asset", func(s scope) (err error) {
		a, err = d.asset(s, id)
		return err
	})
	if err != nil {
		return store.Asset{}, err
	}
	return d.shown(ctx, a)
}

func (d *Documents) asset(s scope, id store.AssetID) (asset, error) {
	return one(s, d.tables.assets, &asset{Asset: store.Asset{ID: id}}, id)
}

// CreateAsset implements store.Assets.
func (d *Documents) CreateAsset(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
	var stored store.Asset
	err := d.change(ctx, "create asset", func(s scope) (err error) {
		if err := d.standing(s, false); err != nil {
			return err
		}
		a := asset{Asset: store.Asset{ID: store.AssetID(newID()), Company: n.Company, Layout: n.Layout, Created: madeNow()}}
		var layout store.Layout
		stored, err = create(d, s, creation[store.Asset]{
			intent: intent, made: store.Created{Asset: a.ID},
			check: func() (err error) { layout, err = d.checkNew(s, n, &a.Asset); return err },
			again: func(made store.Created) (store.Asset, error) {
				earlier, err := d.asset(s, made.Asset)
				if err != nil {
					return store.Asset{}, err
				}
				return d.shown(ctx, earlier)
			},
			write: func() (store.Asset, error) { return d.saveAsset(ctx, s, asset{}, store.Layout{}, a, layout) },
		})
		return err
	})
	return stored, err
}

// checkNew brings a new asset into the form in which it is kept, or returns why
// it is refused.
func (d *Documents) checkNew(s scope, n store.NewAsset, a *store.Asset) (layout store.Layout, err error) {
	if a.Name, err = tidyName(n.Name); err != nil {
		return layout, err
	}
	if err := d.checkCompany(s, n.Company); err != nil {
		return layout, err
	}
	if layout, err = d.activeLayout(s, n.Layout); err != nil {
		return layout, err
	}
	if err := setValues(a, layout, n.Values); err != nil {
		return layout, err
	}
	return layout, checkRequired(layout, a.Values, nil)
}

// checkCompany returns why no asset can come into a company, or nil.
func (d *Documents) checkCompany(s scope, id store.CompanyID) error {
	c, found, err := stood(s, s.ground().companies, d.tables.companies, id, &company{Company: store.Company{ID: id}})
	switch {
	case err != nil:
		return err
	case !found:
		return fmt.Errorf("%w: company %q isn't there", store.ErrRefused, id)
	case c.Archived:
		return fmt.Errorf("%w: company %q is archived", store.ErrRefused, c.Name)
	}
	return nil
}

// saveAsset writes an asset under a new version, if anything changed, with what
// it is found by. old is the one before, with its confidential values opened, and
// was the layout that it had; zero ones for a new asset.
func (d *Documents) saveAsset(ctx context.Context, s scope, old asset, was store.Layout, a asset, layout store.Layout) (store.Asset, error) {
	a.version = old.version
	if old.ID == "" || !reflect.DeepEqual(old.Asset, a.Asset) {
		a.version++
		sealed, err := d.seal(ctx, a, old, layout)
		if err != nil {
			return store.Asset{}, err
		}
		if err := d.write(s, beginnings(old.Asset, was), sealed, layout); err != nil {
			return store.Asset{}, err
		}
	}
	shown := a.Clone()
	shown.Version = versionOf(a.version)
	return shown, nil
}

// write writes an asset and what it is found by. before is what it was found by.
func (d *Documents) write(s scope, before map[foundBy]bool, sealed asset, layout store.Layout) error {
	now := beginnings(sealed.Asset, layout)
	for f := range before {
		if !now[f] {
			if err := remove(s, d.tables.foundBy, &f); err != nil {
				return err
			}
		}
	}
	for f := range now {
		if !before[f] {
			if err := gather(s, d.tables.foundBy, f); err != nil {
				return err
			}
		}
	}
	return gather(s, d.tables.assets, sealed)
}
