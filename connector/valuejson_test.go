package connector_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
)

// standard is a value as encoding/json knows it.
func standard(v connector.Value) any {
	switch v.Kind() {
	case connector.KindText:
		return v.String()
	case connector.KindInteger, connector.KindDecimal:
		return json.Number(v.String())
	case connector.KindBool:
		b, _ := v.AsBool()
		return b
	case connector.KindInstant:
		at, _ := v.AsInstant()
		return map[string]time.Time{"at": at}
	case connector.KindList:
		items := []any{}
		for _, item := range v.Items() {
			items = append(items, standard(item))
		}
		return items
	default:
		return nil
	}
}

// checkValues reads values in both ways, and writes them.
func checkValues(t *testing.T, data []byte) {
	t.Helper()
	var want map[string]connector.Value
	failed := json.Unmarshal(data, &want)
	got, err := connector.ParseValues[connector.Fields](data)
	if failed != nil {
		require.Error(t, err, "%q", data)
		return
	}
	require.NoError(t, err, "%q", data)
	require.True(t, maps.EqualFunc(want, got, connector.Value.Equal), "%q: %v, %v", data, want, got)
	require.Equal(t, want == nil, got == nil, "%q", data)
	var all map[string]any
	if want != nil {
		all = map[string]any{}
	}
	for name, v := range want {
		alone, err := connector.ParseValue(v.AppendJSON(nil))
		require.NoError(t, err)
		require.True(t, v.Equal(alone), "%q: %v, %v", data, v, alone)
		all[name] = standard(v)
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	require.Equal(t, string(text), string(connector.AppendValues(nil, got)))
}

// someValues are forms that are plain, that aren't, and that are none.
var someValues = []string{
	`{}`, `null`, `{"a":"text"}`, `{"b":1,"a":-2}`, `{"a":[1,"x",[true]]}`, `{"a":{"at":"2026-01-02T15:04:05.000001Z"}}`,
	`{"a":"MD\\user \"x\"","\\":1}`, `{"a":"\x"}`, `{"a":"\`, `{"a":"\"`, `{"a":"x\\"}`, "{\"\xff\":1}", `{"a":null,"b":false}`, `{"a":""}`, `{"a":"\u00e4\n"}`, `{"ä":"ö<&>"}`, "{\"a\":\"\xff\"}", "{\"a\u2028\":\"\u2029\"}", `{"a":"<b>"}`,
	` { "a" : [ 1 , 2 ] } `, `{"a":1.5e3}`, `{"a":0.10}`, `{"a":123456789012345678}`, `{"a":1234567890123456789012}`, `{"a":-0}`, `{"a":1,"a":2}`,
	`{"a":{"at":"2026-01-02T15:04:05+02:00"}}`, `{"a":{"at":"0001-01-01T00:00:00Z"}}`,
	``, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":01}`, `{"a":-}`, `{"a":tru}`, `{"a":[1,]}`, `{"a":[1}`, `{"a":{"at":"now"}}`, `{"a":{"at":1}}`,
	`{"a":{"at":"2026-01-02T15:04:05Z","b":1}}`, `{"a":1}x`, `{"a":"x`, `[]`, "{\"a\":\"\n\"}", `{"a":[[[[[[[[[[1]]]]]]]]]]}`, `{"a":[[[[[[[[1]]]]]]]]}`,
}

func TestValuesAreReadAndWrittenAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	for _, text := range someValues {
		checkValues(t, []byte(text))
	}
}

func FuzzValues(f *testing.F) {
	for _, text := range someValues {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkValues(t, data) })
}

func BenchmarkValues(b *testing.B) {
	values := connector.Fields{
		"serial": connector.Text("SN-0001"), "model": connector.Text("OptiPlex 7090"), "seen": connector.Instant(time.Unix(1_800_000_000, 0)),
		"macs": connector.Texts("3C:52:82:00:00:01", "3C:52:82:00:00:02"), "ram": connector.Integer(17179869184), "warranty": connector.Bool(true),
	}
	text := connector.AppendValues(nil, values)
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			text = connector.AppendValues(text[:0], values)
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := connector.ParseValues[connector.Fields](text)
			require.NoError(b, err)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var back connector.Fields
			again, err := json.Marshal(values)
			require.NoError(b, err)
			require.NoError(b, json.Unmarshal(again, &back))
		}
	})
}
