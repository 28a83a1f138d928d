package dovetail_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func (w *world) plan() store.Plan {
	w.t.Helper()
	p, err := w.engine.Plan(w.t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne})
	require.NoError(w.t, err)
	return p
}

func (w *world) read() dovetail.ReadReport {
	w.t.Helper()
	report, err := w.engine.Read(w.t.Context(), dovetail.ReadRequest{By: ada, Integration: syncroOne})
	require.NoError(w.t, err)
	require.True(w.t, report.OK())
	return report
}

func (w *world) apply(p store.Plan) (dovetail.ApplyReport, error) {
	return w.engine.Apply(w.t.Context(), dovetail.ApplyRequest{By: ada, Plan: p.ID})
}

// busy is a world with a lot to plan, two companies of it matched.
func busy(t *testing.T, change ...func(*dovetail.Config)) (w *world, acme, birch store.CompanyID) {
	t.Helper()
	w = newWorld(t, change...)
	fill(w)
	w.sync()
	companies := w.create(1, 2)
	w.read()
	return w, companies[0], companies[1]
}

func TestAPlanOpensNoConnectionAndWritesNoDocument(t *testing.T) {
	t.Parallel()
	w, _, _ := busy(t)
	w.account.ForgetRequests()
	documents, ledger := w.db.Platform().Writes(), w.db.LedgerWrites()
	p := w.plan()
	require.Equal(t, 12, p.Changes)
	require.Equal(t, map[store.Action]int{store.ActionCreate: 12}, p.Counts)
	require.Equal(t, ada, p.By)
	require.Equal(t, store.PlanOpen, p.State)
	require.Empty(t, w.account.Requests())
	require.Equal(t, documents, w.db.Platform().Writes())
	after := w.db.LedgerWrites()
	require.Equal(t, ledger["card"], after["card"])
	require.Equal(t, ledger["journal entry"], after["journal entry"])
	seq := 0
	for c, err := range w.engine.Changes(t.Context(), p.ID) {
		require.NoError(t, err)
		seq++
		require.Equal(t, seq, c.Seq)
		require.Equal(t, store.OutcomePending, c.Outcome.State)
		require.Contains(t, dovetail.Sentence(c.Reason), "by the default for ")
	}
	require.Equal(t, 12, seq)
	w.addUp()
}

func TestTheFingerprintTellsPlansApart(t *testing.T) {
	t.Parallel()
	w, _, _ := busy(t)
	seen := []string{w.plan().Fingerprint}
	require.Equal(t, seen[0], w.plan().Fingerprint, "the same plan again")
	differs := func(why string) {
		t.Helper()
		now := w.plan().Fingerprint
		require.NotContains(t, seen, now, why)
		seen = append(seen, now)
	}
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-NEW" })
	w.read()
	differs("another name")
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Serial = "SN-9999" })
	w.read()
	differs("another value")
	w.account.DeleteContact(100)
	w.read()
	differs("one fewer")
	s := w.settings()
	s.DefaultLayouts[syncro.KindAsset] = w.printers.ID
	w.save(s)
	differs("another layout")
	require.NoError(t, w.db.Platform().EditLayout(w.printers.ID, func(l *store.Layout) { l.Inactive = true }))
	differs("nothing to create there")
}

func TestAStalePlanIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		make func(w *world)
		text string
	}{
		"settings changed":    {func(w *world) { w.save(w.settings()) }, "the settings were changed"},
		"a company decided":   {func(w *world) { w.decide(2, dovetail.VerdictUnmatch, "") }, "companies were decided about"},
		"another one applied": {func(w *world) { _, err := w.apply(w.plan()); require.NoError(w.t, err) }, "another plan was applied"},
		"a day passed":        {nil, "older than 24h"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w, _, _ := busy(t)
				p := w.plan()
				if tt.make != nil {
					tt.make(w)
				} else {
					time.Sleep(24*time.Hour + time.Second)
				}
				writes := w.db.Platform().Writes()
				_, err := w.apply(p)
				require.ErrorIs(t, err, dovetail.ErrStalePlan)
				require.ErrorContains(t, err, tt.text)
				require.ErrorContains(t, err, "plan again")
				require.Equal(t, writes, w.db.Platform().Writes(), "refused whole")
				if name == "another one applied" {
					return
				}
				report, err := w.apply(w.plan())
				require.NoError(t, err)
				require.NotZero(t, report.Done())
			})
		})
	}
	w, _, _ := busy(t)
	_, err := w.apply(store.Plan{ID: "plan-77"})
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestAPlanLivesForADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := busy(t)
		p := w.plan()
		time.Sleep(24*time.Hour - time.Second)
		report, err := w.apply(p)
		require.NoError(t, err)
		require.Equal(t, 12, report.Done())
	})
}

