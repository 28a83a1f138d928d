package matching_test

import (
	"strings"
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

// Names alone are weaker claims: several spellings of one organisation in one list
// are usual.
func TestNamesAloneContendLess(t *testing.T) {
	t.Parallel()
	here := []matching.Record{matching.Named("h", "Department of Communities (Queensland)")}
	sibling := matching.Named("s", "Department of Communities, Child Safety (Queensland)")
	first := matched(t, []matching.Record{sibling}, here)[0].Candidates[0].Confidence
	both := matched(t, []matching.Record{sibling, matching.Named("v", "Department of Communities and Housing (Queensland)")}, here)
	require.Len(t, both, 2)
	require.Greater(t, both[0].Candidates[0].Confidence, first/2)
}

func TestTermsSumToTheScoreAndWeightsCanBeOthers(t *testing.T) {
	t.Parallel()
	a, b := company("a", "Meridian Partners Ltd", "12 High Street", "01233 496 012", ""), company("b", "Meridian Holdings", "12 High St", "01233 496 777", "")
	c, err := matching.Compare(nil, a, b)
	require.NoError(t, err)
	sum, names := 0.0, make(map[string]matching.Term)
	for _, term := range c.Terms {
		sum += term.Value * term.Weight
		names[term.Name] = term
	}
	require.InDelta(t, c.Score, sum, 1e-9)
	require.True(t, names["phone.other"].Against)
	require.False(t, names["house.same"].Against)

	shipped := matching.ShippedTables().Threshold()
	other, err := matching.ShippedTables().WithWeights(strings.NewReader("# of mine\nphone.other -1\n\nthreshold 0.6\n"))
	require.NoError(t, err)
	again, err := matching.Compare(other, a, b)
	require.NoError(t, err)
	require.InDelta(t, c.Score-names["phone.other"].Weight-1, again.Score, 1e-9)
	require.InDelta(t, 0.6, other.Threshold(), 0)
	require.InDelta(t, shipped, matching.ShippedTables().Threshold(), 0, "the shipped ones stay")

	for text, want := range map[string]string{
		"phone.other 2": "never raises", "phone.same -2": "never lowers", "phone.same much": "a name, a blank and a number",
		"phone.same NaN": "a name, a blank and a number", "phnoe.same 2": "no term or setting",
	} {
		_, err := matching.ShippedTables().WithWeights(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}

func TestWordsThatArePartedOtherwiseAgree(t *testing.T) {
	t.Parallel()
	score := func(a, b string) float64 {
		c, err := matching.Compare(nil, matching.Named("a", a), matching.Named("b", b))
		require.NoError(t, err)
		return c.Score
	}
	for a, b := range map[string][2]string{
		"Van der Bilt Corp": {"Vanderbilt Corp", "Vanderbeek Corp"}, "In Out": {"INOUT", "Inward"}, "Health First Aid Kits": {"Healthfirst Aidkits", "Healthworst Raidkits"},
	} {
		require.Greater(t, score(a, b[0]), score(a, b[1])+5, "%s and %s", a, b[0])
		require.InDelta(t, score(a, b[0]), score(b[0], a), 1e-9)
	}
}

func TestPlacesOfSeveralWordsAreOne(t *testing.T) {
	t.Parallel()
	compare := func(a, b string) matching.Candidate {
		c, err := matching.Compare(nil, matching.Named("a", a), matching.Named("b", b))
		require.NoError(t, err)
		return c
	}
	for a, b := range map[string]string{
		"Ministry of Justice (South Korea)": "Ministry of Justice (Republic of Korea)", "Ministry of Education, Taiwan": "Ministry of Education (Republic of China)",
		"Saudi Arabian Airlines": "Saudi Airlines",
	} {
		require.Empty(t, compare(a, b).Vetoes, "%s and %s", a, b)
	}
	for a, b := range map[string]string{
		"Acme South Africa": "Acme South Korea", "Acme Republic of Ireland": "Acme Northern Ireland", "Bank of China": "Bank of the Republic of China",
	} {
		require.Contains(t, compare(a, b).Vetoes, "the places in the names differ", "%s and %s", a, b)
	}
}

// Where very many have nearly the same name, the one of the same place is found.
func TestARecordOfTheSamePlaceIsFoundAmongMany(t *testing.T) {
	t.Parallel()
	var here []matching.Record
	for _, place := range []string{
		"Angola", "Austria", "Belgium", "Bolivia", "Brazil", "Bulgaria", "Canada", "Chile", "Croatia", "Cuba", "Denmark", "Ecuador", "Estonia", "Finland", "France",
		"Germany", "Ghana", "Greece", "Hungary", "Iceland", "India", "Iran", "Iraq", "Israel", "Italy", "Japan", "Kenya", "Kuwait", "Latvia", "Libya", "Malta", "Mexico",
		"Nepal", "Norway", "Oman", "Peru", "Poland", "Qatar", "Russia", "Serbia", "Spain", "Sudan", "Sweden", "Syria", "Turkey", "Uganda", "Ukraine", "Yemen", "Zambia",
	} {
		here = append(here, matching.Named(place, "Ministry of Health of "+place))
	}
	here = append(here, matching.Named("true", "Dutch Department of Public Health"))
	result, err := matching.Match(matching.Request{Upstream: catalogue(t, []matching.Record{matching.Named("u", "Ministry of Health of the Netherlands")}), Here: catalogue(t, here)})
	require.NoError(t, err)
	require.True(t, result.Found(matching.Pair{Upstream: "u", Here: "true"}))
}
