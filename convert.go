package dovetail

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// convert returns a data point's value in the form of a field, and whether it
// has one. A value that doesn't fit isn't written.
func convert(value connector.Value, field store.Field) (connector.Value, bool) {
	switch field.Type {
	case store.FieldNumber:
		return convertNumber(value)
	case store.FieldDate:
		return convertDate(value)
	case store.FieldCheckbox:
		return convertBool(value)
	case store.FieldList:
		at := slices.IndexFunc(field.Options, func(option string) bool {
			return strings.EqualFold(option, strings.TrimSpace(value.String()))
		})
		if at < 0 {
			return connector.Value{}, false
		}
		return connector.Text(field.Options[at]), true
	case store.FieldEmail, store.FieldPhone, store.FieldWebsite:
		return convertContact(value, field.Type)
	default:
		return connector.Text(value.String()), true
	}
}

// convertContact returns the first address, number or site of those that a value
// has: one fits.
func convertContact(value connector.Value, to store.FieldType) (connector.Value, bool) {
	var text string
	for i := 0; i < value.Len() && text == ""; i++ {
		text = strings.TrimSpace(value.Item(i).String())
	}
	fits := true
	switch to {
	case store.FieldEmail:
		local, domain, _ := strings.Cut(text, "@")
		fits = local != "" && domain != "" && !strings.ContainsAny(text, " \t\n")
	case store.FieldPhone:
		fits = strings.ContainsAny(text, "0123456789")
	case store.FieldWebsite:
		fits = !strings.ContainsAny(text, " \t\n")
	default:
	}
	return connector.Text(text), fits
}

func convertNumber(value connector.Value) (connector.Value, bool) {
	switch value.Kind() {
	case connector.KindInteger, connector.KindDecimal:
		return value, true
	case connector.KindText:
		number, err := connector.Decimal(strings.TrimSpace(value.String()))
		return number, err == nil
	default:
		return connector.Value{}, false
	}
}

// convertDate returns the day, in UTC, of an instant or of a date as ISO 8601
// writes it.
func convertDate(value connector.Value) (connector.Value, bool) {
	at, ok := value.AsInstant()
	for _, form := range []string{time.RFC3339, time.DateOnly, time.DateTime, "2006-01-02T15:04:05"} {
		if ok || value.Kind() != connector.KindText {
			break
		}
		parsed, err := time.Parse(form, strings.TrimSpace(value.String()))
		at, ok = parsed.UTC(), err == nil
	}
	if !ok {
		return connector.Value{}, false
	}
	return connector.Instant(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)), true
}

func convertBool(value connector.Value) (connector.Value, bool) {
	if value.Kind() == connector.KindBool {
		return value, true
	}
	text := strings.ToLower(strings.TrimSpace(value.String()))
	switch text {
	case "yes", "y", "on":
		return connector.Bool(true), true
	case "no", "n", "off":
		return connector.Bool(false), true
	}
	b, err := strconv.ParseBool(text)
	return connector.Bool(b), err == nil
}
