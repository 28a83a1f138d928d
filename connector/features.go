package connector

import "context"

// Features are the optional abilities of a session. A nil function is an
// ability that the session lacks. The engine uses only this struct and never
// asserts a session's type, so that wrappers and connectors in processes of
// their own can pass abilities on.
type Features struct {
	// Check tests the connection: see Checker.
	Check func(ctx context.Context) (CheckResult, error)
	// Get looks one record up: see Getter.
	Get func(ctx context.Context, kind Kind, key Key) (Record, error)
	// Count counts the records of a kind: see Counter.
	Count func(ctx context.Context, kind Kind) (int, error)
	// Discover lists what only the account knows: see Discoverer.
	Discover func(ctx context.Context) (Discovery, error)
	// Hint reads a message that the upstream sent: see Hinter.
	Hint func(ctx context.Context, message []byte) (Hint, error)
}

// Checker is a session that can test its connection.
type Checker interface {
	// Check connects and reports what the credentials can see. A right that is
	// missing is part of the result; an error means that there is no connection
	// (CodeAuth for wrong credentials, CodeUnavailable for no answer).
	Check(ctx context.Context) (CheckResult, error)
}

// Getter is a session that can look up one record by its id.
type Getter interface {
	// Get returns the record. One that doesn't exist is the error CodeNotFound.
	// It must not answer CodeNotFound for a record that the credentials just
	// can't see, if the upstream lets it tell the two apart.
	Get(ctx context.Context, kind Kind, key Key) (Record, error)
}

// Counter is a session that can count without reading.
type Counter interface {
	// Count returns how many records of the kind there are, roughly.
	Count(ctx context.Context, kind Kind) (int, error)
}

// Discoverer is a session that can list an account's own types and data points.
type Discoverer interface {
	// Discover returns them. It makes a few requests, not a full read.
	Discover(ctx context.Context) (Discovery, error)
}

// Hinter is a session whose upstream sends messages when something happens, as
// web hooks do. A host receives them and has the session read them.
type Hinter interface {
	// Hint returns what a message is about. It makes no request, and what the
	// message says about a record isn't believed: anybody can send one. What
	// isn't a message of this upstream is the error CodeProtocol.
	Hint(ctx context.Context, message []byte) (Hint, error)
}

// Hint says that something may have changed upstream: a reason to look, and
// never data.
type Hint struct {
	// Records are those that the message names, each once. Empty means that it
	// names none: a reason to read soon.
	Records []Ref
}

// featureful is a session that hands on another session's abilities.
type featureful interface{ Features() Features }

// FeaturesOf returns what a session can do. A session with the method
// Features() Features, such as a wrapper, answers for itself; of any other the
// optional interfaces are looked for.
func FeaturesOf(s Session) Features {
	if f, ok := s.(featureful); ok {
		return f.Features()
	}
	var f Features
	if c, ok := s.(Checker); ok {
		f.Check = c.Check
	}
	if g, ok := s.(Getter); ok {
		f.Get = g.Get
	}
	if c, ok := s.(Counter); ok {
		f.Count = c.Count
	}
	if d, ok := s.(Discoverer); ok {
		f.Discover = d.Discover
	}
	if h, ok := s.(Hinter); ok {
		f.Hint = h.Hint
	}
	return f
}

// CheckResult is what a connection test found.
type CheckResult struct {
	// Account is the account behind the credentials.
	Account Account
	// Rights are the rights that the connector needs, granted or not.
	Rights []Right
	// Counts are the numbers of records by kind. A kind that can't be counted
	// or seen is left out.
	Counts map[Kind]int
	// Types are the account's record types.
	Types []RecordType
	// Notes are sentences for people about anything unusual, as in "the key
	// sees 3 of the account's customers only".
	Notes []string
}

// Account is an account upstream.
type Account struct {
	// ID is the upstream's own id, by which a change of account is noticed.
	// Empty where it can't be known before records are read: pages then carry
	// it (Page.Account).
	ID string
	// StandIn tells accounts apart as long as ID isn't known, as their subdomains
	// do: when it changes before an ID was seen, it is taken for another account.
	// Set it also beside an ID. Empty where there is nothing of the kind.
	StandIn string
	// Name is what people know the account by, as in its subdomain.
	Name string
	// User is who the credentials belong to, where the upstream says so.
	User string
}

// Right is one permission that the connector needs upstream.
type Right struct {
	// Name is the right in the upstream's own words, so that it can be found
	// there ("Customers - List/Search").
	Name string
	// Granted says whether the credentials have it.
	Granted bool
	// Kinds are the kinds that can't be read without it.
	Kinds []Kind
}

// RecordType is one type of record that an account has.
type RecordType struct {
	// Kind is the kind whose records have the type.
	Kind Kind `json:"kind"`
	// ID is the upstream's id. Empty where it has none.
	ID string `json:"id,omitempty"`
	// Name is what people call it.
	Name string `json:"name"`
}

// Discovery is what only an account knows.
type Discovery struct {
	// Types are the account's record types.
	Types []RecordType
	// DataPoints are data points beyond those that Info declares, by kind.
	DataPoints map[Kind][]DataPoint
}
