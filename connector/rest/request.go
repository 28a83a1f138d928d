package rest

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/dovetail-sync/dovetail/connector"
)

// Request is one request.
type Request struct {
	// Op says what it is for, in errors: "list assets page 3".
	Op string
	// Path is below Config.Base and escaped as in an address: "/customers".
	Path string
	// Query holds the parameters. Nil sends none.
	Query url.Values
	// Form is what PostForm sends. GetJSON doesn't look at it.
	Form url.Values
	// Into is where the answer is decoded to, as by json.Unmarshal. Nil only
	// checks that the answer is JSON.
	Into any
	// Decode decodes the answer in place of Into, once for each that comes: for
	// big ones, of which Into would keep too much, and for an upstream that says
	// in a 200 what has gone wrong. It has to refuse what isn't JSON. An error of
	// it is CodeProtocol and final, unless it is a *connector.Error: then that is
	// the call's error, and it is tried again, after its RetryAfter, as if the
	// status had said so. Source and Op are filled in. Nil uses Into.
	Decode func(body []byte) error
	// Status receives the HTTP status of the last answer, success or not, and
	// zero if none came. Nil if nobody wants to know.
	Status *int
	// Final are statuses that end the call although another try might help: for a
	// caller that has a better answer to them. Nil means none.
	Final []int
	// Patience bounds a single wait, where it has to be shorter than
	// Config.Patience. Zero means Config.Patience.
	Patience time.Duration
	// Waiting is told why nothing moves, as in "rate limit: next request in
	// 40s", and "" when it does again. Nil means that nobody is told.
	Waiting func(reason string)
}

// GetJSON makes the request and decodes its answer. What a second try can heal
// is tried again, the decoding included. An error is a *connector.Error.
func (c *Client) GetJSON(ctx context.Context, r Request) error { return c.do(ctx, http.MethodGet, r) }

// PostForm sends Request.Form and decodes the answer, as it takes to exchange a
// refresh token. Only a refusal for the rate limit is tried again: after any
// other fault the upstream may have done what it was asked, and have replaced
// the credential. No error shows a value of the form.
func (c *Client) PostForm(ctx context.Context, r Request) error {
	return c.do(ctx, http.MethodPost, r)
}

func (c *Client) do(ctx context.Context, method string, r Request) error {
	ctx, leave := c.join(ctx)
	defer leave()
	u := c.base.JoinPath(r.Path)
	u.RawQuery = r.Query.Encode()
	if r.Patience <= 0 || r.Patience > c.cfg.Patience {
		r.Patience = c.cfg.Patience
	}
	var body any
	if method == http.MethodPost {
		body = []byte(r.Form.Encode())
	}
	call := &call{ctx: ctx, client: c, request: r, once: method == http.MethodPost}
	if c.life.Err() != nil || ctx.Err() != nil {
		return call.canceled()
	}
	req, err := retryablehttp.NewRequestWithContext(withWaiting(ctx, call.waiting), method, u.String(), body)
	if err != nil {
		return call.fail(connector.CodeConfig, "the request can't be made")
	}
	for name, values := range c.cfg.Header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.SetResponseHandler(call.handle)
	// One per call, because its functions hold the call's state. It is a few
	// words; connections are in c.http.
	tries := retryablehttp.Client{
		HTTPClient:   c.http,
		RetryMax:     c.cfg.Retries,
		CheckRetry:   call.check,
		Backoff:      call.backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, doErr := tries.Do(req)
	if doErr != nil && resp != nil {
		_ = resp.Body.Close()
	}
	if call.waited {
		call.waiting("")
	}
	if call.err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return call.canceled()
	}
	return call.err
}

// call is the state of one request with its tries.
type call struct {
	// ctx is the caller's. That of a try ends earlier, with its time.
	ctx     context.Context
	client  *Client
	request Request
	// once says that the request may have had an effect even where its answer
	// is an error.
	once bool
	// tries counts the tries that failed.
	tries int
	// wait is the time until the next try.
	wait time.Duration
	// err is the fault of the last try. Nil after a success.
	err *connector.Error
	// waited says that somebody was told to wait.
	waited bool
}

// check decides about another try. After an answer it is called twice: before
// and after handle.
func (c *call) check(_ context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	if c.err != nil && errors.Is(err, c.err) {
		return true, nil // handle decided
	}
	c.status(0)
	fault := c.networkError(err)
	c.log(0, fault.err)
	return c.decide(fault), nil
}

// fault is an error and what may be done about it.
type fault struct {
	err *connector.Error
	// final says that another try can't help.
	final bool
}

// decide keeps the fault and says whether the request is tried again.
func (c *call) decide(f fault) bool {
	c.err = f.err
	c.tries++
	if f.final || c.ctx.Err() != nil || c.once && f.err.Code != connector.CodeRateLimited {
		return false
	}
	c.wait = pause(f.err, c.tries)
	asked := cmp.Or(f.err.RetryAfter, c.wait)
	if f.err.Code == connector.CodeRateLimited {
		f.err.RetryAfter = asked
	}
	deadline, bounded := c.ctx.Deadline()
	if asked > c.request.Patience || bounded && time.Until(deadline) < c.wait {
		return false
	}
	return c.tries <= c.client.cfg.Retries
}

// backoff tells that there is a wait. The loop around it does the waiting.
func (c *call) backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration {
	reason := "trying again"
	if c.err.Code == connector.CodeRateLimited {
		reason = "rate limit: next request"
	}
	c.client.cfg.Logger.Info("waiting", "source", c.client.cfg.Source, "op", c.request.Op,
		"code", string(c.err.Code), "wait", c.wait, "try", c.tries)
	c.waiting(reason + " in " + c.wait.Round(time.Second).String())
	return c.wait
}

func (c *call) status(status int) {
	noteStatus(c.ctx, status)
	if c.request.Status != nil {
		*c.request.Status = status
	}
}

func (c *call) waiting(reason string) {
	if c.request.Waiting != nil {
		c.waited = reason != ""
		c.request.Waiting(reason)
	}
}

func (c *call) fail(code connector.Code, detail string) *connector.Error {
	return &connector.Error{Code: code, Source: c.client.cfg.Source, Op: c.request.Op, Detail: detail}
}

func (c *call) canceled() *connector.Error {
	err := c.fail(connector.CodeCanceled, "")
	// The context ends a moment later than Close returns.
	if err.Err = context.Cause(c.ctx); err.Err == nil {
		err.Err = context.Cause(c.client.life)
	}
	return err
}

func (c *call) log(status int, err *connector.Error) {
	attrs := []any{"source", c.client.cfg.Source, "op", c.request.Op, "path", c.request.Path, "try", c.tries + 1, "status", status}
	if err != nil {
		attrs = append(attrs, "code", string(err.Code), "detail", err.Detail)
	}
	c.client.cfg.Logger.DebugContext(c.ctx, "request", attrs...)
}
