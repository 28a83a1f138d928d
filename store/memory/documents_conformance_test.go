package memory_test

import (
	"context"
	"testing"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, storetest.DocumentsFixture{New: newPlatform})
}

// newPlatform returns an empty platform with people who work on it.
func newPlatform(context.Context) (storetest.Platform, error) {
	d := memory.New().Platform()
	return storetest.Platform{Documents: d, People: storetest.People{
		EditAsset: func(_ context.Context, id store.AssetID, fn func(*store.Asset)) error { return d.EditAsset(id, fn) },
		EditCompany: func(_ context.Context, id store.CompanyID, fn func(*store.Company)) error {
			return d.EditCompany(id, fn)
		},
		EditLayout:    func(_ context.Context, id store.LayoutID, fn func(*store.Layout)) error { return d.EditLayout(id, fn) },
		DeleteAsset:   func(_ context.Context, id store.AssetID) error { return d.DeleteAsset(id) },
		DeleteCompany: func(_ context.Context, id store.CompanyID) error { return d.DeleteCompany(id) },
	}}, nil
}
