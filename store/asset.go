package store

import (
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Asset is a documented thing in a company.
type Asset struct {
	// ID is the platform's id.
	ID AssetID
	// Company is the company that it belongs to.
	Company CompanyID
	// Layout is its template.
	Layout LayoutID
	// Name is what people know it by.
	Name string
	// Values are the values of its fields. A blank field is left out.
	Values Values
	// Archived says that people put it away.
	Archived bool
	// Created is when it was made. Zero means unknown.
	Created time.Time
	// Touched says that people added something to it that dovetail doesn't see,
	// such as an attachment, a comment or a password: it is theirs too, and is
	// neither moved nor archived. Only where Capabilities.Touched is true.
	Touched bool
	// Version marks its state. Empty where the platform has no versions.
	Version Version
	// Foreign are the records that the platform's own integrations link to it.
	Foreign []ExternalRef
}

// Values are values by field, each in the form of the field's type. A blank
// field has none.
type Values map[FieldID]connector.Value

// NewAsset is an asset to be made.
type NewAsset struct {
	// Company, Layout and Name are never empty.
	Company CompanyID
	Layout  LayoutID
	Name    string
	// Values are the values of its fields, each of a form that fits the field.
	Values Values
}

// AssetPatch changes an asset. It changes either the name and values, or one of
// Company, Layout and Archived, and never two of these, so that a platform with
// an endpoint for each needs one call.
type AssetPatch struct {
	// ID names the asset.
	ID AssetID
	// Base is the version that the change was decided on. Empty where the
	// platform has no versions.
	Base Version
	// Name is its new name. Empty leaves it.
	Name string
	// Values are the values to be set; an absent value blanks the field. Fields
	// that aren't named keep theirs.
	Values Values
	// Company moves it to another company. Empty leaves it.
	Company CompanyID
	// Layout moves it to another layout. Empty leaves it.
	Layout LayoutID
	// Archived puts it away or brings it back. Nil leaves it.
	Archived *bool
}
