package sortrules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

const document = `{"version":2,"rules":[
	{"id":"printers","kind":"asset","when":{"field":"type","op":"in","value":["Printer","Copier"]},"then":{"layout":"layout-3"},"note":"all of them"},
	{"id":"phones","kind":"asset","when":{"all":[
		{"field":"type","op":"equals","value":"Phone"},
		{"any":[{"point":"last_synced_at","op":"lt","value":"2026-01-01"},{"means":"serial","op":"present","not":true},{"point":"ports","op":"between","value":[1,2.5]}]}
	]},"then":{"skip":true},"disabled":true},
	{"id":"rest","kind":"asset","when":{"op":"always"},"then":{"layout":"layout-1"}}
]}`

func TestParse(t *testing.T) {
	t.Parallel()
	set, err := sortrules.Parse([]byte(document), nil)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]sortrules.Rule{
		{ID: "printers", Kind: "asset", When: sortrules.Condition{Field: "type", Op: "in", Value: connector.Texts("Printer", "Copier")}, Layout: "layout-3", Note: "all of them"},
		{ID: "phones", Kind: "asset", When: sortrules.Condition{All: []sortrules.Condition{
			typeIs("Phone"),
			{Any: []sortrules.Condition{
				whenPoint("last_synced_at", "lt", "2026-01-01"),
				{Means: connector.MeansSerial, Op: "present", Not: true},
				{Point: "ports", Op: "between", Value: connector.List(connector.Integer(1), decimal(t, "2.5"))},
			}},
		}}, Skip: true, Disabled: true},
		{ID: "rest", Kind: "asset", When: sortrules.Condition{Op: "always"}, Layout: "layout-1"},
	}, set.Rules()))
	again, err := json.Marshal(set)
	require.NoError(t, err)
	require.JSONEq(t, document, string(again))
}

func TestARuleByItselfHasTheFormThatItHasInADocument(t *testing.T) {
	t.Parallel()
	set, err := sortrules.Parse([]byte(document), nil)
	require.NoError(t, err)
	var whole struct {
		Rules []json.RawMessage `json:"rules"`
	}
	require.NoError(t, json.Unmarshal([]byte(document), &whole))
	for i, r := range set.Rules() {
		written, err := json.Marshal(r)
		require.NoError(t, err)
		require.JSONEq(t, string(whole.Rules[i]), string(written))
		var read sortrules.Rule
		require.NoError(t, json.Unmarshal(written, &read))
		require.Empty(t, cmp.Diff(r, read))
	}
	var r sortrules.Rule
	require.ErrorContains(t, json.Unmarshal([]byte(`{"id":"r","whenn":{}}`), &r), `rules["r"]."whenn": is not known here`)
	require.Empty(t, r.ID)
}

func TestTheVersionBeforeIsRead(t *testing.T) {
	t.Parallel()
	set, err := sortrules.Parse([]byte(`{"version":1,"rules":[
		{"id":"printers","kind":"asset","when":{"field":"type","op":"equals","value":"Printer"},"then":{"layout":"layout-3"},"note":"all of them"},
		{"id":"phones","kind":"asset","when":{"field":"name","op":"equals","value":"7"},"then":{"skip":true},"disabled":true}
	]}`), nil)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]sortrules.Rule{
		{ID: "printers", Kind: "asset", When: typeIs("Printer"), Layout: "layout-3", Note: "all of them"},
		{ID: "phones", Kind: "asset", When: nameIs("7"), Skip: true, Disabled: true},
	}, set.Rules()))
	written, err := json.Marshal(set)
	require.NoError(t, err)
	require.Contains(t, string(written), `{"version":2,`)

	_, err = sortrules.Parse([]byte(`{"version":1,"rules":[{"id":"r","kind":"asset","when":{"point":"x","op":"contains","value":"y","not":true},"then":{"skip":true}}]}`), nil)
	require.Empty(t, cmp.Diff([]string{
		`rules["r"].when."point": is not known here (remove it; known are field, op, value)`,
		`rules["r"].when."not": is not known here (remove it; known are field, op, value)`,
		`rules["r"].when.field: "" can't be compared in version 1 (use "type" or "name", or write version 2)`,
		`rules["r"].when.op: "contains" is not known in version 1 (use "equals", or write version 2)`,
	}, problems(t, err)))
}

func TestNoDocumentIsNoRules(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n", "null", `{"version":1}`, `{"version":2,"rules":[]}`} {
		set, err := sortrules.Parse([]byte(text), nil)
		require.NoError(t, err, text)
		require.Empty(t, set.Rules(), text)
	}
}

func TestParseRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	rule := func(members string) string {
		return `{"version":2,"rules":[{"id":"r","kind":"asset",` + members + `}]}`
	}
	const when, then = `"when":{"field":"type","op":"equals","value":"x"}`, `"then":{"skip":true}`
	tests := map[string]struct {
		text string
		want []string
	}{
		"no version":         {text: `{"rules":[]}`, want: []string{`version: is missing (write 2)`}},
		"a later version":    {text: `{"version":3,"rules":[],"extra":1}`, want: []string{`version: 3 can't be read: this release reads version 1 and 2 (update it, or save the rules again)`}},
		"a version in words": {text: `{"version":"1"}`, want: []string{`version: has to be the number 2`}},
		"not an object":      {text: `[]`, want: []string{`document: is not an object (write it in braces)`}},
		"rules of a kind":    {text: `{"version":2,"rules":{}}`, want: []string{`rules: has to be a list of rules`}},
		"an unknown name":    {text: `{"version":2,"rule":[]}`, want: []string{`"rule": is not known here (remove it; known are version, rules)`}},
		"a rule that isn't":  {text: `{"version":2,"rules":[7]}`, want: []string{`rules[0]: is not an object (write it in braces)`}},
		"unknown names in a rule": {
			text: rule(when + `,"then":{"skip":true,"tag":"x"},"priority":3`),
			want: []string{
				`rules["r"]."priority": is not known here (remove it; known are id, kind, when, then, disabled, note)`,
				`rules["r"].then."tag": is not known here (remove it; known are layout, skip)`,
			},
		},
		"names have letter case": {
			text: rule(when + `,"then":{"Skip":true}`),
			want: []string{`rules["r"].then."Skip": is not known here (remove it; known are layout, skip)`},
		},
		"a condition of a later release": {
			text: rule(`"when":{"any":[{"field":"type","op":"equals","value":"x","weight":2}]},` + then),
			want: []string{`rules["r"].when.any[0]."weight": is not known here (remove it; known are all, any, field, point, means, op, value, not)`},
		},
		"members that aren't conditions": {
			text: rule(`"when":{"all":["type",{"any":7}]},` + then),
			want: []string{`rules["r"].when.all[0]: is not an object (write it in braces)`, `rules["r"].when.all[1].any: has to be a list of conditions`},
		},
		"groups too deep": {
			text: rule(`"when":{"all":[{"all":[{"any":[{"op":"always"}]}]}]},` + then),
			want: []string{`rules["r"].when.all[0].all[0].any: is a group in a group in a group (groups can be nested once: make rules of the parts)`},
		},
		"an unknown op": {
			text: rule(`"when":{"field":"type","op":"like","value":"x"},` + then),
			want: []string{`rules["r"].when.op: "like" is not known (use one of equals, in, contains, starts, ends, wildcard, regex, lt, le, gt, ge, between, cidr, present, absent, always)`},
		},
		"a name twice": {
			text: rule(when + `,"then":{"layout":"a","layout":"b"}`),
			want: []string{`rules["r"].then.layout: is there twice (keep one)`},
		},
		"values of other types": {
			text: rule(`"when":null,"then":{"skip":"yes"},"disabled":1,"note":null`),
			want: []string{
				`rules["r"].disabled: has to be true or false`,
				`rules["r"].note: has to be a text`,
				`rules["r"].when: is not an object (write it in braces)`,
				`rules["r"].then.skip: has to be true or false`,
			},
		},
		"blanks in a list": {
			text: rule(`"when":{"field":"type","op":"in","value":["a",null,"","null"]},` + then),
			want: []string{
				`rules["r"].when.value[1]: is empty (give a value, or remove it)`,
				`rules["r"].when.value[2]: is empty (give a value, or remove it)`,
			},
		},
		"a value that can't be one": {
			text: rule(`"when":{"field":"type","op":"equals","value":{"x":1}},` + then),
			want: []string{`rules["r"].when.value: has to be a text, a number, true or false, or a list of these`},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sortrules.Parse([]byte(tt.text), nil)
			require.Empty(t, cmp.Diff(tt.want, problems(t, err)))
		})
	}
}

func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	parse := func(text string) error {
		_, err := sortrules.Parse([]byte(text), nil)
		return err
	}
	require.Len(t, problems(t, parse(strings.Repeat(" ", 1<<20+1))), 1)
	require.Equal(t, []string{"rules: there are 1001, more than 1000 (merge some)"}, problems(t, parse(`{"version":2,"rules":[`+strings.Repeat("{},", 1000)+`{}]}`)))
	require.ErrorContains(t, parse(strings.Repeat("[", 1<<19)), "sortrules: parse: ")
	require.ErrorContains(t, parse(`{"version":2} x`), "sortrules: parse: ")
	deep := strings.Repeat(`{"any":[`, 4900) + strings.Repeat(`]}`, 4900)
	require.Equal(t, []string{`rules["r"].when.any[0].any[0].any: is a group in a group in a group (groups can be nested once: make rules of the parts)`},
		problems(t, parse(`{"version":2,"rules":[{"id":"r","kind":"asset","then":{"skip":true},"when":`+deep+`}]}`)))
}

