package dovetail_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// history is a random story: on which platform, and what happens.
type history struct {
	Platform modelPlatform
	Steps    []step
}

// modelPlatform says what the platform of a history can do.
type modelPlatform struct{ Versions, Intents, MoveCompany, MoveLayout, Archive bool }

func (p modelPlatform) capabilities() store.Capabilities {
	return store.Capabilities{Versions: p.Versions, Intents: p.Intents, MoveCompany: p.MoveCompany, MoveLayout: p.MoveLayout, Archive: p.Archive}
}

// step is one thing that happens. One that can't happen as things are does
// nothing, so that a history may lose any of its steps.
type step interface{ do(w *modelWorld) }

// What happens upstream.
type (
	// put makes a device, or changes it.
	put struct {
		In                           int
		Dev, Org, Name, Serial, Type string
		Rev                          int
	}
	// vanish ends a device.
	vanish struct {
		In  int
		Dev string
	}
	// shift moves a device to another organisation.
	shift struct {
		In       int
		Dev, Org string
	}
	// reinstall gives a device another id.
	reinstall struct {
		In      int
		Dev, As string
	}
	// change changes an organisation.
	change struct {
		In       int
		Org      string
		Rev      int
		Disabled bool
	}
	// leave ends an organisation with its devices.
	leave struct {
		In  int
		Org string
	}
	// merge ends an organisation, and gives its devices to another one.
	merge struct {
		In         int
		From, Into string
	}
)

// What people do in the platform. At names an asset: that of a record, as in
// "0d1", or one that was made by hand, as in "h1".
type (
	// edit types a value into a field.
	edit struct {
		At    string
		Field int
		Text  string
	}
	// rename gives an asset another name.
	rename struct{ At, Name string }
	// shelve archives an asset, or brings it back.
	shelve struct {
		At string
		On bool
	}
	// erase deletes an asset.
	erase struct{ At string }
	// write makes an asset by hand.
	write struct {
		Hand            int
		Company, Layout int
		Name, Serial    string
	}
	// carry moves an asset to another company.
	carry struct {
		At      string
		Company int
	}
	// shut archives a company, or brings it back.
	shut struct {
		Company int
		On      bool
	}
	// pin keeps what a fed field has, or its name where Field is 3, or lets it go.
	pin struct {
		At    string
		Field int
		On    bool
	}
	// phone types a telephone number into a company's details.
	phone struct {
		Company int
		Text    string
	}
)

// What people decide.
type (
	// decide matches an organisation to one of the companies, creates one for it,
	// ignores it or takes it back.
	decide struct {
		In      int
		Org     string
		Verdict dovetail.Verdict
		Company int
		Leave   store.LeavePolicy
	}
	// choose decides about a record: one of what can be decided, with one of the
	// assets in question, or another one.
	choose struct {
		At, To string
		Which  int
	}
	// respond answers all merges upstream that wait.
	respond struct {
		In  int
		How store.MergeAnswer
	}
	// settings are other settings.
	settings struct {
		In     int
		Skip   string
		Layout int
		Names  bool
		Refile store.RefilePolicy
	}
	// confirm lets pass what the last plan holds.
	confirm struct{ In int }
)

// What the engine does.
type (
	// run syncs, with something that goes wrong at some time.
	run struct {
		In    int
		Fault fault
		At    int
	}
	// rest syncs until nothing is left to do.
	rest struct{}
)

// fault is what goes wrong in a run.
type fault string

// The faults.
const (
	faultNone    fault = ""
	faultCut     fault = "the read stops"
	faultLookup  fault = "no look-up"
	faultRefuse  fault = "a create is refused"
	faultBusy    fault = "the platform is unavailable"
	faultLost    fault = "an answer is lost"
	faultCrash   fault = "crash"
	faultMeanly  fault = "an edit between plan and apply"
	faultDryRun  fault = "a plan that nobody applies"
	faultPartial fault = "one organisation only"
)

// modelOrgs are the organisations of the small world in which everything meets
// everything.
var modelOrgs = []string{"o1", "o2", "o3"}

