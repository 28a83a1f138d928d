package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// A company here is seldom two upstream: what one record surely is, a sibling of it
// is not.
func TestARecordIsNotHeldForWhatAnotherSurelyIs(t *testing.T) {
	t.Parallel()
	const street, phone = "12 High Street", "01233 496 012"
	here := company("h", "Meridian Partners Ltd", street, phone, "")
	sibling := company("s", "Meridian Partners Lettings", street, phone, "")
	confidence := func(upstream ...matching.Record) float64 {
		for _, d := range matched(t, upstream, []matching.Record{here}) {
			if d.ID == "s" {
				require.Equal(t, matching.OutcomeSuggested, d.Outcome)
				require.Equal(t, "h", d.Candidates[0].ID)
				return d.Candidates[0].Confidence
			}
		}
		return 0
	}
	alone := confidence(sibling)
	require.Greater(t, alone, 0.5)
	require.Less(t, confidence(sibling, company("u", "Meridian Partners Ltd", street, phone, "")), alone/10)
	require.Less(t, confidence(sibling, company("u", "Meridian Partner Group", street, phone, "")), alone, "who isn't linked contends, too")
}

// Names alone claim nothing: several spellings of one organisation in one list are
// usual.
func TestNamesAloneDoNotContend(t *testing.T) {
	t.Parallel()
	here := []matching.Record{matching.Named("h", "Department of Communities (Queensland)")}
	sibling, other := matching.Named("s", "Department of Communities, Child Safety (Queensland)"), matching.Named("v", "Department of Communities and Housing (Queensland)")
	free := func(upstream ...matching.Record) float64 {
		result, err := matching.Match(matching.Request{Upstream: catalogue(t, upstream), Here: catalogue(t, here), Evidence: true})
		require.NoError(t, err)
		d, ok := result.Decision("s")
		require.True(t, ok)
		return d.Candidates[0].Free
	}
	require.InDelta(t, 1, free(sibling), 1e-6)
	require.InDelta(t, 1, free(sibling, other), 1e-6)
	// Unless a field speaks for it as well.
	here[0].Phones, other.Phones = []string{"01233 496 012"}, []string{"01233 496 012"}
	require.Less(t, free(sibling, other), 0.5)
}

// What a person linked hides no other record that may be the same.
func TestWhatAPersonLinkedIsStillProposed(t *testing.T) {
	t.Parallel()
	here := []matching.Record{company("h", "Meridian Partners Ltd", "", "", "")}
	upstream := []matching.Record{company("s", "MERIDIAN PARTNERS, Limited", "", "", ""), matching.Named("u", "Meridian Partners")}
	result, err := matching.Match(matching.Request{
		Upstream: catalogue(t, upstream), Here: catalogue(t, here), Known: matching.Known{Accepted: []matching.Pair{{Upstream: "u", Here: "h"}}},
	})
	require.NoError(t, err)
	d, ok := result.Decision("s")
	require.True(t, ok)
	require.Equal(t, matching.OutcomeSuggested, d.Outcome)
	require.Greater(t, d.Candidates[0].Confidence, 0.5)
}

// A name that is equal is known as such, however likely another record's claim is.
func TestAnEqualNameIsKnownAsSuch(t *testing.T) {
	t.Parallel()
	here := []matching.Record{company("h", "Meridian Partners Ltd", "12 High Street", "01233 496 012", ""), company("o", "Meridian Lettings", "12 High Street", "", "")}
	upstream := []matching.Record{company("s", "MERIDIAN PARTNERS, Limited", "", "", ""), company("u", "Meridian Partners Ltd", "12 High Street", "01233 496 012", "")}
	result, err := matching.Match(matching.Request{Upstream: catalogue(t, upstream), Here: catalogue(t, here), Evidence: true})
	require.NoError(t, err)
	d, ok := result.Decision("s")
	require.True(t, ok)
	same := make(map[string]bool)
	for _, c := range d.Candidates {
		same[c.ID] = c.SameName
	}
	require.Equal(t, map[string]bool{"h": true, "o": false}, same)
}
