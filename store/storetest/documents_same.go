package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// differences collects in what two things differ.
type differences []string

func (d *differences) note(what string, want, got any, same bool) {
	if !same {
		*d = append(*d, fmt.Sprintf("%s is %s, not %s", what, shown(got), shown(want)))
	}
}

// shown is a value as a failure shows it.
func shown(v any) string {
	if text, ok := v.(string); ok {
		return fmt.Sprintf("%.80q", text)
	}
	return fmt.Sprintf("%.200v", v)
}

// sameAsset notes a failure unless got is want in every respect.
func (w *world) sameAsset(want, got store.Asset, doing string, args ...any) {
	w.differ(assetDifferences(want, got), doing, args...)
}

// sameCompany notes a failure unless got is want in every respect.
func (w *world) sameCompany(want, got store.Company, doing string, args ...any) {
	w.differ(companyDifferences(want, got), doing, args...)
}

// sameLayout notes a failure unless got is want in every respect.
func (w *world) sameLayout(want, got store.Layout, doing string, args ...any) {
	w.differ(layoutDifferences(want, got), doing, args...)
}

func (w *world) differ(d differences, doing string, args ...any) {
	if len(d) > 0 {
		w.errorf("%s: %s", fmt.Sprintf(doing, args...), strings.Join(d, "; "))
	}
}

// unchanged notes a failure unless an asset reads as it was.
func (w *world) unchanged(want store.Asset, after string, args ...any) {
	w.sameAsset(want, w.readAsset(want.ID), "the asset after "+after, args...)
}

// unchangedCompany notes a failure unless a company reads as it was.
func (w *world) unchangedCompany(want store.Company, after string) {
	w.sameCompany(want, w.readCompany(want.ID), "the company after %s", after)
}

func assetDifferences(want, got store.Asset) differences {
	var d differences
	d.note("ID", want.ID, got.ID, want.ID == got.ID)
	d.note("Company", want.Company, got.Company, want.Company == got.Company)
	d.note("Layout", want.Layout, got.Layout, want.Layout == got.Layout)
	d.note("Name", want.Name, got.Name, want.Name == got.Name)
	d.note("Archived", want.Archived, got.Archived, want.Archived == got.Archived)
	d.note("Created", want.Created, got.Created, want.Created.Equal(got.Created))
	d.note("Touched", want.Touched, got.Touched, want.Touched == got.Touched)
	d.note("Version", want.Version, got.Version, want.Version == got.Version)
	d.note("Foreign", want.Foreign, got.Foreign, slices.Equal(want.Foreign, got.Foreign))
	for id, value := range want.Values {
		d.note(fmt.Sprintf("the value of field %q", id), value, got.Values[id], value.Equal(got.Values[id]))
	}
	for id, value := range got.Values {
		if _, has := want.Values[id]; !has {
			d.note(fmt.Sprintf("the value of field %q", id), "absent", value, value.IsAbsent())
		}
	}
	return d
}

func companyDifferences(want, got store.Company) differences {
	var d differences
	d.note("ID", want.ID, got.ID, want.ID == got.ID)
	d.note("Name", want.Name, got.Name, want.Name == got.Name)
	d.note("Archived", want.Archived, got.Archived, want.Archived == got.Archived)
	d.note("Created", want.Created, got.Created, want.Created.Equal(got.Created))
	d.note("Version", want.Version, got.Version, want.Version == got.Version)
	d.note("Foreign", want.Foreign, got.Foreign, slices.Equal(want.Foreign, got.Foreign))
	for i, detail := range detailsOf(&got.Details) {
		before := *detailsOf(&want.Details)[i].text
		d.note(detail.name, before, *detail.text, before == *detail.text)
	}
	return d
}

func layoutDifferences(want, got store.Layout) differences {
	var d differences
	d.note("ID", want.ID, got.ID, want.ID == got.ID)
	d.note("Name", want.Name, got.Name, want.Name == got.Name)
	d.note("Inactive", want.Inactive, got.Inactive, want.Inactive == got.Inactive)
	d.note("the number of fields", len(want.Fields), len(got.Fields), len(want.Fields) == len(got.Fields))
	for i := range min(len(want.Fields), len(got.Fields)) {
		f, g := want.Fields[i], got.Fields[i]
		same := f.ID == g.ID && f.Name == g.Name && f.Type == g.Type && f.Required == g.Required && f.Means == g.Means &&
			slices.Equal(f.Options, g.Options)
		d.note(fmt.Sprintf("field %d", i+1), f, g, same)
	}
	return d
}

// detail is one of a company's details.
type detail struct {
	name string
	text *string
}

func detailsOf(d *store.Details) []detail {
	return []detail{
		{"Phone", &d.Phone},
		{"Website", &d.Website},
		{"Street", &d.Street},
		{"Street2", &d.Street2},
		{"City", &d.City},
		{"State", &d.State},
		{"Postcode", &d.Postcode},
		{"Country", &d.Country},
	}
}

// wholeText notes a failure unless a text can be kept by every ledger.
func (w *world) wholeText(what, text string) {
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		w.errorf("%s is %q, which has NUL or broken UTF-8", what, text)
	}
}

// goodID notes a failure unless an id is one that every ledger can keep.
func (w *world) goodID(what, id string) {
	if id == "" || len(id) > 191 || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		w.errorf("the id of %s is %q (an id has 1 to 191 bytes of valid UTF-8 without control characters)", what, id)
	}
}

// goodTime notes a failure unless a time is as package store has them.
func (w *world) goodTime(what string, at time.Time) {
	if !at.IsZero() && (at.Location() != time.UTC || !at.Equal(connector.CleanTime(at))) {
		w.errorf("%s is %s (times are UTC, to the microsecond)", what, at)
	}
}

// goodValues notes a failure unless each value has the form of its field, and
// none is blank.
func (w *world) goodValues(l store.Layout, a store.Asset) {
	for id, value := range a.Values {
		i := slices.IndexFunc(l.Fields, func(f store.Field) bool { return f.ID == id })
		switch {
		case i < 0:
			w.errorf("asset %q has a value for field %q, which layout %q doesn't have", a.Name, id, l.Name)
		case value.IsBlank():
			w.errorf("asset %q has the blank value %q in field %q (a blank is always an absent value)", a.Name, value, l.Fields[i].Name)
		case !l.Fields[i].Fits(value):
			w.errorf("asset %q has %s %q in field %q, which is no %s", a.Name, value.Kind(), value, l.Fields[i].Name, l.Fields[i].Type)
		}
	}
}
