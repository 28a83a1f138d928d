package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// networkError explains why there was no answer. The text of err as a whole is
// never used: that of an *url.Error shows the address with its query.
func (c *call) networkError(err error) fault {
	host := c.client.base.Hostname()
	if c.ctx.Err() != nil {
		return fault{err: c.canceled(), final: true}
	}
	if paced, ok := errors.AsType[*paceError](err); ok {
		failed := c.fail(connector.CodeUnknown, "waiting for a turn")
		if code := connector.CodeOf(paced.err); code != "" {
			failed.Code = code
		}
		failed.Err = paced.err
		return fault{err: failed, final: true}
	}
	if private, ok := errors.AsType[*privateError](err); ok {
		return fault{err: c.fail(connector.CodeConfig, fmt.Sprintf("%s leads to %s, which is not a public address", host, private.addr)), final: true}
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return c.unresolved(dns)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fault{err: c.fail(connector.CodeUnavailable, "the certificate of "+host+" is not trusted"), final: true}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return fault{err: c.fail(connector.CodeUnavailable, fmt.Sprintf("no answer from %s within %s", host, c.client.cfg.AttemptTimeout))}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault{err: c.fail(connector.CodeUnavailable, host+" closed the connection without an answer")}
	}
	failed := c.fail(connector.CodeUnavailable, "no connection to "+host)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
		// The operation's own cause: its text has neither path nor query.
		failed.Err = op.Err
	}
	return fault{err: failed}
}

// unresolved is the fault of a name that has no address. One that doesn't
// exist won't in five seconds either.
func (c *call) unresolved(dns *net.DNSError) fault {
	name := strings.TrimSuffix(dns.Name, ".")
	if name == "" {
		name = c.client.base.Hostname()
	}
	if dns.IsNotFound {
		err := c.fail(connector.CodeUnavailable, fmt.Sprintf("no such host %q", name))
		err.Remedy = "check the address for a typing mistake"
		return fault{err: err, final: true}
	}
	return fault{err: c.fail(connector.CodeUnavailable, fmt.Sprintf("the name %q can't be looked up now", name))}
}
