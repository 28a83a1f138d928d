package storetest

import (
	"errors"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docValueChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("every type of field keeps its values",
			"Beside each type is the form of its values, which is the form that dovetail sends and that a platform returns.", checkEveryType),
		documentsCheck("a number keeps every digit or is refused",
			"Tidying loses nothing: what can't be kept whole is refused.", checkNumbers),
		documentsCheck("a date is the midnight of its day in UTC",
			"FieldDate is a day: the instant of its midnight in UTC.", checkDates),
		documentsCheck("a list takes its options alone",
			"FieldList is one of Field.Options: text.", checkOptions),
		documentsCheck("an address keeps each part in its place",
			"FieldAddress is a postal address: a line for each part.", checkAddresses),
		documentsCheck("links to assets are ids of assets",
			"FieldAssetLink names other assets: a list of the ids of assets.", checkAssetLinks),
		documentsCheck("a blank value is absent",
			"A blank is always an absent value. A blank field is left out.", checkBlankValues),
	}
}

func checkEveryType(w *world) {
	g := w.gallery()
	w.wantKept(g.layout, g.first, g.asset, "CreateAsset")
	for _, f := range g.layout.Fields {
		for _, values := range []store.Values{g.second, g.first} {
			got := w.patch(store.AssetPatch{ID: g.asset.ID, Values: store.Values{f.ID: values[f.ID]}})
			w.wantKept(g.layout, store.Values{f.ID: values[f.ID]}, got, "UpdateAsset")
			w.goodValues(g.layout, got)
			w.sameAsset(got, w.readAsset(got.ID), "Asset after UpdateAsset of field %q", f.Name)
			w.sameAsset(got, w.assets(g.company.ID)[got.ID], "Assets after UpdateAsset of field %q", f.Name)
		}
	}
}

// single is an asset whose layout has one field.
type single struct {
	company store.Company
	field   store.Field
	asset   store.Asset
	layout  store.Layout
}

func (w *world) single(t store.FieldType) single {
	s := single{company: w.company("Acme"), layout: w.layout("Single", fieldOf(t))}
	s.field = s.layout.Fields[0]
	s.asset = w.asset(s.company.ID, s.layout.ID, "x", nil)
	return s
}

// keepsOrRefuses sets a value, by a create and by a patch: each is refused, or
// returns what was wanted. It returns how many weren't refused.
func (w *world) keepsOrRefuses(s single, sent, want connector.Value) int {
	taken := 0
	values := store.Values{s.field.ID: sent}
	made, err := w.docs.CreateAsset(w.ctx, store.NewAsset{Company: s.company.ID, Layout: s.layout.ID, Name: "y", Values: values}, w.intent())
	if err == nil {
		taken++
		w.keeps(s, made, sent, want)
	} else {
		w.wantErr(err, store.ErrRefused, "CreateAsset with %q", sent)
	}
	before := w.readAsset(s.asset.ID)
	patched, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: s.asset.ID, Values: values}, w.intent())
	if err == nil {
		taken++
		w.keeps(s, patched, sent, want)
	} else {
		w.wantErr(err, store.ErrRefused, "UpdateAsset with %q", sent)
		w.unchanged(before, "a refused UpdateAsset with %q", sent)
	}
	return taken
}

func (w *world) keeps(s single, a store.Asset, sent, want connector.Value) {
	if got := a.Values[s.field.ID]; !kept(s.field.Type, want, got) {
		w.errorf("a field of type %q has %s %q, where %s %q was sent", s.field.Type, got.Kind(), got, sent.Kind(), sent)
	}
	w.goodValues(s.layout, a)
	w.sameAsset(a, w.readAsset(a.ID), "Asset after a write of %q", sent)
}

func checkNumbers(w *world) {
	s := w.single(store.FieldNumber)
	for _, n := range []int64{0, 1, -1, 8, 65535, 1_000_000} {
		if w.keepsOrRefuses(s, connector.Integer(n), connector.Integer(n)) != 2 {
			w.errorf("the number %d is refused", n)
		}
	}
	for _, text := range []string{
		"2.5", "-0.125", "0.1", "3.14159", "2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808",
		"9223372036854775808", "123456789012345678901234567890", "12345678901234567.123456789", "0.000000001",
	} {
		n, err := connector.Decimal(text)
		w.must(err, "Decimal %q", text)
		w.keepsOrRefuses(s, n, n)
	}
}

