package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/dovetail-sync/dovetail/store"
)

// Platform is a documentation platform under test.
type Platform struct {
	// Documents is what is tested.
	Documents store.Documents
	// People does what only people can do there. Rules that need one of its
	// functions are skipped where it is nil.
	People People
	// Close ends the platform when its check is over. Nil: there is nothing to
	// end.
	Close func()
}

// People does in a platform what people do there. A nil function means that the
// fixture can't.
type People struct {
	// CreateLayout makes a layout, and is used wherever a check needs one. It
	// returns ErrRefused for a type of field that the platform doesn't have.
	// Nil: Documents.CreateLayout is used, and where that refuses layouts the
	// rules about assets are skipped.
	CreateLayout func(ctx context.Context, l store.NewLayout) (store.Layout, error)
	// EditAsset changes an asset in place by fn, in any respect but its id.
	EditAsset func(ctx context.Context, id store.AssetID, fn func(a *store.Asset)) error
	// EditCompany changes a company in place by fn, in any respect but its id.
	EditCompany func(ctx context.Context, id store.CompanyID, fn func(c *store.Company)) error
	// EditLayout changes a layout in place by fn, in any respect but its id. A
	// field without an id is a new one.
	EditLayout func(ctx context.Context, id store.LayoutID, fn func(l *store.Layout)) error
	// DeleteAsset deletes an asset for good.
	DeleteAsset func(ctx context.Context, id store.AssetID) error
	// DeleteCompany deletes a company with its assets.
	DeleteCompany func(ctx context.Context, id store.CompanyID) error
}

// DocumentsFixture makes the platforms that a suite tests. Only New is required.
type DocumentsFixture struct {
	// New returns a platform with nothing in it. Every check calls it at least
	// once.
	New func(ctx context.Context) (Platform, error)
	// Joint returns a platform together with the ledger that it is joint with,
	// nothing written to either. Nil: it isn't.
	Joint func(ctx context.Context) (store.Store, error)
}

// CheckDocuments tests every rule and returns all that are broken.
func CheckDocuments(ctx context.Context, f DocumentsFixture) error {
	return runAll(ctx, documentsChecks(), f)
}

// TestDocuments tests every rule as a subtest of its own.
func TestDocuments(t *testing.T, f DocumentsFixture) {
	t.Helper()
	testAll(t, documentsChecks(), f)
}

// documentsChecks are the rules of a platform.
func documentsChecks() []check[DocumentsFixture] {
	return slices.Concat(
		docCompanyChecks(), docLayoutChecks(), docAssetChecks(), docValueChecks(), docTextChecks(),
		docPatchChecks(), docMoveChecks(), docArchiveChecks(), docLinkChecks(), docListChecks(),
		docPeopleChecks(), docVersionChecks(), docIntentChecks(),
		docCopyChecks(), docContextChecks(), docConcurrencyChecks(), docJointChecks(),
	)
}
