package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// A company that was bought, or calls itself anew, keeps its address and a part of
// its name. So do siblings, successors and families: each of them is refused.
func TestACompanyUnderAnotherName(t *testing.T) {
	t.Parallel()
	const works, elsewhere, phone = "1 Refinery Road", "9 Canal Walk", "01233 496 012"
	named := func(id, name string) matching.Record { return company(id, name, works, "", "") }
	before := named("h", "Corben Lindsey Refinery Ltd")
	after := named("u", "Praxis Lindsey Refinery Ltd")
	type list = []matching.Record
	tests := map[string]struct {
		upstream, here list
		want           matching.Outcome
	}{
		"the two that are left over":         {list{after}, list{before}, matching.OutcomeProvisional},
		"the same phone number":              {list{company("u", "Praxis Lindsey Refinery Ltd", works, phone, "")}, list{company("h", "Corben Lindsey Refinery Ltd", works, phone, "")}, matching.OutcomeProvisional},
		"neighbours that both sides know":    {list{after, named("v", "Staff Canteen of Lindsey Refinery Ltd")}, list{before, named("i", "Staff Canteen of Lindsey Refinery Ltd")}, matching.OutcomeProvisional},
		"a neighbour with nothing in common": {list{after, named("v", "Amber Foods Ltd")}, list{before, named("i", "Onyx Motors Ltd")}, matching.OutcomeProvisional},
		"behind the same article":            {list{named("u", "The Praxis Lindsey Refinery Ltd")}, list{named("h", "The Corben Lindsey Refinery Ltd")}, matching.OutcomeProvisional},
		"the first word stays: a sibling":    {list{named("u", "Lindsey Refinery Terminals Ltd")}, list{named("h", "Lindsey Refinery Moorings Ltd")}, matching.OutcomeSuggested},
		"behind an article, too":             {list{named("u", "The Lindsey Refinery Terminals Ltd")}, list{named("h", "Lindsey Refinery Moorings Ltd")}, matching.OutcomeSuggested},
		"the first word moves":               {list{named("u", "Lindsey Refinery Moorings Ltd")}, list{before}, matching.OutcomeProvisional},
		"a word more: a sibling":             {list{after}, list{named("h", "Lindsey Refinery Ltd")}, matching.OutcomeSuggested},
		"the group of a company":             {list{named("u", "Group Lindsey Refinery Ltd")}, list{before}, matching.OutcomeSuggested},
		"only two trades in common":          {list{named("u", "Barlowdyne Hotels Dental Ltd")}, list{named("h", "Abbotcraft Hotels Dental Ltd")}, matching.OutcomeSuggested},
		"only a trade in common":             {list{named("u", "Barlow Dental Ltd")}, list{named("h", "Abbot Dental Ltd")}, matching.OutcomeSuggested},
		"only countries in common":           {list{named("u", "Ergea Denmark and Norway Ltd")}, list{named("h", "Althea Denmark and Norway Ltd")}, matching.OutcomeSuggested},
		"a family":                           {list{named("u", "Emma van de Lindsey")}, list{named("h", "Mitchell van de Lindsey")}, matching.OutcomeSuggested},
		"another legal form":                 {list{named("u", "Praxis Lindsey Refinery LLP")}, list{before}, matching.OutcomeSuggested},
		"a numeral":                          {list{named("u", "Praxis Lindsey Refinery II Ltd")}, list{before}, matching.OutcomeSuggested},
		"a region":                           {list{named("u", "Praxis Lindsey Refinery Europe Ltd")}, list{before}, matching.OutcomeSuggested},
		"another house":                      {list{company("u", "Praxis Lindsey Refinery Ltd", elsewhere, "", "")}, list{before}, matching.OutcomeSuggested},
		"the house in other words":           {list{company("u", "Praxis Lindsey Refinery Ltd", "Unit 4, 1 Refinery Road", "", "")}, list{before}, matching.OutcomeSuggested},
		"another phone number":               {list{company("u", "Praxis Lindsey Refinery Ltd", works, "01233 496 777", "")}, list{company("h", "Corben Lindsey Refinery Ltd", works, phone, "")}, matching.OutcomeSuggested},
		"the old name is known upstream": {
			list{after, company("v", "Corben Lindsey Refinery", elsewhere, "01233 496 777", "lindsey.org")},
			list{company("h", "Corben Lindsey Refinery Ltd", works, phone, "corben.com")},
			matching.OutcomeSuggested,
		},
		"the new name is known here": {
			list{company("u", "Praxis Lindsey Refinery Ltd", works, phone, "praxis.com")},
			list{before, company("i", "Praxis Lindsey Refinery", elsewhere, "01233 496 777", "lindsey.org")},
			matching.OutcomeSuggested,
		},
		"a word that may be a legal form":         {list{named("u", "Praxis Lindsey Refinery PC")}, list{named("h", "Corben Lindsey Refinery")}, matching.OutcomeSuggested},
		"an address that is no house":             {list{at("u", "Praxis Lindsey Refinery Ltd", "North Pier, Hall", "")}, list{at("h", "Corben Lindsey Refinery Ltd", "North Pier, Hall", "")}, matching.OutcomeSuggested},
		"a sibling is left over upstream":         {list{after, named("v", "Corben Lindsey Moorings Ltd")}, list{before}, matching.OutcomeSuggested},
		"another that is left over here":          {list{after}, list{before, named("i", "Coral Lindsey Refinery Ltd")}, matching.OutcomeSuggested},
		"another that is left over upstream":      {list{after, named("v", "Coral Lindsey Refinery Ltd")}, list{before}, matching.OutcomeSuggested},
		"nothing in common: a successor":          {list{named("u", "Amber Foods Ltd")}, list{before}, matching.OutcomeSuggested},
		"a new company in the old one's building": {list{named("u", "Praxis Amber Foods Ltd")}, list{before}, matching.OutcomeSuggested},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range matched(t, tt.upstream, tt.here) {
				if d.ID == "u" {
					require.Equal(t, tt.want, d.Outcome, d.Because)
					require.Equal(t, tt.want == matching.OutcomeProvisional, d.Renamed)
				}
			}
		})
	}
	t.Run("a single search doesn't know who is left over", func(t *testing.T) {
		t.Parallel()
		d := catalogue(t, list{before}).Search().Candidates(after)
		require.Equal(t, matching.OutcomeSuggested, d.Outcome, d.Because)
	})
}
