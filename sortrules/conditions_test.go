package sortrules_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

func decimal(t testing.TB, s string) connector.Value {
	t.Helper()
	v, err := connector.Decimal(s)
	require.NoError(t, err)
	return v
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, s)
	require.NoError(t, err)
	return moment
}

// holds reports whether an asset with the value at the point "x" meets a
// condition on it.
func holds(t testing.TB, c sortrules.Condition, value connector.Value) bool {
	t.Helper()
	c.Point = "x"
	set := newSet(t, rule("r", c))
	subject := sortrules.Subject{Kind: "asset", Record: connector.Record{Fields: connector.Fields{"x": value}}}
	placed := set.Place(subject).Outcome == sortrules.Layout
	explained := set.Explain(subject)
	require.Equal(t, placed, explained.Rules[0].Conditions[0].Holds)
	return placed
}

func TestEachOpComparesAsItSays(t *testing.T) {
	t.Parallel()
	text, list, number := connector.Text, connector.Texts, connector.Integer
	moment := func(s string) connector.Value { return connector.Instant(at(t, s)) }
	tests := []struct {
		op      sortrules.Op
		with    connector.Value
		holds   []connector.Value
		doesNot []connector.Value
	}{
		{
			sortrules.OpEquals, text("Printer"),
			[]connector.Value{text("printer"), text(" PRINTER\n"), list("Scanner", "Printer")},
			[]connector.Value{text("Printers"), text(""), list("Scanner"), number(4), connector.Bool(true)},
		},
		{
			sortrules.OpEquals, text("Kiosk"), // U+212A is the Kelvin sign, U+017F the long s
			[]connector.Value{text("KIOſK"), text("\u212aiosk")},
			[]connector.Value{text("Kiosk\u0301")},
		},
		{sortrules.OpEquals, text("04"), []connector.Value{text("04"), number(4)}, []connector.Value{text("4")}},
		{sortrules.OpEquals, number(4), []connector.Value{text("4"), text("4.0"), number(4)}, []connector.Value{number(5), text("4 ports"), decimal(t, "4.5")}},
		{sortrules.OpEquals, decimal(t, "0.5"), []connector.Value{decimal(t, "0.50"), text("00.5")}, []connector.Value{text("1e-1"), decimal(t, "0.51")}},
		{sortrules.OpEquals, connector.Bool(true), []connector.Value{connector.Bool(true), text("TRUE")}, []connector.Value{connector.Bool(false), text("yes"), number(1)}},
		{sortrules.OpEquals, connector.Bool(false), []connector.Value{connector.Bool(false), text("False")}, []connector.Value{connector.Bool(true), {}}},
		{sortrules.OpEquals, text("true"), []connector.Value{connector.Bool(true), text("True")}, []connector.Value{connector.Bool(false)}},
		{
			sortrules.OpEquals, text("2026-01-31"),
			[]connector.Value{moment("2026-01-31T23:59:59Z"), text("2026-01-31")},
			[]connector.Value{moment("2026-02-01T00:00:00Z"), text("2026-01-31T12:00:00Z")},
		},
		{sortrules.OpIn, connector.List(text("Printer"), number(4), connector.Bool(true)), []connector.Value{text("PRINTER"), number(4), text("4"), connector.Bool(true)}, []connector.Value{text("Scanner"), number(5), connector.Bool(false)}},
		{
			sortrules.OpIn, list("a", "b", "c", "d", "e", "f", "g", "h", "key"),
			[]connector.Value{text("H"), text("\u212aey"), list("z", "c")},
			[]connector.Value{text("i"), text("ab"), number(1), text("ä")},
		},
		{sortrules.OpContains, text("laser"), []connector.Value{text("HP LaserJet"), text("LASER"), list("x", "a laser")}, []connector.Value{text("Lase r"), {}, number(1)}},
		{sortrules.OpContains, text("2"), []connector.Value{number(123), decimal(t, "1.25")}, []connector.Value{number(13), moment("2026-01-31T23:59:59Z"), connector.Bool(true)}},
		{sortrules.OpStarts, text("srv-"), []connector.Value{text("  SRV-01")}, []connector.Value{text("xsrv-01"), text("srv")}},
		{sortrules.OpStarts, text("-1"), []connector.Value{number(-15)}, []connector.Value{number(15)}},
		{sortrules.OpEnds, text("-old"), []connector.Value{text("PC-OLD "), text("\u212a-old")}, []connector.Value{text("PC-OLD2"), text("old")}},
		{sortrules.OpWildcard, text("srv-*-0?"), []connector.Value{text("SRV-web-01"), text("srv--0ä")}, []connector.Value{text("srv-web-011"), text("xsrv-web-01")}},
		{sortrules.OpWildcard, text("pc-*"), []connector.Value{text("PC-"), text("pc-1")}, []connector.Value{text("apc-1")}},
		{sortrules.OpWildcard, text("*-old"), []connector.Value{text("-OLD")}, []connector.Value{text("-older")}},
		{sortrules.OpWildcard, text("*mid*"), []connector.Value{text("aMIDb"), text("mid")}, []connector.Value{text("md")}},
		{sortrules.OpWildcard, text("plain"), []connector.Value{text("PLAIN")}, []connector.Value{text("plain2")}},
		{sortrules.OpWildcard, text("*"), []connector.Value{text("x"), number(0), connector.Bool(false)}, []connector.Value{{}, text(" ")}},
		{sortrules.OpRegex, text(`^(srv|dc)-\d+$`), []connector.Value{text("SRV-12"), text(" dc-1 ")}, []connector.Value{text("srv-"), text("srv-1b")}},
		{sortrules.OpRegex, text(`(?-i)^SRV`), []connector.Value{text("SRV-1")}, []connector.Value{text("srv-1")}},
		{sortrules.OpRegex, text(`^1\d$`), []connector.Value{number(12), text("12")}, []connector.Value{number(112)}},
		{sortrules.OpLess, number(5), []connector.Value{number(4), text("-7"), decimal(t, "4.9")}, []connector.Value{number(5), text("four"), {}, connector.Bool(true)}},
		{sortrules.OpAtMost, decimal(t, "4.5"), []connector.Value{number(4), decimal(t, "4.5")}, []connector.Value{decimal(t, "4.51")}},
		{sortrules.OpMore, decimal(t, "9223372036854775808"), []connector.Value{decimal(t, "9223372036854775809")}, []connector.Value{number(1<<63 - 1), text("9223372036854775808")}},
		{sortrules.OpAtLeast, text("2026-01-31"), []connector.Value{moment("2026-01-31T00:00:00Z"), text("2026-02-01"), text("2026-01-31T00:00:00+00:00")}, []connector.Value{moment("2026-01-30T23:59:59Z"), text("31.1.2027"), number(20270101)}},
		{sortrules.OpLess, text("2026-01-31T12:00:00Z"), []connector.Value{moment("2026-01-31T11:59:59Z")}, []connector.Value{moment("2026-01-31T12:00:00Z")}},
		{sortrules.OpMore, text("2026-01-31"), []connector.Value{moment("2026-02-01T00:00:00Z")}, []connector.Value{moment("2026-01-31T23:00:00Z")}},
		{sortrules.OpBetween, connector.List(number(1), number(4)), []connector.Value{number(1), text("2.5"), number(4), text("4.0")}, []connector.Value{number(0), decimal(t, "4.1"), text("x")}},
		{
			sortrules.OpBetween, list("2026-01-01", "2026-01-31"),
			[]connector.Value{moment("2026-01-01T00:00:00Z"), moment("2026-01-31T23:59:59Z")},
			[]connector.Value{moment("2025-12-31T23:59:59Z"), moment("2026-02-01T00:00:00Z"), number(3)},
		},
		{
			sortrules.OpBetween, list("2026-01-31T12:00:00Z", "2026-01-31"), // the rest of that day
			[]connector.Value{moment("2026-01-31T12:00:00Z"), moment("2026-01-31T23:59:59Z"), text("2026-01-31T23:30:00+01:00")},
			[]connector.Value{moment("2026-01-31T11:59:59Z"), moment("2026-02-01T00:00:00Z"), text("2026-02-01T00:30:00-01:00")},
		},
		{sortrules.OpCIDR, text("fe80::/10"), []connector.Value{text("fe80::1%eth0"), text("FE80::1%12"), text("fe80::1")}, []connector.Value{text("fec0::1%1"), text("%1"), text("fe80::1/64")}},
		{sortrules.OpCIDR, text("10.0.0.0/8"), nil, []connector.Value{text("10.0.0.1%1"), text("10.0.0.01"), text("10.0.0.1:80")}},
		{
			sortrules.OpCIDR, list("10.20.0.0/16", "2001:db8::/32", "192.0.2.7"),
			[]connector.Value{text("10.20.255.1"), text(" 2001:DB8::1 "), text("192.0.2.7"), text("::ffff:10.20.0.1"), list("127.0.0.1", "10.20.0.9")},
			[]connector.Value{text("10.21.0.1"), text("10.20.0.1/24"), text("printer"), text("fe80::1%eth0"), number(10), text("192.0.2.8")},
		},
		{sortrules.OpCIDR, text("::ffff:10.20.0.0/112"), []connector.Value{text("10.20.3.4"), text("::ffff:10.20.3.4")}, []connector.Value{text("10.21.0.1")}},
		{sortrules.OpPresent, connector.Value{}, []connector.Value{text("x"), number(0), connector.Bool(false), moment("2026-01-31T23:59:59Z"), list(" ", "x")}, []connector.Value{{}, text(" \t"), list(" ", " ")}},
		{sortrules.OpAbsent, connector.Value{}, []connector.Value{{}, text(" \t")}, []connector.Value{text("x"), number(0), connector.Bool(false)}},
	}
	for _, tt := range tests {
		c := sortrules.Condition{Op: tt.op, Value: tt.with}
		for want, values := range map[bool][]connector.Value{true: tt.holds, false: tt.doesNot} {
			for _, v := range values {
				c.Not = false
				require.Equal(t, want, holds(t, c, v), "%s %q with %q", tt.op, tt.with, v)
				c.Not = true
				require.Equal(t, !want, holds(t, c, v), "not %s %q with %q", tt.op, tt.with, v)
			}
		}
	}
}

