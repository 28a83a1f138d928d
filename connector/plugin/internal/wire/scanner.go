package wire

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// scanner goes through a JSON text that is valid UTF-8. Strings without an
// escape are parts of the text, and cost no allocation.
type scanner struct {
	text string
	pos  int
	// simple says that a quote ends a string, whatever is before it: the text
	// has no backslash and no control.
	simple bool
}

func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) space() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// take moves past c, after any space, and reports whether it was there.
func (s *scanner) take(c byte) bool {
	if s.pos < len(s.text) && s.text[s.pos] == c {
		s.pos++
		return true
	}
	return s.takeAfterSpace(c)
}

func (s *scanner) takeAfterSpace(c byte) bool {
	s.space()
	if s.pos == len(s.text) || s.text[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) word(word string) error {
	if !strings.HasPrefix(s.text[s.pos:], word) {
		return errSyntax
	}
	s.pos += len(word)
	return nil
}

// null moves past null and reports whether it was there.
func (s *scanner) null() bool {
	s.space()
	return s.peek() == 'n' && s.word("null") == nil
}

// open moves past the bracket that begins an object or an array, and past the
// one that ends it if nothing is in it. It reports whether something is.
func (s *scanner) open(begin, end byte) (more bool, err error) {
	if !s.take(begin) {
		return false, errSyntax
	}
	return !s.take(end), nil
}

// next moves past what follows on a member or an item, and reports whether
// another one does.
func (s *scanner) next(end byte) (more bool, err error) {
	switch {
	case s.take(','):
		return true, nil
	case s.take(end):
		return false, nil
	default:
		return false, errSyntax
	}
}

// memberName reads the name of a member and the colon behind it.
func (s *scanner) memberName() (string, error) {
	s.space()
	name, err := s.string()
	if err == nil && !s.take(':') {
		err = errSyntax
	}
	return name, err
}

func (s *scanner) textOrNull() (string, error) {
	if s.null() {
		return "", nil
	}
	return s.string()
}

// string reads a string.
func (s *scanner) string() (string, error) {
	if s.peek() != '"' {
		return "", errSyntax
	}
	s.pos++
	rest := s.text[s.pos:]
	if s.simple {
		i := strings.IndexByte(rest, '"')
		if i < 0 {
			return "", errSyntax
		}
		s.pos += i + 1
		return rest[:i], nil
	}
	for i := 0; ; i++ {
		i += plainPrefix(rest[i:])
		switch {
		case i == len(rest):
			return "", errSyntax
		case rest[i] == '"':
			s.pos += i + 1
			return rest[:i], nil
		case rest[i] == '\\':
			return s.escaped(s.pos + i)
		case rest[i] < 0x20:
			return "", errSyntax
		}
	}
}

// escaped reads the rest of a string whose first escape is at i.
func (s *scanner) escaped(i int) (string, error) {
	out := append(make([]byte, 0, i-s.pos+64), s.text[s.pos:i]...)
	for s.pos = i; s.pos < len(s.text); {
		c := s.text[s.pos]
		s.pos++
		switch {
		case c == '"':
			return string(out), nil
		case c < 0x20:
			return "", errSyntax
		case c != '\\':
			out = append(out, c)
			continue
		}
		c = s.peek()
		s.pos++
		switch c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, ok := s.unit()
			if !ok {
				return "", errSyntax
			}
			out = utf8.AppendRune(out, s.surrogate(r))
		default:
			return "", errSyntax
		}
	}
	return "", errSyntax
}

// unit reads the four digits of \u.
func (s *scanner) unit() (rune, bool) {
	if len(s.text)-s.pos < 4 {
		return 0, false
	}
	digits := s.text[s.pos : s.pos+4]
	if strings.ContainsAny(digits, "+-_") {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 16)
	if err != nil {
		return 0, false
	}
	s.pos += 4
	return rune(n), true
}

// surrogate completes r by the second half of its pair, if it is the first
// half of one. A half alone is the replacement character.
func (s *scanner) surrogate(r rune) rune {
	if !utf16.IsSurrogate(r) {
		return r
	}
	if strings.HasPrefix(s.text[s.pos:], `\u`) {
		before := s.pos
		s.pos += 2
		if second, ok := s.unit(); ok {
			if whole := utf16.DecodeRune(r, second); whole != utf8.RuneError {
				return whole
			}
		}
		s.pos = before
	}
	return utf8.RuneError
}

// number reads a number: small whole ones, which most are, without copying.
func (s *scanner) number() (connector.Value, error) {
	start := s.pos
	if s.peek() == '-' {
		s.pos++
	}
	whole := s.digits()
	if len(whole) == 0 || len(whole) > 1 && whole[0] == '0' {
		return connector.Value{}, errSyntax
	}
	integer := true
	if s.peek() == '.' {
		integer = false
		s.pos++
		if s.digits() == "" {
			return connector.Value{}, errSyntax
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		integer = false
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if s.digits() == "" {
			return connector.Value{}, errSyntax
		}
	}
	text := s.text[start:s.pos]
	if integer {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return connector.Integer(n), nil
		}
	}
	return connector.Decimal(text)
}

func (s *scanner) digits() string {
	start := s.pos
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.pos++
	}
	return s.text[start:s.pos]
}

// skip moves past any value.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return errDeep
	}
	var err error
	switch s.space(); s.peek() {
	case '"':
		_, err = s.string()
	case '[':
		err = s.skipItems(depth, ']', func() error { return nil })
	case '{':
		err = s.skipItems(depth, '}', func() error { _, err := s.memberName(); return err })
	case 't':
		err = s.word("true")
	case 'f':
		err = s.word("false")
	case 'n':
		err = s.word("null")
	default:
		_, err = s.number()
	}
	return err
}

// skipItems moves past an array, or an object whose names are read by before.
func (s *scanner) skipItems(depth int, end byte, before func() error) error {
	more, err := s.open(s.peek(), end)
	for more && err == nil {
		if err = before(); err == nil {
			err = s.skip(depth + 1)
		}
		if err == nil {
			more, err = s.next(end)
		}
	}
	return err
}
