package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/matching"
)

// company is a record with a street address in one town.
func company(id, name, street, phone, domain string) matching.Record {
	r := matching.Named(id, name)
	if street != "" {
		r.Addresses = []matching.Address{{Text: street, City: "Ashford", Postcode: "TN24 8TD"}}
	}
	r.Phones, r.Domains = []string{phone}, []string{domain}
	return r
}

func TestTheGate(t *testing.T) {
	t.Parallel()
	const street, other, phone, elsewhere, domain = "12 High Street", "3 Mill Lane", "01233 496 012", "01233 496 777", "meridian.com"
	here := company("h", "Meridian Partners Ltd", street, phone, domain)
	tests := map[string]struct {
		upstream matching.Record
		also     []matching.Record // more companies here
		want     matching.Outcome
	}{
		"name and phone":                {upstream: company("u", "MERIDIAN PARTNERS LIMITED", "", phone, ""), want: matching.OutcomeAutomatic},
		"name and address":              {upstream: company("u", "Meridian Partners", "12 High St.", "", ""), want: matching.OutcomeAutomatic},
		"name and domain":               {upstream: company("u", "Meridian Partners Ltd", "", "", "https://www.meridian.com/"), want: matching.OutcomeAutomatic},
		"two agree and one differs":     {upstream: company("u", "Meridian Partners Ltd", street, elsewhere, domain), want: matching.OutcomeAutomatic},
		"one agrees and one differs":    {upstream: company("u", "Meridian Partners Ltd", "", elsewhere, domain), want: matching.OutcomeProvisional},
		"name alone":                    {upstream: company("u", "Meridian Partners Ltd", "", "", ""), want: matching.OutcomeProvisional},
		"name, two differ":              {upstream: company("u", "Meridian Partners Ltd", "", elsewhere, "other.org"), want: matching.OutcomeSuggested},
		"another legal form":            {upstream: company("u", "Meridian Partners LLP", street, phone, domain), want: matching.OutcomeSuggested},
		"a number more":                 {upstream: company("u", "Meridian Partners II Ltd", street, phone, domain), want: matching.OutcomeSuggested},
		"an article more":               {upstream: company("u", "The Meridian Partners Ltd", street, phone, domain), want: matching.OutcomeAutomatic},
		"a slip":                        {upstream: company("u", "Meridan Partners Ltd", street, phone, domain), want: matching.OutcomeAutomatic},
		"a slip, nothing else":          {upstream: company("u", "Meridan Partners Ltd", "", "", ""), want: matching.OutcomeSuggested},
		"a plural":                      {upstream: company("u", "Meridians Partners Ltd", street, phone, domain), want: matching.OutcomeSuggested},
		"another name":                  {upstream: company("u", "Onyx Foods Ltd", street, phone, domain), want: matching.OutcomeSuggested},
		"nothing":                       {upstream: company("u", "Quill", "", "", ""), want: matching.OutcomeNone},
		"a test row":                    {upstream: company("u", "[Example] Meridian Partners Ltd", street, phone, domain), want: matching.OutcomeSuggested},
		"several, two fields decide":    {upstream: company("u", "Meridian Partners Ltd", street, phone, ""), also: []matching.Record{company("i", "Meridian Partners", other, elsewhere, "")}, want: matching.OutcomeAutomatic},
		"several, the address alone":    {upstream: company("u", "Meridian Partners Ltd", street, "", ""), also: []matching.Record{company("i", "Meridian Partners", other, "", "")}, want: matching.OutcomeProvisional},
		"several, nothing decides":      {upstream: company("u", "Meridian Partners Ltd", "", "", ""), also: []matching.Record{company("i", "Meridian Partners", other, "", "")}, want: matching.OutcomeSuggested},
		"several, and nobody can tell":  {upstream: company("u", "Meridian Partners Ltd", street, phone, ""), also: []matching.Record{company("i", "Meridian Partners Ltd", street, phone, "")}, want: matching.OutcomeSuggested},
		"one of two legal forms":        {upstream: company("u", "Meridian Partners Ltd", "", phone, ""), also: []matching.Record{company("i", "Meridian Partners LLP", "", "", "")}, want: matching.OutcomeAutomatic},
		"a free mail domain is no key":  {upstream: company("u", "Meridian Partners Ltd", "", "", "gmail.com"), want: matching.OutcomeProvisional},
		"a registered number":           {upstream: numbered(company("u", "Meridian Group Ltd", "", "", ""), "0912 3456"), want: matching.OutcomeAutomatic},
		"another registered number":     {upstream: numbered(company("u", "Meridian Partners Ltd", street, phone, domain), "0912 9999"), want: matching.OutcomeSuggested},
		"a phone that everybody has":    {upstream: company("u", "Meridian Partners Ltd", "", phone, ""), also: sharing(phone), want: matching.OutcomeProvisional},
		"it does business as that name": {upstream: company("u", "Quill Holdings LLC dba Meridian Partners", "", phone, ""), want: matching.OutcomeAutomatic},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := matched(t, []matching.Record{tt.upstream}, append(tt.also, numbered(here, "09123456")))[0]
			require.Equal(t, tt.want, d.Outcome, d.Because)
			require.Equal(t, tt.want == matching.OutcomeAutomatic || tt.want == matching.OutcomeProvisional, d.Match == "h", d.Match)
			if tt.want == matching.OutcomeSuggested {
				require.NotEmpty(t, d.Candidates)
			}
		})
	}
}

