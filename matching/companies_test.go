package matching_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

func one(t *testing.T, upstream matching.Company, here ...matching.Company) matching.Result {
	t.Helper()
	results := matching.Companies([]matching.Company{upstream}, here)
	require.Len(t, results, 1)
	return results[0]
}

func TestGroups(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name   string
		person bool
		here   []string
		want   store.MatchGroup
	}{
		"no company here":             {name: "Acme", want: store.GroupNone},
		"another name":                {name: "Acme", here: []string{"Acme Europe"}, want: store.GroupNone},
		"the same name":               {name: "Acme", here: []string{"Acme", "Other"}, want: store.GroupSameName},
		"one leaves the form out":     {name: "Acme, Inc.", here: []string{"ACME"}, want: store.GroupSameName},
		"the same form":               {name: "Acme Ltd", here: []string{"Acme Limited"}, want: store.GroupSameName},
		"two here":                    {name: "Acme", here: []string{"Acme", "ACME Inc"}, want: store.GroupUnclear},
		"another form":                {name: "Acme Inc", here: []string{"Acme Ltd"}, want: store.GroupUnclear},
		"a longer form":               {name: "Acme GmbH", here: []string{"Acme GmbH & Co. KG"}, want: store.GroupUnclear},
		"what may be no form":         {name: "Serenity Spa", here: []string{"Serenity"}, want: store.GroupUnclear},
		"Nevada":                      {name: "Acme", here: []string{"Acme NV"}, want: store.GroupUnclear},
		"the same doubtful form":      {name: "Novartis AG", here: []string{"NOVARTIS A.G."}, want: store.GroupSameName},
		"a note":                      {name: "Acme *DO NOT BILL*", here: []string{"Acme"}, want: store.GroupSameName},
		"a person":                    {name: "Ann Lee", person: true, here: []string{"Ann Lee"}, want: store.GroupPerson},
		"a person with no candidate":  {name: "Ann Lee", person: true, want: store.GroupPerson},
		"a test row":                  {name: "Test", here: []string{"Test"}, want: store.GroupTest},
		"an example":                  {name: "[Example] Acme Dental", here: []string{"Acme Dental"}, want: store.GroupTest},
		"a place called Test":         {name: "Test Valley Council", here: []string{"Test Valley Council"}, want: store.GroupSameName},
		"no letter":                   {name: "???", here: []string{"!!!", "???"}, want: store.GroupNone},
		"a name of a legal form only": {name: "Inc", here: []string{"Ltd", ""}, want: store.GroupNone},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var here []matching.Company
			for i, n := range tt.here {
				here = append(here, matching.Company{ID: fmt.Sprint(i), Name: n})
			}
			got := one(t, matching.Company{ID: "u", Name: tt.name, Person: tt.person}, here...)
			require.Equal(t, tt.want, got.Group, "%+v", got.Candidates)
			require.Equal(t, "u", got.ID)
		})
	}
}

func TestTestRows(t *testing.T) {
	t.Parallel()
	isTest := func(name string) bool {
		return one(t, matching.Company{ID: "u", Name: name}).Group == store.GroupTest
	}
	for _, name := range []string{"test", "TEST 2", "Test1", "zz test", "zzTest", "Demo Company", "Test Customer LLC", "Testing", "My Test", "[Test] x", "(example) y", "Sample, Inc.", "DO NOT USE", "test - delete me"} {
		require.True(t, isTest(name), name)
	}
	for _, name := range []string{"Test Valley Council", "Contest", "Demolition Inc", "ZZ Top", "Testing Laboratories Ltd", "Examples of Excellence", "The Company", "Inc", "42", "", "Acme [test]", "Zz", "Demo Records & Tapes", "Pen Test Partners"} {
		require.False(t, isTest(name), name)
	}
}

