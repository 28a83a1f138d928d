package sortrules

import (
	"cmp"
	"strconv"
	"strings"
)

// number is a decimal number of any size, without the zeros that mean nothing.
// The zero value is 0.
type number struct {
	negative        bool
	whole, fraction string
}

// parseNumber reads a number in plain notation, as in "-12.50". It copies
// nothing.
func parseNumber(s string) (number, bool) {
	var n number
	unsigned := strings.TrimPrefix(s, "-")
	n.negative = len(unsigned) < len(s)
	var point bool
	n.whole, n.fraction, point = strings.Cut(unsigned, ".")
	if !digits(n.whole) || point && !digits(n.fraction) {
		return number{}, false
	}
	n.whole, n.fraction = strings.TrimLeft(n.whole, "0"), strings.TrimRight(n.fraction, "0")
	if n.whole == "" && n.fraction == "" {
		n.negative = false
	}
	return n, true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// compare returns how n compares with other.
func (n number) compare(other number) int {
	switch {
	case n.negative && !other.negative:
		return -1
	case other.negative && !n.negative:
		return 1
	case n.negative:
		return other.compareSize(n)
	default:
		return n.compareSize(other)
	}
}

func (n number) compareSize(other number) int {
	if c := cmp.Compare(len(n.whole), len(other.whole)); c != 0 {
		return c
	}
	// Not strings.Compare: by it the texts would escape to the heap.
	return cmp.Or(cmp.Compare(n.whole, other.whole), cmp.Compare(n.fraction, other.fraction))
}

// compareInt returns how i compares with n.
func (n number) compareInt(i int64) int {
	var buf [20]byte
	whole := strconv.AppendInt(buf[:0], i, 10)
	read, _ := parseNumber(string(whole))
	return read.compare(n)
}
