package dovetail_test

import (
	"cmp"
	"context"
	"errors"
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

func TestAProposalIsCarriedOutRowByRow(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	var decisions []dovetail.Decision
	for _, bulk := range []dovetail.Bulk{dovetail.BulkMatch, dovetail.BulkCreate, dovetail.BulkIgnoreTests, dovetail.BulkIgnorePersons} {
		proposals, err := w.engine.Propose(t.Context(), syncroOne, bulk)
		require.NoError(t, err)
		for _, p := range proposals {
			decisions = append(decisions, p.Decision)
		}
	}
	bob := store.Person("7", "Bob")
	w.decide(1, dovetail.VerdictIgnore, "") // while the preview is open
	decided, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: bob, Integration: syncroOne, Decisions: decisions})
	require.NoError(t, err)
	require.Len(t, decided, len(decisions))
	for i, d := range decided {
		require.Equal(t, decisions[i], d.Decision, "in order")
		if d.Decision.Key == "1" {
			require.ErrorIs(t, d.Err, dovetail.ErrChanged)
			require.ErrorContains(t, d.Err, "Ada")
			require.Equal(t, store.MatchIgnored, d.Match.State, "what stands now")
			continue
		}
		require.NoError(t, d.Err)
		require.Equal(t, bob, d.Match.By)
		require.Equal(t, w.match(id(d.Decision.Key)).State, d.Match.State)
	}
	require.Equal(t, cedar, w.match(3).Company)
	require.Equal(t, store.MatchMatched, w.match(2).State)
	require.Equal(t, store.MatchIgnored, w.match(5).State)
	require.Equal(t, store.MatchIgnored, w.match(6).State)
	require.Equal(t, "Birch Inc", w.match(2).Here)
	w.sync()
	require.Equal(t, store.MatchIgnored, w.match(5).State, "a run never overrules a person")
	w.quiet()
}

// id is the number of a key.
func id(k connector.Key) int64 {
	var n int64
	for _, digit := range k {
		n = n*10 + int64(digit-'0')
	}
	return n
}

func TestADecisionThatCannotBeCarriedOutLeavesTheRowAsItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	put := w.companyHere("Put away", store.Details{})
	w.companyHere("BIRCH, Inc.", store.Details{})
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: " "})
	w.account.AddCustomer(syncrotest.Customer{ID: 4, BusinessName: "***"})
	require.NoError(t, w.db.Platform().EditCompany(put, func(c *store.Company) { c.Archived = true }))
	w.sync()
	before := written(w.db)
	tests := map[string]struct {
		decision dovetail.Decision
		is       error
		text     string
	}{
		"a company that isn't there":     {dovetail.Decision{Key: "1", Verdict: dovetail.VerdictMatch, Company: "company-77"}, store.ErrNotFound, "company-77"},
		"no company":                     {dovetail.Decision{Key: "1", Verdict: dovetail.VerdictMatch}, store.ErrNotFound, ""},
		"an archived company":            {dovetail.Decision{Key: "1", Verdict: dovetail.VerdictMatch, Company: put}, store.ErrRefused, "bring it back first"},
		"a name that is here":            {dovetail.Decision{Key: "2", Verdict: dovetail.VerdictCreate}, store.ErrRefused, "made within the last day (match it instead)"},
		"no name":                        {dovetail.Decision{Key: "3", Verdict: dovetail.VerdictCreate}, store.ErrRefused, "no name upstream"},
		"a revision that nobody saw":     {dovetail.Decision{Key: "1", Revision: 4, Verdict: dovetail.VerdictCreate}, dovetail.ErrChanged, "nobody decided"},
		"an upstream company unheard of": {dovetail.Decision{Key: "99", Verdict: dovetail.VerdictCreate}, store.ErrNotFound, "99"},
		"no verdict":                     {dovetail.Decision{Key: "1"}, nil, "no such verdict"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			done, err := w.tryDecide(tt.decision)
			require.NoError(t, err)
			require.Error(t, done.Err)
			require.ErrorContains(t, done.Err, tt.text)
			if tt.is != nil {
				require.ErrorIs(t, done.Err, tt.is)
			}
			require.Equal(t, before, written(w.db))
		})
	}
	done, err := w.tryDecide(dovetail.Decision{Key: "4", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.NoError(t, done.Err)
}

func TestANameWithoutAKeyIsEqualToNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.companyHere("!!!", store.Details{})
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "???"})
	w.sync()
	w.create(3)
}

