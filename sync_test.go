package dovetail_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestTheMainJob(t *testing.T) {
	t.Parallel()
	account, err := syncrotest.New(syncrotest.Options{Customers: 30, Contacts: 160, Assets: 240})
	require.NoError(t, err)
	server := account.Start()
	t.Cleanup(server.Close)
	var events []dovetail.Event
	w := newWorld(t, func(c *dovetail.Config) {
		c.OnEvent = func(e dovetail.Event) { events = append(events, e) }
	}, elsewhere(account, server))
	w.account = account
	w.save(w.settings())
	w.test()

	first := w.sync()
	require.Len(t, first.Read.Kinds, 1, "companies only")
	require.Equal(t, 30, first.Read.Kinds[0].New)
	require.Empty(t, first.Run.Plan)
	require.NotContains(t, dump(t, w.db.Ledger(), syncro.KindContact, syncro.KindAsset), account.Contacts()[0].Name)

	var decisions []dovetail.Decision
	for _, bulk := range []dovetail.Bulk{dovetail.BulkCreate, dovetail.BulkMatch, dovetail.BulkIgnorePersons, dovetail.BulkIgnoreTests} {
		proposals, err := w.engine.Propose(t.Context(), syncroOne, bulk)
		require.NoError(t, err)
		for _, p := range proposals {
			decisions = append(decisions, p.Decision)
		}
	}
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: decisions})
	require.NoError(t, err)
	var last store.CompanyID
	for _, d := range decided {
		require.NoError(t, d.Err)
		if d.Match.State == store.MatchMatched {
			last = d.Match.Company
		}
	}
	require.NotEmpty(t, last)

	second, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.NoError(t, err)
	require.Equal(t, second.Plan.Changes, second.Apply.Done())
	require.Greater(t, second.Plan.Counts[store.ActionCreate], 150)
	w.everyRecordIsAccountedFor()
	w.quiet()

	var moved, renamed, deleted, disabled int64
	matched := make(map[int64]bool)
	for row, err := range w.engine.MatchedCompanies(t.Context(), syncroOne) {
		require.NoError(t, err)
		matched[id(row.ID.Key)] = row.State == store.MatchMatched && row.Status == connector.StatusActive
	}
	cards := make(map[store.AssetID]int) // an asset that two records share isn't theirs alone
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		for card, err := range r.Cards(syncroOne) {
			require.NoError(t, err)
			cards[card.Asset]++
		}
		return nil
	}))
	target := int64(0)
	for _, a := range account.Assets() {
		switch {
		case !matched[a.CustomerID] || w.disposition(a.ID) != dovetail.ReasonHere || cards[w.card(syncro.KindAsset, a.ID).Asset] > 1:
		case moved == 0:
			moved = a.ID
		case renamed == 0:
			renamed = a.ID
		case deleted == 0:
			deleted = a.ID
		}
		if c := a.CustomerID; matched[c] && target == 0 {
			if first, _ := account.Asset(moved); moved != 0 && first.CustomerID != c {
				target = c
			}
		}
	}
	for _, c := range slices.Backward(account.Customers()) {
		if first, _ := account.Asset(moved); matched[c.ID] && c.ID != target && c.ID != first.CustomerID && disabled == 0 {
			disabled = c.ID
		}
	}
	account.MoveAsset(moved, target)
	account.UpdateAsset(renamed, func(a *syncrotest.Asset) { a.Name = "RENAMED-BY-TEST" })
	account.DeleteAsset(deleted)
	account.UpdateCustomer(disabled, func(c *syncrotest.Customer) { c.Disabled = true })
	held := account.AddAsset(syncrotest.Asset{CustomerID: disabled, Name: "HELD"})
	created := account.AddAsset(syncrotest.Asset{CustomerID: target, Name: "NEW-BY-TEST", Serial: "NEWSERIAL1"})
	third := w.sync()
	require.Empty(t, cmp.Diff(map[string]dovetail.ReasonCode{
		"move asset " + string(key(moved)):     dovetail.ReasonMoved,
		"update asset " + string(key(renamed)): dovetail.ReasonChanged,
		"orphan asset " + string(key(deleted)): dovetail.ReasonGone,
		"create asset " + string(key(created)): dovetail.ReasonNew,
	}, w.changes(third.Plan.ID)))
	require.Equal(t, dovetail.ReasonCompanyInactive, w.disposition(held))
	w.everyRecordIsAccountedFor()
	w.quiet()
	kept := dump(t, w.db.Ledger(), syncro.KindCustomer, syncro.KindContact, syncro.KindAsset)
	for _, canary := range account.Canaries() {
		require.NotContains(t, kept, canary)
	}
	require.NotEmpty(t, events)
}

