package matching_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/internal/companylist"
	"github.com/dovetail-sync/dovetail/matching"
)

// recordList generates records whose names and fields often meet.
func recordList(prefix string) *rapid.Generator[[]matching.Record] {
	some := func(values ...string) *rapid.Generator[[]string] {
		return rapid.SliceOfN(rapid.SampledFrom(values), 0, 2)
	}
	return rapid.Custom(func(t *rapid.T) []matching.Record {
		list := make([]matching.Record, rapid.IntRange(0, 8).Draw(t, "n"))
		for i := range list {
			list[i] = matching.Named(fmt.Sprint(prefix, i), rapid.SampledFrom([]string{
				"Acme Ltd", "ACME", "Acme II", "Acme Inc", "Acme Europe", "The Acme", "Acme Holdings", "Bright Dental Care", "Bright Dental Car",
				"Brigth Dental Care", "Corben Lindsey Refinery Ltd", "Praxis Lindsey Refinery Ltd", "CLR", "Grove Motors (UK)", "Grove Motors dba Bright Dental Care", "", "BDC", "Møller & Søn", "test company",
			}).Draw(t, "name"))
			list[i].Phones = some("020 7946 0001", "+44 20 7946 0001", "415 736 2001", "1111111").Draw(t, "phones")
			list[i].Domains = some("acme.com", "www.acme.com", "bright.co.uk", "gmail.com").Draw(t, "domains")
			if rapid.Bool().Draw(t, "placed") {
				list[i].Addresses = []matching.Address{{
					Text:     rapid.SampledFrom([]string{"12 High Street", "12 High St.", "14 High Street", "3 Mill Lane", "Mill House"}).Draw(t, "street"),
					Postcode: rapid.SampledFrom([]string{"TN24 8TD", "tn248td", "TN24 8TE", ""}).Draw(t, "postcode"),
				}}
			}
			list[i].Person = rapid.IntRange(0, 9).Draw(t, "person") == 0
		}
		return list
	})
}

func catalogue(t require.TestingT, records []matching.Record) *matching.Catalogue {
	c, err := matching.NewCatalogue(matching.Config{}, slices.Clone(records)...)
	require.NoError(t, err)
	return c
}

func decisions(t require.TestingT, upstream, here *matching.Catalogue) []matching.Decision {
	result, err := matching.Match(matching.Request{Upstream: upstream, Here: here, Evidence: true})
	require.NoError(t, err)
	return slices.Collect(result.Decisions())
}

func matched(t require.TestingT, upstream, here []matching.Record) []matching.Decision {
	return decisions(t, catalogue(t, upstream), catalogue(t, here))
}

func TestDecisionsAreTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := recordList("u").Draw(t, "upstream"), recordList("h").Draw(t, "here")
		want := matched(t, upstream, here)
		if diff := cmp.Diff(want, matched(t, shuffled(upstream), shuffled(here))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDecisionsAreTheSameOnAnyNumberOfProcessors(t *testing.T) { //nolint:paralleltest // sets GOMAXPROCS
	lists := companylist.Make(5, 1500)
	match := func(processors int) []matching.Decision {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return decisions(t, listed(t, shuffled(lists.Upstream)), listed(t, shuffled(lists.Here)))
	}
	require.Empty(t, cmp.Diff(match(1), match(5)))
}

func TestPuttingAndDeletingEqualsMakingAnew(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := recordList("u").Draw(t, "upstream"), recordList("h").Draw(t, "here")
		want := matched(t, upstream, here)
		step := func(final []matching.Record, prefix string) *matching.Catalogue {
			c := catalogue(t, recordList(prefix).Draw(t, "before"))
			for i := range 8 {
				if i%2 == 0 {
					c.Delete(fmt.Sprint(prefix, i))
				}
			}
			for _, r := range shuffled(final) {
				require.NoError(t, c.Put(r))
			}
			for i := len(final); i < 8; i++ {
				c.Delete(fmt.Sprint(prefix, i))
			}
			require.Equal(t, len(final), c.Len())
			return c
		}
		if diff := cmp.Diff(want, decisions(t, step(upstream, "u"), step(here, "h"))); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestScoresAreTheSameFromBothSides(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := recordList("u").Draw(t, "upstream"), recordList("h").Draw(t, "here")
		scores := make(map[[2]string]float64)
		for _, d := range matched(t, upstream, here) {
			for _, c := range d.Candidates {
				scores[[2]string{d.ID, c.ID}] = c.Score
			}
		}
		for _, d := range matched(t, here, upstream) {
			for _, c := range d.Candidates {
				if there, ok := scores[[2]string{c.ID, d.ID}]; ok && math.Abs(there-c.Score) > 1e-4 {
					t.Fatalf("%s and %s: %v and %v", c.ID, d.ID, there, c.Score)
				}
			}
		}
	})
}

func TestBitsSumToTheScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		for _, d := range matched(t, recordList("u").Draw(t, "upstream"), recordList("h").Draw(t, "here")) {
			for _, c := range d.Candidates {
				sum := 0.0
				for _, e := range c.Evidence {
					sum += e.Bits
					if e.Text == "" {
						t.Fatalf("%s says nothing", e.Kind)
					}
				}
				if math.Abs(sum-c.Score) > 1e-9 || c.Confidence < 0 || c.Confidence > 1 {
					t.Fatalf("%+v: the bits make %v", c, sum)
				}
			}
		}
	})
}