func TestEachFieldIsCompared(t *testing.T) {
	t.Parallel()
	subject := sortrules.Subject{Kind: "contact", Company: "Acme Ltd", Record: connector.Record{
		Name: "Ada", Type: "Staff", TypeID: "7", Status: connector.StatusInactive, Created: at(t, "2026-01-02T03:04:05Z"), Updated: at(t, "2026-03-02T03:04:05Z"),
		Fields: connector.Fields{"email": connector.Text("ada@acme.example"), "desk": connector.Text("555 0100"), "properties.Rack": connector.Text("R2"), "type": connector.Text("point")},
	}}
	place := func(c sortrules.Condition) bool {
		set, err := sortrules.New([]sortrules.Rule{{ID: "r", Kind: "contact", When: c, Skip: true}}, kinds())
		require.NoError(t, err)
		return set.Place(subject).Outcome == sortrules.Skip
	}
	for _, c := range []sortrules.Condition{
		when("type", sortrules.OpEquals, "staff"), when("type", sortrules.OpEquals, "7"), when("type", sortrules.OpContains, "taf"), when("type_id", sortrules.OpEquals, "7"),
		when("name", sortrules.OpEquals, "ADA"), when("company", sortrules.OpStarts, "acme"), when("status", sortrules.OpEquals, "Inactive"),
		when("created", sortrules.OpEquals, "2026-01-02"), when("updated", sortrules.OpMore, "2026-03-01"),
		whenPoint("email", sortrules.OpEnds, "@acme.example"), whenPoint("properties.Rack", sortrules.OpEquals, "r2"), whenPoint("type", sortrules.OpEquals, "point"),
		{Means: connector.MeansEmail, Op: sortrules.OpStarts, Value: connector.Text("ada@")},
		{Means: connector.MeansPhone, Op: sortrules.OpEnds, Value: connector.Text("0100")}, // the second point that means it
		{Field: "type", Op: sortrules.OpIn, Value: connector.Texts("8", "7"), Not: false},
	} {
		require.True(t, place(c), c.String())
		c.Not = true
		require.False(t, place(c), c.String())
	}
	for _, c := range []sortrules.Condition{
		when("type", sortrules.OpContains, "7"), when("type", sortrules.OpStarts, "7"), when("type_id", sortrules.OpEquals, "staff"), when("type", sortrules.OpEquals, "point"),
		whenPoint("name", sortrules.OpEquals, "Ada"),
		{Means: connector.MeansSerial, Op: sortrules.OpPresent},
		whenPoint("properties.rack", sortrules.OpPresent, ""),
	} {
		require.False(t, place(c), c.String())
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	yes, no := typeIs("Printer"), typeIs("Scanner")
	group := func(one bool, members ...sortrules.Condition) sortrules.Condition {
		if one {
			return sortrules.Condition{Any: members}
		}
		return sortrules.Condition{All: members}
	}
	subject := sortrules.Subject{Kind: "asset", Record: connector.Record{Type: "printer"}}
	for _, tt := range []struct {
		c    sortrules.Condition
		want bool
	}{
		{group(false, yes, yes), true},
		{group(false, yes, no), false},
		{group(true, no, yes), true},
		{group(true, no, no), false},
		{group(false, yes, group(true, no, yes)), true},
		{group(false, yes, group(true, no, no)), false},
		{group(true, no, group(false, yes, yes)), true},
		{group(true, no, group(false, yes, no)), false},
		{group(false, group(false, yes), group(true, yes)), true},
	} {
		set := newSet(t, rule("r", tt.c))
		require.Equal(t, tt.want, set.Place(subject).Outcome == sortrules.Layout, tt.c.String())
		require.Equal(t, tt.want, set.Because(subject) != "", tt.c.String())
	}
}
