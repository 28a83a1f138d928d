package dovetail_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func deviceID(key connector.Key) store.RecordID {
	return store.RecordID{Integration: fakeOne, Kind: kindDevice, Key: key}
}

// unclear returns what is unclear, by key.
func (w *fakeWorld) unclear() map[connector.Key]dovetail.RecordRow {
	w.t.Helper()
	rows := make(map[connector.Key]dovetail.RecordRow)
	for row, err := range w.engine.Unclear(w.t.Context(), dovetail.UnclearRequest{Integration: fakeOne}) {
		require.NoError(w.t, err)
		rows[row.Record.Key] = row
	}
	return rows
}

func (w *fakeWorld) recordRow(key connector.Key) dovetail.RecordRow {
	w.t.Helper()
	row, err := w.engine.RecordRow(w.t.Context(), deviceID(key))
	require.NoError(w.t, err)
	return row
}

func (w *fakeWorld) tryCard(row dovetail.RecordRow, verdict dovetail.CardVerdict, asset store.AssetID) error {
	w.t.Helper()
	decided, err := w.engine.DecideCards(w.t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.CardDecision{
		{Record: row.Record, Seen: row.Seen, Verdict: verdict, Asset: asset},
	}})
	require.NoError(w.t, err)
	return decided[0].Err
}

func (w *fakeWorld) decideCard(key connector.Key, verdict dovetail.CardVerdict, asset store.AssetID) {
	w.t.Helper()
	require.NoError(w.t, w.tryCard(w.recordRow(key), verdict, asset))
	require.Equal(w.t, 1, w.journalled(string(verdict), key))
}

// journalled counts a person's entries about a record.
func (w *fakeWorld) journalled(event string, key connector.Key) (n int) {
	w.t.Helper()
	w.view(func(r store.Reader) error {
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(w.t, err)
			if e.Event == event && e.Record == deviceID(key) && e.By == ada {
				n++
			}
		}
		return nil
	})
	return n
}

// ambiguous is a world whose record 1 may be either of two assets.
func ambiguous(t *testing.T) (w *fakeWorld, one, two store.Asset) {
	t.Helper()
	w = newFakeWorld(t, &fakeConnector{})
	one, two = w.byHand(w.layout, "One", "SN-0001"), w.byHand(w.layout, "Two", "SN-0001")
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001", "model", "M1"))
	require.Empty(t, w.sync())
	w.quiet()
	return w, one, two
}

func TestAPersonPicksOneOfSeveral(t *testing.T) {
	t.Parallel()
	w, one, two := ambiguous(t)
	row := w.unclear()["1"]
	require.Equal(t, string(dovetail.ReasonAmbiguous), row.Reason.Code)
	require.Equal(t, w.company, row.Company)
	require.Equal(t, "M1", row.Fields["model"].String(), "side by side")
	require.Equal(t, []store.AssetID{one.ID, two.ID}, []store.AssetID{row.Assets[0].ID, row.Assets[1].ID})
	require.NoError(t, w.tryCard(row, dovetail.CardPut, two.ID))
	require.Equal(t, 1, w.journalled("put", "1"))
	require.Empty(t, w.unclear())
	w.addUp()
	require.Equal(t, map[string]dovetail.ReasonCode{"update 1": dovetail.ReasonChanged}, w.sync())
	require.Equal(t, "M1", w.value("Two", 1), "the card and what it feeds are brought up to date")
	require.Equal(t, store.OriginLinked, w.card("1").Origin)
	require.True(t, w.card("1").Pinned)
	w.quiet()
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001", "model", "M2"))
	w.sync()
	require.Equal(t, "M2", w.value("Two", 1))
	require.Contains(t, w.assets(), "Two", "what a person made keeps its name")
	w.quiet()
}

