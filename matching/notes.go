package matching

import "strings"

// withoutNotes drops the notes from a folded name.
func (t *Tables) withoutNotes(folded string) string { return t.withoutTail(t.withoutEnclosed(folded)) }

// closing is the counterpart of a character that can open a note, zero for any
// other.
func closing(open byte) byte {
	switch open {
	case '*':
		return '*'
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	}
	return 0
}

// withoutEnclosed drops the notes between asterisks or in brackets.
func (t *Tables) withoutEnclosed(s string) string {
	if !strings.ContainsAny(s, "*([{") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for at := 0; at < len(s); {
		if n := t.noteAt(s[at:]); n > 0 {
			b.WriteByte(' ')
			at += n
			continue
		}
		b.WriteByte(s[at])
		for at++; s[at-1] == '*' && at < len(s) && s[at] == '*'; at++ {
			// A run of asterisks opens one note or none.
		}
	}
	return b.String()
}

// noteAt returns the length of the enclosed note that s begins with, or zero.
func (t *Tables) noteAt(s string) int {
	end := closing(s[0])
	if end == 0 {
		return 0
	}
	start := 1
	for end == '*' && start < len(s) && s[start] == '*' {
		start++
	}
	near := s[start:min(len(s), start+longestNote+1)]
	length := strings.IndexByte(near, end)
	if length < 0 || !t.isNote(near[:length]) {
		return 0
	}
	rest := start + length + 1
	for end == '*' && rest < len(s) && s[rest] == '*' {
		rest++
	}
	return rest
}

// withoutTail drops notes after a dash at the end. The dash stands apart: "X-Main"
// has none.
func (t *Tables) withoutTail(s string) string {
	for {
		s = strings.TrimSpace(s)
		at, size := lastDash(s)
		if at <= 0 || !t.isNote(s[at+size:]) {
			return s
		}
		s = s[:at]
	}
}

// lastDash finds the last dash that stands apart.
func lastDash(s string) (at, size int) {
	at = -1
	from := max(0, len(s)-longestNote-len(" — ")) // before that no note can follow
	for _, dash := range []string{" - ", " – ", " — "} {
		if i := strings.LastIndex(s[from:], dash); i >= 0 && from+i > at {
			at, size = from+i, len(dash)
		}
	}
	return at, size
}

// longestNote bounds what is looked up, in bytes, so that a name full of
// brackets is not searched again and again.
const longestNote = 64

func (t *Tables) isNote(s string) bool {
	return len(s) <= longestNote && t.notes[strings.Join(words(s), " ")]
}