func TestAChangeWhoseRecordOrAssetChangedSinceIsLeftAlone(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	_, err := w.apply(w.plan())
	require.NoError(t, err)
	for _, id := range []int64{200, 202, 204} {
		w.account.UpdateAsset(id, func(a *syncrotest.Asset) { a.Name += "-NEW" })
	}
	w.read()
	p := w.plan()
	require.Equal(t, 3, p.Changes)
	require.NoError(t, w.db.Platform().EditAsset(w.assets(acme)["PC-0"].ID, func(a *store.Asset) { a.Name = "Reception" }))
	w.account.UpdateAsset(202, func(a *syncrotest.Asset) { a.Name = "PC-2-NEWER" })
	w.read()
	report, err := w.apply(p)
	require.NoError(t, err)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeStale: 2, store.OutcomeDone: 1}, report.Outcomes)
	require.Len(t, report.Problems, 2)
	require.Contains(t, w.assets(acme), "Reception")
	require.Contains(t, w.assets(acme), "PC-4-NEW")
	w.addUp()
	w.sync()
	require.Contains(t, w.assets(acme), "Reception", "decided anew: a person's name stays")
	require.Contains(t, w.assets(acme), "PC-2-NEWER")
	w.quiet()
}

func TestBetweenAPlanAndItsApplyEveryRecordIsAccountedFor(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	w.plan()
	w.addUp()
	w.sync()
	w.account.DeleteAsset(200)
	w.sync()
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 200).State)
	w.account.AddAsset(syncrotest.Asset{ID: 200, CustomerID: 1, Name: "PC-0", Serial: "SN-1000"})
	w.account.MoveAsset(202, 2)
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "NEW"})
	w.read()
	p := w.plan()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"update asset 200": dovetail.ReasonReappeared, "create asset 300": dovetail.ReasonNew, "move asset 202": dovetail.ReasonMoved,
	}, w.changes(p.ID))
	w.addUp()
	_, err := w.apply(p)
	require.NoError(t, err)
	w.addUp()
	require.Equal(t, dovetail.ReasonHere, w.disposition(200))
	require.Contains(t, w.assets(acme), "PC-0")
	w.quiet()
}

func TestARecordThatMovesToAnUnmatchedCompanyIsNoLongerSynced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	acme := w.create(1)[0]
	w.sync()
	before := w.assets(acme)
	w.account.MoveAsset(200, 2)
	w.account.UpdateAsset(202, func(a *syncrotest.Asset) { a.CustomerID = 0 })
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{
		"freeze asset 200": dovetail.ReasonMovedAway, "freeze asset 202": dovetail.ReasonNoCompany,
	}, w.changes(report.Plan.ID))
	require.Equal(t, store.CardFrozen, w.card(syncro.KindAsset, 200).State)
	require.Equal(t, before, w.assets(acme), "what is here stays as it is")
	w.quiet()
	w.account.MoveAsset(200, 1)
	w.account.MoveAsset(202, 1)
	w.sync()
	require.Equal(t, store.CardActive, w.card(syncro.KindAsset, 200).State)
	require.Equal(t, before, w.assets(acme))
	w.quiet()
}

func TestAnAssetThatAPersonMovedStaysWhereItWasPut(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	cellar := w.companyHere("The cellar", store.Details{})
	put := w.assets(acme)["PC-0"]
	require.NoError(t, w.db.Platform().EditAsset(put.ID, func(a *store.Asset) { a.Company = cellar }))
	for range 3 {
		w.sync()
		require.Contains(t, w.assets(cellar), "PC-0")
	}
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-NEW" })
	w.sync()
	require.Contains(t, w.assets(cellar), "PC-0-NEW", "and is kept up to date there")
	w.quiet()
	w.account.MoveAsset(200, 2)
	w.sync()
	require.Contains(t, w.assets(cellar), "PC-0-NEW", "wherever the upstream moves it")
	require.NotContains(t, w.assets(birch), "PC-0-NEW")
	w.quiet()
}

