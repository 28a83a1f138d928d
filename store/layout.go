package store

import "github.com/dovetail-sync/dovetail/connector"

// Layout is a template for assets.
type Layout struct {
	// ID is the platform's id.
	ID LayoutID
	// Name is what people know it by.
	Name string
	// Inactive says that no new assets may be made from it.
	Inactive bool
	// Fields are its fields, in the order in which people see them.
	Fields []Field
}

// Field is a field of a layout.
type Field struct {
	// ID is the platform's id. It stays when the field is renamed.
	ID FieldID `json:"id"`
	// Name is its label.
	Name string `json:"name"`
	// Type is the type of its values.
	Type FieldType `json:"type"`
	// Required says that an asset can't be made without it.
	Required bool `json:"required,omitempty"`
	// Means says what it stands for. Empty: nothing in particular.
	Means connector.Meaning `json:"means,omitempty"`
	// Options are the values of a FieldList.
	Options []string `json:"options,omitempty"`
}

// NameField stands for an asset's name where a field is meant: in what a card
// wrote, in pins and in overwritten values. No field of a layout has this id.
const NameField FieldID = ""

// FieldType is the type of a field's values.
type FieldType string

// The types of field. Beside each is the form of its values, which is the form
// that dovetail sends and that a platform returns; a blank is always an absent
// value.
const (
	// FieldText is a line of text: text.
	FieldText FieldType = "text"
	// FieldRichText is formatted text: text, which may be HTML.
	FieldRichText FieldType = "rich-text"
	// FieldNumber is a number: an integer or a decimal.
	FieldNumber FieldType = "number"
	// FieldDate is a day: the instant of its midnight in UTC.
	FieldDate FieldType = "date"
	// FieldCheckbox is true or false: a bool.
	FieldCheckbox FieldType = "checkbox"
	// FieldEmail is an e-mail address: text.
	FieldEmail FieldType = "email"
	// FieldPhone is a telephone number: text.
	FieldPhone FieldType = "phone"
	// FieldWebsite is a web address: text.
	FieldWebsite FieldType = "website"
	// FieldList is one of Field.Options: text.
	FieldList FieldType = "list"
	// FieldAddress is a postal address: see Address.
	FieldAddress FieldType = "address"
	// FieldAssetLink names other assets: see AssetLinks.
	FieldAssetLink FieldType = "asset-link"
	// FieldConfidential is a credential: text. No plan and no journal shows it.
	FieldConfidential FieldType = "confidential"
)

// FieldTypes returns the types of field.
func FieldTypes() []FieldType {
	return []FieldType{
		FieldText, FieldRichText, FieldNumber, FieldDate, FieldCheckbox, FieldEmail, FieldPhone, FieldWebsite, FieldList,
		FieldAddress, FieldAssetLink, FieldConfidential,
	}
}

// NewLayout is a layout to be made. The platform chooses the ids; those of its
// fields are ignored.
type NewLayout struct {
	// Name is its name.
	Name string
	// Fields are its fields.
	Fields []Field
}
