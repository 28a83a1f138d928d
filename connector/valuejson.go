package connector

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// A value's JSON form is written and read millions of times in a run, nearly
// always in the plainest way: without white space and fractions, and with few
// escapes. That way is gone here in one pass. For all else there is
// encoding/json, which says the same of what both can read.

// AppendJSON appends the value's JSON form.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindText:
		return appendJSONText(dst, v.text)
	case KindInteger:
		return strconv.AppendInt(dst, v.num, 10)
	case KindDecimal:
		return append(dst, v.text...)
	case KindBool:
		return strconv.AppendBool(dst, v.num == 1)
	case KindInstant:
		dst = append(dst, instantBegins...)
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
const instantBegins = `{"at":"`

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
		dst = append(appendJSONText(dst, string(name)), ':')
		dst = values[name].AppendJSON(dst)
	}
	return append(dst, '}')
}

// ParseValues reads what AppendValues writes, and any other JSON form of values
// by name.
func ParseValues[M ~map[K]Value, K ~string](data []byte) (M, error) {
	p := plainJSON{data: data}
	if values, ok := plainValues[M](&p); ok && p.pos == len(data) {
		return values, nil
	}
	var values M
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("connector: values: %w", err)
	}
	return values, nil
}

// appendJSONText appends a text as encoding/json writes it.
func appendJSONText(dst []byte, text string) []byte {
	before := len(dst)
	dst = append(dst, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ' || c >= utf8.RuneSelf || c == '<' || c == '>' || c == '&':
			quoted, _ := json.Marshal(text) // never fails for a text
			return append(dst[:before], quoted...)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// plainJSON reads plain JSON. What it doesn't take may be JSON all the same.
type plainJSON struct {
	data []byte
	pos  int
}

// sign passes over a sign, and reports whether it was there.
func (p *plainJSON) sign(c byte) bool {
	if p.pos < len(p.data) && p.data[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

// word passes over a word.
func (p *plainJSON) word(word string) bool {
	if len(p.data)-p.pos >= len(word) && string(p.data[p.pos:p.pos+len(word)]) == word {
		p.pos += len(word)
		return true
	}
	return false
}

// text returns a text. One without escapes stands for itself.
func (p *plainJSON) text() (text string, ok bool) {
	if !p.sign('"') {
		return "", false
	}
	start, plain := p.pos, true
	for ; p.pos < len(p.data); p.pos++ {
		switch c := p.data[p.pos]; {
		case c == '"':
			raw := p.data[start:p.pos]
			p.pos++
			if plain {
				return string(raw), true
			}
			err := json.Unmarshal(p.data[start-1:p.pos], &text)
			return text, err == nil
		case c == '\\':
			p.pos++ // what is escaped is no end
			plain = false
		case c < ' ' || c >= utf8.RuneSelf:
			plain = false
		}
	}
	return "", false
}

// value returns a value.
func (p *plainJSON) value(depth int) (v Value, ok bool) {
	if p.pos == len(p.data) || depth > maxValueDepth {
		return v, false
	}
	switch p.data[p.pos] {
	case '"':
		text, ok := p.text()
		return Text(text), ok
	case 'n':
		return v, p.word("null")
	case 't':
		return Bool(true), p.word("true")
	case 'f':
		return Bool(false), p.word("false")
	case '[':
		return p.list(depth)
	case '{':
		return p.instant()
	default:
		return p.integer()
	}
}

func (p *plainJSON) list(depth int) (Value, bool) {
	p.pos++
	var items []Value
	for !p.sign(']') {
		if len(items) > 0 && !p.sign(',') {
			return Value{}, false
		}
		item, ok := p.value(depth + 1)
		if !ok {
			return Value{}, false
		}
		items = append(items, item)
	}
	return List(items...), true
}

func (p *plainJSON) instant() (Value, bool) {
	if !p.word(instantBegins) {
		return Value{}, false
	}
	p.pos-- // the quote belongs to the text
	text, ok := p.text()
	var at time.Time
	if !ok || !p.sign('}') || at.UnmarshalText([]byte(text)) != nil {
		return Value{}, false
	}
	return Instant(at), true
}

// integer returns a whole number of so few digits that it fits.
func (p *plainJSON) integer() (Value, bool) {
	start := p.pos
	negative := p.sign('-')
	first, n := p.pos, int64(0)
	for ; p.pos < len(p.data) && p.data[p.pos] >= '0' && p.data[p.pos] <= '9'; p.pos++ {
		n = n*10 + int64(p.data[p.pos]-'0')
	}
	digits := p.pos - first
	if digits == 0 || p.pos-start > 18 || p.data[first] == '0' && digits > 1 {
		return Value{}, false
	}
	if p.pos < len(p.data) && (p.data[p.pos] == '.' || p.data[p.pos]|0x20 == 'e') {
		return Value{}, false
	}
	if negative {
		n = -n
	}
	return Integer(n), true
}

// plainValues returns values by name.
func plainValues[M ~map[K]Value, K ~string](p *plainJSON) (M, bool) {
	if !p.sign('{') {
		return nil, false
	}
	values := make(M)
	for !p.sign('}') {
		if len(values) > 0 && !p.sign(',') {
			return nil, false
		}
		name, ok := p.text()
		if !ok || !p.sign(':') {
			return nil, false
		}
		key := K(name)
		if _, twice := values[key]; twice {
			return nil, false
		}
		if values[key], ok = p.value(0); !ok {
			return nil, false
		}
	}
	return values, true
}
