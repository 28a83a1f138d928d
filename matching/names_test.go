package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

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