func TestAnAssetFollowsItsRecordThereAndBack(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	asset := w.assets(acme)["PC-0"].ID
	for _, to := range []struct {
		customer int64
		company  store.CompanyID
	}{{2, birch}, {1, acme}, {2, birch}} {
		w.account.MoveAsset(200, to.customer)
		report := w.sync()
		require.Equal(t, map[string]dovetail.ReasonCode{"move asset 200": dovetail.ReasonMoved}, w.changes(report.Plan.ID))
		require.Equal(t, asset, w.assets(to.company)["PC-0"].ID)
		w.quiet()
	}
}

func TestARecordThatMovesAwayFromATouchedAssetFindsWhatIsDocumented(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	w.sync()
	require.NoError(t, w.db.Platform().EditAsset(w.assets(acme)["PC-0"].ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("Acme's own") }))
	known := w.byHand(birch, w.devices, "Known here", store.Values{w.devices.Fields[0].ID: connector.Text("SN-1000")})
	w.account.MoveAsset(200, 2)
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"detach asset 200": dovetail.ReasonMovedAway, "attach asset 200": dovetail.ReasonSameKey}, w.changes(report.Plan.ID))
	require.Equal(t, known.ID, w.card(syncro.KindAsset, 200).Asset)
	require.NotContains(t, w.assets(birch), "PC-0", "no second one")
	require.Contains(t, w.assets(acme), "PC-0")
	w.quiet()
}

func TestAnAssetThatSomebodyElseIsOnDoesNotMove(t *testing.T) {
	t.Parallel()
	tests := map[string]func(w *world, asset store.AssetID){
		"the platform's own integration": func(w *world, asset store.AssetID) {
			require.NoError(w.t, w.db.Platform().EditAsset(asset, func(a *store.Asset) { a.Foreign = []store.ExternalRef{{System: "ninja", Kind: "device", ID: "9"}} }))
		},
		"another integration's card": func(w *world, asset store.AssetID) {
			card := w.card(syncro.KindAsset, 200)
			card.ID.Integration = "ninja-1"
			require.NoError(w.t, w.db.Ledger().Update(w.t.Context(), func(_ context.Context, l store.Writer) error { return l.PutCard(card) }))
		},
	}
	for name, stack := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, acme, birch := busy(t)
			w.sync()
			asset := w.assets(acme)["PC-0"].ID
			stack(w, asset)
			w.account.MoveAsset(200, 2)
			report := w.sync()
			require.Equal(t, map[string]dovetail.ReasonCode{"detach asset 200": dovetail.ReasonMovedAway, "create asset 200": dovetail.ReasonMovedTouched}, w.changes(report.Plan.ID))
			require.Equal(t, asset, w.assets(acme)["PC-0"].ID)
			require.Contains(t, w.assets(birch), "PC-0")
			w.quiet()
		})
	}
}

func TestARecordSucceedsToTheAssetOfTheOneThatIsGone(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	w.sync()
	before := w.assets(acme)
	w.account.DeleteAsset(200)
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "PC-0", Serial: "SN-1000"}) // the agent was installed anew
	report := w.sync()
	require.Equal(t, map[string]dovetail.ReasonCode{"attach asset 300": dovetail.ReasonSucceeds}, w.changes(report.Plan.ID))
	require.Equal(t, before, w.assets(acme), "no second one")
	require.Equal(t, before["PC-0"].ID, w.card(syncro.KindAsset, 300).Asset)
	w.quiet()
}

func TestAPlanOfSomeCompaniesLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w, acme, birch := busy(t)
	p, err := w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne, Companies: []connector.Key{"2"}})
	require.NoError(t, err)
	require.Equal(t, 6, p.Changes)
	_, err = w.apply(p)
	require.NoError(t, err)
	require.Empty(t, w.assets(acme))
	require.Len(t, w.assets(birch), 6)
}

func TestEveryReasonHasASentence(t *testing.T) {
	t.Parallel()
	var codes []dovetail.ReasonCode
	for _, info := range dovetail.Reasons() {
		require.NotEmpty(t, info.Sentence, info.Code)
		codes = append(codes, info.Code)
	}
	slices.Sort(codes)
	require.Equal(t, codes, slices.Compact(slices.Clone(codes)), "each code once")
	require.Equal(t, "of_another_version", dovetail.Sentence(store.Reason{Code: "of_another_version"}), "an unknown code says at least itself")
	require.Equal(t, `failed: {problem} "{code}"`, dovetail.Sentence(store.Reason{Code: "failed", Args: map[string]string{"problem": `{problem} "{code}"`}}), "what came from outside is no template")
}
