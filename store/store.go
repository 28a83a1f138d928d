package store

import (
	"context"
	"errors"
)

// Store is one account's data. An engine never sees more than one.
type Store interface {
	// Documents returns the documentation platform's half.
	Documents() Documents
	// Ledger returns the bookkeeping's half.
	Ledger() Ledger
}

// The errors that implementations return, wrapped with what they are about.
var (
	// ErrNotFound says that the thing asked for, or to be changed, isn't there.
	ErrNotFound = errors.New("not found")
	// ErrStale says that a write was based on a version that is no longer the
	// current one. Nothing was written.
	ErrStale = errors.New("changed meanwhile")
	// ErrRefused says that the platform or the store does not accept the write
	// as it is: a required field is missing, a value doesn't fit, a right is
	// lacking. Nothing was written.
	ErrRefused = errors.New("refused")
	// ErrUnavailable says that the platform could not be reached or was too busy
	// to take the write. Nothing was written; it can be tried again later. An
	// answer that didn't come is not this error: the write may have been done.
	ErrUnavailable = errors.New("unavailable")
	// ErrNested says that View or Update was called within View or Update.
	ErrNested = errors.New("a transaction within a transaction")
)

// Settled reports whether err says for certain that a write did not happen. A
// create that failed with any other error may have happened: it is looked up
// before it is repeated.
func Settled(err error) bool {
	return errors.Is(err, ErrNotFound) || errors.Is(err, ErrStale) || errors.Is(err, ErrRefused) || errors.Is(err, ErrUnavailable)
}

// Ledger is dovetail's bookkeeping, in transactions. It is safe for concurrent
// use.
type Ledger interface {
	// View runs fn on a snapshot: fn sees the state as it was when View began,
	// whatever is written meanwhile, and waits for no Update. The error of fn is
	// returned as it is.
	View(ctx context.Context, fn func(ctx context.Context, r Reader) error) error

	// Update runs fn and makes all that it wrote visible at once, and durable,
	// when fn returns nil. When fn returns an error or panics, or ctx is done
	// before the end, nothing of it is kept; the error of fn is returned as it
	// is, and a panic goes on. Where Update itself fails in the end, as when the
	// connection to a database breaks, it may have been kept all the same. fn
	// sees its own writes. Updates of an account follow one another, each on what
	// the one before it left, also those of other processes: fn must be short,
	// and talk to nobody.
	//
	// View or Update with the context that View or Update handed to a function
	// of theirs is the error ErrNested, at once.
	Update(ctx context.Context, fn func(ctx context.Context, w Writer) error) error
}

// Reader reads the ledger within a transaction, and is bound to its context. It
// is not safe for concurrent use, and of no use after the transaction: it then
// returns errors.
//
// Point reads of what isn't there return ErrNotFound. Iterators yield in
// bytewise order of the key that they name, or where they say so from the end
// of that order, hold nothing open while yielding, and may be interleaved with each other and with point reads; a non-nil error
// is the last pair, and ranging a second time reads again. Within an Update,
// rows that are written ahead of an iterator may or may not be met by it: write
// behind it only.
//
// What is returned belongs to the caller. A map or slice without items may come
// back as nil.
type Reader interface {
	IntegrationReader
	MirrorReader
	MatchReader
	CardReader
	PeopleReader
	PlanReader
	RunReader
	DueReader
	ClaimReader
}

// Writer writes the ledger within an Update. Put writes a whole row, whether
// there is one or not; Delete of what isn't there is no error. What is handed in
// may be changed by the caller afterwards.
//
// Rows are kept as their method Clean returns them: ids that can't be kept are
// ErrRefused, texts lose NUL and broken UTF-8, times are in UTC to the
// microsecond, bytes stay as they are. An Update in which a write failed should fail: a ledger may
// notice only at its end that something can't be kept.
type Writer interface {
	Reader
	IntegrationWriter
	MirrorWriter
	MatchWriter
	CardWriter
	PeopleWriter
	PlanWriter
	RunWriter
	DueWriter
	ClaimWriter
	EraseWriter
}
