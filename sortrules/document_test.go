package sortrules_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/sortrules"
)

const document = `{"version":1,"rules":[
	{"id":"printers","kind":"asset","when":{"field":"type","op":"equals","value":"Printer"},"then":{"layout":"layout-3"},"note":"all of them"},
	{"id":"phones","kind":"asset","when":{"field":"type","op":"equals","value":"Phone"},"then":{"skip":true},"disabled":true}
]}`

func TestParse(t *testing.T) {
	t.Parallel()
	set, err := sortrules.Parse([]byte(document))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff([]sortrules.Rule{
		{ID: "printers", Kind: "asset", When: typeIs("Printer"), Layout: "layout-3", Note: "all of them"},
		{ID: "phones", Kind: "asset", When: typeIs("Phone"), Skip: true, Disabled: true},
	}, set.Rules()))
	again, err := json.Marshal(set)
	require.NoError(t, err)
	require.JSONEq(t, document, string(again))
}

func TestNoDocumentIsNoRules(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n", "null", `{"version":1}`, `{"version":1,"rules":[]}`} {
		set, err := sortrules.Parse([]byte(text))
		require.NoError(t, err, text)
		require.Empty(t, set.Rules(), text)
	}
}

func TestParseRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	rule := func(members string) string {
		return `{"version":1,"rules":[{"id":"r","kind":"asset",` + members + `}]}`
	}
	const when, then = `"when":{"field":"type","op":"equals","value":"x"}`, `"then":{"skip":true}`
	tests := map[string]struct {
		text string
		want []string
	}{
		"no version":         {text: `{"rules":[]}`, want: []string{`version: is missing (write 1)`}},
		"a later version":    {text: `{"version":2,"rules":[],"extra":1}`, want: []string{`version: 2 can't be read: this release reads version 1 (update it, or save the rules again)`}},
		"a version in words": {text: `{"version":"1"}`, want: []string{`version: has to be the number 1`}},
		"not an object":      {text: `[]`, want: []string{`document: is not an object (write it in braces)`}},
		"rules of a kind":    {text: `{"version":1,"rules":{}}`, want: []string{`rules: has to be a list of rules`}},
		"an unknown name":    {text: `{"version":1,"rule":[]}`, want: []string{`"rule": is not known here (remove it; known are version, rules)`}},
		"a rule that isn't":  {text: `{"version":1,"rules":[7]}`, want: []string{`rules[0]: is not an object (write it in braces)`}},
		"unknown names in a rule": {
			text: rule(when + `,"then":{"skip":true,"tag":"x"},"priority":3`),
			want: []string{
				`rules["r"]."priority": is not known here (remove it; known are id, kind, when, then, disabled, note)`,
				`rules["r"].then."tag": is not known here (remove it; known are layout, skip)`,
			},
		},
		"names have letter case": {
			text: rule(when + `,"then":{"Skip":true}`),
			want: []string{
				`rules["r"].then."Skip": is not known here (remove it; known are layout, skip)`,
			},
		},
		"a condition of a later release": {
			text: rule(`"when":{"all":[]},` + then),
			want: []string{
				`rules["r"].when."all": is not known here (remove it; known are field, op, value)`,
				`rules["r"].when.field: "" can't be compared (use "type" or "name")`,
				`rules["r"].when.op: "" is not known (use "equals")`,
				`rules["r"].when.value: is empty (give the value to compare with, as in "Printer")`,
			},
		},
		"an unknown op": {
			text: rule(`"when":{"field":"type","op":"contains","value":"x"},` + then),
			want: []string{`rules["r"].when.op: "contains" is not known (use "equals")`},
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
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sortrules.Parse([]byte(tt.text))
			require.Empty(t, cmp.Diff(tt.want, problems(t, err)))
		})
	}
}

func TestParseIsBounded(t *testing.T) {
	t.Parallel()
	_, err := sortrules.Parse([]byte(strings.Repeat(" ", 1<<20+1)))
	require.Len(t, problems(t, err), 1)
	_, err = sortrules.Parse([]byte(`{"version":1,"rules":[` + strings.Repeat("{},", 1000) + `{}]}`))
	require.Equal(t, []string{"rules: there are 1001, more than 1000 (merge some)"}, problems(t, err))
	_, err = sortrules.Parse([]byte(strings.Repeat("[", 1<<19)))
	require.ErrorContains(t, err, "sortrules: parse: ")
	_, err = sortrules.Parse([]byte(`{"version":1} x`))
	require.ErrorContains(t, err, "sortrules: parse: ")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{document, "", "null", "[]", `{"version":1,"rules":[{"id":"a"}]}`, `{"version":1,"rules":[{"when":{"when":{}}}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := sortrules.Parse(data)
		if err != nil {
			require.Nil(t, set)
			return
		}
		written, err := json.Marshal(set)
		require.NoError(t, err)
		again, err := sortrules.Parse(written)
		require.NoError(t, err, "what is read can be written and read again")
		require.Empty(t, cmp.Diff(set.Rules(), again.Rules()))
	})
}
