package sortrules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

func typeIs(value string) sortrules.Condition { return when("type", sortrules.OpEquals, value) }

func nameIs(value string) sortrules.Condition { return when("name", sortrules.OpEquals, value) }

// when compares a field with a text.
func when(field string, op sortrules.Op, value string) sortrules.Condition {
	return sortrules.Condition{Field: field, Op: op, Value: connector.Text(value)}
}

// whenPoint compares a data point with a text.
func whenPoint(point string, op sortrules.Op, value string) sortrules.Condition {
	return sortrules.Condition{Point: point, Op: op, Value: connector.Text(value)}
}

// rule puts assets that meet c into layout-1.
func rule(id string, c sortrules.Condition) sortrules.Rule {
	return sortrules.Rule{ID: id, Kind: "asset", When: c, Layout: "layout-1"}
}

func newSet(t testing.TB, rules ...sortrules.Rule) *sortrules.RuleSet {
	t.Helper()
	set, err := sortrules.New(rules, kinds())
	require.NoError(t, err)
	return set
}

// kinds are those of a connector.
func kinds() []connector.KindInfo {
	point := func(name string, typ connector.ValueKind, means connector.Meaning) connector.DataPoint {
		return connector.DataPoint{Name: name, Title: strings.ToUpper(name[:1]) + name[1:], Type: typ, Means: means}
	}
	return []connector.KindInfo{
		{Kind: "customer", Role: connector.RoleContainer, Title: "Customer", Plural: "Customers"},
		{Kind: "contact", Role: connector.RolePerson, Title: "Contact", Plural: "Contacts", DataPoints: []connector.DataPoint{
			point("email", connector.KindText, connector.MeansEmail),
			point("phone", connector.KindText, connector.MeansPhone), point("desk", connector.KindText, connector.MeansPhone),
		}},
		{Kind: "asset", Role: connector.RoleDevice, Title: "Asset", Plural: "Assets", DataPoints: []connector.DataPoint{
			point("serial", connector.KindText, connector.MeansSerial), point("site", connector.KindText, connector.MeansSite),
			point("ip", connector.KindText, connector.MeansIP), point("ports", connector.KindInteger, ""), point("price", connector.KindDecimal, ""),
			point("seen", connector.KindInstant, connector.MeansLastSeen), point("managed", connector.KindBool, ""),
			{Name: "pin", Title: "PIN", Type: connector.KindText, Secret: true},
		}},
	}
}

