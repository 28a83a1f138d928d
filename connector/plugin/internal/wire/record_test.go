package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// document is how encoding/json reads a record: the reference.
type document struct {
	Key       string           `json:"key"`
	Container string           `json:"container"`
	Name      string           `json:"name"`
	Type      string           `json:"type"`
	TypeID    string           `json:"type_id"`
	Created   time.Time        `json:"created"`
	Updated   time.Time        `json:"updated"`
	Status    string           `json:"status"`
	URL       string           `json:"url"`
	Fields    connector.Fields `json:"fields"`
}

func (d document) record() connector.Record {
	statuses := map[string]connector.Status{
		"inactive": connector.StatusInactive, "archived": connector.StatusArchived, "deleted": connector.StatusDeleted,
	}
	rec := connector.Record{
		Key: connector.Key(d.Key), Container: connector.Key(d.Container), Name: d.Name, Type: d.Type, TypeID: d.TypeID,
		Created: connector.CleanTime(d.Created), Updated: connector.CleanTime(d.Updated), Status: statuses[d.Status], URL: d.URL,
	}
	if len(d.Fields) > 0 {
		rec.Fields = d.Fields
	}
	return rec
}

// bare leaves out what says nothing: absent fields, and a map without any.
func bare(rec connector.Record) connector.Record {
	fields := connector.Fields{}
	for name, v := range rec.Fields {
		if !v.IsAbsent() {
			fields[name] = v
		}
	}
	rec.Fields = fields
	return rec
}

func TestRecordsSurviveTheWire(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rec := genRecord().Draw(rt, "record")
		data := wire.AppendRecord(nil, rec)
		require.True(rt, json.Valid(data), "%s", data)

		got, err := new(wire.Decoder).Record(data)
		require.NoError(rt, err, "%s", data)
		want := rec
		want.Created, want.Updated = connector.CleanTime(rec.Created), connector.CleanTime(rec.Updated)
		require.Empty(rt, cmp.Diff(bare(want), bare(got)), "%s", data)

		var doc document
		require.NoError(rt, json.Unmarshal(data, &doc))
		require.Empty(rt, cmp.Diff(bare(doc.record()), bare(got)), "%s", data)
	})
}

func genRecord() *rapid.Generator[connector.Record] {
	text := rapid.StringN(0, 12, 40)
	return rapid.Custom(func(t *rapid.T) connector.Record {
		moment := func(label string) time.Time {
			return time.Unix(rapid.Int64Range(-1e11, 3e11).Draw(t, label), rapid.Int64Range(0, 999_999_999).Draw(t, label+" ns"))
		}
		return connector.Record{
			Key: connector.Key(rapid.StringN(1, 12, 40).Filter(func(s string) bool { return connector.Key(s).Check() == nil }).Draw(t, "key")), Container: connector.Key(text.Filter(noNUL).Draw(t, "container")),
			Name: text.Filter(noNUL).Draw(t, "name"), Type: text.Filter(noNUL).Draw(t, "type"), TypeID: text.Filter(noNUL).Draw(t, "type id"),
			Created: moment("created"), Updated: moment("updated"), URL: text.Filter(noNUL).Draw(t, "url"),
			Status: connector.Status(rapid.IntRange(0, 3).Draw(t, "status")),
			Fields: rapid.MapOfN(text.Filter(noNUL), genValue(2), 0, 12).Draw(t, "fields"),
		}
	})
}

func noNUL(s string) bool { return connector.CleanText(s) == s }

func genValue(depth int) *rapid.Generator[connector.Value] {
	return rapid.Custom(func(t *rapid.T) connector.Value {
		kinds := 6
		if depth == 0 {
			kinds = 5
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return connector.Value{}
		case 1:
			return connector.Text(rapid.String().Draw(t, "text"))
		case 2:
			return connector.Integer(rapid.Int64().Draw(t, "integer"))
		case 3:
			v, err := connector.Decimal(rapid.StringMatching(`-?[0-9]{1,30}\.[0-9]{1,30}`).Draw(t, "decimal"))
			require.NoError(t, err)
			return v
		case 4:
			return connector.Bool(rapid.Bool().Draw(t, "bool"))
		case 5:
			return connector.Instant(time.Unix(rapid.Int64Range(-1e11, 3e11).Draw(t, "at"), 0))
		default:
			return connector.List(rapid.SliceOfN(genValue(depth-1), 0, 10).Draw(t, "list")...)
		}
	})
}

func TestTextIsCleanedOnTheWayAsTheEngineCleansIt(t *testing.T) {
	t.Parallel()
	rec := connector.Record{
		Key: "7", Name: "a\x00b\xffc", Type: "\xf0\x28", URL: "\x00",
		Created: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
		Updated: time.Date(2026, 1, 1, 0, 0, 0, 1999, time.FixedZone("", 3600)),
		Fields:  connector.Fields{"a\xffb": connector.Integer(1), "gone": {}},
	}
	got, err := new(wire.Decoder).Record(wire.AppendRecord(nil, rec))
	require.NoError(t, err)
	want, err := rec.Clean()
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, got))
}

