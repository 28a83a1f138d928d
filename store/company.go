package store

import "time"

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
	Phone string `json:"phone,omitempty"`
	// Website is the address of its web site.
	Website string `json:"website,omitempty"`
	// Street and Street2 are the lines of its address.
	Street  string `json:"street,omitempty"`
	Street2 string `json:"street_2,omitempty"`
	// City, State, Postcode and Country complete the address.
	City     string `json:"city,omitempty"`
	State    string `json:"state,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Country  string `json:"country,omitempty"`
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
