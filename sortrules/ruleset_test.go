package sortrules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

func typeIs(value string) sortrules.Condition {
	return sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpEquals, Value: value}
}

func nameIs(value string) sortrules.Condition {
	return sortrules.Condition{Field: sortrules.FieldName, Op: sortrules.OpEquals, Value: value}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	set, err := sortrules.New([]sortrules.Rule{
		{ID: "off", Kind: "asset", When: typeIs("Printer"), Skip: true, Disabled: true},
		{ID: "printers", Kind: "asset", When: typeIs(" printer "), Layout: "l-print"},
		{ID: "again", Kind: "asset", When: typeIs("Printer"), Layout: "l-other"},
		{ID: "by id", Kind: "asset", When: typeIs("42"), Layout: "l-42"},
		{ID: "scan", Kind: "contact", When: nameIs("Scan to Mail"), Skip: true},
		{ID: "straße", Kind: "asset", When: typeIs("ÄRGER"), Layout: "l-de"},
	})
	require.NoError(t, err)
	tests := map[string]struct {
		kind   connector.Kind
		record connector.Record
		want   sortrules.Placement
	}{
		"the first that applies decides": {
			kind: "asset", record: connector.Record{Type: "PRINTER\t"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-print", Rule: "printers", Because: `type is "PRINTER"`},
		},
		"a type's id": {
			kind: "asset", record: connector.Record{Type: "Phone", TypeID: "42"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-42", Rule: "by id", Because: `type id is "42"`},
		},
		"skip": {
			kind: "contact", record: connector.Record{Name: "scan to mail"},
			want: sortrules.Placement{Outcome: sortrules.Skip, Rule: "scan", Because: `name is "scan to mail"`},
		},
		"letter case beyond ASCII": {
			kind: "asset", record: connector.Record{Type: "ärger"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-de", Rule: "straße", Because: `type is "ärger"`},
		},
		"another kind":        {kind: "contact", record: connector.Record{Type: "Printer"}},
		"part of the value":   {kind: "asset", record: connector.Record{Type: "Printer (old)"}},
		"the name isn't type": {kind: "asset", record: connector.Record{Name: "Printer"}},
		"nothing to compare":  {kind: "asset"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := set.Place(sortrules.Subject{Kind: tt.kind, Record: tt.record})
			require.Empty(t, cmp.Diff(tt.want, got))
		})
	}
}

func TestNoRulesPlaceNothing(t *testing.T) {
	t.Parallel()
	empty, err := sortrules.New(nil)
	require.NoError(t, err)
	for _, set := range []*sortrules.RuleSet{nil, empty} {
		require.Zero(t, set.Place(sortrules.Subject{Kind: "asset", Record: connector.Record{Type: "Printer"}}))
		require.Empty(t, set.Rules())
		require.Empty(t, set.Check(nil, nil))
		data, err := set.MarshalJSON()
		require.NoError(t, err)
		require.JSONEq(t, `{"version":1,"rules":[]}`, string(data))
	}
}

func TestPlacingByNoRuleAllocatesNothing(t *testing.T) {
	t.Parallel()
	set, err := sortrules.New([]sortrules.Rule{
		{ID: "a", Kind: "asset", When: typeIs("Printer"), Layout: "l"},
		{ID: "b", Kind: "asset", When: nameIs("x"), Skip: true},
	})
	require.NoError(t, err)
	subject := sortrules.Subject{Kind: "asset", Record: connector.Record{Type: "Server", TypeID: "7", Name: " SRV "}}
	require.Zero(t, testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			set.Place(subject)
		}
	}).AllocsPerOp())
}

func TestTheRulesOfASetDoNotChange(t *testing.T) {
	t.Parallel()
	given := []sortrules.Rule{{ID: "a", Kind: "asset", When: typeIs("Printer"), Layout: "l"}}
	set, err := sortrules.New(given)
	require.NoError(t, err)
	given[0].ID = "changed"
	set.Rules()[0].ID = "changed too"
	require.Equal(t, "a", set.Rules()[0].ID)
}

func TestAllProblemsOfRulesAreReturnedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := sortrules.New([]sortrules.Rule{
		{ID: "a", Kind: "asset", When: typeIs("x"), Layout: "l"},
		{ID: "a", Kind: " ", When: typeIs("x"), Layout: "l"},
		{Kind: "asset", When: sortrules.Condition{Field: "serial", Op: "matches"}, Layout: "l"},
		{ID: "both", Kind: "asset", When: typeIs("x"), Layout: "l", Skip: true},
		{ID: "neither", Kind: "asset", When: typeIs("x"), Note: strings.Repeat("n", 1001)},
		{ID: "b\x00d", Kind: "asset", When: typeIs("\xff"), Skip: true},
	})
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))
	require.Empty(t, cmp.Diff([]string{
		`rules["a"].id: rules 1 and 2 have the same id (give one another)`,
		`rules["a"].kind: is empty (name the kind of record, as in "asset")`,
		`rules[2].id: is empty (give the rule a name, as in "printers")`,
		`rules[2].when.field: "serial" can't be compared (use "type" or "name")`,
		`rules[2].when.op: "matches" is not known (use "equals")`,
		`rules[2].when.value: is empty (give the value to compare with, as in "Printer")`,
		`rules["both"].then: has a layout and skip (keep one of the two)`,
		`rules["neither"].then: has neither a layout nor skip (name a layout, or set "skip" to true)`,
		`rules["neither"].note: has 1001 bytes, more than 1000 (shorten it)`,
		`rules[5].id: has a control character (remove it)`,
		`rules[5].when.value: is not valid UTF-8 (enter it again)`,
	}, problems(t, err)))

	_, err = sortrules.New(make([]sortrules.Rule, 1001))
	require.Len(t, problems(t, err), 1)
}

