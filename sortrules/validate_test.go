package sortrules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// problems are those that an error names.
func problems(t testing.TB, err error) []string {
	t.Helper()
	var config *connector.ConfigError
	require.ErrorAs(t, err, &config)
	require.ErrorContains(t, err, "sortrules: ")
	return texts(config.Problems)
}

func texts(problems []connector.Problem) []string {
	var texts []string
	for _, p := range problems {
		text := p.String()
		if p.Suggestion != "" {
			text += " → " + p.Suggestion
		}
		texts = append(texts, text)
	}
	return texts
}

func TestAllProblemsOfRulesAreReturnedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := sortrules.New([]sortrules.Rule{
		{ID: "a", Kind: "asset", When: typeIs("x"), Layout: "l"},
		{ID: "a", Kind: " ", When: typeIs("x"), Layout: "l"},
		{Kind: "asset", When: sortrules.Condition{Field: "serial", Op: "matches"}, Layout: "l"},
		{ID: "both", Kind: "asset", When: typeIs("x"), Layout: "l", Skip: true},
		{ID: "neither", Kind: "asset", When: typeIs("x"), Note: strings.Repeat("n", 1001)},
		{ID: "b\x00d", Kind: "asset", Skip: true},
	}, nil)
	require.Equal(t, connector.CodeConfig, connector.CodeOf(err))
	require.Empty(t, cmp.Diff([]string{
		`rules["a"].id: rules 1 and 2 have the same id (give one another)`,
		`rules["a"].kind: is empty (name the kind of record, as in "asset")`,
		`rules[2].id: is empty (give the rule a name, as in "printers")`,
		`rules[2].when.op: "matches" is not known (use one of equals, in, contains, starts, ends, wildcard, regex, lt, le, gt, ge, between, cidr, present, absent, always)`,
		`rules[2].when.field: "serial" is not known (use one of type, type_id, name, company, status, created, updated; a data point is named with "point", a meaning with "means")`,
		`rules["both"].then: has a layout and skip (keep one of the two)`,
		`rules["neither"].then: has neither a layout nor skip (name a layout, or set "skip" to true)`,
		`rules["neither"].note: has 1001 bytes, more than 1000 (shorten it)`,
		`rules[5].id: has a control character (remove it)`,
		`rules[5].when: is empty (write a condition, or {"op": "always"} for every record)`,
	}, problems(t, err)))
}

