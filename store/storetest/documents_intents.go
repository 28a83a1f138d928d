package storetest

import (
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

func docIntentChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("an intent makes a thing once",
			"Intents: a second create with the same intent returns what the first one made.", checkIntentOnce),
		documentsCheck("what an intent made is found",
			"FindCreated returns what a create with this intent made. Created: exactly one of the ids is set.", checkFindCreated),
		documentsCheck("what an intent made is found after it was deleted",
			"FindCreated returns what a create with this intent made, also when it was deleted since.", checkFindDeleted),
		documentsCheck("an intent that made nothing is not found",
			"FindCreated: ErrNotFound if it made nothing.", checkFindNothing),
		documentsCheck("intents are told apart to the last byte",
			"Intent.ID is the same for every try of one write and different for any other: 1 to 191 bytes of printable ASCII.", checkIntentIDs),
		documentsCheck("one intent at the same time makes one thing",
			"Intents: a second create with the same intent returns what the first one made.", checkIntentRace),
	}
}

func checkIntentOnce(w *world) {
	w.need(w.can.Intents, "Intents")
	o := w.office()
	ofCompany, ofAsset, ofLayout := w.intent(), w.intent(), w.intent()
	for range 3 {
		c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "One"}, ofCompany)
		w.must(err, "CreateCompany")
		w.sameCompany(w.readCompany(c.ID), c, "CreateCompany with the same intent")
		a, err := w.docs.CreateAsset(w.ctx, o.like("One"), ofAsset)
		w.must(err, "CreateAsset")
		w.sameAsset(w.readAsset(a.ID), a, "CreateAsset with the same intent")
		w.patch(store.AssetPatch{ID: a.ID, Name: "Renamed " + string(a.Version)}) // it comes as it is now
	}
	if n := len(w.companies()); n != 2 {
		w.errorf("%d companies are listed after one intent made one beside another, want 2", n)
	}
	if n := len(w.assets(o.company.ID)); n != 2 {
		w.errorf("%d assets are listed after one intent made one beside another, want 2", n)
	}
	before := len(w.layouts())
	first, err := w.docs.CreateLayout(w.ctx, store.NewLayout{Name: "One", Fields: o.layout.Fields}, ofLayout)
	if err != nil {
		return // the platform makes no layouts
	}
	again, err := w.docs.CreateLayout(w.ctx, store.NewLayout{Name: "One", Fields: o.layout.Fields}, ofLayout)
	w.must(err, "CreateLayout with the same intent")
	w.sameLayout(first, again, "CreateLayout with the same intent")
	if n := len(w.layouts()); n != before+1 {
		w.errorf("%d layouts are listed after one intent made one beside %d", n, before)
	}
}

// wantCreated notes a failure unless FindCreated returns what was made.
func (w *world) wantCreated(intent store.Intent, want store.Created, when string) {
	got, err := w.docs.FindCreated(w.ctx, intent.ID)
	if err != nil || got != want {
		w.errorf("FindCreated %q %s: got %+v and the error %v, want %+v", intent.ID, when, got, err, want)
	}
}

func checkFindCreated(w *world) {
	w.need(w.can.Intents, "Intents")
	o := w.office()
	of := w.intent()
	c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "One"}, of)
	w.must(err, "CreateCompany")
	w.wantCreated(of, store.Created{Company: c.ID}, "after CreateCompany")
	of = w.intent()
	a, err := w.docs.CreateAsset(w.ctx, o.like("One"), of)
	w.must(err, "CreateAsset")
	w.wantCreated(of, store.Created{Asset: a.ID}, "after CreateAsset")
	w.patch(store.AssetPatch{ID: a.ID, Name: "Renamed"})
	w.wantCreated(of, store.Created{Asset: a.ID}, "after UpdateAsset")
	of = w.intent()
	if l, err := w.docs.CreateLayout(w.ctx, store.NewLayout{Name: "One"}, of); err == nil {
		w.wantCreated(of, store.Created{Layout: l.ID}, "after CreateLayout")
	}
}

