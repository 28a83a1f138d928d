package sortrules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// around are the layouts and types that rules are checked against.
func around() sortrules.Surroundings {
	return sortrules.Surroundings{
		Layouts: []store.Layout{
			{ID: "layout-1", Name: "Printers"}, {ID: "l-2", Name: "Servers", Inactive: true}, {ID: "l-3", Name: "networking"},
		},
		Types: []connector.RecordType{{Kind: "asset", ID: "70001", Name: "Printer"}, {Kind: "asset", ID: "70002", Name: "Server"}, {Kind: "contact", Name: "Staff"}},
	}
}

func TestCheckFindsRulesThatWouldNotWork(t *testing.T) {
	t.Parallel()
	set := newSet(t,
		sortrules.Rule{ID: "off at first", Kind: "asset", When: typeIs("Printer"), Layout: "layout-1", Disabled: true},
		rule("good", typeIs("Printer")),
		sortrules.Rule{ID: "inactive", Kind: "asset", When: typeIs("Server"), Layout: "l-2"},
		sortrules.Rule{ID: "missing", Kind: "asset", When: typeIs("70002"), Layout: "Networking"},
		sortrules.Rule{ID: "unknown", Kind: "Asset", When: typeIs("Printer"), Skip: true},
		sortrules.Rule{ID: "company", Kind: "customer", When: nameIs("x"), Skip: true},
		sortrules.Rule{ID: "never", Kind: "asset", When: typeIs(" PRINTER"), Skip: true},
		sortrules.Rule{ID: "off", Kind: "asset", When: typeIs("Printer"), Layout: "gone", Disabled: true},
		sortrules.Rule{ID: "name", Kind: "asset", When: nameIs("Printer"), Skip: true},
	)
	problems, warnings := set.Check(around())
	require.Empty(t, warnings)
	require.Empty(t, cmp.Diff([]string{
		`rules["inactive"].then.layout: layout "Servers" is inactive: nothing can be made from it (activate it, or choose another)`,
		`rules["missing"].then.layout: layout "Networking" isn't there (choose another) → l-3`,
		`rules["unknown"].kind: "Asset" is not a kind that is read (choose one that is) → asset`,
		`rules["company"].kind: "customer" is the kind that becomes companies, which aren't sorted (choose another kind)`,
		`rules["never"].when: never applies: rules["good"] comes first and applies wherever this one would (remove one of the two, or move this one up)`,
	}, texts(problems)))
}

