package connector

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDecimalDigits bounds the digits of a number and its exponent: beyond it a
// few bytes of input ("1e999999999") would become gigabytes.
const maxDecimalDigits = 128

// Decimal returns the number that s writes, in plain or exponent notation with
// a decimal point: "12", "-0.50", "1.5e3". Nothing is rounded; a whole number
// that fits 64 bits becomes an integer value. Text that is no number, or that
// has more than 128 digits when it is written out, is an error.
func Decimal(s string) (Value, error) {
	negative, digits, point, err := scanDecimal(s)
	if err != nil {
		return Value{}, err
	}
	text := plainDecimal(digits, point)
	if text == "0" {
		return Integer(0), nil
	}
	// What is kept is read again, so that it has to keep the bound itself.
	if n := len(text) - strings.Count(text, "."); n > maxDecimalDigits {
		return Value{}, fmt.Errorf("%.40q has %d digits when written out, more than %d", s, n, maxDecimalDigits)
	}
	if negative {
		text = "-" + text
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Integer(n), nil
	}
	return Value{kind: KindDecimal, text: text}, nil
}

// scanDecimal splits a number into its sign, its digits and the place of the
// point, counted from the left of the digits.
func scanDecimal(s string) (negative bool, digits string, point int, err error) {
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	unsigned, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, hasPoint := strings.Cut(unsigned, ".")
	if !allDigits(whole) || hasPoint && !allDigits(fraction) {
		return false, "", 0, fmt.Errorf("%.40q is not a number", s)
	}
	digits, point = whole+fraction, len(whole)
	if hasExponent {
		shift, err := strconv.Atoi(exponent)
		if err != nil || shift > maxDecimalDigits || shift < -maxDecimalDigits {
			return false, "", 0, fmt.Errorf("%.40q has no exponent within ±%d", s, maxDecimalDigits)
		}
		point += shift
	}
	if len(digits) > maxDecimalDigits {
		return false, "", 0, fmt.Errorf("%.40q… has more than %d digits", s, maxDecimalDigits)
	}
	return negative, digits, point, nil
}

// plainDecimal writes digits with the point in its place, without zeros that
// mean nothing.
func plainDecimal(digits string, point int) string {
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	if point < 0 {
		digits = strings.Repeat("0", -point) + digits
		point = 0
	}
	whole := strings.TrimLeft(digits[:point], "0")
	fraction := strings.TrimRight(digits[point:], "0")
	if whole == "" {
		whole = "0"
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

func allDigits(s string) bool {
	if s == "" {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}
