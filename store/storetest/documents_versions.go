package storetest

import (
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func docVersionChecks() []check[DocumentsFixture] {
	const rule = "Versions: Company.Version and Asset.Version are set, change with every change to the thing and with none to others."
	return []check[DocumentsFixture]{
		documentsCheck("a version changes with every change", rule, checkVersionChanges),
		documentsCheck("a version stays while nothing changes",
			rule+" Version: equal while nothing changed.", checkVersionStays),
		documentsCheck("a version changes when people change the thing", rule, checkVersionOfPeople),
		documentsCheck("a write on an old version is stale",
			"A write with another Base is refused with ErrStale. Nothing was written.", checkStale),
		documentsCheck("one of several writes on one version succeeds",
			"A write with another Base is refused with ErrStale.", checkStaleRace),
		documentsCheck("a platform without versions has none",
			"Version marks its state. Empty where the platform has no versions.", checkNoVersions),
	}
}

func checkVersionChanges(w *world) {
	w.need(w.can.Versions, "Versions")
	o := w.office()
	last := o.asset.Version
	if last == "" || o.company.Version == "" {
		w.fatalf("the version is %q of a new asset and %q of a new company", last, o.company.Version)
	}
	for _, p := range append(w.doable(o), store.AssetPatch{ID: o.asset.ID, Name: "Once more"}) {
		p.Base = last
		got := w.patch(p)
		if got.Version == last || got.Version == "" {
			w.errorf("UpdateAsset %+v left the version at %q", p, got.Version)
		}
		last = got.Version
		w.unchanged(got, "UpdateAsset")
	}
	version := o.company.Version
	for _, p := range []store.CompanyPatch{{Name: "Renamed"}, {Details: store.Details{City: "Ulm"}}, {Details: store.Details{City: "Bonn"}}} {
		p.ID, p.Base = o.company.ID, version
		got, err := w.docs.UpdateCompany(w.ctx, p, w.intent())
		w.must(err, "UpdateCompany %+v", p)
		if got.Version == version || got.Version == "" {
			w.errorf("UpdateCompany %+v left the version at %q", p, got.Version)
		}
		version = got.Version
		w.unchangedCompany(got, "UpdateCompany")
	}
}

func checkVersionStays(w *world) {
	w.need(w.can.Versions, "Versions")
	o := w.office()
	other := w.asset(o.company.ID, o.layout.ID, "Other", nil)
	second := w.company("Second")
	values := store.Values{o.serial: o.asset.Values[o.serial], o.cores: {}}
	no := false
	for _, p := range []store.AssetPatch{
		{},
		{Name: o.asset.Name},
		{Values: values},
		{Company: o.company.ID},
		{Layout: o.layout.ID},
		{Archived: &no},
	} {
		p.ID, p.Base = o.asset.ID, o.asset.Version
		got, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
		if errors.Is(err, store.ErrRefused) {
			continue // to where it is, or by a platform that can't
		}
		w.must(err, "UpdateAsset %+v", p)
		w.sameAsset(o.asset, got, "UpdateAsset that changes nothing (%+v)", p)
	}
	got, err := w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: o.company.ID, Base: o.company.Version, Name: o.company.Name}, w.intent())
	w.must(err, "UpdateCompany that changes nothing")
	w.sameCompany(o.company, got, "UpdateCompany that changes nothing")

	// Changes to other things.
	w.patch(store.AssetPatch{ID: other.ID, Name: "Renamed"})
	w.asset(o.company.ID, o.layout.ID, "Third", nil)
	_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: second.ID, Name: "Renamed"}, w.intent())
	w.must(err, "UpdateCompany of another company")
	w.unchanged(o.asset, "changes to others")
	w.unchangedCompany(o.company, "changes to others")
	_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: o.company.ID, Name: "Renamed"}, w.intent())
	w.must(err, "UpdateCompany")
	w.unchanged(o.asset, "a change to its company")
}