func TestADecisionOnWhatChangedMeanwhileIsRefused(t *testing.T) {
	t.Parallel()
	w, one, two := ambiguous(t)
	seen := w.unclear()["1"]
	require.NoError(t, w.tryCard(seen, dovetail.CardPut, one.ID))
	require.ErrorIs(t, w.tryCard(seen, dovetail.CardPut, two.ID), dovetail.ErrChanged)
	require.Equal(t, one.ID, w.card("1").Asset)
	require.ErrorIs(t, w.tryCard(w.recordRow("1"), dovetail.CardConfirm, ""), store.ErrRefused, "it isn't provisional")
	require.ErrorIs(t, w.tryCard(w.recordRow("1"), dovetail.CardPut, "nowhere"), store.ErrNotFound)
	birch, err := w.docs.CreateCompany(t.Context(), store.NewCompany{Name: "Birch"}, store.Intent{})
	require.NoError(t, err)
	strange, err := w.docs.CreateAsset(t.Context(), store.NewAsset{Company: birch.ID, Layout: w.layout.ID, Name: "Strange"}, store.Intent{})
	require.NoError(t, err)
	require.ErrorIs(t, w.tryCard(w.recordRow("1"), dovetail.CardPut, strange.ID), store.ErrRefused, "nothing in the wrong client")
}

// A plan was made before the decision: it is stale, as a whole.
func TestAPlanFromBeforeADecisionIsStale(t *testing.T) {
	t.Parallel()
	w, _, two := ambiguous(t)
	plan, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: fakeOne})
	require.NoError(t, err)
	w.decideCard("1", dovetail.CardPut, two.ID)
	_, err = w.engine.Apply(t.Context(), dovetail.ApplyRequest{By: ada, Plan: plan.ID})
	require.ErrorIs(t, err, dovetail.ErrStalePlan)
}

// The decision comes while the plan is being applied: it stands, and the plan's
// change of the record is left.
func TestADecisionDuringARunIsNotOverruled(t *testing.T) {
	t.Parallel()
	var w *fakeWorld
	decided := false
	h := &hooked{}
	h.create = func(a store.NewAsset, do func() (store.Asset, error)) (store.Asset, error) {
		if a.Name == "FIRST" && !decided {
			decided = true
			w.decideCard("9", dovetail.CardPut, w.byHand(w.layout, "By hand", "").ID)
		}
		return do()
	}
	w = newFakeWorld(t, &fakeConnector{}, hook(h), func(*dovetail.Config) {
		can := h.Documents.Capabilities()
		can.Intents = false // one by one
		h.capabilities = &can
	})
	w.fake.put(kindDevice, device("1", "FIRST"), device("9", "LAST", "model", "M1"))
	report := w.run()
	require.True(t, decided)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 1, store.OutcomeStale: 1}, report.Apply.Outcomes)
	require.NotContains(t, w.assets(), "LAST")
	require.Equal(t, map[string]dovetail.ReasonCode{"update 9": dovetail.ReasonChanged}, w.sync())
	require.Equal(t, "M1", w.value("By hand", 1))
	w.quiet()
}

func TestNoneOfThemIsIt(t *testing.T) {
	t.Parallel()
	w, one, two := ambiguous(t)
	w.decideCard("1", dovetail.CardCreate, "")
	w.addUp()
	require.Equal(t, map[string]dovetail.ReasonCode{"create 1": dovetail.ReasonNew}, w.sync())
	require.NotContains(t, []store.AssetID{one.ID, two.ID}, w.card("1").Asset)
	w.quiet()
}

// One is out: the other is what it has to be.
func TestNotThisOneLeavesTheOther(t *testing.T) {
	t.Parallel()
	w, one, two := ambiguous(t)
	require.ErrorIs(t, w.tryCard(w.recordRow("1"), dovetail.CardReject, "asset-77"), store.ErrRefused)
	w.decideCard("1", dovetail.CardReject, one.ID)
	w.sync()
	require.Equal(t, dovetail.ReasonAmbiguous, w.reason("1"), "the key isn't unique all the same")
	row := w.unclear()["1"]
	require.Len(t, row.Assets, 1)
	require.NoError(t, w.tryCard(row, dovetail.CardReject, ""))
	require.NotEmpty(t, two)
	require.Equal(t, map[string]dovetail.ReasonCode{"create 1": dovetail.ReasonNew}, w.sync())
	w.quiet()
}

