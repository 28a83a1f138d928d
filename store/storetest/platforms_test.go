package storetest_test

import (
	"context"
	"errors"
	"iter"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// tidying is a platform that puts what it is given in order before it keeps it.
type tidying struct{ *memory.Documents }

func (p tidying) kinds(ctx context.Context) map[store.FieldID]store.FieldType {
	kinds := map[store.FieldID]store.FieldType{}
	for _, l := range layoutsOf(ctx, p.Documents) {
		for _, f := range l.Fields {
			kinds[f.ID] = f.Type
		}
	}
	return kinds
}

func (p tidying) values(ctx context.Context, values store.Values) store.Values {
	kinds, tidied := p.kinds(ctx), store.Values{}
	for id, v := range values {
		tidied[id] = v
		text := v.String()
		if v.Kind() != connector.KindText || strings.TrimSpace(text) == "" {
			continue
		}
		switch kinds[id] {
		case store.FieldRichText:
			tidied[id] = connector.Text("<div>\n" + strings.ReplaceAll(strings.ReplaceAll(text, "<b>", "<strong>"), "</b>", "</strong>") + "</div>")
		case store.FieldText:
			tidied[id] = connector.Text("  " + strings.Join(strings.Fields(text), "  "))
		case store.FieldPhone:
			tidied[id] = connector.Text(strings.NewReplacer(" ", "", "-", "").Replace(text))
		case store.FieldEmail:
			tidied[id] = connector.Text(strings.ToUpper(text))
		case store.FieldWebsite:
			tidied[id] = connector.Text(strings.TrimRight(text, "/") + "/")
		case store.FieldAddress:
			if a, ok := store.AddressOf(v); ok && a.Country == "DE" {
				a.Country = "Germany"
				tidied[id] = a.Value()
			}
		default: // as it is
		}
	}
	return tidied
}

func (p tidying) CreateAsset(ctx context.Context, a store.NewAsset, intent store.Intent) (store.Asset, error) {
	a.Values = p.values(ctx, a.Values)
	return p.Documents.CreateAsset(ctx, a, intent)
}

func (p tidying) UpdateAsset(ctx context.Context, patch store.AssetPatch, intent store.Intent) (store.Asset, error) {
	patch.Values = p.values(ctx, patch.Values)
	return p.Documents.UpdateAsset(ctx, patch, intent)
}

func (p tidying) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	if c.Details.Website != "" {
		c.Details.Website += "/"
	}
	c.Details.Phone = strings.ReplaceAll(c.Details.Phone, " ", "")
	return p.Documents.CreateCompany(ctx, c, intent)
}

// modest is a platform that can only create and update.
type modest struct{ *memory.Documents }

var errCannot = errors.Join(store.ErrRefused, errors.New("the platform can't do that"))

func (modest) Capabilities() store.Capabilities { return store.Capabilities{} }

func bareCompany(c store.Company) store.Company {
	c.Version = ""
	return c
}

func bareAsset(a store.Asset) store.Asset {
	a.Version, a.Touched = "", false
	return a
}

func mapped[T any](seq iter.Seq2[T, error], fn func(T) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for thing, err := range seq {
			if err == nil {
				thing = fn(thing)
			}
			if !yield(thing, err) {
				return
			}
		}
	}
}

func (p modest) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	return mapped(p.Documents.Companies(ctx), bareCompany)
}

func (p modest) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	c, err := p.Documents.Company(ctx, id)
	return bareCompany(c), err
}

func (p modest) CreateCompany(ctx context.Context, c store.NewCompany, _ store.Intent) (store.Company, error) {
	made, err := p.Documents.CreateCompany(ctx, c, store.Intent{})
	return bareCompany(made), err
}

func (p modest) UpdateCompany(ctx context.Context, patch store.CompanyPatch, intent store.Intent) (store.Company, error) {
	c, err := p.Documents.UpdateCompany(ctx, patch, intent)
	return bareCompany(c), err
}

func (p modest) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	return mapped(p.Documents.Assets(ctx, company), bareAsset)
}

func (p modest) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	a, err := p.Documents.Asset(ctx, id)
	return bareAsset(a), err
}

func (p modest) CreateAsset(ctx context.Context, a store.NewAsset, _ store.Intent) (store.Asset, error) {
	made, err := p.Documents.CreateAsset(ctx, a, store.Intent{})
	return bareAsset(made), err
}

func (p modest) UpdateAsset(ctx context.Context, patch store.AssetPatch, intent store.Intent) (store.Asset, error) {
	if patch.Company != "" || patch.Layout != "" || patch.Archived != nil {
		return store.Asset{}, errCannot
	}
	a, err := p.Documents.UpdateAsset(ctx, patch, intent)
	return bareAsset(a), err
}

func (modest) Links(context.Context) iter.Seq2[store.Link, error] {
	return func(yield func(store.Link, error) bool) { yield(store.Link{}, errCannot) }
}

func (modest) CreateLink(context.Context, store.NewLink, store.Intent) (store.Link, error) {
	return store.Link{}, errCannot
}

func (modest) DeleteLink(context.Context, store.LinkID, store.Intent) error { return errCannot }

// noLayouts is a platform where only people make layouts.
type noLayouts struct{ *memory.Documents }

func (noLayouts) CreateLayout(context.Context, store.NewLayout, store.Intent) (store.Layout, error) {
	return store.Layout{}, errCannot
}
