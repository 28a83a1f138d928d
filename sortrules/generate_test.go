package sortrules_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// Generators draw from few values, so that rules and records meet.

var someTexts = []string{
	"Printer", "printer ", "PRINTER", "Server", "ſerver", "Ärger", "ärger", "print", "ter", "\u212aiosk", "kiosk", "7", "07", "7.0", "-3", "true",
	"2026-01-31", "2026-01-31T12:00:00Z", "10.20.1.1", "10.20.0.0/16", "2001:db8::1", "a*b", "日本", "archived", "Straße", "STRASSE", "\u1e9e", "ß", "İ", "I", "ı", "ΣΑΣ", "σας", "\u01c4", "\u01c5", "\u00a0p\u2003", "a\u0308", "1,204", "1e3", "-0", "9223372036854775808",
	"2026-01-31T00:30:00+02:00", "::ffff:10.20.1.1", "fe80::1%eth0", "10.20.1.1%x", "a\nb",
}

func textValue() *rapid.Generator[string] { return rapid.SampledFrom(someTexts) }

// value is anything that a data point can carry.
func value() *rapid.Generator[connector.Value] {
	scalar := rapid.OneOf(
		rapid.Map(textValue(), connector.Text),
		rapid.Map(rapid.Int64Range(-4, 12), connector.Integer),
		rapid.Map(rapid.Int64Range(-40, 120), func(n int64) connector.Value {
			v, _ := connector.Decimal(fmt.Sprintf("%d.%d", n/10, max(n%10, 0)))
			return v
		}),
		rapid.Map(rapid.Bool(), connector.Bool),
		rapid.Map(rapid.Int64Range(-50, 50), func(hours int64) connector.Value {
			return connector.Instant(time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour))
		}),
		rapid.Just(connector.Value{}), rapid.Just(connector.Text(" ")),
	)
	return rapid.OneOf(scalar, scalar, rapid.Map(rapid.SliceOfN(scalar, 0, 3), func(items []connector.Value) connector.Value { return connector.List(items...) }))
}

func subjects() *rapid.Generator[sortrules.Subject] {
	return rapid.Custom(func(t *rapid.T) sortrules.Subject {
		text := func(name string) string {
			return rapid.OneOf(textValue(), rapid.Just("")).Draw(t, name)
		}
		s := sortrules.Subject{Kind: connector.Kind(rapid.SampledFrom([]string{"asset", "contact"}).Draw(t, "kind")), Company: text("company")}
		s.Record = connector.Record{
			Name: text("name"), Type: text("type"), TypeID: text("type id"),
			Status: connector.Status(rapid.IntRange(0, 2).Draw(t, "status")),
		}
		if rapid.Bool().Draw(t, "dated") {
			s.Record.Created = time.Date(2026, 1, rapid.IntRange(29, 33).Draw(t, "day"), rapid.IntRange(0, 23).Draw(t, "hour"), 0, 0, 0, time.UTC)
		}
		s.Record.Fields = make(connector.Fields)
		for _, point := range []string{"serial", "phone", "desk", "ports", "seen", "custom"} {
			if v := value().Draw(t, point); !v.IsAbsent() {
				s.Record.Fields[point] = v
			}
		}
		return s
	})
}

