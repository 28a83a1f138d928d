package storetest

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

func docListChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("an empty platform lists nothing",
			"Companies yields all companies, Layouts all layouts, Links all links.", checkListsOfNothing),
		documentsCheck("every company is listed once however many there are",
			"Companies yields all companies, archived ones included, each once.", checkManyCompanies),
		documentsCheck("every layout is listed once however many there are",
			"Layouts yields all layouts, inactive ones included, each once.", checkManyLayouts),
		documentsCheck("every asset of a company is listed once however many there are",
			"Assets yields all assets of a company, archived ones included, each once.", checkManyAssets),
		documentsCheck("a company that is not there has no assets",
			"A company that isn't there has none.", checkAssetsOfNobody),
		documentsCheck("an iterator can be left at any pair",
			"An iterator may be left at any pair.", checkLeftEarly),
		documentsCheck("an iterator that is ranged over again lists anew",
			"Ranged over again it lists anew.", checkRangedTwice),
	}
}

func checkListsOfNothing(w *world) {
	if n := len(w.companies()); n != 0 {
		w.errorf("an empty platform lists %d companies", n)
	}
	if n := len(w.layouts()); n != 0 {
		w.errorf("an empty platform lists %d layouts", n)
	}
	if n := len(w.assets("no-such-company")); n != 0 {
		w.errorf("an empty platform lists %d assets", n)
	}
}

// many is more than the pages of most platforms hold.
const many = 65

func checkManyCompanies(w *world) {
	companies := map[store.CompanyID]store.Company{}
	for i := range many {
		c := w.company(fmt.Sprintf("Company %d", i%40)) // some names are twice
		companies[c.ID] = c
	}
	if w.people.EditCompany != nil {
		archived := 0
		for id := range companies {
			if archived++; archived%3 == 0 {
				w.archiveCompany(id, true)
				companies[id] = w.readCompany(id)
			}
		}
	}
	listed := w.companies()
	for id, want := range companies {
		w.sameCompany(want, listed[id], "Companies, %d of them", many)
	}
	if len(listed) != many || len(companies) != many {
		w.errorf("%d companies were made under %d ids, and %d are listed", many, len(companies), len(listed))
	}
}

func checkManyLayouts(w *world) {
	layouts := map[store.LayoutID]store.Layout{}
	for i := range many {
		l := w.layout(fmt.Sprintf("Layout %d", i), fieldOf(store.FieldText))
		layouts[l.ID] = l
	}
	listed := w.layouts()
	for id, want := range layouts {
		w.sameLayout(want, listed[id], "Layouts, %d of them", many)
	}
	if len(listed) != many || len(layouts) != many {
		w.errorf("%d layouts were made under %d ids, and %d are listed", many, len(layouts), len(listed))
	}
}

func checkManyAssets(w *world) {
	o := w.office()
	second := w.company("Second")
	all := map[store.CompanyID]map[store.AssetID]store.Asset{o.company.ID: {o.asset.ID: o.asset}, second.ID: {}}
	archived := true
	for i := range 2 * many {
		a := o.like(fmt.Sprintf("PC-%d", i%50)) // some names are twice
		if i%2 == 1 {
			a.Company = second.ID
		}
		made, err := w.docs.CreateAsset(w.ctx, a, w.intent())
		w.must(err, "CreateAsset %d", i)
		if w.can.Archive && i%5 < 3 { // more than half, so that both lists are long
			made = w.patch(store.AssetPatch{ID: made.ID, Archived: &archived})
		}
		all[a.Company][made.ID] = made
	}
	for company, want := range all {
		listed := w.assets(company)
		for id, a := range want {
			w.sameAsset(a, listed[id], "Assets, %d of them", len(want))
		}
		if len(listed) != len(want) {
			w.errorf("%d assets of %d are listed", len(listed), len(want))
		}
	}
}

func checkAssetsOfNobody(w *world) {
	o := w.office()
	for _, id := range strangers(string(o.company.ID)) {
		if n := len(w.assets(store.CompanyID(id))); n != 0 {
			w.errorf("%d assets of the company %q are listed, which isn't there", n, id)
		}
	}
	if w.people.DeleteCompany != nil {
		w.must(w.people.DeleteCompany(w.ctx, o.company.ID), "People.DeleteCompany")
		if n := len(w.assets(o.company.ID)); n != 0 {
			w.errorf("%d assets of a deleted company are listed", n)
		}
	}
}

// fill makes as many companies, layouts and assets as a page or two hold, and
// returns the office that they are in.
func (w *world) fill() office {
	o := w.office()
	for i := range 30 {
		w.company(fmt.Sprintf("Company %d", i))
		w.layout(fmt.Sprintf("Layout %d", i), fieldOf(store.FieldText))
		w.asset(o.company.ID, o.layout.ID, fmt.Sprintf("PC-%d", i), nil)
	}
	return o
}

func checkLeftEarly(w *world) {
	o := w.fill()
	for _, n := range []int{1, 2, 26} {
		leave(w.probe, "Companies", w.docs.Companies(w.ctx), n)
		leave(w.probe, "Layouts", w.docs.Layouts(w.ctx), n)
		leave(w.probe, "Assets", w.docs.Assets(w.ctx, o.company.ID), n)
	}
	// What was left open would be in the way now.
	w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Renamed"})
	w.company("One more")
	if n := len(w.assets(o.company.ID)); n != 31 {
		w.errorf("%d assets are listed after iterators were left, want 31", n)
	}
}

// leave breaks out of an iterator at pair n.
func leave[T any](p *probe, what string, seq iter.Seq2[T, error], n int) {
	pairs := 0
	for _, err := range seq {
		p.must(err, "%s", what)
		if pairs++; pairs == n {
			break
		}
	}
	if pairs != n {
		p.errorf("%s: it yielded %d pairs before %d were taken", what, pairs, n)
	}
}

func checkRangedTwice(w *world) {
	o := w.fill()
	companies, layouts, assets := w.docs.Companies(w.ctx), w.docs.Layouts(w.ctx), w.docs.Assets(w.ctx, o.company.ID)
	for more := range 3 {
		wantCount(w.probe, "Companies", companies, func(c store.Company) store.CompanyID { return c.ID }, 31+more)
		wantCount(w.probe, "Layouts", layouts, func(l store.Layout) store.LayoutID { return l.ID }, 31+more)
		wantCount(w.probe, "Assets", assets, func(a store.Asset) store.AssetID { return a.ID }, 31+more)
		w.company("One more")
		w.layout(fmt.Sprintf("More %d", more), fieldOf(store.FieldText))
		w.asset(o.company.ID, o.layout.ID, "One more", nil)
		leave(w.probe, "Assets", assets, 2) // and left in between
	}
}

func wantCount[K ~string, T any](p *probe, what string, seq iter.Seq2[T, error], id func(T) K, want int) {
	if n := len(list(p, what, seq, id)); n != want {
		p.errorf("%s: %d are listed, want %d", what, n, want)
	}
}