func TestCheckFindsComparisonsThatNothingCanMeet(t *testing.T) {
	t.Parallel()
	point := func(name string, op sortrules.Op, v connector.Value) sortrules.Condition {
		return sortrules.Condition{Point: name, Op: op, Value: v}
	}
	text, number := connector.Text, connector.Integer
	const forText, forNumbers = "equals, in, contains, starts, ends, wildcard, regex, cidr, present, absent", "equals, in, lt, le, gt, ge, between, present, absent"
	for _, tt := range []struct {
		c        sortrules.Condition
		problem  string
		warnings string
	}{
		{c: point("serial", "gt", number(4)), problem: `.op: serial is text, which "gt" can't compare (use one of ` + forText + `)`},
		{c: point("serial", "equals", number(4)), problem: `.value: serial is text, and 4 is not (write it in quotes) → 4`},
		{c: point("ports", "contains", text("4")), problem: `.op: ports is a number, which "contains" can't compare (use one of ` + forNumbers + `)`},
		{c: point("ports", "equals", text("many")), problem: `.value: ports is a number, and "many" is not (write a number without quotes)`},
		{c: point("price", "le", text("2026-01-31")), problem: `.value: price is a number, and "2026-01-31" is not (write a number without quotes)`},
		{c: point("seen", "cidr", text("10.0.0.0/8")), problem: `.op: seen is a date, which "cidr" can't compare (use one of ` + forNumbers + `)`},
		{c: point("seen", "ge", number(4)), problem: `.value: seen is a date, and 4 is not (write a date, as in "2026-01-31")`},
		{c: point("seen", "between", connector.List(number(4), number(5))), problem: `.value: seen is a date, and 4 is not (write a date, as in "2026-01-31")`},
		{c: point("managed", "equals", text("yes")), problem: `.value: managed is true or false, and "yes" is not (write true or false without quotes)`},
		{c: point("managed", "lt", number(1)), problem: `.op: managed is true or false, which "lt" can't compare (use one of equals, in, present, absent)`},
		{c: sortrules.Condition{Field: "created", Op: "starts", Value: text("2026")}, problem: `.op: creation is a date, which "starts" can't compare (use one of ` + forNumbers + `)`},
		{c: sortrules.Condition{Field: "name", Op: "equals", Value: number(4)}, problem: `.value: name is text, and 4 is not (write it in quotes) → 4`},
		{c: when("status", "equals", "retired"), problem: `.value: "retired" is no status (use one of active, inactive, archived)`},
		{c: when("status", "contains", "foo"), problem: `.value: no status contains "foo" (they are active, inactive, archived)`},
		{c: when("status", "regex", "^gone"), problem: `.value: no status matches "^gone" (they are active, inactive, archived)`},
		{c: when("status", "lt", "2026-01-31"), problem: `.op: status is text, which "lt" can't compare (use one of ` + forText + `)`},
		{c: sortrules.Condition{Field: "status", Op: "absent"}},
		{c: when("status", "wildcard", "*active")},
		{c: point("pin", "present", connector.Value{}), problem: `: pin is a credential and can't be compared: explanations would show it (compare something else)`},
		{c: sortrules.Condition{Means: connector.MeansLastSeen, Op: "equals", Value: text("x")}, problem: `.value: seen is a date, and "x" is not (write a date, as in "2026-01-31")`},
		{
			c:       sortrules.Condition{Means: connector.MeansEmail, Op: "present"},
			problem: `.means: no data point of assets means email (they have serial, site, ip, last-seen)`,
		},
		{
			c:        point("Serial", "equals", text("x")),
			warnings: `.point: "Serial" is no data point that is declared for assets: it may be a custom field of the account → serial`,
		},
		{c: point("properties.Rack", "gt", number(4)), warnings: `.point: "properties.Rack" is no data point that is declared for assets: it may be a custom field of the account`},
		{c: sortrules.Condition{Field: "type", Op: "in", Value: connector.Texts("Printer", "Toaster", "70002")}, warnings: `.value: the account has no type "Toaster" (it has Printer, Server)`},
		{c: typeIs("Staff"), warnings: `.value: the account has no type "Staff" (it has Printer, Server)`},
		{c: when("type_id", "equals", "Printer"), warnings: `.value: the account has no type "Printer" (it has Printer, Server)`},
		{c: typeIs("printer")},
		{c: when("type", "contains", "toast")},
		{c: point("ports", "equals", text("4"))},
		{c: point("ports", "in", connector.List(number(4), number(5)))},
		{c: point("seen", "lt", text("2026-01-31"))},
		{c: point("managed", "equals", connector.Bool(true))},
		{c: point("ip", "cidr", text("10.0.0.0/8"))},
		{c: when("status", "in", "")},
		{c: when("status", "starts", "act")},
		{c: sortrules.Condition{Means: connector.MeansSite, Op: "absent"}},
	} {
		if tt.c.Op == sortrules.OpIn && tt.c.Field == "status" {
			tt.c.Value = connector.Texts("Active", " archived")
		}
		for path, c := range map[string]sortrules.Condition{".when": tt.c, ".when.any[0].all[0]": {Any: []sortrules.Condition{{All: []sortrules.Condition{tt.c}}}}} {
			problems, warnings := newSet(t, rule("r", c)).Check(around())
			want := func(text string) []string {
				if text == "" {
					return nil
				}
				return []string{`rules["r"]` + path + text}
			}
			require.Empty(t, cmp.Diff(want(tt.problem), texts(problems)), c.String())
			require.Empty(t, cmp.Diff(want(tt.warnings), texts(warnings)), c.String())
		}
	}
	_, warnings := newSet(t, rule("r", typeIs("Toaster"))).Check(sortrules.Surroundings{Layouts: around().Layouts})
	require.Empty(t, warnings, "which types there are isn't known")
}

