package storetest

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docPeopleChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("what people change is read",
			"Companies, layouts and assets are those of the platform, whoever wrote them.", checkPeopleEdit),
		documentsCheck("foreign records stay through every write",
			"Foreign are the records that the platform's own integrations link to it.", checkForeignRecords),
		documentsCheck("touched is what people did and never what dovetail did",
			"Touched says that people added something to it that dovetail doesn't see. Only where Capabilities.Touched is true.", checkTouched),
		documentsCheck("a deleted asset is gone",
			"Asset returns one asset, archived or not, or ErrNotFound.", checkDeletedAsset),
	}
}

func checkPeopleEdit(w *world) {
	w.needPeople(w.people.EditAsset != nil && w.people.EditCompany != nil, "EditAsset or EditCompany")
	o := w.office()
	w.must(w.people.EditAsset(w.ctx, o.asset.ID, func(a *store.Asset) {
		a.Name = "By hand"
		a.Values[o.serial] = connector.Text("S9")
		delete(a.Values, o.owner)
	}), "People.EditAsset")
	want := o.asset
	got := w.readAsset(o.asset.ID)
	want.Name, want.Version = "By hand", got.Version
	want.Values = store.Values{o.serial: connector.Text("S9")}
	w.sameAsset(want, got, "Asset after a person's edit")
	w.sameAsset(got, w.assets(o.company.ID)[got.ID], "Assets after a person's edit")

	w.must(w.people.EditCompany(w.ctx, o.company.ID, func(c *store.Company) { c.Name, c.Details.City = "By hand", "Ulm" }), "People.EditCompany")
	company := o.company
	c := w.readCompany(o.company.ID)
	company.Name, company.Details.City, company.Version = "By hand", "Ulm", c.Version
	w.sameCompany(company, c, "Company after a person's edit")
	w.sameCompany(c, w.companies()[c.ID], "Companies after a person's edit")
}

func checkForeignRecords(w *world) {
	w.needPeople(w.people.EditAsset != nil && w.people.EditCompany != nil, "EditAsset or EditCompany")
	o := w.office()
	refs := []store.ExternalRef{{System: "syncro", Kind: "customer", ID: "7"}, {System: "other", Kind: "device", ID: "abc"}}
	w.must(w.people.EditCompany(w.ctx, o.company.ID, func(c *store.Company) { c.Foreign = slices.Clone(refs) }), "People.EditCompany")
	w.must(w.people.EditAsset(w.ctx, o.asset.ID, func(a *store.Asset) { a.Foreign = slices.Clone(refs) }), "People.EditAsset")
	c, a := w.readCompany(o.company.ID), w.readAsset(o.asset.ID)
	if len(c.Foreign) == 0 || len(a.Foreign) == 0 {
		w.skipf("the fixture doesn't keep Foreign: %v and %v where people set %v", c.Foreign, a.Foreign, refs)
	}
	for _, ref := range slices.Concat(c.Foreign, a.Foreign) {
		if ref.System == "" || ref.ID == "" {
			w.errorf("a foreign record is %+v", ref)
		}
	}
	w.sameCompany(c, w.companies()[c.ID], "Companies with foreign records")
	w.sameAsset(a, w.assets(c.ID)[a.ID], "Assets with foreign records")

	got, err := w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: c.ID, Name: "Renamed", Details: fullDetails()}, w.intent())
	w.must(err, "UpdateCompany")
	if !slices.Equal(got.Foreign, c.Foreign) {
		w.errorf("UpdateCompany changed Foreign from %v to %v", c.Foreign, got.Foreign)
	}
	w.unchangedCompany(got, "UpdateCompany")
	for _, p := range w.doable(o) {
		got := w.patch(p)
		if !slices.Equal(got.Foreign, a.Foreign) {
			w.errorf("UpdateAsset %+v changed Foreign from %v to %v", p, a.Foreign, got.Foreign)
		}
		w.unchanged(got, "UpdateAsset")
	}
}

func checkTouched(w *world) {
	o := w.office()
	for _, p := range w.doable(o) {
		if got := w.patch(p); got.Touched {
			w.errorf("an asset is touched after UpdateAsset %+v", p)
		}
	}
	if w.people.EditAsset == nil {
		return
	}
	untouched := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	w.must(w.people.EditAsset(w.ctx, o.asset.ID, func(a *store.Asset) { a.Touched = true }), "People.EditAsset")
	if got := w.readAsset(o.asset.ID); got.Touched != w.can.Touched {
		w.errorf("Touched is %t after people touched the asset, where Capabilities.Touched is %t", got.Touched, w.can.Touched)
	}
	w.unchanged(untouched, "people touched another asset")
	got := w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Renamed"})
	if got.Touched != w.can.Touched {
		w.errorf("Touched is %t after UpdateAsset of an asset that people touched", got.Touched)
	}
}

func checkDeletedAsset(w *world) {
	w.needPeople(w.people.DeleteAsset != nil, "DeleteAsset")
	o := w.office()
	second := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	w.must(w.people.DeleteAsset(w.ctx, o.asset.ID), "People.DeleteAsset")
	_, err := w.docs.Asset(w.ctx, o.asset.ID)
	w.wantErr(err, store.ErrNotFound, "Asset that was deleted")
	if listed := w.assets(o.company.ID); len(listed) != 1 {
		w.errorf("%d assets are listed after one of two was deleted, want 1", len(listed))
	}
	w.unchanged(second, "another asset was deleted")
	third := w.asset(o.company.ID, o.layout.ID, "PC-3", nil)
	if third.ID == o.asset.ID {
		w.errorf("the id %q of a deleted asset was given to another", third.ID)
	}
}