func TestTrapsAreNeverTheSameName(t *testing.T) {
	t.Parallel()
	swaps := [][]string{{"Acme Inc", "Acme LLC", "Acme Ltd", "Acme Pty Ltd", "Acme Corp", "Acme Co Ltd", "Acme PLC", "Acme GmbH", "Acme S.A.", "Acme & Co"}}
	for _, names := range append(traps(), swaps...) {
		for _, a := range names {
			for _, b := range names {
				if a == b {
					continue
				}
				got := one(t, matching.Company{ID: "u", Name: a, Phones: []string{"+1 415 555 0100"}}, matching.Company{ID: "h", Name: b, Phones: []string{"4155550100"}})
				require.NotEqual(t, store.GroupSameName, got.Group, "%q and %q", a, b)
			}
		}
	}
}

func TestTwoUpstreamCompaniesOfOneNameAreUnclear(t *testing.T) {
	t.Parallel()
	got := matching.Companies(
		[]matching.Company{{ID: "1", Name: "Acme"}, {ID: "2", Name: "ACME, Inc."}, {ID: "3", Name: "Solo"}, {ID: "4", Name: "Twin"}, {ID: "5", Name: "twin"}},
		[]matching.Company{{ID: "a", Name: "Acme Inc"}, {ID: "s", Name: "Solo"}},
	)
	require.Empty(t, cmp.Diff([]matching.Result{
		{ID: "1", Group: store.GroupUnclear, Candidates: []matching.Candidate{{
			ID: "a", Name: "Acme Inc", Confidence: 0.6, Because: []string{"same name, written differently", `also claimed by "ACME, Inc." (2)`},
		}}},
		{ID: "2", Group: store.GroupUnclear, Candidates: []matching.Candidate{{
			ID: "a", Name: "Acme Inc", Confidence: 0.6, Because: []string{"same name, written differently", `also claimed by "Acme" (1)`},
		}}},
		{ID: "3", Group: store.GroupSameName, Candidates: []matching.Candidate{{ID: "s", Name: "Solo", Confidence: 0.6, Because: []string{"same name"}}}},
		{ID: "4", Group: store.GroupNone},
		{ID: "5", Group: store.GroupNone},
	}, got))
}

func TestEvidenceOrdersAndExplains(t *testing.T) {
	t.Parallel()
	upstream := matching.Company{
		ID: "u", Name: "Acme", Phones: []string{"(415) 555-0100 x7"}, Emails: []string{"ann@acme.com", "acme@gmail.com"},
		Street: "12, High St.", Postcode: "ab1 2cd",
	}
	got := one(t, upstream,
		matching.Company{ID: "none", Name: "ACME"},
		matching.Company{ID: "mail", Name: "Acme", Domains: []string{"https://www.Acme.com/about"}},
		matching.Company{ID: "all", Name: "Acme Inc", Phones: []string{"", "+1 415 555 0100"}, Domains: []string{"acme.com"}, Street: "12 high st", Postcode: "AB12CD"},
		matching.Company{ID: "free", Name: "Acme", Domains: []string{"gmail.com"}, Street: "12 High St", Postcode: "ZZ1 1ZZ"},
	)
	require.Empty(t, cmp.Diff(matching.Result{ID: "u", Group: store.GroupUnclear, Candidates: []matching.Candidate{
		{ID: "all", Name: "Acme Inc", Confidence: 0.95, Because: []string{"same name, written differently", "same phone number 4155550100", "same domain acme.com", "same address"}},
		{ID: "mail", Name: "Acme", Confidence: 0.8, Because: []string{"same name", "same domain acme.com"}},
		{ID: "free", Name: "Acme", Confidence: 0.6, Because: []string{"same name"}},
		{ID: "none", Name: "ACME", Confidence: 0.6, Because: []string{"same name, written differently"}},
	}}, got))

	abroad := one(t, matching.Company{Name: "Acme", Phones: []string{"+44 (0)20 7946 0000"}}, matching.Company{Name: "Acme", Phones: []string{"020 7946 0000"}})
	require.Equal(t, []string{"same name", "same phone number 442079460000"}, abroad.Candidates[0].Because)

	doubted := one(t, matching.Company{Name: "Acme Ltd", Street: "1 Way", City: "Bath"}, matching.Company{Name: "Acme Inc", Street: "1 way", City: "BATH"})
	require.Empty(t, cmp.Diff([]matching.Candidate{
		{Name: "Acme Inc", Confidence: 0.6, Because: []string{"same name, written differently", "same address", `legal forms differ: "ltd" and "inc"`}},
	}, doubted.Candidates))
}

