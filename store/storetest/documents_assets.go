package storetest

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docAssetChecks() []check[DocumentsFixture] {
	const refused = "CreateAsset. ErrRefused: the name is blank, the company isn't there or is archived, the layout isn't there " +
		"or is inactive, a required field has no value, a value doesn't fit its field, a field is not the layout's."
	return []check[DocumentsFixture]{
		documentsCheck("a created asset comes back as it is stored",
			"A write returns the thing as it is stored afterwards (the post-image).", checkCreatedAsset),
		documentsCheck("an asset that is not there is not found",
			"Asset returns one asset, archived or not, or ErrNotFound. One that isn't there can't be updated: ErrNotFound.", checkMissingAsset),
		documentsCheck("an asset with a blank name is refused", refused, checkBlankAssetName),
		documentsCheck("an asset in no company is refused", refused, checkNoCompany),
		documentsCheck("an asset in an archived company is refused", refused, checkCompanyPutAway),
		documentsCheck("an asset of no layout is refused", refused, checkNoLayout),
		documentsCheck("an asset of an inactive layout is refused", refused, checkLayoutRetired),
		documentsCheck("an asset without a required value is refused", refused, checkRequiredValue),
		documentsCheck("an asset with a value that does not fit is refused", refused, checkUnfitValue),
		documentsCheck("an asset with a foreign field is refused", refused, checkForeignField),
	}
}

func checkCreatedAsset(w *world) {
	g := w.gallery()
	a := g.asset
	w.goodID("the asset", string(a.ID))
	w.goodTime("Created", a.Created)
	w.goodValues(g.layout, a)
	if a.Company != g.company.ID || a.Layout != g.layout.ID || collapse(a.Name) != "Exhibit" || a.Archived || a.Touched {
		w.errorf("CreateAsset of %q in %q with layout %q returned %+v", "Exhibit", g.company.ID, g.layout.ID, a)
	}
	w.wantKept(g.layout, g.first, a, "CreateAsset")
	w.sameAsset(a, w.readAsset(a.ID), "Asset after CreateAsset")
	w.sameAsset(a, w.assets(g.company.ID)[a.ID], "Assets after CreateAsset")

	w.untidyAsset(g)
	bare := w.asset(g.company.ID, g.layout.ID, "Bare", nil)
	w.sameAsset(bare, w.readAsset(bare.ID), "Asset after CreateAsset without values")
	w.goodValues(g.layout, bare)
	for _, f := range g.layout.Fields {
		if !kept(f.Type, connector.Value{}, bare.Values[f.ID]) {
			w.errorf("CreateAsset without values: field %q has %q", f.Name, bare.Values[f.ID])
		}
	}
}

// untidyAsset makes and changes an asset with texts that a platform may tidy:
// whatever it does, it says so.
func (w *world) untidyAsset(g gallery) {
	values := store.Values{}
	for _, f := range g.layout.Fields {
		values[f.ID] = g.first[f.ID]
		switch f.Type {
		case store.FieldText, store.FieldRichText, store.FieldConfidential:
			values[f.ID] = connector.Text(g.first[f.ID].String() + " \t\n")
		default: // white space would make another value of it
		}
	}
	a := w.asset(g.company.ID, g.layout.ID, "Untidy \t", values)
	w.wantKept(g.layout, g.first, a, "CreateAsset with white space")
	w.unchanged(a, "CreateAsset with white space")
	a = w.patch(store.AssetPatch{ID: a.ID, Name: "Still untidy \n ", Values: values})
	w.wantKept(g.layout, g.first, a, "UpdateAsset with white space")
	w.unchanged(a, "UpdateAsset with white space")
}

func checkMissingAsset(w *world) {
	o := w.office()
	missing := strangers(string(o.asset.ID))
	if w.people.DeleteAsset != nil {
		gone := w.asset(o.company.ID, o.layout.ID, "Gone", nil)
		w.must(w.people.DeleteAsset(w.ctx, gone.ID), "People.DeleteAsset")
		missing = append(missing, string(gone.ID))
	}
	for _, id := range missing {
		_, err := w.docs.Asset(w.ctx, store.AssetID(id))
		w.wantErr(err, store.ErrNotFound, "Asset %q", id)
		_, err = w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: store.AssetID(id), Name: "x"}, w.intent())
		w.wantErr(err, store.ErrNotFound, "UpdateAsset %q", id)
	}
	gone := store.AssetID(missing[len(missing)-1])
	for _, p := range w.doable(o) {
		p.ID = gone
		_, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		w.wantErr(err, store.ErrNotFound, "UpdateAsset %+v", p)
	}
	w.unchanged(o.asset, "UpdateAsset of others")
}

// refuses tries to make an asset that has to be refused.
func (w *world) refuses(a store.NewAsset, what string) {
	intent := w.intent()
	_, err := w.docs.CreateAsset(w.ctx, a, intent)
	w.wantErr(err, store.ErrRefused, "CreateAsset %s", what)
	if w.can.Intents {
		_, err = w.docs.FindCreated(w.ctx, intent.ID)
		w.wantErr(err, store.ErrNotFound, "FindCreated after a refused CreateAsset %s", what)
	}
}

// like returns an asset that the office's layout accepts.
func (o office) like(name string) store.NewAsset {
	return store.NewAsset{
		Company: o.company.ID, Layout: o.layout.ID, Name: name,
		Values: store.Values{o.serial: connector.Text("S2"), o.cores: connector.Integer(4)},
	}
}

// onlyAsset notes a failure unless the office has its one asset, as it was.
func (w *world) onlyAsset(o office, after string) {
	listed := w.assets(o.company.ID)
	if len(listed) != 1 {
		w.errorf("%d assets are listed after %s, want 1", len(listed), after)
	}
	w.sameAsset(o.asset, listed[o.asset.ID], "the asset that is listed after %s", after)
}

