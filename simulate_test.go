package dovetail_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func (w *fakeWorld) simulate(req dovetail.SimulateRequest) dovetail.Simulation {
	w.t.Helper()
	req.By, req.Integration = ada, fakeOne
	s, err := w.engine.SimulateRules(w.t.Context(), req)
	require.NoError(w.t, err)
	return s
}

// sorting is a world with printers, PCs and a phone, whose printers have a
// layout of their own that no rule names yet.
func sorting(t *testing.T) (w *fakeWorld, printers store.Layout) {
	t.Helper()
	w = newFakeWorld(t, &fakeConnector{})
	printers = w.newLayout("Printers", text("Serial"), text("Model"))
	w.fake.put(kindDevice,
		typed("d1", "PRN-1", "Printer", "serial", "SN-0001"), typed("d2", "PRN-2", "Printer", "serial", "SN-0002"), typed("d3", "PC-1", "Desktop"),
		typed("d4", "PC-2", "Desktop"), typed("d5", "PHONE-1", "Phone"), typed("d6", "PRN-3", "Printer"))
	w.run()
	require.NoError(t, w.db.Platform().EditAsset(w.assets()["PRN-2"].ID, func(a *store.Asset) { a.Name = "Reception" }))
	w.run()
	return w, printers
}

func TestASimulationShowsWhatRulesWouldDo(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	w.fake.put(kindDevice, append(without(w.fake.records[kindDevice], "d6"), typed("d7", "PRN-4", "Printer"))...)
	w.read()
	phones := sortrules.Rule{ID: "no phones", Kind: kindDevice, Skip: true, When: sortrules.Condition{Field: "type", Op: sortrules.OpStarts, Value: connector.Text("ph")}}
	reads, writes := w.fake.reads[kindDevice], w.db.LedgerWrites()
	got := w.simulate(dovetail.SimulateRequest{Try: &dovetail.SortDraft{Rules: []sortrules.Rule{typeRule("Printer", printers.ID), phones}}})
	require.Equal(t, reads, w.fake.reads[kindDevice], "nothing is asked upstream")
	require.Equal(t, writes, w.db.LedgerWrites(), "and nothing is written")

	example := func(key, name, because string) dovetail.Example {
		return dovetail.Example{Key: connector.Key(key), Name: name, Company: "Acme Ltd", Because: because}
	}
	devices := dovetail.Destination{Outcome: dovetail.OutcomeLayout, Layout: w.layout.ID, Name: "Devices"}
	apart := dovetail.Destination{Outcome: dovetail.OutcomeLayout, Layout: printers.ID, Name: "Printers"}
	skip := dovetail.Destination{Outcome: dovetail.OutcomeSkip}
	const isPrinter, isPhone = `type is "Printer"`, `type "Phone" starts with "ph"`
	printersNamed := dovetail.Sample{Count: 3, Examples: []dovetail.Example{example("d1", "PRN-1", isPrinter), example("d2", "PRN-2", isPrinter), example("d7", "PRN-4", isPrinter)}}
	phoneNamed := dovetail.Sample{Count: 1, Examples: []dovetail.Example{example("d5", "PHONE-1", isPhone)}}
	require.Empty(t, cmp.Diff(dovetail.Simulation{
		Records: 6,
		Places: []dovetail.SimulatedPlace{
			{Kind: kindDevice, Destination: apart, By: `rule "Printer"`, Sample: printersNamed},
			{Kind: kindDevice, Destination: devices, By: "default", Sample: dovetail.Sample{Count: 2, Examples: []dovetail.Example{example("d3", "PC-1", ""), example("d4", "PC-2", "")}}},
			{Kind: kindDevice, Destination: skip, By: `rule "no phones"`, Sample: phoneNamed},
		},
		Differences: []dovetail.SimulatedDifference{
			{Kind: kindDevice, From: devices, To: apart, Sample: printersNamed},
			{Kind: kindDevice, From: devices, To: skip, Sample: phoneNamed},
		},
		Moves: []dovetail.SimulatedMove{{From: "Devices", To: "Printers", Sample: dovetail.Sample{Count: 1, Examples: []dovetail.Example{example("d1", "PRN-1", "")}}}},
		Stays: []dovetail.SimulatedReason{{
			Code:     dovetail.ReasonRefileTouched,
			Sentence: `it is here in Devices, and its place is Printers, by rule Printer: type is "Printer": it stays, since it isn't ours alone`,
			Sample:   dovetail.Sample{Count: 1, Examples: []dovetail.Example{example("d2", "PRN-2", "")}},
		}},
		Left: []dovetail.SimulatedReason{{
			Code: dovetail.ReasonSuspect, Sentence: "the last read did not deliver it, and that it is gone is not confirmed",
			Sample: dovetail.Sample{Count: 1, Examples: []dovetail.Example{example("d6", "PRN-3", "")}},
		}},
		Actions: map[store.Action]int{store.ActionRefile: 1, store.ActionCreate: 1, store.ActionFreeze: 1},
	}, got))

	require.Equal(t, strings.TrimPrefix(`
6 records
       3 device     → Printers, by rule "Printer": PRN-1 of Acme Ltd (type is "Printer"); PRN-2 of Acme Ltd (type is "Printer"); PRN-4 of Acme Ltd (type is "Printer")
       2 device     → Devices, by default: PC-1 of Acme Ltd; PC-2 of Acme Ltd
       1 device     → skipped, by rule "no phones": PHONE-1 of Acme Ltd (type "Phone" starts with "ph")
go elsewhere
       3 device     Devices → Printers: PRN-1 of Acme Ltd (type is "Printer"); PRN-2 of Acme Ltd (type is "Printer"); PRN-4 of Acme Ltd (type is "Printer")
       1 device     Devices → skipped: PHONE-1 of Acme Ltd (type "Phone" starts with "ph")
assets here that would move
       1 Devices → Printers: PRN-1 of Acme Ltd
assets here that would stay where they are
       1 it is here in Devices, and its place is Printers, by rule Printer: type is "Printer": it stays, since it isn't ours alone: PRN-2 of Acme Ltd
left out
       1 the last read did not deliver it, and that it is gone is not confirmed: PRN-3 of Acme Ltd
a plan would: create 1, refile 1, freeze 1
`, "\n"), got.String())
	documentation, err := os.ReadFile("docs/sort-rules.md")
	require.NoError(t, err)
	require.Contains(t, string(documentation), got.String())

	encoded, err := json.Marshal(got)
	require.NoError(t, err)
	var back dovetail.Simulation
	require.NoError(t, json.Unmarshal(encoded, &back))
	require.Empty(t, cmp.Diff(got, back), "the JSON form says all of it")
	require.Contains(t, string(encoded), `{"kind":"device","outcome":"skip","by":"rule \"no phones\"","count":1,`)
}

