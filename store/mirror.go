package store

import (
	"iter"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// MirrorRow is one upstream record as it was last read, and what became of it.
//
// Of a company it holds the name and the evidence that matching needs. Of a
// record whose company isn't matched it holds the id, the container and the
// type, so that it can be counted: no name and no data.
type MirrorRow struct {
	// ID identifies the record.
	ID RecordID
	// Container is the upstream company that it belongs to. Empty: none.
	Container connector.Key
	// Name, Type, TypeID, Status and URL are the record's.
	Name   string
	Type   string
	TypeID string
	Status connector.Status
	URL    string
	// Created and Updated are the upstream's times. Zero means unknown.
	Created, Updated time.Time
	// Hash stands for the content: equal hashes, equal content. Empty where the
	// content isn't kept.
	Hash string
	// Data are the record's fields as JSON (connector.Fields). Nil where the
	// content isn't kept.
	Data []byte
	// Sealed are the secret fields that feed a confidential field, as a Sealer
	// closed their JSON. Nil: none.
	Sealed []byte
	// Problem is why the record could not be read, the last time. Empty: it
	// could.
	Problem string
	// LastSeen is when the upstream itself last saw it, as a device that checks in,
	// give or take a day. Zero: it doesn't say.
	LastSeen time.Time
	// FirstSeen is when it was first read.
	FirstSeen time.Time
	// Presence says whether it is still upstream, as far as is known, and Since
	// from when.
	Presence Presence
	Since    time.Time
	// Disposition is the last decision about it.
	Disposition Reason
	// Stamp stands for all that the last plan of a company looked at, when there
	// was nothing to do: while it is the same, there still isn't. It is set on
	// upstream companies only.
	Stamp string
}

// Head returns the row without what makes most of it: Data, Sealed, and the
// arguments of its disposition.
func (m MirrorRow) Head() MirrorRow {
	m.Data, m.Sealed, m.Disposition.Args = nil, nil, nil
	return m
}

// Presence says whether a record is still upstream.
type Presence string

// The presences.
const (
	// Present is a record that the last read delivered.
	Present Presence = ""
	// Suspect is a record that the last read didn't deliver and that wasn't
	// looked up. Nothing follows from it.
	Suspect Presence = "suspect"
	// Gone is a record that the upstream confirmed not to have any more.
	Gone Presence = "gone"
)

// Reason is a decision's reason: a code and its arguments. The sentence that
// people read is made from it when it is shown.
type Reason struct {
	// Code is the reason's code. Empty: no decision yet.
	Code string `json:"code"`
	// Args fill the sentence.
	Args map[string]string `json:"args,omitempty"`
}

// Scan is one reading of one kind, page by page.
type Scan struct {
	// ID is dovetail's id.
	ID ScanID
	// Integration and Kind say what is read.
	Integration IntegrationID
	Kind        connector.Kind
	// Within are the upstream companies that the reading is limited to. Empty:
	// all of them.
	Within []connector.Key
	// State says how far it is.
	State ScanState
	// Checkpoint resumes it.
	Checkpoint connector.Checkpoint
	// Pages, Delivered and Rejected count the pages, the records and the
	// records that couldn't be read.
	Pages, Delivered, Rejected int
	// Started and Ended are its times. Ended is zero while it is open.
	Started, Ended time.Time
	// Problem is why it failed.
	Problem string
}

// ScanState says how far a scan is.
type ScanState string

// The states of a scan.
const (
	// ScanOpen is being read, or was interrupted and can be resumed.
	ScanOpen ScanState = "open"
	// ScanEnded reached its last page.
	ScanEnded ScanState = "ended"
	// ScanExhaustive reached its last page, and the source guarantees that
	// nothing was missed.
	ScanExhaustive ScanState = "exhaustive"
	// ScanFailed ended with an error that resuming can't mend.
	ScanFailed ScanState = "failed"
)

// Complete reports whether the scan reached its last page.
func (s ScanState) Complete() bool { return s == ScanEnded || s == ScanExhaustive }

// MirrorQuery selects mirror rows of one kind.
type MirrorQuery struct {
	// Integration and Kind are required.
	Integration IntegrationID
	Kind        connector.Kind
	// Container selects the rows of one upstream company. Nil selects all; a
	// pointer to an empty key selects those that belong to none.
	Container *connector.Key
	// UnseenBy selects the rows that this scan has not marked as seen. Empty
	// selects all. A scan without marks that are kept is ErrNotFound: no marks
	// must never look like nothing seen.
	UnseenBy ScanID
	// Heads returns each row as MirrorRow.Head does.
	Heads bool
}

// MirrorReader reads the mirror.
type MirrorReader interface {
	// MirrorRow returns one row.
	MirrorRow(id RecordID) (MirrorRow, error)
	// MirrorFor yields the rows of those of these records that have one, each
	// once, by record id. There may be any number of ids.
	MirrorFor(ids []RecordID) iter.Seq2[MirrorRow, error]
	// Mirror yields the rows that q selects, by key.
	Mirror(q MirrorQuery) iter.Seq2[MirrorRow, error]
	// LastScan returns the scan of that kind that was started last.
	LastScan(id IntegrationID, kind connector.Kind) (Scan, error)
	// LastComplete returns the complete scan of all of that kind that was
	// started last.
	LastComplete(id IntegrationID, kind connector.Kind) (Scan, error)
}

// MirrorWriter writes the mirror.
type MirrorWriter interface {
	// PutMirrorRow writes a row.
	PutMirrorRow(row MirrorRow) error
	// Dispose writes the disposition of a record's row, and leaves the rest of it
	// as it is. Where there is no row it does nothing.
	Dispose(id RecordID, disposition Reason) error
	// PutScan writes a scan. One whose id is that of a scan of something else is
	// ErrRefused. The first time, it begins with no marks; those of the scans
	// before it that are complete or failed are dropped: of all scans of the kind
	// when it reads everything, and of those limited by Within when it is limited
	// itself.
	PutScan(s Scan) error
	// MarkSeen notes that a scan delivered the records with these keys. Marking
	// twice is no error. A scan that was never put, or whose marks were dropped,
	// is ErrNotFound.
	MarkSeen(scan ScanID, keys []connector.Key) error
}
