package storetest

import (
	"slices"
	"strings"
)

// hostileIDs are ids that are allowed and that a careless store gets wrong, in
// bytewise order. A collation of any language sorts them in another way; a key
// that ignores case, accents, the form of accents or white space at the end
// mixes some up; a statement or a pattern put together from texts breaks.
func hostileIDs() []string {
	ids := []string{
		" ", "  ", "!", `"`, "#", "$1", "%", "%a", "&amp;", "'", "''", "'; drop table cards; --", "*", "+", "-", "--", "-1", "/",
		"0", "00", "01", "1", "1 1", "1.0", "1/2", "10", "1e3", "2", "9", ":id", ";", "?", "@p1", "A", "AB", "Ab", "B", "I", "NULL", "Z",
		"[a]", `\`, `\'`, "_", "__", "_a", "`", "a", "a ", "a b", "a%", "a'", "a-b", "a/b", "a_", "aB", "ab", "abc", "b", "i", "null", "true",
		"ss", "z", "{}", "|", "~", "\u00a0", "\u00c4", "\u00df", "\u00e4", "a\u0308", "\u00e9", "\u0130", "\u0131", "\u03c3", "\u03c2",
		"\u200b", "\u2028", "\u65e5\u672c", "\ufb01", "\ufffd", "\uff5e", "\U0001F600", "\U0001F600a", "\U0010FFFF",
		strings.Repeat("x", 190), strings.Repeat("x", 191), strings.Repeat("x", 190) + "y", strings.Repeat("\u00e9", 95) + "x",
		strings.Repeat("'", 191), strings.Repeat("\U0001F600", 47),
	}
	slices.Sort(ids)
	return ids
}

// mixedIDs are few ids that run into one another where keys are made by joining
// texts, and that a collation sorts in another way.
func mixedIDs() []string { return []string{"1", "1/2", "A", "a", "a b", "ab", "\u00e4"} }

// badIDs are ids that are not allowed, beside the empty one.
func badIDs() map[string]string {
	return map[string]string{
		"NUL":                      "a\x00b",
		"a control character":      "a\nb",
		"a late control character": "a\u0085",
		"broken UTF-8":             "a\xffb",
		"half a surrogate":         "\xed\xa0\x80",
		"192 bytes":                strings.Repeat("x", 192),
		"192 bytes in 96 runes":    strings.Repeat("\u00e9", 96),
	}
}

// hostileTexts are texts for people, some of which can't be kept as they are.
func hostileTexts() []string {
	return []string{
		"", " ", "plain", "'", `"`, `\`, "\x00", "a\x00b", "\xff", "a\xc3", "\xed\xa0\x80", "\r\n\t", "\u0085", "\ufeff",
		"'; drop table cards; --", "%s%d", "$1", "?", "null", "\u00e4\u00f6\u00fc", "\u65e5\u672c", "\U0001F600", "<b>&amp;</b>", "{\"a\":1}",
		strings.Repeat("long \u00e9 ", 2000),
	}
}
