package connector

// ReadRequest says what to read.
type ReadRequest struct {
	// Kind is the kind of record.
	Kind Kind
	// Mode is full or changes only. The zero value is ModeFull.
	Mode Mode
	// Checkpoint resumes a read after the page that carried it. Empty starts
	// from the beginning.
	Checkpoint Checkpoint
	// SizeHint is how many records a page should hold. Zero leaves it to the
	// connector; an upstream's own page size wins.
	SizeHint int
	// Within limits the read to the records of these containers, where the kind
	// declares that it can (KindInfo.Within). Empty means all.
	Within []Key
}

// Mode says whether everything is read, or what changed.
type Mode uint8

// The modes.
const (
	// ModeFull reads every record.
	ModeFull Mode = iota
	// ModeChanges reads what changed since the read whose last checkpoint is
	// given, where the kind declares that it can (KindInfo.Changes).
	ModeChanges
)

// Checkpoint marks a place in a read, in the connector's own form, at most
// 4 KiB of text. It is stored together with the page's records.
type Checkpoint string

// Page is the unit of a read: of batch, commit and resume.
type Page struct {
	// Records are the page's records, in any order. An empty page is allowed.
	Records []Record
	// Rejected are records that the upstream delivered and that could not be
	// decoded. They count as seen, so that a broken record is never taken for a
	// deleted one.
	Rejected []Rejected
	// Checkpoint resumes after this page.
	Checkpoint Checkpoint
	// End says whether more follows, and what the end of the read proves.
	End End
	// Account is the upstream's own id of the account that the page came from,
	// where the page shows it. The engine stops when it changes. Empty means
	// that the page doesn't show it.
	Account string
}

// Rejected is a record that could not be decoded.
type Rejected struct {
	// Key is the record's id.
	Key Key
	// Err says what is wrong with it. Its code is CodeProtocol.
	Err error
}

// End is what a page says about the end of its read. There are three values,
// because "that was the last page" and "nothing was missed" are two claims.
type End uint8

// The ends.
const (
	// More means that further pages follow.
	More End = iota
	// Ended means that this was the last page. Records that were not delivered
	// may still exist: a source that numbers its pages shifts rows between them
	// while it changes (100 rows, one deleted and one added after page 1: the
	// total is unchanged and one live row was never delivered). Missing records
	// become candidates that the engine looks up by id.
	Ended
	// Exhaustive means that this was the last page and that the source itself
	// guarantees that every record that existed throughout was delivered, as
	// with a snapshot or a cursor over an immutable order. Don't claim it
	// because a count agrees.
	Exhaustive
)

// String returns the end's name.
func (e End) String() string {
	switch e {
	case More:
		return "more"
	case Ended:
		return "ended"
	case Exhaustive:
		return "exhaustive"
	default:
		return "invalid"
	}
}
