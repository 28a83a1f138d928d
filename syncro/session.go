package syncro

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/connector/rest"
)

// session reads one account.
type session struct {
	client    *rest.Client
	host      connector.Host
	subdomain string
	web       string

	// life ends with Close.
	life context.Context
	end  context.CancelCauseFunc

	types typeTable

	mu   sync.Mutex
	seen identity
}

var (
	_ connector.Session    = (*session)(nil)
	_ connector.Checker    = (*session)(nil)
	_ connector.Getter     = (*session)(nil)
	_ connector.Counter    = (*session)(nil)
	_ connector.Discoverer = (*session)(nil)
	_ connector.Hinter     = (*session)(nil)
)

var errClosed = errors.New("the session is closed")

func newSession(client *rest.Client, host connector.Host, subdomain, web string) *session {
	s := &session{client: client, host: host, subdomain: subdomain, web: web}
	s.life, s.end = context.WithCancelCause(context.Background())
	s.types.turn = make(chan struct{}, 1)
	return s
}

// Close implements connector.Session.
func (s *session) Close() error {
	s.end(errClosed)
	s.client.Close()
	return nil
}

// join returns a context that ends with ctx or with the session.
func (s *session) join(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.life, func() { cancel(errClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}

// closed returns an error once the session is closed. The contexts of calls in
// flight end a moment later than Close returns: nothing may begin meanwhile.
func (s *session) closed(op string) error {
	if s.life.Err() == nil {
		return nil
	}
	return &connector.Error{Code: connector.CodeCanceled, Source: name, Op: op, Err: errClosed}
}

// query is one request of a session.
type query struct {
	// op says what it is for, in errors.
	op string
	// path and params are the address below the API's.
	path   string
	params url.Values
	// right is the right that it takes. Empty where none is documented.
	right string
	// into is what the answer is decoded to, if decode doesn't do it.
	into   any
	decode func([]byte) error
	// status receives the HTTP status of the last answer. Nil if nobody wants it.
	status *int
	// final are statuses after which there is no other try.
	final []int
	// patience bounds a wait where a person looks on. Zero is the client's own.
	patience time.Duration
	// waiting is told why nothing moves. Nil tells nobody.
	waiting func(string)
}

// get makes a request. It tells a missing right from a wrong key, which Syncro
// answers alike.
func (s *session) get(ctx context.Context, q query) error {
	if err := s.closed(q.op); err != nil {
		return err
	}
	err := s.client.GetJSON(ctx, rest.Request{
		Op: q.op, Path: q.path, Query: q.params, Into: q.into, Decode: q.decode, Status: q.status, Final: q.final, Patience: q.patience, Waiting: q.waiting,
	})
	switch connector.CodeOf(err) {
	case connector.CodeAuth, connector.CodePermission:
		return s.refused(ctx, q)
	default:
		return explain(err)
	}
}

// explain adds what a person can do about err, where that is particular to
// Syncro. A fault with a cause of its own is the host's, as in its pacing.
func explain(err error) error {
	if e, ok := errors.AsType[*connector.Error](err); ok && e.Code == connector.CodeConfig && e.Err == nil {
		e.Remedy = "check the domain: it is what the browser shows when you are logged in to Syncro"
	}
	return err
}

// refused says why Syncro refused q: GET /me needs no right, so that it tells
// whether the key is good.
func (s *session) refused(ctx context.Context, q query) error {
	if _, err := s.me(ctx, q.patience); err != nil {
		if e, ok := errors.AsType[*connector.Error](err); ok && e.Code == connector.CodeAuth {
			e.Op = q.op
		}
		return err
	}
	return missing(q.op, q.right)
}
