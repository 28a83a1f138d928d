package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// Two names may be one that is written in two ways. With something that agrees
// besides it is worth a look by a person; what names a sibling is refused.
func TestANameWrittenInAnotherWay(t *testing.T) {
	t.Parallel()
	const street, phone, other = "12 High Street", "01233 496 012", "01233 496 777"
	pair := func(here, upstream string) [2]matching.Record {
		return [2]matching.Record{company("h", here, "", phone, ""), company("u", upstream, "", phone, "")}
	}
	const bar, slipped = "Tessaline State Bar Ltd", "Tessaline Sttae Bar Ltd"
	rejoined := pair(bar, slipped)
	rejoined[0], rejoined[1] = company("h", bar, street, phone, ""), company("u", slipped, street, other, "")
	tests := map[string]struct {
		pair [2]matching.Record
		want matching.Outcome
	}{
		"letters swapped":                   {pair(bar, slipped), matching.OutcomeProvisional},
		"swapped at the end":                {pair("Tessaline Management", "Tessaline Managemetn"), matching.OutcomeProvisional},
		"a letter left out":                 {pair("Guzman y Gomez Ltd", "GUZMAN Y GMEZ LTD"), matching.OutcomeProvisional},
		"two slips":                         {pair("Norfolk Tessaline Center", "Norfok Tesaline Center"), matching.OutcomeProvisional},
		"three slips":                       {pair("Norfolk Tessaline Council", "Norfok Tesaline Councl"), matching.OutcomeSuggested},
		"cut short":                         {pair("National Tessaline Group Inc", "Natl Tessaline Grp Inc"), matching.OutcomeProvisional},
		"cut short, and a slip":             {pair("National Tessaline Bureau", "Natl Tesaline Bureau"), matching.OutcomeProvisional},
		"in another order":                  {pair("West Pullman Tessaline", "Tessaline Pullman West"), matching.OutcomeProvisional},
		"joined by nothing":                 {pair("Nicholas & Harris Ltd", "Nicholas Harris Ltd"), matching.OutcomeProvisional},
		"written apart":                     {pair("Tessaline Lighthouse Ltd", "Tessaline Light House Ltd"), matching.OutcomeProvisional},
		"written in one":                    {pair("Tessaline Light House Ltd", "Tessaline Lighthouse Ltd"), matching.OutcomeProvisional},
		"its initials":                      {pair("Mackinac Bridge Authority", "MBA"), matching.OutcomeProvisional},
		"initials of a part":                {pair("Tessaline Ground Transportation Systems Ltd", "Tessaline GTS Ltd"), matching.OutcomeProvisional},
		"two initials":                      {pair("Mackinac Bridge", "MB"), matching.OutcomeSuggested},
		"initials of another":               {pair("Mackinac Bridge Authority", "MAB"), matching.OutcomeSuggested},
		"fewer initials":                    {pair("Mackinac Bridge Authority Holdings", "MBA"), matching.OutcomeSuggested},
		"initials and a numeral":            {pair("Mackinac Bridge Authority", "MBA II"), matching.OutcomeSuggested},
		"initials and a region":             {pair("Mackinac Bridge Authority", "MBA Europe"), matching.OutcomeSuggested},
		"a letter at the end is no joint":   {pair("Vitamin Tessaline", "Vitamin Tessaline E"), matching.OutcomeSuggested},
		"a word twice":                      {pair("Tessaline Bar Holdings", "Tessaline Bar Holdings Holdings"), matching.OutcomeSuggested},
		"a plural":                          {pair("Tessaline State Bar Ltd", "Tessaline State Bars Ltd"), matching.OutcomeSuggested},
		"a plural that the tables know":     {pair("Tessaline Dental Service", "Tessaline Dental Services"), matching.OutcomeSuggested},
		"a plural of another kind":          {pair("Tessaline Foundry", "Tessaline Foundries"), matching.OutcomeSuggested},
		"what looks like a plural":          {pair("Tessaline Princes", "Tessaline Princess"), matching.OutcomeSuggested},
		"two slips of one word":             {pair("Tessaline State Harbour", "Tessaline Sttae Satte"), matching.OutcomeSuggested},
		"a place with a slip":               {pair("Tessaline Finland", "Tessaline Filnand"), matching.OutcomeSuggested},
		"another ending":                    {pair("Tessaline Baker", "Tessaline Bakes"), matching.OutcomeSuggested},
		"another beginning":                 {pair("Tessaline Mower", "Tessaline Tower"), matching.OutcomeSuggested},
		"a word more":                       {pair("Tessaline Bar Ltd", "Tessaline State Bar Ltd"), matching.OutcomeSuggested},
		"a short word":                      {pair("Tom Tessaline", "Tim Tessaline"), matching.OutcomeSuggested},
		"a number in words":                 {pair("First Tessaline Bar", "One Tessaline Bar"), matching.OutcomeSuggested},
		"a slip, and a numeral":             {pair(bar, "Tessaline Sttae Bar II Ltd"), matching.OutcomeSuggested},
		"a slip, and a region":              {pair(bar, "Tessaline Sttae Bar Europe Ltd"), matching.OutcomeSuggested},
		"a slip, and holdings":              {pair(bar, "Tessaline Sttae Bar Holdings Ltd"), matching.OutcomeSuggested},
		"a slip, and another legal form":    {pair(bar, "Tessaline Sttae Bar LLP"), matching.OutcomeSuggested},
		"a slip, and what may be one":       {pair("Tessaline State Bar", "Tessaline Sttae Bar PC"), matching.OutcomeSuggested},
		"a slip, and nothing agrees":        {[2]matching.Record{company("h", bar, "", "", ""), company("u", slipped, "", "", "")}, matching.OutcomeSuggested},
		"a slip, and another phone number":  {rejoined, matching.OutcomeSuggested},
		"of several a number, both a digit": {pair("Tessaline 24 State Bar", "Tessaline 25 Sttae Bar"), matching.OutcomeSuggested},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range [][2]matching.Record{tt.pair, {tt.pair[1], tt.pair[0]}} {
				d := matched(t, []matching.Record{p[1]}, []matching.Record{p[0]})[0]
				require.False(t, d.Renamed)
				require.Equal(t, tt.want, d.Outcome, "%q and %q: %s", p[0].Names[0].Text, p[1].Names[0].Text, d.Because)
			}
		})
	}
}