func numbered(r matching.Record, number string) matching.Record {
	r.Identifiers = []matching.Identifier{{Scheme: "gb-coh", Value: number}}
	return r
}

// Streets are written in many ways, and an organisation has the house next door as
// well. Neither speaks against a pair as another address does, and the second
// confirms nothing.
func TestAddressesThatAreNearlyTheSame(t *testing.T) {
	t.Parallel()
	at := func(id, street string) matching.Record {
		r := company(id, "Meridian Partners Ltd", "", "", "")
		r.Addresses = []matching.Address{{Text: street, City: "Ashford"}}
		return r
	}
	score := func(a, b string) float64 {
		c, err := matching.Compare(nil, at("a", a), at("b", b))
		require.NoError(t, err)
		back, err := matching.Compare(nil, at("b", b), at("a", a))
		require.NoError(t, err)
		require.InDelta(t, c.Score, back.Score, 1e-9)
		return c.Score
	}
	unknown := score("", "")
	for a, b := range map[string]string{
		"540 N Lake Shore Drive": "540 N Lakeshore Dr", "4210 S Berkeley Avenue": "4210 S. Berkley", "55 W Cermak": "55 West Cermack Road",
		"3033 W Arthington": "3030 W. Arthington St", "12 High Street": "14 High St", "9208-9214 Mill Lane": "9220 Mill Lane",
	} {
		require.InDelta(t, unknown, score(a, b), 1e-9, "%s and %s", a, b)
	}
	for a, b := range map[string]string{
		"540 N Lake Shore Drive": "542 N Lakeshore Dr", "4210 S Berkeley Avenue": "4210 N Berkley", "55 W Cermak": "55 W Carmichael",
		"3033 W Arthington": "3133 W. Arthington St", "12 High Street": "14 Mill Street", "12a High Street": "14 High Street",
	} {
		require.Less(t, score(a, b), unknown-3, "%s and %s", a, b)
	}
	here, up := at("h", "3033 Mill Lane"), at("u", "3030 Mill Lane")
	here.Phones, up.Phones = []string{"01233 496 012"}, []string{"01233 496 012"}
	require.Equal(t, matching.OutcomeProvisional, matched(t, []matching.Record{up}, []matching.Record{here})[0].Outcome)
}

// sharing are companies that have one number, as those of an answering service.
func sharing(phone string) []matching.Record {
	var all []matching.Record
	for _, name := range []string{"Amber", "Cobalt", "Ember", "Indigo", "Onyx"} {
		all = append(all, company(name, name, "", phone, ""))
	}
	return all
}

// A legal form behind brackets is no word that two names share.
func TestALegalFormBehindBracketsIsNoWord(t *testing.T) {
	t.Parallel()
	for a, b := range map[string]string{"Meridian (Ashford) Ltd": "Quill (Salem) Limited", "Meridian (Ashford) Sp. z o.o.": "Quill (Salem) sp zoo"} {
		d := matched(t, []matching.Record{matching.Named("u", a)}, []matching.Record{matching.Named("h", b)})[0]
		require.Equal(t, matching.OutcomeNone, d.Outcome, "%q and %q: %+v", a, b, d.Candidates)
	}
}
