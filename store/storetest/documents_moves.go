package storetest

import (
	"errors"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docMoveChecks() []check[DocumentsFixture] {
	const layoutRule = "ErrRefused: what CreateAsset refuses, and a move to another layout that would lose a value."
	return []check[DocumentsFixture]{
		documentsCheck("a move to another company keeps the rest",
			"Company moves it to another company.", checkMoveCompany),
		documentsCheck("a move to no company or an archived one is refused",
			"ErrRefused if any part of it doesn't fit, with what CreateAsset refuses.", checkMoveCompanyRefused),
		documentsCheck("a move to another layout keeps every value",
			"Layout moves it to another layout.", checkMoveLayout),
		documentsCheck("a move to another layout that would lose a value is refused", layoutRule, checkMoveLayoutLosing),
		documentsCheck("a move to no layout or an inactive one is refused", layoutRule, checkMoveLayoutRefused),
		documentsCheck("a move to a layout whose required field has no value is refused", layoutRule, checkMoveLayoutRequired),
	}
}

func checkMoveCompany(w *world) {
	w.need(w.can.MoveCompany, "MoveCompany")
	g := w.gallery()
	other := w.company("Other")
	want := g.asset
	for _, to := range []store.CompanyID{other.ID, g.company.ID, other.ID} {
		from := want.Company
		got := w.patch(store.AssetPatch{ID: want.ID, Company: to})
		want.Company, want.Version = to, got.Version
		w.sameAsset(want, got, "UpdateAsset of the company")
		w.unchanged(got, "UpdateAsset of the company")
		if _, there := w.assets(from)[want.ID]; there {
			w.errorf("an asset that was moved is still listed in the company that it left")
		}
		w.sameAsset(got, w.assets(to)[want.ID], "Assets of the company that it was moved to")
	}
	for _, other := range g.others {
		w.unchanged(other, "UpdateAsset of another asset")
	}
}

func checkMoveCompanyRefused(w *world) {
	w.need(w.can.MoveCompany, "MoveCompany")
	o := w.office()
	for _, id := range strangers(string(o.company.ID)) {
		if id == "" {
			continue // leaves the company
		}
		_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Company: store.CompanyID(id)}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset to the company %q, which isn't there", id)
	}
	w.onlyAsset(o, "refused moves")
	if w.people.EditCompany == nil {
		return
	}
	other := w.company("Other")
	w.archiveCompany(other.ID, true)
	_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Company: other.ID}, w.intent())
	w.wantErr(err, store.ErrRefused, "UpdateAsset to an archived company")
	w.onlyAsset(o, "a refused move")
	w.archiveCompany(other.ID, false)
	w.patch(store.AssetPatch{ID: o.asset.ID, Company: other.ID})
}

func checkMoveLayout(w *world) {
	w.need(w.can.MoveLayout, "MoveLayout")
	g := w.gallery()
	// The target has the same fields in another order, and one more.
	fields := []store.Field{{Name: "More", Type: store.FieldText}}
	for i := range g.layout.Fields {
		fields = append(fields, g.layout.Fields[len(g.layout.Fields)-1-i])
	}
	target := w.layout("Target", fields...)
	got := w.patch(store.AssetPatch{ID: g.asset.ID, Layout: target.ID})
	want := g.asset
	want.Layout, want.Version, want.Values = target.ID, got.Version, store.Values{}
	for _, f := range g.layout.Fields {
		want.Values[w.field(target, f.Name)] = g.asset.Values[f.ID]
	}
	w.sameAsset(want, got, "UpdateAsset of the layout")
	w.goodValues(target, got)
	w.unchanged(got, "UpdateAsset of the layout")
	w.sameAsset(got, w.assets(g.company.ID)[got.ID], "Assets after UpdateAsset of the layout")
	w.sameLayout(target, w.layouts()[target.ID], "the layout that an asset was moved to")

	w.moveWithoutCounterpart(g.company.ID)
}