// Any data point with the meaning counts, so one that fits is enough.
func TestAMeaningIsComparedIfOneOfItsPointsCanBe(t *testing.T) {
	t.Parallel()
	kind := connector.KindInfo{Kind: "asset", Title: "Asset", Plural: "Assets", DataPoints: []connector.DataPoint{
		{Name: "said", Type: connector.KindText, Means: connector.MeansLastSeen}, {Name: "seen", Type: connector.KindInstant, Means: connector.MeansLastSeen},
	}}
	check := func(op sortrules.Op, v connector.Value) []string {
		set, err := sortrules.New([]sortrules.Rule{rule("r", sortrules.Condition{Means: connector.MeansLastSeen, Op: op, Value: v})}, []connector.KindInfo{kind})
		require.NoError(t, err)
		found, _ := set.Check(around())
		return texts(found)
	}
	require.Empty(t, check("lt", connector.Text("2026-01-31")))
	require.Empty(t, check("contains", connector.Text("2026")))
	require.Len(t, check("lt", connector.Integer(4)), 1)
	kind.DataPoints[1].Secret = true
	require.Equal(t, []string{`rules["r"].when: seen is a credential and can't be compared: explanations would show it (compare something else)`}, check("contains", connector.Text("2026")))
}

func TestCheckFindsRulesThatEarlierOnesCover(t *testing.T) {
	t.Parallel()
	text, list, number := connector.Text, connector.Texts, connector.Integer
	x := func(op sortrules.Op, v connector.Value) sortrules.Condition {
		return sortrules.Condition{Point: "x", Op: op, Value: v}
	}
	all := func(members ...sortrules.Condition) sortrules.Condition { return sortrules.Condition{All: members} }
	some := func(members ...sortrules.Condition) sortrules.Condition { return sortrules.Condition{Any: members} }
	not := func(c sortrules.Condition) sortrules.Condition { c.Not = true; return c }
	always := sortrules.Condition{Op: sortrules.OpAlways}
	present, absent := x("present", connector.Value{}), x("absent", connector.Value{})
	covered := map[string][2]sortrules.Condition{ // the wider one, the narrower one
		"always":                       {always, x("equals", text("a"))},
		"always, by a group":           {always, all(x("equals", text("a")), not(present))},
		"equal":                        {x("equals", text("Ab ")), x("equals", text("aB"))},
		"equal numbers":                {x("equals", number(4)), x("equals", number(4))},
		"one of":                       {x("in", list("a", "b")), x("equals", text("B"))},
		"fewer of":                     {x("in", list("a", "b", "c")), x("in", list("c", "a"))},
		"a prefix of a text":           {x("starts", text("pri")), x("equals", text("Printer"))},
		"a prefix of a prefix":         {x("starts", text("pri")), x("starts", text("PRINT"))},
		"a part of a prefix":           {x("contains", text("rin")), x("starts", text("print"))},
		"a part of an end":             {x("contains", text("nte")), x("ends", text("inter"))},
		"a part of a part":             {x("contains", text("in")), x("contains", text("rint"))},
		"an end of an end":             {x("ends", text("ter")), x("ends", text("inter"))},
		"an end of each":               {x("ends", text("er")), x("in", list("printer", "server"))},
		"a form":                       {x("wildcard", text("p*r")), x("equals", text("printer"))},
		"the same form":                {x("wildcard", text("p*r?")), x("wildcard", text("P*R?"))},
		"a form that is a prefix":      {x("wildcard", text("pri*")), x("starts", text("print"))},
		"the same regular expression":  {x("regex", text("^p")), x("regex", text("^p"))},
		"below":                        {x("lt", number(5)), x("lt", number(4))},
		"at most":                      {x("le", number(4)), x("lt", number(4))},
		"above":                        {x("gt", number(3)), x("ge", number(4))},
		"above the same":               {x("gt", number(4)), x("gt", number(4))},
		"within":                       {x("between", connector.List(number(1), number(9))), x("between", connector.List(number(1), number(8)))},
		"between above":                {x("ge", number(1)), x("between", connector.List(number(1), number(8)))},
		"a number within":              {x("between", connector.List(number(1), number(9))), x("equals", number(4))},
		"days within":                  {x("ge", text("2026-01-01")), x("gt", text("2026-01-01"))},
		"a day within":                 {x("lt", text("2026-02-01")), x("equals", text("2026-01-31"))},
		"a network within":             {x("cidr", list("10.0.0.0/8", "192.0.2.0/24")), x("cidr", list("10.20.0.0/16", "192.0.2.7"))},
		"any value":                    {present, x("gt", number(3))},
		"any value, by a form":         {x("wildcard", text("**")), x("contains", text("a"))},
		"no value":                     {absent, absent},
		"not this, without a value":    {not(x("equals", text("a"))), absent},
		"not one of, narrower":         {not(x("equals", text("a"))), not(x("in", list("a", "b")))},
		"not present is absent":        {not(present), absent},
		"one of all":                   {x("equals", text("a")), all(typeIs("t"), x("equals", text("a")))},
		"all of more":                  {all(typeIs("t"), x("contains", text("a"))), all(x("equals", text("ab")), nameIs("n"), typeIs("t"))},
		"any of more":                  {some(typeIs("t"), nameIs("n")), nameIs("n")},
		"any of the same":              {some(typeIs("t"), nameIs("n")), some(nameIs("n"), typeIs("T"))},
		"each of any":                  {x("starts", text("a")), some(x("equals", text("ab")), all(x("equals", text("ac")), nameIs("n")))},
		"all with one of any":          {x("starts", text("a")), all(typeIs("t"), some(x("equals", text("ab")), x("starts", text("ac"))))},
		"a type by a list":             {sortrules.Condition{Field: "type", Op: "in", Value: list("a", "b")}, typeIs("a")},
		"a meaning that is that point": {sortrules.Condition{Means: connector.MeansSerial, Op: "starts", Value: text("a")}, whenPoint("serial", "equals", "ab")},
	}
	apart := map[string][2]sortrules.Condition{
		"another text":                       {x("equals", text("a")), x("equals", text("b"))},
		"more of":                            {x("in", list("a", "b")), x("in", list("a", "c"))},
		"another point":                      {x("equals", text("a")), whenPoint("y", "equals", "a")},
		"a longer prefix":                    {x("starts", text("print")), x("starts", text("pri"))},
		"a prefix and an end":                {x("starts", text("a")), x("ends", text("a"))},
		"open and closed":                    {x("lt", number(4)), x("le", number(4))},
		"above and below":                    {x("gt", number(4)), x("lt", number(9))},
		"a day and a moment":                 {x("lt", text("2026-01-31")), x("lt", text("2026-01-31T00:00:00Z"))},
		"numbers and dates":                  {x("gt", number(4)), x("gt", text("2026-01-31"))},
		"a smaller network":                  {x("cidr", text("10.0.0.0/16")), x("cidr", text("10.0.0.0/8"))},
		"closed and open":                    {x("gt", number(4)), x("ge", number(4))},
		"one and all but some":               {x("equals", text("a")), not(x("in", list("a", "b")))},
		"a text that is a number, by prefix": {x("starts", text("0")), x("equals", text("04"))},
		"turned round":                       {not(x("equals", text("a"))), x("equals", text("b"))},
		"a value that need not be there":     {present, not(x("equals", text("a")))},
		"all and one":                        {all(typeIs("t"), nameIs("n")), nameIs("n")},
		"one and any":                        {nameIs("n"), some(typeIs("t"), nameIs("n"))},
		"regular expressions":                {x("regex", text("^p")), x("regex", text("^pr"))},
	}
	check := func(c [2]sortrules.Condition) []string {
		problems, _ := newSet(t, rule("wide", c[0]), rule("narrow", c[1])).Check(around())
		return texts(problems)
	}
	for name, c := range covered {
		got := check(c)
		require.Len(t, got, 1, name)
		require.Contains(t, got[0], `rules["narrow"].when: never applies: rules["wide"] comes first`, name)
	}
	for name, c := range apart {
		require.Empty(t, check(c), name)
	}
	problems, _ := newSet(t, rule("one", x("starts", text("a"))), rule("two", x("equals", text("b"))), rule("both", x("in", list("b", "ab")))).Check(around())
	require.Equal(t, []string{`rules["both"].when: never applies: rules["one"] and rules["two"] come first, and one of them applies wherever this one would (remove it, or move it up)`}, texts(problems))
	wide := rule("wide", when("type", "contains", "print"))
	problems, _ = newSet(t, wide, rule("narrow", typeIs("Printer"))).Check(around())
	require.Len(t, problems, 1, "no type of the account has that id")
	problems, _ = newSet(t, wide, rule("narrow", typeIs("70001"))).Check(around())
	require.Empty(t, problems, "one has")
	problems, _ = newSet(t, wide, rule("narrow", typeIs("Printer"))).Check(sortrules.Surroundings{Layouts: around().Layouts})
	require.Empty(t, problems, "it isn't known")
	other := rule("narrow", nameIs("x"))
	other.Kind = "contact"
	problems, _ = newSet(t, rule("wide", always), other).Check(around())
	require.Empty(t, problems, "rules for another kind cover nothing")
}

