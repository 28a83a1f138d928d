package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

func TestAnAddressIsALineForEachPart(t *testing.T) {
	t.Parallel()
	full := store.Address{Street: "1 Main St", Street2: "Floor 2", City: "Springfield", State: "OR", Postcode: "97477", Country: "US"}
	for name, test := range map[string]struct {
		address store.Address
		want    connector.Value
		back    store.Address
	}{
		"full":           {full, connector.Text("1 Main St\nFloor 2\nSpringfield\nOR\n97477\nUS"), full},
		"empty":          {store.Address{}, connector.Value{}, store.Address{}},
		"blank":          {store.Address{Street: " ", Country: "\r\n\t"}, connector.Value{}, store.Address{}},
		"a gap":          {store.Address{Street: "x", City: "y"}, connector.Text("x\n\ny"), store.Address{Street: "x", City: "y"}},
		"no first line":  {store.Address{City: "y"}, connector.Text("\n\ny"), store.Address{City: "y"}},
		"the last alone": {store.Address{Country: "US"}, connector.Text("\n\n\n\n\nUS"), store.Address{Country: "US"}},
		"white space":    {store.Address{Street: " x  y ", City: "\tz"}, connector.Text("x  y\n\nz"), store.Address{Street: "x  y", City: "z"}},
		"line breaks":    {store.Address{Street: "x\r\ny\n\nz\n"}, connector.Text("x y z"), store.Address{Street: "x y z"}},
		"NUL":            {store.Address{Street: "\x00", City: "a\x00b\xff"}, connector.Text("\n\nab\uFFFD"), store.Address{City: "ab\uFFFD"}},
	} {
		require.True(t, test.want.Equal(test.address.Value()), "%s: %q", name, test.address.Value())
		back, ok := store.AddressOf(test.want)
		require.True(t, ok, name)
		require.Equal(t, test.back, back, name)
	}
}

func TestAnAddressHasOneForm(t *testing.T) {
	t.Parallel()
	for _, v := range []connector.Value{
		connector.Text("a\nb\nc\nd\ne\nf\ng"), // a seventh part
		connector.Text("a\nb\n"),              // a blank line at the end
		connector.Text("a \nb"),               // white space around a part
		connector.Text("a\r\nb"),              // another line break
		connector.Text("\n\n"),                // no part
		connector.Text(" "),                   // a blank
		connector.Integer(1), connector.Bool(true), connector.Texts("a", "b"), connector.Instant(someTime()),
	} {
		_, ok := store.AddressOf(v)
		require.False(t, ok, "%q", v)
	}
}

// FuzzAddress holds an address to one form: what Value makes is read back, and
// what is read makes the same value.
func FuzzAddress(f *testing.F) {
	f.Add("1 Main St", "", "Springfield", "OR", "97477", "US")
	f.Add("", "", "", "", "", "\n")
	f.Add(" a\r\nb ", "\x00", "\xff", "\u0085", "\u2028x", "\v")
	f.Fuzz(func(t *testing.T, street, street2, city, state, postcode, country string) {
		a := store.Address{Street: street, Street2: street2, City: city, State: state, Postcode: postcode, Country: country}
		v := a.Value()
		back, ok := store.AddressOf(v)
		require.True(t, ok, "%q", v)
		require.True(t, v.Equal(back.Value()), "%q, %q", v, back.Value())
		again, ok := store.AddressOf(back.Value())
		require.True(t, ok)
		require.Equal(t, back, again)
		require.Equal(t, words(a), words(back), "nothing but white space and what can't be kept is lost")

		for _, text := range []string{street, street + "\n" + city, city + "\n\n" + country} {
			if read, ok := store.AddressOf(connector.Text(text)); ok {
				require.True(t, connector.Text(text).Equal(read.Value()), "%q is taken for %+v", text, read)
			}
		}
	})
}

// words are the words of an address's parts, in order.
func words(a store.Address) [][]string {
	var all [][]string
	for _, part := range []string{a.Street, a.Street2, a.City, a.State, a.Postcode, a.Country} {
		all = append(all, append([]string{}, strings.Fields(connector.CleanText(part))...))
	}
	return all
}

func TestAssetLinksAreAListOfIDs(t *testing.T) {
	t.Parallel()
	for _, ids := range [][]store.AssetID{{"b"}, {"b", "a", "b"}, {"1", "true", "{}"}} {
		got, ok := store.AssetLinksOf(store.AssetLinks(ids...))
		require.True(t, ok)
		require.Empty(t, cmp.Diff(ids, got))
	}
	for _, ids := range [][]store.AssetID{nil, {""}} {
		require.True(t, store.AssetLinks(ids...).IsAbsent())
	}
	none, ok := store.AssetLinksOf(connector.Value{})
	require.True(t, ok)
	require.Empty(t, none)
	for _, v := range []connector.Value{
		connector.Text("a"), connector.Integer(1), connector.List(connector.Text("a"), connector.Integer(1)),
		connector.List(connector.Texts("a", "b")),
	} {
		_, ok := store.AssetLinksOf(v)
		require.False(t, ok, "%q", v)
	}
}

func TestAValueFitsTheFieldsOfItsForm(t *testing.T) {
	t.Parallel()
	decimal, err := connector.Decimal("1.5")
	require.NoError(t, err)
	text := []store.FieldType{
		store.FieldText, store.FieldRichText, store.FieldEmail, store.FieldPhone, store.FieldWebsite, store.FieldList, store.FieldConfidential,
	}
	for _, test := range []struct {
		value connector.Value
		fits  []store.FieldType
	}{
		{connector.Value{}, store.FieldTypes()},
		{connector.Text("one line"), append([]store.FieldType{store.FieldAddress}, text...)},
		{connector.Text(" "), text},
		{connector.Integer(1), []store.FieldType{store.FieldNumber}},
		{decimal, []store.FieldType{store.FieldNumber}},
		{connector.Bool(false), []store.FieldType{store.FieldCheckbox}},
		{connector.Instant(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)), []store.FieldType{store.FieldDate}},
		{connector.Texts("a", "b"), []store.FieldType{store.FieldAssetLink}},
		{connector.List(connector.Integer(1)), nil},
	} {
		var fits []store.FieldType
		for _, kind := range store.FieldTypes() {
			if (store.Field{Type: kind}).Fits(test.value) {
				fits = append(fits, kind)
			}
		}
		require.ElementsMatch(t, test.fits, fits, "%s %q", test.value.Kind(), test.value)
	}
	require.False(t, store.Field{Type: "unknown"}.Fits(connector.Text("x")))
	require.True(t, store.Field{Type: "unknown"}.Fits(connector.Value{}))
}

func TestALinkJoinsInBothDirections(t *testing.T) {
	t.Parallel()
	l := store.Link{From: "a", To: "b"}
	require.True(t, l.Joins("a", "b"))
	require.True(t, l.Joins("b", "a"))
	require.False(t, l.Joins("a", "a"))
	require.False(t, l.Joins("a", "c"))
}
