package dovetail_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// handmade stores a plan with these changes, as if it had been made now.
func (w *fakeWorld) handmade(changes ...store.Change) store.Plan {
	w.t.Helper()
	i, err := w.engine.Integration(w.t.Context(), fakeOne)
	require.NoError(w.t, err)
	plan := store.Plan{
		ID: "handmade", Integration: fakeOne, By: ada, At: time.Now(), SettingsVersion: i.SettingsVersion, MatchRevision: i.MatchRevision,
		Account: i.Account, After: i.Applied, Changes: len(changes), State: store.PlanOpen,
	}
	w.put(func(l store.Writer) error {
		for n, c := range changes {
			c.Plan, c.Seq = plan.ID, n+1
			if err := l.PutChange(c); err != nil {
				return err
			}
		}
		return l.PutPlan(plan)
	})
	return plan
}

func (w *fakeWorld) put(fn func(l store.Writer) error) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().Update(w.t.Context(), func(_ context.Context, l store.Writer) error { return fn(l) }))
}

// on is a change of a record's card, as it stands now.
func (w *fakeWorld) on(key connector.Key, action store.Action, why dovetail.ReasonCode) store.Change {
	w.t.Helper()
	card := w.card(key)
	change := store.Change{
		Action: action, Record: card.ID, Hash: w.row(key).Hash, Company: card.Company, Asset: card.Asset, Layout: card.Layout,
		Reason: store.Reason{Code: string(why)},
	}
	if asset, err := w.docs.Asset(w.t.Context(), card.Asset); err == nil {
		change.Base = asset.Version
	}
	return change
}

// partings is a world with a device for each action that ends or links a card,
// and the changes that do it.
func partings(t *testing.T, change ...func(*dovetail.Config)) (*fakeWorld, []store.Change) {
	t.Helper()
	w := newFakeWorld(t, &fakeConnector{}, change...)
	var records []connector.Record
	for n := 1; n <= 7; n++ {
		records = append(records, device(fmt.Sprint(n), fmt.Sprintf("PC-%d", n), "serial", fmt.Sprintf("SN-%04d", n), "model", "OptiPlex"))
	}
	w.fake.put(kindDevice, records...)
	require.Equal(t, store.RunOK, w.run().Run.State)
	here := w.assets()
	link, err := w.docs.CreateLink(t.Context(), store.NewLink{From: here["PC-4"].ID, To: here["PC-5"].ID}, store.Intent{})
	require.NoError(t, err)
	linked := w.card("4")
	linked.Links = []store.CardLink{{Link: link.ID, To: here["PC-5"].ID}}
	w.put(func(l store.Writer) error { return l.PutCard(linked) })
	require.NoError(t, w.db.Platform().DeleteAsset(here["PC-6"].ID))

	withdraw := w.on("1", store.ActionWithdraw, dovetail.ReasonMoved)
	for _, field := range w.layout.Fields[:2] {
		withdraw.Set = append(withdraw.Set, store.FieldChange{Field: field.ID, From: here["PC-1"].Values[field.ID]})
	}
	join, part := w.on("3", store.ActionLink, dovetail.ReasonChanged), w.on("4", store.ActionUnlink, dovetail.ReasonChanged)
	join.To, part.To, part.Link = here["PC-4"].ID, here["PC-5"].ID, link.ID
	held := w.on("7", store.ActionUpdate, dovetail.ReasonChanged)
	held.Name, held.Hold, held.Outcome.State = "RENAMED", "limit", store.OutcomeHeld
	return w, []store.Change{
		withdraw, w.on("2", store.ActionArchive, dovetail.ReasonGone), join, part,
		w.on("5", store.ActionDetach, dovetail.ReasonMovedTouched), w.on("6", store.ActionBury, dovetail.ReasonDeletedHere), held,
	}
}

// parted requires that all that partings plans was carried out, once.
func (w *fakeWorld) parted() {
	w.t.Helper()
	here := w.assets()
	one := here["PC-1"]
	require.Empty(w.t, one.Values, "what we wrote is blanked")
	require.False(w.t, one.Archived)
	require.True(w.t, here["PC-2"].Archived)
	require.Equal(w.t, "OptiPlex", here["PC-2"].Values[w.layout.Fields[1].ID].String())
	require.Equal(w.t, "OptiPlex", here["PC-5"].Values[w.layout.Fields[1].ID].String(), "what is detached stays as it is")
	require.Contains(w.t, here, "PC-7", "what is held is not tried")
	var links []store.Link
	for l, err := range w.docs.Links(w.t.Context()) {
		require.NoError(w.t, err)
		links = append(links, l)
	}
	require.Len(w.t, links, 1)
	require.True(w.t, links[0].Joins(here["PC-3"].ID, here["PC-4"].ID))
	require.Equal(w.t, []store.CardLink{{Link: links[0].ID, To: here["PC-4"].ID}}, w.card("3").Links)
	require.Empty(w.t, w.card("4").Links)
	events := make(map[string]int)
	w.view(func(r store.Reader) error {
		for _, key := range []connector.Key{"1", "2", "5", "6"} {
			_, err := r.Card(store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key})
			require.ErrorIs(w.t, err, store.ErrNotFound, key)
		}
		stone, err := r.Tombstone(store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: "6"})
		require.NoError(w.t, err)
		require.Equal(w.t, "PC-6", stone.Name)
		require.Equal(w.t, w.company, stone.Company)
		for o, err := range r.OpenWrites(fakeOne) {
			require.NoError(w.t, err)
			w.t.Errorf("left open: %+v", o)
		}
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(w.t, err)
			events[e.Event]++
		}
		states := make(map[store.OutcomeState]int)
		for c, err := range r.Changes("handmade", 0, 0) {
			require.NoError(w.t, err)
			states[c.Outcome.State]++
		}
		require.Equal(w.t, map[store.OutcomeState]int{store.OutcomeDone: 6, store.OutcomeHeld: 1}, states)
		return nil
	})
	for _, action := range []store.Action{store.ActionWithdraw, store.ActionArchive, store.ActionLink, store.ActionUnlink, store.ActionDetach, store.ActionBury} {
		require.Equal(w.t, 1, events[string(action)], action)
	}
	require.Zero(w.t, events[string(store.ActionUpdate)])
}

