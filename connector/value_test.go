package connector_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

func decimal(t testing.TB, s string) connector.Value {
	t.Helper()
	v, err := connector.Decimal(s)
	require.NoError(t, err)
	return v
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 123456000, time.UTC)

// values are many values of every kind, some of them equal, some nearly so.
func values(t testing.TB) []connector.Value {
	plain := []connector.Value{
		{},
		connector.Text("a"), connector.Text("b"), connector.Text("1"), connector.Text("true"), connector.Text(" "), connector.Text("ü"),
		connector.Text("t1:a"), connector.Text("3:abc"), connector.Text("1:a"), connector.Text("2026-01-02T12:00:00.123456Z"), connector.Text("<&>\u2028"),
		connector.Integer(0), connector.Integer(1), connector.Integer(-1), connector.Integer(math.MaxInt64), connector.Integer(math.MinInt64),
		connector.Integer(1<<53 + 1), decimal(t, "4.0"), connector.Integer(4), decimal(t, "0.1"), decimal(t, "0.10"), decimal(t, "-0.1"),
		decimal(t, "9223372036854775808"), decimal(t, "1e30"), decimal(t, "1.5e-30"), connector.Bool(true), connector.Bool(false),
		connector.Instant(noon), connector.Instant(noon.In(time.FixedZone("", 3600))), connector.Instant(noon.Add(time.Microsecond)),
		connector.Instant(noon.Add(time.Nanosecond)), connector.Instant(time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC)), connector.Instant(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)),
	}
	out := append([]connector.Value(nil), plain...)
	for _, v := range plain {
		out = append(out, connector.List(v), connector.List(v, v), connector.List(connector.List(v)), connector.List(v, connector.List(v)))
	}
	return append(out, connector.Texts("a", "b"), connector.Texts("b", "a"), connector.Texts("ab"), connector.Texts("a", "", "b"), connector.List())
}

func TestTheCanonicalFormIsEqualForEqualValuesOnly(t *testing.T) {
	t.Parallel()
	all := values(t)
	for _, x := range all {
		for _, y := range all {
			same := bytes.Equal(x.AppendCanonical(nil), y.AppendCanonical(nil))
			require.Equal(t, x.Equal(y), same, "%v (%v) and %v (%v)", x, x.Kind(), y, y.Kind())
			require.Equal(t, same, cmp.Equal(x, y), "cmp uses Equal")
		}
	}
}

// Two values one after the other must not read as two others.
func TestTheCanonicalFormEndsByItself(t *testing.T) {
	t.Parallel()
	all := values(t)
	for _, x := range all {
		for _, y := range all {
			a, b := x.AppendCanonical(nil), y.AppendCanonical(nil)
			require.False(t, len(a) < len(b) && bytes.HasPrefix(b, a), "%q begins %q", a, b)
		}
	}
}

// What is hashed is stored: the form never changes between versions.
func TestTheCanonicalFormStays(t *testing.T) {
	t.Parallel()
	v := connector.List(connector.Text("ü"), connector.Integer(-7), decimal(t, "0.50"), connector.Bool(true), connector.Instant(noon), connector.List(connector.Text("x")))
	require.Equal(t, "l6:t2:ün-7;f3:0.5b1;i1767355200123456;l1:t1:x", string(v.AppendCanonical(nil)))
	require.Equal(t, "a", string(connector.Value{}.AppendCanonical(nil)))
}

func TestJSONKeepsEveryValue(t *testing.T) {
	t.Parallel()
	for _, v := range values(t) {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back connector.Value
		require.NoError(t, json.Unmarshal(text, &back), "%s", text)
		require.True(t, v.Equal(back), "%s became %v", text, back)
	}
}

