package sortrules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// everyOp are conditions with each op on the point "x".
func everyOp(text string) []sortrules.Condition {
	var conditions []sortrules.Condition
	for _, op := range []sortrules.Op{sortrules.OpEquals, sortrules.OpContains, sortrules.OpStarts, sortrules.OpEnds, sortrules.OpWildcard, sortrules.OpRegex} {
		conditions = append(conditions, whenPoint("x", op, text))
	}
	return append(conditions,
		sortrules.Condition{Point: "x", Op: sortrules.OpIn, Value: connector.Texts("a", "b", "c", "d", "e", "f", "g", text)},
		whenPoint("x", sortrules.OpCIDR, "10.0.0.0/8"), whenPoint("x", sortrules.OpAtLeast, "2026-01-31"),
		sortrules.Condition{Point: "x", Op: sortrules.OpMore, Value: connector.Integer(1)}, sortrules.Condition{Point: "x", Op: sortrules.OpAbsent},
	)
}

// subjectWith is an asset with the value at the point "x".
func subjectWith(v connector.Value) sortrules.Subject {
	return sortrules.Subject{Kind: "asset", Record: connector.Record{Fields: connector.Fields{"x": v}}}
}

func TestOnlyTheBeginningOfAValueIsLookedAt(t *testing.T) {
	t.Parallel()
	const far = 10 << 20
	place := func(c sortrules.Condition, v connector.Value) bool {
		return newSet(t, rule("r", c)).Place(subjectWith(v)).Outcome == sortrules.Layout
	}
	long := func(before int, text string) connector.Value {
		return connector.Text(strings.Repeat("x", before) + text + strings.Repeat("x", far))
	}
	for _, op := range []sortrules.Op{sortrules.OpContains, sortrules.OpRegex} {
		require.True(t, place(whenPoint("x", op, "needle"), long(1024-6, "needle")), op)
		require.False(t, place(whenPoint("x", op, "needle"), long(1024-5, "needle")), op)
		require.False(t, place(whenPoint("x", op, "needle"), long(far, "needle")), op)
	}
	require.False(t, place(whenPoint("x", sortrules.OpEnds, "needle"), connector.Text(strings.Repeat("x", far)+"needle")))
	require.True(t, place(whenPoint("x", sortrules.OpWildcard, "needle*x?"), long(0, "needle")))
	require.True(t, place(whenPoint("x", sortrules.OpStarts, "ä"), connector.Text("ä"+strings.Repeat("x", far))))
	require.False(t, place(sortrules.Condition{Point: "x", Op: sortrules.OpPresent}, connector.Text(strings.Repeat(" ", far)+"x")), "white space is looked at no further")
	// A character that the end cuts in two doesn't count.
	require.True(t, place(whenPoint("x", sortrules.OpRegex, "^x+$"), connector.Text(strings.Repeat("x", 1023)+"ä")))
	require.True(t, place(whenPoint("x", sortrules.OpRegex, "^x+ä$"), connector.Text(strings.Repeat("x", 1022)+"ä")))

	name := newSet(t, rule("r", when("name", sortrules.OpContains, "needle")))
	require.Zero(t, name.Place(sortrules.Subject{Kind: "asset", Record: connector.Record{Name: long(1024, "needle").String()}}))
}

func TestOnlyTheFirstItemsOfAListAreLookedAt(t *testing.T) {
	t.Parallel()
	const many = 1_000_000
	items := make([]string, many)
	for i := range items {
		items[i] = fmt.Sprint("item ", i)
	}
	subject := subjectWith(connector.Texts(items...))
	has := func(item int) bool {
		return newSet(t, rule("r", whenPoint("x", sortrules.OpEquals, fmt.Sprint("item ", item)))).Place(subject).Outcome == sortrules.Layout
	}
	require.True(t, has(99))
	require.False(t, has(100))
	require.False(t, has(many-1))

	nested := make([]connector.Value, 50)
	for i := range nested {
		nested[i] = connector.Texts(fmt.Sprint("item ", 3*i), fmt.Sprint("item ", 3*i+1), fmt.Sprint("item ", 3*i+2))
	}
	subject = subjectWith(connector.List(nested...))
	require.True(t, has(99))
	require.False(t, has(100), "the items of all lists count together")

	deep := connector.Text("item 0")
	for range 8 {
		deep = connector.List(deep)
	}
	subject = subjectWith(deep)
	require.True(t, has(0))
	subject = subjectWith(connector.List(deep))
	require.False(t, has(0))
}

func TestALongValueIsNoneOfManyShortOnes(t *testing.T) {
	t.Parallel()
	set := newSet(t, rule("r", sortrules.Condition{Point: "x", Op: sortrules.OpIn, Value: connector.Texts("a", "b", "c", "d", "e", "f", "g", strings.Repeat("h", 64))}))
	for n := 60; n < 70; n++ {
		placed := set.Place(subjectWith(connector.Text(strings.Repeat("H", n))))
		require.Equal(t, n == 64, placed.Outcome == sortrules.Layout, n)
	}
}

func TestTheItemsOfAListAreLookedAtTogether(t *testing.T) {
	t.Parallel()
	items := make([]connector.Value, 8)
	for i := range items {
		items[i] = connector.Text(fmt.Sprint(i) + strings.Repeat("x", 1<<20))
	}
	subject := subjectWith(connector.List(items...))
	for i := range items {
		placed := newSet(t, rule("r", whenPoint("x", sortrules.OpStarts, fmt.Sprint(i)))).Place(subject)
		require.Equal(t, i < 4, placed.Outcome == sortrules.Layout, "item %d", i)
	}
}

