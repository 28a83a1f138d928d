package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// beforeFolding replaces what the compatibility decomposition would turn into
// letters ("Acme™" into "AcmeTM") or tear a word apart (´ into a blank).
var beforeFolding = strings.NewReplacer(
	"™", " ", "℠", " ", "®", " ", "©", " ",
	"’", "'", "‘", "'", "ʼ", "'", "ʹ", "'", "´", "'", "`", "'", "′", "'", "＇", "'",
)

// fold returns s so that equal names are equal however they are typed: without
// letter case, width, ligatures, invisible characters, and without accents on
// Latin and Greek letters. In other scripts a mark makes another letter (が is
// not か), so there it stays.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(strings.ReplaceAll(s, "`", "'"))
	}
	s = norm.NFKD.String(beforeFolding.Replace(strings.ToValidUTF8(s, "\uFFFD")))
	s = norm.NFKD.String(cases.Fold().String(s))
	var b strings.Builder
	b.Grow(len(s))
	bare := true // what stands before a mark doesn't carry it
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cf, r):
			continue
		case unicode.IsMark(r):
			if bare {
				continue
			}
		default:
			bare = !unicode.IsLetter(r) || unicode.In(r, unicode.Latin, unicode.Greek)
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isWordRune reports whether r belongs to a word.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// isInitial reports whether a word is one letter of a script that abbreviates
// with initials.
func isInitial(word string) bool {
	if len(word) > utf8.UTFMax {
		return false
	}
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && unicode.IsLetter(r) && unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// squash returns the letters and digits of s alone, folded.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if isWordRune(r) {
			return r
		}
		return -1
	}, fold(s))
}

// words splits a folded text. "&" and "+" are the word "and", an apostrophe
// within a word is left out, anything else that is neither letter nor digit
// parts words, and initials become one word ("a.o.", "a. o." and "a o" are all
// "ao").
func words(folded string) []string { return appendWords(make([]string, 0, 8), folded) }

// appendWords appends the words of a folded text.
func appendWords(all []string, folded string) []string {
	initials := 0 // how many of the last words are initials, to be joined
	join := func() {
		if initials > 1 {
			at := len(all) - initials
			all = append(all[:at], strings.Join(all[at:], ""))
		}
		initials = 0
	}
	var buf [8]string
	for chunk := range strings.FieldsSeq(spaced(folded)) {
		parts := appendParts(buf[:0], chunk)
		if len(parts) > 1 && allInitials(parts) {
			join() // "a b.v." is a company A of the form bv, not "abv"
			all = append(all, strings.Join(parts, ""))
			continue
		}
		for _, part := range parts {
			if !isInitial(part) {
				join()
				all = append(all, part)
				continue
			}
			all = append(all, part)
			initials++
		}
	}
	join()
	return all
}

// appendParts appends what is between all that doesn't belong to a word.
func appendParts(all []string, chunk string) []string {
	start := -1
	for i, r := range chunk {
		switch word := isWordRune(r); {
		case word && start < 0:
			start = i
		case !word && start >= 0:
			all, start = append(all, chunk[start:i]), -1
		}
	}
	if start >= 0 {
		all = append(all, chunk[start:])
	}
	return all
}

func allInitials(parts []string) bool {
	for _, part := range parts {
		if !isInitial(part) {
			return false
		}
	}
	return true
}

// spaced writes "&" and "+" out and closes words over an apostrophe.
func spaced(folded string) string {
	if !strings.ContainsAny(folded, "&+'") {
		return folded
	}
	var b strings.Builder
	b.Grow(len(folded) + 8)
	var before rune
	for i, r := range folded {
		switch r {
		case '&', '+':
			b.WriteString(" and ")
		case '\'':
			after, _ := utf8.DecodeRuneInString(folded[i+1:])
			if !isWordRune(before) || !isWordRune(after) {
				b.WriteByte(' ')
			}
		default:
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}