func TestTheJSONFormIsWhatOneExpects(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]connector.Value{
		`null`: {}, `"a"`: connector.Text("a"), `7`: connector.Integer(7), `0.5`: decimal(t, "0.50"), `true`: connector.Bool(true),
		`{"at":"2026-01-02T12:00:00.123456Z"}`: connector.Instant(noon), `["a",1]`: connector.List(connector.Text("a"), connector.Integer(1)),
	} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
}

func TestEqualThingsAreMadeEqual(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]connector.Value{
		"empty text is absent":          {connector.Text(""), {}},
		"only NUL is absent":            {connector.Text("\x00"), {}},
		"NUL is dropped":                {connector.Text("a\x00b"), connector.Text("ab")},
		"broken UTF-8 is replaced":      {connector.Text("a\xff"), connector.Text("a\uFFFD")},
		"4.0 is 4":                      {decimal(t, "4.0"), connector.Integer(4)},
		"400e-2 is 4":                   {decimal(t, "400e-2"), connector.Integer(4)},
		"minus zero is zero":            {decimal(t, "-0.0"), connector.Integer(0)},
		"trailing zeros":                {decimal(t, "1.50"), decimal(t, "01.5")},
		"a moment has no zone":          {connector.Instant(noon), connector.Instant(noon.In(time.FixedZone("x", -7200)))},
		"nor nanoseconds":               {connector.Instant(noon), connector.Instant(noon.Add(999))},
		"no moment is absent":           {connector.Instant(time.Time{}), {}},
		"nor is one before time":        {connector.Instant(time.Time{}.Add(1)), {}},
		"nor one that JSON can't write": {connector.Instant(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)), {}},
		"nor one before year 1":         {connector.Instant(time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)), {}},
		"a list without items":          {connector.List(connector.Value{}, connector.Text("")), {}},
		"absent items are left out":     {connector.List(connector.Text("a"), connector.Value{}), connector.Texts("a")},
		"a list of empty lists":         {connector.List(connector.List()), {}},
	} {
		require.True(t, pair[0].Equal(pair[1]), name)
	}
}

func TestValuesReadAsPeopleExpect(t *testing.T) {
	t.Parallel()
	require.Empty(t, connector.Value{}.String())
	require.Equal(t, "a, 1, 2026-01-02T12:00:00.123456Z, false", connector.List(
		connector.Text("a"), connector.Integer(1), connector.Instant(noon), connector.Bool(false)).String())
	require.Equal(t, "0.5", decimal(t, ".5e0"[1:2]+"e-1").String())
	require.Equal(t, "invalid", connector.ValueKind(99).String())
	require.Equal(t, "instant", connector.KindInstant.String())
}

func TestAccessorsTellTheKind(t *testing.T) {
	t.Parallel()
	n, ok := connector.Integer(7).AsInteger()
	require.True(t, ok)
	require.EqualValues(t, 7, n)
	_, ok = connector.Bool(true).AsInteger()
	require.False(t, ok)
	b, ok := connector.Bool(true).AsBool()
	require.True(t, ok && b)
	_, ok = connector.Integer(1).AsBool()
	require.False(t, ok)
	at, ok := connector.Instant(noon).AsInstant()
	require.True(t, ok)
	require.Equal(t, noon, at)
	_, ok = connector.Text("x").AsInstant()
	require.False(t, ok)
}

func TestBlankIsWhatPeopleSeeNothingOf(t *testing.T) {
	t.Parallel()
	for _, v := range []connector.Value{{}, connector.Text(" \t\n"), connector.Texts(" ", "\n")} {
		require.True(t, v.IsBlank())
	}
	for _, v := range []connector.Value{connector.Text(" a "), connector.Integer(0), connector.Bool(false), connector.Texts(" ", "a")} {
		require.False(t, v.IsBlank())
	}
}

func TestItemsOfAListCanBeChangedWithoutChangingTheList(t *testing.T) {
	t.Parallel()
	list := connector.Texts("a", "b")
	list.Items()[0] = connector.Text("z")
	require.Equal(t, "a, b", list.String())
	require.Equal(t, []connector.Value{connector.Text("x")}, connector.Text("x").Items())
	require.Empty(t, connector.Value{}.Items())
	items := []connector.Value{connector.Text("a")}
	made := connector.List(items...)
	items[0] = connector.Text("z")
	require.Equal(t, "a", made.String())
}

