package storetest_test

import (
	"context"
	"errors"
	"maps"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// layoutsOf returns all layouts of a platform.
func layoutsOf(ctx context.Context, d store.Documents) []store.Layout {
	var all []store.Layout
	for l, err := range d.Layouts(ctx) {
		if err == nil {
			all = append(all, l)
		}
	}
	return all
}

// layoutOf returns a layout of the platform beneath.
func (a *altered) layoutOf(ctx context.Context, id store.LayoutID) store.Layout {
	for _, l := range layoutsOf(ctx, a.Documents) {
		if l.ID == id {
			return l
		}
	}
	return store.Layout{}
}

// fieldOf returns a field of the platform beneath.
func (a *altered) fieldOf(ctx context.Context, id store.FieldID) store.Field {
	for _, l := range layoutsOf(ctx, a.Documents) {
		for _, f := range l.Fields {
			if f.ID == id {
				return f
			}
		}
	}
	return store.Field{}
}

// leniently makes an asset that the platform beneath refuses, as a person would:
// change says how the rule is got around.
func (a *altered) leniently(change func(ctx context.Context, n *store.NewAsset) (undo func(made store.AssetID))) {
	a.createAsset = func(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
		x, err := a.Documents.CreateAsset(ctx, n, intent)
		if !errors.Is(err, store.ErrRefused) {
			return x, err
		}
		n.Values = maps.Clone(n.Values)
		undo := change(ctx, &n)
		x, again := a.Documents.CreateAsset(ctx, n, intent)
		undo(x.ID)
		if again != nil {
			return x, err
		}
		return a.Documents.Asset(ctx, x.ID)
	}
}

// refusalMutants take what they should refuse.
func refusalMutants() []documentsMutant {
	nothing := func(store.AssetID) {}
	return []documentsMutant{
		{"names what has no name", func(a *altered) {
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				if strings.TrimSpace(n.Name) == "" {
					n.Name = "Unnamed"
				}
				return a.Documents.CreateCompany(ctx, n, intent)
			}
			a.createLayout = func(ctx context.Context, n store.NewLayout, intent store.Intent) (store.Layout, error) {
				if strings.TrimSpace(n.Name) == "" {
					n.Name = "Unnamed"
				}
				return a.Documents.CreateLayout(ctx, n, intent)
			}
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				if strings.TrimSpace(n.Name) == "" {
					n.Name = "Unnamed"
				}
				return nothing
			})
		}, []string{"a blank company name is refused", "a layout that cannot be kept is refused", "an asset with a blank name is refused"}},
		{"brings companies back", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				if a.EditCompany(n.Company, func(c *store.Company) { c.Archived = false }) != nil {
					return nothing
				}
				return func(store.AssetID) {
					_ = a.EditCompany(n.Company, func(c *store.Company) { c.Archived = true })
				}
			})
		}, []string{"an asset in an archived company is refused"}},
		{"makes companies up", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				if _, err := a.Documents.Company(ctx, n.Company); err != nil {
					for c, err := range a.Documents.Companies(ctx) {
						if err == nil {
							n.Company = c.ID
						}
					}
				}
				return nothing
			})
		}, []string{"an asset in no company is refused"}},
		{"makes layouts up", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				if l := a.layoutOf(ctx, n.Layout); l.ID == "" {
					for _, l := range layoutsOf(ctx, a.Documents) {
						n.Layout, n.Values = l.ID, nil
					}
				}
				return nothing
			})
		}, []string{"an asset of no layout is refused"}},
		{"uses inactive layouts", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				if !a.layoutOf(ctx, n.Layout).Inactive || a.EditLayout(n.Layout, func(l *store.Layout) { l.Inactive = false }) != nil {
					return nothing
				}
				return func(store.AssetID) { _ = a.EditLayout(n.Layout, func(l *store.Layout) { l.Inactive = true }) }
			})
		}, []string{"an asset of an inactive layout is refused"}},
		{"requires nothing of new assets", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				blanks := store.Values{}
				for _, f := range a.layoutOf(ctx, n.Layout).Fields {
					if f.Required && n.Values[f.ID].IsBlank() {
						blanks[f.ID] = connector.Text("x")
					}
				}
				if len(blanks) == 0 || n.Values == nil {
					return nothing
				}
				maps.Copy(n.Values, blanks)
				return func(id store.AssetID) {
					_ = a.EditAsset(id, func(x *store.Asset) {
						for f := range blanks {
							delete(x.Values, f)
						}
					})
				}
			})
		}, []string{"an asset without a required value is refused"}},
		{"leaves out what doesn't fit", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				for id, v := range n.Values {
					if !a.fieldOf(ctx, id).Fits(v) {
						delete(n.Values, id)
					}
				}
				return nothing
			})
		}, []string{"an asset with a value that does not fit is refused"}},
		{"leaves out what isn't its layout's", func(a *altered) {
			a.leniently(func(ctx context.Context, n *store.NewAsset) func(store.AssetID) {
				known := store.Values{}
				for _, f := range a.layoutOf(ctx, n.Layout).Fields {
					if v, has := n.Values[f.ID]; has {
						known[f.ID] = v
					}
				}
				n.Values = known
				return nothing
			})
		}, []string{"an asset with a foreign field is refused"}},
		{"has other words for every refusal", func(a *altered) {
			a.createCompany = func(ctx context.Context, n store.NewCompany, intent store.Intent) (store.Company, error) {
				c, err := a.Documents.CreateCompany(ctx, n, intent)
				if err != nil {
					err = errors.New(err.Error())
				}
				return c, err
			}
		}, []string{"a blank company name is refused"}},
	}
}

