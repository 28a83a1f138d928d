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
	// ErrNested says that Update was called within View or Update.
	ErrNested = errors.New("update within a transaction")
)

// Settled reports whether err says for certain that a write did not happen. A
// create that failed with any other error may have happened: it is looked up
// before it is repeated.
func Settled(err error) bool {
	return errors.Is(err, ErrNotFound) || errors.Is(err, ErrStale) || errors.Is(err, ErrRefused)
}

// Ledger is dovetail's bookkeeping, in transactions. It is safe for concurrent
// use.
type Ledger interface {
	// View runs fn on a snapshot: fn sees the state as it was when View began,
	// whatever is written meanwhile. The error of fn is returned as it is.
	View(ctx context.Context, fn func(ctx context.Context, r Reader) error) error

	// Update runs fn and makes all it wrote visible at once when fn returns
	// nil. When fn returns an error or panics, or ctx is done, nothing of it is
	// kept. fn sees its own writes. Updates follow one another: fn must be
	// short, and talk to nobody.
	//
	// A call with the context that View or Update handed to a function of
	// theirs is the error ErrNested, at once.
	Update(ctx context.Context, fn func(ctx context.Context, w Writer) error) error
}

// Reader reads the ledger within a transaction, and is bound to its context. It
// is not safe for concurrent use and not valid after the transaction.
//
// Point reads of what isn't there return ErrNotFound. Iterators yield in
// bytewise order of the key that they name, hold nothing open while yielding,
// and may be interleaved with each other and with point reads; a non-nil error
// is the last pair. Within an Update, rows that are written ahead of an iterator
// may or may not be met by it: write behind it only.
type Reader interface {
	IntegrationReader
	MirrorReader
	MatchReader
	CardReader
	PlanReader
	RunReader
}

// Writer writes the ledger within an Update. Put writes a whole row, whether
// there is one or not. What is handed in may be changed by the caller
// afterwards.
type Writer interface {
	Reader
	IntegrationWriter
	MirrorWriter
	MatchWriter
	CardWriter
	PlanWriter
	RunWriter
}
