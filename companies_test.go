package dovetail_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

// companyHere makes a company as a person does.
func (w *world) companyHere(name string, details store.Details) store.CompanyID {
	w.t.Helper()
	c, err := w.docs.CreateCompany(w.t.Context(), store.NewCompany{Name: name, Details: details}, store.Intent{By: ada})
	require.NoError(w.t, err)
	return c.ID
}

func (w *world) company(id store.CompanyID) store.Company {
	w.t.Helper()
	c, err := w.docs.Company(w.t.Context(), id)
	require.NoError(w.t, err)
	return c
}

// town is a world with companies of every group.
func town(t *testing.T) (w *world, cedar store.CompanyID) {
	t.Helper()
	w = newWorld(t)
	cedar = w.companyHere("Cedar & Sons GmbH", store.Details{Phone: "+1 (555) 010-2222"})
	w.companyHere("Dune", store.Details{})
	w.companyHere("Dune", store.Details{})
	away := w.companyHere("Fir Ltd", store.Details{})
	require.NoError(t, w.db.Platform().EditCompany(away, func(c *store.Company) { c.Archived = true }))
	for _, c := range []syncrotest.Customer{
		{ID: 3, BusinessName: "CEDAR AND SONS, GmbH", Phone: "555 010 2222"},
		{ID: 4, BusinessName: "Dune"},
		{ID: 5, FirstName: "Eve", LastName: "Ellis"},
		{ID: 6, BusinessName: "[Example] Test Company"},
		{ID: 7, BusinessName: "Fir Ltd", Disabled: true},
	} {
		w.account.AddCustomer(c)
	}
	w.sync()
	return w, cedar
}

func TestTheListShowsEveryCompanyWithItsSuggestion(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	type row struct {
		State  store.MatchState
		Group  store.MatchGroup
		Status connector.Status
		First  store.CompanyID
		Number int
	}
	got := make(map[string]row)
	for r, err := range w.engine.MatchedCompanies(t.Context(), syncroOne) {
		require.NoError(t, err)
		require.NotEmpty(t, r.URL)
		require.Nil(t, r.Counts, "never read")
		one := row{State: r.State, Group: r.Group, Status: r.Status, Number: len(r.Suggestions)}
		if one.Number > 0 {
			one.First = r.Suggestions[0].Company
			require.NotEmpty(t, r.Suggestions[0].Because)
			require.Positive(t, r.Suggestions[0].Confidence)
		}
		got[r.Name] = one
	}
	require.Empty(t, cmp.Diff(map[string]row{
		"Acme Ltd":               {State: store.MatchUnmatched, Group: store.GroupNone},
		"Birch Inc":              {State: store.MatchUnmatched, Group: store.GroupNone},
		"CEDAR AND SONS, GmbH":   {State: store.MatchSuggested, Group: store.GroupAutomatic, First: cedar, Number: 1},
		"Dune":                   {State: store.MatchSuggested, Group: store.GroupUnclear, First: "company-2", Number: 2},
		"Eve Ellis":              {State: store.MatchUnmatched, Group: store.GroupPerson},
		"[Example] Test Company": {State: store.MatchUnmatched, Group: store.GroupTest},
		"Fir Ltd":                {State: store.MatchUnmatched, Group: store.GroupNone, Status: connector.StatusInactive},
	}, got))
	require.Contains(t, w.match(3).Suggestions[0].Because, "same phone number 555 010 2222", "evidence words the reasons")
}

