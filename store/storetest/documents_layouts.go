package storetest

import (
	"errors"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docLayoutChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("a created layout comes back as it is stored",
			"CreateLayout makes a layout and returns it as it is stored. The platform chooses the ids; those of its fields are ignored.",
			checkCreatedLayout),
		documentsCheck("a layout that cannot be kept is refused",
			"ErrRefused: a name is blank, its own or a field's, or a type isn't the platform's.", checkRefusedLayout),
		documentsCheck("an inactive layout is listed",
			"Layouts yields all layouts, inactive ones included, each once.", checkInactiveLayout),
		documentsCheck("a renamed field keeps its id and its values",
			"Field.ID is the platform's id. It stays when the field is renamed.", checkRenamedField),
		documentsCheck("a field that is added takes values",
			"Field.ID is the platform's id. Values are the values of its fields.", checkAddedField),
	}
}

func checkCreatedLayout(w *world) {
	sent := store.NewLayout{Name: "Computers"}
	for _, t := range store.FieldTypes() {
		f := fieldOf(t)
		_, err := w.docs.CreateLayout(w.ctx, store.NewLayout{Name: "Only " + string(t), Fields: []store.Field{f}}, w.intent())
		if errors.Is(err, store.ErrRefused) {
			continue
		}
		w.must(err, "CreateLayout with a field of type %q", t)
		f.ID = "mine"
		sent.Fields = append(sent.Fields, f)
	}
	if len(sent.Fields) == 0 {
		w.skipf("the platform refuses layouts that a program makes")
	}
	l, err := w.docs.CreateLayout(w.ctx, sent, w.intent())
	w.must(err, "CreateLayout")
	w.goodID("the layout", string(l.ID))
	if collapse(l.Name) != sent.Name || l.Inactive {
		w.errorf("CreateLayout of %q returned %+v", sent.Name, l)
	}
	w.keptFields(sent.Fields, l.Fields)
	w.sameLayout(l, w.layouts()[l.ID], "Layouts after CreateLayout")
}

// keptFields notes a failure unless the fields are those sent, under ids of the
// platform's. Required and Means may be lost: not every platform has them.
func (w *world) keptFields(sent, stored []store.Field) {
	if len(sent) != len(stored) {
		w.fatalf("CreateLayout with %d fields returned %d: %+v", len(sent), len(stored), stored)
	}
	ids := map[store.FieldID]bool{}
	for i, f := range stored {
		w.goodID("field "+f.Name, string(f.ID))
		if ids[f.ID] {
			w.errorf("two fields of one layout have the id %q", f.ID)
		}
		ids[f.ID] = true
		if collapse(f.Name) != sent[i].Name || f.Type != sent[i].Type {
			w.errorf("field %d of the layout is %q of type %q, where %q of type %q was sent", i+1, f.Name, f.Type, sent[i].Name, sent[i].Type)
		}
		if f.Type == store.FieldList && !slices.EqualFunc(f.Options, sent[i].Options, func(a, b string) bool { return collapse(a) == b }) {
			w.errorf("the options of a list are %q, where %q was sent", f.Options, sent[i].Options)
		}
	}
}

func checkRefusedLayout(w *world) {
	before := len(w.layouts())
	for what, l := range map[string]store.NewLayout{
		"without a name":           {},
		"with a blank name":        {Name: " \t"},
		"with a field of no name":  {Name: "x", Fields: []store.Field{{Type: store.FieldText}}},
		"with a blank field name":  {Name: "x", Fields: []store.Field{{Name: " ", Type: store.FieldText}}},
		"with a field of no type":  {Name: "x", Fields: []store.Field{{Name: "f"}}},
		"with an unknown type":     {Name: "x", Fields: []store.Field{{Name: "f", Type: "hologram"}}},
		"with a misspelt type":     {Name: "x", Fields: []store.Field{{Name: "f", Type: "Text"}}},
		"with one bad field of 2":  {Name: "x", Fields: []store.Field{fieldOf(store.FieldText), {Name: "f", Type: "hologram"}}},
		"with a name of NUL alone": {Name: "\x00"},
	} {
		_, err := w.docs.CreateLayout(w.ctx, l, w.intent())
		w.wantErr(err, store.ErrRefused, "CreateLayout %s", what)
	}
	if n := len(w.layouts()); n != before {
		w.errorf("%d layouts are listed after refused writes, want %d", n, before)
	}
}

func checkInactiveLayout(w *world) {
	l, active := w.layout("Old", fieldOf(store.FieldText)), w.layout("New", fieldOf(store.FieldText))
	w.retireLayout(l.ID)
	listed := w.layouts()
	l.Inactive = true
	w.sameLayout(l, listed[l.ID], "Layouts with an inactive one")
	w.sameLayout(active, listed[active.ID], "Layouts with an inactive one")
}

func checkRenamedField(w *world) {
	w.needPeople(w.people.EditLayout != nil, "EditLayout")
	g := w.gallery()
	w.must(w.people.EditLayout(w.ctx, g.layout.ID, func(l *store.Layout) {
		for i := range l.Fields {
			l.Fields[i].Name = "Renamed " + strings.ToUpper(l.Fields[i].Name)
		}
	}), "People.EditLayout")
	renamed := w.layouts()[g.layout.ID]
	for i, f := range g.layout.Fields {
		if i >= len(renamed.Fields) || renamed.Fields[i].ID != f.ID || renamed.Fields[i].Name == f.Name {
			w.fatalf("fields %+v are %+v after each was renamed", g.layout.Fields, renamed.Fields)
		}
	}
	for id, value := range w.readAsset(g.asset.ID).Values {
		if !value.Equal(g.asset.Values[id]) {
			w.errorf("the value of field %q was %q and is %q after it was renamed", id, g.asset.Values[id], value)
		}
	}
	w.wantKept(renamed, g.first, w.readAsset(g.asset.ID), "an asset whose fields were renamed")
	got := w.patch(store.AssetPatch{ID: g.asset.ID, Values: g.second})
	w.wantKept(renamed, g.second, got, "UpdateAsset by the ids of fields that were renamed")
}

func checkAddedField(w *world) {
	w.needPeople(w.people.EditLayout != nil, "EditLayout")
	o := w.office()
	w.must(w.people.EditLayout(w.ctx, o.layout.ID, func(l *store.Layout) {
		l.Fields = append([]store.Field{{Name: "Rack", Type: store.FieldText}}, l.Fields...)
	}), "People.EditLayout")
	l := w.layouts()[o.layout.ID]
	rack := w.field(l, "Rack")
	want := w.readAsset(o.asset.ID)
	got := w.patch(store.AssetPatch{ID: o.asset.ID, Values: store.Values{rack: connector.Text("R7")}})
	want = w.set(want, got, rack)
	w.sameAsset(want, got, "UpdateAsset of a field that was added")
	w.wantKept(l, store.Values{rack: connector.Text("R7")}, got, "UpdateAsset of a field that was added")
}
