package dovetail

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// names are what a record is and was called, the longest first: one may begin
// with another.
type names []string

func (n *names) add(texts ...string) {
	for _, text := range texts {
		// What stands for a name that is gone is no name.
		if text == "" || strings.Contains(erasedText, text) || slices.Contains(*n, text) {
			continue
		}
		*n = append(*n, text)
	}
	slices.SortFunc(*n, func(a, b string) int { return len(b) - len(a) })
}

// none reports whether none of these is a name.
func (n names) none(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return slices.Contains(n, text) })
}

// noneGiven reports whether none of the names that were written, or written over,
// is one.
func (n names) noneGiven(set []store.FieldChange) bool {
	return !slices.ContainsFunc(set, func(change store.FieldChange) bool {
		return change.Field == store.NameField && !n.none(change.From.String(), change.To.String())
	})
}

func (n names) replace(text *string) {
	if slices.Contains(n, *text) {
		*text = erasedText
	}
}

func (n names) replaceGiven(set []store.FieldChange) {
	for i, change := range set {
		for _, value := range []*connector.Value{&set[i].From, &set[i].To} {
			if change.Field == store.NameField && slices.Contains(n, value.String()) {
				*value = connector.Text(erasedText)
			}
		}
	}
}

// leave takes the names out of a text that says more, and reports whether there
// were any. Part of a word is no name.
func (n names) leave(text *string) bool { return n.takeOut(text, endsApart, beginsApart) }

// leaveList takes the names out of a list of names, each of which may have
// something in parentheses.
func (n names) leaveList(text *string) bool {
	return n.takeOut(text,
		func(before string) bool { return before == "" || strings.HasSuffix(before, ", ") },
		func(behind string) bool {
			return behind == "" || strings.HasPrefix(behind, ", ") || strings.HasPrefix(behind, " (")
		})
}

// takeOut puts something else in the place of each name that has the right things
// before it and behind it.
func (n names) takeOut(text *string, before, behind func(string) bool) bool {
	found := false
	for _, name := range n {
		var b strings.Builder
		rest := *text
		for {
			at := strings.Index(rest, name)
			if at < 0 {
				break
			}
			b.WriteString(rest[:at])
			rest = rest[at:]
			if before(b.String()) && behind(rest[len(name):]) {
				b.WriteString(erasedText)
				rest, found = rest[len(name):], true
				continue
			}
			_, first := utf8.DecodeRuneInString(rest)
			b.WriteString(rest[:first])
			rest = rest[first:]
		}
		*text = b.String() + rest
	}
	return found
}

// beginsApart and endsApart report whether a text leaves alone the word before or
// behind it.
func beginsApart(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return text == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func endsApart(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return text == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
