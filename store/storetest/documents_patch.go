package storetest

import (
	"maps"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docPatchChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("fields that a patch does not name keep their values",
			"Fields that aren't named keep theirs. Name: empty leaves it.", checkUnnamedFields),
		documentsCheck("an absent value blanks its field",
			"Values are the values to be set; an absent value blanks the field.", checkAbsentBlanks),
		documentsCheck("a patch sets name and values together",
			"It changes either the name and values, or one of Company, Layout and Archived.", checkNameAndValues),
		documentsCheck("a refused patch changes nothing",
			"A patch is carried out whole or not at all: ErrRefused if any part of it doesn't fit.", checkRefusedPatch),
		documentsCheck("a patch of two things is refused",
			"It changes either the name and values, or one of Company, Layout and Archived, and never two of these.", checkTwoInOne),
		documentsCheck("what the platform can not do is refused",
			"A write that needs what isn't there is ErrRefused.", checkIncapable),
	}
}

// set returns a with some values set, as far as a patch may change it: its name
// and version are those of got.
func (w *world) set(a, got store.Asset, fields ...store.FieldID) store.Asset {
	a.Version = got.Version
	values := store.Values{}
	maps.Copy(values, a.Values)
	for _, id := range fields {
		values[id] = got.Values[id]
	}
	a.Values = values
	return a
}

func checkUnnamedFields(w *world) {
	g := w.gallery()
	want := g.asset
	got := w.patch(store.AssetPatch{ID: want.ID, Name: "Renamed"})
	if collapse(got.Name) != "Renamed" {
		w.errorf("UpdateAsset with the name %q returned %q", "Renamed", got.Name)
	}
	want = w.set(want, got)
	want.Name = got.Name
	w.sameAsset(want, got, "UpdateAsset of the name")
	w.unchanged(got, "UpdateAsset of the name")
	for _, f := range g.layout.Fields {
		got := w.patch(store.AssetPatch{ID: want.ID, Values: store.Values{f.ID: g.second[f.ID]}})
		want = w.set(want, got, f.ID)
		w.sameAsset(want, got, "UpdateAsset of field %q", f.Name)
		w.unchanged(got, "UpdateAsset of field %q", f.Name)
	}
	for _, other := range g.others {
		w.unchanged(other, "UpdateAsset of another asset")
	}
}

func checkAbsentBlanks(w *world) {
	g := w.gallery()
	want := g.asset
	for _, f := range g.layout.Fields {
		for range 2 { // what is blank can be blanked
			got := w.patch(store.AssetPatch{ID: want.ID, Values: store.Values{f.ID: {}}})
			if value := got.Values[f.ID]; !kept(f.Type, connector.Value{}, value) {
				w.errorf("a field of type %q that was blanked has %q", f.Type, value)
			}
			want = w.set(want, got, f.ID)
			w.sameAsset(want, got, "UpdateAsset that blanks field %q", f.Name)
			w.unchanged(got, "UpdateAsset that blanks field %q", f.Name)
			w.goodValues(g.layout, got)
		}
	}
	got := w.patch(store.AssetPatch{ID: want.ID, Values: g.second})
	w.wantKept(g.layout, g.second, got, "UpdateAsset of fields that were blanked")
}

func checkNameAndValues(w *world) {
	o := w.office()
	values := store.Values{o.serial: {}, o.cores: connector.Integer(8)}
	got := w.patch(store.AssetPatch{ID: o.asset.ID, Name: "PC-1b", Values: values})
	w.wantKept(o.layout, values, got, "UpdateAsset of name and values")
	want := w.set(o.asset, got, o.serial, o.cores)
	if want.Name = got.Name; collapse(got.Name) != "PC-1b" {
		w.errorf("UpdateAsset with the name %q returned %q", "PC-1b", got.Name)
	}
	w.sameAsset(want, got, "UpdateAsset of name and values")
	w.unchanged(got, "UpdateAsset of name and values")
}

