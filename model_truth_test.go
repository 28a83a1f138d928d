package dovetail_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
)

// creator says who made an asset.
type creator int

const (
	byEngine creator = iota + 1
	byPerson
)

// spot is a field of an asset, or its name.
type spot struct {
	asset store.AssetID
	field store.FieldID
}

// truth is what really happened, noted by who did it, and nothing that the
// engine's bookkeeping says.
type truth struct {
	w *modelWorld
	// at is the step that is being lived through.
	at string
	// matched are the companies of organisations, as "0o1".
	matched map[string]store.CompanyID
	// creator says who made each asset.
	creator map[store.AssetID]creator
	// typed are the last values that people typed, fed those that runs wrote.
	typedAt map[spot]string
	fed     map[spot]string
	// wrote are the values that runs wrote last, also where nobody feeds them any
	// more, and detached the organisations whose cards were once taken off on
	// purpose: what they left is a person's.
	wrote    map[spot]string
	detached map[string]bool
	// pinned are the fields that people pinned, and flips counts how often a run
	// took the place of what a person had typed.
	pinned map[spot]bool
	flips  map[spot]int
	// carriedBy and shelvedBy people are assets that were moved to another
	// company, or were archived.
	carriedBy map[store.AssetID]bool
	// records are those that ever had a card on an asset.
	records map[store.AssetID]map[store.RecordID]bool
	// made are the live assets that runs made for a record.
	made map[store.RecordID][]store.AssetID
	// deleted are the companies in which people deleted a record's asset.
	deleted map[store.RecordID]store.CompanyID
	// buried are all companies in which they ever did.
	buried map[store.RecordID]map[store.CompanyID]bool
	// restless are records whose organisation was matched to another company
	// since their asset was made, or whose asset a person carried away; wandered
	// are those and the ones that moved upstream: another asset may be made for
	// them.
	restless, wandered map[store.RecordID]bool
	// lost are records that ever lost an asset.
	lost map[store.RecordID]bool
	// rejected are the pairs of a record and an asset that people said it isn't.
	rejected map[store.RecordID]map[store.AssetID]bool
	// merged is what was answered about an organisation that is gone.
	merged map[string]store.MergeAnswer
	// behind are the integrations whose last read isn't to be trusted: the next
	// one goes on from it.
	behind [2]bool
	// phones are what people typed into companies' details.
	phones map[store.CompanyID]string
	// unknown are assets about which nothing is predicted any more.
	unknown map[store.AssetID]bool
}

func newTruth(w *modelWorld) *truth {
	return &truth{
		w: w, matched: make(map[string]store.CompanyID), creator: make(map[store.AssetID]creator),
		rejected: make(map[store.RecordID]map[store.AssetID]bool), merged: make(map[string]store.MergeAnswer),
		wrote: make(map[spot]string), detached: make(map[string]bool),
		typedAt: make(map[spot]string), pinned: make(map[spot]bool), flips: make(map[spot]int), fed: make(map[spot]string), carriedBy: make(map[store.AssetID]bool),
		records: make(map[store.AssetID]map[store.RecordID]bool), made: make(map[store.RecordID][]store.AssetID),
		deleted: make(map[store.RecordID]store.CompanyID), buried: make(map[store.RecordID]map[store.CompanyID]bool), restless: make(map[store.RecordID]bool), lost: make(map[store.RecordID]bool), wandered: make(map[store.RecordID]bool),
		phones: make(map[store.CompanyID]string), unknown: make(map[store.AssetID]bool),
	}
}

func (t *truth) fail(rule, format string, args ...any) {
	fail(rule, "%s (%s)", fmt.Sprintf(format, args...), t.at)
}

// typed notes what a person typed. What is there already is no news.
func (t *truth) typed(a store.Asset, field store.FieldID, text string) {
	at := spot{a.ID, field}
	if fed, ok := t.fed[at]; ok && fed == text {
		delete(t.typedAt, at)
		return
	}
	t.typedAt[at] = text
}