// held is a world whose record 1 has the key of an asset in another layout.
func heldElsewhere(t *testing.T) (w *fakeWorld, asset store.Asset, servers store.Layout) {
	t.Helper()
	w = newFakeWorld(t, &fakeConnector{})
	servers, err := w.docs.CreateLayout(t.Context(), store.NewLayout{Name: "Servers", Fields: []store.Field{
		{Name: "Serial", Type: store.FieldText, Means: connector.MeansSerial},
	}}, store.Intent{})
	require.NoError(t, err)
	asset = w.byHand(servers, "SRV", "SN-0001")
	w.fake.put(kindDevice, device("1", "SRV-1", "serial", "SN-0001", "model", "M1"))
	require.Empty(t, w.sync())
	require.Equal(t, string(dovetail.ReasonElsewhere), w.unclear()["1"].Reason.Code)
	w.quiet()
	return w, asset, servers
}

func TestHeldElsewhereHasThreeWaysOut(t *testing.T) {
	t.Parallel()
	t.Run("add there", func(t *testing.T) {
		t.Parallel()
		w, asset, servers := heldElsewhere(t)
		w.decideCard("1", dovetail.CardPut, asset.ID)
		w.sync()
		require.Equal(t, asset.ID, w.card("1").Asset)
		require.Equal(t, servers.ID, w.assets()["SRV"].Layout)
		w.quiet()
	})
	t.Run("move", func(t *testing.T) {
		t.Parallel()
		w, asset, _ := heldElsewhere(t)
		w.decideCard("1", dovetail.CardMoveAsset, asset.ID)
		w.sync()
		require.Equal(t, asset.ID, w.card("1").Asset)
		require.Equal(t, w.layout.ID, w.assets()["SRV"].Layout)
		require.Equal(t, "SN-0001", w.value("SRV", 0), "its values come along")
		require.Equal(t, "M1", w.value("SRV", 1))
		w.quiet()
	})
	t.Run("create anyway", func(t *testing.T) {
		t.Parallel()
		w, asset, _ := heldElsewhere(t)
		w.decideCard("1", dovetail.CardCreate, "")
		w.sync()
		require.NotEqual(t, asset.ID, w.card("1").Asset)
		require.Contains(t, w.assets(), "SRV-1")
		w.quiet()
	})
}

// A move that would lose a value is refused, and nothing is done.
func TestAnAssetIsNotMovedWhereAValueOfItHasNoPlace(t *testing.T) {
	t.Parallel()
	w, asset, servers := heldElsewhere(t)
	require.NoError(t, w.db.Platform().EditLayout(servers.ID, func(l *store.Layout) {
		l.Fields = append(l.Fields, store.Field{ID: "rack", Name: "Rack", Type: store.FieldText})
	}))
	require.NoError(t, w.db.Platform().EditAsset(asset.ID, func(a *store.Asset) { a.Values["rack"] = connector.Text("R1") }))
	err := w.tryCard(w.recordRow("1"), dovetail.CardMoveAsset, asset.ID)
	require.ErrorIs(t, err, store.ErrRefused)
	require.ErrorContains(t, err, "Rack")
	require.Equal(t, servers.ID, w.assets()["SRV"].Layout)
	w.quiet()
}

// provisional is a world where records were put on assets by name alone.
func provisional(t *testing.T) *fakeWorld {
	t.Helper()
	w := newFakeWorld(t, &fakeConnector{})
	for _, name := range []string{"PC-1", "PC-2", "PC-3"} {
		w.byHand(w.layout, name, "")
	}
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"), device("2", "PC-2", "serial", "SN-0002"), device("3", "PC-3", "model", "M3"))
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 1": dovetail.ReasonSameName, "attach 2": dovetail.ReasonSameName, "attach 3": dovetail.ReasonSameName}, w.sync())
	w.quiet()
	return w
}

