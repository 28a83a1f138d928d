package dovetail_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// expectation is how a record ends by a run in which nothing goes wrong. A
// record about which nothing is predicted has none.
type expectation struct {
	// why says which rule it is, for people.
	why string
	// card is the state of its card. Empty: it has none.
	card store.CardState
	// as is any state but active.
	inactive bool
	// same says that documents and card are as they were.
	same bool
	// still is an asset that is as it was.
	still store.AssetID
	// asset is the asset that carries it. Empty: a new one.
	asset store.AssetID
	// in is the asset's company, of its layout, and name its name.
	in   store.CompanyID
	of   store.LayoutID
	name string
	// texts are the values of the fed fields. Nil: not predicted.
	texts []string
}

// predict says how each record ends by a run in which nothing goes wrong, as far
// as the model knows.
func (t *truth) predict(before snapshot, in int) map[store.RecordID]expectation {
	all := make(map[store.RecordID]expectation)
	if t.behind[in] {
		return all
	}
	for key := range t.w.ups[in].devices {
		if want, known := t.expect(before, in, key); known {
			all[record(fmt.Sprintf("%d%s", in, key))] = want
		}
	}
	return all
}

// judge holds how records ended against what was predicted.
func (t *truth) judge(wants map[store.RecordID]expectation, before, after snapshot, in int) {
	t.w.judged += len(t.w.ups[in].devices)
	t.w.predicted += len(wants)
	for _, id := range slices.SortedFunc(maps.Keys(wants), store.RecordID.Compare) {
		t.compare(id, wants[id], before, after)
	}
}

func (t *truth) compare(id store.RecordID, want expectation, before, after snapshot) {
	card, carded := after.cards[id]
	old := before.cards[id]
	wrong := func(format string, args ...any) {
		t.fail("as predicted: "+want.why, "%s: %s", id, fmt.Sprintf(format, args...))
	}
	if a, was := after.assets[want.still], before.assets[want.still]; want.still != "" && (a.Name != was.Name || a.Company != was.Company ||
		a.Layout != was.Layout || a.Archived != was.Archived || textsDiffer(a.Values, was.Values)) {
		wrong("its asset %s was %q %v and is %q %v", a.ID, was.Name, textsOf(was.Values), a.Name, textsOf(a.Values))
	}
	switch {
	case want.same:
		if (card.State != old.State) || card.Asset != old.Asset {
			wrong("its card was %s on %s and is %s on %s", old.State, old.Asset, card.State, card.Asset)
		}
		return
	case want.inactive:
		if carded && card.State == store.CardActive {
			wrong("its card is active")
		}
		return
	case !carded || card.State != want.card:
		wrong("its card is %q, not %q (%s)", card.State, want.card, after.rows[id].Disposition.Code)
	}
	a := after.assets[card.Asset]
	if _, there := before.assets[a.ID]; want.asset == "" && there {
		wrong("it is on %s %q, which was there", a.ID, a.Name)
	}
	if want.asset != "" && a.ID != want.asset {
		wrong("it is on %s %q, not on %s", a.ID, a.Name, want.asset)
	}
	if a.Company != want.in || want.of != "" && a.Layout != want.of || want.name != "" && a.Name != want.name {
		wrong("its asset is %q in %s of %s, not %q in %s of %s", a.Name, a.Company, a.Layout, want.name, want.in, want.of)
	}
	for i, text := range want.texts {
		if got := t.w.textOf(a, i); text != unpredicted && got != text {
			wrong("field %d is %q, not %q", i, got, text)
		}
	}
}