// written notes an asset that a person made.
func (t *truth) written(a store.Asset) {
	t.creator[a.ID] = byPerson
	for field, value := range a.Values {
		t.typedAt[spot{a.ID, field}] = value.String()
	}
	t.typedAt[spot{a.ID, store.NameField}] = a.Name
}

func (t *truth) carried(id store.AssetID) {
	t.carriedBy[id] = true
	for r := range t.records[id] {
		t.restless[r], t.wandered[r] = true, true
	}
}

// wander notes that a record moves upstream.
func (t *truth) wander(in int, dev, to string) {
	if d := t.w.ups[in].devices[dev]; d != nil && d.Org != to {
		t.wandered[record(fmt.Sprintf("%d%s", in, dev))] = true
	}
}

// erased notes that a person deleted an asset.
func (t *truth) erased(w *modelWorld, a store.Asset) {
	for _, c := range w.snap().on(a.ID) {
		t.deleted[c.ID] = a.Company
		if t.buried[c.ID] == nil {
			t.buried[c.ID] = make(map[store.CompanyID]bool)
		}
		t.buried[c.ID][a.Company] = true
		in := int(c.ID.Integration[len(c.ID.Integration)-1] - '0')
		if t.home(in, w.ups[in].devices[string(c.ID.Key)].Org) == a.Company && c.Company == a.Company { // else no run has seen it there
			delete(t.wandered, c.ID)
		} else {
			t.wandered[c.ID] = true
		}
	}
	for r, assets := range t.made {
		t.made[r] = lessOne(assets, a.ID)
	}
	delete(t.creator, a.ID)
	for at := range t.typedAt {
		if at.asset == a.ID {
			delete(t.typedAt, at)
		}
	}
}

func lessOne(assets []store.AssetID, id store.AssetID) (rest []store.AssetID) {
	for _, a := range assets {
		if a != id {
			rest = append(rest, a)
		}
	}
	return rest
}

// decided notes a decision, and that its records are on the move.
func (t *truth) decided(in int, org string, company store.CompanyID) {
	key := fmt.Sprintf("%d%s", in, org)
	if t.matched[key] == company {
		return
	}
	t.matched[key] = company
	for dev, d := range t.w.ups[in].devices {
		if d.Org == org {
			id := record(fmt.Sprintf("%d%s", in, dev))
			t.restless[id], t.wandered[id] = true, true
		}
	}
}

// answered notes the answer to a merge, and what it makes of the matches.
func (t *truth) answered(in int, from, into string, how store.MergeAnswer) {
	t.merged[fmt.Sprintf("%d%s %s", in, from, into)] = how
	for row, err := range t.w.engine.MatchedCompanies(t.w.ctx, modelIDs[in]) {
		must(err)
		t.decided(in, string(row.ID.Key), row.Company)
	}
	for _, c := range t.w.snap().cards {
		if c.Pinned { // a person's word, as if it had been carried there
			t.carriedBy[c.Asset] = true
		}
	}
}

// chosen notes a decision about a record. About the assets in question nothing
// is predicted from then on.
func (t *truth) chosen(before, after snapshot, row dovetail.RecordRow, decision dovetail.CardDecision) {
	t.wandered[row.Record] = true
	delete(t.deleted, row.Record)
	for _, a := range row.Assets {
		t.unknown[a.ID] = true
	}
	t.unknown[decision.Asset] = true
	switch decision.Verdict {
	case dovetail.CardReject:
		if t.rejected[row.Record] == nil {
			t.rejected[row.Record] = make(map[store.AssetID]bool)
		}
		t.rejected[row.Record][decision.Asset] = true
	case dovetail.CardPut, dovetail.CardMoveAsset:
		delete(t.rejected[row.Record], decision.Asset)
		t.carriedBy[decision.Asset] = true
	default:
	}
	if decision.Verdict != dovetail.CardMoveAsset && decision.Verdict != dovetail.CardUnarchive { // these a person does to an asset
		t.watch(before, after, int(row.Record.Integration[len(row.Record.Integration)-1]-'0'))
	} else {
		t.note(before, after)
	}
	t.nothingLost(before, after)
}

