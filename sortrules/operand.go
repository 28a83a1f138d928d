package sortrules

import (
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// operand is a value that others are compared with for equality, in every form
// in which it can be equal to one.
type operand struct {
	// text is the folded text, for what was given as text. Empty: it was given
	// as a number, true or false.
	text string
	// exact is the same as it was given.
	exact string
	// number, date and truth are what the text says too, or what was given.
	number    number
	date      date
	truth     bool
	isNumber  bool
	isDate    bool
	isBoolean bool
}

func newOperand(v connector.Value) operand {
	var o operand
	text := strings.TrimSpace(v.String())
	o.number, o.isNumber = parseNumber(text)
	switch v.Kind() {
	case connector.KindText:
		o.exact, o.text = text, fold(text)
		o.date, o.isDate = parseDate(text)
		o.truth, o.isBoolean = o.text == "true", o.text == "true" || o.text == "false"
	case connector.KindBool:
		o.truth, o.isBoolean = v.AsBool()
	default: // a number
	}
	return o
}

// newTextOperand is newOperand for a text.
func newTextOperand(text string) operand { return newOperand(connector.Text(text)) }

// onlyText reports whether it can be equal to nothing but a text.
func (o *operand) onlyText() bool {
	return o.text != "" && !o.isNumber && !o.isDate && !o.isBoolean
}

// equalsText reports whether it is equal to a text, which is trimmed.
func (o *operand) equalsText(s string) bool {
	switch {
	case o.text != "":
		return equalFold(o.text, s)
	case o.isNumber:
		n, ok := parseNumber(s)
		return ok && n.compare(o.number) == 0
	case o.truth:
		return equalFold("true", s)
	default:
		return equalFold("false", s)
	}
}

// equals reports whether it is equal to a value that is no text and no list.
func (o *operand) equals(v connector.Value) bool {
	switch v.Kind() {
	case connector.KindInteger:
		i, _ := v.AsInteger()
		return o.isNumber && o.number.compareInt(i) == 0
	case connector.KindDecimal:
		n, ok := parseNumber(v.String())
		return ok && o.isNumber && n.compare(o.number) == 0
	case connector.KindBool:
		truth, _ := v.AsBool()
		return o.isBoolean && o.truth == truth
	case connector.KindInstant:
		at, _ := v.AsInstant()
		return o.isDate && o.date.compare(at.UnixMicro()) == 0
	default:
		return false
	}
}

// bound is a number or a date that is compared with by order.
type bound struct {
	isDate bool
	number number
	date   date
}

// newBound reads a number, or the text of a date.
func newBound(v connector.Value) (bound, bool) {
	switch v.Kind() {
	case connector.KindInteger, connector.KindDecimal:
		n, ok := parseNumber(v.String())
		return bound{number: n}, ok
	case connector.KindText:
		d, ok := parseDate(strings.TrimSpace(v.String()))
		return bound{isDate: true, date: d}, ok
	default:
		return bound{}, false
	}
}

// compareText returns how a text compares with b, and whether it does: a text
// that doesn't say what b is can't be compared.
func (b *bound) compareText(s string) (int, bool) {
	if b.isDate {
		d, ok := parseDate(s)
		return b.date.compare(d.at), ok
	}
	n, ok := parseNumber(s)
	return n.compare(b.number), ok
}

// compare returns how a value that is no text and no list compares with b, and
// whether it does.
func (b *bound) compare(v connector.Value) (int, bool) {
	switch v.Kind() {
	case connector.KindInteger:
		i, _ := v.AsInteger()
		return b.number.compareInt(i), !b.isDate
	case connector.KindDecimal:
		n, ok := parseNumber(v.String())
		return n.compare(b.number), ok && !b.isDate
	case connector.KindInstant:
		at, _ := v.AsInstant()
		return b.date.compare(at.UnixMicro()), b.isDate
	default:
		return 0, false
	}
}
