package storetest

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docCopyChecks() []check[DocumentsFixture] {
	const rule = "What is handed in may be changed by the caller afterwards, and what is returned belongs to it."
	return []check[DocumentsFixture]{
		documentsCheck("what is handed in may be changed afterwards", rule, checkHandedIn),
		documentsCheck("what is returned may be changed", rule, checkHandedOut),
	}
}

func checkHandedIn(w *world) {
	o := w.office()
	options := []string{"red", "green"}
	fields := []store.Field{{Name: "Colour", Type: store.FieldList, Options: options}, {Name: "Serial", Type: store.FieldText}}
	l, err := w.docs.CreateLayout(w.ctx, store.NewLayout{Name: "Paint", Fields: fields}, w.intent())
	if err == nil {
		want := w.layouts()[l.ID]
		options[0], options[1] = "spoilt", "spoilt"
		fields[0], fields[1] = store.Field{Name: "spoilt"}, store.Field{Name: "spoilt"}
		w.sameLayout(want, w.layouts()[l.ID], "a layout after the fields handed in were changed")
	}
	values := store.Values{o.serial: connector.Text("S2"), o.owner: connector.Text("Bob")}
	made, err := w.docs.CreateAsset(w.ctx, store.NewAsset{Company: o.company.ID, Layout: o.layout.ID, Name: "PC-2", Values: values}, w.intent())
	w.must(err, "CreateAsset")
	want := made.Clone()
	values[o.serial], values[o.cores] = connector.Text("spoilt"), connector.Integer(1)
	delete(values, o.owner)
	w.unchanged(want, "the values handed to CreateAsset were changed")

	values = store.Values{o.serial: connector.Text("S3"), o.owner: {}}
	want = w.patch(store.AssetPatch{ID: made.ID, Values: values}).Clone()
	if len(values) != 2 || !values[o.owner].IsAbsent() {
		w.errorf("UpdateAsset changed the values handed in to %v", values)
	}
	values[o.serial], values[o.cores] = connector.Text("spoilt"), connector.Integer(1)
	w.unchanged(want, "the values handed to UpdateAsset were changed")
}

func checkHandedOut(w *world) {
	o := w.office()
	if w.people.EditAsset != nil && w.people.EditCompany != nil {
		refs := []store.ExternalRef{{System: "syncro", Kind: "device", ID: "7"}}
		w.must(w.people.EditAsset(w.ctx, o.asset.ID, func(a *store.Asset) { a.Foreign = refs }), "People.EditAsset")
		w.must(w.people.EditCompany(w.ctx, o.company.ID, func(c *store.Company) { c.Foreign = refs }), "People.EditCompany")
	}
	asset, company, layout := w.readAsset(o.asset.ID).Clone(), w.readCompany(o.company.ID).Clone(), w.layouts()[o.layout.ID].Clone()
	made := w.asset(o.company.ID, o.layout.ID, "PC-2", store.Values{o.serial: connector.Text("S2")})
	want := made.Clone()
	spoilAsset(made)
	w.unchanged(want, "what CreateAsset returned was changed")
	patched := w.patch(store.AssetPatch{ID: want.ID, Values: store.Values{o.owner: connector.Text("Bob")}})
	want = patched.Clone()
	spoilAsset(patched)
	w.unchanged(want, "what UpdateAsset returned was changed")

	for range 2 { // the second time finds what the first one spoilt
		read := w.readAsset(asset.ID)
		w.sameAsset(asset, read, "Asset after what was returned was changed")
		spoilAsset(read)
		listed := w.assets(company.ID)[asset.ID]
		w.sameAsset(asset, listed, "Assets after what was returned was changed")
		spoilAsset(listed)
		for _, c := range []store.Company{w.readCompany(company.ID), w.companies()[company.ID]} {
			w.sameCompany(company, c, "a company after what was returned was changed")
			for i := range c.Foreign {
				c.Foreign[i].ID = "spoilt"
			}
		}
		l := w.layouts()[layout.ID]
		w.sameLayout(layout, l, "Layouts after what was returned was changed")
		for i := range l.Fields {
			l.Fields[i] = store.Field{ID: "spoilt", Name: "spoilt"}
		}
	}
}

// spoilAsset changes all that an asset could share with the platform.
func spoilAsset(a store.Asset) {
	for id := range a.Values {
		a.Values[id] = connector.Text("spoilt")
	}
	if a.Values != nil {
		a.Values["spoilt"] = connector.Text("spoilt")
	}
	for i := range a.Foreign {
		a.Foreign[i].ID = "spoilt"
	}
}