// Words get more common by a duplicate, and so a record that isn't the
// duplicate's may be held for another by a hair more or less: but never for the
// duplicate, and never as certain.
func TestADuplicateHereOnlyTurnsAutomaticIntoSuggested(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := recordList("u").Draw(t, "upstream"), recordList("h").Filter(func(l []matching.Record) bool { return len(l) > 0 }).Draw(t, "here")
		before := matched(t, upstream, here)
		double := rapid.SampledFrom(here).Draw(t, "double")
		original := double.ID
		double.ID = "double"
		for i, d := range matched(t, upstream, append(slices.Clone(here), double)) {
			was := before[i]
			linked := d.Outcome == matching.OutcomeAutomatic || d.Outcome == matching.OutcomeProvisional
			twin := d.Match == original || d.Match == double.ID
			if linked && was.Match != d.Match && (was.Match != "" || twin || d.Outcome == matching.OutcomeAutomatic) || linked && rank(d.Outcome) > max(rank(was.Outcome), rank(matching.OutcomeProvisional)) {
				t.Fatalf("%+v became %+v", was, d)
			}
		}
	})
}

func rank(o matching.Outcome) int {
	return slices.Index([]matching.Outcome{matching.OutcomeNone, matching.OutcomeSuggested, matching.OutcomeProvisional, matching.OutcomeAutomatic, matching.OutcomeLinked}, o)
}

// One pair alone: what a field adds or takes can't come from other pairs.
func TestAFieldThatAgreesNeverLowersAndOneThatDiffersNeverRaises(t *testing.T) {
	t.Parallel()
	pairOf := rapid.Custom(func(t *rapid.T) [2]matching.Record {
		bare := func(label string) matching.Record {
			l := recordList(label).Filter(func(l []matching.Record) bool { return len(l) > 0 && l[0].Names[0].Text != "" }).Draw(t, label)
			return l[0]
		}
		return [2]matching.Record{bare("u"), bare("h")}
	})
	rapid.Check(t, func(t *rapid.T) {
		pair := pairOf.Draw(t, "pair")
		field := rapid.SampledFrom([]string{"phone", "domain", "address", "identifier"}).Draw(t, "field")
		pair[0], pair[1] = without(pair[0], field), without(pair[1], field)
		base, agree, differ := score(t, pair[0], pair[1]), 0.0, 0.0
		agree = score(t, with(pair[0], field, 0), with(pair[1], field, 0))
		differ = score(t, with(pair[0], field, 0), with(pair[1], field, 1))
		if agree < base-1e-9 || differ > base+1e-9 {
			t.Fatalf("%s of %+v: %v, agreeing %v, differing %v", field, pair, base, agree, differ)
		}
	})
}

func score(t require.TestingT, a, b matching.Record) float64 {
	c, err := matching.Compare(nil, a, b)
	require.NoError(t, err)
	return c.Score
}

func without(r matching.Record, field string) matching.Record {
	switch field {
	case "phone":
		r.Phones = nil
	case "domain":
		r.Domains = nil
	case "address":
		r.Addresses = nil
	case "identifier":
		r.Identifiers = nil
	}
	return r
}

func with(r matching.Record, field string, n int) matching.Record {
	switch field {
	case "phone":
		r.Phones = []string{[]string{"0161 496 0123", "0113 496 0777"}[n]}
	case "domain":
		r.Domains = []string{[]string{"first.example.com", "second.org"}[n]}
	case "address":
		r.Addresses = []matching.Address{{Text: []string{"9 Dock Road", "77 Canal Walk"}[n], Postcode: []string{"M1 1AA", "LS1 4BB"}[n]}}
	case "identifier":
		r.Identifiers = []matching.Identifier{{Scheme: "reg", Value: []string{"09123456", "04567891"}[n]}}
	}
	return r
}

func TestPeoplesWordStandsAboveEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		upstream, here := recordList("u").Draw(t, "upstream"), recordList("h").Draw(t, "here")
		var known matching.Known
		for range rapid.IntRange(0, 4).Draw(t, "rejections") {
			known.Rejected = append(known.Rejected, matching.Pair{Upstream: fmt.Sprint("u", rapid.IntRange(0, 8).Draw(t, "u")), Here: fmt.Sprint("h", rapid.IntRange(0, 8).Draw(t, "h"))})
		}
		if len(upstream) > 0 && len(here) > 0 {
			known.Accepted = []matching.Pair{{Upstream: "u0", Here: "h0"}}
		}
		result, err := matching.Match(matching.Request{Upstream: catalogue(t, upstream), Here: catalogue(t, here), Known: known})
		require.NoError(t, err)
		for d := range result.Decisions() {
			for _, c := range d.Candidates {
				if slices.Contains(known.Rejected, matching.Pair{Upstream: d.ID, Here: c.ID}) {
					t.Fatalf("%s was rejected for %s and is proposed", c.ID, d.ID)
				}
			}
			switch {
			case d.ID == "u0" && len(known.Accepted) > 0:
				if d.Outcome != matching.OutcomeLinked || d.Match != "h0" {
					t.Fatalf("%+v: a person linked it", d)
				}
			case d.Match == "h0" && len(known.Accepted) > 0, d.Outcome == matching.OutcomeLinked:
				t.Fatalf("%+v: it is another's", d)
			}
		}
	})
}

func TestASingleSearchFindsWhatABatchFinds(t *testing.T) {
	t.Parallel()
	lists := companylist.Make(9, 800)
	here := listed(t, lists.Here)
	search := here.Search()
	search.Evidence = true
	byID := make(map[string]matching.Decision)
	for _, d := range decisions(t, listed(t, lists.Upstream), here) {
		byID[d.ID] = d
	}
	for _, r := range listedRecords(lists.Upstream)[:300] {
		d := search.Candidates(r)
		if batch := byID[r.ID]; batch.Outcome == matching.OutcomeAutomatic {
			require.Equal(t, batch.Match, d.Candidates[0].ID)
		}
		alone := d
		require.Empty(t, cmp.Diff(alone, search.Candidates(r), cmpopts.EquateEmpty()), "nothing of a search stays")
	}
}