// moveWithoutCounterpart moves an asset to a layout that lacks a field which is
// blank. A platform may refuse that for reasons of its own.
func (w *world) moveWithoutCounterpart(company store.CompanyID) {
	serial := store.Field{Name: "Serial", Type: store.FieldText}
	two := w.layout("Two", serial, store.Field{Name: "Blank", Type: store.FieldText})
	one := w.layout("One", serial)
	a := w.asset(company, two.ID, "PC", store.Values{w.field(two, "Serial"): connector.Text("S1")})
	moved, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: a.ID, Layout: one.ID}, w.intent())
	if errors.Is(err, store.ErrRefused) {
		w.unchanged(a, "a refused move")
		return
	}
	w.must(err, "UpdateAsset to a layout without a field that is blank")
	w.wantKept(one, store.Values{one.Fields[0].ID: connector.Text("S1")}, moved, "UpdateAsset to a layout without a field that was blank")
}

func checkMoveLayoutLosing(w *world) {
	w.need(w.can.MoveLayout, "MoveLayout")
	o := w.office()
	owner := store.Field{Name: "Owner", Type: store.FieldText}
	for what, fields := range map[string][]store.Field{
		"lacks a field":               {owner},
		"has it under another name":   {owner, {Name: "Serial number", Type: store.FieldText}},
		"has it with another type":    {owner, {Name: "Serial", Type: store.FieldNumber}},
		"has it with a type of lists": {owner, {Name: "Serial", Type: store.FieldList, Options: []string{"red"}}},
	} {
		target, err := w.tryLayout(store.NewLayout{Name: what, Fields: fields})
		if errors.Is(err, store.ErrRefused) {
			continue
		}
		w.must(err, "CreateLayout that %s", what)
		got, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Layout: target.ID}, w.intent())
		if err != nil {
			w.wantErr(err, store.ErrRefused, "UpdateAsset to a layout that %s", what)
			w.onlyAsset(o, "a refused move")
			continue
		}
		// A platform may save the value in a way of its own.
		if !holds(got, o.asset.Values[o.serial]) || !holds(got, o.asset.Values[o.owner]) {
			w.errorf("UpdateAsset to a layout that %s lost a value: %v became %v", what, o.asset.Values, got.Values)
		}
		o = w.office()
	}
}

// holds reports whether an asset has a value in any field.
func holds(a store.Asset, text connector.Value) bool {
	for _, v := range a.Values {
		if collapse(v.String()) == collapse(text.String()) {
			return true
		}
	}
	return false
}

func checkMoveLayoutRefused(w *world) {
	w.need(w.can.MoveLayout, "MoveLayout")
	o := w.office()
	for _, id := range strangers(string(o.layout.ID)) {
		if id == "" {
			continue // leaves the layout
		}
		_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Layout: store.LayoutID(id)}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset to the layout %q, which isn't there", id)
	}
	w.onlyAsset(o, "refused moves")
	if w.people.EditLayout != nil {
		inactive := w.layout("Inactive", o.layout.Fields...)
		w.retireLayout(inactive.ID)
		_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Layout: inactive.ID}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset to an inactive layout")
		w.onlyAsset(o, "a refused move")
	}
}

func checkMoveLayoutRequired(w *world) {
	w.need(w.can.MoveLayout, "MoveLayout")
	o := w.office()
	more := append(slices.Clone(o.layout.Fields), store.Field{Name: "Room", Type: store.FieldText, Required: true})
	blank := slices.Clone(o.layout.Fields)
	blank[slices.IndexFunc(blank, func(f store.Field) bool { return f.ID == o.cores })].Required = true // which the asset has no value for
	for what, fields := range map[string][]store.Field{"isn't among the asset's": more, "is blank": blank} {
		target := w.layout("Strict", fields...)
		if !slices.ContainsFunc(target.Fields, func(f store.Field) bool { return f.Required }) {
			w.skipf("the platform has no required fields")
		}
		_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Layout: target.ID}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset to a layout with a required field that %s", what)
		w.onlyAsset(o, "a refused move")
	}
}
