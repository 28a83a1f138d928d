package dovetail_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// typed is a device of a type.
func typed(key, name, kind string, fields ...string) connector.Record {
	r := device(key, name, fields...)
	r.Type = kind
	return r
}

// typeRule places the devices of a type.
func typeRule(kind string, layout store.LayoutID) sortrules.Rule {
	return sortrules.Rule{ID: kind, Kind: kindDevice, Layout: layout, When: sortrules.Condition{
		Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: connector.Text(kind),
	}}
}

// newLayout makes a layout, with the fields of Devices that it names and others.
func (w *fakeWorld) newLayout(name string, fields ...store.Field) store.Layout {
	w.t.Helper()
	layout, err := w.db.Documents().CreateLayout(w.t.Context(), store.NewLayout{Name: name, Fields: fields}, store.Intent{ID: "layout " + name, By: ada})
	require.NoError(w.t, err)
	return layout
}

func (w *fakeWorld) confirm(plan store.PlanID) error {
	return w.engine.Approve(w.t.Context(), dovetail.ApproveRequest{By: ada, Integration: fakeOne, Plan: plan, Code: dovetail.ReasonLimitRefile})
}

// sentence is the last decision about a device, in words.
func (w *fakeWorld) sentence(key connector.Key) string {
	w.t.Helper()
	sentence := dovetail.Sentence(w.row(key).Disposition)
	require.NotContains(w.t, sentence, "{")
	return sentence
}

// places are the layouts of the company's assets.
func (w *fakeWorld) places() map[string]store.LayoutID {
	w.t.Helper()
	places := make(map[string]store.LayoutID)
	for name, a := range w.assets() {
		places[name] = a.Layout
	}
	return places
}

func text(name string) store.Field { return store.Field{Name: name, Type: store.FieldText} }

// printing is a world in which a printer and a PC are documented as devices,
// and a rule now places printers apart.
func printing(t *testing.T, change ...func(*dovetail.Config)) (w *fakeWorld, printers store.Layout, settings dovetail.Settings) {
	t.Helper()
	w = newFakeWorld(t, &fakeConnector{}, change...)
	printers = w.newLayout("Printers", text("Model"), text("Serial"), text("Toner"))
	w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "serial", "SN-0001", "model", "LaserJet"), typed("d2", "PC", "Desktop", "serial", "SN-0002"))
	w.run()
	settings = w.settings()
	settings.Rules = []sortrules.Rule{typeRule("Printer", printers.ID)}
	settings.Connected = append(settings.Connected, store.ConnectedField{Kind: kindDevice, Layout: printers.ID, Field: printers.Fields[0].ID, Sources: []string{"model"}})
	return w, printers, settings
}