func TestWhatIsWrongWithAConditionIsNamed(t *testing.T) {
	t.Parallel()
	text, list, number := connector.Text, connector.Texts, connector.Integer
	on := func(op sortrules.Op, v connector.Value) sortrules.Condition {
		return sortrules.Condition{Point: "x", Op: op, Value: v}
	}
	many := make([]sortrules.Condition, 101)
	tests := map[string]struct {
		c    sortrules.Condition
		want []string
	}{
		"both groups": {
			sortrules.Condition{All: []sortrules.Condition{typeIs("x")}, Any: []sortrules.Condition{typeIs("y")}},
			[]string{`.when: has all and any (keep one of the two, and put the other among its members)`},
		},
		"a group that is a comparison": {
			sortrules.Condition{All: []sortrules.Condition{typeIs("x")}, Op: "equals"},
			[]string{`.when: is a group and a comparison (make the comparison a member of the group)`},
		},
		"a group with not": {
			sortrules.Condition{Any: []sortrules.Condition{typeIs("x")}, Not: true},
			[]string{`.when: is a group with not (turn its conditions round instead: not any of A and B is all of not A and not B)`},
		},
		"an empty group":  {sortrules.Condition{Any: []sortrules.Condition{}}, []string{`.when.any: is empty (write a condition, or {"op": "always"} for every record)`}},
		"a group of many": {sortrules.Condition{Any: many}, []string{`.when.any: has 101 members, more than 100 (make rules of the parts)`}},
		"groups in groups in groups": {
			sortrules.Condition{All: []sortrules.Condition{{Any: []sortrules.Condition{{All: []sortrules.Condition{typeIs("x")}}, {}}}}},
			[]string{
				`.when.all[0].any[0].all: is a group in a group in a group (groups can be nested once: make rules of the parts)`,
				`.when.all[0].any[1]: is empty (write a condition, or {"op": "always"} for every record)`,
			},
		},
		"nothing compared": {sortrules.Condition{Op: "present"}, []string{`.when: has to name one of "field", "point" and "means": what is compared (it has 0)`}},
		"two compared":     {sortrules.Condition{Field: "name", Point: "x", Op: "present"}, []string{`.when: has to name one of "field", "point" and "means": what is compared (it has 2)`}},
		"always something": {sortrules.Condition{Field: "name", Op: "always"}, []string{`.when: compares something, and always compares nothing (choose another op, or name nothing)`}},
		"never":            {sortrules.Condition{Op: "always", Not: true}, []string{`.when.not: turns always into never (disable the rule instead)`}},
		"a misspelled field": {
			when("Name", "equals", "x"),
			[]string{`.when.field: "Name" is not known (use one of type, type_id, name, company, status, created, updated; a data point is named with "point", a meaning with "means") → name`},
		},
		"a misspelled op": {on("Equals", text("x")), []string{`.when.op: "Equals" is not known (use one of equals, in, contains, starts, ends, wildcard, regex, lt, le, gt, ge, between, cidr, present, absent, always) → equals`}},
		"a blank point":   {sortrules.Condition{Point: " ", Op: "present"}, []string{`.when.point: is empty (name a data point)`}},
		"no value":        {on("equals", connector.Value{}), []string{`.when.value: has to be a text, a number, true or false, as in "Printer"`}},
		"a blank value":   {on("contains", text(" ")), []string{`.when.value: is empty (give a text, as in "Printer")`}},
		"a long value":    {on("contains", text(strings.Repeat("x", 1001))), []string{`.when.value: has 1001 bytes, more than 1000 (shorten it)`}},
		"a list for one":  {on("equals", list("a", "b")), []string{`.when.value: has to be a text, a number, true or false, as in "Printer"`}},
		"one for a list":  {on("in", text("a")), []string{`.when.value: has to be a list of values, as in ["Printer", "Scanner"]`}},
		"a list in a list": {
			on("in", connector.List(text("a"), list("b"))),
			[]string{`.when.value[1]: has to be a list of values, as in ["Printer", "Scanner"]`},
		},
		"a value too many":                    {on("present", text("a")), []string{`.when.value: is given, and present takes none (remove it)`}},
		"a moment":                            {on("equals", connector.Instant(at(t, "2026-01-02T03:04:05Z"))), []string{`.when.value: is a moment (write it as text, as in "2026-01-31" or "2026-01-31T12:00:00Z")`}},
		"a number within":                     {on("starts", number(4)), []string{`.when.value: has to be a text, as in "Printer"`}},
		"a text below":                        {on("lt", text("four")), []string{`.when.value: "four" is no number and no date (lt wants a number or a date, as in 4 or "2026-01-31")`}},
		"a quoted number":                     {on("ge", text("4")), []string{`.when.value: is a number written as text (write it without quotes)`}},
		"a day that isn't":                    {on("ge", text("2026-02-30")), []string{`.when.value: "2026-02-30" is no number and no date (ge wants a number or a date, as in 4 or "2026-01-31")`}},
		"between one":                         {on("between", number(4)), []string{`.when.value: has to be a list of two numbers or two dates, as in [1, 4] or ["2026-01-01", "2026-01-31"]`}},
		"between a mix":                       {on("between", connector.List(number(4), text("2026-01-31"))), []string{`.when.value: has a number and a date (give two of a kind)`}},
		"between backwards":                   {on("between", connector.List(number(4), number(3))), []string{`.when.value: nothing is between 4 and 3 (write the lower one first)`}},
		"between days":                        {on("between", list("2026-02-01", "2026-01-31")), []string{`.when.value: nothing is between 2026-02-01 and 2026-01-31 (write the lower one first)`}},
		"between a moment and the day before": {on("between", list("2026-01-31T00:00:00Z", "2026-01-30")), []string{`.when.value: nothing is between 2026-01-31T00:00:00Z and 2026-01-30 (write the lower one first)`}},
		"no network":                          {on("cidr", text("printer")), []string{`.when.value: "printer" is not a network (write it as in 10.20.0.0/16 or 2001:db8::/32; one address alone is fine)`}},
		"a network with bits": {
			on("cidr", list("10.0.0.0/8", "10.20.3.4/16")),
			[]string{`.when.value[1]: 10.20.3.4/16 has bits set behind its length (write the network itself) → 10.20.0.0/16`},
		},
		"no regular expression": {on("regex", text(`srv-(\d+`)), []string{"when.value: is not a regular expression: missing closing ): `srv-(\\d+` (write it as RE2 has it)"}},
		"a look-ahead":          {on("regex", text(`srv(?=x)`)), []string{"when.value: is not a regular expression: invalid or unsupported Perl syntax: `(?=` (write it as RE2 has it)"}},
		"a large one":           {on("regex", text(`(\d{20}){30}`)), []string{`.when.value: becomes a program of 1260 steps, more than 500 (repeat less)`}},
		"a literal, repeated":   {on("regex", text(`(?:abcdef){90}`)), []string{`.when.value: becomes a program of 630 steps, more than 500 (repeat less)`}},
		"from many times on":    {on("regex", text(`[ab]{600,}`)), []string{`.when.value: becomes a program of 1202 steps, more than 500 (repeat less)`}},
		"a long one":            {on("regex", text(strings.Repeat("x", 201))), []string{`.when.value: has 201 bytes, more than 200 (shorten it, or use several conditions)`}},
		"a long wildcard":       {on("wildcard", text(strings.Repeat("*x", 101))), []string{`.when.value: has 202 bytes, more than 200 (shorten it, or use several conditions)`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sortrules.New([]sortrules.Rule{rule("r", tt.c)}, nil)
			want := slices.Clone(tt.want)
			for i, text := range want {
				want[i] = `rules["r"].` + strings.TrimPrefix(text, ".")
			}
			require.Empty(t, cmp.Diff(want, problems(t, err)))
		})
	}
}

func TestASetIsBounded(t *testing.T) {
	t.Parallel()
	_, err := sortrules.New(make([]sortrules.Rule, 1001), nil)
	require.Equal(t, []string{"rules: there are 1001, more than 1000 (merge some)"}, problems(t, err))

	var rules []sortrules.Rule
	for i := range 30 {
		c := sortrules.Condition{Any: slices.Repeat([]sortrules.Condition{nameIs("x")}, 97)}
		c.Any = append(c.Any, when("name", sortrules.OpRegex, `^(a|b){60}$`))
		c.Any = append(c.Any, sortrules.Condition{Field: "type", Op: sortrules.OpIn, Value: connector.Texts(slices.Repeat([]string{"x"}, 500)...)})
		rules = append(rules, rule(fmt.Sprint(i), c))
	}
	_, err = sortrules.New(rules, nil)
	got := problems(t, err)
	require.Len(t, got, 3)
	require.Contains(t, got[0], "rules: the number of their conditions is 2970, more than 2000")
	require.Contains(t, got[1], "rules: the number of values in their lists is 15000, more than 10000")
	require.Contains(t, got[2], "rules: the steps of their regular expressions and wildcards are")
}
