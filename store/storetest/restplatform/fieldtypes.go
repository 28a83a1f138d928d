package restplatform

import "github.com/dovetail-sync/dovetail/store"

// kinds are the API's names of the types of field. It has others beside, which
// hold nothing that dovetail could feed.
var kinds = map[store.FieldType]string{
	store.FieldText:         "Text",
	store.FieldRichText:     "RichText",
	store.FieldNumber:       "Number",
	store.FieldDate:         "Date",
	store.FieldCheckbox:     "CheckBox",
	store.FieldEmail:        "Email",
	store.FieldPhone:        "Phone",
	store.FieldWebsite:      "Website",
	store.FieldList:         "ListSelect",
	store.FieldAddress:      "AddressData",
	store.FieldAssetLink:    "AssetTag",
	store.FieldConfidential: "Password",
}

// wireKind is the API's name of a type. One that has none is its own.
func wireKind(t store.FieldType) string {
	if kind, known := kinds[t]; known {
		return kind
	}
	return string(t)
}

// fieldType is the type that the API calls kind. Empty: none that dovetail knows.
func fieldType(kind string) store.FieldType {
	for t, name := range kinds {
		if name == kind {
			return t
		}
	}
	return ""
}