func TestAChangedRuleMovesWhatNobodyTouchedOnceThatIsConfirmed(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	before := w.assets()["PRN"]
	w.save(settings)

	report := w.run()
	require.Equal(t, report.Plan.Held, report.Plan.Changes)
	require.Equal(t, w.layout.ID, w.assets()["PRN"].Layout)
	require.Equal(t, dovetail.ReasonRefileWaiting, w.reason("d1"))
	require.Equal(t, `it is here in Devices, and would move to Printers, by rule Printer: type is "Printer": held until the move is confirmed`, w.sentence("d1"))
	require.Equal(t, dovetail.ReasonHere, w.reason("d2"))
	require.Len(t, report.Plan.Violations, 1)
	require.Equal(t, "held: 1 assets would move to the layouts that the rules say now, and 0 may pass (approve it)", dovetail.ViolationSentence(report.Plan.Violations[0]))
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeHeld: 1}, report.Run.Outcomes)
	require.Equal(t, store.RunPartial, report.Run.State)
	w.quiet()

	last := w.run()
	require.NoError(t, w.confirm(last.Plan.ID))
	report = w.run()
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, report.Plan.Counts)
	require.Empty(t, report.Plan.Violations)
	for c, err := range w.engine.Changes(t.Context(), report.Plan.ID) {
		require.NoError(t, err)
		require.Equal(t, `moves from Devices to Printers, by rule Printer: type is "Printer"; nobody touched it`, dovetail.Sentence(c.Reason))
	}
	moved := w.assets()["PRN"]
	require.Equal(t, before.ID, moved.ID)
	require.Empty(t, cmp.Diff(store.Values{printers.Fields[0].ID: connector.Text("LaserJet"), printers.Fields[1].ID: connector.Text("SN-0001")}, moved.Values))
	require.Equal(t, printers.ID, w.card("d1").Layout)
	require.Equal(t, dovetail.ReasonHere, w.reason("d1"))
	w.quiet()

	// What it wrote is still its own: it follows the upstream where the field is
	// connected, and the asset counts as untouched.
	w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "serial", "SN-0001", "model", "LaserJet 2"), typed("d2", "PC", "Printer", "serial", "SN-0002"))
	report = w.run()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 1, store.ActionRefile: 1}, report.Plan.Counts, "confirmed once is confirmed for these rules")
	require.Equal(t, "LaserJet 2", w.assets()["PRN"].Values[printers.Fields[0].ID].String())
	w.run()
	w.quiet()
	settings.Rules = nil
	settings.KeepDetails = true
	w.save(settings)
	require.NoError(t, w.confirm(w.run().Plan.ID))
	require.Equal(t, map[store.Action]int{store.ActionRefile: 2}, w.run().Plan.Counts, "and there and back")
	require.Equal(t, map[string]store.LayoutID{"PRN": w.layout.ID, "PC": w.layout.ID}, w.places())
	w.run()
	w.quiet()
}

func TestAMoveIsConfirmedForWhatThePersonSaw(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	quiet := w.run()
	require.ErrorIs(t, w.confirm(quiet.Plan.ID), store.ErrRefused, "nothing waits")
	w.save(settings)
	first := w.run()
	second := w.run()
	require.ErrorIs(t, w.confirm(first.Plan.ID), dovetail.ErrStalePlan)
	require.ErrorIs(t, w.confirm("plan-77"), dovetail.ErrStalePlan)

	other := settings
	other.DefaultLayouts = map[connector.Kind]store.LayoutID{kindDevice: printers.ID}
	w.save(other)
	require.ErrorIs(t, w.confirm(second.Plan.ID), dovetail.ErrStalePlan, "the defaults are others now")

	third := w.run()
	require.Equal(t, 2, third.Plan.Violations[0].Count)
	require.NoError(t, w.confirm(third.Plan.ID))
	other.AutoUpdateNames = true
	w.save(other)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 2}, w.run().Run.Outcomes, "a change of something else changes no place")

	w.save(settings)
	require.Equal(t, 1, w.run().Plan.Held, "other rules are to be confirmed anew")
	var codes []string
	w.view(func(r store.Reader) error {
		for a, err := range r.Approvals(fakeOne) {
			require.NoError(t, err)
			require.Equal(t, ada, a.By)
			codes = append(codes, a.Code)
		}
		return nil
	})
	require.Empty(t, codes, "what was approved for other rules is forgotten")
	require.ErrorContains(t, w.engine.Approve(t.Context(), dovetail.ApproveRequest{Integration: fakeOne}), "no actor given")
}

