package connector

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/internal/plainjson"
)

// A value's JSON form is written and read millions of times in a run, nearly
// always in the plainest way. That way is gone here in one pass. For all else
// there is encoding/json, which says the same of what both can read.

// AppendJSON appends the value's JSON form.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindText:
		return plainjson.AppendText(dst, v.text)
	case KindInteger:
		return strconv.AppendInt(dst, v.num, 10)
	case KindDecimal:
		return append(dst, v.text...)
	case KindBool:
		return strconv.AppendBool(dst, v.num == 1)
	case KindInstant:
		dst = append(append(dst, instantBegins...), '"')
		dst = time.UnixMicro(v.num).UTC().AppendFormat(dst, time.RFC3339Nano)
		return append(dst, `"}`...)
	case KindList:
		for i, item := range v.items() {
			dst = item.AppendJSON(append(dst, "[,"[min(i, 1)]))
		}
		return append(dst, ']')
	default:
		return append(dst, "null"...)
	}
}

// instantBegins begins the JSON form of every instant.
const instantBegins = `{"at":`

// ParseValue reads what AppendJSON writes, and any other JSON form of a value.
func ParseValue(data []byte) (v Value, err error) {
	r := plainjson.NewReader(data)
	if v, ok := plainValue(r, 0); ok && r.Done() {
		return v, nil
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return Value{}, fmt.Errorf("connector: value: %w", err)
	}
	return v, nil
}

// AppendValues appends values by name, in the JSON form that encoding/json gives
// a map of them.
func AppendValues[M ~map[K]Value, K ~string](dst []byte, values M) []byte {
	if values == nil {
		return append(dst, "null"...)
	}
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(values)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(plainjson.AppendText(dst, string(name)), ':')
		dst = values[name].AppendJSON(dst)
	}
	return append(dst, '}')
}

// ParseValues reads what AppendValues writes, and any other JSON form of values
// by name.
func ParseValues[M ~map[K]Value, K ~string](data []byte) (M, error) {
	r := plainjson.NewReader(data)
	if values, ok := plainValues[M](r); ok && r.Done() {
		return values, nil
	}
	var values M
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("connector: values: %w", err)
	}
	return values, nil
}

// plainValue returns a value.
func plainValue(r *plainjson.Reader, depth int) (v Value, ok bool) {
	if depth > maxValueDepth {
		return v, false
	}
	switch r.Next() {
	case '"':
		text, ok := r.Text()
		return Text(text), ok
	case 'n':
		return v, r.Word("null")
	case 't':
		return Bool(true), r.Word("true")
	case 'f':
		return Bool(false), r.Word("false")
	case '[':
		return plainList(r, depth)
	case '{':
		return plainInstant(r)
	default:
		n, ok := r.Integer()
		return Integer(n), ok
	}
}

func plainList(r *plainjson.Reader, depth int) (Value, bool) {
	r.Sign('[')
	var items []Value
	for !r.Sign(']') {
		if len(items) > 0 && !r.Sign(',') {
			return Value{}, false
		}
		item, ok := plainValue(r, depth+1)
		if !ok {
			return Value{}, false
		}
		items = append(items, item)
	}
	return List(items...), true
}

func plainInstant(r *plainjson.Reader) (Value, bool) {
	if !r.Word(instantBegins) {
		return Value{}, false
	}
	text, ok := r.Text()
	var at time.Time
	if !ok || !r.Sign('}') || at.UnmarshalText([]byte(text)) != nil {
		return Value{}, false
	}
	return Instant(at), true
}

// plainValues returns values by name.
func plainValues[M ~map[K]Value, K ~string](r *plainjson.Reader) (M, bool) {
	if !r.Sign('{') {
		return nil, false
	}
	values := make(M)
	for !r.Sign('}') {
		if len(values) > 0 && !r.Sign(',') {
			return nil, false
		}
		name, ok := r.Text()
		if !ok || !r.Sign(':') {
			return nil, false
		}
		key := K(name)
		if _, twice := values[key]; twice {
			return nil, false
		}
		if values[key], ok = plainValue(r, 0); !ok {
			return nil, false
		}
	}
	return values, true
}