func TestTheFirstRuleThatAppliesDecides(t *testing.T) {
	t.Parallel()
	set := newSet(t,
		sortrules.Rule{ID: "off", Kind: "asset", When: typeIs("Printer"), Skip: true, Disabled: true},
		sortrules.Rule{ID: "printers", Kind: "asset", When: typeIs(" printer "), Layout: "l-print"},
		sortrules.Rule{ID: "again", Kind: "asset", When: typeIs("Printer"), Layout: "l-other"},
		sortrules.Rule{ID: "by id", Kind: "asset", When: typeIs("42"), Layout: "l-42"},
		sortrules.Rule{ID: "scan", Kind: "contact", When: nameIs("Scan to Mail"), Skip: true},
		sortrules.Rule{ID: "straße", Kind: "asset", When: typeIs("ÄRGER"), Layout: "l-de"},
		sortrules.Rule{ID: "rest", Kind: "contact", When: sortrules.Condition{Op: sortrules.OpAlways}, Layout: "l-rest"},
	)
	tests := map[string]struct {
		kind    connector.Kind
		record  connector.Record
		want    sortrules.Placement
		because string
	}{
		"the first that applies decides": {
			kind: "asset", record: connector.Record{Type: "PRINTER\t"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-print", Rule: "printers"}, because: `type is "PRINTER"`,
		},
		"a type's id": {
			kind: "asset", record: connector.Record{Type: "Phone", TypeID: "42"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-42", Rule: "by id"}, because: `type is "42"`,
		},
		"skip": {
			kind: "contact", record: connector.Record{Name: "scan to mail"},
			want: sortrules.Placement{Outcome: sortrules.Skip, Rule: "scan"}, because: `name is "scan to mail"`,
		},
		"every other": {
			kind: "contact", record: connector.Record{},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-rest", Rule: "rest"}, because: "always",
		},
		"letter case beyond ASCII": {
			kind: "asset", record: connector.Record{Type: "ärger"},
			want: sortrules.Placement{Outcome: sortrules.Layout, Layout: "l-de", Rule: "straße"}, because: `type is "ärger"`,
		},
		"another kind":        {kind: "customer", record: connector.Record{Type: "Printer"}},
		"part of the value":   {kind: "asset", record: connector.Record{Type: "Printer (old)"}},
		"the name isn't type": {kind: "asset", record: connector.Record{Name: "Printer"}},
		"nothing to compare":  {kind: "asset"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := sortrules.Subject{Kind: tt.kind, Record: tt.record}
			require.Empty(t, cmp.Diff(tt.want, set.Place(subject)))
			require.Equal(t, tt.because, set.Because(subject))
		})
	}
}

func TestNoRulesPlaceNothing(t *testing.T) {
	t.Parallel()
	empty := newSet(t)
	for _, set := range []*sortrules.RuleSet{nil, empty} {
		subject := sortrules.Subject{Kind: "asset", Record: connector.Record{Type: "Printer"}}
		require.Zero(t, set.Place(subject))
		require.Empty(t, set.Because(subject))
		require.Empty(t, set.Explain(subject).Rules)
		require.Empty(t, set.Rules())
		problems, warnings := set.Check(sortrules.Surroundings{})
		require.Empty(t, problems)
		require.Empty(t, warnings)
		data, err := set.MarshalJSON()
		require.NoError(t, err)
		require.JSONEq(t, `{"version":2,"rules":[]}`, string(data))
		fingerprint, err := set.Fingerprint()
		require.NoError(t, err)
		require.NotEmpty(t, fingerprint)
	}
}

func TestTheRulesOfASetDoNotChange(t *testing.T) {
	t.Parallel()
	given := []sortrules.Rule{rule("a", sortrules.Condition{All: []sortrules.Condition{typeIs("Printer"), nameIs("x")}})}
	set, err := sortrules.New(given, nil)
	require.NoError(t, err)
	given[0].ID, given[0].When.All[0].Field = "changed", "name"
	set.Rules()[0].ID, set.Rules()[0].When.All[0].Field = "changed too", "name"
	require.Equal(t, "a", set.Rules()[0].ID)
	require.Equal(t, "type", set.Rules()[0].When.All[0].Field)
}

func TestTheFingerprintIsThatOfTheDecisions(t *testing.T) {
	t.Parallel()
	base := []sortrules.Rule{rule("a", typeIs("Printer")), {ID: "b", Kind: "asset", When: nameIs("x"), Skip: true}}
	of := func(change func(r []sortrules.Rule) []sortrules.Rule) string {
		fingerprint, err := newSet(t, change(append([]sortrules.Rule(nil), base...))...).Fingerprint()
		require.NoError(t, err)
		return fingerprint
	}
	same := func(r []sortrules.Rule) []sortrules.Rule { return r }
	for name, change := range map[string]func(r []sortrules.Rule) []sortrules.Rule{
		"another name": func(r []sortrules.Rule) []sortrules.Rule { r[0].ID = "c"; return r },
		"a note":       func(r []sortrules.Rule) []sortrules.Rule { r[0].Note = "why"; return r },
		"a disabled rule": func(r []sortrules.Rule) []sortrules.Rule {
			return append(r, sortrules.Rule{ID: "c", Kind: "asset", When: nameIs("y"), Skip: true, Disabled: true})
		},
	} {
		require.Equal(t, of(same), of(change), name)
	}
	for name, change := range map[string]func(r []sortrules.Rule) []sortrules.Rule{
		"another order":     func(r []sortrules.Rule) []sortrules.Rule { r[0], r[1] = r[1], r[0]; return r },
		"another layout":    func(r []sortrules.Rule) []sortrules.Rule { r[0].Layout = "layout-2"; return r },
		"another value":     func(r []sortrules.Rule) []sortrules.Rule { r[0].When.Value = connector.Text("Scanner"); return r },
		"a value of a kind": func(r []sortrules.Rule) []sortrules.Rule { r[0].When.Value = connector.Integer(4); return r },
		"another op":        func(r []sortrules.Rule) []sortrules.Rule { r[0].When.Op = sortrules.OpContains; return r },
		"turned round":      func(r []sortrules.Rule) []sortrules.Rule { r[0].When.Not = true; return r },
		"another kind":      func(r []sortrules.Rule) []sortrules.Rule { r[0].Kind = "contact"; return r },
		"one less":          func(r []sortrules.Rule) []sortrules.Rule { r[1].Disabled = true; return r },
	} {
		require.NotEqual(t, of(same), of(change), name)
	}
}