// neverAgain requires that no record is put on an asset that a person said it
// isn't.
func (t *truth) neverAgain(after snapshot) {
	for id, c := range after.cards {
		if t.rejected[id][c.Asset] {
			t.fail("what a person rejected is not linked again", "%s is on %s", id, c.Asset)
		}
	}
}

// waits reports whether a record is on an asset of an organisation that was
// merged into another one, and nobody has answered yet. Where the asset's card
// doesn't say whose it was, it doesn't.
func (t *truth) waits(c store.Card) bool {
	in := int(c.ID.Integration[len(c.ID.Integration)-1] - '0')
	from := t.w.ups[in].orgs[string(c.Container)]
	into := t.w.ups[in].devices[string(c.ID.Key)].Org
	return c.State == store.CardActive && from != nil && from.Gone && t.merged[fmt.Sprintf("%d%s %s", in, c.Container, into)] == "" && t.home(in, string(c.Container)) == c.Company
}

// home is the company that an organisation is matched to.
func (t *truth) home(in int, org string) store.CompanyID {
	return t.matched[fmt.Sprintf("%d%s", in, org)]
}

// untouched reports whether an asset is as runs made it.
func (t *truth) untouched(before snapshot, a store.Asset) bool {
	if t.creator[a.ID] != byEngine || len(before.on(a.ID)) > 1 || t.fed[spot{a.ID, store.NameField}] != a.Name {
		return false
	}
	for _, f := range t.w.layout(a.Layout).Fields {
		if a.Values[f.ID].String() != t.fed[spot{a.ID, f.ID}] {
			return false
		}
	}
	return true
}

// watch holds what a run did against what no run may do, however it ended, and
// notes what it wrote.
func (t *truth) watch(before, after snapshot, in int) {
	t.companiesKept(before, after, in)
	for id, old := range before.assets {
		now, there := after.assets[id]
		if !there {
			t.fail("nothing is deleted", "asset %s %q", id, old.Name)
		}
		t.assetKept(before, old, now)
	}
	for id, now := range after.assets {
		if old, there := before.assets[id]; !there || old.Layout == now.Layout && t.w.textOf(old, 1) != t.w.textOf(now, 1) {
			t.rightCompany(now, in)
		}
	}
	t.note(before, after)
	t.onceOnly(before, after)
	t.settled(before, after)
}

func textsDiffer(a, b store.Values) bool {
	x, y := textsOf(a), textsOf(b)
	if len(x) != len(y) {
		return true
	}
	for id, text := range x {
		if y[id] != text {
			return true
		}
	}
	return false
}

// companiesKept requires that a company's details are a person's, or those of an
// organisation that is matched to it.
func (t *truth) companiesKept(before, after snapshot, in int) {
	for id, now := range after.companies {
		old := before.companies[id]
		if now.Archived != old.Archived && old.ID != "" {
			t.fail("companies are not archived", "%s", now.Name)
		}
		if now.Details.Phone == old.Details.Phone {
			continue
		}
		_, mark, found := strings.Cut(now.Details.Phone, "@")
		if !found || t.matched[mark] != id || mark[0] != byte('0'+in) {
			t.fail("nothing in the wrong company", "the phone %q is in %s", now.Details.Phone, now.Name)
		}
		if typed := t.phones[id]; typed != "" && typed == old.Details.Phone {
			t.fail("nothing of a person's is lost", "the phone %q of %s", typed, now.Name)
		}
	}
}

// assetKept requires that what people made or worked on stays what and where it
// is.
func (t *truth) assetKept(before snapshot, old, now store.Asset) {
	moved := old.Company != now.Company || old.Layout != now.Layout || old.Archived != now.Archived
	switch {
	case t.creator[old.ID] == byPerson && (moved || old.Name != now.Name):
		t.fail("assets of people are not renamed, moved or archived", "%s %q", old.ID, old.Name)
	case moved && !t.untouched(before, old) && !t.unknown[old.ID]:
		t.fail("assets that people worked on are not moved or archived", "%s %q is %q in %s now", old.ID, old.Name, now.Name, now.Company)
	case old.Company != now.Company && len(before.on(old.ID)) == 1 && t.waits(before.on(old.ID)[0]):
		t.fail("nothing moves before a merge is answered", "%s %q is in %s now", old.ID, old.Name, now.Company)
	case old.Name != now.Name && t.fed[spot{old.ID, store.NameField}] != old.Name:
		t.fail("a person's name for an asset stays", "%q became %q", old.Name, now.Name)
	}
}

