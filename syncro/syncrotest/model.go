package syncrotest

import "time"

// Customer is an organisation that the account serves, or a person: then it
// has no BusinessName.
//
// A blank text is sent as null until the customer is edited for the first
// time, and as "" afterwards; a blank BusinessName is null always.
type Customer struct {
	// ID identifies the customer. Zero, on adding, means the next free one.
	ID int64
	// FirstName is the first name of the person, or of the main contact.
	FirstName string
	// LastName is the last name of the person, or of the main contact.
	LastName string
	// BusinessName is the organisation's name as somebody typed it. Empty for a person.
	BusinessName string
	// Email is the main address.
	Email string
	// Phone is the main number, in any notation.
	Phone string
	// Mobile is the mobile number, in any notation.
	Mobile string
	// Address is where the customer is. Its Name is the customer's location_name.
	Address Address
	// Notes is free text.
	Notes string
	// Disabled hides the customer from the list unless include_disabled=true.
	Disabled bool
	// OptOut says that the customer wants no marketing.
	OptOut bool
	// Properties are custom fields. Their names may differ by case only.
	Properties map[string]any
	// Tags are the customer's labels.
	Tags []string
	// Phones are further numbers, seen by id only.
	Phones []Phone
	// Sites are further addresses, seen by id only.
	Sites []Address
	// CreatedAt is when the customer was made. Zero, on adding, means now.
	CreatedAt time.Time
	// UpdatedAt is when the customer was last changed. Zero, on adding, means CreatedAt.
	UpdatedAt time.Time
}

// FullName is first and last name, as Syncro joins them.
func (c Customer) FullName() string { return joinNonBlank(" ", c.FirstName, c.LastName) }

// DisplayName is the business name, or the full name of a person: Syncro's
// business_then_name.
func (c Customer) DisplayName() string {
	if c.BusinessName != "" {
		return c.BusinessName
	}
	return c.FullName()
}

// Phone is one labelled number of a customer.
type Phone struct {
	// ID identifies the number. It is sent as it is.
	ID int64
	// Label says which number it is, such as "Office".
	Label string
	// Number is the number, in any notation.
	Number string
	// Extension is dialled after the number. Empty means none.
	Extension string
}

// Address is a postal address.
type Address struct {
	// ID identifies the address where it is a site of a customer. It is sent as it is.
	ID int64
	// Name is what people call the place, such as "Warehouse".
	Name string
	// Street is the first line.
	Street string
	// Street2 is the second line.
	Street2 string
	// City is the town.
	City string
	// State is the state or region.
	State string
	// Zip is the postal code.
	Zip string
}

// Contact is a person, or a mailbox, of a customer. A blank text is sent as
// null until the contact is edited for the first time, and as "" afterwards.
type Contact struct {
	// ID identifies the contact. Zero, on adding, means the next free one.
	ID int64
	// CustomerID is the customer it belongs to. Zero means none.
	CustomerID int64
	// Name is the whole name.
	Name string
	// Email is the address.
	Email string
	// Phone is the number, in any notation.
	Phone string
	// Mobile is the mobile number, in any notation.
	Mobile string
	// Extension is dialled after Phone.
	Extension string
	// Address is where the contact is. Its ID and Name are not sent.
	Address Address
	// Notes is free text.
	Notes string
	// OptOut says that the contact wants no marketing.
	OptOut bool
	// Properties are custom fields; "title" is the job title.
	Properties map[string]any
	// CreatedAt is when the contact was made. Zero, on adding, means now.
	CreatedAt time.Time
	// UpdatedAt is when the contact was last changed. Zero, on adding, means CreatedAt.
	UpdatedAt time.Time
}

// Asset is a device, found by an agent or typed in by hand.
type Asset struct {
	// ID identifies the asset. Zero, on adding, means the next free one.
	ID int64
	// CustomerID is the customer it belongs to. Zero means none. Setting
	// another one moves the asset.
	CustomerID int64
	// ContactID is the person who uses it. Zero means nobody.
	ContactID int64
	// Name is the device's name.
	Name string
	// Type is the name of the asset type. Empty means [AgentType]. A name
	// that the account doesn't know becomes a new type.
	Type string
	// Serial is asset_serial. Empty is sent as null, also where the agent knows one.
	Serial string
	// Agent is what the agent reported. Nil means that the asset has none.
	Agent *Agent
	// Properties are custom fields. Their names may differ by case only. They
	// win over what Agent would put under the same name.
	Properties map[string]any
	// Site is the address that the asset is at. Nil means none.
	Site *Address
	// SNMP says that the asset is watched over SNMP.
	SNMP bool
	// RMMLinks says that the asset carries remote access links, which are secrets.
	RMMLinks bool
	// ExternalRMMLink is the page of another RMM about the asset. Empty means none.
	ExternalRMMLink string
	// Archived takes the asset off the list. It still answers by its id.
	Archived bool
	// PolicyFolderID is the policy folder that the asset is in. Zero means none.
	PolicyFolderID int64
	// CreatedAt is when the asset was made. Zero, on adding, means now.
	CreatedAt time.Time
	// UpdatedAt is when the asset was last changed. Zero, on adding, means CreatedAt.
	UpdatedAt time.Time
}