func TestMalformedRecordsAreErrors(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"nothing":                  ``,
		"no object":                `[]`,
		"cut off":                  `{"key":"7","name":"Ac`,
		"cut off in an escape":     `{"key":"7\`,
		"cut off in a rune":        `{"key":"7\u00`,
		"a sign in a rune":         `{"key":"\u+123"}`,
		"something behind":         `{"key":"7"}x`,
		"a comma too many":         `{"key":"7",}`,
		"no comma":                 `{"key":"7" "name":"a"}`,
		"a bare control character": "{\"key\":\"7\n\"}",
		"not UTF-8":                "{\"key\":\"\xff\"}",
		"a key that is no text":    `{"key":7}`,
		"an unknown status":        `{"key":"7","status":"asleep"}`,
		"a time of another form":   `{"key":"7","created":"yesterday"}`,
		"a number like no other":   `{"key":"7","fields":{"n":007}}`,
		"half a number":            `{"key":"7","fields":{"n":1.}}`,
		"a monstrous number":       `{"key":"7","fields":{"n":1e999999999}}`,
		"an object for a value":    `{"key":"7","fields":{"n":{"on":true}}}`,
		"lists without end":        `{"key":"7","fields":{"n":[[[[[[[[[[[[]]]]]]]]]]]]}}`,
		"unknown without end":      `{"key":"7","new":` + nested(10_000) + `}`,
		"fields that are a list":   `{"key":"7","fields":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := new(wire.Decoder).Record([]byte(data))
			require.Error(t, err)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	_, err := new(wire.Decoder).Record([]byte(`{"key":"printer-7","status":"asleep"}`))
	require.ErrorContains(t, err, "printer-7")
}

func nested(depth int) string {
	text := make([]byte, depth)
	for i := range text {
		text[i] = '['
	}
	return string(text)
}

func TestWhatALaterVersionAddsIsSkipped(t *testing.T) {
	t.Parallel()
	got, err := new(wire.Decoder).Record([]byte(
		` { "tags" : [ {"a":[1,-2.5e+3,"\"",null,true,false,{}]} ] , "key" : "7", "fields" : null, "name":null, "created":null } `))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connector.Record{Key: "7"}, got))
}

// What the decoder takes, encoding/json reads alike.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"key":"7","container":"3","name":"a\u00e4\ud83d\ude00\ud800","status":"archived","fields":{"n":-0,"d":1.50,"l":["a",[true]],"at":{"at":"2026-01-02T15:04:05.123456789+01:00"}}}`))
	f.Add([]byte(`{"key":"\u0000","fields":{"":"","a":1e5,"a":null,"b":[null]}}`))
	f.Add([]byte(`{"created":"0000-01-01T00:00:00Z","new":[{}],"url":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := new(wire.Decoder).Record(data)
		if err != nil {
			return
		}
		var exact map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &exact), "encoding/json refuses it")
		doc := document{}
		for name, into := range map[string]any{
			"key": &doc.Key, "container": &doc.Container, "name": &doc.Name, "type": &doc.Type, "type_id": &doc.TypeID,
			"created": &doc.Created, "updated": &doc.Updated, "status": &doc.Status, "url": &doc.URL,
		} {
			if raw, ok := exact[name]; ok { // a name in other letters is another name
				require.NoError(t, json.Unmarshal(raw, into))
			}
		}
		if raw, ok := exact["fields"]; ok {
			require.NoError(t, json.Unmarshal(raw, &doc.Fields))
		}
		require.Empty(t, cmp.Diff(bare(doc.record()), bare(got)))

		again, err := new(wire.Decoder).Record(wire.AppendRecord(nil, got))
		require.NoError(t, err)
		clean := func(r connector.Record) connector.Record { r.Key = "k"; r.Container = ""; r, _ = r.Clean(); return r }
		require.Empty(t, cmp.Diff(clean(got), clean(again)))
	})
}

func BenchmarkRecord(b *testing.B) {
	rec := connector.Record{
		Key: "1234567", Container: "4711", Name: "WS-ACME-0042", Type: "Syncro Device", URL: "https://acme.syncromsp.com/customer_assets/1234567",
		Created: time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC), Updated: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		Fields: connector.Fields{
			"serial": connector.Text("PF3X9K2L"), "mac": connector.Texts("00:11:22:33:44:55", "00:11:22:33:44:56"), "hostname": connector.Text("ws-acme-0042"),
			"model": connector.Text("ThinkPad T14 Gen 3"), "manufacturer": connector.Text("LENOVO"), "os": connector.Text("Windows 11 Pro"),
			"ram": connector.Integer(16384), "online": connector.Bool(true), "last_seen": connector.Instant(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)),
			"ip": connector.Text("10.1.2.3"),
		},
	}
	data := wire.AppendRecord(nil, rec)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		buf := data
		for b.Loop() {
			buf = wire.AppendRecord(buf[:0], rec)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		var d wire.Decoder
		for b.Loop() {
			if _, err := d.Record(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("decode by encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			var doc document
			if err := json.Unmarshal(data, &doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}