func checkBlankAssetName(w *world) {
	o := w.office()
	for _, name := range []string{"", " ", " \t\r\n"} {
		w.refuses(o.like(name), "with a blank name")
	}
	w.onlyAsset(o, "refused writes")
}

func checkNoCompany(w *world) {
	o := w.office()
	for _, id := range strangers(string(o.company.ID)) {
		a := o.like("PC-2")
		a.Company = store.CompanyID(id)
		w.refuses(a, "in a company that isn't there: "+id)
	}
	w.onlyAsset(o, "refused writes")
}

func checkCompanyPutAway(w *world) {
	o := w.office()
	w.archiveCompany(o.company.ID, true)
	w.refuses(o.like("PC-2"), "in an archived company")
	w.onlyAsset(o, "a refused write")
	w.archiveCompany(o.company.ID, false)
	w.asset(o.company.ID, o.layout.ID, "PC-3", nil)
}

func checkNoLayout(w *world) {
	o := w.office()
	for _, id := range strangers(string(o.layout.ID)) {
		a := o.like("PC-2")
		a.Layout = store.LayoutID(id)
		w.refuses(a, "of a layout that isn't there: "+id)
		a.Values = nil
		w.refuses(a, "of a layout that isn't there, without values: "+id)
	}
	w.onlyAsset(o, "refused writes")
}

func checkLayoutRetired(w *world) {
	o := w.office()
	w.retireLayout(o.layout.ID)
	w.refuses(o.like("PC-2"), "of an inactive layout")
	w.onlyAsset(o, "a refused write")
}

func checkRequiredValue(w *world) {
	o := w.office()
	l := w.layout("Keys", store.Field{Name: "Owner", Type: store.FieldText, Required: true}, store.Field{Name: "Tag", Type: store.FieldText})
	if !l.Fields[0].Required {
		w.skipf("the platform has no required fields")
	}
	owner, tag := w.field(l, "Owner"), w.field(l, "Tag")
	for what, values := range map[string]store.Values{
		"without values":                   nil,
		"without the required one":         {tag: connector.Text("x")},
		"with an absent required value":    {owner: {}},
		"with white space in its stead":    {owner: connector.Text(" \t")},
		"with an absent one beside others": {owner: {}, tag: connector.Text("x")},
	} {
		w.refuses(store.NewAsset{Company: o.company.ID, Layout: l.ID, Name: "Key", Values: values}, what)
	}
	w.onlyAsset(o, "refused writes")

	a := w.asset(o.company.ID, l.ID, "Key", store.Values{owner: connector.Text("Ann"), tag: connector.Text("T1")})
	for _, blank := range []connector.Value{{}, connector.Text("  ")} {
		p := store.AssetPatch{ID: a.ID, Name: "x", Values: store.Values{tag: connector.Text("T2"), owner: blank}}
		_, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset that blanks a required field with %q", blank)
		w.unchanged(a, "a refused UpdateAsset")
	}
}

// unfit are values that fit no field of a type.
func unfit(t store.FieldType) []connector.Value {
	text, number, yes := connector.Text("x"), connector.Integer(7), connector.Bool(true)
	at, many := connector.Instant(day(2026, 5, 6)), connector.Texts("a", "b")
	switch t {
	case store.FieldNumber:
		return []connector.Value{text, connector.Text("7"), yes, at, many}
	case store.FieldDate:
		return []connector.Value{text, connector.Text("2026-05-06"), number, yes, many}
	case store.FieldCheckbox:
		return []connector.Value{text, connector.Text("true"), connector.Integer(1), at, many}
	case store.FieldAddress:
		return []connector.Value{number, yes, at, many, connector.Text("1\n2\n3\n4\n5\n6\n7")}
	case store.FieldAssetLink:
		return []connector.Value{text, number, yes, at, connector.List(connector.Integer(1)), connector.List(many)}
	case store.FieldList:
		return []connector.Value{connector.Text("purple"), number, yes, at, many, connector.Texts("red")}
	default: // text of some kind
		return []connector.Value{number, yes, at, many}
	}
}

func checkUnfitValue(w *world) {
	g := w.gallery()
	before := len(w.assets(g.company.ID))
	for _, f := range g.layout.Fields {
		for _, value := range unfit(f.Type) {
			values := store.Values{f.ID: value}
			w.refuses(store.NewAsset{Company: g.company.ID, Layout: g.layout.ID, Name: "x", Values: values},
				"with "+value.Kind().String()+" in a field of type "+string(f.Type))
			_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: g.asset.ID, Name: "x", Values: values}, w.intent())
			w.wantErr(err, store.ErrRefused, "UpdateAsset with %s %q in a field of type %q", value.Kind(), value, f.Type)
		}
	}
	w.unchanged(g.asset, "refused writes")
	if n := len(w.assets(g.company.ID)); n != before {
		w.errorf("%d assets are listed after refused writes, want %d", n, before)
	}
}

func checkForeignField(w *world) {
	o := w.office()
	other := w.layout("Other", store.Field{Name: "Serial", Type: store.FieldText})
	for _, id := range append(strangers(string(o.serial)), string(other.Fields[0].ID)) {
		if field := store.FieldID(id); field != o.serial && field != o.owner && field != o.cores {
			a := o.like("PC-2")
			a.Values[field] = connector.Text("x")
			w.refuses(a, "with a field that isn't its layout's: "+id)
			_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Name: "x", Values: store.Values{
				o.serial: connector.Text("x"), field: connector.Text("x"),
			}}, w.intent())
			w.wantErr(err, store.ErrRefused, "UpdateAsset with a field that isn't its layout's: %q", id)
		}
	}
	w.onlyAsset(o, "refused writes")
}