// expect predicts how a record ends.
func (t *truth) expect(before snapshot, in int, key string) (expectation, bool) {
	d := *t.w.ups[in].devices[key]
	id := record(fmt.Sprintf("%d%s", in, key))
	card, carded := before.cards[id]
	home := t.home(in, d.Org)
	company := before.companies[home]
	var still store.AssetID
	if carded && len(before.on(card.Asset)) == 1 && !t.restless[id] && !t.succeeded(in, key) {
		still = card.Asset
	}
	org := t.w.ups[in].orgs[d.Org]
	switch {
	case carded && (t.unknown[card.Asset] || t.carriedBy[card.Asset]), org.Gone && !d.Gone:
		return expectation{}, false
	case carded && card.Container != "" && card.Container != connector.Key(d.Org) && t.w.ups[in].orgs[string(card.Container)].Gone:
		return expectation{}, false // a merge
	case d.Gone && before.rows[id].Container != connector.Key(d.Org):
		return expectation{}, false // it went before anybody saw it there
	case home == "":
		return expectation{why: "its organisation isn't matched", inactive: true}, true
	case company.Archived && carded && card.Company != home:
		return expectation{}, false // it moved there
	case company.Archived:
		return expectation{why: "its company is archived", same: true, still: still}, true
	case d.Gone:
		return expectation{why: "it is gone", inactive: true, still: still}, true
	case t.w.now[in].Skip != "" && d.Type == t.w.now[in].Skip:
		return expectation{why: "its type is skipped", inactive: true, still: still}, true
	case !carded:
		return t.fresh(before, in, key)
	}
	a, there := before.assets[card.Asset]
	if !there {
		if t.deleted[id] != home || t.restless[id] {
			return expectation{}, false
		}
		return expectation{why: "its asset was deleted", inactive: true}, true
	}
	moved := a.Company != home && !t.carriedBy[a.ID]
	switch {
	case t.restless[id] && moved || t.carriedBy[a.ID]:
		return expectation{}, false // re-matched, or carried by a person
	case a.Archived && moved:
		return expectation{}, false
	case a.Archived:
		return expectation{why: "its asset is archived", same: true}, true
	case moved && t.untouched(before, a) && t.w.h.Platform.MoveCompany:
		return expectation{why: "it moved, and its asset is ours", card: store.CardActive, asset: a.ID, in: home, name: a.Name}, true
	case moved:
		return t.fresh(before, in, key)
	}
	return t.stays(before, in, key, a)
}

// succeeded reports whether another device may take over the asset of one.
func (t *truth) succeeded(in int, key string) bool {
	one := t.w.ups[in].devices[key]
	for other, d := range t.w.ups[in].devices {
		if other != key && !d.Gone && (d.Serial == one.Serial || strings.EqualFold(d.Name, one.Name)) {
			return true
		}
	}
	return false
}

// twice reports whether another device in the same company may be the same one.
func (t *truth) twice(in int, key string) bool {
	d := t.w.ups[in].devices[key]
	for other, o := range t.w.ups[in].devices {
		if other != key && !o.Gone && goodSerial(d.Serial) && o.Serial == d.Serial && t.home(in, o.Org) == t.home(in, d.Org) {
			return true
		}
	}
	return false
}

// stays predicts a record that is on its asset already.
func (t *truth) stays(before snapshot, in int, key string, a store.Asset) (expectation, bool) {
	d := *t.w.ups[in].devices[key]
	if len(t.records[a.ID]) > 1 || t.twice(in, key) {
		return expectation{}, false // which of them writes is another story
	}
	want := expectation{why: "it is here", card: store.CardActive, asset: a.ID, in: a.Company, of: a.Layout, name: a.Name}
	s := t.w.now[in]
	if wanted := t.w.layouts[s.Layout].ID; wanted != a.Layout && t.untouched(before, a) && s.Refile == store.RefileMove && t.w.h.Platform.MoveLayout {
		want.of, want.name = "", "" // it may move, when that is confirmed, or be brought up to date
		return want, true
	}
	if t.creator[a.ID] == byEngine && s.Names && t.fed[spot{a.ID, store.NameField}] == a.Name && !t.pinned[spot{a.ID, store.NameField}] {
		want.name = d.Name
	}
	for i, text := range []string{d.Serial, t.w.ups[in].model(key, d)} {
		want.texts = append(want.texts, t.fedText(a, i, text))
	}
	return want, true
}

// unpredicted stands for a value about which the model says nothing.
const unpredicted = "\x00"

// fedText predicts a fed field of an asset that one record feeds.
func (t *truth) fedText(a store.Asset, field int, upstream string) string {
	is := t.w.textOf(a, field)
	at := spot{a.ID, t.w.layout(a.Layout).Fields[field].ID}
	fed, ours := t.fed[at]
	switch {
	case t.pinned[at]:
		return is
	case ours && fed != is && t.flips[at] > 0:
		return unpredicted // it has been changed back and forth
	case upstream == "" || is == upstream:
		return is
	case is == "", ours && fed == is:
		return upstream
	case ours:
		return upstream
	default:
		return is // a person's
	}
}