// elsewhere leads an integration to another account, over real HTTP.
func elsewhere(account *syncrotest.Account, server *syncrotest.Server) func(*dovetail.Config) {
	return func(c *dovetail.Config) {
		own := c.Upstream
		c.Upstream = func(id store.IntegrationID) dovetail.Upstream {
			if account == nil {
				return own(id)
			}
			return dovetail.Upstream{Endpoint: server.URL}
		}
	}
}

// everyRecordIsAccountedFor requires of each record's disposition that it is in
// the table and says all that it has to.
func (w *world) everyRecordIsAccountedFor() {
	w.t.Helper()
	w.addUp()
	known := make(map[string]bool)
	for _, info := range dovetail.Reasons() {
		known[string(info.Code)] = true
	}
	require.NoError(w.t, w.db.Ledger().View(w.t.Context(), func(_ context.Context, r store.Reader) error {
		for _, kind := range []connector.Kind{syncro.KindContact, syncro.KindAsset} {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: syncroOne, Kind: kind}) {
				require.NoError(w.t, err)
				if row.Disposition.Code == "" {
					continue
				}
				require.True(w.t, known[row.Disposition.Code], row.Disposition.Code)
				require.NotContains(w.t, dovetail.Sentence(row.Disposition), "{")
			}
		}
		return nil
	}))
}

func TestEventsComeInOrder(t *testing.T) {
	t.Parallel()
	var events []dovetail.Event
	w, _, _ := busy(t, func(c *dovetail.Config) { c.OnEvent = func(e dovetail.Event) { events = append(events, e) } })
	events = nil
	report := w.sync()
	var types []dovetail.EventType
	for _, e := range events {
		require.Equal(t, syncroOne, e.Integration)
		require.Equal(t, report.Run.ID, e.Run)
		types = append(types, e.Type)
		if e.Type == dovetail.EventChangeApplied {
			require.Equal(t, 12, e.Total)
			require.Equal(t, store.OutcomeDone, e.Outcome)
		}
	}
	require.Equal(t, []dovetail.EventType{
		dovetail.EventPageRead, dovetail.EventPageRead, dovetail.EventPageRead, dovetail.EventCompanyPlanned, dovetail.EventCompanyPlanned,
	}, types[:5])
	require.Len(t, types, 5+12)
}

func TestARunIsStoredFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	w, _, _ := busy(t)
	report := w.sync()
	run, err := w.engine.LastRun(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(report.Run, run))
	require.Equal(t, ada, run.By)
	require.False(t, run.Started.IsZero())
	require.False(t, run.Ended.Before(run.Started))
	require.Equal(t, map[connector.Kind]int{syncro.KindCustomer: 2, syncro.KindContact: 6, syncro.KindAsset: 6}, run.Read)
	require.Equal(t, map[store.OutcomeState]int{store.OutcomeDone: 12}, run.Outcomes)
	require.Equal(t, report.Plan.ID, run.Plan)
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		entries := 0
		for e, err := range r.Journal(store.JournalQuery{Run: run.ID}) {
			require.NoError(t, err)
			require.Equal(t, store.RunActor(run.ID), e.By)
			entries++
		}
		require.Equal(t, 12, entries)
		return nil
	}))
	_, err = w.engine.LastRun(t.Context(), "syncro-77")
	require.ErrorIs(t, err, store.ErrNotFound)
}

