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

// events returns what the journal says about an upstream company.
func (w *world) events(customer int64) []string {
	w.t.Helper()
	var events []string
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error {
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(w.t, err)
			if e.Record.Kind == syncro.KindCustomer && e.Record.Key == key(customer) {
				events = append(events, e.Event)
			}
		}
		return nil
	}))
	return events
}

// notes returns what a plan says as a whole, in words.
func notes(p store.Plan) []string {
	var all []string
	for _, n := range p.Notes {
		all = append(all, dovetail.Sentence(n))
	}
	return all
}

func TestACompanyThatIsGoneUpstreamIsOneEventAndEverythingStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	for id := int64(300); id < 450; id++ { // more than are looked up in one run
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 2, Name: "PC-" + string(key(id))})
	}
	for id := int64(500); id < 1000; id++ {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 1, Name: "PC-" + string(key(id))})
	}
	w.sync()
	companies := w.create(1, 2)
	w.sync()
	before := w.assets(companies[1])
	gone, _ := w.account.Customer(2)
	w.account.DeleteCustomer(2)
	report := w.sync()
	require.Equal(t, map[store.Action]int{store.ActionOrphan: 156}, report.Plan.Counts, "in one run, whatever was looked up")
	require.Equal(t, []string{"Birch Inc is no longer upstream: 156 cards are orphaned, and everything stays"}, notes(report.Plan))
	require.Equal(t, before, w.assets(companies[1]))
	require.Equal(t, store.Gone, w.match(2).Presence)
	require.Equal(t, store.MatchMatched, w.match(2).State, "it isn't unmatched by it")
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 449).State)
	require.Equal(t, "company gone upstream", w.events(2)[len(w.events(2))-1])
	for one, err := range w.engine.Reconcile(t.Context(), syncroOne) {
		require.NoError(t, err)
		if one.Key == "2" {
			require.Zero(t, one.Upstream)
		}
	}
	for range 3 {
		w.sync() // the rest is looked up
	}
	w.quiet()

	w.account.AddCustomer(gone)
	for id := int64(300); id < 310; id++ {
		w.account.AddAsset(syncrotest.Asset{ID: id, CustomerID: 2, Name: "PC-" + string(key(id))})
	}
	report = w.sync()
	require.Equal(t, map[store.Action]int{store.ActionUpdate: 10}, report.Plan.Counts)
	require.Equal(t, store.Present, w.match(2).Presence)
	require.Equal(t, companies[1], w.match(2).Company, "the same match")
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 300).State)
	require.Len(t, w.assets(companies[1]), len(before), "the same assets")
	require.Equal(t, "company back upstream", w.events(2)[len(w.events(2))-1])
	w.quiet()
}

// merge lets customer from be merged into another one upstream.
func (w *world) merge(from, into int64, contacts, assets []int64) {
	w.t.Helper()
	for _, id := range contacts {
		w.account.UpdateContact(id, func(c *syncrotest.Contact) { c.CustomerID = into })
	}
	for _, id := range assets {
		w.account.MoveAsset(id, into)
	}
	require.True(w.t, w.account.DeleteCustomer(from))
}

// mergedWorld is a world in which Birch (2) was merged into Acme (1) upstream.
func mergedWorld(t *testing.T, acmeToo bool) (w *world, acme, birch store.CompanyID) {
	w = newWorld(t)
	fill(w)
	w.sync()
	birch = w.create(2)[0]
	if acmeToo {
		acme = w.create(1)[0]
	}
	w.sync()
	w.writeOn(w.assets(birch)["PC-3"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("by hand") })
	w.merge(2, 1, []int64{101, 103}, []int64{201, 203}) // 105 and 205 are gone with it
	return w, acme, birch
}

// answer answers the one merge that waits.
func (w *world) answer(a store.MergeAnswer) error {
	w.t.Helper()
	merges, err := w.engine.UpstreamMerges(w.t.Context(), syncroOne)
	require.NoError(w.t, err)
	require.Len(w.t, merges, 1)
	return w.engine.AnswerMerge(w.t.Context(), dovetail.MergeRequest{
		By: ada, Integration: syncroOne, From: merges[0].From, Into: merges[0].Into, Revision: merges[0].Revision, Answer: a,
	})
}

func TestAMergeUpstreamIsOneQuestionAndNothingMovesBefore(t *testing.T) {
	t.Parallel()
	for _, acmeToo := range []bool{false, true} {
		w, acme, birch := mergedWorld(t, acmeToo)
		before := w.assets(birch)
		report := w.sync()
		require.Equal(t, map[store.Action]int{store.ActionOrphan: 2}, report.Plan.Counts, w.changes(report.Plan.ID))
		require.ElementsMatch(t, []string{
			"Birch Inc was merged into Acme Ltd upstream: 4 records wait for an answer (AnswerMerge)",
			"Birch Inc is no longer upstream: 2 cards are orphaned, and everything stays",
		}, notes(report.Plan))
		merges, err := w.engine.UpstreamMerges(t.Context(), syncroOne)
		require.NoError(t, err)
		state := store.MatchUnmatched
		if acmeToo {
			state = store.MatchMatched
			require.Equal(t, dovetail.ReasonMergeWaiting, w.disposition(201))
		}
		require.Equal(t, []dovetail.UpstreamMerge{{
			From: "2", Into: "1", FromName: "Birch Inc", IntoName: "Acme Ltd", Revision: 1, Confirmed: true,
			Company: birch, IntoState: state, IntoCompany: acme,
			Records: map[connector.Kind]int{syncro.KindContact: 2, syncro.KindAsset: 2},
		}}, merges)
		require.Equal(t, before, w.assets(birch))
		require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 201).State)
		w.quiet()
		require.Equal(t, before, w.assets(birch))
	}
}

