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
	digits := make([]byte, 0, macDigits+1)
	group := 0 // how many digits there are since the last separator
	for _, c := range []byte(strings.ToLower(raw) + ":") {
		switch {
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f':
			digits = append(digits, c)
			group++
		case c == ':' || c == '-':
			// Some write a byte below sixteen with one digit.
			if n := len(digits); group == 1 && n > 0 {
				digits = append(digits[:n-1], '0', digits[n-1])
			}
			group = 0
		case c == '.' || c == ' ' || c == '\t':
			group = 0
		default:
			return ""
		}
		if len(digits) > macDigits {
			return ""
		}
	}
	text := string(digits)
	if len(text) != macDigits || strings.Trim(text, "0") == "" || strings.Trim(text, "f") == "" {
		return ""
	}
	return text[:2] + ":" + text[2:4] + ":" + text[4:6] + ":" + text[6:8] + ":" + text[8:10] + ":" + text[10:]
}
