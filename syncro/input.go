package syncro

import (
	"encoding/json"
	"errors"
)

// input reads a JSON text once, from front to back, and takes out of it what is
// asked for. Whatever isn't is checked and never kept: an answer is mostly
// things that nobody may see, or that come again with each asset.
//
// It tells two faults apart. A text that isn't JSON ends everything (err). A
// value of another shape than its place costs one record (odd), and the
// reading goes on behind it.
type input struct {
	data []byte
	pos  int
	// first says that no item of the innermost object or list was read yet.
	first bool
	depth int
	// name is the name of the field that field stands at, until its value is
	// read: that can have fields as well.
	name []byte
	err  error
	odd  error
}

// maxDepth is how deep objects and lists may be within each other.
const maxDepth = 500

var (
	errSyntax = errors.New("the text is not JSON")
	errDeep   = errors.New("the text is nested too deep")
)

// fail ends the reading.
func (in *input) fail(err error) {
	if in.err == nil {
		in.err = err
	}
	in.pos = len(in.data)
}

// strange notes that a value has another shape than its place.
func (in *input) strange(why string) {
	if in.odd == nil && in.err == nil {
		in.odd = errors.New(why)
	}
}

// peek moves to the next value or sign and returns its first byte. Zero is the
// end.
func (in *input) peek() byte {
	for in.pos < len(in.data) {
		switch c := in.data[in.pos]; c {
		case ' ', '\t', '\n', '\r':
			in.pos++
		default:
			return c
		}
	}
	return 0
}

// end checks that nothing follows.
func (in *input) end() error {
	if in.err == nil && in.peek() != 0 || in.err == nil && in.pos < len(in.data) {
		in.fail(errSyntax)
	}
	return in.err
}

// isObject enters an object, whose fields are then read by field. Anything else
// it passes over.
func (in *input) isObject() bool { return in.enter('{') }

// isList enters a list, whose items are then read by item. Anything else it
// passes over.
func (in *input) isList() bool { return in.enter('[') }

func (in *input) enter(sign byte) bool {
	if in.peek() != sign {
		in.skip()
		return false
	}
	in.pos++
	in.depth++
	if in.depth > maxDepth {
		in.fail(errDeep)
		return false
	}
	in.first = true
	return true
}

// field moves to the value of the object's next field and says whether there
// is one. Its name is then in name. The value has to be read or skipped.
func (in *input) field() bool {
	if !in.next('}') {
		return false
	}
	if in.peek() != '"' {
		in.fail(errSyntax)
		return false
	}
	raw, escaped := in.quoted()
	in.name = raw
	if escaped {
		in.name = []byte(unescape(raw))
	}
	if in.peek() != ':' {
		in.fail(errSyntax)
		return false
	}
	in.pos++
	return true
}

// item moves to the list's next item and says whether there is one. It has to
// be read or skipped.
func (in *input) item() bool { return in.next(']') }

func (in *input) next(end byte) bool {
	switch c := in.peek(); {
	case in.err != nil:
		return false
	case c == end:
		in.pos++
		in.depth--
		in.first = false
		return false
	case in.first:
		in.first = false
	case c == ',':
		in.pos++ // what follows has to be a value, and no end
	default:
		in.fail(errSyntax)
		return false
	}
	return true
}

// skip passes over one value and returns it as it stands there.
func (in *input) skip() []byte {
	c := in.peek()
	start := in.pos
	switch c {
	case '{':
		in.enter('{')
		for in.field() {
			in.skip()
		}
	case '[':
		in.enter('[')
		for in.item() {
			in.skip()
		}
	case '"':
		in.quoted()
	case 't':
		in.literal("true")
	case 'f':
		in.literal("false")
	case 'n':
		in.literal("null")
	default:
		in.number()
	}
	if in.err != nil {
		return nil
	}
	return in.data[start:in.pos]
}

func (in *input) literal(word string) {
	if len(in.data)-in.pos < len(word) || string(in.data[in.pos:in.pos+len(word)]) != word {
		in.fail(errSyntax)
		return
	}
	in.pos += len(word)
}

// number passes over a number and returns it.
func (in *input) number() []byte {
	start := in.pos
	in.sign('-')
	whole := in.digits()
	leading := whole > 1 && in.data[in.pos-whole] == '0'
	ok := whole > 0 && !leading
	if ok && in.sign('.') {
		ok = in.digits() > 0
	}
	if ok && (in.sign('e') || in.sign('E')) {
		_ = in.sign('+') || in.sign('-')
		ok = in.digits() > 0
	}
	if !ok {
		in.fail(errSyntax)
		return nil
	}
	return in.data[start:in.pos]
}

func (in *input) sign(c byte) bool {
	if in.pos < len(in.data) && in.data[in.pos] == c {
		in.pos++
		return true
	}
	return false
}

func (in *input) digits() int {
	start := in.pos
	for in.pos < len(in.data) && in.data[in.pos] >= '0' && in.data[in.pos] <= '9' {
		in.pos++
	}
	return in.pos - start
}

// quoted passes over a text in quotes and returns what is between them, and
// whether anything in it is escaped.
func (in *input) quoted() (raw []byte, escaped bool) {
	data := in.data
	start := in.pos + 1
	for at := start; at < len(data); at++ {
		switch c := data[at]; {
		case c >= ' ' && c != '"' && c != '\\':
		case c == '"':
			in.pos = at + 1
			return data[start:at], escaped
		case c == '\\' && at+1 < len(data):
			escaped = true
			n := escapeLength(data[at+1:])
			if n == 0 {
				in.fail(errSyntax)
				return nil, false
			}
			at += n
		default:
			in.fail(errSyntax)
			return nil, false
		}
	}
	in.fail(errSyntax)
	return nil, false
}

// escapeLength returns how long an escape is behind its backslash. Zero is none.
func escapeLength(data []byte) int {
	switch data[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(data) < 5 {
			return 0
		}
		for _, c := range data[1:5] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return 0
			}
		}
		return 5
	}
	return 0
}

// unescape returns the text that stands escaped between quotes.
func unescape(raw []byte) string {
	var s string
	quoted := make([]byte, 0, len(raw)+2)
	quoted = append(append(append(quoted, '"'), raw...), '"')
	_ = json.Unmarshal(quoted, &s) // it was checked while it was passed over
	return s
}