func TestProvisionalOnesAreConfirmedInBulk(t *testing.T) {
	t.Parallel()
	w := provisional(t)
	var decisions []dovetail.CardDecision
	for _, row := range w.unclear() {
		require.Contains(t, row.Verdicts, dovetail.CardConfirm)
		decisions = append(decisions, dovetail.CardDecision{Record: row.Record, Seen: row.Seen, Verdict: dovetail.CardConfirm})
	}
	require.Len(t, decisions, 3)
	decisions[1].Seen = "something else"
	decided, err := w.engine.DecideCards(t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: fakeOne, Decisions: decisions})
	require.NoError(t, err)
	for i, d := range decided {
		if i == 1 {
			require.ErrorIs(t, d.Err, dovetail.ErrChanged)
			continue
		}
		require.NoError(t, d.Err)
		require.False(t, w.card(d.Decision.Record.Key).Provisional)
	}
	require.Len(t, w.unclear(), 1, "what was left is listed still")
	w.quiet()
}

func TestAProvisionalOneIsUndone(t *testing.T) {
	t.Parallel()
	w := provisional(t)
	wrong := w.card("3").Asset
	require.NoError(t, w.db.Platform().EditAsset(w.card("2").Asset, func(a *store.Asset) { a.Values[w.layout.Fields[0].ID] = connector.Text("SN-0002, checked") }))
	w.decideCard("2", dovetail.CardReject, "")
	w.decideCard("3", dovetail.CardReject, "")
	require.Equal(t, "M3", w.value("PC-3", 1), "nothing is taken back before the next run")
	report := w.run()
	require.Equal(t, 4, report.Apply.Done())
	byID := make(map[store.AssetID]store.Asset)
	for a, err := range w.docs.Assets(t.Context(), w.company) {
		require.NoError(t, err)
		byID[a.ID] = a
	}
	require.Empty(t, byID[wrong].Values, "what we wrote is taken back")
	require.NotEqual(t, wrong, w.card("3").Asset)
	require.Equal(t, "M3", byID[w.card("3").Asset].Values[w.layout.Fields[1].ID].String())
	require.NotEqual(t, w.card("2").Asset, w.card("3").Asset)
	for _, a := range byID {
		if a.Name == "PC-2" && a.ID != w.card("2").Asset {
			require.Equal(t, "SN-0002, checked", a.Values[w.layout.Fields[0].ID].String(), "and what a person changed stays")
		}
	}
	w.quiet()
}

// The wrong asset had been made or claimed: the record goes to the right one,
// and nothing of it stays on the wrong one.
func TestAPersonMovesACardToAnotherAsset(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.byHand(w.layout, "Claimed", "SN-0001")
	right := w.byHand(w.layout, "Right", "SN-0009")
	other := w.byHand(w.layout, "Other", "SN-0008")
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001", "model", "M1"), device("2", "MADE", "model", "M2"))
	w.sync()
	require.Equal(t, "M1", w.value("Claimed", 1))
	w.decideCard("1", dovetail.CardPut, right.ID)
	w.decideCard("2", dovetail.CardPut, other.ID)
	require.Empty(t, w.value("Claimed", 1), "what we wrote is taken back")
	require.Equal(t, "SN-0001", w.value("Claimed", 0), "what was there stays")
	require.True(t, w.assets()["MADE"].Archived, "it is not here twice")
	w.sync()
	require.Equal(t, "M1", w.value("Right", 1))
	require.Equal(t, "M2", w.value("Other", 1))
	require.Equal(t, "SN-0009", w.value("Right", 0), "a person's value is a person's")
	w.quiet()
}