// dice make random histories.
type modelDice struct {
	*rand.Rand
	// puts are the devices so far, as "0d1".
	puts map[string]put
}

func newModelDice(seed, n uint64) modelDice {
	return modelDice{rand.New(rand.NewPCG(seed, n)), make(map[string]put)}
}

func (d modelDice) one(of ...string) string { return of[d.IntN(len(of))] }

func (d modelDice) dev() string { return fmt.Sprintf("d%d", 1+d.IntN(5)) }
func (d modelDice) org() string { return d.one("o1", "o1", "o2", "o2", "o3") }
func (d modelDice) in() int     { return d.IntN(5) / 4 } // the second integration has less to do
func (d modelDice) name() string {
	return fmt.Sprintf("PC-%d", 1+d.IntN(6))
}

func (d modelDice) serial() string {
	if d.IntN(5) == 0 {
		return d.one("", "To Be Filled By O.E.M.")
	}
	return fmt.Sprintf("SN-%d04", 10+d.IntN(6))
}

func (d modelDice) at() string {
	if d.IntN(4) == 0 {
		return fmt.Sprintf("h%d", 1+d.IntN(4))
	}
	return fmt.Sprintf("%d%s", d.in(), d.dev())
}

// history makes a history of so many steps, with or without things that go wrong.
func (d modelDice) history(steps int, calm bool) history {
	yes := func() bool { return d.IntN(3) > 0 }
	h := history{Platform: modelPlatform{Versions: yes(), Intents: yes(), MoveCompany: yes(), MoveLayout: yes(), Archive: yes()}}
	for i := range 5 {
		h.Steps = append(h.Steps, d.put(0, i))
	}
	h.Steps = append(h.Steps,
		write{Hand: 1, Company: d.IntN(2), Layout: d.IntN(2), Name: d.name(), Serial: d.serial()},
		decide{In: 0, Org: "o1", Verdict: dovetail.VerdictMatch, Company: 0},
		decide{In: 0, Org: "o2", Verdict: dovetail.VerdictMatch, Company: 1},
		decide{In: 1, Org: "o1", Verdict: dovetail.VerdictMatch, Company: d.IntN(2)},
		run{In: 0})
	for i := range steps {
		s := d.step(i)
		h.Steps = append(h.Steps, s)
		if _, ok := s.(settings); ok && d.IntN(2) == 0 { // what it holds is approved at once
			h.Steps = append(h.Steps, run{In: 0}, confirm{In: 0}, run{In: 0})
		}
		if d.IntN(3) == 0 {
			r := d.run()
			if calm {
				r.Fault = faultNone
			}
			h.Steps = append(h.Steps, r)
		}
	}
	return h
}

func (d modelDice) put(in, i int) step {
	dev := d.dev()
	if old, ok := d.puts[fmt.Sprint(in, dev)]; ok && d.IntN(2) == 0 { // news of a device that is there
		old.Rev = i
		if d.IntN(3) == 0 {
			old.Name = d.one(d.name(), fmt.Sprintf("%s new %d", old.Name, i))
		}
		d.puts[fmt.Sprint(in, dev)] = old
		return old
	}
	name, serial := d.name(), d.serial()
	if d.IntN(3) > 0 { // mostly those of its own, so that not all is unclear
		name, serial = fmt.Sprintf("Host-%d%s", in, dev), fmt.Sprintf("SN-%d%s77", in, dev)
	}
	fresh := put{In: in, Dev: dev, Org: d.org(), Name: name, Serial: serial, Type: d.one("pc", "pc", "pc", "vm"), Rev: i}
	d.puts[fmt.Sprint(in, dev)] = fresh
	return fresh
}

