package storetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
	"github.com/dovetail-sync/dovetail/store/storetest"
)

// platformOf returns what the suite tests: docs over d, whose people they are.
func platformOf(docs store.Documents, d *memory.Documents) storetest.Platform {
	return storetest.Platform{Documents: docs, People: storetest.People{
		EditAsset: func(_ context.Context, id store.AssetID, fn func(*store.Asset)) error { return d.EditAsset(id, fn) },
		EditCompany: func(_ context.Context, id store.CompanyID, fn func(*store.Company)) error {
			return d.EditCompany(id, fn)
		},
		EditLayout:    func(_ context.Context, id store.LayoutID, fn func(*store.Layout)) error { return d.EditLayout(id, fn) },
		DeleteAsset:   func(_ context.Context, id store.AssetID) error { return d.DeleteAsset(id) },
		DeleteCompany: func(_ context.Context, id store.CompanyID) error { return d.DeleteCompany(id) },
	}}
}

// wrapped is a fixture over the platform in memory with something around it.
func wrapping(wrap func(d *memory.Documents) store.Documents) storetest.DocumentsFixture {
	return storetest.DocumentsFixture{New: func(context.Context) (storetest.Platform, error) {
		d := memory.New().Platform()
		return platformOf(wrap(d), d), nil
	}}
}

func TestAFixtureNeedsNoPeople(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, storetest.DocumentsFixture{New: func(context.Context) (storetest.Platform, error) {
		return storetest.Platform{Documents: memory.New().Documents()}, nil
	}})
}

func TestAPlatformIsClosedAfterItsCheck(t *testing.T) {
	t.Parallel()
	opened, closed := 0, 0
	err := storetest.CheckDocuments(t.Context(), storetest.DocumentsFixture{New: func(context.Context) (storetest.Platform, error) {
		opened++
		require.Equal(t, opened-1, closed, "the one before is closed")
		return storetest.Platform{Documents: memory.New().Documents(), Close: func() { closed++ }}, nil
	}})
	require.NoError(t, err)
	require.Positive(t, opened)
	require.Equal(t, opened, closed)
}

func TestAPlatformThatTidiesPasses(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, wrapping(func(d *memory.Documents) store.Documents { return tidying{d} }))
}

func TestAPlatformThatCanDoLittlePasses(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, wrapping(func(d *memory.Documents) store.Documents { return modest{d} }))
}

func TestAPlatformWhoseLayoutsPeopleMakePasses(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, storetest.DocumentsFixture{New: func(context.Context) (storetest.Platform, error) {
		d := memory.New().Platform()
		p := platformOf(noLayouts{d}, d)
		p.People.CreateLayout = func(ctx context.Context, l store.NewLayout) (store.Layout, error) {
			return d.CreateLayout(ctx, l, store.Intent{})
		}
		return p, nil
	}})
}

// Without people who make layouts there is nothing to test assets with.
func TestAPlatformWithoutLayoutsPasses(t *testing.T) {
	t.Parallel()
	storetest.TestDocuments(t, wrapping(func(d *memory.Documents) store.Documents { return noLayouts{d} }))
}

func TestAJointPlatformPasses(t *testing.T) {
	t.Parallel()
	f := storetest.DocumentsFixture{}
	f.New = func(context.Context) (storetest.Platform, error) {
		return storetest.Platform{Documents: newJoint().Documents()}, nil
	}
	f.Joint = func(context.Context) (store.Store, error) { return newJoint(), nil }
	storetest.TestDocuments(t, f)
}