func TestProposalsAreWhatABulkWouldDecide(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	propose := func(bulk dovetail.Bulk) map[string]dovetail.Verdict {
		proposals, err := w.engine.Propose(t.Context(), syncroOne, bulk)
		require.NoError(t, err)
		got := make(map[string]dovetail.Verdict)
		for _, p := range proposals {
			got[p.Name] = p.Decision.Verdict
			if p.Decision.Verdict == dovetail.VerdictMatch {
				require.Equal(t, cedar, p.Decision.Company)
				require.Equal(t, "Cedar & Sons GmbH", p.Here)
				require.NotEmpty(t, p.Because)
			}
		}
		return got
	}
	journal := w.db.LedgerWrites()
	require.Equal(t, map[string]dovetail.Verdict{"CEDAR AND SONS, GmbH": dovetail.VerdictMatch}, propose(dovetail.BulkMatch))
	require.Equal(t, map[string]dovetail.Verdict{"Acme Ltd": dovetail.VerdictCreate, "Birch Inc": dovetail.VerdictCreate}, propose(dovetail.BulkCreate))
	require.Equal(t, map[string]dovetail.Verdict{"[Example] Test Company": dovetail.VerdictIgnore}, propose(dovetail.BulkIgnoreTests))
	require.Equal(t, map[string]dovetail.Verdict{"Eve Ellis": dovetail.VerdictIgnore}, propose(dovetail.BulkIgnorePersons))
	_, err := w.engine.Propose(t.Context(), syncroOne, "everything")
	require.ErrorContains(t, err, `no bulk decision is named "everything"`)
	require.Equal(t, journal, w.db.LedgerWrites(), "a proposal decides nothing")
	w.decide(3, dovetail.VerdictIgnore, "")
	require.Empty(t, propose(dovetail.BulkMatch), "what a person decided is no part of a bulk")
}

func TestDetailsFollowWhatWasWrittenAndLeaveWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.companyHere("Acme Ltd", store.Details{Phone: "by hand", City: "  "})
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) {
		c.Phone = "555 0100"
		c.Address = syncrotest.Address{Street: "1 High St", City: "Ashford", Zip: "01234"}
	})
	w.sync()
	w.decide(1, dovetail.VerdictMatch, mine)
	report := w.sync()
	require.Equal(t, 1, report.Plan.Counts[store.ActionDetails])
	require.Equal(t, store.Details{Phone: "by hand", Street: "1 High St", City: "Ashford", Postcode: "01234"}, w.company(mine).Details)
	w.quiet()

	require.NoError(t, w.db.Platform().EditCompany(mine, func(c *store.Company) { c.Details.City = "Ashford (HQ)" }))
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) {
		c.BusinessName, c.Phone = "Acme Holdings Ltd", "555 0199"
		c.Address = syncrotest.Address{Street: "2 Low St", City: "Bexley"}
	})
	w.sync()
	got := w.company(mine)
	require.Equal(t, "Acme Ltd", got.Name, "a name that a person gave")
	require.Equal(t, store.Details{Phone: "by hand", Street: "2 Low St", City: "Ashford (HQ)", Postcode: "01234"}, got.Details, "and a blank upstream clears nothing")
	w.quiet()
}

func TestADetailThatAPersonClearedStaysClear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Address.City = "Ashford" })
	w.sync()
	acme := w.create(1)[0]
	require.NoError(t, w.db.Platform().EditCompany(acme, func(c *store.Company) { c.Details.Phone = "" }))
	w.sync()
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Phone, c.Address.City = "555 0199", "Bexley" })
	w.sync()
	require.Equal(t, store.Details{City: "Bexley"}, w.company(acme).Details)
	w.quiet()
}

func TestDetailsAreKeptWhereThatIsWanted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := w.settings()
	s.KeepDetails = true
	w.save(s)
	w.sync()
	acme := w.create(1)[0]
	require.Equal(t, "555 0100", w.company(acme).Details.Phone, "set at creation")
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.BusinessName, c.Phone = "Other Ltd", "555 0199" })
	w.sync()
	require.Equal(t, "Acme Ltd", w.company(acme).Name)
	require.Equal(t, "555 0100", w.company(acme).Details.Phone)
	require.Equal(t, "Other Ltd", w.match(1).Name, "the list shows the new name")
}