func (d modelDice) step(i int) step {
	switch d.IntN(21) {
	case 0, 1, 2:
		return d.put(d.in(), i)
	case 3:
		return vanish{In: d.in(), Dev: d.dev()}
	case 4, 20:
		return shift{In: d.in(), Dev: d.dev(), Org: d.org()}
	case 5:
		return reinstall{In: d.in(), Dev: d.dev(), As: fmt.Sprintf("d%d", 1+d.IntN(8))}
	case 6:
		switch d.IntN(6) {
		case 0:
			return leave{In: d.in(), Org: d.org()}
		case 1:
			return merge{In: d.in(), From: d.org(), Into: d.org()}
		default:
			return change{In: d.in(), Org: d.org(), Rev: i, Disabled: d.IntN(3) == 0}
		}
	case 7, 8:
		return d.edit(i)
	case 9:
		return rename{At: d.at(), Name: d.one(d.name(), fmt.Sprintf("renamed %d", i))}
	case 10:
		return shelve{At: d.at(), On: d.IntN(3) > 0}
	case 11:
		return erase{At: d.at()}
	case 12:
		return write{Hand: 1 + d.IntN(4), Company: d.IntN(3), Layout: d.IntN(2), Name: d.name(), Serial: d.serial()}
	case 13:
		if d.IntN(2) == 0 {
			return pin{At: d.at(), Field: []int{0, 1, 1, 2, 3}[d.IntN(5)], On: d.IntN(4) > 0}
		}
		return carry{At: d.at(), Company: d.IntN(3)}
	case 14:
		if d.IntN(2) == 0 {
			return phone{Company: d.IntN(3), Text: d.one("", fmt.Sprintf("0800 %d", i))}
		}
		return shut{Company: d.IntN(3), On: d.IntN(2) == 0}
	case 15:
		verdicts := []dovetail.Verdict{dovetail.VerdictMatch, dovetail.VerdictMatch, dovetail.VerdictCreate, dovetail.VerdictIgnore, dovetail.VerdictUnmatch}
		verdict := verdicts[d.IntN(len(verdicts))]
		var left store.LeavePolicy
		if verdict == dovetail.VerdictUnmatch || verdict == dovetail.VerdictIgnore {
			left = []store.LeavePolicy{store.LeaveKeep, store.LeaveDetach, store.LeaveArchive}[d.IntN(3)]
		}
		return decide{In: d.in(), Org: d.org(), Verdict: verdict, Company: d.IntN(3), Leave: left}
	case 16:
		return d.edit(i)
	case 17:
		return settings{In: d.in(), Skip: d.one("", "", "vm"), Layout: d.IntN(2), Names: d.IntN(2) == 0, Refile: []store.RefilePolicy{store.RefileMove, store.RefileReport, store.RefileKeep}[d.IntN(3)]}
	case 18:
		switch d.IntN(4) {
		case 0, 1:
			return choose{At: fmt.Sprintf("%d%s", d.in(), d.dev()), To: d.at(), Which: d.IntN(30)}
		case 2:
			return respond{In: d.in(), How: []store.MergeAnswer{store.MergeFollow, store.MergeMove, store.MergeKeep}[d.IntN(3)]}
		}
		return confirm{In: d.in()}
	default:
		return rest{}
	}
}

func (d modelDice) edit(i int) step {
	return edit{At: d.at(), Field: d.IntN(3), Text: d.one("", fmt.Sprintf("typed %d", i), fmt.Sprintf("typed %d", i), d.serial())}
}

func (d modelDice) run() run {
	faults := []fault{
		faultNone, faultNone, faultNone, faultNone, faultCut, faultLookup, faultRefuse, faultBusy, faultLost,
		faultCrash, faultCrash, faultMeanly, faultDryRun, faultPartial,
	}
	return run{In: d.IntN(4) / 3, Fault: faults[d.IntN(len(faults))], At: 1 + d.IntN(40)}
}

// String writes the history down as Go does, to be put into a test.
func (h history) String() string {
	var text strings.Builder
	write := func(v any) string { return strings.ReplaceAll(fmt.Sprintf("%#v", v), "dovetail_test.", "") }
	_, _ = fmt.Fprintf(&text, "history{\n\tPlatform: %s,\n\tSteps: []step{\n", write(h.Platform))
	for _, s := range h.Steps {
		_, _ = fmt.Fprintf(&text, "\t\t%s,\n", write(s))
	}
	text.WriteString("\t},\n}")
	return text.String()
}

