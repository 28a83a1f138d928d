package syncro

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// The methods below read what Syncro sends for one and the same field: a number
// where text is documented, "1" for true, null for anything.

// text reads a text. A number or a bool is its own text; null is empty. An
// object or a list costs the record.
func (in *input) text() text {
	if c := in.peek(); c == '{' || c == '[' {
		in.strange("found an object or a list where text belongs")
	}
	return in.anyText()
}

// anyText reads a text, and an object or a list as none.
func (in *input) anyText() text {
	switch in.peek() {
	case '"':
		raw, escaped := in.quoted()
		switch {
		case escaped:
			return text(connector.CleanText(unescape(raw))) // NUL can only come escaped
		case !utf8.Valid(raw):
			return text(bytes.ToValidUTF8(raw, []byte("\uFFFD")))
		}
		return text(raw)
	case '{', '[', 'n':
		in.skip()
		return ""
	}
	return text(in.skip())
}

// id reads an id: a whole number, also as text. Null and zero are empty.
// Anything else costs the record.
func (in *input) id() id {
	digits := bytes.Trim(in.skip(), `"`)
	switch {
	case len(digits) == 0 || string(digits) == "null" || string(digits) == "0":
		return ""
	case !isID(string(digits)):
		in.strange("found something else where an id belongs")
		return ""
	}
	return id(digits)
}

// anyID reads an id, and anything else as none.
func (in *input) anyID() id {
	if digits := bytes.Trim(in.skip(), `"`); isID(string(digits)) {
		return id(digits)
	}
	return ""
}

// flag reads a bool, also as number or text. What is neither is false.
func (in *input) flag() bool {
	on, _ := in.optionalFlag().AsBool()
	return on
}

// optionalFlag reads a bool, also as number or text. What is neither is absent.
func (in *input) optionalFlag() connector.Value {
	switch strings.ToLower(string(bytes.Trim(in.skip(), `"`))) {
	case "true", "1", "yes", "on", "t":
		return connector.Bool(true)
	case "false", "0", "no", "off", "f":
		return connector.Bool(false)
	}
	return connector.Value{}
}

// instant reads a moment. What isn't one is unknown: a record is worth more
// than its time stamp.
func (in *input) instant() time.Time {
	if in.peek() != '"' {
		in.skip()
		return time.Time{}
	}
	raw, escaped := in.quoted()
	if escaped {
		raw = []byte(unescape(raw))
	}
	return parseInstant(raw)
}

// parseInstant reads a moment in the forms in which Ruby writes one. A time
// without a zone is no moment.
func parseInstant(raw []byte) time.Time {
	var at time.Time
	if at.UnmarshalText(raw) != nil {
		at = time.Time{}
		for _, form := range [...]string{
			"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05Z07:00",
		} {
			if parsed, err := time.Parse(form, string(raw)); err == nil {
				at = parsed
				break
			}
		}
	}
	if at.Year() <= 1 {
		return time.Time{}
	}
	return at
}

// texts reads a list of texts. A single text is a list of one; anything that is
// no text is left out.
func (in *input) texts(into []string) []string {
	add := func(t text) {
		if s := t.trim(); s != "" {
			into = append(into, s)
		}
	}
	if in.peek() != '[' {
		add(in.anyText())
		return into
	}
	for in.isList(); in.item(); {
		add(in.anyText())
	}
	return into
}

// whole reads a number, also as text, without its fraction. What isn't one is
// absent.
func (in *input) whole() connector.Value {
	n, err := strconv.ParseFloat(in.anyText().trim(), 64)
	if err != nil || !(n >= 0 && n <= maxCount) { // "NaN" is read without an error, and compares with nothing
		return connector.Value{}
	}
	return connector.Integer(int64(n))
}

// value reads the value of a custom field. Lists keep their texts, numbers and
// bools; an object has no meaning that is known.
func (in *input) value() connector.Value {
	switch in.peek() {
	case '[':
		var values []connector.Value
		for in.isList(); in.item(); {
			if in.peek() == '[' {
				in.skip()
				continue
			}
			values = append(values, in.value())
		}
		return connector.List(values...)
	case '"':
		t := in.anyText()
		if t.trim() == "" || showsSecret(string(t)) {
			return connector.Value{}
		}
		return connector.Text(string(t))
	case 't', 'f':
		return connector.Bool(string(in.skip()) == "true")
	case '{', 'n':
		in.skip()
		return connector.Value{}
	}
	raw := in.skip()
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return connector.Integer(n)
	}
	v, err := connector.Decimal(string(raw))
	if err != nil {
		return connector.Value{}
	}
	return v
}
