package matching

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// addressKind is what a hardware address can tell.
type addressKind uint8

const (
	addressNone    addressKind = iota // none, or one that a driver gives every device
	addressAdapter                    // a dock's: it moves from device to device
	addressMade                       // made up: a virtual machine's
	addressRandom                     // made up, as by rolling dice: nobody else rolls the same
	addressOwn                        // burnt into one device
)

// NormalMAC returns a hardware address in the form "00:1a:2b:3c:4d:5e". It reads
// twelve hexadecimal digits with colons, dashes, dots, blanks or nothing between
// them, and groups that lack a leading zero ("0:1a:2b:3c:4d:5e"). It is false
// for anything else, and for what doesn't belong to one device: all zeros,
// multicast, locally administered, and the ranges of virtual machines, VPN
// clients, docks and USB adapters.
func NormalMAC(s string) (mac string, ok bool) { return table().NormalMAC(s) }

// NormalMAC is [NormalMAC] with the virtual ranges of these tables.
func (t *Tables) NormalMAC(s string) (mac string, ok bool) {
	mac, kind := t.hardwareAddress(s)
	if kind != addressOwn {
		return "", false
	}
	return mac, true
}

// hardwareAddress returns a hardware address and what it can tell.
func (t *Tables) hardwareAddress(s string) (mac string, kind addressKind) {
	digits := macDigits(strings.ToLower(strings.TrimSpace(s)))
	if len(digits) != 12 || repeated(digits) {
		return "", addressNone
	}
	var b strings.Builder
	for at := 0; at < len(digits); at += 2 {
		if at > 0 {
			b.WriteByte(':')
		}
		b.WriteString(digits[at : at+2])
	}
	return b.String(), t.kindOfAddress(digits)
}

func (t *Tables) kindOfAddress(digits string) addressKind {
	const multicast, local = 1, 2
	begins := func(prefix string) bool { return strings.HasPrefix(digits, prefix) }
	everywhere := func(prefix string) bool { return len(prefix) > len("00005e") && begins(prefix) }
	switch {
	case slices.ContainsFunc(t.virtual, everywhere):
		return addressNone // a driver's: the same on every device
	case slices.ContainsFunc(t.virtual, begins):
		return addressMade
	case hexValue(digits[1])&(multicast|local) != 0 && isRandom(digits):
		return addressRandom
	case hexValue(digits[1])&(multicast|local) != 0:
		return addressMade
	case slices.ContainsFunc(t.adapters, begins):
		return addressAdapter
	}
	return addressOwn
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

// isRandom reports whether an address looks as if nobody had thought about it. What
// a driver gives every device mostly has a pattern: zeros, equal bytes, bytes that
// count up, letters.
func isRandom(digits string) bool {
	seen, steps := make(map[byte]bool), make(map[byte]bool)
	written := true // by somebody, in letters, behind the first byte
	var before byte
	for i := 0; i < len(digits); i += 2 {
		b := byte(hexValue(digits[i])<<4 | hexValue(digits[i+1]))
		seen[b] = true
		if i > 0 {
			steps[b-before] = true
			written = written && b >= ' ' && b <= '~'
		}
		before = b
	}
	return len(seen) >= 5 && len(steps) >= 4 && !written && !seen[0] && !seen[0xff]
}