// fresh predicts a record without a card, where that is simple: nothing here is
// like it, or one thing is.
func (t *truth) fresh(before snapshot, in int, key string) (expectation, bool) {
	d := *t.w.ups[in].devices[key]
	id := record(fmt.Sprintf("%d%s", in, key))
	home := t.home(in, d.Org)
	for other, o := range t.w.ups[in].devices {
		if other == key || o.Gone || t.home(in, o.Org) != home {
			continue
		}
		if strings.EqualFold(o.Name, d.Name) || goodSerial(d.Serial) && o.Serial == d.Serial {
			return expectation{}, false
		}
	}
	if _, deleted := t.deleted[id]; deleted || t.buried[id][home] {
		return expectation{}, false
	}
	layout := t.w.layouts[t.w.now[in].Layout].ID
	var serial, name []store.Asset
	for _, a := range before.in(home) {
		if t.unknown[a.ID] || t.stackedLike(before, a, in, d) {
			return expectation{}, false
		}
		if goodSerial(d.Serial) && t.w.textOf(a, 0) == d.Serial {
			serial = append(serial, a)
		}
		if strings.EqualFold(a.Name, d.Name) {
			name = append(name, a)
		}
	}
	made := expectation{why: "nothing here is like it", card: store.CardActive, in: home, of: layout, name: d.Name, texts: []string{d.Serial, t.w.ups[in].model(key, d)}}
	if t.w.ups[in].orgs[d.Org].Disabled {
		if len(serial) > 0 || len(name) > 0 {
			return expectation{}, false
		}
		return expectation{why: "its organisation is disabled", inactive: true}, true
	}
	switch {
	case len(serial) == 0 && len(name) == 0:
		return made, true
	case len(serial) == 1:
		return t.attaches(before, in, key, serial[0], layout)
	case len(serial) == 0 && len(name) == 1 && len(before.on(name[0].ID)) == 0 && goodSerial(d.Serial) && goodSerial(t.w.textOf(name[0], 0)):
		made.why = "a serial that differs"
		return made, true
	}
	return expectation{}, false
}

// stackedLike reports whether a card gives an asset a key of a device that the
// asset itself doesn't show.
func (t *truth) stackedLike(before snapshot, a store.Asset, in int, d upDevice) bool {
	return slices.ContainsFunc(before.on(a.ID), func(c store.Card) bool {
		if c.ID.Integration != modelIDs[in] && t.w.ups[1-in].devices[string(c.ID.Key)].Serial == d.Serial {
			return true
		}
		return strings.EqualFold(c.Name, d.Name) && !strings.EqualFold(a.Name, d.Name) ||
			goodSerial(d.Serial) && strings.Contains(string(c.Data), d.Serial) && t.w.textOf(a, 0) != d.Serial
	})
}

// attaches predicts a record whose serial number one asset has.
func (t *truth) attaches(before snapshot, in int, key string, a store.Asset, layout store.LayoutID) (expectation, bool) {
	for _, c := range before.on(a.ID) {
		if c.ID.Integration == modelIDs[in] {
			return expectation{}, false // succession, or taken
		}
	}
	switch {
	case a.Archived:
		return expectation{why: "it matches an archived asset", inactive: true}, true
	case a.Layout != layout:
		return expectation{why: "it matches an asset of another layout", inactive: true}, true
	}
	want := expectation{why: "one asset has its serial number", card: store.CardActive, asset: a.ID, in: a.Company, of: layout, name: a.Name}
	if len(before.on(a.ID)) > 0 {
		return want, true // what another card wrote there may have ended
	}
	d := *t.w.ups[in].devices[key]
	for i, text := range []string{d.Serial, t.w.ups[in].model(key, d)} {
		switch is := t.w.textOf(a, i); {
		case is != "":
			text = is
		case t.pinned[spot{a.ID, t.w.layout(a.Layout).Fields[i].ID}]:
			text = ""
		}
		want.texts = append(want.texts, text)
	}
	return want, true
}

func goodSerial(s string) bool { return strings.HasPrefix(s, "SN-") }
