package matching_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/internal/companylist"
	"github.com/dovetail-sync/dovetail/matching"
)

// listed makes a catalogue of made-up companies.
func listed(t testing.TB, companies []companylist.Company) *matching.Catalogue {
	t.Helper()
	c, err := matching.NewCatalogue(matching.Config{}, listedRecords(companies)...)
	require.NoError(t, err)
	return c
}

func listedRecords(companies []companylist.Company) []matching.Record {
	records := make([]matching.Record, len(companies))
	for i, c := range companies {
		records[i] = matching.Record{
			ID: c.ID, Names: []matching.Name{{Text: c.Name}}, Phones: []string{c.Phone}, Domains: []string{c.Domain},
			Addresses: []matching.Address{{Text: c.Address, City: c.City, Postcode: c.Postcode}},
		}
	}
	return records
}

func TestTrapsAreNeverLinked(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		lists := companylist.Make(seed, 4000)
		result, err := matching.Match(matching.Request{Upstream: listed(t, lists.Upstream), Here: listed(t, lists.Here)})
		require.NoError(t, err)
		truth := make(map[matching.Pair]bool)
		for _, p := range lists.Pairs {
			truth[matching.Pair{Upstream: p.Upstream, Here: p.Here}] = true
		}
		right := 0
		names := make(map[string]companylist.Company)
		for _, c := range append(lists.Here, lists.Upstream...) {
			names[c.ID] = c
		}
		for d := range result.Decisions() {
			if d.Match == "" {
				continue
			}
			if truth[matching.Pair{Upstream: d.ID, Here: d.Match}] {
				right++
				continue
			}
			require.Empty(t, d.Match, "%+v is not %+v (%s: %s)", names[d.ID], names[d.Match], d.Outcome, d.Because)
		}
		for _, trap := range lists.Traps {
			d, ok := result.Decision(trap.Upstream)
			require.True(t, ok)
			require.NotEqual(t, trap.Here, d.Match, "%s: %+v and %+v: %s", trap.Kind, names[trap.Upstream], names[trap.Here], d.Because)
		}
		recall := float64(right) / float64(len(lists.Pairs))
		t.Logf("recall %.4f", recall)
		require.Greater(t, recall, 0.75)
	}
}

// Each trap alone, with everything else equal and nobody else in sight: nothing
// but the gate stands between the two.
func TestASiblingAloneIsNeverLinked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Meridian Ltd", "Lumentec Solutions Inc", "Barlow & Beck LLC", "Fenner Dental", "Astra Motors GmbH"} {
		c := companylist.Company{ID: "h", Name: name, Address: "12 Mill Road", City: "Salem", Postcode: "12345", Phone: "(415) 736-2001", Domain: "meridian.com"}
		for _, kind := range []string{"numeral", "region", "holdings", "plural", "form"} {
			trap := companylist.Spring(kind, c)
			trap.ID = "u"
			result, err := matching.Match(matching.Request{
				Upstream: listed(t, []companylist.Company{trap}), Here: listed(t, []companylist.Company{c}), Evidence: true,
			})
			require.NoError(t, err)
			d, _ := result.Decision("u")
			require.Equal(t, matching.OutcomeSuggested, d.Outcome, "%s: %q and %q", kind, trap.Name, name)
			require.Equal(t, "h", d.Candidates[0].ID)
		}
	}
}

// A sibling in another trade has the first word, a stranger in the same trade the
// last: with everything else equal, neither is the company under another name.
func TestASiblingOrAStrangerOfATradeIsNeverLinked(t *testing.T) {
	t.Parallel()
	at := func(id, name string) companylist.Company {
		return companylist.Company{ID: id, Name: name, Address: "12 Mill Road", City: "Salem", Postcode: "12345", Phone: "(415) 736-2001", Domain: "meridian.com"}
	}
	for _, pair := range [][2]string{
		{"Lumentec Dental Ltd", "Lumentec Orthodontics Ltd"},
		{"Lumentec Dental", "Lumentec Medical"},
		{"Fenner Barlow Heating Ltd", "Fenner Barlow Plumbing Ltd"},
		{"The Lumentec Clinic", "The Lumentec Pharmacy"},
		{"Lumentec Dental Ltd", "Meridian Dental Ltd"},
		{"Lumentec Dental Care LLC", "Meridian Dental Care LLC"},
		{"Lumentec Roofing Ltd", "Meridian Roofing Ltd"},
		{"Lumentec Upholstery Ltd", "Meridian Upholstery Ltd"},
		{"Lumentec Services Group Ltd", "Meridian Services Group Ltd"},
		{"Lumentec Dental Holdings Ltd", "Meridian Dental Holdings Ltd"},
		{"Lumentec Ltd", "Lumentec Lumentec Ltd"},
		{"Lumentec UK Ltd", "Meridian UK Ltd"},
		{"Lumentec North Ltd", "Lumentec South Ltd"},
	} {
		for _, p := range [][2]string{pair, {pair[1], pair[0]}} {
			result, err := matching.Match(matching.Request{
				Upstream: listed(t, []companylist.Company{at("u", p[0])}), Here: listed(t, []companylist.Company{at("h", p[1])}),
			})
			require.NoError(t, err)
			d, _ := result.Decision("u")
			require.Equal(t, matching.OutcomeSuggested, d.Outcome, "%q and %q: %s", p[0], p[1], d.Because)
		}
	}
}