// Two records were put on one asset: one feeds it, and they don't fight.
func TestTwoRecordsThatAPersonPutOnOneAssetDoNotFight(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	asset := w.byHand(w.layout, "Rack", "")
	w.fake.put(kindDevice, device("1", "A", "model", "M1"), device("2", "B", "model", "M2"))
	w.sync()
	w.decideCard("2", dovetail.CardPut, asset.ID)
	w.decideCard("1", dovetail.CardPut, asset.ID)
	w.sync()
	require.Equal(t, "M1", w.value("Rack", 1))
	require.Contains(t, string(w.card("2").Data), "M2")
	w.quiet()
	w.fake.put(kindDevice, device("1", "A", "model", "M1"), device("2", "B", "model", "M3"))
	w.sync()
	require.Equal(t, "M1", w.value("Rack", 1))
	w.quiet()
}

func TestAPinnedCardStaysWhenItsRecordMovesUpstream(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	asset := w.byHand(w.layout, "Reception", "")
	w.fake.put(kindOrg, connector.Record{Key: "o1", Name: "Acme Ltd"}, connector.Record{Key: "o2", Name: "Birch Inc"})
	w.fake.put(kindDevice, device("1", "PC-1", "model", "M1"))
	w.sync()
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: fakeOne, Decisions: []dovetail.Decision{{Key: "o2", Verdict: dovetail.VerdictCreate}}})
	require.NoError(t, err)
	require.NoError(t, decided[0].Err)
	w.decideCard("1", dovetail.CardPut, asset.ID)
	w.sync()
	moved := device("1", "PC-1", "model", "M2")
	moved.Container = "o2"
	w.fake.put(kindDevice, moved)
	w.sync()
	require.Equal(t, asset.ID, w.card("1").Asset)
	require.Equal(t, "M2", w.value("Reception", 1), "and it is kept up to date")
	require.Equal(t, dovetail.ReasonMovedPinned, w.reason("1"))
	require.Equal(t, "moved upstream to Birch Inc; it stays on the asset on which a person put it", dovetail.Sentence(w.row("1").Disposition))
	w.quiet()
}

func TestWhatWasDeletedHereIsCreatedAgainOnRequest(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	w.sync()
	require.NoError(t, w.db.Platform().DeleteAsset(w.card("1").Asset))
	require.Equal(t, map[string]dovetail.ReasonCode{"bury 1": dovetail.ReasonDeletedHere}, w.sync())
	require.Empty(t, w.assets())
	w.quiet()
	w.decideCard("1", dovetail.CardCreate, "")
	require.Equal(t, map[string]dovetail.ReasonCode{"create 1": dovetail.ReasonNew}, w.sync())
	require.Contains(t, w.assets(), "PC-1")
	w.quiet()

	// A person documents it again by hand: then it is here.
	require.NoError(t, w.db.Platform().DeleteAsset(w.card("1").Asset))
	w.sync()
	again := w.byHand(w.layout, "PC-1", "SN-0001")
	require.Equal(t, map[string]dovetail.ReasonCode{"attach 1": dovetail.ReasonSameKey}, w.sync())
	require.Equal(t, again.ID, w.card("1").Asset)
	w.quiet()
	w.view(func(r store.Reader) error {
		_, err := r.Tombstone(deviceID("1"))
		require.ErrorIs(t, err, store.ErrNotFound)
		return nil
	})
}