func checkFindDeleted(w *world) {
	w.need(w.can.Intents, "Intents")
	w.needPeople(w.people.DeleteAsset != nil || w.people.DeleteCompany != nil, "DeleteAsset or DeleteCompany")
	o := w.office()
	if w.people.DeleteAsset != nil {
		of := w.intent()
		a, err := w.docs.CreateAsset(w.ctx, o.like("One"), of)
		w.must(err, "CreateAsset")
		w.must(w.people.DeleteAsset(w.ctx, a.ID), "People.DeleteAsset")
		w.wantCreated(of, store.Created{Asset: a.ID}, "after the asset was deleted")
		if again, err := w.docs.CreateAsset(w.ctx, o.like("One"), of); err == nil && again.ID != a.ID {
			w.errorf("CreateAsset made %q with the intent that had made %q, which was deleted", again.ID, a.ID)
		}
		w.onlyAsset(o, "the intent of a deleted asset was used again")
	}
	if w.people.DeleteCompany != nil {
		of := w.intent()
		c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "One"}, of)
		w.must(err, "CreateCompany")
		w.must(w.people.DeleteCompany(w.ctx, c.ID), "People.DeleteCompany")
		w.wantCreated(of, store.Created{Company: c.ID}, "after the company was deleted")
	}
}

func checkFindNothing(w *world) {
	w.need(w.can.Intents, "Intents")
	o := w.office()
	nothing := func(id, when string) {
		_, err := w.docs.FindCreated(w.ctx, id)
		w.wantErr(err, store.ErrNotFound, "FindCreated %q %s", id, when)
	}
	nothing("never-used", "that no write carried")
	of := w.intent()
	_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Name: "x"}, of)
	w.must(err, "UpdateAsset")
	nothing(of.ID, "of an update")
	of = w.intent()
	_, err = w.docs.CreateCompany(w.ctx, store.NewCompany{}, of)
	w.wantErr(err, store.ErrRefused, "CreateCompany without a name")
	nothing(of.ID, "of a create that was refused")
}

func checkIntentIDs(w *world) {
	w.need(w.can.Intents, "Intents")
	long := strings.Repeat("x", 190)
	ids := []string{
		"intent", "Intent", "INTENT", "intent ", " intent", "intent/1", "intent%2F1", "i_tent", "i%", "a?b=c&d", `"'\`, "~!@#$^*()",
		long, long + "a", long + "b",
	}
	made := map[string]store.CompanyID{}
	for _, id := range ids {
		c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "One"}, store.Intent{ID: id, By: store.RunActor("run-suite")})
		w.must(err, "CreateCompany with the intent %q", id)
		made[id] = c.ID
	}
	for _, id := range ids {
		w.wantCreated(store.Intent{ID: id}, store.Created{Company: made[id]}, "among others like it")
	}
	if n := len(w.companies()); n != len(ids) {
		w.errorf("%d companies are listed after %d intents made one each", n, len(ids))
	}
}

func checkIntentRace(w *world) {
	w.need(w.can.Intents, "Intents")
	o := w.office()
	ofCompany, ofAsset := w.intent(), w.intent()
	const tries = 8
	companies, assets := make([]store.CompanyID, tries), make([]store.AssetID, tries)
	w.atOnce(tries, func(i int) error {
		// One that comes second may fail, but makes nothing.
		if c, err := w.docs.CreateCompany(w.ctx, store.NewCompany{Name: "One"}, ofCompany); err == nil {
			companies[i] = c.ID
		}
		if a, err := w.docs.CreateAsset(w.ctx, o.like("One"), ofAsset); err == nil {
			assets[i] = a.ID
		}
		return nil
	})
	w.oneID("companies", distinct(companies))
	w.oneID("assets", distinct(assets))
	if n := len(w.companies()); n != 2 {
		w.errorf("%d companies are listed after one intent was used %d times at once, want 2", n, tries)
	}
	if n := len(w.assets(o.company.ID)); n != 2 {
		w.errorf("%d assets are listed after one intent was used %d times at once, want 2", n, tries)
	}
}

func (w *world) oneID(what string, ids int) {
	if ids != 1 {
		w.errorf("one intent that was used several times at once returned %d %s, want 1", ids, what)
	}
}

// distinct counts the ids that differ, without empty ones.
func distinct[T ~string](ids []T) int {
	seen := map[T]bool{}
	for _, id := range ids {
		if id != "" {
			seen[id] = true
		}
	}
	return len(seen)
}
