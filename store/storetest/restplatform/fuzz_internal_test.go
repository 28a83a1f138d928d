package restplatform

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Whatever a field holds, what is read of it fits its type, and is read again as
// it was when it is sent.
func FuzzParseValue(f *testing.F) {
	for _, raw := range []string{
		`null`, `""`, `"x"`, `" "`, `7`, `"7"`, `2.50`, `1e400`, `true`, `"true"`, `"2026/05/06"`, `"05/06/2026"`, `"2026-05-06T23:00:00+02:00"`,
		`[1,2]`, `[]`, `[-1]`, `["red"]`, `["a","b"]`, `{}`, `{"city":"Ulm","zip":null}`, `{"city":"a\nb"}`, `"\u0000"`, `[9223372036854775808]`, "", "{",
	} {
		for i := range store.FieldTypes() {
			f.Add(uint8(i), raw)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, raw string) {
		types := store.FieldTypes()
		typ := types[int(which)%len(types)]
		value, err := parseValue(wireKind(typ), json.RawMessage(raw))
		if err != nil {
			return
		}
		require.True(t, store.Field{Type: typ}.Fits(value), "%s %q in a field of type %q", value.Kind(), value, typ)
		sent, ok := formatValue(wireKind(typ), value)
		if !ok {
			require.Equal(t, store.FieldAssetLink, typ)
			return
		}
		text, err := json.Marshal(sent)
		require.NoError(t, err)
		again, err := parseValue(wireKind(typ), text)
		require.NoError(t, err)
		same := value.Equal(again) || value.IsBlank() && again.IsAbsent()
		if typ == store.FieldList {
			same = strings.TrimSpace(value.String()) == again.String()
		}
		require.True(t, same, "%q of type %q became %q", value, typ, again)
	})
}

func FuzzParseDate(f *testing.F) {
	for _, text := range []string{"2026/05/06", "2026-05-06", "12/31/1999", "2026/02/30", "0001/01/01", "9999/12/31", " 2026/05/06 ", "2026/5/6", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := parseDate(text)
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		at, ok := value.AsInstant()
		require.True(t, ok)
		again, err := parseDate(at.Format(dateForm))
		require.NoError(t, err)
		require.True(t, value.Equal(again))
		require.Zero(t, at.Hour()+at.Minute()+at.Second()+at.Nanosecond())
	})
}

func FuzzErrorText(f *testing.F) {
	for _, body := range []string{
		`{"error":"Invalid custom fields","details":["a","b hunter2"]}`, `{"errors":"no hunter2"}`, `{"errors":["a"]}`, `{"error":{"a":1}}`,
		`<html>hunter2`, `null`, `[]`, `{"error":"hun\u0000ter2"}`, `{"error":"a\nb"}`, `{"error":"\\\"hunter2"}`, ``,
	} {
		f.Add([]byte(body), "hunter2")
	}
	f.Add([]byte(`{"error":"a  b c\td"}`), "b  c d")
	f.Fuzz(func(t *testing.T, body []byte, secret string) {
		text := errorText(body, []string{secret})
		require.LessOrEqual(t, utf8.RuneCountInString(text), maxErrorText+1)
		require.True(t, utf8.ValidString(text))
		require.False(t, strings.ContainsFunc(text, unicode.IsControl), "%q", text)
		partOfMark := strings.Contains(remove("x", "x"), secret)
		if len(secret) > 3 && !strings.ContainsAny(secret, "[]:,") && !partOfMark {
			require.NotContains(t, text, secret)
		}
	})
}

// Whatever the platform answers is read or is an error.
func FuzzUnwrap(f *testing.F) {
	for _, body := range []string{
		`{"asset":{"id":1,"fields":[{"label":"a","value":[1]}]}}`, `{"id":1}`, `null`, `{"asset":null}`, `[]`, `<html>`, `{"asset":7}`,
		`{"id":1,"cards":[{"sync_id":7},{"sync_id":"x"}]}`, `{"created_at":"x"}`,
	} {
		f.Add([]byte(body))
	}
	layout := layoutRecord{ID: 1, Fields: []fieldRecord{{ID: 2, Label: "a", Kind: "Number", Position: 1}}}
	f.Fuzz(func(t *testing.T, body []byte) {
		record, found, err := unwrap[assetRecord](request{op: "fuzz"}, body, "asset")
		if err != nil || !found {
			return
		}
		a, err := record.asset("fuzz", layout)
		if err != nil {
			return
		}
		for _, value := range a.Values {
			require.True(t, store.Field{Type: store.FieldNumber}.Fits(value))
		}
		require.Equal(t, connector.CleanText(a.Name), a.Name)
	})
}
