package sortrules_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// benchRecord is a device as Syncro's agents report one.
func benchSubject() sortrules.Subject {
	return sortrules.Subject{Kind: "asset", Company: "Harbor Dental, Inc.", Record: connector.Record{
		Key: "4711", Container: "12", Name: "HARBOR-WS-017", Type: "Syncro Device", TypeID: "70001",
		Fields: connector.Fields{
			"serial": connector.Text("5CG1234XYZ"), "manufacturer": connector.Text("Hewlett-Packard"), "model": connector.Text("HP EliteDesk 800 G5"),
			"os": connector.Text("Microsoft Windows 11 Pro"), "macs": connector.Texts("aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:fe"), "ip": connector.Texts("10.20.1.17"),
			"hostname": connector.Text("HARBOR-WS-017"), "site": connector.Text("Main office"), "domain": connector.Text("harbor.local"), "form_factor": connector.Text("Desktop"),
		},
	}}
}

// tenConditions compare values as a starter set does; none holds, so that all
// are evaluated.
func tenConditions() []sortrules.Condition {
	return []sortrules.Condition{
		when("type", sortrules.OpEquals, "Printer"), when("type", sortrules.OpEquals, "Firewall"), when("type", sortrules.OpEquals, "Switch"),
		when("name", sortrules.OpStarts, "PRN-"), when("name", sortrules.OpStarts, "SRV-"), when("name", sortrules.OpContains, "scan to"),
		when("name", sortrules.OpContains, "printer"), when("company", sortrules.OpEquals, "Our own office"),
		whenPoint("manufacturer", sortrules.OpEquals, "Ubiquiti"), whenPoint("manufacturer", sortrules.OpContains, "lexmark"),
	}
}

func place(b *testing.B, rules []sortrules.Rule, want sortrules.Outcome) {
	b.Helper()
	set, err := sortrules.New(rules, nil)
	require.NoError(b, err)
	subject := benchSubject()
	require.Equal(b, want, set.Place(subject).Outcome)
	b.ReportAllocs()
	for b.Loop() {
		set.Place(subject)
	}
}

func BenchmarkPlaceTenConditions(b *testing.B) {
	b.Run("in one rule", func(b *testing.B) {
		place(b, []sortrules.Rule{rule("any", sortrules.Condition{Any: tenConditions()})}, sortrules.None)
	})
	b.Run("in ten rules", func(b *testing.B) {
		var rules []sortrules.Rule
		for i, c := range tenConditions() {
			rules = append(rules, rule(fmt.Sprint(i), c))
		}
		place(b, rules, sortrules.None)
	})
	b.Run("all of which hold", func(b *testing.B) {
		place(b, []sortrules.Rule{rule("all", sortrules.Condition{All: []sortrules.Condition{
			when("type", sortrules.OpEquals, "syncro device"), when("type", sortrules.OpStarts, "sync"), when("name", sortrules.OpStarts, "harbor"),
			when("name", sortrules.OpContains, "-ws-"), when("company", sortrules.OpContains, "dental"), when("status", sortrules.OpEquals, "active"),
			whenPoint("manufacturer", sortrules.OpStarts, "Hewlett"), whenPoint("manufacturer", sortrules.OpContains, "packard"),
			whenPoint("model", sortrules.OpContains, "elitedesk"), whenPoint("model", sortrules.OpStarts, "HP"),
		}})}, sortrules.Layout)
	})
}

func BenchmarkPlaceFiftyRules(b *testing.B) {
	var simple, pairs []sortrules.Rule
	for i := range 50 {
		c := tenConditions()[i%10]
		c.Value = connector.Text(fmt.Sprintf("%s%02d", c.Value.String()[:4], i))
		simple = append(simple, rule(fmt.Sprint(i), c))
		pairs = append(pairs, rule(fmt.Sprint(i), sortrules.Condition{All: []sortrules.Condition{
			when("type", sortrules.OpEquals, "Syncro Device"), c,
		}}))
	}
	b.Run("of one condition", func(b *testing.B) { place(b, simple, sortrules.None) })
	b.Run("of two conditions", func(b *testing.B) { place(b, pairs, sortrules.None) })
	var types []sortrules.Rule
	for i := range 50 {
		types = append(types, rule(fmt.Sprint(i), when("type", sortrules.OpEquals, fmt.Sprintf("Type %d", i))))
	}
	b.Run("by type", func(b *testing.B) { place(b, types, sortrules.None) })
}

// BenchmarkPlaceOthers are conditions that cost more.
func BenchmarkPlaceOthers(b *testing.B) {
	for name, c := range map[string]sortrules.Condition{
		"wildcard": when("name", sortrules.OpWildcard, "h*r-x?-*9"),
		"regex":    when("name", sortrules.OpRegex, `^(srv|sql|dc)-?\d+$`),
		"cidr":     whenPoint("ip", sortrules.OpCIDR, "10.30.0.0/16"),
		"list":     whenPoint("macs", sortrules.OpStarts, "00:"),
		"in":       {Field: "type", Op: sortrules.OpIn, Value: connector.Texts("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")},
	} {
		b.Run(name, func(b *testing.B) { place(b, []sortrules.Rule{rule("r", c)}, sortrules.None) })
	}
}