func TestCardsEndAndAssetsAreLinkedOnAnyPlatform(t *testing.T) {
	t.Parallel()
	all := store.Capabilities{Versions: true, Intents: true, Archive: true, MoveCompany: true, MoveLayout: true, Links: true}
	without, joint := all, all
	without.Intents = false
	joint.Joint = true
	for name, can := range map[string]store.Capabilities{"intents": all, "no intents": without, "joint": joint} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, changes := partings(t, hook(&hooked{capabilities: &can}))
			plan := w.handmade(changes...)
			report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
			require.NoError(t, err)
			require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 6, store.OutcomeHeld: 1}, report.Outcomes, report.Problems)
			w.parted()
			writes := w.db.Platform().Writes()
			again, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
			require.NoError(t, err)
			require.Equal(t, report.Outcomes, again.Outcomes)
			require.Equal(t, writes, w.db.Platform().Writes())
		})
	}
}

// The process ends before and after every transaction and every call, and the
// plan is applied to its end by the next one.
func TestACrashAtAnyStepEndsNoCardTwice(t *testing.T) {
	t.Parallel()
	for name, intents := range map[string]bool{"intents": true, "no intents": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				crash, cfg := &crasher{}, dovetail.Config{}
				w, changes := partings(t, func(c *dovetail.Config) {
					can := c.Store.Documents().Capabilities()
					can.Intents = intents
					c.Store = crashing{platformStore{c.Store, withCapabilities(c.Store.Documents(), can)}, crash}
					cfg = *c
				})
				plan := w.handmade(changes...)
				crash.at = at
				crashed := w.crashes(func() error {
					_, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
					return err
				})
				crash.dead, crash.at = false, 0
				var err error
				w.engine, err = dovetail.New(cfg)
				require.NoError(t, err)
				report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
				require.NoError(t, err)
				require.Equal(t, 6, report.Done(), "step %d, %s: %v", at, crash.last, report.Problems)
				if !t.Run(fmt.Sprintf("step %d, %s", at, crash.last), func(t *testing.T) { w.t = t; w.parted() }) {
					return
				}
				if !crashed {
					require.Greater(t, at, 14, "it is too short to prove anything")
					return
				}
			}
		})
	}
}

// crashes runs fn and reports whether the process ended within.
func (w *fakeWorld) crashes(fn func() error) (crashed bool) {
	w.t.Helper()
	defer func() {
		if r := recover(); r != nil {
			require.Equal(w.t, errCrash, r)
			crashed = true
		}
	}()
	require.NoError(w.t, fn())
	return false
}

// A person works on an asset between the plan and its end: nothing of that is
// lost, and the plan after it decides.
func TestACardWhoseAssetWasChangedMeanwhileDoesNotEnd(t *testing.T) {
	t.Parallel()
	w, changes := partings(t)
	here := w.assets()
	for _, name := range []string{"PC-1", "PC-2"} {
		require.NoError(t, w.db.Platform().EditAsset(here[name].ID, func(a *store.Asset) { a.Values[w.layout.Fields[1].ID] = connector.Text("by hand") }))
	}
	plan := w.handmade(changes[:2]...)
	report, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 2}, report.Outcomes)
	for _, name := range []string{"PC-1", "PC-2"} {
		require.Equal(t, "by hand", w.value(name, 1))
		require.False(t, w.assets()[name].Archived)
	}
	require.NotEmpty(t, w.card("1").Asset)
	require.NotEmpty(t, w.card("2").Asset)
}

// A record was put on another asset after the plan was made: the change is about
// the old one, and leaves the card alone.
func TestAnEndOfAnotherAssetsCardLeavesTheCard(t *testing.T) {
	t.Parallel()
	w, changes := partings(t)
	moved := w.card("5")
	moved.Asset = w.assets()["PC-7"].ID
	w.put(func(l store.Writer) error { return l.PutCard(moved) })
	plan := w.handmade(changes[4])
	_, err := w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	require.NoError(t, err)
	require.Equal(t, moved, w.card("5"))
}