func TestWhatIsNotOursAloneStaysAndIsReported(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	printer := func(key, name, serial string) connector.Record {
		return typed(key, name, "Printer", "serial", serial)
	}
	claimed, err := w.db.Documents().CreateAsset(t.Context(), store.NewAsset{
		Company: w.company, Layout: w.layout.ID, Name: "By hand", Values: store.Values{w.layout.Fields[0].ID: connector.Text("SN-0004")},
	}, store.Intent{})
	require.NoError(t, err)
	w.fake.put(kindDevice, printer("d1", "PRN", "SN-0001"), typed("d2", "PC", "Desktop", "serial", "SN-0009"), printer("d6", "NOTED", "SN-0006"), printer("d3", "COMMENTED", "SN-0003"), printer("d4", "CLAIMED", "SN-0004"), printer("d5", "RENAMED", "SN-0005"), printer("d7", "STACKED", "SN-0007"))
	w.run()
	platform := w.db.Platform()
	require.NoError(t, platform.EditAsset(w.assets()["NOTED"].ID, func(a *store.Asset) { a.Values[w.layout.Fields[1].ID] = connector.Text("mine") }))
	require.NoError(t, platform.EditAsset(w.assets()["COMMENTED"].ID, func(a *store.Asset) { a.Touched = true }))
	require.NoError(t, platform.EditAsset(w.assets()["RENAMED"].ID, func(a *store.Asset) { a.Name = "Renamed" }))
	other := w.card("d7")
	other.ID.Integration = "fake-2"
	require.NoError(t, w.db.Ledger().Update(t.Context(), func(_ context.Context, l store.Writer) error { return l.PutCard(other) }))
	w.save(settings)
	require.Equal(t, 1, w.run().Plan.Held)
	require.NoError(t, w.confirm(w.run().Plan.ID))
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, w.run().Plan.Counts)
	require.Equal(t, printers.ID, w.places()["PRN"])
	for _, key := range []connector.Key{"d3", "d4", "d5", "d6", "d7"} {
		require.Equal(t, dovetail.ReasonRefileTouched, w.reason(key), key)
		require.Contains(t, w.sentence(key), "its place is Printers")
	}
	after, err := w.db.Documents().Asset(t.Context(), claimed.ID)
	require.NoError(t, err)
	require.Equal(t, w.layout.ID, after.Layout)
	w.quiet()
}

func TestAMoveDropsNoValueAndAddsNoField(t *testing.T) {
	t.Parallel()
	w, _, settings := printing(t)
	poor := w.newLayout("Poor", text("Serial"), store.Field{Name: "Model", Type: store.FieldRichText})
	strict := w.newLayout("Strict", text("Serial"), text("Model"), store.Field{Name: "Owner", Type: store.FieldText, Required: true})
	retired := w.newLayout("Retired", text("Serial"), text("Model"))
	w.fake.put(kindDevice, typed("d1", "PRN", "poor", "serial", "SN-0001", "model", "LaserJet"), typed("d2", "PC", "poor", "serial", "SN-0002"),
		typed("d3", "STRICT", "strict", "serial", "SN-0003"), typed("d4", "RETIRED", "retired", "serial", "SN-0004"))
	w.run()
	settings.Rules = []sortrules.Rule{typeRule("poor", poor.ID), typeRule("strict", strict.ID), typeRule("retired", retired.ID)}
	w.save(settings)
	require.NoError(t, w.db.Platform().EditLayout(retired.ID, func(l *store.Layout) { l.Inactive = true }))
	require.NoError(t, w.confirm(w.run().Plan.ID))
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, w.run().Plan.Counts)
	require.Equal(t, map[string]store.LayoutID{"PRN": w.layout.ID, "PC": poor.ID, "STRICT": w.layout.ID, "RETIRED": w.layout.ID}, w.places())
	require.Equal(t, `it is here in Devices, and its place is Poor, by rule poor: type is "poor": it stays, since Poor has no field of that name and type for Model (add it there)`, w.sentence("d1"))
	require.Equal(t, `it is here in Devices, and its place is Strict, by rule strict: type is "strict": it stays, since Strict requires Owner`, w.sentence("d3"))
	require.Equal(t, dovetail.ReasonRefileNoLayout, w.reason("d4"))
	w.quiet()
	for l, err := range w.db.Documents().Layouts(t.Context()) {
		require.NoError(t, err)
		if l.ID == poor.ID {
			require.Len(t, l.Fields, 2, "no field is added unasked")
		}
	}
	// A person adds the field: then it has a home.
	require.NoError(t, w.db.Platform().EditLayout(poor.ID, func(l *store.Layout) { l.Fields = append(l.Fields, text("Model")) }))
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, w.run().Plan.Counts)
	require.Equal(t, poor.ID, w.places()["PRN"])
}

