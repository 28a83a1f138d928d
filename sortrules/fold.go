package sortrules

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The functions here compare a folded text with one that isn't, without
// copying: values are folded one character at a time, and most are told apart by
// the first.

// foldRune returns the character that stands for all those which differ from r
// by letter case alone: by Unicode's simple folding. For ASCII letters it is the
// small one.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return rune(lower(byte(r)))
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if least < utf8.RuneSelf {
		return rune(lower(byte(least)))
	}
	return least
}

// fold returns s with every character folded.
func fold(s string) string { return strings.Map(foldRune, s) }

func lower(c byte) byte {
	if c-'A' < 26 {
		return c + 'a' - 'A'
	}
	return c
}

// equalFold reports whether s, folded, is folded.
func equalFold(folded, s string) bool {
	rest, ok := cutFold(folded, s)
	return ok && rest == ""
}

// prefixFold reports whether s, folded, begins with folded.
func prefixFold(folded, s string) bool {
	_, ok := cutFold(folded, s)
	return ok
}

// cutFold returns what follows folded at the beginning of s.
func cutFold(folded, s string) (rest string, ok bool) {
	for len(folded) >= 8 && len(s) >= 8 {
		want, have := eight(folded), eight(s)
		if (want|have)&eightHigh != 0 {
			return cutRunes(folded, s)
		}
		if want != lowerEight(have) {
			return "", false
		}
		folded, s = folded[8:], s[8:]
	}
	for i := range len(folded) {
		if i == len(s) {
			return "", false
		}
		if folded[i]|s[i] >= utf8.RuneSelf {
			return cutRunes(folded[i:], s[i:])
		}
		if folded[i] != lower(s[i]) {
			return "", false
		}
	}
	return s[len(folded):], true
}

const (
	eightOnes = 0x0101010101010101
	eightHigh = eightOnes * utf8.RuneSelf
)

// eight returns the first eight bytes of s.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// lowerEight is lower for eight bytes in ASCII at once: of each byte the high
// bit says, after an addition, whether it is at least 'A', and whether it is
// above 'Z'.
func lowerEight(v uint64) uint64 {
	atLeastA, aboveZ := v+(utf8.RuneSelf-'A')*eightOnes, v+(utf8.RuneSelf-'Z'-1)*eightOnes
	large := atLeastA &^ aboveZ & eightHigh
	return v | large>>2 // 'a' - 'A' is a quarter of the high bit
}

// cutRunes is cutFold for text outside ASCII.
func cutRunes(folded, s string) (rest string, ok bool) {
	for folded != "" {
		want, wide := utf8.DecodeRuneInString(folded)
		r, size := utf8.DecodeRuneInString(s)
		if size == 0 || foldRune(r) != want {
			return "", false
		}
		folded, s = folded[wide:], s[size:]
	}
	return s, true
}

// suffixFold reports whether s, folded, ends with folded.
func suffixFold(folded, s string) bool {
	for folded != "" {
		want, wide := utf8.DecodeLastRuneInString(folded)
		r, size := utf8.DecodeLastRuneInString(s)
		if size == 0 || foldRune(r) != want {
			return false
		}
		folded, s = folded[:len(folded)-wide], s[:len(s)-size]
	}
	return true
}

// containsFold reports whether folded is in s, folded.
func containsFold(folded, s string) bool {
	if isASCII(folded) && isASCII(s) {
		return containsASCII(folded, s)
	}
	// Folded once, so that no text takes longer than it is long. What is longer
	// folded isn't UTF-8.
	var buf [maxLook]byte
	all := buf[:0]
	for _, r := range s {
		all = utf8.AppendRune(all, foldRune(r))
	}
	return bytes.Contains(all, []byte(folded))
}

// containsASCII is containsFold for ASCII. Letters differ by one bit from case to
// case, so that few places are worth a comparison.
func containsASCII(folded, s string) bool {
	first := folded[0] | ' '
	for at := range len(s) - len(folded) + 1 {
		if s[at]|' ' == first && prefixFold(folded, s[at:]) {
			return true
		}
	}
	return false
}

// isASCII reports whether all bytes of s are ASCII.
func isASCII(s string) bool {
	var all uint64
	for len(s) >= 8 {
		all |= eight(s)
		s = s[8:]
	}
	for i := range len(s) {
		all |= uint64(s[i])
	}
	return all&eightHigh == 0
}

// globFold reports whether s, folded, has the form of pattern, which is folded.
// It never looks at more than len(pattern) × len(s) characters.
func globFold(pattern []rune, s string) bool {
	p, i := 0, 0
	star, from := -1, 0 // the last * met, and where the text that it stands for ends
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == foldRune(r)):
			p++
			i += size
		case star >= 0: // let it stand for one character more
			_, size = utf8.DecodeRuneInString(s[from:])
			from += size
			p, i = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// traits are a few facts about a text, one a bit, by which most texts are told
// apart without a comparison: that it is there, what it begins with, and which
// characters it has, as far as the bits tell them apart.
type traits uint64

const (
	// isThere is true of every text.
	isThere traits = 1 << 32
	// anySecond are the bits for the second character, anyFirst those for the
	// first and second, anyLetter those for all of them: they stand for not
	// knowing.
	anySecond traits = 0xffff << 16
	anyFirst  traits = isThere - 1
	anyLetter traits = ^anyFirst
)

// firstOf returns the bits of the first two characters of s, which isn't empty.
// They are equal for both cases of a letter. All texts that, folded, begin with a
// folded text have its bits: what is folded to a letter outside ASCII was outside
// it before.
func firstOf(s string) traits {
	if s[0] >= utf8.RuneSelf {
		return anyFirst
	}
	first := traits(1) << (s[0] & 15)
	switch {
	case len(s) == 1:
		return first
	case s[1] >= utf8.RuneSelf:
		return first | anySecond
	default:
		return first | 1<<16<<(s[1]&15)
	}
}

// lettersOf returns the bits of the characters of s, and whether all are ASCII.
// Otherwise the bits tell nothing.
func lettersOf(s string) (all traits, ascii bool) {
	var high byte
	for i := range len(s) {
		high |= s[i]
		all |= isThere << (s[i] & 31)
	}
	return all | isThere, high < utf8.RuneSelf
}
