package rest

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// pacedTransport sends a request when its turn has come, bounds its time and
// adds the credential. It stands below the retries, so that each try waits for
// its turn.
type pacedTransport struct {
	cfg  Config
	next http.RoundTripper
	// session is whose requests these are: sessions wait for their turns apart.
	session *Client
}

// RoundTrip implements http.RoundTripper.
func (t *pacedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.pace(req.Context()); err != nil {
		return nil, &paceError{err}
	}
	// From here, not from the call: a wait for the turn is no slow answer.
	ctx, cancel := context.WithTimeout(req.Context(), t.cfg.AttemptTimeout)
	sent := req.Clone(ctx)
	if t.cfg.Authorize != nil {
		t.cfg.Authorize(sent)
	}
	resp, err := t.next.RoundTrip(sent)
	if err == nil && resp == nil {
		err = io.ErrUnexpectedEOF // no transport may, and it is the host's own
	}
	if err != nil {
		cancel()
		return nil, err
	}
	resp.Request = sent
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	hideLocation(resp)
	resp.Body = &timedBody{ReadCloser: resp.Body, cancel: cancel}
	return resp, nil
}

// refusedLocation is the header that keeps where a redirect would lead.
const refusedLocation = "X-Refused-Location"

// hideLocation keeps http.Client from looking at a redirect at all: it would
// answer one that it can't parse with an error that shows it.
func hideLocation(resp *http.Response) {
	if to := resp.Header.Values("Location"); len(to) > 0 {
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Location")
		resp.Header.Set(refusedLocation, to[0])
	}
}

func (t *pacedTransport) pace(ctx context.Context) error {
	ctx = withSession(ctx, t.session)
	switch {
	case t.cfg.Budget == "":
		return nil
	case t.cfg.Host.Pace != nil:
		return t.cfg.Host.Pace(ctx, t.cfg.Budget)
	case t.cfg.Pacer != nil:
		return t.cfg.Pacer.wait(ctx, t.cfg.Budget, waitingOf(ctx))
	}
	return nil
}

// paceError is an error of the pacing, told from one of the connection.
type paceError struct{ err error }

func (e *paceError) Error() string { return e.err.Error() }
func (e *paceError) Unwrap() error { return e.err }

// timedBody ends the time of a try when its answer is read.
type timedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
}

// Close implements io.Closer.
func (b *timedBody) Close() error {
	err := b.ReadCloser.Close()
	b.cancel()
	return err
}

// waitingKey carries a call's waiting function to the transport.
type waitingKey struct{}

func withWaiting(ctx context.Context, waiting func(string)) context.Context {
	return context.WithValue(ctx, waitingKey{}, waiting)
}

func waitingOf(ctx context.Context) func(string) {
	waiting, _ := ctx.Value(waitingKey{}).(func(string))
	return waiting
}

type statusKey struct{}

// withStatus returns a context under which a call notes what it was answered.
func withStatus(ctx context.Context, status *atomic.Int64) context.Context {
	return context.WithValue(ctx, statusKey{}, status)
}

func noteStatus(ctx context.Context, status int) {
	if note, ok := ctx.Value(statusKey{}).(*atomic.Int64); ok {
		note.Store(int64(status))
	}
}

// newTransport returns the transport that is used where the host has none of
// its own. It takes no proxy from the environment: the guard would then see the
// proxy's address in place of the upstream's.
func newTransport(allowPrivate bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 15 * time.Second, KeepAlive: 30 * time.Second}
	if !allowPrivate {
		dialer.Control = refusePrivate
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    15 * time.Second,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}
