package dovetail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/store/memory"
)

// modelIDs are the two integrations of a history, on one platform.
func modelID(in int) store.IntegrationID { return store.IntegrationID(fmt.Sprintf("fake-%d", in)) }

var modelIDs = [2]store.IntegrationID{modelID(0), modelID(1)}

// variant is what must make no difference: how the upstream pages and orders
// its records.
type variant struct {
	page  int
	order uint64
}

// modelWorld is a host in which a history happens.
type modelWorld struct {
	ctx     context.Context //nolint:containedctx // a world lives as long as its test
	h       history
	ups     [2]*upstream
	order   *rand.Rand
	db      *memory.Store
	hook    *hooked
	crash   *crasher
	cfg     dovetail.Config
	engine  *dovetail.Engine
	layouts [2]store.Layout
	homes   [3]store.CompanyID
	hands   map[int]store.AssetID
	truth   *truth
	now     [2]settings
	// confirmed are the default layouts under which moves were confirmed.
	confirmed [2]int
	// midway is how it was when a person had come between a plan and its apply.
	midway *snapshot
	// predicted and judged count the outcomes that the model knew.
	predicted, judged int
}

// broken is a rule that a history breaks.
type broken struct{ rule, text string }

func (b *broken) Error() string { return b.rule + ": " + b.text }

// fail ends a history that breaks a rule.
func fail(rule, format string, args ...any) { panic(&broken{rule, fmt.Sprintf(format, args...)}) }

func must(err error) {
	if err != nil {
		fail("an error", "%v", err)
	}
}

// people is must for what people do.
func (*modelWorld) people(err error) { must(err) }

// play lives through a history, and returns how the world looks at its end, or
// the rule that it breaks.
func play(ctx context.Context, h history, v variant) (w *modelWorld, end []string, err error) {
	defer func() {
		if r := recover(); r != nil {
			var ok bool
			if err, ok = r.(*broken); !ok {
				panic(r)
			}
		}
	}()
	w = newModelWorld(ctx, h, v)
	for i, s := range h.Steps {
		w.truth.at = fmt.Sprintf("step %d, %s", i, strings.ReplaceAll(fmt.Sprintf("%#v", s), "dovetail_test.", ""))
		s.do(w)
	}
	w.truth.at = "the end"
	w.rest()
	end = w.portrait()
	return w, end, nil
}

func newModelWorld(ctx context.Context, h history, v variant) *modelWorld {
	w := &modelWorld{ctx: ctx, h: h, db: memory.New(), crash: &crasher{}, hands: make(map[int]store.AssetID), confirmed: [2]int{-1, -1}}
	w.truth = newTruth(w)
	if v.order != 0 {
		w.order = rand.New(rand.NewPCG(v.order, 0))
	}
	w.ups = [2]*upstream{newUpstream(0, v.page), newUpstream(1, v.page)}
	can := h.Platform.capabilities()
	w.hook = &hooked{Documents: w.db.Documents(), capabilities: &can}
	var docs store.Documents = w.hook
	if !can.Versions {
		docs = forgetful{docs}
	}
	sealer, err := store.NewAESSealer("", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
	must(err)
	w.cfg = dovetail.Config{
		Replica:    "the only one",
		Store:      crashing{platformStore{w.db, docs}, w.crash},
		Connectors: []connector.Connector{w.ups[0], w.ups[1]}, Sealer: sealer, SettleTime: time.Nanosecond,
	}
	w.start()
	for i, name := range []string{"Devices", "Spares"} {
		w.layouts[i], err = w.db.Documents().CreateLayout(ctx, store.NewLayout{Name: name, Fields: []store.Field{
			{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial}, {Name: "Model", Type: store.FieldText}, {Name: "Notes", Type: store.FieldText},
		}}, store.Intent{By: ada})
		must(err)
	}
	for i, name := range []string{"Alpha", "Beta", "Gamma"} {
		c, err := w.db.Documents().CreateCompany(ctx, store.NewCompany{Name: name}, store.Intent{By: ada})
		must(err)
		w.homes[i] = c.ID
	}
	for in := range w.ups {
		w.save(settings{In: in, Names: true})
		w.deliver()
		report, err := w.engine.TestConnection(ctx, dovetail.TestRequest{By: ada, Integration: modelIDs[in]})
		must(err)
		if !report.OK() {
			fail("set up", "%s", report.Problem)
		}
		_, err = w.sync(in)
		must(err)
	}
	return w
}

func (w *modelWorld) start() {
	var err error
	w.engine, err = dovetail.New(w.cfg)
	must(err)
}

func (w *modelWorld) deliver() {
	for _, u := range w.ups {
		u.deliver(w.order)
	}
}

// save saves settings.
func (w *modelWorld) save(s settings) {
	def := w.layouts[s.Layout].ID
	draft := dovetail.Settings{
		Config: connector.Config{
			Values:  map[string]string{"url": "https://example.com"},
			Secrets: map[string]connector.Secret{"token": connector.NewSecret("fake-token")},
		},
		DefaultLayouts: make(map[connector.Kind]store.LayoutID), AutoUpdateNames: s.Names, Refile: s.Refile,
	}
	info := w.ups[s.In].Info()
	for _, kind := range info.Kinds {
		if kind.Kind != info.Container {
			draft.DefaultLayouts[kind.Kind] = def
		}
	}
	if s.Skip != "" {
		draft.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: s.Skip}}
	}
	for _, l := range w.layouts {
		for i, source := range []string{"serial", "model"} {
			draft.Connected = append(draft.Connected, store.ConnectedField{Kind: kindDevice, Layout: l.ID, Field: l.Fields[i].ID, Sources: []string{source}})
		}
	}
	i, _ := w.engine.Integration(w.ctx, modelIDs[s.In])
	_, err := w.engine.SaveSettings(w.ctx, dovetail.SettingsRequest{
		By: ada, Integration: modelIDs[s.In], Revision: i.Revision, Connector: info.Name, Settings: draft,
	})
	must(err)
	w.now[s.In] = s
}