func (s put) do(w *modelWorld) {
	w.truth.wander(s.In, s.Dev, s.Org)
	w.ups[s.In].devices[s.Dev] = &upDevice{Org: s.Org, Name: s.Name, Serial: s.Serial, Type: s.Type, Rev: s.Rev}
}

func (s vanish) do(w *modelWorld) {
	if d := w.ups[s.In].devices[s.Dev]; d != nil {
		d.Gone = true
	}
}

func (s shift) do(w *modelWorld) {
	if d := w.ups[s.In].devices[s.Dev]; d != nil && !d.Gone {
		w.truth.wander(s.In, s.Dev, s.Org)
		d.Org = s.Org
	}
}

func (s reinstall) do(w *modelWorld) {
	old, again := w.ups[s.In].devices[s.Dev], w.ups[s.In].devices[s.As]
	if old == nil || old.Gone || again != nil {
		return
	}
	fresh := *old
	old.Gone = true
	w.ups[s.In].devices[s.As] = &fresh
}

func (s change) do(w *modelWorld) {
	o := w.ups[s.In].orgs[s.Org]
	o.Rev, o.Disabled, o.Gone = s.Rev, s.Disabled, false
	for _, into := range modelOrgs {
		delete(w.truth.merged, fmt.Sprintf("%d%s %s", s.In, s.Org, into))
	}
}

func (s leave) do(w *modelWorld) {
	w.ups[s.In].orgs[s.Org].Gone = true
	for _, d := range w.ups[s.In].devices {
		d.Gone = d.Gone || d.Org == s.Org
	}
}

func (s merge) do(w *modelWorld) {
	u := w.ups[s.In]
	if s.From == s.Into || u.orgs[s.Into].Gone {
		return
	}
	u.orgs[s.From].Gone = true
	for dev, d := range u.devices {
		if d.Org == s.From && !d.Gone {
			w.truth.wander(s.In, dev, s.Into)
			d.Org = s.Into
		}
	}
}

func (s respond) do(w *modelWorld) {
	merges, err := w.engine.UpstreamMerges(w.ctx, modelIDs[s.In])
	must(err)
	for _, m := range merges {
		err := w.engine.AnswerMerge(w.ctx, dovetail.MergeRequest{By: ada, Integration: modelIDs[s.In], From: m.From, Into: m.Into, Revision: m.Revision, Answer: s.How})
		if err != nil && !store.Settled(err) && !errors.Is(err, dovetail.ErrChanged) {
			must(err)
		}
		if err == nil {
			w.truth.answered(s.In, string(m.From), string(m.Into), s.How)
		}
	}
}

func (s edit) do(w *modelWorld) {
	if a, ok := w.asset(s.At); ok {
		w.people(w.db.Platform().EditAsset(a.ID, func(a *store.Asset) {
			field := w.layout(a.Layout).Fields[s.Field].ID
			delete(a.Values, field)
			if s.Text != "" {
				a.Values[field] = connector.Text(s.Text)
			}
			w.truth.typed(*a, field, s.Text)
		}))
	}
}

func (s rename) do(w *modelWorld) {
	if a, ok := w.asset(s.At); ok {
		w.people(w.db.Platform().EditAsset(a.ID, func(a *store.Asset) {
			a.Name = s.Name
			w.truth.typed(*a, store.NameField, s.Name)
		}))
	}
}

func (s shelve) do(w *modelWorld) {
	if a, ok := w.asset(s.At); ok {
		w.people(w.db.Platform().EditAsset(a.ID, func(a *store.Asset) { a.Archived = s.On }))
	}
}

func (s erase) do(w *modelWorld) {
	if a, ok := w.asset(s.At); ok {
		w.people(w.db.Platform().DeleteAsset(a.ID))
		w.truth.erased(w, a)
	}
}