func TestASyncThatFindsOneUnderWayJoinsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		waiting := false
		w := newWorld(t, over(func(*http.Request) (*http.Response, error) {
			if waiting {
				<-gate
			}
			return nil, nil
		}))
		waiting = true
		request := dovetail.SyncRequest{By: ada, Integration: syncroOne}
		reports := make([]dovetail.SyncReport, 3)
		errs := make([]error, 3)
		var all sync.WaitGroup
		for i := range reports {
			all.Go(func() { reports[i], errs[i] = w.engine.Sync(t.Context(), request) })
		}
		synctest.Wait()
		require.True(t, w.engine.Running(syncroOne))
		impatient, stop := context.WithCancel(t.Context())
		stop()
		_, err := w.engine.Sync(impatient, request)
		require.ErrorIs(t, err, context.Canceled, "who joins may leave")
		_, err = w.engine.Read(impatient, dovetail.ReadRequest{By: ada, Integration: syncroOne})
		require.ErrorIs(t, err, context.Canceled, "and nobody reads meanwhile")
		close(gate)
		all.Wait()
		require.False(t, w.engine.Running(syncroOne))
		joined := 0
		for i := range reports {
			require.NoError(t, errs[i])
			require.Equal(t, reports[0].Run.ID, reports[i].Run.ID, "one run")
			if reports[i].Joined {
				joined++
			}
		}
		require.Equal(t, 2, joined)
		require.False(t, w.sync().Joined, "the next is a run of its own")
	})
}

func TestOneIntegrationDoesNotWaitForAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		waiting := false
		w := newWorld(t, over(func(*http.Request) (*http.Response, error) {
			if waiting {
				<-gate
			}
			return nil, nil
		}))
		_, err := w.engine.SaveSettings(t.Context(), dovetail.SettingsRequest{By: ada, Integration: "syncro-2", Connector: "syncro", Settings: w.settings()})
		require.NoError(t, err)
		waiting = true
		done := make(chan error)
		go func() {
			_, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
			done <- err
		}()
		synctest.Wait()
		_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: "syncro-2"})
		require.ErrorIs(t, err, dovetail.ErrNotReady, "answered although another one runs")
		close(gate)
		require.NoError(t, <-done)
	})
}

func TestAStoppedReadIsResumedByTheNextRun(t *testing.T) {
	t.Parallel()
	account, err := syncrotest.New(syncrotest.Options{Customers: 3, Contacts: 10, Assets: 300})
	require.NoError(t, err)
	server := account.Start()
	t.Cleanup(server.Close)
	var stop context.CancelFunc
	pages := 0
	w := newWorld(t, func(c *dovetail.Config) {
		c.OnEvent = func(e dovetail.Event) {
			if e.Type == dovetail.EventPageRead && e.Kind == syncro.KindAsset && stop != nil {
				if pages++; pages == 3 {
					stop()
				}
			}
		}
	}, elsewhere(account, server))
	w.account = account
	w.sync()
	for _, c := range account.Customers() {
		w.decide(c.ID, dovetail.VerdictCreate, "")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stop = cancel
	report, err := w.engine.Sync(ctx, dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, store.RunCutOff, report.Run.State)
	require.Equal(t, connector.CodeCanceled, report.Run.Code)
	run, err := w.engine.LastRun(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, store.RunCutOff, run.State, "noted although the caller had gone")
	i, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, store.ConnectionOK, i.Connection.State, "a stop is no fault")
	pages = 100
	account.ForgetRequests()
	w.sync()
	asked := 0
	for _, r := range account.Requests() {
		if r.Path == "/api/v1/customer_assets" {
			asked++
		}
	}
	require.Less(t, asked, 6, "not from the beginning")
	w.everyRecordIsAccountedFor()
	w.quiet()
}

func TestWrongCredentialsEndARunAndNeedAttention(t *testing.T) {
	t.Parallel()
	w, acme, _ := busy(t)
	w.sync()
	assets := w.assets(acme)
	w.account.Deny(syncrotest.CustomersList)
	report, err := w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.Equal(t, connector.CodePermission, connector.CodeOf(err))
	require.Equal(t, store.RunFailed, report.Run.State)
	require.Equal(t, connector.CodePermission, report.Run.Code)
	i, err := w.engine.Integration(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, store.ConnectionAttention, i.Connection.State)
	require.Contains(t, i.Connection.Problem, "Customers - List/Search")
	_, err = w.engine.Sync(t.Context(), dovetail.SyncRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	_, err = w.engine.Plan(t.Context(), dovetail.PlanRequest{By: ada, Integration: syncroOne})
	require.ErrorIs(t, err, dovetail.ErrNotReady)
	require.Equal(t, assets, w.assets(acme), "nothing is orphaned")
	w.account.Allow(syncrotest.CustomersList)
	w.test()
	w.quiet()
}
