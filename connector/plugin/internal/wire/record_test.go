package wire_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/wire"
)

// reference is how the generated code reads a record.
func reference(t require.TestingT, data string, names []string) connector.Record {
	var m wire.Record
	require.NoError(t, proto.Unmarshal([]byte(data), &m), "protobuf refuses it")
	at := func(n *int64) time.Time {
		if n == nil {
			return time.Time{}
		}
		return connector.CleanTime(time.UnixMicro(*n))
	}
	rec := connector.Record{
		Key: connector.Key(m.GetKey()), Container: connector.Key(m.GetContainer()), Name: string(m.GetName()),
		Type: string(m.GetType()), TypeID: string(m.GetTypeId()), Created: at(m.Created), Updated: at(m.Updated),
		Status: connector.Status(m.GetStatus()), URL: string(m.GetUrl()), Fields: connector.Fields{},
	}
	for _, field := range m.GetFields() {
		rec.Fields[names[field.GetName()]] = referenceValue(t, field)
	}
	return rec
}

func referenceValue(t require.TestingT, m *wire.Value) connector.Value {
	if len(m.GetItems()) > 0 {
		var items []connector.Value
		for _, item := range m.GetItems() {
			items = append(items, referenceValue(t, item))
		}
		return connector.List(items...)
	}
	switch v := m.GetValue().(type) {
	case *wire.Value_Text:
		return connector.Text(string(v.Text))
	case *wire.Value_Integer:
		return connector.Integer(v.Integer)
	case *wire.Value_Decimal:
		n, err := connector.Decimal(string(v.Decimal))
		require.NoError(t, err)
		return n
	case *wire.Value_Bool:
		return connector.Bool(v.Bool)
	case *wire.Value_Instant:
		return connector.Instant(time.UnixMicro(v.Instant))
	default:
		return connector.Value{}
	}
}

// written is a record as it is written, and the names in it.
func written(t require.TestingT, rec connector.Record) (data string, names []string) {
	whole, err := wire.MarshalRecord(rec)
	require.NoError(t, err)
	var part wire.PagePart
	require.NoError(t, proto.Unmarshal(whole, &part))
	size, n := binary.Uvarint(part.GetRecords())
	require.Equal(t, int(size), len(part.GetRecords())-n)
	for _, name := range part.GetNames() {
		names = append(names, string(name))
	}
	return string(part.GetRecords()[n:]), names
}

func decode(data string, names []string) (connector.Record, error) {
	var d wire.Decoder
	var list [][]byte
	for _, name := range names {
		list = append(list, []byte(name))
	}
	d.Names(list)
	return d.Record(data)
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
		data, names := written(rt, rec)
		got, err := decode(data, names)
		require.NoError(rt, err, "%x", data)
		want := rec
		want.Created, want.Updated = connector.CleanTime(rec.Created), connector.CleanTime(rec.Updated)
		require.Empty(rt, cmp.Diff(bare(want), bare(got)), "%x", data)
		require.Empty(rt, cmp.Diff(bare(reference(rt, data, names)), bare(got)), "%x", data)
	})
}

func genRecord() *rapid.Generator[connector.Record] {
	text := rapid.OneOf(rapid.StringN(0, 12, 40), rapid.Just(strings.Repeat("long ", 60)),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 9), func(b []byte) string { return string(b) }))
	return rapid.Custom(func(t *rapid.T) connector.Record {
		moment := func(label string) time.Time {
			return time.Unix(rapid.Int64Range(-1e11, 3e11).Draw(t, label), rapid.Int64Range(0, 999_999_999).Draw(t, label+" ns"))
		}
		return connector.Record{
			Key: connector.Key(text.Draw(t, "key")), Container: connector.Key(text.Draw(t, "container")),
			Name: text.Draw(t, "name"), Type: text.Draw(t, "type"), TypeID: text.Draw(t, "type id"),
			Created: moment("created"), Updated: moment("updated"), URL: text.Draw(t, "url"),
			Status: connector.Status(rapid.IntRange(0, 3).Draw(t, "status")),
			Fields: rapid.MapOfN(text, genValue(2), 0, 12).Draw(t, "fields"),
		}
	})
}

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

func TestARecordArrivesAsItWasMade(t *testing.T) {
	t.Parallel()
	rec := connector.Record{
		Key: "a\xff", Container: "\x00", Name: "a\x00b\xffc", Type: "\xf0\x28", URL: "\x00",
		Created: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), // which no store can keep
		Updated: time.Date(2026, 1, 1, 0, 0, 0, 1999, time.FixedZone("", 3600)),
		Fields:  connector.Fields{"a\xffb": connector.Integer(1), "gone": {}},
	}
	got, err := decode(written(t, rec))
	require.NoError(t, err)
	rec.Created, rec.Updated = time.Time{}, time.Date(2025, 12, 31, 23, 0, 0, 1000, time.UTC)
	require.Empty(t, cmp.Diff(bare(rec), bare(got)))
}

func TestMalformedRecordsAreErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"cut off in a text":      {"\x0a\x017\x1a\x05Ac", `record "7", at byte 5: is no message`},
		"cut off in a time":      {"\x0a\x017\x31\x01\x02", "is no message"},
		"cut off in a number":    {"\x0a\x017\x40\xff", "is no message"},
		"cut off in a value":     {"\x0a\x017\x52\x03\x12\x05a", "is no message"},
		"a size beyond all":      {"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a record, at byte 11: is no message"},
		"a number of 11 bytes":   {"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a record, at byte 1: is no message"},
		"no field":               {"\x00", "is no message"},
		"a field beyond all":     {"\xfa\xff\xff\xff\xff\x01", "is no message"},
		"a group":                {"\x0b\x0c", "is no message"},
		"half of four bytes":     {"\x7d\x01\x02", "is no message"},
		"an unknown status":      {"\x0a\x017\x40\x04", `record "7", at byte 5: has an unknown status`},
		"a status beyond a byte": {"\x0a\x017\x40\x80\x02", "has an unknown status"},
		"a number like no other": {"\x0a\x017\x52\x05\x22\x030x7", "is not a number"},
		"a monstrous number":     {"\x0a\x017\x52\x0d\x22\x0b1e999999999", "exponent"},
		"a name beyond all":      {"\x0a\x017\x52\x04\x08\x01\x28\x01", "has a data point without a name"},
		"lists without end":      {"\x0a\x017" + nested(60), "is nested too deeply"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(c.data, []string{"only"})
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

// nested is a data point that is a list of a list, and so on.
func nested(depth int) string {
	text := ""
	for range depth {
		text = "\x3a" + string(rune(len(text))) + text
	}
	return "\x52" + string(rune(len(text))) + text
}

func TestPagesThatCannotBeSplitAreErrors(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"\x05abc", "\xff", "\x03\x0a\x017\x80"} {
		r := wire.Receiver{}
		_, _, err := r.Part(&wire.PagePart{Records: []byte(data), Whole: true})
		require.ErrorContains(t, err, "a record is no message")
	}
	_, err := wire.UnmarshalRecord(nil)
	require.Error(t, err)
	two, err := proto.Marshal(&wire.PagePart{Records: []byte("\x03\x0a\x017\x03\x0a\x018")})
	require.NoError(t, err)
	_, err = wire.UnmarshalRecord(two)
	require.ErrorContains(t, err, "more than one record")
}

func TestWhatALaterVersionAddsIsSkipped(t *testing.T) {
	t.Parallel()
	got, err := decode("\xf8\x07\x96\x01"+"\x0a\x017"+"\xf9\x0712345678"+"\xfa\x07\x02ab"+"\xfd\x071234"+
		"\x52\x05\x28\x01\xf8\x07\x09", []string{"on"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connector.Record{Key: "7", Fields: connector.Fields{"on": connector.Bool(true)}}, got))
}

// Names change from one part to the next, and a long list of them is given up.
func TestEachPartHasTheNamesOfItsRecords(t *testing.T) {
	t.Parallel()
	var got []connector.Record
	receiver := wire.Receiver{}
	sizes := make([]int, 0, 4)
	sender := wire.Sender{Send: func(part *wire.PagePart) error {
		sizes = append(sizes, len(part.GetNames()))
		page, whole, err := receiver.Part(part)
		require.True(t, whole)
		got = append(got, page.Records...)
		return err
	}}
	var want []connector.Record
	for n, count := range []int{3, 2, 900, 1} {
		rec := connector.Record{Key: "k", Fields: connector.Fields{}}
		for i := range count {
			rec.Fields[fmt.Sprintf("data point %d of %d", i, n)] = connector.Integer(int64(i))
		}
		want = append(want, rec)
		require.NoError(t, sender.Page(connector.Page{Records: []connector.Record{rec}}))
	}
	require.Empty(t, cmp.Diff(want, got))
	require.Equal(t, []int{3, 5, 905, 1}, sizes)
}

// What the decoder takes, the generated code reads alike.
func FuzzRecord(f *testing.F) {
	names := []string{"serial", "", "b\xff"}
	f.Add([]byte("\x0a\x017\x12\x013\x1a\x02\xc3\xa4\x40\x02\x52\x03\x18\xb4\x18\x52\x07\x08\x01\x22\x031.5\x52\x06\x3a\x04\x3a\x02\x28\x01\x52\x0b\x08\x02\x3112345678"))
	f.Add([]byte("\x52\x04\x12\x02a\x00\x52\x00\x52\x04\x28\x01\x3a\x00\x31\x00\x00\x00\x00\x00\x00\x00\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := decode(string(data), names)
		if err != nil {
			return
		}
		require.Empty(t, cmp.Diff(bare(reference(t, string(data), names)), bare(got)))

		again, err := decode(written(t, got))
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(bare(got), bare(again)))
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
	data, names := written(b, rec)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		part := make([]connector.Record, 100)
		for i := range part {
			part[i] = rec
		}
		s := wire.Sender{Send: func(*wire.PagePart) error { return nil }}
		for n := 0; n < b.N; n += len(part) {
			require.NoError(b, s.Page(connector.Page{Records: part}))
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		var d wire.Decoder
		var list [][]byte
		for _, name := range names {
			list = append(list, []byte(name))
		}
		d.Names(list)
		bytes := []byte(data)
		for b.Loop() {
			if _, err := d.Record(string(bytes)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
