package syncro

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The types below decode what Syncro sends for one and the same field: a
// number where text is documented, "1" for true, null for anything.

// text decodes a text. A number or a bool is its own text; null is empty.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '{', '[':
		return errors.New("found an object or a list where text belongs")
	case 'n':
		*t = ""
		return nil
	case '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(s)
		return nil
	}
	*t = text(data)
	return nil
}

// trim returns the text without white space around it.
func (t text) trim() string { return strings.TrimSpace(string(t)) }

// id decodes an id: a whole number, also as text. Null and zero are empty.
type id string

// maxID is the number of digits of the greatest 64-bit number.
const maxID = 19

// UnmarshalJSON implements json.Unmarshaler.
func (i *id) UnmarshalJSON(data []byte) error {
	digits := string(bytes.Trim(data, `"`))
	switch {
	case digits == "null" || digits == "" || digits == "0":
		*i = ""
		return nil
	case !isID(digits):
		return fmt.Errorf("found %.40q where an id belongs", digits)
	}
	*i = id(digits)
	return nil
}

// isID reports whether s can be the id of anything: digits without a leading
// zero.
func isID(s string) bool {
	return s != "" && len(s) <= maxID && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// flag decodes a bool, also as number or text. What is neither is false.
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(data []byte) error {
	switch strings.ToLower(string(bytes.Trim(data, `"`))) {
	case "true", "1", "yes", "on", "t":
		*f = true
	default:
		*f = false
	}
	return nil
}

// instant decodes a moment. What isn't one is unknown: a record is worth more
// than its time stamp.
type instant struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (i *instant) UnmarshalJSON(data []byte) error {
	i.Time = time.Time{}
	if at, err := time.Parse(time.RFC3339, string(bytes.Trim(data, `"`))); err == nil && at.Year() > 1 {
		i.Time = at
	}
	return nil
}

// texts decodes a list of texts. A single text is a list of one; anything that
// is no text is left out.
type texts []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *texts) UnmarshalJSON(data []byte) error {
	*t = nil
	var items []json.RawMessage
	if data[0] == '[' {
		if err := json.Unmarshal(data, &items); err != nil {
			return err
		}
	} else {
		items = []json.RawMessage{data}
	}
	for _, item := range items {
		var s text
		if err := json.Unmarshal(item, &s); err == nil && s.trim() != "" {
			*t = append(*t, s.trim())
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
