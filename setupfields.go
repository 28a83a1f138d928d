package dovetail

import (
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// notesField is a field for people. Nothing feeds it.
const notesField = "Notes"

// setupFields are the fields of a layout to be made: one for each meaning that a
// data point of the kind carries, called like the data point, and one for notes.
// Those that are known to have no value anywhere are left out.
func setupFields(kind connector.KindInfo, means []connector.Meaning, has func(point string) bool) []store.Field {
	var fields []store.Field
	for _, meaning := range means {
		at := slices.IndexFunc(kind.DataPoints, func(p connector.DataPoint) bool { return p.Means == meaning && !p.Secret && has(p.Name) })
		if at < 0 {
			continue
		}
		point := kind.DataPoints[at]
		named := func(f store.Field) bool { return sameType(f.Name, point.Title) }
		if point.Title != "" && !slices.ContainsFunc(fields, named) && !sameType(point.Title, notesField) {
			fields = append(fields, store.Field{Name: point.Title, Type: fieldTypeOf(point), Means: meaning})
		}
	}
	return append(fields, store.Field{Name: notesField, Type: store.FieldRichText})
}

// fieldTypeOf is the type of field that shows a data point.
func fieldTypeOf(point connector.DataPoint) store.FieldType {
	switch point.Means {
	case connector.MeansEmail:
		return store.FieldEmail
	case connector.MeansPhone, connector.MeansMobile:
		return store.FieldPhone
	case connector.MeansWebsite:
		return store.FieldWebsite
	default:
	}
	if point.List {
		return store.FieldText
	}
	switch point.Type {
	case connector.KindInteger, connector.KindDecimal:
		return store.FieldNumber
	case connector.KindInstant:
		return store.FieldDate
	case connector.KindBool:
		return store.FieldCheckbox
	default:
		return store.FieldText
	}
}

// ConnectFields returns connected fields for a layout, fed by the records of a
// kind: each field by the data points that mean the same, or, where a field
// means nothing in particular, by the one whose title is the field's name. What
// can't be fed, and credentials, are left out.
func ConnectFields(kind connector.KindInfo, layout store.Layout) []store.ConnectedField {
	var connected []store.ConnectedField
	for _, field := range layout.Fields {
		if !feedable(field.Type) {
			continue
		}
		var sources []string
		for _, point := range kind.DataPoints {
			switch {
			case point.Secret:
			case field.Means != "" && point.Means == field.Means, field.Means == "" && !sameType(field.Name, notesField) && sameType(point.Title, field.Name):
				sources = append(sources, point.Name)
			}
		}
		if len(sources) > 0 {
			connected = append(connected, store.ConnectedField{Kind: kind.Kind, Layout: layout.ID, Field: field.ID, Sources: sources})
		}
	}
	return connected
}

// feedable reports whether fields of a type can be fed yet.
func feedable(t store.FieldType) bool {
	switch t {
	case store.FieldConfidential, store.FieldAddress, store.FieldAssetLink:
		return false
	default:
		return true
	}
}
