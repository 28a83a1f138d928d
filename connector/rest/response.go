package rest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/dovetail-sync/dovetail/connector"
)

// handle reads an answer. The error that it returns is c.err and means another
// try; a fault that is final stays in c.err alone, because the loop would drop
// all idle connections with it.
func (c *call) handle(resp *http.Response) error {
	defer resp.Body.Close()
	c.status(resp.StatusCode)
	f := c.read(resp)
	c.log(resp.StatusCode, f.err)
	if f.err == nil {
		c.err = nil
		return nil
	}
	if c.decide(f) {
		return c.err
	}
	return nil
}

// read decodes an answer, or says what is wrong with it.
func (c *call) read(resp *http.Response) fault {
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return fault{err: c.redirected(resp), final: true}
	}
	body, err := readAll(resp, c.client.cfg.MaxBody)
	success := resp.StatusCode >= 200 && resp.StatusCode < 300
	if !success {
		return c.refused(resp, body)
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault{err: c.fail(connector.CodeTooLarge, fmt.Sprintf("the answer has more than %d bytes", tooLarge.Limit)), final: true}
	}
	if err != nil {
		if c.ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) {
			return c.networkError(err)
		}
		return fault{err: c.fail(connector.CodeUnavailable, "the answer broke off")}
	}
	return c.decode(resp, body)
}

// readAll reads an answer of at most limit bytes, at once where it says how long
// it is.
func readAll(resp *http.Response, limit int64) ([]byte, error) {
	var body bytes.Buffer
	if length := resp.ContentLength; length > 0 && length <= limit {
		body.Grow(int(length) + bytes.MinRead)
	}
	_, err := body.ReadFrom(http.MaxBytesReader(nil, resp.Body, limit))
	return body.Bytes(), err
}

// decode puts a complete answer into the request's Into.
func (c *call) decode(resp *http.Response, body []byte) fault {
	trimmed := bytes.TrimSpace(body)
	switch {
	case len(trimmed) == 0:
		return fault{err: c.fail(connector.CodeUnavailable, "the answer is empty")}
	case trimmed[0] == '<' || strings.Contains(resp.Header.Get("Content-Type"), "text/html"):
		err := c.fail(connector.CodeProtocol, "answered a web page instead of JSON")
		err.Remedy = "check the address; a login page or a firewall may be in between"
		return fault{err: err, final: true}
	}
	err := c.request.decode(trimmed)
	said, judged := errors.AsType[*connector.Error](err)
	switch {
	case err == nil:
		return fault{}
	case judged && json.Valid(trimmed):
		return c.said(said, resp.Request)
	case json.Valid(trimmed):
		failed := c.fail(connector.CodeProtocol, "the answer has another shape than expected")
		failed.Err = err
		return fault{err: failed, final: true}
	case brokenOff(trimmed):
		return fault{err: c.fail(connector.CodeUnavailable, "the answer broke off")}
	}
	return fault{err: c.fail(connector.CodeProtocol, "the answer is not JSON")}
}

// said is the fault that a Decode made out of a good answer: what some upstreams
// say by the status, others say in a 200. It is of the same kind then.
func (c *call) said(what *connector.Error, req *http.Request) fault {
	err := *what // it may be one that its owner returns again
	if mentionsCredential(err.Error(), req, c.request.Form) {
		err.Detail, err.Err = "the upstream's reason holds the credential and is left out", nil
	}
	err.Source, err.Op = cmp.Or(err.Source, c.client.cfg.Source), cmp.Or(err.Op, c.request.Op)
	return fault{err: &err, final: !connector.Retryable(&err)}
}

func (r *Request) decode(body []byte) error {
	switch {
	case r.Decode != nil:
		return r.Decode(body)
	case r.Into != nil:
		return json.Unmarshal(body, r.Into)
	case !json.Valid(body):
		return errors.New("not JSON")
	}
	return nil
}