// decide carries out a person's decision, if it is allowed.
func (w *modelWorld) decide(s decide) {
	for row, err := range w.engine.MatchedCompanies(w.ctx, modelIDs[s.In]) {
		must(err)
		if row.ID.Key != connector.Key(s.Org) {
			continue
		}
		decision := dovetail.Decision{Key: row.ID.Key, Revision: row.Revision, Verdict: s.Verdict, Leave: s.Leave}
		if s.Verdict == dovetail.VerdictMatch {
			decision.Company = w.homes[s.Company]
		}
		done, err := w.engine.Decide(w.ctx, dovetail.DecideRequest{By: ada, Integration: modelIDs[s.In], Decisions: []dovetail.Decision{decision}})
		must(err)
		switch err := done[0].Err; {
		case err == nil:
			if s.Leave != store.LeaveKeep {
				w.truth.detached[fmt.Sprintf("%d%s", s.In, s.Org)] = true
			}
			w.truth.decided(s.In, s.Org, done[0].Match.Company)
		case !store.Settled(err):
			must(err)
		}
		return
	}
}

func (w *modelWorld) sync(in int) (dovetail.SyncReport, error) {
	return w.engine.Sync(w.ctx, dovetail.SyncRequest{By: ada, Integration: modelIDs[in]})
}

func (w *modelWorld) lastPlan(in int) (plan store.Plan, err error) {
	err = w.db.Ledger().View(w.ctx, func(_ context.Context, r store.Reader) (err error) {
		plan, err = r.LastPlan(modelIDs[in])
		return err
	})
	return plan, err
}

func (w *modelWorld) layout(id store.LayoutID) store.Layout {
	if id == w.layouts[1].ID {
		return w.layouts[1]
	}
	return w.layouts[0]
}

// record names a device of a step, as in "0d1".
func record(at string) store.RecordID {
	return store.RecordID{Integration: modelID(int(at[0] - '0')), Kind: kindDevice, Key: connector.Key(at[1:])}
}

// asset returns the asset that a step names, if it is there.
func (w *modelWorld) asset(at string) (a store.Asset, found bool) {
	if at[0] == 'h' {
		id, there := w.hands[int(at[1]-'0')]
		if !there {
			return a, false
		}
		a, err := w.db.Documents().Asset(w.ctx, id)
		return a, err == nil
	}
	err := w.db.Ledger().View(w.ctx, func(ctx context.Context, r store.Reader) error {
		card, err := r.Card(record(at))
		if err != nil {
			return err
		}
		a, err = w.db.Documents().Asset(ctx, card.Asset)
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		must(err)
	}
	return a, err == nil
}

// rest syncs until nothing is left to do, and requires that then nothing is
// done.
func (w *modelWorld) rest() {
	const rounds = 8
	for round, quiet := 0, 0; quiet < 3; round++ { // one may still find that something is gone, the next notes that it was quiet
		changes := 0
		for in := range w.ups {
			changes += w.calm(in)
		}
		if quiet++; changes != 0 {
			quiet = 0
		}
		if round == rounds {
			fail("comes to rest", "%d changes in round %d", changes, round)
		}
	}
	w.truth.atRest(w.snap())
	w.truth.neverAgain(w.snap())
	writes, ledger := w.db.Platform().Writes(), w.db.LedgerWrites()
	for in := range w.ups {
		w.calm(in)
		for one, err := range w.engine.Reconcile(w.ctx, modelIDs[in]) {
			must(err)
			if !one.AddsUp() {
				fail("adds up", "%s: %s", one.Name, one)
			}
		}
	}
	if n := w.db.Platform().Writes() - writes; n != 0 {
		fail("a re-run is empty", "%d writes to the platform", n)
	}
	for _, table := range []string{"card", "journal entry", "mirror row", "match"} {
		if n := w.db.LedgerWrites()[table] - ledger[table]; n != 0 {
			fail("a re-run is empty", "%d writes of a %s", n, table)
		}
	}
}

// calm is a run in which nothing goes wrong. It returns how much it changed.
func (w *modelWorld) calm(in int) int {
	before, err := w.lastPlan(in)
	if !errors.Is(err, store.ErrNotFound) {
		must(err)
	}
	w.run(run{In: in})
	plan, err := w.lastPlan(in)
	if errors.Is(err, store.ErrNotFound) || plan.ID == before.ID {
		return 0
	}
	must(err)
	changes := plan.Changes
	for c, err := range w.engine.Changes(w.ctx, plan.ID) {
		if must(err); c.Outcome.State == store.OutcomeHeld {
			changes--
		}
	}
	return changes
}
