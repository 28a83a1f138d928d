package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Rejection is a pair of an upstream record and a thing here that a person said
// are not the same: it is never proposed again.
type Rejection struct {
	// ID is the upstream record: a company, a contact, a device.
	ID RecordID
	// Company is the company here that it isn't. Empty where the record isn't a
	// company.
	Company CompanyID
	// Asset is the asset that it isn't. Empty where the record is a company.
	Asset AssetID
	// By is who said so, and At when.
	By Actor
	At time.Time
}

// Pin is a person's word on a field that would be fed: the value there is kept
// whatever the upstream says.
type Pin struct {
	// Asset is the asset, and Company its company.
	Asset   AssetID
	Company CompanyID
	// Field is the field, or NameField.
	Field FieldID
	// By is who pinned it, and At when.
	By Actor
	At time.Time
}

// Tombstone remembers that a person deleted the asset of a record: no other is
// made for it.
type Tombstone struct {
	// ID is the record.
	ID RecordID
	// Company is the company that the asset was in.
	Company CompanyID
	// Asset is the id that the asset had, and Name what it was called.
	Asset AssetID
	Name  string
	// At is when it was found to be gone.
	At time.Time
}

// Overwritten is a value that a person had put into a fed field and that the
// upstream's took the place of. It is kept until a person dismisses it: no
// retention ends it.
type Overwritten struct {
	// Seq numbers them, from 1. The ledger sets it.
	Seq int64
	// Asset is the asset, and Company its company.
	Asset   AssetID
	Company CompanyID
	// Field is the field, or NameField.
	Field FieldID
	// Value is the person's value. Absent for a confidential field.
	Value connector.Value
	// Sealed is the person's value of a confidential field, as a Sealer closed
	// it.
	Sealed []byte
	// ID is the record whose value took its place.
	ID RecordID
	// Run is the run that wrote it, and At when.
	Run RunID
	At  time.Time
}

// Approval lets a plan pass a safety limit that it breaks, within a scope and up
// to a number.
type Approval struct {
	// Integration is whose plans it is for.
	Integration IntegrationID
	// Code is the limit's reason code.
	Code string
	// Company and Kind are the scope. An empty one is any.
	Company CompanyID
	Kind    connector.Kind
	// Ceiling is the number of changes that it lets pass.
	Ceiling int
	// By is who approved, and At when.
	By Actor
	At time.Time
	// Expires is when it ends. Zero: never.
	Expires time.Time
}

// OverwrittenQuery selects overwritten values. The zero value selects all.
type OverwrittenQuery struct {
	// After selects those with a higher number.
	After int64
	// Company and Asset select those about them. Empty: any.
	Company CompanyID
	Asset   AssetID
}

// PeopleReader reads what people have said, and what is kept for them.
type PeopleReader interface {
	// Rejections yields what one record was said not to be, by company and
	// asset.
	Rejections(id RecordID) iter.Seq2[Rejection, error]
	// RejectionsOf yields all rejections about an integration's records, by
	// record id, company and asset.
	RejectionsOf(id IntegrationID) iter.Seq2[Rejection, error]
	// PinsOf yields the pins on the assets of one company, by asset and field.
	PinsOf(company CompanyID) iter.Seq2[Pin, error]
	// Tombstone returns the tombstone of one record.
	Tombstone(id RecordID) (Tombstone, error)
	// TombstonesOf yields the tombstones in one company, by record id.
	TombstonesOf(company CompanyID) iter.Seq2[Tombstone, error]
	// Overwritten yields the overwritten values that q selects, by number.
	Overwritten(q OverwrittenQuery) iter.Seq2[Overwritten, error]
	// Approvals yields an integration's approvals, by code, company and kind.
	Approvals(id IntegrationID) iter.Seq2[Approval, error]
}

// PeopleWriter writes what people have said, and what is kept for them.
type PeopleWriter interface {
	// PutRejection writes a rejection. Its key is the record, the company and
	// the asset.
	PutRejection(r Rejection) error
	// DeleteRejection takes a rejection back.
	DeleteRejection(id RecordID, company CompanyID, asset AssetID) error
	// PutPin writes a pin. Its key is the asset and the field: with another
	// company it takes the place of the one before.
	PutPin(p Pin) error
	// DeletePin removes a pin.
	DeletePin(asset AssetID, field FieldID) error
	// PutTombstone writes a tombstone.
	PutTombstone(t Tombstone) error
	// DeleteTombstone removes the tombstone of one record.
	DeleteTombstone(id RecordID) error
	// AddOverwritten adds an overwritten value under the next number. Numbers
	// are never used again, also not after a deletion.
	AddOverwritten(o Overwritten) error
	// DeleteOverwritten removes an overwritten value, when a person dismisses
	// it.
	DeleteOverwritten(seq int64) error
	// PutApproval writes an approval. Its key is the integration, the code, the
	// company and the kind.
	PutApproval(a Approval) error
	// DeleteApproval removes an approval.
	DeleteApproval(id IntegrationID, code string, company CompanyID, kind connector.Kind) error
}