// Whoever else may be meant keeps a slip from being taken for one.
func TestASlipIsNoneWhereAnotherIsMeant(t *testing.T) {
	t.Parallel()
	const street, elsewhere, phone, other = "12 High Street", "9 Canal Walk", "01233 496 012", "01233 496 777"
	h, u := company("h", "Tessaline State Bar Ltd", "", phone, ""), company("u", "Tessaline Slate Bar Ltd", "", phone, "")
	type list = []matching.Record
	tests := map[string]struct {
		upstream, here list
		want           matching.Outcome
	}{
		"nobody":                                {list{u}, list{h}, matching.OutcomeProvisional},
		"another that is as near":               {list{u}, list{h, company("i", "Tessaline Plate Bar Ltd", "", phone, "")}, matching.OutcomeSuggested},
		"one whose name is known upstream":      {list{u, company("v", "Tessaline Stale Bar Ltd", elsewhere, "", "")}, list{h, company("i", "Tessaline Stale Bar Ltd", elsewhere, phone, "")}, matching.OutcomeProvisional},
		"one that has the record's name":        {list{company("u", "Tessaline Slate Bar Ltd", street, phone, "slate.com")}, list{h, company("i", "Tessaline Slate Bar", elsewhere, other, "bar.org")}, matching.OutcomeSuggested},
		"one that has the name of what is here": {list{u, company("v", "Tessaline State Bar", elsewhere, other, "bar.org")}, list{company("h", "Tessaline State Bar Ltd", street, phone, "state.com")}, matching.OutcomeSuggested},
		"one of many with the number":           {list{u}, append(sharing(phone), h), matching.OutcomeSuggested},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := matched(t, tt.upstream, tt.here)[0]
			require.Equal(t, tt.want, d.Outcome, d.Because)
		})
	}
}
