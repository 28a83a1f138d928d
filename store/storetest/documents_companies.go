package storetest

import (
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

func docCompanyChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("a created company comes back as it is stored",
			"A write returns the thing as it is stored afterwards (the post-image).", checkCreatedCompany),
		documentsCheck("a blank company name is refused",
			"A blank name is ErrRefused.", checkBlankCompanyName),
		documentsCheck("a company that is not there is not found",
			"Company returns one company, archived or not, or ErrNotFound. One that isn't there can't be updated: ErrNotFound.",
			checkMissingCompany),
		documentsCheck("a company patch changes what it names and nothing else",
			"Name: empty leaves it. Details: an empty text leaves the detail as it is: nothing is ever cleared.", checkCompanyPatch),
		documentsCheck("an archived company is read and listed",
			"Companies yields all companies, archived ones included, each once.", checkArchivedCompany),
	}
}

func fullDetails() store.Details {
	return store.Details{
		Phone: "+49 731 123456", Website: "https://example.com", Street: "1 Main Street", Street2: "Floor 2",
		City: "Ulm", State: "BW", Postcode: "89073", Country: "DE",
	}
}

func checkCreatedCompany(w *world) {
	sent := fullDetails()
	untidy := sent
	untidy.City, untidy.Phone = untidy.City+"  ", untidy.Phone+"\n"
	c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "Acme GmbH & Co \t", Details: untidy}, w.intent())
	w.must(err, "CreateCompany")
	w.goodID("the company", string(c.ID))
	w.goodTime("Created", c.Created)
	if collapse(c.Name) != "Acme GmbH & Co" || c.Archived {
		w.errorf("CreateCompany of %q returned %+v", "Acme GmbH & Co", c)
	}
	w.keptDetails(sent, c.Details, "CreateCompany")
	w.sameCompany(c, w.readCompany(c.ID), "Company after CreateCompany")
	w.sameCompany(c, w.companies()[c.ID], "Companies after CreateCompany")

	bare := w.company("Bare")
	w.sameCompany(bare, w.readCompany(bare.ID), "Company after CreateCompany without details")
	if bare.Details != (store.Details{}) {
		w.errorf("CreateCompany without details returned %+v", bare.Details)
	}
}

// otherDetails differ from fullDetails in each.
func otherDetails() store.Details {
	return store.Details{
		Phone: "555-0100", Website: "https://www.example.org", Street: "2 Side Street", Street2: "Back door",
		City: "Bonn", State: "NW", Postcode: "53111", Country: "AT",
	}
}

// keptDetails notes a failure unless all details sent are there, but for their
// form.
func (w *world) keptDetails(sent, stored store.Details, doing string) {
	for i, d := range detailsOf(&stored) {
		if want := *detailsOf(&sent)[i].text; !keptDetail(d.name, want, *d.text) {
			w.errorf("%s: %s is %q, where %q was sent", doing, d.name, *d.text, want)
		}
	}
}

func keptDetail(name, sent, stored string) bool {
	switch {
	case sent == "" || stored == "":
		return sent == stored
	case name == "Website":
		return strings.Contains(letters(stored), letters(sent))
	case name == "State" || name == "Country":
		return true // a platform may know it by another name
	default:
		return letters(sent) == letters(stored)
	}
}

func checkBlankCompanyName(w *world) {
	c := w.company("Acme")
	for _, name := range []string{"", " ", " \t\r\n"} {
		_, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: name, Details: fullDetails()}, w.intent())
		w.wantErr(err, store.ErrRefused, "CreateCompany with the name %q", name)
		if name == "" {
			continue // leaves the name
		}
		_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: c.ID, Name: name, Details: fullDetails()}, w.intent())
		w.wantErr(err, store.ErrRefused, "UpdateCompany with the name %q", name)
		w.unchangedCompany(c, "a refused UpdateCompany")
	}
	if n := len(w.companies()); n != 1 {
		w.errorf("%d companies are listed after refused writes, want 1", n)
	}
}

// strangers are ids of nothing, some of them near an id that there is.
func strangers(id string) []string {
	return []string{
		"", "no-such-thing", "999999999", "-1", "ünïcode", "../1", "1 OR 1=1", "'",
		" " + id, id + " ", "0" + id, id + "/", id + "?x=1", id + "#", "./" + id, id + "\x00", "%20" + id, "+" + id,
	}
}

func checkMissingCompany(w *world) {
	c := w.company("Acme")
	missing := strangers(string(c.ID))
	if w.people.DeleteCompany != nil {
		gone := w.company("Gone")
		w.must(w.people.DeleteCompany(w.ctx, gone.ID), "People.DeleteCompany")
		missing = append(missing, string(gone.ID))
	}
	for _, id := range missing {
		_, err := w.docs.Company(w.ctx, store.CompanyID(id))
		w.wantErr(err, store.ErrNotFound, "Company %q", id)
		_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: store.CompanyID(id), Name: "x"}, w.intent())
		w.wantErr(err, store.ErrNotFound, "UpdateCompany %q", id)
	}
	w.unchangedCompany(c, "UpdateCompany of others")
}

func checkCompanyPatch(w *world) {
	c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "Acme", Details: fullDetails()}, w.intent())
	w.must(err, "CreateCompany")
	other := w.company("Other")
	others := otherDetails()
	for i, d := range detailsOf(&others) {
		patch, want := store.CompanyPatch{ID: c.ID}, c
		*detailsOf(&patch.Details)[i].text = *d.text
		got, err := w.docs.UpdateCompany(w.ctx, patch, w.intent())
		w.must(err, "UpdateCompany of %s", d.name)
		stored := *detailsOf(&got.Details)[i].text
		if !keptDetail(d.name, *d.text, stored) || stored == *detailsOf(&want.Details)[i].text {
			w.errorf("UpdateCompany of %s: it is %q, where %q was sent", d.name, stored, *d.text)
		}
		want.Version, *detailsOf(&want.Details)[i].text = got.Version, stored
		w.sameCompany(want, got, "UpdateCompany of %s", d.name)
		w.unchangedCompany(got, "UpdateCompany of "+d.name)
		c = got
	}
	got, err := w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: c.ID, Name: "Renamed"}, w.intent())
	w.must(err, "UpdateCompany of the name")
	want := c
	want.Name, want.Version = "Renamed", got.Version
	w.sameCompany(want, got, "UpdateCompany of the name")
	w.unchangedCompany(got, "UpdateCompany of the name")
	got, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: c.ID, Name: "Untidy \t", Details: store.Details{City: "Ulm  "}}, w.intent())
	w.must(err, "UpdateCompany with white space")
	w.unchangedCompany(got, "UpdateCompany with white space")
	w.unchangedCompany(other, "UpdateCompany of another company")
}

func checkArchivedCompany(w *world) {
	c, active := w.company("Acme"), w.company("Active")
	w.archiveCompany(c.ID, true)
	listed := w.companies()
	if len(listed) != 2 || !listed[c.ID].Archived || listed[active.ID].Archived {
		w.errorf("two companies, one of them archived, are listed as %+v", listed)
	}
	read := w.readCompany(c.ID)
	if !read.Archived {
		w.errorf("an archived company is read as %+v", read)
	}
	w.sameCompany(read, listed[c.ID], "Companies with an archived one")
}
