package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// at is a record of a name at an address without a postcode.
func at(id, name, street, phone string) matching.Record {
	r := matching.Named(id, name)
	r.Addresses = []matching.Address{{Text: street, City: "Ashford"}}
	r.Phones = []string{phone}
	return r
}

// What is no street and number can't be told to be the same house. Of several
// records of a name, the one whose row says the same is meant all the same.
func TestOfSeveralOfANameTheOneWhoseAddressIsWrittenTheSame(t *testing.T) {
	t.Parallel()
	const pier, phone = "Market Hall, North Pier", "01233 496 012"
	here := []matching.Record{at("h", "Sunrise Deli", pier, ""), at("i", "Sunrise Deli", "Castle Grounds", ""), at("j", "Sunrise Deli", "3 Mill Lane", phone)}
	tests := map[string]struct {
		upstream matching.Record
		also     matching.Record
		want     matching.Outcome
	}{
		"the only one":               {upstream: at("u", "Sunrise Deli", pier, ""), want: matching.OutcomeProvisional},
		"in other letters":           {upstream: at("u", "SUNRISE DELI", "MARKET HALL, NORTH PIER", ""), want: matching.OutcomeProvisional},
		"and another's phone number": {upstream: at("u", "Sunrise Deli", pier, phone), want: matching.OutcomeProvisional},
		"another that may be there":  {upstream: at("u", "Sunrise Deli", pier, ""), also: at("k", "Sunrise Deli", "North Pier", ""), want: matching.OutcomeProvisional},
		"two of them":                {upstream: at("u", "Sunrise Deli", pier, ""), also: at("k", "Sunrise Deli", pier, ""), want: matching.OutcomeSuggested},
		"written in another way":     {upstream: at("u", "Sunrise Deli", "Pier", ""), want: matching.OutcomeSuggested},
		"nothing written":            {upstream: at("u", "Sunrise Deli", "", ""), want: matching.OutcomeSuggested},
		"another phone number":       {upstream: at("u", "Sunrise Deli", pier, "01233 496 777"), also: at("k", "Sunrise Deli", pier, "01233 496 778"), want: matching.OutcomeSuggested},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := here
			if tt.also.ID != "" {
				list = append([]matching.Record{tt.also}, here...)
			}
			d := matched(t, []matching.Record{tt.upstream}, list)[0]
			require.Equal(t, tt.want, d.Outcome, d.Because)
			if tt.want == matching.OutcomeProvisional {
				require.Equal(t, "h", d.Match)
			}
		})
	}
}

// The one of a name and number that has the same postcode as well is meant.
func TestOfSeveralTheOneWithThePostcodeToo(t *testing.T) {
	t.Parallel()
	const pier, phone = "Market Hall, North Pier", "01233 496 012"
	posted := func(id string) matching.Record {
		r := at(id, "Sunrise Deli", pier, phone)
		r.Addresses[0].Postcode = "TN24 8TD"
		return r
	}
	d := matched(t, []matching.Record{posted("u")}, []matching.Record{posted("h"), at("i", "Sunrise Deli", pier, phone)})[0]
	require.Equal(t, matching.OutcomeAutomatic, d.Outcome, d.Because)
	require.Equal(t, "h", d.Match)
}

// Nothing is not written the same as nothing.
func TestAPostcodeAloneTellsNoneOfANameApart(t *testing.T) {
	t.Parallel()
	town := func(id, postcode string) matching.Record {
		r := matching.Named(id, "Sunrise Deli")
		r.Addresses = []matching.Address{{Postcode: postcode}}
		return r
	}
	d := matched(t, []matching.Record{town("u", "TN24 8TD")}, []matching.Record{town("h", "TN24 8TD"), at("i", "Sunrise Deli", "3 Mill Lane", "")})[0]
	require.Equal(t, matching.OutcomeSuggested, d.Outcome, d.Because)
}

// What stands at the record's address under nearly its name is more likely than
// what has its name elsewhere, unless that is another's upstream.
func TestWhatIsAnothersByNameIsNotMoreLikely(t *testing.T) {
	t.Parallel()
	const moved, before = "85 Queen Street", "9 Canal Walk"
	u := company("u", "Tessaline Marlow Business Services Ltd", moved, "", "")
	here := []matching.Record{
		company("h", "Tessaline Marlow Business Services Ltd", before, "", ""),
		company("i", "Tessaline Marlow Business Service Ltd", moved, "", ""),
	}
	alone := matched(t, []matching.Record{u}, here)[0]
	require.Equal(t, matching.OutcomeSuggested, alone.Outcome, alone.Because)
	d := matched(t, []matching.Record{u, company("v", "Tessaline Marlow Business Service", moved, "", "")}, here)[0]
	require.Equal(t, matching.OutcomeProvisional, d.Outcome, d.Because)
	require.Equal(t, "h", d.Match)
	again := catalogue(t, here).Search().Candidates(u)
	require.Equal(t, matching.OutcomeSuggested, again.Outcome, again.Because)
}
