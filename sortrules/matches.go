package sortrules

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// matches reports whether a text, which is trimmed and not blank, is as t wants
// it. ASCII says that the text is known to be that.
func (t *test) matches(s string, ascii bool) bool {
	switch t.how {
	case present:
		return true
	case equals:
		return t.equalsText(s)
	case is:
		return s == t.exact || equalFold(t.text, s)
	case contains:
		if ascii && isASCII(t.text) {
			return containsASCII(t.text, s)
		}
		return containsFold(t.text, s)
	case starts:
		return strings.HasPrefix(s, t.exact) || prefixFold(t.text, s)
	case ends:
		return suffixFold(t.text, s)
	case glob:
		return globFold(t.glob, s)
	case regex:
		return t.regex.MatchString(s)
	case cidr:
		return t.inNetwork(s)
	case less, atMost, more, atLeast, between:
		c, ok := t.low.compareText(s)
		if t.how == between && ok && c >= 0 {
			high, also := t.high.compareText(s)
			return also && high <= 0
		}
		return ok && t.ordered(c)
	default:
		return false
	}
}

func (t *test) equalsText(s string) bool {
	switch {
	case t.text != "":
		return s == t.exact || equalFold(t.text, s)
	case t.few != nil && isASCII(s):
		return t.few.has(s)
	}
	for i := range t.operands {
		if t.operands[i].equalsText(s) {
			return true
		}
	}
	return false
}

// matchesValue is matches for a value that is no text and no list.
func (t *test) matchesValue(v connector.Value) bool {
	switch t.how {
	case present:
		return true
	case equals:
		for i := range t.operands {
			if t.operands[i].equals(v) {
				return true
			}
		}
		return false
	case less, atMost, more, atLeast, between:
		c, ok := t.low.compare(v)
		if t.how == between && ok && c >= 0 {
			high, also := t.high.compare(v)
			return also && high <= 0
		}
		return ok && t.ordered(c)
	case is, contains, starts, ends, glob, regex:
		return t.matchesDigits(v)
	default:
		return false
	}
}

// matchesDigits looks at a number as text.
func (t *test) matchesDigits(v connector.Value) bool {
	switch v.Kind() {
	case connector.KindInteger:
		i, _ := v.AsInteger()
		var buf [20]byte
		return t.matches(string(strconv.AppendInt(buf[:0], i, 10)), true)
	case connector.KindDecimal:
		return t.matches(v.String(), true)
	default:
		return false
	}
}

// ordered reports whether a comparison came out as t wants it.
func (t *test) ordered(c int) bool {
	switch t.how {
	case less:
		return c < 0
	case atMost:
		return c <= 0
	case more:
		return c > 0
	case atLeast:
		return c >= 0
	default:
		return false
	}
}

// longestAddress is the longest text of an address.
const longestAddress = len("0000:0000:0000:0000:0000:ffff:255.255.255.255")

// inNetwork reports whether a text is an address in one of the networks. It
// looks at the form first, because the errors of package netip are costly.
func (t *test) inNetwork(s string) bool {
	s, _, zoned := strings.Cut(s, "%") // fe80::1%12 names the adapter too
	if zoned && !strings.Contains(s, ":") || len(s) > longestAddress || strings.Trim(s, "0123456789abcdefABCDEF:.") != "" {
		return false
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return false
	}
	addr = addr.Unmap()
	for _, net := range t.nets {
		if net.Contains(addr) {
			return true
		}
	}
	return false
}