func TestOfSeveralUpstreamCompaniesOneWritesTheDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account.UpdateCustomer(2, func(c *syncrotest.Customer) { c.Phone, c.Address.City = "555 0200", "Bexley" })
	fill(w)
	w.sync()
	acme := w.create(1)[0]
	second := w.decide(2, dovetail.VerdictMatch, acme)
	require.False(t, second.Primary)
	require.True(t, w.match(1).Primary)
	w.sync()
	require.Equal(t, store.Details{Phone: "555 0100"}, w.company(acme).Details)
	require.Len(t, w.assets(acme), 12, "the records of both")
	w.account.UpdateCustomer(2, func(c *syncrotest.Customer) { c.BusinessName, c.Phone = "Birch Holdings", "555 0201" })
	w.quietButMirror()
	w.account.MoveAsset(200, 2)
	w.quietButMirror()
	w.addUp()

	w.decide(1, dovetail.VerdictUnmatch, "")
	require.True(t, w.match(2).Primary, "another one takes over")
	w.sync()
	require.Equal(t, store.Details{Phone: "555 0201", City: "Bexley"}, w.company(acme).Details, "and what the first one wrote follows it")
	w.sync() // the company's new name is no suggestion for the first one any more
	w.quiet()
}

// quietButMirror requires that a run has nothing to change, though something
// changed upstream.
func (w *world) quietButMirror() {
	w.t.Helper()
	documents := w.db.Platform().Writes()
	report := w.sync()
	changes := w.changes(report.Plan.ID)
	for what := range changes {
		require.Contains(w.t, what, "update ", "no more than a card's data")
	}
	require.Equal(w.t, documents, w.db.Platform().Writes())
}

func TestADisabledCompanyGetsNoNewAssets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	acme := w.create(1)[0]
	w.sync()
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Disabled = true })
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "LATE"})
	w.account.UpdateAsset(200, func(a *syncrotest.Asset) { a.Name = "PC-0-RENAMED" })
	w.sync()
	require.Contains(t, w.assets(acme), "PC-0-RENAMED", "updates go on")
	require.NotContains(t, w.assets(acme), "LATE")
	require.Equal(t, dovetail.ReasonCompanyInactive, w.disposition(300))
	require.Equal(t, store.MatchMatched, w.match(1).State)
	w.addUp()
	w.account.UpdateCustomer(1, func(c *syncrotest.Customer) { c.Disabled = false })
	w.sync()
	require.Contains(t, w.assets(acme), "LATE")
	w.quiet()
}

func TestACompanyThatPeoplePutAwayIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	fill(w)
	w.sync()
	companies := w.create(1, 2)
	w.sync()
	platform := w.db.Platform()
	require.NoError(t, platform.EditCompany(companies[0], func(c *store.Company) { c.Archived = true }))
	require.NoError(t, platform.DeleteCompany(companies[1]))
	for _, id := range []int64{200, 201} {
		w.account.UpdateAsset(id, func(a *syncrotest.Asset) { a.Name += "-NEW" })
	}
	w.account.AddAsset(syncrotest.Asset{ID: 300, CustomerID: 1, Name: "LATE"})
	w.account.AddAsset(syncrotest.Asset{ID: 301, CustomerID: 2, Name: "LATE"})
	w.account.DeleteAsset(202)
	writes := platform.Writes()
	report := w.sync()
	require.Zero(t, report.Plan.Changes, w.changes(report.Plan.ID))
	require.Equal(t, writes, platform.Writes())
	for _, id := range []int64{200, 300} {
		require.Equal(t, dovetail.ReasonCompanyArchived, w.disposition(id))
	}
	for _, id := range []int64{201, 301} {
		require.Equal(t, dovetail.ReasonCompanyMissing, w.disposition(id))
	}
	w.addUp()

	require.NoError(t, platform.EditCompany(companies[0], func(c *store.Company) { c.Archived = false }))
	birch := w.companyHere("Birch again", store.Details{})
	w.decide(2, dovetail.VerdictMatch, birch)
	w.sync()
	require.Contains(t, w.assets(companies[0]), "LATE")
	require.Equal(t, store.CardOrphaned, w.card(syncro.KindAsset, 202).State)
	require.Contains(t, w.assets(birch), "LATE")
	w.addUp()
}