func problems(t *testing.T, err error) []string {
	t.Helper()
	var config *connector.ConfigError
	require.ErrorAs(t, err, &config)
	require.ErrorContains(t, err, "sortrules: ")
	var texts []string
	for _, p := range config.Problems {
		texts = append(texts, p.String())
	}
	return texts
}

func TestCheckFindsRulesThatWouldNotWork(t *testing.T) {
	t.Parallel()
	set, err := sortrules.New([]sortrules.Rule{
		{ID: "off at first", Kind: "asset", When: typeIs("Printer"), Layout: "l-1", Disabled: true},
		{ID: "good", Kind: "asset", When: typeIs("Printer"), Layout: "l-1"},
		{ID: "inactive", Kind: "asset", When: typeIs("Server"), Layout: "l-2"},
		{ID: "missing", Kind: "asset", When: typeIs("Router"), Layout: "Networking"},
		{ID: "unknown", Kind: "Asset", When: typeIs("Printer"), Skip: true},
		{ID: "company", Kind: "customer", When: nameIs("x"), Skip: true},
		{ID: "never", Kind: "asset", When: typeIs(" PRINTER"), Skip: true},
		{ID: "off", Kind: "asset", When: typeIs("Printer"), Layout: "gone", Disabled: true},
		{ID: "name", Kind: "asset", When: nameIs("Printer"), Skip: true},
	})
	require.NoError(t, err)
	got := set.Check(
		[]store.Layout{{ID: "l-1", Name: "Printers"}, {ID: "l-2", Name: "Servers", Inactive: true}, {ID: "l-3", Name: "networking"}},
		[]connector.KindInfo{{Kind: "customer", Role: connector.RoleContainer}, {Kind: "asset", Role: connector.RoleDevice}},
	)
	require.Empty(t, cmp.Diff([]connector.Problem{
		{Field: `rules["inactive"].then.layout`, Text: `layout "Servers" is inactive: nothing can be made from it (activate it, or choose another)`},
		{Field: `rules["missing"].then.layout`, Text: `layout "Networking" isn't there (choose another)`, Suggestion: "l-3"},
		{Field: `rules["unknown"].kind`, Text: `"Asset" is not a kind that is read (choose one that is)`, Suggestion: "asset"},
		{Field: `rules["company"].kind`, Text: `"customer" is the kind that becomes companies, which aren't sorted (choose another kind)`},
		{Field: `rules["never"].when`, Text: `never applies: rules["good"] has the same condition and comes first (remove one of the two)`},
	}, got))
}

// rules generates rules from few values, so that many of them meet.
func rules() *rapid.Generator[[]sortrules.Rule] {
	values := rapid.SampledFrom([]string{"Printer", "printer ", "PRINTER", "Server", "7", "ſerver", "Ärger", "ärger"})
	return rapid.Custom(func(t *rapid.T) []sortrules.Rule {
		made := make([]sortrules.Rule, rapid.IntRange(0, 8).Draw(t, "n"))
		for i := range made {
			made[i] = sortrules.Rule{
				ID:   string(rune('a' + i)),
				Kind: connector.Kind(rapid.SampledFrom([]string{"asset", "contact"}).Draw(t, "kind")),
				When: sortrules.Condition{
					Field: rapid.SampledFrom([]string{"type", "name"}).Draw(t, "field"), Op: sortrules.OpEquals, Value: values.Draw(t, "value"),
				},
				Skip:     rapid.Bool().Draw(t, "skip"),
				Disabled: rapid.Bool().Draw(t, "disabled"),
				Note:     rapid.String().Draw(t, "note"),
			}
			if !made[i].Skip {
				made[i].Layout = store.LayoutID(rapid.SampledFrom([]string{"l-1", "l-2"}).Draw(t, "layout"))
			}
		}
		return made
	})
}

// naive is the rule set in its plainest form.
func naive(rules []sortrules.Rule, s sortrules.Subject) (id string, outcome sortrules.Outcome) {
	equal := func(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }
	for _, r := range rules {
		var holds bool
		if r.When.Field == "type" {
			holds = equal(s.Record.Type, r.When.Value) || equal(s.Record.TypeID, r.When.Value)
		} else {
			holds = equal(s.Record.Name, r.When.Value)
		}
		switch {
		case r.Disabled || r.Kind != s.Kind || !holds:
		case r.Skip:
			return r.ID, sortrules.Skip
		default:
			return r.ID, sortrules.Layout
		}
	}
	return "", sortrules.None
}

func TestPlaceIsTheFirstRuleThatHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rules().Draw(t, "rules")
		set, err := sortrules.New(given)
		if err != nil {
			t.Skip("a note is out of bounds")
		}
		value := rapid.SampledFrom([]string{"", "Printer", " PRINTER", "server", "7", "ÄRGER", "Phone"})
		subject := sortrules.Subject{
			Kind:   connector.Kind(rapid.SampledFrom([]string{"asset", "contact", "other"}).Draw(t, "kind")),
			Record: connector.Record{Type: value.Draw(t, "type"), TypeID: value.Draw(t, "type id"), Name: value.Draw(t, "name")},
		}
		id, outcome := naive(given, subject)
		got := set.Place(subject)
		if got.Rule != id || got.Outcome != outcome {
			t.Fatalf("placed by %q (%s), want %q (%s)", got.Rule, got.Outcome, id, outcome)
		}
	})
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rules().Draw(t, "rules")
		set, err := sortrules.New(given)
		if err != nil {
			t.Skip("a note is out of bounds")
		}
		data, err := set.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := sortrules.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(set.Rules(), again.Rules()); diff != "" {
			t.Fatal(diff)
		}
	})
}
