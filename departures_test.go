package dovetail_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// unmatch takes a customer's match back.
func (w *world) unmatch(customer int64, leave store.LeavePolicy) {
	w.t.Helper()
	done, err := w.tryDecide(dovetail.Decision{Key: key(customer), Revision: w.match(customer).Revision, Verdict: dovetail.VerdictUnmatch, Leave: leave})
	require.NoError(w.t, err)
	require.NoError(w.t, done.Err)
}

// writeOn edits an asset as a person does.
func (w *world) writeOn(id store.AssetID, fn func(a *store.Asset)) {
	w.t.Helper()
	require.NoError(w.t, w.db.Platform().EditAsset(id, fn))
}

// cardless requires that a record has no card.
func (w *world) cardless(kind connector.Kind, id int64) {
	w.t.Helper()
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error {
		_, err := r.Card(store.RecordID{Integration: syncroOne, Kind: kind, Key: key(id)})
		require.ErrorIs(w.t, err, store.ErrNotFound)
		return nil
	}))
}

// journal returns what happened to an asset: event and reason, in order.
func (w *world) journal(asset store.AssetID) []string {
	w.t.Helper()
	var events []string
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error {
		for e, err := range r.Journal(store.JournalQuery{Asset: asset}) {
			require.NoError(w.t, err)
			events = append(events, e.Event+": "+dovetail.Sentence(e.Reason))
		}
		return nil
	}))
	return events
}

func TestUnmatchingKeepsDetachesOrArchivesWhatWasImported(t *testing.T) {
	t.Parallel()
	setUp := func(t *testing.T) (w *world, acme store.CompanyID, before map[string]store.Asset) {
		w = newWorld(t)
		fill(w)
		w.sync()
		acme = w.create(1)[0]
		theirs := w.byHand(acme, w.devices, "Documented", store.Values{w.devices.Fields[0].ID: connector.Text("SN-1004")})
		w.sync()
		require.Equal(t, theirs.ID, w.card(syncro.KindAsset, 204).Asset)
		w.writeOn(w.assets(acme)["PC-0"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("mind the step") })
		counted, err := w.engine.Imported(t.Context(), syncroOne, "1")
		require.NoError(t, err)
		require.Equal(t, dovetail.Imported{Cards: 6, Made: 5, Untouched: 4}, counted)
		before = w.assets(acme)
		return w, acme, before
	}
	t.Run("keep", func(t *testing.T) {
		t.Parallel()
		w, acme, before := setUp(t)
		w.unmatch(1, store.LeaveKeep)
		w.read()
		p := w.plan()
		require.Equal(t, map[store.Action]int{store.ActionFreeze: 6}, p.Counts)
		require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 200).State, "nothing happens before the plan is applied")
		_, err := w.apply(p)
		require.NoError(t, err)
		w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-RENAMED" })
		w.sync()
		require.Equal(t, before, w.assets(acme))
		require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 200).State)
		w.quiet()
	})
	t.Run("detach", func(t *testing.T) {
		t.Parallel()
		w, acme, before := setUp(t)
		w.unmatch(1, store.LeaveDetach)
		report := w.sync()
		require.Equal(t, map[store.Action]int{store.ActionDetach: 6}, report.Plan.Counts)
		require.Equal(t, before, w.assets(acme))
		w.cardless(syncro.KindAsset, 200)
		w.quiet()
	})
	t.Run("archive", func(t *testing.T) {
		t.Parallel()
		w, acme, before := setUp(t)
		w.unmatch(1, store.LeaveArchive)
		report := w.sync()
		require.Equal(t, map[store.Action]int{store.ActionArchive: 4, store.ActionDetach: 2}, report.Plan.Counts)
		for name, a := range w.assets(acme) {
			require.Equal(t, name != "PC-0" && name != "Documented", a.Archived, name)
			require.Equal(t, before[name].Values, a.Values)
			w.cardless(syncro.KindAsset, 200)
		}
		w.quiet()
		w.decide(1, dovetail.VerdictMatch, acme)
		w.sync()
		require.Equal(t, dovetail.ReasonArchivedHere, w.disposition(202), "what was archived isn't made again")
		w.quiet()
	})
	t.Run("first keep, then detach", func(t *testing.T) {
		t.Parallel()
		w, acme, before := setUp(t)
		w.unmatch(1, store.LeaveKeep)
		w.sync()
		w.unmatch(1, store.LeaveDetach)
		require.Equal(t, map[store.Action]int{store.ActionDetach: 6}, w.sync().Plan.Counts)
		require.Equal(t, before, w.assets(acme))
		w.quiet()
	})
	t.Run("ignore and detach", func(t *testing.T) {
		t.Parallel()
		w, _, _ := setUp(t)
		done, err := w.tryDecide(dovetail.Decision{Key: "1", Revision: w.match(1).Revision, Verdict: dovetail.VerdictIgnore, Leave: store.LeaveDetach})
		require.NoError(t, err)
		require.NoError(t, done.Err)
		require.Equal(t, map[store.Action]int{store.ActionDetach: 6}, w.sync().Plan.Counts)
		w.quiet()
	})
	t.Run("a platform that can't archive", func(t *testing.T) {
		t.Parallel()
		h := &hooked{}
		w := newWorld(t, hook(h))
		caps := w.db.Documents().Capabilities()
		caps.Archive = false
		h.capabilities = &caps
		fill(w)
		w.sync()
		w.create(1)
		w.sync()
		w.unmatch(1, store.LeaveArchive)
		require.Equal(t, map[store.Action]int{store.ActionDetach: 6}, w.sync().Plan.Counts)
		w.quiet()
	})
	t.Run("only with unmatch and ignore", func(t *testing.T) {
		t.Parallel()
		w, acme, _ := setUp(t)
		for _, d := range []dovetail.Decision{
			{Verdict: dovetail.VerdictMatch, Company: acme, Leave: store.LeaveDetach}, {Verdict: dovetail.VerdictUnmatch, Leave: "burn"},
		} {
			d.Key, d.Revision = "1", w.match(1).Revision
			done, err := w.tryDecide(d)
			require.NoError(t, err)
			require.ErrorIs(t, done.Err, store.ErrRefused)
		}
	})
}

func TestUnmatchingOneOfSeveralLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	acme := w.create(1)[0]
	w.decide(2, dovetail.VerdictMatch, acme)
	w.sync()
	w.unmatch(2, store.LeaveArchive)
	require.Equal(t, map[store.Action]int{store.ActionArchive: 6}, w.sync().Plan.Counts)
	for name, a := range w.assets(acme) {
		require.Equal(t, name == "PC-1" || name == "PC-3" || name == "PC-5" || name == "Person 1" || name == "Person 3" || name == "Person 5", a.Archived, name)
	}
	w.quiet()
}

func TestADecisionIsUndoneWhileNothingHasBeenImported(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	undo := func(customer int64) dovetail.Decided {
		done, err := w.tryDecide(dovetail.Decision{Key: key(customer), Revision: w.match(customer).Revision, Verdict: dovetail.VerdictUndo})
		require.NoError(t, err)
		return done
	}
	require.ErrorContains(t, undo(3).Err, "nothing to undo")
	w.decide(3, dovetail.VerdictMatch, cedar)
	w.decide(5, dovetail.VerdictIgnore, "")
	acme := w.create(1)[0]
	for _, customer := range []int64{3, 5} {
		done := undo(customer)
		require.NoError(t, done.Err)
		require.Empty(t, done.Note)
	}
	done := undo(1)
	require.NoError(t, done.Err)
	require.Contains(t, done.Note, `the company "Acme Ltd" (`+string(acme)+`), which was made for it, stays`)
	require.Equal(t, "Acme Ltd", w.company(acme).Name)
	w.sync()
	require.Equal(t, store.MatchSuggested, w.match(3).State, "the suggestion is back")
	require.Equal(t, cedar, w.match(3).Suggestions[0].Company)
	require.Equal(t, store.GroupPerson, w.match(5).Group)
	require.Equal(t, acme, w.match(1).Suggestions[0].Company)

	w.account.AddAsset(syncrotest.Asset{ID: 20, CustomerID: 3, Name: "PC"})
	w.decide(3, dovetail.VerdictMatch, cedar)
	w.sync()
	require.ErrorContains(t, undo(3).Err, "1 records of it were imported")
	require.Equal(t, store.MatchMatched, w.match(3).State)
	w.quiet()
}