func TestWhatThePlatformTidiedIsNotSentAgainAfterAMove(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "serial", "SN-0001 ", "model", "LaserJet "), typed("d2", "PC", "Desktop", "serial", "SN-0002"))
	w.run()
	w.save(settings)
	require.NoError(t, w.confirm(w.run().Plan.ID))
	require.Equal(t, map[store.Action]int{store.ActionRefile: 1}, w.run().Plan.Counts)
	require.Equal(t, "LaserJet", w.assets()["PRN"].Values[printers.Fields[0].ID].String())
	require.Equal(t, "LaserJet ", w.card("d1").Wrote[printers.Fields[0].ID].Sent.String())
	w.quiet()
}

func TestWherePeopleWantItNothingMoves(t *testing.T) {
	t.Parallel()
	for policy, want := range map[store.RefilePolicy]dovetail.ReasonCode{
		store.RefileReport: dovetail.ReasonRefileReported, store.RefileKeep: dovetail.ReasonHere,
	} {
		w, _, settings := printing(t)
		settings.Refile = policy
		w.save(settings)
		saved, err := w.engine.Settings(t.Context(), fakeOne)
		require.NoError(t, err)
		require.Equal(t, policy, saved.Refile)
		report := w.run()
		require.Zero(t, report.Plan.Changes, "nothing waits to be confirmed")
		require.Equal(t, want, w.reason("d1"))
		require.NotContains(t, w.sentence("d1"), "{")
		w.quiet()
	}
	w, _, settings := printing(t)
	settings.Refile = "sometimes"
	_, err := w.trySave(settings)
	require.Contains(t, fields(t, err), "refile")
}

func TestWhereAPersonMovedAnAssetItStays(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	byHand := w.newLayout("By hand", text("Serial"), text("Model"))
	w.fake.put(kindDevice, typed("d1", "PRN", "Printer"), typed("d2", "PC", "Desktop")) // without values only the card knows
	w.run()
	platform := w.db.Platform()
	move := func(name string, to store.LayoutID) {
		require.NoError(t, platform.EditAsset(w.assets()[name].ID, func(a *store.Asset) { a.Layout, a.Values = to, store.Values{} }))
	}
	move("PRN", byHand.ID)
	move("PC", printers.ID)
	w.save(settings)
	require.Zero(t, w.run().Plan.Held)
	require.Equal(t, dovetail.ReasonRefileByHand, w.reason("d1"))
	require.Equal(t, dovetail.ReasonRefileByHand, w.reason("d2"))
	require.Equal(t, map[string]store.LayoutID{"PRN": byHand.ID, "PC": printers.ID}, w.places())
	move("PRN", printers.ID)
	w.run()
	require.Equal(t, dovetail.ReasonHere, w.reason("d1"), "where the rules have it nothing is to be said")
	w.quiet()
}

func TestAPlatformThatCannotMoveBetweenLayoutsSaysSo(t *testing.T) {
	t.Parallel()
	w, _, settings := printing(t, hook(&hooked{capabilities: &store.Capabilities{Versions: true, Intents: true, Archive: true}}))
	w.save(settings)
	require.Zero(t, w.run().Plan.Held)
	require.Equal(t, dovetail.ReasonRefileUnable, w.reason("d1"))
	w.quiet()
}