func checkVersionOfPeople(w *world) {
	w.need(w.can.Versions, "Versions")
	w.needPeople(w.people.EditAsset != nil && w.people.EditCompany != nil, "EditAsset or EditCompany")
	o := w.office()
	last := o.asset.Version
	for what, fn := range map[string]func(a *store.Asset){
		"name":     func(a *store.Asset) { a.Name = "By hand" },
		"value":    func(a *store.Asset) { a.Values[o.cores] = connector.Integer(99) },
		"blank":    func(a *store.Asset) { delete(a.Values, o.owner) },
		"archived": func(a *store.Asset) { a.Archived = true },
	} {
		w.must(w.people.EditAsset(w.ctx, o.asset.ID, fn), "People.EditAsset")
		got := w.readAsset(o.asset.ID)
		if got.Version == last {
			w.errorf("a person changed the %s of an asset, and the version is still %q", what, last)
		}
		last = got.Version
	}
	w.must(w.people.EditCompany(w.ctx, o.company.ID, func(c *store.Company) { c.Details.Phone = "1234567" }), "People.EditCompany")
	if got := w.readCompany(o.company.ID); got.Version == o.company.Version {
		w.errorf("a person changed the phone of a company, and the version is still %q", got.Version)
	}
	_, err := w.docs.UpdateAsset(w.ctx, store.AssetPatch{ID: o.asset.ID, Base: o.asset.Version, Name: "x"}, w.intent())
	w.wantErr(err, store.ErrStale, "UpdateAsset on the version before a person's edit")
	_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: o.company.ID, Base: o.company.Version, Name: "x"}, w.intent())
	w.wantErr(err, store.ErrStale, "UpdateCompany on the version before a person's edit")
}

func checkStale(w *world) {
	w.need(w.can.Versions, "Versions")
	o := w.office()
	now := w.patch(store.AssetPatch{ID: o.asset.ID, Base: o.asset.Version, Name: "Newer"})
	for _, p := range w.doable(o) {
		for _, base := range []store.Version{o.asset.Version, "no-such-version"} {
			p.Base = base
			_, err := w.docs.UpdateAsset(w.ctx, p, w.intent())
			w.wantErr(err, store.ErrStale, "UpdateAsset %+v", p)
			w.unchanged(now, "UpdateAsset on an old version")
		}
	}
	c, err := w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: o.company.ID, Base: o.company.Version, Name: "Newer"}, w.intent())
	w.must(err, "UpdateCompany on the current version")
	for _, base := range []store.Version{o.company.Version, "no-such-version"} {
		_, err = w.docs.UpdateCompany(w.ctx, store.CompanyPatch{ID: c.ID, Base: base, Name: "x", Details: fullDetails()}, w.intent())
		w.wantErr(err, store.ErrStale, "UpdateCompany on version %q", base)
		w.unchangedCompany(c, "UpdateCompany on an old version")
	}
	w.patch(store.AssetPatch{ID: o.asset.ID, Base: now.Version, Name: "Newest"})
}

func checkStaleRace(w *world) {
	w.need(w.can.Versions, "Versions")
	o := w.office()
	const writers = 8
	errs := make([]error, writers)
	intents := make([]store.Intent, writers)
	for i := range intents {
		intents[i] = w.intent()
	}
	w.atOnce(writers, func(i int) error {
		p := store.AssetPatch{ID: o.asset.ID, Base: o.asset.Version, Name: "Writer " + intents[i].ID}
		_, errs[i] = w.docs.UpdateAsset(w.ctx, p, intents[i])
		return nil
	})
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		w.wantErr(err, store.ErrStale, "UpdateAsset beside others on the same version")
	}
	if done != 1 {
		w.errorf("%d of %d writes on one version succeeded, want 1", done, writers)
	}
}

func checkNoVersions(w *world) {
	if w.can.Versions {
		w.skipf("the platform has versions")
	}
	o := w.office()
	got := w.patch(store.AssetPatch{ID: o.asset.ID, Name: "Renamed"})
	for _, a := range []store.Asset{o.asset, got, w.readAsset(got.ID), w.assets(o.company.ID)[got.ID]} {
		if a.Version != "" {
			w.errorf("an asset has version %q", a.Version)
		}
	}
	for _, c := range []store.Company{o.company, w.readCompany(o.company.ID), w.companies()[o.company.ID]} {
		if c.Version != "" {
			w.errorf("a company has version %q", c.Version)
		}
	}
}
