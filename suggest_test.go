package dovetail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro/syncrotest"
)

func TestGroupsAreCountedForBulkDecisions(t *testing.T) {
	t.Parallel()
	w, _ := town(t)
	w.companyHere("Birch", store.Details{})
	w.sync()
	groups, err := w.engine.CompanyGroups(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Equal(t, map[store.MatchGroup]int{
		store.GroupAutomatic: 1, store.GroupSameName: 1, store.GroupUnclear: 1,
		store.GroupPerson: 1, store.GroupTest: 1, store.GroupNone: 2,
	}, groups)
	proposals, err := w.engine.Propose(t.Context(), syncroOne, dovetail.BulkMatchCertain)
	require.NoError(t, err)
	require.Len(t, proposals, 1, "what only the name says is not certain")
	require.Equal(t, "CEDAR AND SONS, GmbH", proposals[0].Name)
	proposals, err = w.engine.Propose(t.Context(), syncroOne, dovetail.BulkMatch)
	require.NoError(t, err)
	require.Len(t, proposals, 2)

	w.decide(4, dovetail.VerdictIgnore, "")
	groups, err = w.engine.CompanyGroups(t.Context(), syncroOne)
	require.NoError(t, err)
	require.Zero(t, groups[store.GroupUnclear], "decided")
	_, err = w.engine.CompanyGroups(t.Context(), "nobody")
	require.ErrorIs(t, err, store.ErrNotFound)
}

// Names side by side can't say that it is the same company.
func TestACompanyUnderAnotherNameIsInNoBulk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const works = "1 Refinery Road"
	here := w.companyHere("Corben Lindsey Refinery Ltd", store.Details{Street: works, City: "Leeds", Postcode: "LS1 4AP"})
	w.account.AddCustomer(syncrotest.Customer{ID: 9, BusinessName: "Praxis Lindsey Refinery Ltd", Address: syncrotest.Address{Street: works, City: "Leeds", Zip: "LS1 4AP"}})
	w.sync()
	row := w.match(9)
	require.Equal(t, store.GroupUnclear, row.Group)
	require.Equal(t, here, row.Suggestions[0].Company)
	proposals, err := w.engine.Propose(t.Context(), syncroOne, dovetail.BulkMatch)
	require.NoError(t, err)
	require.Empty(t, proposals)
}

func TestARejectedPairIsNeverSuggestedAgain(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	seen := w.match(3)
	rejected := w.decide(3, dovetail.VerdictReject, cedar)
	require.Equal(t, store.MatchUnmatched, rejected.State)
	require.Empty(t, rejected.Suggestions)
	require.Equal(t, seen.Revision+1, rejected.Revision)
	w.sync()
	require.Empty(t, w.match(3).Suggestions)
	require.Equal(t, store.GroupNone, w.match(3).Group)
	w.companyHere("Cedar & Sons GmbH", store.Details{})
	w.sync()
	require.Len(t, w.match(3).Suggestions, 1, "another one of the name is")
	require.NotEqual(t, cedar, w.match(3).Suggestions[0].Company)

	w.decide(3, dovetail.VerdictMatch, cedar)
	w.decide(3, dovetail.VerdictUnmatch, "")
	w.sync()
	require.Len(t, w.match(3).Suggestions, 2, "a match takes the rejection back")
}

func TestARejectionNeedsACompanyAndAnUndecidedRow(t *testing.T) {
	t.Parallel()
	w, cedar := town(t)
	refused := func(d dovetail.Decision, why error) {
		t.Helper()
		decided, err := w.tryDecide(d)
		require.NoError(t, err)
		require.ErrorIs(t, decided.Err, why)
	}
	refused(dovetail.Decision{Key: "3", Revision: w.match(3).Revision, Verdict: dovetail.VerdictReject, Company: "nowhere"}, store.ErrNotFound)
	refused(dovetail.Decision{Key: "3", Revision: w.match(3).Revision + 1, Verdict: dovetail.VerdictReject, Company: cedar}, dovetail.ErrChanged)
	w.decide(3, dovetail.VerdictMatch, cedar)
	refused(dovetail.Decision{Key: "3", Revision: w.match(3).Revision, Verdict: dovetail.VerdictReject, Company: cedar}, store.ErrRefused)
	require.Equal(t, store.MatchMatched, w.match(3).State)
}

func TestSuggestionsAreRankedAndExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	best := w.companyHere("Grove Dental Practice", store.Details{Phone: "555 010 3333"})
	w.companyHere("Grove Dental Supplies", store.Details{Phone: "555 010 4444"})
	w.account.AddCustomer(syncrotest.Customer{ID: 9, BusinessName: "Grove Dental Practise Group", Phone: "(555) 010-3333"})
	w.sync()
	row := w.match(9)
	require.Equal(t, store.GroupUnclear, row.Group)
	require.NotEmpty(t, row.Suggestions)
	require.Equal(t, best, row.Suggestions[0].Company)
	require.Contains(t, row.Suggestions[0].Because, "same phone number (555) 010-3333")
	for i := 1; i < len(row.Suggestions); i++ {
		require.GreaterOrEqual(t, row.Suggestions[i-1].Confidence, row.Suggestions[i].Confidence)
	}
	proposals, err := w.engine.Propose(t.Context(), syncroOne, dovetail.BulkMatch)
	require.NoError(t, err)
	require.Empty(t, proposals, "what is unclear is never in a bulk")
}
