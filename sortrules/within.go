package sortrules

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// within reports whether it is certain that every value that is as t wants it is
// as other wants it, both without their not.
func (t *test) within(other *test) bool {
	if other.how == present {
		return true
	}
	switch t.how {
	case equals:
		return !slices.ContainsFunc(t.operands, func(o operand) bool { return !other.admits(&o) })
	case is:
		o := newTextOperand(t.text)
		return other.how == equals && other.admits(&o) || other.admitsText(t.text)
	case contains, starts, ends:
		return t.part(other)
	case regex:
		return other.how == regex && other.regex.String() == t.regex.String()
	case glob:
		return other.how == glob && slices.Equal(t.glob, other.glob)
	case less, atMost, more, atLeast, between:
		return t.interval(other)
	case cidr:
		return other.how == cidr && !slices.ContainsFunc(t.nets, func(n netip.Prefix) bool { return !other.admitsNet(n) })
	default:
		return false
	}
}

// admits reports whether every value that is equal to o is as t wants it.
func (t *test) admits(o *operand) bool {
	switch t.how {
	case equals:
		return slices.ContainsFunc(t.operands, func(own operand) bool { return own.same(o) })
	case less, atMost, more, atLeast, between:
		return t.admitsOrdered(o)
	default:
		return o.onlyText() && t.admitsText(o.text)
	}
}

// same reports whether both are equal to the same values.
func (o *operand) same(other *operand) bool {
	switch {
	case o.text != "" || other.text != "":
		return o.text == other.text
	case o.isNumber:
		return other.isNumber && o.number.compare(other.number) == 0
	default:
		return other.isBoolean && o.truth == other.truth
	}
}

// admitsText reports whether a text, in whichever letter case, is as t wants
// it.
func (t *test) admitsText(folded string) bool {
	switch t.how {
	case is, contains, starts, ends, glob:
		return t.matches(folded, false)
	default:
		return false
	}
}

// admitsOrdered leaves out dates with a time of day: they can be written in many
// ways.
func (t *test) admitsOrdered(o *operand) bool {
	limits := t.limits()
	switch {
	case limits.isDate:
		return o.isDate && o.date.day && limits.days && t.orderedDay(o.date.at)
	default:
		return o.isNumber && t.orderedNumber(o.number)
	}
}

func (t *test) orderedDay(at int64) bool {
	c := t.low.date.compare(at)
	if t.how == between {
		return c >= 0 && t.high.date.compare(at) <= 0
	}
	return t.ordered(c)
}

func (t *test) orderedNumber(n number) bool {
	c := n.compare(t.low.number)
	if t.how == between {
		return c >= 0 && n.compare(t.high.number) <= 0
	}
	return t.ordered(c)
}

// part reports whether a text with t's part in its place has other's part in
// its own.
func (t *test) part(other *test) bool {
	switch {
	case other.how == contains:
		return strings.Contains(t.text, other.text)
	case other.how == starts && t.how == starts:
		return strings.HasPrefix(t.text, other.text)
	case other.how == ends && t.how == ends:
		return strings.HasSuffix(t.text, other.text)
	default:
		return false
	}
}

func (t *test) admitsNet(n netip.Prefix) bool {
	return slices.ContainsFunc(t.nets, func(own netip.Prefix) bool {
		return own.Bits() <= n.Bits() && own.Contains(n.Addr())
	})
}

// limits are those of a range of numbers or dates. A nil end is open.
type limits struct {
	low, high         *bound
	lowOpen, highOpen bool // the end itself is left out
	isDate, days      bool
}

func (t *test) limits() limits {
	l := limits{isDate: t.low.isDate, days: t.low.date.day}
	switch t.how {
	case less:
		l.high, l.highOpen = &t.low, true
	case atMost:
		l.high = &t.low
	case more:
		l.low, l.lowOpen = &t.low, true
	case atLeast:
		l.low = &t.low
	case between:
		l.low, l.high = &t.low, &t.high
		l.days = l.days && t.high.date.day
	default: // not asked
	}
	return l
}

// interval reports whether t's range lies within other's. Days and moments
// aren't compared with each other.
func (t *test) interval(other *test) bool {
	switch other.how {
	case less, atMost, more, atLeast, between:
	default:
		return false
	}
	in, out := t.limits(), other.limits()
	if in.isDate != out.isDate || in.isDate && (!in.days || !out.days) {
		return false
	}
	if out.low != nil {
		if in.low == nil {
			return false
		}
		if c := in.low.order(out.low); c < 0 || c == 0 && out.lowOpen && !in.lowOpen {
			return false
		}
	}
	if out.high != nil {
		if in.high == nil {
			return false
		}
		if c := in.high.order(out.high); c > 0 || c == 0 && out.highOpen && !in.highOpen {
			return false
		}
	}
	return true
}

// order compares two bounds of a kind.
func (b *bound) order(other *bound) int {
	if b.isDate {
		return cmp.Compare(b.date.at, other.date.at)
	}
	return b.number.compare(other.number)
}
