package connectortest

import (
	"context"
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// Fixture makes what a suite tests: a connector, each time with a fake upstream
// of its own.
type Fixture struct {
	// New returns a connector and an upstream with no records. Every check calls
	// it at least once. Nothing is shared between two results: neither rows nor,
	// where the connector keeps one, a budget of requests.
	New func(ctx context.Context) (Upstream, error)
}

// Upstream is a connector together with a fake of the system that it reads.
// Connector, Config, Handler, PageRows and Add are required. Rules that need
// another function are skipped where it is nil.
//
// The functions are called between the pages of a read and never at the same
// time as each other. One that can't do what is asked returns an error that
// wraps errors.ErrUnsupported: then the rule is skipped and the error is its
// reason.
type Upstream struct {
	// Connector is what is tested.
	Connector connector.Connector
	// Config is a configuration that the fake accepts, with every credential
	// that the connector declares as required. Credentials are at least eight
	// characters long, so that they can be told from other text.
	Config connector.Config
	// Endpoint is handed to Connector.Open as it is. Empty is usual: the
	// handler answers whatever host a request names.
	Endpoint string
	// Handler is the fake. It is called in the goroutine of whoever makes the
	// request, also by several at the same time.
	Handler http.Handler
	// PageRows is how many records a full page holds. The suite adds a few
	// times as many of each kind: choose a small number, and at least two.
	PageRows int
	// Safe reports whether a request can be made twice without harm, so that an
	// answer to it may get lost on its way. Nil: GET and HEAD can.
	Safe func(*http.Request) bool
	// Refuse answers a request with a fault in the upstream's own words, where it
	// doesn't say it by the HTTP status, as in a 200 with {"error":"busy"}. status
	// is what others would answer: 401, 429 or 503; wait is what Retry-After
	// would say, and zero for nothing. The statuses are tested as well: what
	// stands in front of an upstream answers by them. Nil: there are no such words.
	Refuse func(w http.ResponseWriter, status int, wait time.Duration)
	// Shrinks are the kinds of which the connector asks for smaller pages where
	// the upstream can't make one in time.
	Shrinks []connector.Kind

	// Add adds a record and returns its key.
	Add func(Seed) (connector.Key, error)
	// Touch changes a record so that the upstream takes it for changed: its
	// time of change moves, and with it the record's place in a list that is
	// sorted by that time.
	Touch func(kind connector.Kind, key connector.Key) error
	// Delete deletes a record. It is then neither listed nor found.
	Delete func(kind connector.Kind, key connector.Key) error
	// Damage gives a record a form that can't be decoded, such as an object
	// where a name should be. Its key stays readable.
	Damage func(kind connector.Kind, key connector.Key) error
	// Expire makes every place in a list that was handed out so far invalid, as
	// an upstream does whose cursors live for an hour.
	Expire func() error
}

// Seed is a record to add.
type Seed struct {
	// Kind is its kind.
	Kind connector.Kind
	// Key is the id that it has to get. Empty: the upstream chooses one. An
	// upstream that always chooses, or that can't have this id, returns an error
	// that wraps errors.ErrUnsupported.
	Key connector.Key
	// Container is the company that it belongs to. Empty for a company.
	Container connector.Key
	// Name is what people know it by, for a person the whole name.
	Name string
	// Updated is the upstream's time of change. Zero: the upstream's own clock.
	// An upstream whose records have no such time ignores it.
	Updated time.Time
}

// Live is a connector and a real account.
type Live struct {
	// Connector is what is tested.
	Connector connector.Connector
	// Options open the sessions. Host.Pace and a Logger are used as well; a
	// Host.SaveSecret is needed where the upstream replaces credentials.
	Options connector.OpenOptions
	// Pages is how many pages of each kind are read at most. Zero means 3.
	Pages int
}