func TestAMergeUpstreamIsAnsweredWithTheSameCompany(t *testing.T) {
	t.Parallel()
	w, _, birch := mergedWorld(t, false)
	w.sync()
	before := w.assets(birch)
	require.NoError(t, w.answer(""))
	require.Equal(t, birch, w.match(1).Company)
	require.True(t, w.match(1).Primary, "the survivor writes the details")
	require.False(t, w.match(2).Primary)
	w.sync()
	w.sync() // what the survivor had before comes
	require.Len(t, w.assets(birch), len(before)+6)
	require.Equal(t, before["PC-1"].ID, w.card(syncro.KindAsset, 201).Asset)
	require.Equal(t, connector.Key("1"), w.card(syncro.KindAsset, 201).Container)
	require.Equal(t, "Acme Ltd", w.company(birch).Name, "and what Birch wrote follows it")
	require.Equal(t, "merge: follow", w.events(2)[len(w.events(2))-1])
	merges, err := w.engine.UpstreamMerges(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Empty(t, merges)
	w.quiet()
}

func TestAMergeUpstreamIsAnsweredWithAMove(t *testing.T) {
	t.Parallel()
	w, acme, birch := mergedWorld(t, true)
	w.sync()
	before := w.assets(birch)
	require.ErrorIs(t, w.answer(store.MergeFollow), store.ErrRefused, "the survivor is matched already")
	require.NoError(t, w.answer(store.MergeMove))
	require.Equal(t, before, w.assets(birch))
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"move contact 101": dovetail.ReasonMoved, "move contact 103": dovetail.ReasonMoved, "move asset 201": dovetail.ReasonMoved,
		"detach asset 203": dovetail.ReasonMovedAway, "create asset 203": dovetail.ReasonMovedTouched,
	}, w.changes(report.Plan.ID))
	require.Equal(t, before["PC-1"].ID, w.assets(acme)["PC-1"].ID)
	require.Contains(t, w.assets(birch), "PC-3", "people worked on it")
	w.quiet()
}

func TestAMergeUpstreamIsAnsweredWithKeeping(t *testing.T) {
	t.Parallel()
	w, acme, birch := mergedWorld(t, true)
	w.sync()
	before := w.assets(birch)
	require.NoError(t, w.answer(store.MergeKeep))
	w.sync()
	require.Equal(t, before, w.assets(birch))
	require.Equal(t, dovetail.ReasonMovedPinned, w.disposition(201))
	w.account.UpdateAsset(201, func(a *syncrotest.Asset) { a.Name = "PC-1-NEW" })
	w.sync()
	require.Contains(t, w.assets(birch), "PC-1-NEW", "it is kept up to date where it is")
	require.NotContains(t, w.assets(acme), "PC-1-NEW")
	w.quiet()
}

func TestAnAnswerToAMergeIsCheckedAgainstWhatThePersonSaw(t *testing.T) {
	t.Parallel()
	w, _, _ := mergedWorld(t, false)
	w.sync()
	require.ErrorContains(t, w.answer(store.MergeMove), "is matched to no company here")
	require.ErrorContains(t, w.answer("burn"), "is no answer")
	req := dovetail.MergeRequest{By: ada, Integration: syncroOne, From: "2", Into: "1", Revision: 7}
	require.ErrorIs(t, w.engine.AnswerMerge(t.Context(), req), dovetail.ErrChanged)
	req.From, req.Into = "1", "2"
	require.ErrorIs(t, w.engine.AnswerMerge(t.Context(), req), store.ErrNotFound)
	w.quiet()
}

func TestARecordThatLeftACompanyWhichTheReadMissedMovesWhenThatIsThereAgain(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	one, two := connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"}
	w.fake.put(kindOrg, one, two)
	w.fake.put(kindDevice, device("d1", "PC"), device("d2", "PC-2"))
	w.run()
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o2", Verdict: dovetail.VerdictCreate}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	birch := decided[0].Match.Company
	w.run()
	moved := device("d1", "PC")
	moved.Container = "o2"
	w.fake.put(kindDevice, moved, device("d2", "PC-2"))
	w.fake.put(kindOrg, two)
	for range 4 {
		w.run()
		require.Equal(t, w.company, w.card("d1").Company, "its old company may have been merged into the new one")
		require.Equal(t, dovetail.ReasonMergeWaiting, w.reason("d1"))
	}
	merges, err := w.engine.UpstreamMerges(t.Context(), fakeOne)
	require.NoError(t, err)
	require.Len(t, merges, 1)
	require.False(t, merges[0].Confirmed)
	w.fake.put(kindOrg, one, two)
	w.run()
	require.Equal(t, birch, w.card("d1").Company, "it was an ordinary move")
	w.quiet()
}
