package storetest

import "github.com/dovetail-sync/dovetail/store"

func docArchiveChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("an asset is put away and brought back",
			"Archived puts it away or brings it back.", checkArchive),
		documentsCheck("an asset that people put away is listed",
			"Assets yields all assets of a company, archived ones included, each once.", checkArchivedByPeople),
	}
}

func checkArchive(w *world) {
	w.need(w.can.Archive, "Archive")
	g := w.gallery()
	want := g.asset
	for _, archived := range []bool{true, true, false, false, true, false} {
		got := w.patch(store.AssetPatch{ID: want.ID, Archived: &archived})
		want.Archived, want.Version = archived, got.Version
		w.sameAsset(want, got, "UpdateAsset with Archived %t", archived)
		w.unchanged(got, "UpdateAsset with Archived %t", archived)
		listed := w.assets(g.company.ID)
		w.sameAsset(got, listed[want.ID], "Assets after UpdateAsset with Archived %t", archived)
		if n := len(listed); n != 1+len(g.others) {
			w.errorf("%d assets are listed, want %d", n, 1+len(g.others))
		}
	}
}

func checkArchivedByPeople(w *world) {
	w.needPeople(w.people.EditAsset != nil, "EditAsset")
	o := w.office()
	second := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	w.must(w.people.EditAsset(w.ctx, o.asset.ID, func(a *store.Asset) { a.Archived = true }), "People.EditAsset")
	read := w.readAsset(o.asset.ID)
	if !read.Archived {
		w.errorf("an asset that people archived is read as %+v", read)
	}
	listed := w.assets(o.company.ID)
	w.sameAsset(read, listed[o.asset.ID], "Assets with an archived one")
	w.sameAsset(second, listed[second.ID], "Assets with another one archived")
	if n := len(listed); n != 2 {
		w.errorf("%d assets are listed, want 2", n)
	}
}