// What a simulation announces is what happens when the rules are saved and the
// moves are confirmed.
func TestASimulationComesTrue(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	rules := []sortrules.Rule{typeRule("Printer", printers.ID), {ID: "no phones", Kind: kindDevice, Skip: true, When: sortrules.Condition{Field: "type", Op: sortrules.OpEquals, Value: connector.Text("Phone")}}}
	announced := w.simulate(dovetail.SimulateRequest{Try: &dovetail.SortDraft{Rules: rules}})
	s := w.settings()
	s.Rules = rules
	w.save(s)
	confirmable, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Equal(t, announced.Moves[0].Count, confirmable.Violations[0].Count)
	require.NoError(t, w.confirm(confirmable.ID))
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	require.Equal(t, announced.Actions, plan.Counts)
	again := w.simulate(dovetail.SimulateRequest{})
	require.Empty(t, again.Differences, "against itself")
	require.Equal(t, announced.Places, again.Places)
}

func TestTwoSetsOfRulesAreCompared(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	got := w.simulate(dovetail.SimulateRequest{
		Try:      &dovetail.SortDraft{DefaultLayouts: map[connector.Kind]store.LayoutID{kindDevice: printers.ID}, SkipTypes: []store.SkipType{{Kind: kindDevice, Name: "phone"}}},
		Against:  &dovetail.SortDraft{Rules: []sortrules.Rule{typeRule("Printer", printers.ID)}},
		Examples: 1,
	})
	require.Len(t, got.Differences, 2)
	require.Equal(t, 2, got.Differences[0].Count, "the PCs: printers go to the same place by another way")
	require.Len(t, got.Differences[0].Examples, 1)
	require.Equal(t, "Devices", got.Differences[0].From.Name)
	require.Equal(t, "skip list", got.Places[1].By)
	require.Equal(t, dovetail.OutcomeSkip, got.Differences[1].To.Outcome)
	require.Len(t, got.Warnings, 1, "the types aren't known")
	require.Contains(t, got.String(), "warning: skip_types[0]")
}

func TestASimulationShowsWhatHasNoHome(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	s := w.settings()
	s.Rules = []sortrules.Rule{typeRule("Printer", printers.ID)}
	w.save(s)
	require.NoError(t, w.db.Platform().EditLayout(printers.ID, func(l *store.Layout) { l.Inactive = true }))
	w.fake.put(kindDevice, append(w.fake.records[kindDevice], typed("d7", "PRN-4", "Printer"))...)
	w.read()
	got := w.simulate(dovetail.SimulateRequest{})
	require.Equal(t, dovetail.Destination{Outcome: dovetail.OutcomeNoHome, Layout: printers.ID, Name: "Printers"}, got.Places[0].Destination)
	require.Equal(t, 4, got.Places[0].Count)
	require.Equal(t, dovetail.ReasonLayoutInactive, got.Left[0].Code)
	require.Equal(t, 1, got.Left[0].Count, "the others are here already")
	require.Equal(t, dovetail.ReasonRefileNoLayout, got.Stays[0].Code)
	require.Contains(t, got.String(), "no home (Printers is missing or inactive)")
	require.Empty(t, got.Moves)
}