func TestManyCompaniesOfOneNameAreCounted(t *testing.T) {
	t.Parallel()
	here := make([]matching.Company, 500)
	for i := range here {
		here[i] = matching.Company{ID: fmt.Sprintf("%03d", i), Name: "Starbucks"}
	}
	got := one(t, matching.Company{Name: "Starbucks"}, here...)
	require.Equal(t, store.GroupUnclear, got.Group)
	require.Len(t, got.Candidates, 10)
	require.Equal(t, 490, got.More)
}

// companyList generates companies whose names and evidence often meet.
func companyList(prefix string) *rapid.Generator[[]matching.Company] {
	return rapid.Custom(func(t *rapid.T) []matching.Company {
		list := make([]matching.Company, rapid.IntRange(0, 8).Draw(t, "n"))
		pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
		for i := range list {
			list[i] = matching.Company{
				ID:      fmt.Sprint(prefix, i),
				Name:    pick("name", "Acme", "ACME", "Acme Inc", "Acme Ltd", "Acme AG", "Acme II", "Beta", "Beta GmbH", "Test", "---"),
				Person:  rapid.IntRange(0, 9).Draw(t, "person") == 0,
				Phones:  []string{pick("phone", "", "4155550100", "+14155550100", "2125550100")},
				Domains: []string{pick("domain", "", "acme.com", "www.acme.com")},
				Street:  pick("street", "", "1 Way"), City: pick("city", "", "Bath"),
			}
		}
		return list
	})
}

func shuffled[T any](list []T) []T {
	list = slices.Clone(list)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func TestCompaniesAreTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := companyList("u").Draw(t, "upstream"), companyList("h").Draw(t, "here")
		want := matching.Companies(upstream, here)
		got := matching.Companies(shuffled(upstream), shuffled(here))
		slices.SortFunc(got, func(a, b matching.Result) int {
			at := func(id string) int {
				return slices.IndexFunc(upstream, func(c matching.Company) bool { return c.ID == id })
			}
			return at(a.ID) - at(b.ID)
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAnotherCompanyOnlyMakesASuggestionUnclear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := companyList("u").Draw(t, "upstream"), companyList("h").Draw(t, "here")
		before := matching.Companies(upstream, here)
		moreHere, moreUpstream := here, upstream
		if extra := companyList("x").Draw(t, "extra"); rapid.Bool().Draw(t, "upstream") {
			moreUpstream = slices.Concat(upstream, extra)
		} else {
			moreHere = slices.Concat(here, extra)
		}
		for i, after := range matching.Companies(moreUpstream, moreHere)[:len(upstream)] {
			same := after.Group == before[i].Group
			if before[i].Group != store.GroupNone && !same && after.Group != store.GroupUnclear {
				t.Fatalf("%q went from %q to %q", upstream[i].Name, before[i].Group, after.Group)
			}
		}
	})
}

func TestAgreeingEvidenceNeverLowersConfidence(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := companyList("u").Draw(t, "upstream"), companyList("h").Draw(t, "here")
		if len(upstream) == 0 || len(here) == 0 {
			return
		}
		confidence := func() map[string]float64 {
			all := make(map[string]float64)
			for _, c := range matching.Companies(upstream[:1], here)[0].Candidates {
				all[c.ID] = c.Confidence
			}
			return all
		}
		before := confidence()
		upstream[0].Phones = append(upstream[0].Phones, "+442079460000")
		here[0].Phones = append(here[0].Phones, "020 7946 0000")
		for id, c := range confidence() {
			if c < before[id] {
				t.Fatalf("confidence of %s fell from %v to %v", id, before[id], c)
			}
		}
	})
}
