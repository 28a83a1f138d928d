package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// leastKey is the fewest letters and digits that make a serial number.
const leastKey = 4

// NormalSerial returns a serial number as it is compared: in upper case,
// trimmed, without a leading "S/N". It is false for what can't tell one device
// from another: fewer than four letters and digits, one character repeated, or
// what manufacturers leave where they filled nothing in.
func NormalSerial(s string) (serial string, ok bool) { return table().NormalSerial(s) }

// NormalSerial is [NormalSerial] with the junk of these tables.
func (t *Tables) NormalSerial(s string) (serial string, ok bool) {
	serial = strings.ToUpper(strings.TrimSpace(s))
	for found := true; found; {
		found = false
		for _, label := range []string{"S/N", "SERIAL NUMBER:", "SERIAL:", "SN:"} {
			if rest, cut := strings.CutPrefix(serial, label); cut {
				serial, found = strings.TrimLeftFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == ':' || r == '#' }), true
			}
		}
	}
	bare := squash(serial)
	if utf8.RuneCountInString(bare) < leastKey || repeated(bare) || t.junk[bare] || !utf8.ValidString(serial) ||
		strings.ContainsFunc(serial, unicode.IsControl) {
		return "", false
	}
	return serial, true
}

// repeated reports whether s is one character again and again.
func repeated(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	return size > 0 && strings.Trim(s, string(first)) == ""
}

// serialKey returns a serial number as the ladder compares it: without the
// punctuation and the blanks that one system prints and the other doesn't.
func (t *Tables) serialKey(s string) (key string, ok bool) {
	serial, ok := t.NormalSerial(s)
	return strings.ToUpper(squash(serial)), ok
}

// isMisread reports whether two serial numbers differ by what happens when one
// is typed: one character is another, left out or too much, or two are swapped.
func isMisread(a, b string) bool {
	const long = 6
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < long || len(b)-len(a) > 1 {
		return false
	}
	for len(a) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}

// isSuccessor reports whether two serial numbers differ where those of devices
// do that were bought together.
func isSuccessor(a, b string) bool {
	const counted = 4
	return a[max(0, len(a)-counted):] != b[max(0, len(b)-counted):]
}

// NormalEmail returns an e-mail address as it is compared: in lower case,
// trimmed. It is false for what isn't one address, and for the address of a
// function ("info@", "scan@"), which tells nothing about a person.
func NormalEmail(s string) (email string, ok bool) { return table().NormalEmail(s) }

// NormalEmail is [NormalEmail] with the role addresses of these tables.
func (t *Tables) NormalEmail(s string) (email string, ok bool) {
	email = strings.TrimPrefix(strings.ToLower(strings.TrimSpace(s)), "mailto:")
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" || strings.Contains(domain, "@") || !strings.Contains(strings.Trim(domain, "."), ".") ||
		!utf8.ValidString(email) || strings.ContainsFunc(email, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`,;:<>"()`, r)
	}) {
		return "", false
	}
	if t.isRole(local) {
		return "", false
	}
	return email, true
}

// isRole reports whether the part before the @ names a function: as a whole, as
// one of its words ("scan.hq"), or numbered ("sales2").
func (t *Tables) isRole(local string) bool {
	mailbox, _, _ := strings.Cut(local, "+")
	roles := t.roles
	if bare := squash(mailbox); bare == "" || roles[bare] {
		return true
	}
	for part := range strings.FieldsFuncSeq(mailbox, func(r rune) bool { return !isWordRune(r) }) {
		if roles[strings.TrimRight(part, "0123456789")] {
			return true
		}
	}
	return false
}