// rightCompany requires that an asset that was written shows nothing of an
// organisation that isn't matched to its company, unless a person carried it
// there.
func (t *truth) rightCompany(a store.Asset, in int) {
	_, mark, found := strings.Cut(t.w.textOf(a, 1), "@")
	if !found || t.carriedBy[a.ID] || mark[0] != byte('0'+in) {
		return
	}
	if t.matched[mark] != a.Company {
		t.fail("nothing in the wrong company", "%s %q with %q is in company %s", a.ID, a.Name, t.w.textOf(a, 1), a.Company)
	}
}

// note notes what a run wrote.
func (t *truth) note(before, after snapshot) {
	for id, now := range after.assets {
		old, there := before.assets[id]
		if !there {
			t.creator[id] = byEngine
			r := t.recordOf(now)
			t.made[r] = append(t.made[r], id)
		}
		if old.Name != now.Name {
			t.fed[spot{id, store.NameField}] = now.Name
		}
		if old.Layout != now.Layout && there {
			t.refiled(old, now)
		}
		for _, f := range t.w.layout(now.Layout).Fields {
			if text := now.Values[f.ID].String(); text != old.Values[f.ID].String() && (old.Layout == now.Layout || !there) {
				at := spot{id, f.ID}
				if fed, ours := t.fed[at]; ours && fed != old.Values[f.ID].String() {
					t.flips[at]++
				}
				t.fed[at], t.wrote[at] = text, text
			}
		}
		if len(before.on(id)) > 0 && len(after.on(id)) == 0 {
			for at := range t.fed { // what nobody feeds any more is a person's
				if at.asset == id {
					delete(t.fed, at)
				}
			}
		}
		for _, c := range after.on(id) {
			if t.records[id] == nil {
				t.records[id] = make(map[store.RecordID]bool)
			}
			t.records[id][c.ID] = true
		}
	}
}

// settled notes which records have arrived.
func (t *truth) settled(before, after snapshot) {
	for id := range before.cards {
		if _, there := after.cards[id]; !there {
			t.wandered[id], t.lost[id] = true, true // its asset is another record's perhaps
		}
	}
	for id, c := range after.cards {
		old, there := before.cards[id]
		t.lost[id] = t.lost[id] || there && old.Asset != c.Asset
		if !there || old.Asset != c.Asset {
			if c.Company == c.Home {
				delete(t.restless, id)
				delete(t.wandered, id)
			}
		}
	}
}

// refiled carries what was noted about an asset's fields over to its new layout.
func (t *truth) refiled(old, now store.Asset) {
	from, to := t.w.layout(old.Layout), t.w.layout(now.Layout)
	for i, f := range from.Fields {
		if text, ok := t.typedAt[spot{old.ID, f.ID}]; ok {
			delete(t.typedAt, spot{old.ID, f.ID})
			t.typedAt[spot{old.ID, to.Fields[i].ID}] = text
		}
		if text, ok := t.fed[spot{old.ID, f.ID}]; ok {
			delete(t.fed, spot{old.ID, f.ID})
			t.fed[spot{old.ID, to.Fields[i].ID}], t.wrote[spot{old.ID, to.Fields[i].ID}] = text, text
		}
	}
}

// onceOnly requires that no second asset is made for a record, and none for one
// whose asset a person deleted.
func (t *truth) onceOnly(before, after snapshot) {
	for r, assets := range t.made {
		fresh := 0
		for _, id := range assets {
			if _, there := before.assets[id]; !there && after.assets[id].ID != "" {
				fresh++
			}
		}
		if fresh == 0 || r.Key == "" {
			continue
		}
		t.oneOf(r, assets, after)
	}
}

