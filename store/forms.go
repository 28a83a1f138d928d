package store

import (
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// Address is the value of a field of type FieldAddress. An empty part is a
// blank.
type Address struct {
	// Street and Street2 are its lines.
	Street, Street2 string
	// City, State, Postcode and Country complete it.
	City, State, Postcode, Country string
}

// addressLines is the number of an address's parts.
const addressLines = 6

// Value returns the address as it stands in Values: text with a line for each
// part, in the order of the struct's fields, without the blank lines at its end.
// White space around a part is dropped, and a line break within it becomes a
// space. An address without any part is absent.
func (a Address) Value() connector.Value {
	lines := []string{a.Street, a.Street2, a.City, a.State, a.Postcode, a.Country}
	for i, line := range lines {
		lines[i] = strings.Join(strings.FieldsFunc(connector.CleanText(line), func(r rune) bool { return r == '\n' || r == '\r' }), " ")
		lines[i] = strings.TrimSpace(lines[i])
	}
	return connector.Text(strings.TrimRight(strings.Join(lines, "\n"), "\n"))
}

// AddressOf returns the address that a value holds, and whether it holds one.
func AddressOf(v connector.Value) (Address, bool) {
	if v.Kind() != connector.KindText {
		return Address{}, v.IsAbsent()
	}
	lines := strings.Split(v.String(), "\n")
	if len(lines) > addressLines {
		return Address{}, false
	}
	lines = append(lines, make([]string, addressLines-len(lines))...)
	a := Address{Street: lines[0], Street2: lines[1], City: lines[2], State: lines[3], Postcode: lines[4], Country: lines[5]}
	return a, a.Value().Equal(v)
}

// AssetLinks returns the value of a field of type FieldAssetLink: a list of the
// ids of assets, in that order. Without ids it is absent.
func AssetLinks(ids ...AssetID) connector.Value {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return connector.Texts(texts...)
}

// AssetLinksOf returns the assets that a value names, and whether it is one that
// AssetLinks makes.
func AssetLinksOf(v connector.Value) ([]AssetID, bool) {
	if v.Kind() != connector.KindList {
		return nil, v.IsAbsent()
	}
	items := v.Items()
	ids := make([]AssetID, len(items))
	for i, item := range items {
		if item.Kind() != connector.KindText {
			return nil, false
		}
		ids[i] = AssetID(item.String())
	}
	return ids, true
}

// Fits reports whether a value has the form of the field's type. An absent value
// fits every field.
func (f Field) Fits(v connector.Value) bool {
	if v.IsAbsent() {
		return true
	}
	switch f.Type {
	case FieldNumber:
		return v.Kind() == connector.KindInteger || v.Kind() == connector.KindDecimal
	case FieldDate:
		_, ok := v.AsInstant()
		return ok
	case FieldCheckbox:
		return v.Kind() == connector.KindBool
	case FieldAddress:
		_, ok := AddressOf(v)
		return ok
	case FieldAssetLink:
		_, ok := AssetLinksOf(v)
		return ok
	case FieldText, FieldRichText, FieldEmail, FieldPhone, FieldWebsite, FieldList, FieldConfidential:
		return v.Kind() == connector.KindText
	default:
		return false
	}
}
