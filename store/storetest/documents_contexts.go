package storetest

import (
	"context"
	"errors"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docContextChecks() []check[DocumentsFixture] {
	const rule = "A non-nil error is an iterator's last pair, and one that can't yield everything never ends without it."
	return []check[DocumentsFixture]{
		documentsCheck("a list that is cut short ends with an error", rule, checkCutShort),
		documentsCheck("a call whose context is done returns an error", rule+" Point reads return any error but ErrNotFound.", checkDoneReads),
		documentsCheck("a write whose context is done returns an error",
			"A write that certainly did not happen wraps ErrNotFound, ErrStale, ErrRefused or ErrUnavailable. "+
				"With any other error it counts as possibly done.", checkDoneWrites),
	}
}

func checkCutShort(w *world) {
	o := w.fill()
	companies, layouts, assets := len(w.companies()), len(w.layouts()), len(w.assets(o.company.ID))
	for _, n := range []int{1, 24, 25, 26} {
		cut(w, "Companies", companies, n, func(ctx context.Context) iter.Seq2[store.Company, error] { return w.docs.Companies(ctx) })
		cut(w, "Layouts", layouts, n, func(ctx context.Context) iter.Seq2[store.Layout, error] { return w.docs.Layouts(ctx) })
		cut(w, "Assets", assets, n, func(ctx context.Context) iter.Seq2[store.Asset, error] { return w.docs.Assets(ctx, o.company.ID) })
	}
}

// cut ends an iterator's context at pair n. What was fetched by then may still
// come; if that isn't everything, an error must say so.
func cut[T any](w *world, what string, all, n int, open func(ctx context.Context) iter.Seq2[T, error]) {
	ctx, cancel := context.WithCancel(w.ctx)
	defer cancel()
	yielded := 0
	var failed error
	for _, err := range open(ctx) {
		if failed != nil {
			w.fatalf("%s: it went on after its error: %w", what, failed)
		}
		if failed = err; err == nil {
			yielded++
		}
		if yielded == n {
			cancel()
		}
	}
	if failed == nil && yielded != all {
		w.errorf("%s: its context was done after %d of %d, and it ended after %d without an error", what, n, all, yielded)
	}
}

func checkDoneReads(w *world) {
	o := w.office()
	done := w.ended()
	failing := func(what string, err error) {
		switch {
		case err == nil:
			w.errorf("%s with a context that is done: no error", what)
		case errors.Is(err, store.ErrNotFound):
			w.errorf("%s with a context that is done: %w", what, err)
		}
	}
	_, err := tryList(w.probe, "Companies", w.docs.Companies(done), func(c store.Company) store.CompanyID { return c.ID })
	failing("Companies", err)
	_, err = tryList(w.probe, "Layouts", w.docs.Layouts(done), func(l store.Layout) store.LayoutID { return l.ID })
	failing("Layouts", err)
	_, err = tryList(w.probe, "Assets", w.docs.Assets(done, o.company.ID), func(a store.Asset) store.AssetID { return a.ID })
	failing("Assets", err)
	if w.can.Links {
		_, err = tryList(w.probe, "Links", w.docs.Links(done), func(l store.Link) store.LinkID { return l.ID })
		failing("Links", err)
	}
	_, err = w.docs.Company(done, o.company.ID)
	failing("Company", err)
	_, err = w.docs.Asset(done, o.asset.ID)
	failing("Asset", err)
	if w.can.Intents {
		_, err = w.docs.FindCreated(done, "any")
		failing("FindCreated", err)
	}
}

func checkDoneWrites(w *world) {
	o := w.office()
	second := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	done := w.ended()
	settled := func(what string, err error) bool {
		if err == nil {
			w.errorf("%s with a context that is done: no error", what)
		}
		return store.Settled(err)
	}
	if _, err := w.docs.CreateCompany(done, store.NewCompany{Name: "x"}, w.intent()); settled("CreateCompany", err) {
		if n := len(w.companies()); n != 1 {
			w.errorf("CreateCompany failed with %v, and %d companies are listed, want 1", err, n)
		}
	}
	if _, err := w.docs.CreateAsset(done, o.like("x"), w.intent()); settled("CreateAsset", err) {
		if n := len(w.assets(o.company.ID)); n != 2 {
			w.errorf("CreateAsset failed with %v, and %d assets are listed, want 2", err, n)
		}
	}
	p := store.AssetPatch{ID: o.asset.ID, Name: "x", Values: store.Values{o.serial: connector.Text("x")}}
	if _, err := w.docs.UpdateAsset(done, p, w.intent()); settled("UpdateAsset", err) {
		w.unchanged(o.asset, "UpdateAsset that failed with %v", err)
	}
	if _, err := w.docs.UpdateCompany(done, store.CompanyPatch{ID: o.company.ID, Name: "x"}, w.intent()); settled("UpdateCompany", err) {
		w.unchangedCompany(o.company, "UpdateCompany that failed")
	}
	if w.can.Links {
		_, err := w.docs.CreateLink(done, store.NewLink{From: o.asset.ID, To: second.ID}, w.intent())
		if settled("CreateLink", err) {
			w.wantLinks("CreateLink that failed")
		}
	}
	w.patch(store.AssetPatch{ID: second.ID, Name: "Renamed"}) // it works on
}