func TestARuleThatIsSaidToBeCoveredNeverDecides(t *testing.T) {
	t.Parallel()
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		given := ruleList().Draw(t, "rules")
		set, err := sortrules.New(given, kinds())
		if err != nil {
			t.Fatal(err)
		}
		types := []connector.RecordType{{Kind: "asset", ID: "7", Name: "Printer"}, {Kind: "asset", ID: "true", Name: "7.0"}, {Kind: "contact", ID: "kiosk", Name: "Ärger"}}
		if rapid.Bool().Draw(t, "types unknown") {
			types = nil
		}
		problems, _ := set.Check(sortrules.Surroundings{Types: types})
		for _, r := range given {
			for _, p := range problems {
				if p.Field != `rules["`+r.ID+`"].when` || len(p.Text) < 13 || p.Text[:13] != "never applies" {
					continue
				}
				found++
				for range 5 {
					subject := subjects().Draw(t, "subject")
					subject.Kind = r.Kind
					if types != nil {
						subject.Record.TypeID = rapid.SampledFrom(types).Draw(t, "type id").ID
					}
					if got := set.Place(subject); got.Rule == r.ID {
						t.Fatalf("%s: and yet it places %v", p, subject.Record)
					}
				}
			}
		}
	})
	require.NotZero(t, found, "no rule was covered in any case: the test shows nothing")
}