func TestRulesThatCannotBeSavedAreNotSimulated(t *testing.T) {
	t.Parallel()
	w, _ := sorting(t)
	try := func(draft, against *dovetail.SortDraft) error {
		_, err := w.engine.SimulateRules(t.Context(), dovetail.SimulateRequest{By: ada, Integration: fakeOne, Try: draft, Against: against})
		return err
	}
	bad := &dovetail.SortDraft{Rules: []sortrules.Rule{typeRule("Printer", "layout-77")}, DefaultLayouts: map[connector.Kind]store.LayoutID{kindDevice: "layout-78"}}
	require.Equal(t, map[string]string{`rules["Printer"].then.layout`: "", "default_layouts.device": ""}, fields(t, try(bad, nil)))
	require.Contains(t, fields(t, try(nil, bad)), "default_layouts.device")
	require.ErrorIs(t, func() error {
		_, err := w.engine.SimulateRules(t.Context(), dovetail.SimulateRequest{By: ada, Integration: "fake-77"})
		return err
	}(), store.ErrNotFound)
}

func TestADraftWithoutRulesIsTriedWithoutRules(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	s := w.settings()
	s.Rules = []sortrules.Rule{typeRule("Printer", printers.ID)}
	w.save(s)
	got := w.simulate(dovetail.SimulateRequest{Try: &dovetail.SortDraft{}})
	require.Len(t, got.Places, 1)
	require.Equal(t, "default", got.Places[0].By)
	require.Equal(t, []string{"Printers", "Devices"}, []string{got.Differences[0].From.Name, got.Differences[0].To.Name})
	require.Equal(t, 3, got.Differences[0].Count)
}

func TestExamplesAreBounded(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, devices(50)...)
	w.read()
	for asked, want := range map[int]int{0: 3, 7: 7, 1000: 20} {
		got := w.simulate(dovetail.SimulateRequest{Examples: asked})
		require.Equal(t, 50, got.Places[0].Count)
		require.Len(t, got.Places[0].Examples, want)
	}
}

func TestAPlacementIsExplained(t *testing.T) {
	t.Parallel()
	w, printers := sorting(t)
	s := w.settings()
	s.Rules = []sortrules.Rule{typeRule("Phone", printers.ID), typeRule("Printer", printers.ID)}
	w.save(s)
	w.run()
	explain := func(key connector.Key) (dovetail.PlacementExplanation, error) {
		return w.engine.ExplainPlacement(t.Context(), dovetail.ExplainRequest{By: ada, Record: store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key}})
	}
	x, err := explain("d1")
	require.NoError(t, err)
	require.Equal(t, strings.TrimPrefix(`
PRN-1 of Acme Ltd → Printers, by rule "Printer": type is "Printer"
it is here, in Devices
last decision: it is here in Devices, and would move to Printers, by rule Printer: type is "Printer": held until the move is confirmed
layout layout-2, by rule "Printer": type is "Printer"
  "Phone" (layout layout-2) does not apply
    no  type is "Phone": "Printer"
  "Printer" (layout layout-2) decides
    yes type is "Printer": "Printer"
`, "\n"), x.String())
	x, err = explain("d3")
	require.NoError(t, err)
	require.Equal(t, []string{"default", "Devices", ""}, []string{x.By, x.To.Name, x.Because})

	s.SkipTypes = []store.SkipType{{Kind: kindDevice, Name: "Desktop"}}
	w.save(s)
	x, err = explain("d3")
	require.NoError(t, err)
	require.Equal(t, []string{"skip list", dovetail.OutcomeSkip}, []string{x.By, x.To.Outcome})
	require.Len(t, x.Rules.Rules, 2, "the rules are shown all the same")

	_, err = explain("d77")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = w.engine.ExplainPlacement(t.Context(), dovetail.ExplainRequest{By: ada, Record: store.RecordID{Integration: fakeOne, Kind: kindOrg, Key: "o1"}})
	require.ErrorContains(t, err, "no records of kind")
	stranger := typed("d8", "STRANGER", "Printer")
	stranger.Container = "o9"
	w.fake.put(kindDevice, append(w.fake.records[kindDevice], stranger)...)
	w.read()
	_, err = explain("d8")
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorContains(t, err, "isn't matched")
}

func TestTheHostsRuleIsExplained(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) { c.SortRule = skipNamed("PC-1") })
	w.fake.put(kindDevice, typed("d1", "PC-1", "Desktop"))
	w.read()
	x, err := w.engine.ExplainPlacement(t.Context(), dovetail.ExplainRequest{By: ada, Record: store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: "d1"}})
	require.NoError(t, err)
	require.Equal(t, []string{`the host's rule "host"`, dovetail.OutcomeSkip, "the host says so"}, []string{x.By, x.To.Outcome, x.Because})
	require.Equal(t, `the host's rule "host"`, w.simulate(dovetail.SimulateRequest{}).Places[0].By)
}