// brokenOff reports whether body is the beginning of a JSON text.
func brokenOff(body []byte) bool {
	var first json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(body)).Decode(&first), io.ErrUnexpectedEOF)
}

// redirected is the error for a 3xx. It names the host alone: the rest of the
// address may carry what it was asked with.
func (c *call) redirected(resp *http.Response) *connector.Error {
	to := ""
	if u, err := url.Parse(resp.Header.Get(refusedLocation)); err == nil && u.Host != "" {
		to = " to " + u.Hostname()
	}
	err := c.fail(connector.CodeConfig, fmt.Sprintf("%d: %s redirects%s, which is not followed with credentials",
		resp.StatusCode, c.client.base.Hostname(), to))
	err.Remedy = "check the address"
	return err
}

// refused is the fault for a status that is no success.
func (c *call) refused(resp *http.Response, body []byte) fault {
	code := connector.CodeOfStatus(resp.StatusCode)
	detail := fmt.Sprintf("%d", resp.StatusCode)
	if text := excerpt(body, resp.Request, c.request.Form); text != "" {
		detail += " " + text
	} else if text := http.StatusText(resp.StatusCode); text != "" {
		detail += " " + text
	}
	err := c.fail(code, detail)
	if wait, ok := ParseRetryAfter(resp.Header.Get("Retry-After")); ok && connector.Retryable(err) {
		err.RetryAfter = wait
	}
	return fault{err: err, final: !connector.Retryable(err) || slices.Contains(c.request.Final, resp.StatusCode)}
}

// maxExcerpt bounds what an error shows of an answer, in runes.
const maxExcerpt = 100

// excerpt returns what an error may show of an answer that is no success: the
// text that JSON carries as error or message, or a short plain text. Nothing
// of a web page, and nothing that holds the credential.
func excerpt(body []byte, req *http.Request, form url.Values) string {
	text := ""
	var shape struct {
		Error   any `json:"error"`
		Message any `json:"message"`
		Errors  any `json:"errors"`
	}
	trimmed := bytes.TrimSpace(body)
	switch {
	case json.Unmarshal(trimmed, &shape) == nil:
		for _, value := range []any{shape.Error, shape.Message, shape.Errors} {
			if s, ok := value.(string); ok && text == "" {
				text = s
			}
		}
	case len(trimmed) > 0 && len(trimmed) <= maxExcerpt && !bytes.ContainsAny(trimmed, "<{["):
		text = string(trimmed)
	}
	text = strings.Join(strings.FieldsFunc(connector.CleanText(text), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
	if strings.ContainsAny(text, "?&=") || mentionsCredential(text, req, form) {
		return "" // looked for before the cut, which would leave a part of it
	}
	if runes := []rune(text); len(runes) > maxExcerpt {
		text = string(runes[:maxExcerpt]) + "…"
	}
	return text
}

// mentionsCredential reports whether text holds a value of the form, or a word
// of a header that proves who asks, however it is written. Only the headers that
// everybody may see are left out.
func mentionsCredential(text string, req *http.Request, form url.Values) bool {
	text = lettersAndDigits(text)
	mentions := func(credential string) bool {
		credential = lettersAndDigits(credential)
		return len(credential) > 6 && strings.Contains(text, credential)
	}
	for _, values := range form {
		if slices.ContainsFunc(values, mentions) {
			return true
		}
	}
	if user, password, ok := req.BasicAuth(); ok && (mentions(user) || mentions(password)) {
		return true
	}
	for name, values := range req.Header {
		switch name {
		case "Accept", "Accept-Encoding", "User-Agent", "Content-Type":
			continue
		}
		for _, value := range values {
			if slices.ContainsFunc(strings.Fields(value), mentions) {
				return true
			}
		}
	}
	return false
}

// lettersAndDigits returns those of text, all small: a credential that is repeated
// in capitals, or with a line end in it, is one all the same.
func lettersAndDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
