package syncro

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// The types below decode, as parts of small answers, what input reads of pages.

// text decodes a text. A number or a bool is its own text; null is empty.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	in := input{data: data}
	*t = in.text()
	return errors.Join(in.end(), in.odd)
}

// trim returns the text without white space around it.
func (t text) trim() string { return strings.TrimSpace(string(t)) }

// id decodes an id: a whole number, also as text. Null and zero are empty.
type id string

// UnmarshalJSON implements json.Unmarshaler.
func (i *id) UnmarshalJSON(data []byte) error {
	in := input{data: data}
	*i = in.id()
	return errors.Join(in.end(), in.odd)
}

// maxID is the number of digits of the greatest 64-bit number.
const maxID = 19

// isID reports whether s can be the id of anything: digits without a leading
// zero.
func isID(s string) bool {
	return s != "" && len(s) <= maxID && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// idList decodes ids, and leaves out what isn't one. A list without any, and
// something else than a list, aren't the same as null: nil is null alone.
type idList []id

// UnmarshalJSON implements json.Unmarshaler.
func (l *idList) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		*l = nil
		return nil
	}
	*l = idList{}
	var items []json.RawMessage
	if json.Unmarshal(data, &items) != nil {
		items = []json.RawMessage{data}
	}
	for _, item := range items {
		in := input{data: item}
		if found := in.anyID(); found != "" {
			*l = append(*l, found)
		}
	}
	return nil
}

// firstOf returns the first text that isn't blank, without white space around it.
func firstOf(candidates ...text) string {
	for _, t := range candidates {
		if s := t.trim(); s != "" {
			return s
		}
	}
	return ""
}