func checkRefusedPatch(w *world) {
	o := w.office()
	for what, p := range map[string]store.AssetPatch{
		"a blank name":                      {Name: " \t"},
		"a blank name beside a good value":  {Name: " \n", Values: store.Values{o.serial: connector.Text("new")}},
		"an unfit value":                    {Values: store.Values{o.cores: connector.Text("four")}},
		"an unfit value beside a good name": {Name: "new", Values: store.Values{o.cores: connector.Text("four")}},
		"an unfit value beside good ones": {Name: "new", Values: store.Values{
			o.serial: connector.Text("new"), o.owner: {}, o.cores: connector.Bool(true),
		}},
		"a foreign field beside good ones": {Name: "new", Values: store.Values{
			o.serial: connector.Text("new"), "no-such-field": connector.Text("x"), o.owner: {},
		}},
	} {
		p.ID = o.asset.ID
		_, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset with %s", what)
		w.unchanged(o.asset, "a refused UpdateAsset with %s", what)
	}
}

// deed is a patch that changes one thing.
type deed struct {
	patch store.AssetPatch
	// can says that the platform can do it, by its capabilities.
	can bool
}

// deeds are patches of the office's asset, each of one thing: the name, the
// values, the company, the layout, archived.
func (w *world) deeds(o office) []deed {
	other := w.company("Other")
	second := w.layout("Second", o.layout.Fields...)
	archived := true
	return []deed{
		{store.AssetPatch{ID: o.asset.ID, Name: "x"}, true},
		{store.AssetPatch{ID: o.asset.ID, Values: store.Values{o.serial: connector.Text("x")}}, true},
		{store.AssetPatch{ID: o.asset.ID, Company: other.ID}, w.can.MoveCompany},
		{store.AssetPatch{ID: o.asset.ID, Layout: second.ID}, w.can.MoveLayout},
		{store.AssetPatch{ID: o.asset.ID, Archived: &archived}, w.can.Archive},
	}
}

// doable are the deeds that the platform can do.
func (w *world) doable(o office) []store.AssetPatch {
	var patches []store.AssetPatch
	for _, d := range w.deeds(o) {
		if d.can {
			patches = append(patches, d.patch)
		}
	}
	return patches
}

func checkTwoInOne(w *world) {
	o := w.office()
	no := false
	one := append(w.deeds(o), deed{patch: store.AssetPatch{Archived: &no}}) // which alone would change nothing
	for i, a := range one {
		for j, b := range one[i+1:] {
			nameAndValues := i == 0 && j == 0
			bothArchived := a.patch.Archived != nil && b.patch.Archived != nil
			if nameAndValues || bothArchived {
				continue
			}
			both := merged(a.patch, b.patch)
			_, err := w.docs.UpdateAsset(w.ctx, both, w.intent())
			w.wantErr(err, store.ErrRefused, "UpdateAsset %+v", both)
			w.unchanged(o.asset, "UpdateAsset of two things")
		}
	}
}

func merged(a, b store.AssetPatch) store.AssetPatch {
	if b.Values != nil {
		a.Values = b.Values
	}
	if b.Company != "" {
		a.Company = b.Company
	}
	if b.Layout != "" {
		a.Layout = b.Layout
	}
	if b.Archived != nil {
		a.Archived = b.Archived
	}
	return a
}

func checkIncapable(w *world) {
	if w.can.MoveCompany && w.can.MoveLayout && w.can.Archive && w.can.Links {
		w.skipf("the platform can do all that a write may ask for")
	}
	o := w.office()
	for _, d := range w.deeds(o) {
		if !d.can {
			_, err := w.docs.UpdateAsset(w.ctx, d.patch, w.intent())
			w.wantErr(err, store.ErrRefused, "UpdateAsset %+v", d.patch)
			w.unchanged(o.asset, "a refused UpdateAsset")
		}
	}
	if !w.can.Links {
		other := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
		_, err := w.docs.CreateLink(w.ctx, store.NewLink{From: o.asset.ID, To: other.ID}, w.intent())
		w.wantErr(err, store.ErrRefused, "CreateLink")
		w.wantErr(w.docs.DeleteLink(w.ctx, "no-such-link", w.intent()), store.ErrRefused, "DeleteLink")
		_, err = tryList(w.probe, "Links", w.docs.Links(w.ctx), func(l store.Link) store.LinkID { return l.ID })
		w.wantErr(err, store.ErrRefused, "Links")
	}
}
