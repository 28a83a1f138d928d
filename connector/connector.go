package connector

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
)

// Connector is one kind of upstream system. It is safe for concurrent use and
// holds no state of any one account: that belongs to the sessions it opens.
type Connector interface {
	// Info describes the connector. It answers the same at every call, without
	// I/O: hosts show it before anything is configured. What it returns belongs
	// to the caller.
	Info() Info

	// Open validates opt and returns a session on one account. It makes no
	// request: an upstream that is down shows at the first read or check. All
	// problems of the configuration are returned at once, as a *ConfigError.
	Open(ctx context.Context, opt OpenOptions) (Session, error)
}

// Session reads one account. It is safe for concurrent use; two reads at the
// same time don't disturb each other.
//
// A session may also implement [Checker], [Getter], [Counter], [Discoverer] and
// [Hinter]; the engine finds them through [FeaturesOf].
type Session interface {
	// Read delivers the records of one kind, page by page. The rules:
	//
	//  1. A non-nil error is the last pair, and its page is zero.
	//  2. Without an error the sequence ends after a page whose End is Ended or
	//     Exhaustive, or when the consumer stops. The engine treats any other
	//     end as the error CodeIncomplete.
	//  3. After the consumer stops there is no further page, goroutine or
	//     request.
	//  4. Cancelling ctx ends the sequence within the one request in flight.
	//  5. A page and everything in it belongs to the consumer: the session
	//     doesn't touch it again.
	//  6. Ranging twice over the sequence reads twice.
	//  7. Resuming after a checkpoint may repeat records and, on a source that
	//     doesn't move, never skips one.
	//  8. A checkpoint that can't be honoured is the error CodeStaleCheckpoint:
	//     never a silent full or empty read.
	//
	// A kind that Info doesn't declare is the error CodeConfig.
	Read(ctx context.Context, req ReadRequest) iter.Seq2[Page, error]

	// Close releases what the session holds. Reads in flight end with
	// CodeCanceled. Closing twice is no error.
	Close() error
}

// OpenOptions is what a host hands to Connector.Open.
type OpenOptions struct {
	// Config holds the values of the fields that Info.Config declares.
	Config Config

	// Logger receives what a person who looks into a fault wants to know.
	// Nil discards it. Secrets are never logged, at any level.
	Logger *slog.Logger

	// Host is the way back into the host. Its zero value offers nothing.
	Host Host

	// Endpoint replaces the address that the connector derives from Config, as
	// in "http://127.0.0.1:8787". Only a host can set it, never a user: it is
	// also the permission to talk to that address although it may be private.
	// Empty means the connector's own.
	Endpoint string

	// RoundTripper carries the requests in tests and in hosts that route their
	// egress themselves. Nil means the connector's own transport. A connector
	// in a process of its own can't be given one.
	RoundTripper http.RoundTripper
}

// Host is what a host offers to a session. Each function may be nil: then the
// host doesn't offer it.
type Host struct {
	// Pace waits until a request may be made under the budget named key, or
	// until ctx is done. The budget belongs to the host, because an upstream
	// limits by the address that requests come from, which all accounts of a
	// process share. Keys are declared in Info.Limits. Nil means that the
	// connector keeps to its limits on its own.
	Pace func(ctx context.Context, key string) error

	// Progress reports how far a read is, for people to see. It returns at once.
	Progress func(Progress)

	// SaveSecret stores a credential that the upstream replaced, such as a
	// rotated refresh token. The session goes on with the new one only after it
	// returned nil.
	SaveSecret func(ctx context.Context, field string, secret Secret) error
}

// Progress is how far the reading of one kind is.
type Progress struct {
	// Kind is the kind being read.
	Kind Kind
	// Done counts the records delivered so far.
	Done int
	// Total is how many are expected. Zero means unknown.
	Total int
	// Waiting says why nothing moves, as in "rate limit: next request in 40s".
	// Empty while records come.
	Waiting string
}
