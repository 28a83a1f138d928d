package syncro

import (
	"slices"
	"strings"
)

// macList returns the hardware addresses that are written in texts, in one
// notation, each once, in order. A text may hold several, separated by commas,
// semicolons, slashes, bars, line ends or spaces.
func macList(raw []string) []string {
	var out []string
	add := func(s string) bool {
		mac := normalMAC(s)
		if mac != "" {
			out = append(out, mac)
		}
		return mac != ""
	}
	for _, one := range raw {
		if add(one) {
			continue
		}
		for part := range strings.FieldsFuncSeq(one, func(r rune) bool { return strings.ContainsRune(",;/|\r\n\t", r) }) {
			if add(part) {
				continue
			}
			for word := range strings.FieldsSeq(part) {
				add(strings.Trim(word, "()[]"))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

const macDigits = 12

// normalMAC returns a hardware address as aa:bb:cc:dd:ee:ff, whatever stands
// between its bytes, and however they are grouped. What isn't one is empty; so
// are all zeros and the broadcast address, which belong to no device.
func normalMAC(raw string) string {
	var digits [macDigits]byte
	n, group := 0, 0
	for i := 0; i < len(raw); i++ {
		c := raw[i] | 0x20
		switch {
		case raw[i] >= '0' && raw[i] <= '9', c >= 'a' && c <= 'f':
			if n == macDigits {
				return ""
			}
			digits[n] = c // a digit has the bit anyway
			n++
			group++
		case raw[i] == ':' || raw[i] == '-':
			// Some write a byte below sixteen with one digit.
			if group == 1 && n <= macDigits-1 {
				digits[n], digits[n-1] = digits[n-1], '0'
				n++
			}
			group = 0
		case raw[i] == '.' || raw[i] == ' ' || raw[i] == '\t':
			group = 0
		default:
			return ""
		}
	}
	if group == 1 && n == macDigits-1 && strings.ContainsAny(raw, ":-") {
		digits[n], digits[n-1] = digits[n-1], '0'
		n++
	}
	if n != macDigits || allOf(digits[:], '0') || allOf(digits[:], 'f') {
		return ""
	}
	out := make([]byte, 0, macDigits+5)
	for i := 0; i < macDigits; i += 2 {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[i], digits[i+1])
	}
	return string(out)
}

func allOf(digits []byte, c byte) bool {
	return !slices.ContainsFunc(digits, func(d byte) bool { return d != c })
}
