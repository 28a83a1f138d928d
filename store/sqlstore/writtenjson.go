package sqlstore

import (
	"database/sql/driver"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/internal/plainjson"
	"github.com/dovetail-sync/dovetail/store"
)

// What was and what is to be written to fields is in every change, card and
// journal entry. It is kept in the JSON that encoding/json makes of it, and
// written and read here in one pass. What is not as it is written here is left to
// encoding/json.

// coded is an encoded column with a way of its own to write and read. A value
// without items is NULL.
func coded[T, V any](name string, at func(*T) *V, items func(V) int, appendTo func([]byte, V) []byte, parse func(*plainjson.Reader) (V, bool)) column[T] {
	return column[T]{
		name: name,
		arg: func(row *T) (driver.Value, error) {
			if v := *at(row); items(v) > 0 {
				return appendTo(nil, v), nil
			}
			return nil, nil
		},
		dest: func(row *T) any { return &codedDest[V]{at(row), parse} },
	}
}

// codedDest takes JSON in bytes. NULL is nothing.
type codedDest[V any] struct {
	to    *V
	parse func(*plainjson.Reader) (V, bool)
}

// Scan implements sql.Scanner.
func (d *codedDest[V]) Scan(src any) error {
	if data, ok := src.([]byte); ok {
		r := plainjson.NewReader(data)
		if v, ok := d.parse(r); ok && r.Done() {
			*d.to = v
			return nil
		}
		var none V
		*d.to = none
	}
	return encodedDest[V]{d.to}.Scan(src)
}

// fieldChanges is a column of values to be written.
func fieldChanges[T any](name string, at func(*T) *[]store.FieldChange) column[T] {
	return coded(name, at, func(set []store.FieldChange) int { return len(set) }, appendFieldChanges, parseFieldChanges)
}

func appendFieldChanges(dst []byte, set []store.FieldChange) []byte {
	for i, c := range set {
		dst = append(dst, "[,"[min(i, 1)])
		dst = plainjson.AppendText(append(dst, `{"field":`...), string(c.Field))
		dst = c.From.AppendJSON(append(dst, `,"from":`...))
		dst = c.To.AppendJSON(append(dst, `,"to":`...))
		if c.Digest {
			dst = append(dst, `,"digest":true`...)
		}
		if len(c.Sealed) > 0 {
			dst = base64.StdEncoding.AppendEncode(append(dst, `,"sealed":"`...), c.Sealed)
			dst = append(dst, '"')
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func parseFieldChanges(r *plainjson.Reader) ([]store.FieldChange, bool) {
	if !r.Sign('[') {
		return nil, false
	}
	set := []store.FieldChange{}
	for !r.Sign(']') {
		var c store.FieldChange
		if len(set) > 0 && !r.Sign(',') ||
			!r.Word(`{"field":`) || !plainText(r, &c.Field) || !namedValue(r, `,"from":`, &c.From) || !namedValue(r, `,"to":`, &c.To) {
			return nil, false
		}
		c.Digest = r.Word(`,"digest":true`)
		if r.Word(`,"sealed":`) {
			text, ok := r.Text()
			sealed, err := base64.StdEncoding.DecodeString(text)
			if !ok || err != nil {
				return nil, false
			}
			c.Sealed = sealed
		}
		if !r.Sign('}') {
			return nil, false
		}
		set = append(set, c)
	}
	return set, true
}

// wrote is a column of what was written, by field.
func wrote[T any, K ~string](name string, at func(*T) *map[K]store.Written) column[T] {
	return coded(name, at, func(m map[K]store.Written) int { return len(m) }, appendWritten[K], parseWritten[K])
}

func appendWritten[K ~string](dst []byte, all map[K]store.Written) []byte {
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(all)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		w := all[name]
		dst = plainjson.AppendText(dst, string(name))
		dst = w.Sent.AppendJSON(append(dst, `:{"sent":`...))
		dst = w.Value.AppendJSON(append(dst, `,"value":`...))
		if w.Run != "" {
			dst = plainjson.AppendText(append(dst, `,"run":`...), string(w.Run))
		}
		if !w.At.IsZero() {
			dst = append(w.At.AppendFormat(append(dst, `,"at":"`...), time.RFC3339Nano), '"')
		}
		if w.Flips != 0 {
			dst = strconv.AppendInt(append(dst, `,"flips":`...), int64(w.Flips), 10)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

func parseWritten[K ~string](r *plainjson.Reader) (map[K]store.Written, bool) {
	if !r.Sign('{') {
		return nil, false
	}
	all := make(map[K]store.Written)
	for !r.Sign('}') {
		if len(all) > 0 && !r.Sign(',') {
			return nil, false
		}
		name, ok := r.Text()
		if !ok {
			return nil, false
		}
		w, ok := parseOneWritten(r)
		if _, twice := all[K(name)]; twice || !ok {
			return nil, false
		}
		all[K(name)] = w
	}
	return all, true
}

// parseOneWritten reads what follows a field's name.
func parseOneWritten(r *plainjson.Reader) (w store.Written, ok bool) {
	if !namedValue(r, `:{"sent":`, &w.Sent) || !namedValue(r, `,"value":`, &w.Value) {
		return w, false
	}
	if r.Word(`,"run":`) && !plainText(r, &w.Run) {
		return w, false
	}
	if r.Word(`,"at":`) {
		raw, ok := r.Raw()
		if !ok || w.At.UnmarshalJSON(raw) != nil {
			return w, false
		}
	}
	if r.Word(`,"flips":`) {
		flips, ok := r.Integer()
		if !ok {
			return w, false
		}
		w.Flips = int(flips)
	}
	return w, r.Sign('}')
}

// plainText reads a text, and reports whether there is one.
func plainText[S ~string](r *plainjson.Reader, to *S) bool {
	text, ok := r.Text()
	*to = S(text)
	return ok
}

// namedValue reads a name and its value, and reports whether they come next.
func namedValue(r *plainjson.Reader, name string, to *connector.Value) bool {
	if !r.Word(name) {
		return false
	}
	raw, ok := r.Raw()
	if !ok {
		return false
	}
	v, err := connector.ParseValue(raw)
	*to = v
	return err == nil
}
