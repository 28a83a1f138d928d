package matching_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

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
