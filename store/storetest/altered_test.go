package storetest_test

import (
	"context"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// altered is the platform in memory with some of its methods replaced.
type altered struct {
	*memory.Documents

	capabilities  func(store.Capabilities) store.Capabilities
	findCreated   func(context.Context, string) (store.Created, error)
	companies     func(context.Context) iter.Seq2[store.Company, error]
	company       func(context.Context, store.CompanyID) (store.Company, error)
	createCompany func(context.Context, store.NewCompany, store.Intent) (store.Company, error)
	updateCompany func(context.Context, store.CompanyPatch, store.Intent) (store.Company, error)
	layouts       func(context.Context) iter.Seq2[store.Layout, error]
	createLayout  func(context.Context, store.NewLayout, store.Intent) (store.Layout, error)
	assets        func(context.Context, store.CompanyID) iter.Seq2[store.Asset, error]
	asset         func(context.Context, store.AssetID) (store.Asset, error)
	createAsset   func(context.Context, store.NewAsset, store.Intent) (store.Asset, error)
	updateAsset   func(context.Context, store.AssetPatch, store.Intent) (store.Asset, error)
	links         func(context.Context) iter.Seq2[store.Link, error]
	createLink    func(context.Context, store.NewLink, store.Intent) (store.Link, error)
	deleteLink    func(context.Context, store.LinkID, store.Intent) error
}

func (a *altered) Capabilities() store.Capabilities {
	can := a.Documents.Capabilities()
	if a.capabilities != nil {
		can = a.capabilities(can)
	}
	return can
}

func (a *altered) FindCreated(ctx context.Context, intent string) (store.Created, error) {
	if a.findCreated != nil {
		return a.findCreated(ctx, intent)
	}
	return a.Documents.FindCreated(ctx, intent)
}

func (a *altered) Companies(ctx context.Context) iter.Seq2[store.Company, error] {
	if a.companies != nil {
		return a.companies(ctx)
	}
	return a.Documents.Companies(ctx)
}

func (a *altered) Company(ctx context.Context, id store.CompanyID) (store.Company, error) {
	if a.company != nil {
		return a.company(ctx, id)
	}
	return a.Documents.Company(ctx, id)
}

func (a *altered) CreateCompany(ctx context.Context, c store.NewCompany, intent store.Intent) (store.Company, error) {
	if a.createCompany != nil {
		return a.createCompany(ctx, c, intent)
	}
	return a.Documents.CreateCompany(ctx, c, intent)
}

func (a *altered) UpdateCompany(ctx context.Context, p store.CompanyPatch, intent store.Intent) (store.Company, error) {
	if a.updateCompany != nil {
		return a.updateCompany(ctx, p, intent)
	}
	return a.Documents.UpdateCompany(ctx, p, intent)
}

func (a *altered) Layouts(ctx context.Context) iter.Seq2[store.Layout, error] {
	if a.layouts != nil {
		return a.layouts(ctx)
	}
	return a.Documents.Layouts(ctx)
}

func (a *altered) CreateLayout(ctx context.Context, l store.NewLayout, intent store.Intent) (store.Layout, error) {
	if a.createLayout != nil {
		return a.createLayout(ctx, l, intent)
	}
	return a.Documents.CreateLayout(ctx, l, intent)
}

func (a *altered) Assets(ctx context.Context, company store.CompanyID) iter.Seq2[store.Asset, error] {
	if a.assets != nil {
		return a.assets(ctx, company)
	}
	return a.Documents.Assets(ctx, company)
}

func (a *altered) Asset(ctx context.Context, id store.AssetID) (store.Asset, error) {
	if a.asset != nil {
		return a.asset(ctx, id)
	}
	return a.Documents.Asset(ctx, id)
}

func (a *altered) CreateAsset(ctx context.Context, n store.NewAsset, intent store.Intent) (store.Asset, error) {
	if a.createAsset != nil {
		return a.createAsset(ctx, n, intent)
	}
	return a.Documents.CreateAsset(ctx, n, intent)
}

func (a *altered) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	if a.updateAsset != nil {
		return a.updateAsset(ctx, p, intent)
	}
	return a.Documents.UpdateAsset(ctx, p, intent)
}

func (a *altered) Links(ctx context.Context) iter.Seq2[store.Link, error] {
	if a.links != nil {
		return a.links(ctx)
	}
	return a.Documents.Links(ctx)
}

func (a *altered) CreateLink(ctx context.Context, l store.NewLink, intent store.Intent) (store.Link, error) {
	if a.createLink != nil {
		return a.createLink(ctx, l, intent)
	}
	return a.Documents.CreateLink(ctx, l, intent)
}

func (a *altered) DeleteLink(ctx context.Context, id store.LinkID, intent store.Intent) error {
	if a.deleteLink != nil {
		return a.deleteLink(ctx, id, intent)
	}
	return a.Documents.DeleteLink(ctx, id, intent)
}