// patchMutants don't carry patches out as they should.
func patchMutants() []documentsMutant {
	patching := func(alter func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error)) func(*altered) {
		return func(a *altered) {
			a.updateAsset = func(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
				return alter(a, ctx, p, intent)
			}
		}
	}
	return []documentsMutant{
		{"clears fields that aren't named", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			x, err := a.Documents.Asset(ctx, p.ID)
			if err == nil && len(p.Values) > 0 {
				values := store.Values{}
				for id := range x.Values {
					values[id] = connector.Value{}
				}
				maps.Copy(values, p.Values)
				p.Values = values
			}
			return a.Documents.UpdateAsset(ctx, p, intent)
		}), []string{"fields that a patch does not name keep their values", "patches of different fields at the same time lose nothing"}},
		{"leaves fields that are blanked", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			p.Values = maps.Clone(p.Values)
			maps.DeleteFunc(p.Values, func(_ store.FieldID, v connector.Value) bool { return v.IsAbsent() })
			return a.Documents.UpdateAsset(ctx, p, intent)
		}), []string{"an absent value blanks its field", "a patch sets name and values together"}},
		{"writes the name before it looks at the values", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			if p.Name != "" && len(p.Values) > 0 {
				if _, err := a.Documents.UpdateAsset(ctx, store.AssetPatch{ID: p.ID, Base: p.Base, Name: p.Name}, intent); err != nil {
					return store.Asset{}, err
				}
				p.Name, p.Base = "", ""
			}
			return a.Documents.UpdateAsset(ctx, p, intent)
		}), []string{"a refused patch changes nothing", "an asset with a value that does not fit is refused"}},
		{"does two things at once", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			if p.Company != "" && p.Archived != nil {
				if x, err := a.Documents.UpdateAsset(ctx, store.AssetPatch{ID: p.ID, Base: p.Base, Company: p.Company}, intent); err != nil {
					return x, err
				}
				p.Company, p.Base = "", ""
			}
			return a.Documents.UpdateAsset(ctx, p, intent)
		}), []string{"a patch of two things is refused"}},
		{"loses values on a move to another company", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			x, err := a.Documents.UpdateAsset(ctx, p, intent)
			if err == nil && p.Company != "" {
				_ = a.EditAsset(p.ID, func(x *store.Asset) { clear(x.Values) })
				return a.Documents.Asset(ctx, p.ID)
			}
			return x, err
		}), []string{"a move to another company keeps the rest"}},
		{"moves an asset by making it anew", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			old, err := a.Documents.Asset(ctx, p.ID)
			if err != nil || p.Company == "" || p.Company == old.Company {
				return a.Documents.UpdateAsset(ctx, p, intent)
			}
			return a.Documents.CreateAsset(ctx, store.NewAsset{Company: p.Company, Layout: old.Layout, Name: old.Name, Values: old.Values}, store.Intent{})
		}), []string{"a move to another company keeps the rest"}},
		{"moves assets to any company", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			x, err := a.Documents.UpdateAsset(ctx, p, intent)
			if errors.Is(err, store.ErrRefused) && p.Company != "" && p.Archived == nil && p.Layout == "" && p.Name == "" && p.Values == nil {
				return x, a.EditAsset(p.ID, func(x *store.Asset) { x.Company = p.Company })
			}
			return x, err
		}), []string{"a move to no company or an archived one is refused"}},
		{"loses a value on a move to another layout", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			x, err := a.Documents.UpdateAsset(ctx, p, intent)
			if err == nil || p.Layout == "" || a.layoutOf(ctx, p.Layout).ID == "" || a.layoutOf(ctx, p.Layout).Inactive {
				return x, err
			}
			_ = a.EditAsset(p.ID, func(x *store.Asset) { x.Layout, x.Values = p.Layout, store.Values{} })
			return a.Documents.Asset(ctx, p.ID)
		}), []string{
			"a move to another layout that would lose a value is refused",
			"a move to a layout whose required field has no value is refused",
		}},
		{"keeps the old fields on a move to another layout", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			old, _ := a.Documents.Asset(ctx, p.ID)
			x, err := a.Documents.UpdateAsset(ctx, p, intent)
			if err == nil && p.Layout != "" {
				_ = a.EditAsset(p.ID, func(x *store.Asset) { x.Values = old.Values })
				return a.Documents.Asset(ctx, p.ID)
			}
			return x, err
		}), []string{"a move to another layout keeps every value"}},
		{"moves assets to any layout", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			x, err := a.Documents.UpdateAsset(ctx, p, intent)
			if errors.Is(err, store.ErrRefused) && a.layoutOf(ctx, p.Layout).Inactive {
				return x, a.EditAsset(p.ID, func(x *store.Asset) { x.Layout = p.Layout })
			}
			return x, err
		}), []string{"a move to no layout or an inactive one is refused"}},
		{"archives and doesn't bring back", patching(func(a *altered, ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
			if p.Archived != nil && !*p.Archived {
				p.Archived = nil
			}
			return a.Documents.UpdateAsset(ctx, p, intent)
		}), []string{"an asset is put away and brought back"}},
		{"can do what it says that it can't", func(a *altered) {
			a.capabilities = func(can store.Capabilities) store.Capabilities {
				can.Archive = false
				return can
			}
		}, []string{"what the platform can not do is refused"}},
		{"clears a company's details", func(a *altered) {
			a.updateCompany = func(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
				if p.Details.City == "" && p.Details != (store.Details{}) {
					_ = a.EditCompany(p.ID, func(c *store.Company) { c.Details.City = "" })
					p.Base = ""
				}
				return a.Documents.UpdateCompany(ctx, p, intent)
			}
		}, []string{"a company patch changes what it names and nothing else"}},
	}
}