func (t *truth) oneOf(r store.RecordID, assets []store.AssetID, after snapshot) {
	newest := after.assets[assets[len(assets)-1]]
	if company, deleted := t.deleted[r]; deleted && company == newest.Company && !t.wandered[r] {
		t.fail("what a person deleted is not made again", "%s %q", r, newest.Name)
	}
	delete(t.deleted, r)
	for _, id := range assets[:len(assets)-1] {
		if other := after.assets[id]; other.Company == newest.Company && !t.wandered[r] && !t.unknown[id] {
			t.fail("no record gets two assets", "%s has %s %q and %s %q in company %s", r, id, other.Name, newest.ID, newest.Name, newest.Company)
		}
	}
}

// nothingLost requires that each value that a person typed is where it was
// typed, or on the list of overwritten values, from which nothing gets lost.
func (t *truth) nothingLost(before, after snapshot) {
	kept := make(map[spot]map[string]bool)
	for _, o := range after.overwritten {
		at := spot{o.Asset, o.Field}
		if kept[at] == nil {
			kept[at] = make(map[string]bool)
		}
		kept[at][o.Value.String()] = true
	}
	if len(after.overwritten) < len(before.overwritten) {
		t.fail("nothing of a person's is lost", "the list of overwritten values has lost some")
	}
	for at, text := range t.typedAt {
		a, there := after.assets[at.asset]
		if !there || text == "" {
			continue
		}
		is := a.Values[at.field].String()
		if at.field == store.NameField {
			is = a.Name
		}
		if is == text {
			continue
		}
		if !kept[at][text] {
			t.fail("nothing of a person's is lost", "%q was typed into %s of %s %q, there is %q now, and it is not on the list", text, at.field, a.ID, a.Name, is)
		}
		delete(t.typedAt, at)
	}
}

// atRest requires, when nothing is left to do, that no company shows what runs
// wrote for an organisation that is matched to another one, and that each active
// card is where its record belongs.
func (t *truth) atRest(s snapshot) {
	for id, a := range s.assets {
		r := t.recordOf(a)
		_, mark, _ := strings.Cut(t.w.textOf(a, 1), "@")
		if t.creator[id] != byPerson && len(s.on(id)) == 0 || t.pinned[spot{id, t.w.layout(a.Layout).Fields[1].ID}] || len(t.records[id]) > 1 {
			continue // what runs made and people worked on stays, and is listed
		}
		if r.Key == "" || a.Archived || t.carriedBy[id] || t.unknown[id] || t.detached[mark] || t.wrote[spot{id, t.w.layout(a.Layout).Fields[1].ID}] != t.w.textOf(a, 1) {
			continue
		}
		in := int(mark[0] - '0')
		d := t.w.ups[in].devices[string(r.Key)]
		home := t.matched[mark]
		if home == "" || home == a.Company || d.Gone || d.Org != mark[1:] || s.companies[home].Archived || s.companies[a.Company].Archived {
			continue
		}
		if t.w.ups[in].orgs[d.Org].Gone || t.w.now[in].Skip == d.Type || slices.ContainsFunc(s.on(id), t.waits) {
			continue
		}
		t.fail("nothing in the wrong company", "%s %q still shows %q in company %s, and it belongs to %s", id, a.Name, t.w.textOf(a, 1), a.Company, home)
	}
	for id, c := range s.cards {
		in := int(id.Integration[len(id.Integration)-1] - '0')
		d, a := t.w.ups[in].devices[string(id.Key)], s.assets[c.Asset]
		if slices.Contains(t.made[id], a.ID) && c.Origin == store.OriginClaimed && !t.lost[id] {
			t.fail("what was made for a record is known as made", "%s is on %s %q as if that had been found", id, a.ID, a.Name)
		}
		if c.State != store.CardActive || c.Pinned || t.carriedBy[c.Asset] || a.ID == "" || t.w.ups[in].orgs[d.Org].Gone {
			continue
		}
		if home := t.home(in, d.Org); home != a.Company && !s.companies[home].Archived && !s.companies[a.Company].Archived && !a.Archived && !t.waits(c) {
			t.fail("cards are where their records belong", "the card of %s is active on %s %q in company %s, and it belongs to %s", id, a.ID, a.Name, a.Company, home)
		}
	}
}
