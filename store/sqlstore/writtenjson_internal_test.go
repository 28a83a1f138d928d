package sqlstore

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/internal/plainjson"
	"github.com/dovetail-sync/dovetail/store"
)

// checkCoded reads data in both ways, and writes what it read.
func checkCoded[V any](t *testing.T, data []byte, appendTo func([]byte, V) []byte, parse func(*plainjson.Reader) (V, bool)) {
	t.Helper()
	var want, got V
	failed := json.Unmarshal(data, &want)
	err := (&codedDest[V]{&got, parse}).Scan(data)
	require.Equal(t, failed, err, "%q", data)
	if failed != nil {
		return
	}
	require.Empty(t, cmp.Diff(want, got), "%q", data)
	if reflect.ValueOf(want).Len() == 0 {
		return // it is NULL
	}
	text, err := json.Marshal(want)
	require.NoError(t, err)
	require.Equal(t, string(text), string(appendTo(nil, want)))
}

func checkBoth(t *testing.T, data []byte) {
	t.Helper()
	checkCoded(t, data, appendFieldChanges, parseFieldChanges)
	checkCoded(t, data, appendWritten[store.FieldID], parseWritten[store.FieldID])
}

// plainly reports whether data was read without going back to encoding/json.
func plainly[V any](data []byte, parse func(*plainjson.Reader) (V, bool)) bool {
	r := plainjson.NewReader(data)
	_, ok := parse(r)
	return ok && r.Done()
}

func TestWhatIsWrittenToFieldsIsKeptAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	values := []connector.Value{
		{},
		connector.Text("x"), connector.Text(`a "b" \ <c> ä` + "\n"), connector.Integer(-3), connector.Bool(true), connector.Instant(at),
		connector.List(connector.Text("a]"), connector.List(connector.Text("b,}"), connector.Integer(1))),
	}
	for i, v := range values {
		other := values[(i+1)%len(values)]
		set := []store.FieldChange{{Field: "f-1", From: v, To: other}, {Field: `"`, To: v, Digest: true}, {Field: "s", From: other, Sealed: []byte("\x00\xff sealed")}}
		text, err := json.Marshal(set)
		require.NoError(t, err)
		require.True(t, plainly(text, parseFieldChanges), "%s", text)
		checkBoth(t, text)
		wrote := map[store.FieldID]store.Written{"b": {Sent: v, Value: other, Run: "run-1", At: at}, "a": {Sent: other, Flips: 3}}
		text, err = json.Marshal(wrote)
		require.NoError(t, err)
		require.True(t, plainly(text, parseWritten[store.FieldID]), "%s", text)
		checkBoth(t, text)
	}
}

// somewhereElse are forms that are written by others, and what is no JSON.
var somewhereElse = []string{
	`[]`, `{}`, `null`, ``, `[`, `{`, `[{"field":"a","from":null,"to":1.5}]`, `[{"to":1,"field":"a"}]`, ` [ { "field" : "a" } ] `,
	`[{"field":"a","from":1,"to":2},{"field":"b","from":[1,"x"],"to":{"at":"2026-01-02T15:04:05Z"},"digest":false}]`,
	`[{"field":"a","from":1,"to":[}]}]`, `[{"field":"a","from":1,"to":2,"sealed":"!"}]`, `[{"field":"a","from":1,"to":2,"sealed":"AA=="}]`,
	`[{"field":"a","from":1,"to":2}`, `[{"field":"a","from":"x","to":"\`, `{"a":{"sent":1,"value":2},"a":{"sent":3,"value":4}}`,
	`{"a":{"sent":1,"value":2,"run":"r","at":"2026-01-02T15:04:05.000001Z","flips":2}}`, `{"a":{"sent":1,"value":2,"at":"2026-01-02T15:04:05+02:00"}}`,
	`{"a":{"sent":1,"value":2,"flips":12345678901234567890}}`, `{"a":{"sent":1,"value":2,"at":"now"}}`, `{"a":{"sent":1}}`, `{"a":{"value":1,"sent":2}}`,
	"[{\"field\":\"a\",\"from\":\x001,\"to\":2}]",
}

func TestWhatOthersWroteIsReadAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	for _, text := range somewhereElse {
		checkBoth(t, []byte(text))
	}
}

func FuzzWrittenJSON(f *testing.F) {
	for _, text := range somewhereElse {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkBoth(t, data) })
}