func TestACompanyOfTheSameNameMadeInOneRequestIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.AddCustomer(syncrotest.Customer{ID: 3, BusinessName: "ACME Limited"})
	w.sync()
	done, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.Decision{
		{Key: "1", Verdict: dovetail.VerdictCreate}, {Key: "3", Verdict: dovetail.VerdictCreate},
	}})
	require.NoError(t, err)
	require.NoError(t, done[0].Err)
	require.ErrorIs(t, done[1].Err, store.ErrRefused)
}

func TestADecisionMadeMeanwhileIsNamedWithWhoAndWhen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.sync()
		at := time.Now().UTC()
		w.decide(1, dovetail.VerdictIgnore, "")
		time.Sleep(time.Hour)
		done, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: store.Person("7", "Bob"), Integration: syncroOne, Decisions: []dovetail.Decision{{Key: "1", Verdict: dovetail.VerdictCreate}}})
		require.NoError(t, err)
		require.ErrorIs(t, done[0].Err, dovetail.ErrChanged)
		require.ErrorContains(t, done[0].Err, "set to ignored by Ada at "+at.Format(time.RFC3339))
		require.Empty(t, w.companies(), "and no company was made")
	})
}

func (w *world) companies() []store.Company {
	w.t.Helper()
	var all []store.Company
	for c, err := range w.docs.Companies(w.t.Context()) {
		require.NoError(w.t, err)
		all = append(all, c)
	}
	return all
}

func TestACompanyWhoseCreateTimedOutIsFoundAndNotMadeTwice(t *testing.T) {
	t.Parallel()
	lost := true
	h := &hooked{company: func(do func() (store.Company, error)) (store.Company, error) {
		c, err := do()
		if lost && err == nil {
			return store.Company{}, errLost
		}
		return c, err
	}}
	w := newWorld(t, hook(h))
	w.sync()
	done, err := w.tryDecide(dovetail.Decision{Key: "1", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, done.Err, errLost)
	require.ErrorContains(t, done.Err, "looked up")
	again, err := w.tryDecide(dovetail.Decision{Key: "1", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, again.Err, dovetail.ErrChanged, "it was found, and is matched")
	require.Len(t, w.companies(), 1)
	require.Equal(t, store.MatchMatched, w.match(1).State)
	require.Equal(t, ada, w.match(1).By)
	lost = false
	fill(w)
	w.sync()
	w.quiet()
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Phone = "555 0199" })
	w.sync()
	require.Equal(t, "555 0199", w.companies()[0].Details.Phone, "what was written is still ours, and follows")
	w.quiet()
}

func TestWhatAPersonChangedInACompanyBeforeItWasFoundAgainIsHis(t *testing.T) {
	t.Parallel()
	h := &hooked{}
	w := newWorld(t, hook(h))
	w.sync()
	h.company = func(do func() (store.Company, error)) (store.Company, error) {
		_, err := do()
		return store.Company{}, cmp.Or(err, errLost)
	}
	_, err := w.tryDecide(dovetail.Decision{Key: "1", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	h.company = nil
	require.NoError(t, w.db.Platform().EditCompany(w.companies()[0].ID, func(c *store.Company) { c.Details.Phone = "555 7777" }))
	again, err := w.tryDecide(dovetail.Decision{Key: "1", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, again.Err, dovetail.ErrChanged, "it was found, and is matched")
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Phone = "555 0199" })
	w.sync()
	require.Equal(t, "555 7777", w.companies()[0].Details.Phone)
	w.quiet()
}

func TestACompanyThatIsBeingMadeIsNotTakenForACrash(t *testing.T) {
	t.Parallel()
	var w *world
	open := 0
	h := &hooked{company: func(do func() (store.Company, error)) (store.Company, error) {
		w.plan() // looks up what earlier crashes left
		open = w.openWrites()
		return do()
	}}
	w = newWorld(t, hook(h))
	w.sync()
	w.create(1)
	require.Equal(t, 1, open)
	require.Zero(t, w.openWrites())
}

func TestACompanyThatWasRefusedCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	refuse := true
	h := &hooked{company: func(do func() (store.Company, error)) (store.Company, error) {
		if refuse {
			return store.Company{}, store.ErrRefused
		}
		return do()
	}}
	w := newWorld(t, hook(h))
	w.sync()
	done, err := w.tryDecide(dovetail.Decision{Key: "1", Verdict: dovetail.VerdictCreate})
	require.NoError(t, err)
	require.ErrorIs(t, done.Err, store.ErrRefused)
	require.Equal(t, store.MatchUnmatched, w.match(1).State)
	refuse = false
	require.NotEmpty(t, w.create(1)[0])
}

func TestEveryDecisionIsInTheJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	acme := w.create(1)[0]
	w.decide(1, dovetail.VerdictUnmatch, "")
	w.decide(1, dovetail.VerdictMatch, acme)
	w.decide(2, dovetail.VerdictIgnore, "")
	var events []string
	require.NoError(t, w.db.Ledger().View(t.Context(), func(_ context.Context, r store.Reader) error {
		for e, err := range r.Journal(store.JournalQuery{}) {
			require.NoError(t, err)
			require.Equal(t, ada, e.By)
			events = append(events, e.Event+" "+string(e.Record.Key))
		}
		return nil
	}))
	require.Equal(t, []string{"save settings ", "create 1", "unmatch 1", "match 1", "ignore 2"}, events)
}

func TestMatchingToAnotherCompanyTakesTheUntouchedAlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	wrong := w.create(1)[0]
	w.sync()
	touched := w.assets(wrong)["PC-0"]
	require.NoError(t, w.db.Platform().EditAsset(touched.ID, func(a *store.Asset) { a.Values[w.devices.Fields[2].ID] = connector.Text("by hand") }))
	right := w.companyHere("Acme, rightly", store.Details{})
	w.decide(1, dovetail.VerdictMatch, right)
	w.sync()
	require.Len(t, w.assets(right), 6)
	left := w.assets(wrong)
	require.Len(t, left, 1, "what people worked on stays")
	require.Equal(t, "by hand", left["PC-0"].Values[w.devices.Fields[2].ID].String())
	require.Empty(t, w.assets(right)["PC-0"].Values[w.devices.Fields[2].ID].String(), "and none of it comes along")
	require.Equal(t, w.assets(right)["PC-0"].ID, w.card(syncro.KindAsset, 200).Asset)
	w.quiet()
}

// meeting is a platform on which creates of companies wait for one another.
type meeting struct {
	store.Documents
	arrived chan struct{}
}

func (m *meeting) CreateCompany(ctx context.Context, c store.NewCompany, i store.Intent) (store.Company, error) {
	select {
	case m.arrived <- struct{}{}:
	case <-m.arrived:
	case <-time.After(100 * time.Millisecond): // nobody else comes: as it should be
	}
	return m.Documents.CreateCompany(ctx, c, i)
}

func TestTwoWhoCreateTheSameCompanyAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	m := &meeting{arrived: make(chan struct{})}
	w := newWorld(t, func(c *dovetail.Config) {
		m.Documents = c.Store.Documents()
		c.Store = halves{docs: m, ledger: c.Store.Ledger()}
	})
	w.sync()
	decision := dovetail.Decision{Key: "1", Revision: w.match(1).Revision, Verdict: dovetail.VerdictCreate}
	errs := make(chan error, 2)
	for range 2 {
		go func() {
			done, err := w.engine.Decide(t.Context(), dovetail.DecideRequest{By: ada, Integration: syncroOne, Decisions: []dovetail.Decision{decision}})
			if err == nil {
				err = done[0].Err
			}
			errs <- err
		}()
	}
	first, second := <-errs, <-errs
	require.ErrorIs(t, errors.Join(first, second), dovetail.ErrChanged, "one of the two came late")
	require.True(t, first == nil || second == nil)
	companies := 0
	for _, err := range w.docs.Companies(t.Context()) {
		require.NoError(t, err)
		companies++
	}
	require.Equal(t, 1, companies)
}

func TestASecondOfTheSameNameUpstreamIsNotTakenForCertain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sync()
	w.create(1)
	w.account.AddCustomer(syncrotest.Customer{ID: 9, BusinessName: "ACME LTD."})
	w.sync()
	require.Equal(t, store.GroupUnclear, w.match(9).Group)
	proposals, err := w.engine.Propose(t.Context(), syncroOne, dovetail.BulkMatch)
	require.NoError(t, err)
	require.Empty(t, proposals)
}
