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

// NormalMAC returns a hardware address in the form "00:1a:2b:3c:4d:5e". It reads
// twelve hexadecimal digits with colons, dashes, dots, blanks or nothing between
// them, and groups that lack a leading zero ("0:1a:2b:3c:4d:5e"). It is false
// for anything else, and for what doesn't belong to one device: all zeros,
// multicast, locally administered, and the ranges of virtual machines and VPN
// clients.
func NormalMAC(s string) (mac string, ok bool) { return table().NormalMAC(s) }

// NormalMAC is [NormalMAC] with the virtual ranges of these tables.
func (t *Tables) NormalMAC(s string) (mac string, ok bool) {
	digits := macDigits(strings.ToLower(strings.TrimSpace(s)))
	if len(digits) != 12 || strings.Trim(digits, "0") == "" {
		return "", false
	}
	const multicast, local = 1, 2
	if hexValue(digits[1])&(multicast|local) != 0 { // FF:FF:FF:FF:FF:FF is multicast
		return "", false
	}
	for _, prefix := range t.virtual {
		if strings.HasPrefix(digits, prefix) {
			return "", false
		}
	}
	var b strings.Builder
	for at := 0; at < len(digits); at += 2 {
		if at > 0 {
			b.WriteByte(':')
		}
		b.WriteString(digits[at : at+2])
	}
	return b.String(), true
}

// macDigits returns the digits of an address, or "" if it isn't written like
// one.
func macDigits(s string) string {
	groups := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(":-. ", r) })
	for i, group := range groups {
		if strings.ContainsFunc(group, func(r rune) bool { return hexValue(byte(min(r, utf8.RuneSelf))) < 0 }) {
			return ""
		}
		if len(groups) == 6 && len(group) == 1 {
			groups[i] = "0" + group
		}
	}
	return strings.Join(groups, "")
}

// hexValue returns the value of a lower-case hexadecimal digit, or -1.
func hexValue(c byte) int { return strings.IndexByte("0123456789abcdef", c) }

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
