package store

import (
	"context"
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Documents is a documentation platform, as far as dovetail needs it. It is
// safe for concurrent use, though dovetail applies one plan at a time.
//
// Every operation stands alone; none is atomic with another. A write returns
// the thing as it is stored afterwards (the post-image): a platform that trims
// names or rewrites dates says so by what it returns, and dovetail compares
// with that. Otherwise the platform's own tidying would look like a person's
// edit for ever.
//
// Errors: see ErrNotFound, ErrStale, ErrRefused. A create that fails with any
// other error counts as possibly done.
type Documents interface {
	Companies
	Layouts
	Assets

	// Capabilities says what the platform can do. Its answer doesn't change
	// while an engine runs.
	Capabilities() Capabilities

	// FindCreated returns what a create with this intent made, or ErrNotFound
	// if it made nothing. It is called only where Capabilities.Intents is true.
	FindCreated(ctx context.Context, intent string) (Created, error)
}

// Companies are the platform's companies.
type Companies interface {
	// Companies yields all companies, archived ones included, in any order.
	Companies(ctx context.Context) iter.Seq2[Company, error]
	// Company returns one company, archived or not.
	Company(ctx context.Context, id CompanyID) (Company, error)
	// CreateCompany makes a company.
	CreateCompany(ctx context.Context, c NewCompany, intent Intent) (Company, error)
	// UpdateCompany changes a company.
	UpdateCompany(ctx context.Context, p CompanyPatch, intent Intent) (Company, error)
}

// Layouts are the platform's asset layouts.
type Layouts interface {
	// Layouts yields all layouts, inactive ones included, in any order.
	Layouts(ctx context.Context) iter.Seq2[Layout, error]
	// CreateLayout makes a layout. It is called only on a person's request, and
	// FindCreated is never asked about it.
	CreateLayout(ctx context.Context, l NewLayout, intent Intent) (Layout, error)
}

// Assets are the platform's assets.
type Assets interface {
	// Assets yields all assets of a company, archived ones included, in any
	// order. A company that isn't there has none.
	Assets(ctx context.Context, company CompanyID) iter.Seq2[Asset, error]
	// Asset returns one asset, archived or not.
	Asset(ctx context.Context, id AssetID) (Asset, error)
	// CreateAsset makes an asset.
	CreateAsset(ctx context.Context, a NewAsset, intent Intent) (Asset, error)
	// UpdateAsset changes an asset.
	UpdateAsset(ctx context.Context, p AssetPatch, intent Intent) (Asset, error)
}

// Capabilities says what a platform can do. The zero value is a platform that
// can only create and update.
type Capabilities struct {
	// Versions: Company.Version and Asset.Version are set, and a write with
	// another Base is refused with ErrStale.
	Versions bool
	// Intents: a create keeps its intent's id, so that FindCreated finds it, and
	// a second create with the same intent returns what the first one made.
	Intents bool
	// Archive: AssetPatch.Archived works.
	Archive bool
	// MoveCompany: AssetPatch.Company works.
	MoveCompany bool
	// MoveLayout: AssetPatch.Layout works.
	MoveLayout bool
}

// Intent is the mark that every write carries.
type Intent struct {
	// ID is the same for every try of one write and different for any other. At
	// most 191 bytes of printable ASCII.
	ID string
	// By is who writes, for the platform's own audit.
	By Actor
}

// Created is what an intent made: exactly one of the two is set.
type Created struct {
	// Company is the company that was made.
	Company CompanyID
	// Asset is the asset that was made.
	Asset AssetID
}

// Company is a client's space in the platform.
type Company struct {
	// ID is the platform's id.
	ID CompanyID
	// Name is what people know it by.
	Name string
	// Details are its basic details.
	Details Details
	// Archived says that people put it away.
	Archived bool
	// Created is when it was made. Zero means unknown.
	Created time.Time
	// Version marks its state. Empty where the platform has no versions.
	Version Version
	// Foreign are the records that the platform's own integrations link to it.
	Foreign []ExternalRef
}

// Details are a company's basic details. An empty text is a blank.
type Details struct {
	// Phone is its telephone number.
	Phone string
	// Website is the address of its web site.
	Website string
	// Street and Street2 are the lines of its address.
	Street, Street2 string
	// City, State, Postcode and Country complete the address.
	City, State, Postcode, Country string
}

// ExternalRef names a record in another system, as the platform itself knows
// it.
type ExternalRef struct {
	// System is the platform's name of the other system, as in "syncro".
	System string
	// Kind is that system's kind of record.
	Kind string
	// ID is the record's id there.
	ID string
}

// NewCompany is a company to be made.
type NewCompany struct {
	// Name is its name. It is never empty.
	Name string
	// Details are its basic details.
	Details Details
}

// CompanyPatch changes a company.
type CompanyPatch struct {
	// ID names the company.
	ID CompanyID
	// Base is the version that the change was decided on. Empty where the
	// platform has no versions.
	Base Version
	// Name is its new name. Empty leaves it.
	Name string
	// Details are its new details. An empty text leaves the detail as it is:
	// nothing is ever cleared.
	Details Details
}

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
	ID FieldID
	// Name is its label.
	Name string
	// Type is the type of its values.
	Type FieldType
	// Required says that an asset can't be made without it.
	Required bool
	// Means says what it stands for. Empty: nothing in particular.
	Means connector.Meaning
	// Options are the values of a FieldList.
	Options []string
}

// FieldType is the type of a field's values.
type FieldType string

// The types of field.
const (
	// FieldText is a line of text.
	FieldText FieldType = "text"
	// FieldRichText is formatted text.
	FieldRichText FieldType = "rich-text"
	// FieldNumber is a number.
	FieldNumber FieldType = "number"
	// FieldDate is a day.
	FieldDate FieldType = "date"
	// FieldCheckbox is true or false.
	FieldCheckbox FieldType = "checkbox"
	// FieldEmail is an e-mail address.
	FieldEmail FieldType = "email"
	// FieldPhone is a telephone number.
	FieldPhone FieldType = "phone"
	// FieldWebsite is a web address.
	FieldWebsite FieldType = "website"
	// FieldList is one of Field.Options.
	FieldList FieldType = "list"
	// FieldConfidential is a credential: no plan and no journal shows it.
	FieldConfidential FieldType = "confidential"
)

// NewLayout is a layout to be made. The platform chooses the ids; those of its
// fields are ignored.
type NewLayout struct {
	// Name is its name.
	Name string
	// Fields are its fields.
	Fields []Field
}

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
	// Version marks its state. Empty where the platform has no versions.
	Version Version
	// Foreign are the records that the platform's own integrations link to it.
	Foreign []ExternalRef
}

// Values are values by field.
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