func TestTheProblemsThatAreToldAreBounded(t *testing.T) {
	t.Parallel()
	members := strings.TrimSuffix(strings.Repeat(`{"x":1,"op":"q"},`, 60), ",")
	rules := strings.TrimSuffix(strings.Repeat(`{"when":{"any":[`+members+`]}},`, 980), ",")
	_, err := sortrules.Parse([]byte(`{"version":2,"rules":[`+rules+`]}`), nil)
	got := problems(t, err)
	require.Len(t, got, 201)
	require.Equal(t, "rules: there are 58600 more (mend these first)", got[200])

	var many []sortrules.Rule
	for i := range 300 {
		many = append(many, sortrules.Rule{ID: fmt.Sprint(i), Kind: "asset", When: typeIs(fmt.Sprint("type ", i)), Layout: "gone"})
	}
	found, warnings := newSet(t, many...).Check(around())
	require.Len(t, found, 201)
	require.Len(t, warnings, 201)
}

// What New takes is longer in the form that is stored, and that has to be read
// again.
func TestWhatCouldNotBeReadIsNotWritten(t *testing.T) {
	t.Parallel()
	var many []sortrules.Rule
	for i := range 1000 {
		many = append(many, sortrules.Rule{ID: fmt.Sprint(i), Kind: "asset", When: nameIs(fmt.Sprint(i)), Layout: "layout-1", Note: strings.Repeat("<", 200)})
	}
	set := newSet(t, many...)
	_, err := set.MarshalJSON()
	require.Len(t, problems(t, err), 1)
	require.ErrorContains(t, err, "rules: the document has 1")
	require.ErrorContains(t, err, "bytes, more than 1048576 (merge some rules)")
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set, err := sortrules.New(ruleList().Draw(t, "rules"), kinds())
		if err != nil {
			t.Fatal(err)
		}
		data, err := set.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		again, err := sortrules.Parse(data, kinds())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(set.Rules(), again.Rules()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		document, "", "null", "[]", `{"version":1,"rules":[{"id":"a"}]}`, `{"version":2,"rules":[{"when":{"when":{}}}]}`,
		`{"version":2,"rules":[{"id":"a","kind":"k","when":{"all":[{"any":[{"field":"name","op":"regex","value":"^(a|b){3,}\\d"}]}]},"then":{"skip":true}}]}`,
		`{"version":2,"rules":[{"id":"a","kind":"k","when":{"point":"ip","op":"cidr","value":["10.0.0.0/8","::1"],"not":true},"then":{"layout":"l"}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := sortrules.Parse(data, kinds())
		if err != nil {
			require.Nil(t, set)
			return
		}
		set.Check(around())
		written, err := json.Marshal(set)
		require.NoError(t, err)
		again, err := sortrules.Parse(written, kinds())
		require.NoError(t, err, "what is read can be written and read again")
		require.Empty(t, cmp.Diff(set.Rules(), again.Rules()))
	})
}

// FuzzPlace judges values by operands from anywhere: whatever they are, Place
// and Explain agree, and the opposite condition has the opposite answer.
func FuzzPlace(f *testing.F) {
	f.Add("equals", "Printer", "printer")
	f.Add("regex", `^(a|b)+$`, "abab")
	f.Add("wildcard", "*a*b?", "\u212aab\xff")
	f.Add("cidr", "10.0.0.0/8", "10.1.2.3")
	f.Add("ge", "2026-01-31", "2026-01-31T00:00:00Z")
	f.Fuzz(func(t *testing.T, op, with, value string) {
		c := whenPoint("x", sortrules.Op(op), with)
		set, err := sortrules.New([]sortrules.Rule{rule("r", c)}, nil)
		if err != nil {
			return
		}
		c.Not = true
		opposite, err := sortrules.New([]sortrules.Rule{rule("r", c)}, nil)
		if op == "always" {
			return
		}
		require.NoError(t, err)
		subject := sortrules.Subject{Kind: "asset", Record: connector.Record{Name: value, Fields: connector.Fields{"x": connector.Text(value)}}}
		placed := set.Place(subject)
		require.Equal(t, placed.Rule, set.Explain(subject).Placement.Rule)
		require.NotEqual(t, placed.Outcome, opposite.Place(subject).Outcome)
	})
}