func TestARuleThatLeavesNothingIsAProblem(t *testing.T) {
	t.Parallel()
	skip := func(id string, c sortrules.Condition) sortrules.Rule {
		return sortrules.Rule{ID: id, Kind: "asset", When: c, Skip: true}
	}
	named := sortrules.Condition{Field: "name", Op: "present"}
	for name, c := range map[string]sortrules.Condition{
		"named": named, "any name": when("name", "wildcard", "*"),
		"named or not": {Any: []sortrules.Condition{typeIs("Printer"), named}}, "with a status": {Field: "status", Op: "present"},
		"not without a name":                {Field: "name", Op: "absent", Not: true},
		"any name, by a regular expression": when("name", "regex", "^.*$"), "any name, by a form": when("name", "wildcard", "?*"),
	} {
		problems, warnings := newSet(t, skip("s", c)).Check(around())
		require.Equal(t, []string{`rules["s"].when: skips all assets: none would be imported (say which of them, place some by a rule before it, or use the op "always" if that is meant)`}, texts(problems), name)
		require.Empty(t, warnings, name)
		problems, warnings = newSet(t, rule("some", typeIs("Server")), skip("s", c)).Check(around())
		require.Empty(t, problems, name)
		require.Equal(t, []string{`rules["s"].when: skips all assets that no rule before it places: their default layout is never used`}, texts(warnings), name)
	}
	problems, warnings := newSet(t, skip("s", sortrules.Condition{Op: "always"})).Check(around())
	require.Empty(t, problems, "who says it plainly means it")
	require.Equal(t, []string{`rules["s"].when: skips all assets: none is imported`}, texts(warnings))
	for name, c := range map[string]sortrules.Condition{
		"some names": when("name", "regex", "[a-z]"), "names of a length": when("name", "wildcard", "??*"), "no name": {Field: "name", Op: "regex", Value: connector.Text(".*"), Not: true},
	} {
		problems, warnings := newSet(t, skip("s", c)).Check(around())
		require.Empty(t, append(problems, warnings...), name)
	}
	problems, _ = newSet(t, skip("s", when("name", "contains", "a")), skip("t", typeIs("Printer")), rule("rest", named)).Check(around())
	require.Empty(t, problems)
}