// An asset is archived here, with a card and without: nothing is made in its
// place, and when it is brought back the record goes on.
func TestWhatWasArchivedHereGoesOnWhenItIsBroughtBack(t *testing.T) {
	t.Parallel()
	for _, byEngine := range []bool{false, true} {
		w := newFakeWorld(t, &fakeConnector{})
		old := w.byHand(w.layout, "Old", "SN-0002")
		w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001", "model", "M1"))
		w.sync()
		for _, id := range []store.AssetID{old.ID, w.card("1").Asset} {
			require.NoError(t, w.db.Platform().EditAsset(id, func(a *store.Asset) { a.Archived = true }))
		}
		w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001", "model", "M2"), device("2", "PC-2", "serial", "SN-0002"))
		require.Empty(t, w.sync())
		require.Equal(t, dovetail.ReasonArchivedHere, w.reason("1"))
		require.Equal(t, dovetail.ReasonArchivedHere, w.reason("2"))
		require.Equal(t, "M1", w.value("PC-1", 1))
		require.Len(t, w.unclear(), 2)
		w.quiet()
		if byEngine {
			w.decideCard("1", dovetail.CardUnarchive, "")
			w.decideCard("2", dovetail.CardUnarchive, old.ID)
		} else {
			for _, id := range []store.AssetID{old.ID, w.card("1").Asset} {
				require.NoError(t, w.db.Platform().EditAsset(id, func(a *store.Asset) { a.Archived = false }))
			}
		}
		require.Equal(t, map[string]dovetail.ReasonCode{"update 1": dovetail.ReasonChanged, "attach 2": dovetail.ReasonSameKey}, w.sync())
		require.Equal(t, "M2", w.value("PC-1", 1))
		require.Equal(t, old.ID, w.card("2").Asset)
		w.quiet()
	}
}

// It is archived here and wanted all the same: it is made anew.
func TestWhatWasArchivedHereIsMadeAnewOnRequest(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	w.fake.put(kindDevice, device("1", "PC-1", "serial", "SN-0001"))
	w.sync()
	old := w.card("1").Asset
	require.NoError(t, w.db.Platform().EditAsset(old, func(a *store.Asset) { a.Archived, a.Name = true, "PC-1 (old)" }))
	w.sync()
	w.decideCard("1", dovetail.CardCreate, "")
	w.sync()
	require.NotEqual(t, old, w.card("1").Asset)
	require.True(t, w.assets()["PC-1 (old)"].Archived)
	require.NotEmpty(t, w.assets()["PC-1 (old)"].Values, "what is put away is left as it is")
	w.quiet()
}

func TestARecordWithoutACompanyIsListed(t *testing.T) {
	t.Parallel()
	w := newFakeWorld(t, &fakeConnector{})
	stray := device("1", "STRAY")
	stray.Container = ""
	w.fake.put(kindDevice, stray, device("2", "PC"))
	require.Equal(t, map[string]dovetail.ReasonCode{"create 2": dovetail.ReasonNew}, w.sync())
	row := w.unclear()["1"]
	require.Equal(t, "STRAY", row.Name)
	require.Equal(t, "it belongs to no company upstream", dovetail.Sentence(row.Reason))
	require.Empty(t, row.Verdicts)
	require.ErrorIs(t, w.tryCard(row, dovetail.CardCreate, ""), store.ErrRefused)
	w.quiet()
}

func TestDecidingAboutRecordsNeedsLeave(t *testing.T) {
	t.Parallel()
	denied := false
	w := newFakeWorld(t, &fakeConnector{}, func(c *dovetail.Config) {
		c.Authorize = func(_ context.Context, _ store.Actor, op dovetail.Operation) error {
			if denied && op == dovetail.OpDecideCards {
				return errLost
			}
			return nil
		}
	})
	denied = true
	_, err := w.engine.DecideCards(t.Context(), dovetail.DecideCardsRequest{By: ada, Integration: fakeOne})
	require.ErrorIs(t, err, dovetail.ErrDenied)
}

// A rule that skips the record leaves no layout to move an asset to.
func TestAnAssetIsNotMovedForARecordThatIsSkipped(t *testing.T) {
	t.Parallel()
	w, asset, _ := heldElsewhere(t)
	row := w.recordRow("1")
	settings := w.settings()
	settings.Rules = []sortrules.Rule{{ID: "none", Kind: kindDevice, Skip: true, When: sortrules.Condition{Field: sortrules.FieldName, Op: sortrules.OpEquals, Value: connector.Text("SRV-1")}}}
	w.save(settings)
	require.ErrorIs(t, w.tryCard(row, dovetail.CardMoveAsset, asset.ID), store.ErrRefused)
}
