package storetest

import "github.com/dovetail-sync/dovetail/store"

func docLinkChecks() []check[DocumentsFixture] {
	return []check[DocumentsFixture]{
		documentsCheck("a link is listed once whatever its direction",
			"Links yields all links of the account, each once. A link has no direction.", checkLinks),
		documentsCheck("linking twice makes one link",
			"Where the two assets are linked already, in whichever direction, the link that is there is returned and no second one is made.",
			checkLinkTwice),
		documentsCheck("a link to an asset that is not there is refused",
			"CreateLink: an asset that isn't there is ErrRefused.", checkLinkToNothing),
		documentsCheck("a deleted link is gone",
			"DeleteLink removes a link. One that isn't there is ErrNotFound.", checkDeleteLink),
	}
}

// link makes a link that has to succeed.
func (w *world) link(from, to store.AssetID) store.Link {
	l, err := w.docs.CreateLink(w.ctx, store.NewLink{From: from, To: to}, w.intent())
	w.must(err, "CreateLink between %q and %q", from, to)
	if !l.Joins(from, to) {
		w.errorf("CreateLink between %q and %q returned %+v", from, to, l)
	}
	return l
}

// wantLinks notes a failure unless the links listed are those given.
func (w *world) wantLinks(after string, want ...store.Link) {
	listed := w.links()
	if len(listed) != len(want) {
		w.errorf("%d links are listed after %s, want %d", len(listed), after, len(want))
	}
	for _, l := range want {
		if got := listed[l.ID]; !got.Joins(l.From, l.To) {
			w.errorf("link %+v is listed as %+v after %s", l, got, after)
		}
	}
}

func checkLinks(w *world) {
	w.need(w.can.Links, "Links")
	w.wantLinks("nothing")
	o := w.office()
	elsewhere := w.company("Elsewhere")
	var want []store.Link
	for i := range 30 { // more than a page
		company := o.company.ID
		if i%2 == 1 {
			company = elsewhere.ID
		}
		other := w.asset(company, o.layout.ID, "Other", nil)
		l := w.link(other.ID, o.asset.ID)
		if i%3 == 0 {
			l = w.link(o.asset.ID, other.ID)
		}
		w.goodID("the link", string(l.ID))
		want = append(want, l)
	}
	w.wantLinks("CreateLink", want...)
	w.unchanged(o.asset, "CreateLink")
}

func checkLinkTwice(w *world) {
	w.need(w.can.Links, "Links")
	o := w.office()
	second := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	third := w.asset(o.company.ID, o.layout.ID, "PC-3", nil)
	first, other := w.link(o.asset.ID, second.ID), w.link(o.asset.ID, third.ID)
	for _, ends := range [][2]store.AssetID{{o.asset.ID, second.ID}, {second.ID, o.asset.ID}} {
		if again := w.link(ends[0], ends[1]); again.ID != first.ID {
			w.errorf("CreateLink between assets that link %q joins returned link %q", first.ID, again.ID)
		}
	}
	w.wantLinks("CreateLink of what was linked already", first, other)
}

func checkLinkToNothing(w *world) {
	w.need(w.can.Links, "Links")
	o := w.office()
	for _, id := range strangers(string(o.asset.ID)) {
		for _, l := range []store.NewLink{{From: o.asset.ID, To: store.AssetID(id)}, {From: store.AssetID(id), To: o.asset.ID}} {
			_, err := w.docs.CreateLink(w.ctx, l, w.intent())
			w.wantErr(err, store.ErrRefused, "CreateLink between %q and %q, one of which isn't there", l.From, l.To)
		}
	}
	w.wantLinks("refused writes")
}

func checkDeleteLink(w *world) {
	w.need(w.can.Links, "Links")
	o := w.office()
	second := w.asset(o.company.ID, o.layout.ID, "PC-2", nil)
	third := w.asset(o.company.ID, o.layout.ID, "PC-3", nil)
	gone, stays := w.link(o.asset.ID, second.ID), w.link(third.ID, o.asset.ID)
	w.must(w.docs.DeleteLink(w.ctx, gone.ID, w.intent()), "DeleteLink")
	w.wantLinks("DeleteLink", stays)
	for _, id := range append(strangers(string(stays.ID)), string(gone.ID)) {
		w.wantErr(w.docs.DeleteLink(w.ctx, store.LinkID(id), w.intent()), store.ErrNotFound, "DeleteLink %q", id)
	}
	w.wantLinks("DeleteLink of what isn't there", stays)
	w.unchanged(o.asset, "DeleteLink")
	w.unchanged(second, "DeleteLink")
	w.wantLinks("linking anew", stays, w.link(o.asset.ID, second.ID))
}