// The slowest rules meet the slowest records. What took half a minute before
// there were bounds takes a small part of a second.
func TestTheSlowestRulesEndInTime(t *testing.T) {
	t.Parallel()
	var rules []sortrules.Rule
	for i := range 1000 {
		rules = append(rules, rule(fmt.Sprint(i), whenPoint("x", sortrules.OpContains, strings.Repeat("ä", 256)+fmt.Sprint(i))))
	}
	items := make([]connector.Value, 100)
	for i := range items {
		items[i] = connector.Text(strings.Repeat("Ä", 512))
	}
	start := time.Now()
	require.Zero(t, newSet(t, rules...).Place(subjectWith(connector.List(items...))))
	require.Less(t, time.Since(start), 20*time.Second)

	wildcards := rules[:30]
	for i := range wildcards {
		wildcards[i].When = whenPoint("x", sortrules.OpWildcard, "*?"+strings.Repeat("ä", 90)+fmt.Sprint(i)+"?*b*")
	}
	_, err := sortrules.New(wildcards, nil)
	require.ErrorContains(t, err, "the steps of their regular expressions and wildcards are")
	for i := range wildcards {
		wildcards[i].When = whenPoint("x", sortrules.OpWildcard, "*"+strings.Repeat("ä", 90)+fmt.Sprint(i)+"*")
	}
	_, err = sortrules.New(wildcards, nil)
	require.NoError(t, err, "these are parts, and cheap")
}

// What is allocated stands for what is done: to fold, copy or decode a value
// takes memory. Regular expressions keep theirs in pools that the garbage
// collector and the race detector empty, so they are placed by and not counted;
// that they see no more than the beginning of a value is tested above.
//
//nolint:paralleltest // allocations are counted
func TestHostileRecordsCostNoMemory(t *testing.T) {
	fields := connector.Fields{"x": connector.Text("v")}
	for i := range 1_000_000 {
		fields[fmt.Sprint("key ", i)] = connector.Text("v")
	}
	huge := connector.Text(strings.Repeat("ä*a?", 10<<18))
	list := make([]connector.Value, 1000)
	for i := range list {
		list[i] = huge
	}
	rules := []sortrules.Rule{rule("stars", whenPoint("x", sortrules.OpWildcard, strings.Repeat("*a", 98)+"*b"))}
	regexes := []sortrules.Rule{rule("regex", whenPoint("x", sortrules.OpRegex, `(ä*a*)*(a|ä|\*)*needle`))}
	for i, c := range everyOp("needle") {
		if c.Op == sortrules.OpRegex {
			regexes = append(regexes, rule(fmt.Sprint(i), c))
			continue
		}
		rules = append(rules, rule(fmt.Sprint(i), c))
	}
	set, withRegexes := newSet(t, rules...), newSet(t, append(regexes, rules...)...)
	for name, subject := range map[string]sortrules.Subject{
		"a million keys":       {Kind: "asset", Record: connector.Record{Name: "x", Fields: fields}},
		"10 MB":                subjectWith(huge),
		"a list of 10 MB each": subjectWith(connector.List(list...)),
		"10 MB everywhere": {Kind: "asset", Company: huge.String(), Record: connector.Record{
			Name: huge.String(), Type: huge.String(), TypeID: huge.String(), Fields: connector.Fields{"x": huge},
		}},
	} {
		require.Zero(t, withRegexes.Place(subject), name)
		require.Less(t, testing.AllocsPerRun(3, func() { set.Place(subject) }), 10.0, name) // none of ours: what the runtime does meanwhile counts too
		explained := withRegexes.Explain(subject)
		require.Less(t, len(explained.String()), 10_000, name)
	}
}

//nolint:paralleltest // allocations are counted
func TestPlacingAllocatesNothing(t *testing.T) {
	subject := benchSubject()
	subject.Record.Fields["ports"], subject.Record.Fields["seen"] = connector.Integer(12), connector.Instant(at(t, "2026-01-02T03:04:05Z"))
	for _, c := range append(tenConditions(),
		typeIs("syncro device"), when("type", sortrules.OpEquals, "70001"), when("name", sortrules.OpWildcard, "h*0?7"), when("name", sortrules.OpEnds, "ü"),
		when("name", sortrules.OpStarts, "Ä"), when("name", sortrules.OpContains, "ß"), when("status", sortrules.OpEquals, "active"),
		sortrules.Condition{Field: "type", Op: sortrules.OpIn, Value: connector.Texts("a", "b", "c", "d", "e", "f", "g", "h", "i")},
		sortrules.Condition{Point: "macs", Op: sortrules.OpStarts, Value: connector.Text("zz")}, sortrules.Condition{Point: "ip", Op: sortrules.OpCIDR, Value: connector.Text("10.20.0.0/16")},
		sortrules.Condition{Point: "ports", Op: sortrules.OpAtLeast, Value: connector.Integer(4)}, sortrules.Condition{Point: "ports", Op: sortrules.OpEquals, Value: connector.Text("12")},
		sortrules.Condition{Point: "seen", Op: sortrules.OpLess, Value: connector.Text("2026-01-02")}, sortrules.Condition{Point: "serial", Op: sortrules.OpMore, Value: connector.Integer(4)},
		sortrules.Condition{Point: "gone", Op: sortrules.OpPresent},
	) {
		set := newSet(t, rule("r", c))
		require.Zero(t, testing.AllocsPerRun(100, func() { set.Place(subject) }), c.String())
	}
}
