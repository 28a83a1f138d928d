package wire

import "math/bits"

// plainPrefix returns how many bytes at the beginning of s are ASCII that can
// stand in a JSON string as it is: no control, no quote, no backslash. It looks
// at eight bytes at once; most of what is sent is such text.
func plainPrefix(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if found := notPlain(load(s[i:])); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			return i
		}
	}
	return i
}

// simple reports whether s has neither backslashes nor controls.
func simple(s string) bool {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		x := load(s[i:])
		backslash := x ^ (ones * '\\')
		// A byte beyond ASCII may pass for one of them: then it is looked at closer.
		if ((x-ones*0x20)|(backslash-ones)&^backslash)&highs != 0 && !simpleBytes(s[i:i+8]) {
			return false
		}
	}
	return simpleBytes(s[i:])
}

func simpleBytes(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '\\' {
			return false
		}
	}
	return true
}

func load(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// notPlain sets the highest bit of each byte that is not plain. Above the first
// of them it may set bits of plain ones, which nobody looks at.
func notPlain(x uint64) uint64 {
	quote, backslash := x^(ones*'"'), x^(ones*'\\')
	return (x | // beyond ASCII
		(x-ones*0x20)&^x | // below a space
		(quote-ones)&^quote | // zero, so equal
		(backslash-ones)&^backslash) & highs
}
