package restplatform

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"github.com/dovetail-sync/dovetail/store"
)

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 16 << 20

// request is a call of the API.
type request struct {
	// op is what it is made for, as errors name it.
	op           string
	method, path string
	query        url.Values
	body         any
	// secrets are texts in the body that no error may show.
	secrets []string
}

// do makes a request and returns the body of its answer. Its errors say by their
// class what became of a write: see outcome.
func (d *Documents) do(ctx context.Context, q request) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("restplatform: %s: %w: nothing was sent: %w", q.op, store.ErrUnavailable, err)
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	r, err := d.build(ctx, q)
	if err != nil {
		return nil, refuse(q.op, "%v", err)
	}
	answer, err := d.client.Do(r)
	if err != nil {
		return nil, unanswered(q, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case answer.StatusCode >= 300:
		return nil, d.outcome(q, answer.StatusCode, body)
	case err != nil:
		return nil, fmt.Errorf("restplatform: %s: the answer to %s %s broke off: %w", q.op, q.method, q.path, err)
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("restplatform: %s: the answer to %s %s has more than %d bytes", q.op, q.method, q.path, maxAnswer)
	}
	return body, nil
}

func (d *Documents) build(ctx context.Context, q request) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		text, err := json.Marshal(q.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	address := d.base + q.path
	if len(q.query) > 0 {
		address += "?" + q.query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, q.method, address, body)
	if err != nil {
		return nil, errors.New("the request can't be built")
	}
	r.Header.Set("x-api-key", d.key.Reveal())
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// unanswered is the error of a request that got no answer. Only where there was
// no connection is it certain that nothing was done.
func unanswered(q request, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // which is without the address and its query
	}
	if neverSent(err) {
		return fmt.Errorf("restplatform: %s: %w: %w", q.op, store.ErrUnavailable, err)
	}
	return fmt.Errorf("restplatform: %s: %s %s got no answer: %w", q.op, q.method, q.path, err)
}

func neverSent(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	_, distrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return distrusted
}

// outcome is the error of an answer that isn't a success, by what is certain:
// the platform refused, or it was too busy, or there is no such thing. After any
// other answer the write may have been done.
func (d *Documents) outcome(q request, status int, body []byte) error {
	var class error
	switch status {
	case http.StatusNotFound:
		class = store.ErrNotFound
	case http.StatusTooManyRequests:
		class = store.ErrUnavailable
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity:
		class = store.ErrRefused
	}
	said := errorText(body, append(q.secrets, d.key.Reveal()))
	if said != "" {
		said = ": " + said
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		said += " (check the key and its rights)"
	}
	if class == nil {
		return fmt.Errorf("restplatform: %s: %d from %s %s%s", q.op, status, q.method, q.path, said)
	}
	return fmt.Errorf("restplatform: %s: %w: %d from %s %s%s", q.op, class, status, q.method, q.path, said)
}

// before is the error of what had to be read before a write: whatever it was,
// nothing was written.
func before(err error) error {
	if err == nil || store.Settled(err) {
		return err
	}
	return fmt.Errorf("%w (%w: nothing was written)", err, store.ErrUnavailable)
}

// after is the error of what had to be read after a write: whatever it was, the
// write was done.
func after(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("it was written, and what is stored can't be told: %v", err) //nolint:errorlint // its class would deny the write
}

// unwrap returns the thing in an answer: in a wrapper, or bare. Null is none.
func unwrap[T any](q request, body []byte, wrapper string) (thing T, found bool, err error) {
	var wrapped map[string]json.RawMessage
	if err = json.Unmarshal(body, &wrapped); err == nil && wrapped != nil {
		inner, has := wrapped[wrapper]
		if !has {
			inner = body
		}
		if string(inner) == "null" {
			return thing, false, nil
		}
		err = json.Unmarshal(inner, &thing)
	}
	if err != nil {
		return thing, false, notJSON(q, err)
	}
	return thing, wrapped != nil, nil
}

// notJSON is the error of an answer that can't be read. It doesn't show it.
func notJSON(q request, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("restplatform: %s: the answer to %s %s is not JSON (offset %d; is the URL the API's?)", q.op, q.method, q.path, syntax.Offset)
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("restplatform: %s: the answer to %s %s has %s at %q", q.op, q.method, q.path, mismatch.Value, mismatch.Field)
	}
	return fmt.Errorf("restplatform: %s: the answer to %s %s can't be read", q.op, q.method, q.path)
}
