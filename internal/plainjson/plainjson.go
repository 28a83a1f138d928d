// Package plainjson reads and writes JSON in the plainest way: without white
// space and fractions, and with few escapes. That is how rows are kept, and they
// are read and written millions of times in a run. For all else there is
// encoding/json, to which whoever reads goes back.
package plainjson

import (
	"encoding/json"
	"unicode/utf8"
)

// AppendText appends a text as encoding/json writes it.
func AppendText(dst []byte, text string) []byte {
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

// Reader reads plain JSON. What it doesn't take may be JSON all the same.
type Reader struct {
	data []byte
	pos  int
	// all is data as text, once a part of it is asked for: mostly many are.
	all string
}

// NewReader returns a Reader of data.
func NewReader(data []byte) *Reader { return &Reader{data: data} }

// Done reports whether all was read.
func (r *Reader) Done() bool { return r.pos >= len(r.data) }

// Next returns the byte that comes next, 0 at the end.
func (r *Reader) Next() byte {
	if r.Done() {
		return 0
	}
	return r.data[r.pos]
}

// Sign passes over a sign, and reports whether it was there.
func (r *Reader) Sign(c byte) bool {
	if r.pos < len(r.data) && r.data[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

// Word passes over a word, and reports whether it was there.
func (r *Reader) Word(word string) bool {
	if len(r.data)-r.pos >= len(word) && string(r.data[r.pos:r.pos+len(word)]) == word {
		r.pos += len(word)
		return true
	}
	return false
}

// Text returns a text. One without escapes stands for itself, and is a part of
// all that was read: it keeps it in memory.
func (r *Reader) Text() (text string, ok bool) {
	start := r.pos
	plain, ok := r.quoted()
	switch {
	case !ok:
		return "", false
	case plain:
		if r.all == "" {
			r.all = string(r.data)
		}
		return r.all[start+1 : r.pos-1], true
	default:
		err := json.Unmarshal(r.data[start:r.pos], &text)
		return text, err == nil
	}
}

// quoted passes over a text, and reports whether it stands for itself.
func (r *Reader) quoted() (plain, ok bool) {
	if !r.Sign('"') {
		return false, false
	}
	plain = true
	for ; r.pos < len(r.data); r.pos++ {
		switch c := r.data[r.pos]; {
		case c == '"':
			r.pos++
			return plain, true
		case c == '\\':
			r.pos++ // what is escaped is no end
			plain = false
		case c < ' ' || c >= utf8.RuneSelf:
			plain = false
		}
	}
	return false, false
}

// Integer returns a whole number of so few digits that it fits.
func (r *Reader) Integer() (int64, bool) {
	start := r.pos
	negative := r.Sign('-')
	first, n := r.pos, int64(0)
	for ; r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9'; r.pos++ {
		n = n*10 + int64(r.data[r.pos]-'0')
	}
	digits := r.pos - first
	if digits == 0 || r.pos-start > 18 || r.data[first] == '0' && digits > 1 {
		return 0, false
	}
	if c := r.Next(); c == '.' || c|0x20 == 'e' {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

// Raw returns a whole value as it stands, for somebody else to read: whether it
// is JSON isn't looked at.
func (r *Reader) Raw() (raw []byte, ok bool) {
	start := r.pos
	for depth := 0; ; {
		switch c := r.Next(); c {
		case 0:
			return r.data[start:r.pos], depth == 0 && r.pos > start
		case '"':
			if _, ok := r.quoted(); !ok {
				return nil, false
			}
		case '[', '{':
			depth++
			r.pos++
		case ']', '}', ',':
			if depth == 0 {
				return r.data[start:r.pos], r.pos > start
			}
			if c != ',' {
				depth--
			}
			r.pos++
		default:
			r.pos++
		}
	}
}