func TestValuesFromElsewhereAreBounded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		strings.Repeat("[", 20) + `"x"` + strings.Repeat("]", 20),
		`1e999999999`, `1e-999999999`, strings.Repeat("9", 1000), `{"at":"yesterday"}`, `{"at":"2026-01-02T12:00:00Z","x":1}`, `{"x":1}`, `{"at":7}`,
	} {
		var v connector.Value
		require.Error(t, json.Unmarshal([]byte(text), &v), text)
		require.True(t, v.IsAbsent())
	}
}

func TestDecimalRoundsNothing(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "12": "12", "-12.50": "-12.5", "0.10": "0.1", "1.5e3": "1500", "1E+2": "100", "15e-1": "1.5", "0.00e5": "0",
		"0.1234567890123456789012345678901234567890": "0.123456789012345678901234567890123456789", "-9223372036854775808": "-9223372036854775808",
		"9223372036854775808": "9223372036854775808", "1e-3": "0.001", "100e-2": "1",
	} {
		require.Equal(t, want, decimal(t, in).String(), in)
	}
	require.Equal(t, connector.KindInteger, decimal(t, "1.5e3").Kind())
	require.Equal(t, connector.KindDecimal, decimal(t, "9223372036854775808").Kind())
	for _, in := range []string{"", "-", "+1", "1.", ".5", "1e", "1e5.5", "0x10", "1_000", "１", " 1", "Inf", "NaN", "--1", "1-", "1e129", "1e128", "1e-128", strings.Repeat("1", 129)} {
		_, err := connector.Decimal(in)
		require.Error(t, err, in)
	}
}

func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"0", "-1.50", "1e127", "1e-127", "12345678901234567890", "0.000", "1e128", "-0e5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := connector.Decimal(s)
		if err != nil {
			return
		}
		again, err := connector.Decimal(v.String())
		if err != nil || !again.Equal(v) {
			t.Fatalf("%q is %v, and that is %v, %v", s, v, again, err)
		}
		if text := v.String(); len(text) > 130 {
			t.Fatalf("%q became %d bytes", s, len(text))
		}
	})
}

func FuzzValueJSON(f *testing.F) {
	for _, seed := range []string{`null`, `"a\u0000"`, `-1.50`, `[1,[2,""],null]`, `{"at":"9999-12-31T23:59:59-12:00"}`, `{"at":"0001-01-01T00:00:00+01:00"}`, `1e127`, `1e128`, `{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v connector.Value
		if json.Unmarshal(data, &v) != nil {
			return
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%q is read and can't be written: %v", data, err)
		}
		var back connector.Value
		if err := json.Unmarshal(text, &back); err != nil || !back.Equal(v) {
			t.Fatalf("%q is written as %q and read as %v, %v", data, text, back, err)
		}
		if !bytes.Equal(v.AppendCanonical(nil), back.AppendCanonical(nil)) {
			t.Fatalf("%q changed its canonical form", data)
		}
	})
}

func TestItemsAreTheSameWithAndWithoutACopy(t *testing.T) {
	t.Parallel()
	for _, v := range values(t) {
		items := v.Items()
		require.Len(t, items, v.Len())
		for i, item := range items {
			require.True(t, item.Equal(v.Item(i)), "%v at %d", v, i)
		}
	}
}

func TestOnlyATextIsText(t *testing.T) {
	t.Parallel()
	for _, v := range values(t) {
		text, ok := v.AsText()
		require.Equal(t, v.Kind() == connector.KindText, ok)
		if ok {
			require.Equal(t, v.String(), text)
		} else {
			require.Empty(t, text)
		}
	}
}