func (s write) do(w *modelWorld) {
	if _, there := w.hands[s.Hand]; there {
		return
	}
	layout := w.layouts[s.Layout]
	values := store.Values{layout.Fields[2].ID: connector.Text(fmt.Sprintf("by hand %d", s.Hand))}
	if s.Serial != "" {
		values[layout.Fields[0].ID] = connector.Text(s.Serial)
	}
	a, err := w.db.Platform().CreateAsset(w.ctx, store.NewAsset{Company: w.homes[s.Company], Layout: layout.ID, Name: s.Name, Values: values}, store.Intent{By: ada})
	if err != nil {
		return // its company is archived
	}
	w.hands[s.Hand] = a.ID
	w.truth.written(a)
}

func (s carry) do(w *modelWorld) {
	if a, ok := w.asset(s.At); ok && a.Company != w.homes[s.Company] {
		w.people(w.db.Platform().EditAsset(a.ID, func(a *store.Asset) { a.Company = w.homes[s.Company] }))
		w.truth.carried(a.ID)
	}
}

func (s pin) do(w *modelWorld) {
	a, ok := w.asset(s.At)
	if !ok {
		return
	}
	field := store.NameField
	if s.Field < 3 {
		field = w.layout(a.Layout).Fields[s.Field].ID
	}
	req := dovetail.PinRequest{By: ada, Asset: a.ID, Field: field}
	if s.On {
		must(w.engine.Pin(w.ctx, req))
	} else if err := w.engine.Unpin(w.ctx, req); err != nil && !errors.Is(err, store.ErrNotFound) {
		must(err)
	}
	w.truth.pinned[spot{a.ID, field}] = s.On
}

func (s shut) do(w *modelWorld) {
	w.people(w.db.Platform().EditCompany(w.homes[s.Company], func(c *store.Company) { c.Archived = s.On }))
}

func (s phone) do(w *modelWorld) {
	w.people(w.db.Platform().EditCompany(w.homes[s.Company], func(c *store.Company) { c.Details.Phone = s.Text }))
	w.truth.phones[w.homes[s.Company]] = s.Text
}

func (s choose) do(w *modelWorld) {
	id := record(s.At)
	row, err := w.engine.RecordRow(w.ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && len(row.Verdicts) == 0 {
		return
	}
	must(err)
	decision := dovetail.CardDecision{Record: id, Seen: row.Seen, Verdict: row.Verdicts[s.Which%len(row.Verdicts)]}
	if to, ok := w.asset(s.To); ok && decision.Verdict == dovetail.CardPut && s.Which%3 == 0 {
		decision.Asset = to.ID
	} else if n := len(row.Assets); n > 0 {
		decision.Asset = row.Assets[s.Which%n].ID
	}
	before := w.snap()
	done, err := w.engine.DecideCards(w.ctx, dovetail.DecideCardsRequest{By: ada, Integration: id.Integration, Decisions: []dovetail.CardDecision{decision}})
	must(err)
	switch err := done[0].Err; {
	case err == nil:
		w.truth.chosen(before, w.snap(), row, decision)
	case !store.Settled(err) && !errors.Is(err, dovetail.ErrChanged):
		must(err)
	case !before.sameDocuments(w.snap()):
		fail("a decision that is refused changes nothing", "%v", err)
	}
}

func (s decide) do(w *modelWorld) { w.decide(s) }

func (s settings) do(w *modelWorld) { w.save(s) }

func (s confirm) do(w *modelWorld) {
	plan, err := w.lastPlan(s.In)
	if err != nil {
		return // there is none
	}
	for _, v := range plan.Violations {
		_ = w.engine.Approve(w.ctx, dovetail.ApproveRequest{
			By: ada, Integration: modelIDs[s.In], Plan: plan.ID, Code: dovetail.ReasonCode(v.Code), Company: v.Company, Kind: v.Kind,
		})
	}
}

func (s run) do(w *modelWorld) { w.run(s) }

func (rest) do(w *modelWorld) { w.rest() }
