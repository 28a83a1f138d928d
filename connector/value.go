package connector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ValueKind is the kind of a value.
type ValueKind uint8

// The kinds of value.
const (
	// KindAbsent is no value. It is the kind of the zero Value.
	KindAbsent ValueKind = iota
	// KindText is text.
	KindText
	// KindInteger is a whole number that fits 64 bits.
	KindInteger
	// KindDecimal is a decimal number, kept as text: nothing is rounded.
	KindDecimal
	// KindBool is true or false.
	KindBool
	// KindInstant is a moment in time, to the microsecond.
	KindInstant
	// KindList is a list of values.
	KindList
)

// String returns the kind's name.
func (k ValueKind) String() string {
	names := [...]string{"absent", "text", "integer", "decimal", "bool", "instant", "list"}
	if int(k) >= len(names) {
		return "invalid"
	}
	return names[k]
}

// Value is the value of a data point. The zero Value is absent. Values are
// made by Text, Integer, Decimal, Bool, Instant and List, which make equal
// things equal: empty text is absent, 4.0 is 4, and a moment has no zone.
//
// Its JSON form is what one expects (text, number, true, list, null), but for
// an instant, which is {"at":"2026-01-02T15:04:05Z"} so that it is told from
// text.
type Value struct {
	_    [0]func() // not comparable by ==: equal lists have different pointers
	kind ValueKind
	num  int64
	text string
	// list is a pointer because there are millions of values and few lists.
	list *[]Value
}

// Text returns a text value, without NUL and broken UTF-8. Empty text is
// absent.
func Text(s string) Value {
	if s = CleanText(s); s == "" {
		return Value{}
	}
	return Value{kind: KindText, text: s}
}

// Integer returns a whole number.
func Integer(n int64) Value { return Value{kind: KindInteger, num: n} }

// Bool returns true or false.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.num = 1
	}
	return v
}

// Instant returns a moment in time, truncated to the microsecond. The zero
// time is absent, and so is one that CleanTime doesn't keep.
func Instant(t time.Time) Value {
	if t = CleanTime(t); t.IsZero() {
		return Value{}
	}
	return Value{kind: KindInstant, num: t.UnixMicro()}
}

// List returns a list, without the absent ones among its items. A list without
// items is absent.
func List(items ...Value) Value {
	kept := make([]Value, 0, len(items))
	for _, item := range items {
		if !item.IsAbsent() {
			kept = append(kept, item)
		}
	}
	if len(kept) == 0 {
		return Value{}
	}
	return Value{kind: KindList, list: &kept}
}

// Texts returns a list of text values.
func Texts(items ...string) Value {
	values := make([]Value, len(items))
	for i, item := range items {
		values[i] = Text(item)
	}
	return List(values...)
}

// Kind returns the value's kind.
func (v Value) Kind() ValueKind { return v.kind }

// IsAbsent reports whether there is no value.
func (v Value) IsAbsent() bool { return v.kind == KindAbsent }

// IsBlank reports whether the value is absent or text of white space alone.
func (v Value) IsBlank() bool {
	switch v.kind {
	case KindAbsent:
		return true
	case KindText:
		return strings.TrimSpace(v.text) == ""
	case KindList:
		return !slices.ContainsFunc(v.items(), func(item Value) bool { return !item.IsBlank() })
	default:
		return false
	}
}

// AsText returns the text, and whether v is one.
func (v Value) AsText() (string, bool) {
	if v.kind != KindText {
		return "", false
	}
	return v.text, true
}

// AsInteger returns the whole number, and whether v is one.
func (v Value) AsInteger() (int64, bool) { return v.num, v.kind == KindInteger }

// AsBool returns true or false, and whether v is a bool.
func (v Value) AsBool() (value, ok bool) { return v.num == 1, v.kind == KindBool }

// AsInstant returns the moment in UTC, and whether v is one.
func (v Value) AsInstant() (time.Time, bool) {
	if v.kind != KindInstant {
		return time.Time{}, false
	}
	return time.UnixMicro(v.num).UTC(), true
}