func checkDates(w *world) {
	s := w.single(store.FieldDate)
	for _, at := range []time.Time{
		day(2026, 1, 2), day(2026, 12, 11), day(2024, 2, 29), day(1999, 12, 31), day(1970, 1, 1), day(2038, 1, 20), day(2026, 3, 29),
	} {
		if w.keepsOrRefuses(s, connector.Instant(at), connector.Instant(at)) != 2 {
			w.errorf("the date %s is refused", at.Format(time.DateOnly))
		}
	}
	for _, at := range []time.Time{day(1900, 1, 1), day(1582, 10, 4), day(9999, 12, 31)} {
		w.keepsOrRefuses(s, connector.Instant(at), connector.Instant(at))
	}
	for _, late := range []time.Duration{time.Second, 12 * time.Hour, 23*time.Hour + 59*time.Minute} {
		w.keepsOrRefuses(s, connector.Instant(day(2026, 5, 6).Add(late)), connector.Instant(day(2026, 5, 6)))
	}
}

func checkOptions(w *world) {
	s := w.single(store.FieldList)
	for _, option := range s.field.Options {
		if w.keepsOrRefuses(s, connector.Text(option), connector.Text(option)) != 2 {
			w.errorf("the option %q is refused", option)
		}
	}
	before := w.readAsset(s.asset.ID)
	for _, other := range []string{"purple", "re", "redd", "red,blue", "red\nblue", "\"red\""} {
		_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: s.asset.ID, Values: store.Values{s.field.ID: connector.Text(other)}}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateAsset with %q, which is no option", other)
		w.unchanged(before, "a refused UpdateAsset")
	}
}

func checkAddresses(w *world) {
	s := w.single(store.FieldAddress)
	for _, a := range []store.Address{
		{Street: "1 Main Street"},
		{Street2: "Floor 2"},
		{City: "Ulm", Country: "DE"},
		{Postcode: "89073"},
		{Street: "1 Main Street", Street2: "Floor 2", City: "Ulm", State: "BW", Postcode: "89073", Country: "DE"},
		{Street: `"Zum Löwen", Hof 3 & 4`, City: "Straße"},
	} {
		if w.keepsOrRefuses(s, a.Value(), a.Value()) != 2 {
			w.errorf("the address %+v is refused", a)
		}
	}
}

func checkAssetLinks(w *world) {
	s := w.single(store.FieldAssetLink)
	elsewhere := w.company("Elsewhere")
	a := w.asset(s.company.ID, s.layout.ID, "A", nil)
	b := w.asset(elsewhere.ID, s.layout.ID, "B", nil)
	for _, ids := range [][]store.AssetID{{a.ID}, {a.ID, s.asset.ID}, {s.asset.ID, a.ID}} {
		if links := store.AssetLinks(ids...); w.keepsOrRefuses(s, links, links) != 2 {
			w.errorf("links to %q are refused", ids)
		}
	}
	// To another company's asset, or to one that isn't there: as the platform
	// likes.
	for _, ids := range [][]store.AssetID{{b.ID}, {a.ID, b.ID}, {"no-such-asset"}} {
		w.keepsOrRefuses(s, store.AssetLinks(ids...), store.AssetLinks(ids...))
	}
}

func checkBlankValues(w *world) {
	g := w.gallery()
	for _, f := range g.layout.Fields {
		if f.Type == store.FieldNumber || f.Type == store.FieldDate || f.Type == store.FieldCheckbox || f.Type == store.FieldAssetLink {
			continue // their values are no text
		}
		p := store.AssetPatch{ID: g.asset.ID, Values: store.Values{f.ID: connector.Text(" \t ")}}
		got, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		if errors.Is(err, store.ErrRefused) {
			continue
		}
		w.must(err, "UpdateAsset with white space in a field of type %q", f.Type)
		w.goodValues(g.layout, got)
		w.sameAsset(got, w.readAsset(got.ID), "Asset after UpdateAsset with white space in a field of type %q", f.Type)
	}
}
