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
		first := value.Items()[0] // one address fits; a blank value isn't converted
		return connector.Text(strings.TrimSpace(first.String())), true
	default:
		return connector.Text(value.String()), true
	}
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
	for _, form := range []string{time.RFC3339, time.DateOnly} {
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
	b, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(value.String())))
	return connector.Bool(b), err == nil
}