// Items returns the items of a list, or v itself as the only item. An absent
// value has none.
func (v Value) Items() []Value {
	switch v.kind {
	case KindAbsent:
		return nil
	case KindList:
		return slices.Clone(v.items())
	default:
		return []Value{v}
	}
}

// Len returns the number of items: those of a list, one for any other value,
// none for an absent one.
func (v Value) Len() int {
	switch v.kind {
	case KindAbsent:
		return 0
	case KindList:
		return len(v.items())
	default:
		return 1
	}
}

// Item returns the item at i, which is below Len. Unlike Items it copies
// nothing.
func (v Value) Item(i int) Value {
	if v.kind == KindList {
		return v.items()[i]
	}
	return v
}

// items are the items of a list, not copied.
func (v Value) items() []Value {
	if v.list == nil {
		return nil
	}
	return *v.list
}

// String returns the value as people read it: "" for absent, the items of a
// list separated by ", ", an instant in RFC 3339.
func (v Value) String() string {
	switch v.kind {
	case KindText, KindDecimal:
		return v.text
	case KindInteger:
		return strconv.FormatInt(v.num, 10)
	case KindBool:
		return strconv.FormatBool(v.num == 1)
	case KindInstant:
		return time.UnixMicro(v.num).UTC().Format(time.RFC3339Nano)
	case KindList:
		texts := make([]string, len(v.items()))
		for i, item := range v.items() {
			texts[i] = item.String()
		}
		return strings.Join(texts, ", ")
	default:
		return ""
	}
}

// Equal reports whether both are the same value.
func (v Value) Equal(other Value) bool {
	return v.kind == other.kind && v.num == other.num && v.text == other.text &&
		slices.EqualFunc(v.items(), other.items(), Value.Equal)
}

// AppendCanonical appends a form of v that is equal for equal values and
// different for different ones, whatever follows it. It is for hashing; it
// never changes between versions.
func (v Value) AppendCanonical(dst []byte) []byte {
	dst = append(dst, "atnfbil"[v.kind])
	switch v.kind {
	case KindText, KindDecimal:
		dst = strconv.AppendInt(dst, int64(len(v.text)), 10)
		dst = append(dst, ':')
		dst = append(dst, v.text...)
	case KindInteger, KindBool, KindInstant:
		dst = strconv.AppendInt(dst, v.num, 10)
		dst = append(dst, ';')
	case KindList:
		dst = strconv.AppendInt(dst, int64(len(v.items())), 10)
		dst = append(dst, ':')
		for _, item := range v.items() {
			dst = item.AppendCanonical(dst)
		}
	case KindAbsent: // the letter says it
	}
	return dst
}

// instantJSON is the JSON form of an instant.
type instantJSON struct {
	At time.Time `json:"at"`
}

// MarshalJSON returns the JSON form.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// maxValueDepth bounds lists within lists: values come from other processes.
const maxValueDepth = 8

// UnmarshalJSON reads the JSON form.
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := parseValue(bytes.TrimSpace(data), 0)
	if err != nil {
		return fmt.Errorf("connector: value: %w", err)
	}
	*v = parsed
	return nil
}

func parseValue(data []byte, depth int) (Value, error) {
	if len(data) == 0 {
		return Value{}, fmt.Errorf("empty input")
	}
	if depth > maxValueDepth {
		return Value{}, fmt.Errorf("lists nested deeper than %d", maxValueDepth)
	}
	switch data[0] {
	case 'n':
		return Value{}, nil
	case 't', 'f':
		return Bool(data[0] == 't'), nil
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return Value{}, err
		}
		return Text(s), nil
	case '[':
		var raw []json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return Value{}, err
		}
		items := make([]Value, len(raw))
		for i, item := range raw {
			var err error
			if items[i], err = parseValue(bytes.TrimSpace(item), depth+1); err != nil {
				return Value{}, err
			}
		}
		return List(items...), nil
	case '{':
		var at instantJSON
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&at); err != nil {
			return Value{}, err
		}
		return Instant(at.At), nil
	default:
		return Decimal(string(data))
	}
}