// comparison generates comparisons that are valid in themselves.
func comparison() *rapid.Generator[sortrules.Condition] {
	text := rapid.Map(textValue(), connector.Text)
	number := rapid.Map(rapid.Int64Range(-4, 12), connector.Integer)
	date := rapid.Map(rapid.SampledFrom([]string{"2026-01-30", "2026-01-31", "2026-02-01", "2026-01-31T12:00:00Z"}), connector.Text)
	return rapid.Custom(func(t *rapid.T) sortrules.Condition {
		var c sortrules.Condition
		switch rapid.IntRange(0, 2).Draw(t, "subject") {
		case 0:
			c.Field = rapid.SampledFrom([]string{"type", "type_id", "name", "company", "status", "created", "updated"}).Draw(t, "field")
		case 1:
			c.Point = rapid.SampledFrom([]string{"serial", "ports", "seen", "custom", "desk"}).Draw(t, "point")
		default:
			c.Means = rapid.SampledFrom([]connector.Meaning{connector.MeansSerial, connector.MeansPhone, connector.MeansLastSeen, connector.MeansEmail}).Draw(t, "means")
		}
		c.Not = rapid.Bool().Draw(t, "not")
		c.Op = rapid.SampledFrom([]sortrules.Op{
			sortrules.OpEquals, sortrules.OpIn, sortrules.OpContains, sortrules.OpStarts, sortrules.OpEnds, sortrules.OpWildcard, sortrules.OpRegex,
			sortrules.OpLess, sortrules.OpAtMost, sortrules.OpMore, sortrules.OpAtLeast, sortrules.OpBetween, sortrules.OpCIDR, sortrules.OpPresent, sortrules.OpAbsent,
		}).Draw(t, "op")
		switch c.Op {
		case sortrules.OpEquals:
			c.Value = rapid.OneOf(text, number, rapid.Map(rapid.Bool(), connector.Bool)).Draw(t, "value")
		case sortrules.OpIn:
			c.Value = connector.List(rapid.SliceOfN(rapid.OneOf(text, text, number), 1, 12).Draw(t, "values")...)
		case sortrules.OpContains, sortrules.OpStarts, sortrules.OpEnds:
			c.Value = rapid.OneOf(text, rapid.Map(rapid.SampledFrom([]string{"p", "er", "ä", "s", "K", "1", "-", "0."}), connector.Text)).Draw(t, "value")
		case sortrules.OpWildcard:
			c.Value = connector.Text(rapid.SampledFrom([]string{"*", "p*", "*er", "*in*", "pr?nter", "?*?", "*s?r*", "printer", "*7*", "1?", "*ß*", "?"}).Draw(t, "pattern"))
		case sortrules.OpRegex:
			c.Value = connector.Text(rapid.SampledFrom([]string{"^p", "er$", `^\d+$`, "(?-i)^P", "ä|s", "^$", "k", "ß", "σ", "^.*$"}).Draw(t, "regex"))
		case sortrules.OpLess, sortrules.OpAtMost, sortrules.OpMore, sortrules.OpAtLeast:
			c.Value = rapid.OneOf(number, date).Draw(t, "bound")
		case sortrules.OpBetween:
			low := rapid.Int64Range(-4, 8).Draw(t, "low")
			c.Value = connector.List(connector.Integer(low), connector.Integer(low+rapid.Int64Range(0, 4).Draw(t, "width")))
			if rapid.Bool().Draw(t, "dates") {
				c.Value = connector.Texts("2026-01-30", rapid.SampledFrom([]string{"2026-01-31", "2026-01-30", "2026-02-01T00:00:00Z"}).Draw(t, "to"))
			}
		case sortrules.OpCIDR:
			c.Value = connector.Texts(rapid.SampledFrom([]string{"10.0.0.0/8", "10.20.0.0/16", "10.20.1.1", "2001:db8::/32", "0.0.0.0/0", "fe80::/10", "::/0"}).Draw(t, "network"))
		default: // takes none
		}
		return c
	})
}

func condition() *rapid.Generator[sortrules.Condition] {
	group := func(member *rapid.Generator[sortrules.Condition]) *rapid.Generator[sortrules.Condition] {
		return rapid.Custom(func(t *rapid.T) sortrules.Condition {
			members := rapid.SliceOfN(member, 1, 3).Draw(t, "members")
			if rapid.Bool().Draw(t, "any") {
				return sortrules.Condition{Any: members}
			}
			return sortrules.Condition{All: members}
		})
	}
	inner := rapid.OneOf(comparison(), comparison(), group(comparison()))
	return rapid.OneOf(comparison(), comparison(), group(inner), rapid.Just(sortrules.Condition{Op: sortrules.OpAlways}))
}

func ruleList() *rapid.Generator[[]sortrules.Rule] {
	return rapid.Custom(func(t *rapid.T) []sortrules.Rule {
		made := make([]sortrules.Rule, rapid.IntRange(0, 6).Draw(t, "n"))
		for i := range made {
			made[i] = sortrules.Rule{
				ID:       string(rune('a' + i)),
				Kind:     connector.Kind(rapid.SampledFrom([]string{"asset", "contact"}).Draw(t, "kind")),
				When:     condition().Draw(t, "when"),
				Skip:     rapid.Bool().Draw(t, "skip"),
				Disabled: rapid.IntRange(0, 4).Draw(t, "disabled") == 0,
				Note:     rapid.SampledFrom([]string{"", "asked for by reception", "“quoted” <b>"}).Draw(t, "note"),
			}
			if !made[i].Skip {
				made[i].Layout = "layout-1"
			}
		}
		return made
	})
}