// TestACrashDuringAMoveLeavesNothingInDoubt ends the process before and after
// every step of a run that moves an asset to another layout.
func TestACrashDuringAMoveLeavesNothingInDoubt(t *testing.T) {
	t.Parallel()
	crashes := 0
	for at := 1; ; at++ {
		crash := &crasher{}
		var cfg dovetail.Config
		w, printers, settings := printing(t, func(c *dovetail.Config) {
			sealer, err := store.NewAESSealer("", store.AESKey{ID: "k1", Key: bytes.Repeat([]byte{7}, 32)})
			require.NoError(t, err)
			c.Sealer = sealer
			c.Store = crashing{c.Store, crash}
			cfg = *c
		})
		w.save(settings)
		require.NoError(t, w.confirm(w.run().Plan.ID))
		crash.at = at
		crashed := func() (crashed bool) {
			defer func() { crashed = recover() != nil }()
			w.run()
			return false
		}()
		crash.dead, crash.at = false, 0
		if crashed {
			crashes++
			var err error
			w.engine, err = dovetail.New(cfg)
			require.NoError(t, err)
		}
		moved := w.places()["PRN"] == printers.ID
		if moved && crashed && strings.HasPrefix(crash.last, "after updating") {
			// A person was quicker than the next run: what he wrote is his.
			require.NoError(t, w.db.Platform().EditAsset(w.assets()["PRN"].ID, func(a *store.Asset) { a.Values[printers.Fields[1].ID] = connector.Text("mine") }))
			w.run()
			require.Equal(t, "mine", w.assets()["PRN"].Values[printers.Fields[1].ID].String())
			require.NotContains(t, w.card("d1").Wrote, printers.Fields[1].ID, crash.last)
		}
		w.run()
		w.run()
		require.Equal(t, printers.ID, w.places()["PRN"], crash.last)
		require.Equal(t, printers.ID, w.card("d1").Layout, crash.last)
		require.Contains(t, w.card("d1").Wrote, printers.Fields[0].ID, crash.last)
		w.view(func(r store.Reader) error {
			for o, err := range r.OpenWrites(fakeOne) {
				require.NoError(t, err)
				t.Errorf("%s: left open: %+v", crash.last, o)
			}
			return nil
		})
		w.quiet()
		if !crashed {
			break
		}
	}
	require.Greater(t, crashes, 10, "the run is too short to prove anything")
}

func TestAMoveThatThePlatformRefusesIsTriedAgain(t *testing.T) {
	t.Parallel()
	h := &refiling{}
	w, printers, settings := printing(t, func(c *dovetail.Config) {
		h.Documents = c.Store.Documents()
		c.Store = platformStore{c.Store, h}
	})
	w.save(settings)
	require.NoError(t, w.confirm(w.run().Plan.ID))
	h.refuse = true
	report := w.run()
	require.Equal(t, store.RunPartial, report.Run.State)
	require.Equal(t, dovetail.ReasonFailed, w.reason("d1"))
	require.Equal(t, w.layout.ID, w.card("d1").Layout)
	h.refuse = false
	w.run()
	require.Equal(t, printers.ID, w.places()["PRN"])
	require.Equal(t, dovetail.ReasonHere, w.reason("d1"))
}

// refiling refuses moves between layouts.
type refiling struct {
	store.Documents
	refuse bool
}

func (r *refiling) UpdateAsset(ctx context.Context, p store.AssetPatch, intent store.Intent) (store.Asset, error) {
	if r.refuse && p.Layout != "" {
		return store.Asset{}, fmt.Errorf("move: %w", store.ErrRefused)
	}
	return r.Documents.UpdateAsset(ctx, p, intent)
}

func TestAnApprovalOfMovesLastsAsLongAsTheRules(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, printers, settings := printing(t)
		w.save(settings)
		require.NoError(t, w.confirm(w.run().Plan.ID))
		time.Sleep(48 * time.Hour)
		require.Zero(t, w.run().Plan.Held)
		require.Equal(t, printers.ID, w.places()["PRN"])
	})
}

func TestMoreMovesThanWereApprovedAreHeld(t *testing.T) {
	t.Parallel()
	w, printers, settings := printing(t)
	w.save(settings)
	require.NoError(t, w.confirm(w.run().Plan.ID), "of one")
	w.fake.put(kindDevice, typed("d1", "PRN", "Printer", "serial", "SN-0001", "model", "LaserJet"), typed("d2", "PC", "Printer", "serial", "SN-0002"))
	report := w.run()
	require.Equal(t, []store.Violation{{Code: "limit_refile", Count: 2, Limit: 1}}, report.Plan.Violations)
	require.Equal(t, 1, report.Plan.Held)
	require.Equal(t, map[string]store.LayoutID{"PRN": printers.ID, "PC": w.layout.ID}, w.places())
	require.Equal(t, dovetail.ReasonRefileWaiting, w.reason("d2"))
}
