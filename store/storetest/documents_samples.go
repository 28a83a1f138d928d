package storetest

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// samples are two values for each type of field. Links name the assets given.
func samples(links ...store.AssetID) map[store.FieldType][2]connector.Value {
	text := func(a, b string) [2]connector.Value { return [2]connector.Value{connector.Text(a), connector.Text(b)} }
	first := store.Address{Street: "1 Main Street", Street2: "Floor 2", City: "Ulm", State: "BW", Postcode: "89073", Country: "DE"}
	second := store.Address{Street: "2 Side Street", City: "Bonn", Country: "DE"}
	return map[store.FieldType][2]connector.Value{
		store.FieldText:         text("5CG-1234/XYZ", "Überlänge & Co"),
		store.FieldRichText:     text("<p>one <b>two</b></p>", "<p>three</p>"),
		store.FieldNumber:       {connector.Integer(7), connector.Integer(-12)},
		store.FieldDate:         {connector.Instant(day(2026, 5, 6)), connector.Instant(day(1999, 12, 31))},
		store.FieldCheckbox:     {connector.Bool(true), connector.Bool(false)},
		store.FieldEmail:        text("ann@example.com", "bob.b@example.org"),
		store.FieldPhone:        text("+49 731 123456", "555-0100"),
		store.FieldWebsite:      text("https://example.com/a", "https://www.example.org"),
		store.FieldList:         text("red", "dark green"),
		store.FieldAddress:      {first.Value(), second.Value()},
		store.FieldAssetLink:    {store.AssetLinks(links[0]), store.AssetLinks(links[len(links)-1], links[0])},
		store.FieldConfidential: text("hunter2", `Tr0ub4dor &3 <"x'>`),
	}
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// fieldOf returns a field of a type, named after it.
func fieldOf(t store.FieldType) store.Field {
	f := store.Field{Name: "My " + string(t), Type: t}
	if t == store.FieldList {
		f.Options = []string{"red", "dark green", "blue"}
	}
	return f
}

// gallery is an asset that has a value in a field of every type that the
// platform has.
type gallery struct {
	company store.Company
	layout  store.Layout
	// others are assets to link to.
	others [2]store.Asset
	asset  store.Asset
	// first and second are values for every field; asset was made with first.
	first, second store.Values
}

func (w *world) gallery() gallery {
	g := gallery{company: w.company("Acme"), layout: w.everyType("Everything")}
	plain := w.layout("Plain", fieldOf(store.FieldText))
	for i := range g.others {
		g.others[i] = w.asset(g.company.ID, plain.ID, fmt.Sprintf("Other %d", i+1), nil)
	}
	g.first, g.second = store.Values{}, store.Values{}
	values := samples(g.others[0].ID, g.others[1].ID)
	for _, f := range g.layout.Fields {
		g.first[f.ID], g.second[f.ID] = values[f.Type][0], values[f.Type][1]
	}
	g.asset = w.asset(g.company.ID, g.layout.ID, "Exhibit", g.first)
	return g
}

// everyType makes a layout with a field of every type. A platform may lack some
// types, but not all.
func (w *world) everyType(name string) store.Layout {
	var fields []store.Field
	for _, t := range store.FieldTypes() {
		_, err := w.tryLayout(store.NewLayout{Name: "Only " + string(t), Fields: []store.Field{fieldOf(t)}})
		if !errors.Is(err, store.ErrRefused) {
			w.must(err, "CreateLayout with a field of type %q", t)
			fields = append(fields, fieldOf(t))
		}
	}
	if len(fields) == 0 {
		w.skipf("the platform refuses layouts with any type of field (set People.CreateLayout if a person could make them)")
	}
	return w.layout(name, fields...)
}

// wantKept notes a failure unless an asset has all values given, but for their
// form.
func (w *world) wantKept(l store.Layout, want store.Values, got store.Asset, doing string) {
	for _, f := range l.Fields {
		sent, has := want[f.ID]
		if !has || kept(f.Type, sent, got.Values[f.ID]) {
			continue
		}
		w.errorf("%s: field %q of type %q has %s %q, where %s %q was sent",
			doing, f.Name, f.Type, got.Values[f.ID].Kind(), got.Values[f.ID], sent.Kind(), sent)
	}
}

// kept reports whether a platform that was sent a value keeps it, however it
// tidied it.
func kept(t store.FieldType, sent, stored connector.Value) bool {
	if sent.IsAbsent() {
		unticked := t == store.FieldCheckbox && stored.Equal(connector.Bool(false))
		return stored.IsAbsent() || unticked // a box that is either ticked or not has no third state
	}
	switch t {
	case store.FieldRichText:
		return collapse(plain(stored.String())) == collapse(plain(sent.String()))
	case store.FieldEmail, store.FieldPhone:
		return letters(stored.String()) == letters(sent.String())
	case store.FieldWebsite:
		return strings.Contains(letters(stored.String()), letters(sent.String()))
	case store.FieldAddress:
		// Lines are told apart, so that a part which moved to another is noticed.
		return stored.Kind() == connector.KindText && sameLines(sent.String(), stored.String())
	case store.FieldAssetLink:
		a, _ := store.AssetLinksOf(sent)
		b, ok := store.AssetLinksOf(stored)
		slices.Sort(a)
		slices.Sort(b)
		return ok && slices.Equal(a, b)
	case store.FieldText, store.FieldList:
		return stored.Kind() == connector.KindText && collapse(stored.String()) == collapse(sent.String())
	case store.FieldConfidential:
		return stored.Kind() == connector.KindText && strings.TrimSpace(stored.String()) == strings.TrimSpace(sent.String())
	case store.FieldNumber, store.FieldDate, store.FieldCheckbox:
		return stored.Equal(sent)
	}
	return false
}

func sameLines(sent, stored string) bool {
	a, b := strings.Split(sent, "\n"), strings.Split(stored, "\n")
	const state = 3 // and the country, which a platform may both know by another name
	for i := state; i < len(a) && len(a) == len(b); i++ {
		if i != state+1 && a[i] != "" && b[i] != "" {
			a[i] = b[i]
		}
	}
	return slices.EqualFunc(a, b, func(a, b string) bool { return letters(a) == letters(b) })
}

// collapse makes one space of all white space in a row, and none at the ends.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// letters are the letters and digits of a text, in lower case: what tidying
// leaves.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// plain is the text of HTML.
func plain(s string) string {
	return html.UnescapeString(regexp.MustCompile(`<[^<>]*>`).ReplaceAllString(s, " "))
}
