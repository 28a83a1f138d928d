package wire

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/dovetail-sync/dovetail/connector"
)

// MaxText bounds each text of a failure that reaches the host. They travel in
// headers.
const MaxText = 4 << 10

// SecretRoom is how much more than a bound is kept of a text until credentials
// have been taken out of it: a half of one at the cut isn't found.
const SecretRoom = 1 << 10

// maxProblems bounds the problems of a configuration.
const maxProblems = 64

// FailureOf writes an error down.
func FailureOf(err error) *Failure {
	f := &Failure{
		Code: string(connector.CodeOf(err)), Text: clip(err.Error()), RetryAfterNs: int64(connector.RetryAfter(err)),
	}
	if e, ok := errors.AsType[*connector.Error](err); ok {
		f.Source, f.Op, f.Detail = clip(e.Source), clip(e.Op), clip(e.Detail)
		f.Remedy, f.Right = clip(e.Remedy), clip(e.Right)
		if e.Err != nil {
			f.Cause = clip(e.Err.Error())
		}
		return f
	}
	if e, ok := errors.AsType[*connector.ConfigError](err); ok {
		for _, p := range e.Problems[:min(len(e.Problems), maxProblems)] {
			f.Problems = append(f.Problems, &Problem{Field: clip(p.Field), Text: clip(p.Text), Suggestion: clip(p.Suggestion)})
		}
	}
	return f
}

// clip shortens a text to what is sent, and makes UTF-8 of it.
func clip(text string) string { return connector.CleanText(Clip(text, MaxText+SecretRoom)) }

// Clip shortens a text to a number of bytes, between two characters.
func Clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// Err returns the error that f was made of, as far as that can be told: its
// code, its text and what errors.As finds in it. hide takes credentials out of a
// text.
func (f *Failure) Err(hide func(string) string) error {
	redact := func(text string) string { return connector.CleanText(Clip(hide(text), MaxText)) }
	if len(f.GetProblems()) > 0 {
		config := &connector.ConfigError{}
		for _, p := range f.GetProblems()[:min(len(f.GetProblems()), maxProblems)] {
			config.Problems = append(config.Problems, connector.Problem{
				Field: redact(p.GetField()), Text: redact(p.GetText()), Suggestion: redact(p.GetSuggestion()),
			})
		}
		return saying(redact(f.GetText()), config)
	}
	e := &connector.Error{
		Code: connector.Code(f.GetCode()).Info().Code, Source: redact(f.GetSource()), Op: redact(f.GetOp()),
		Detail: redact(f.GetDetail()), Remedy: redact(f.GetRemedy()), Right: redact(f.GetRight()),
		RetryAfter: max(0, time.Duration(f.GetRetryAfterNs())),
	}
	switch cause := redact(f.GetCause()); {
	case cause != "":
		e.Err = errors.New(cause)
	case e.Code == connector.CodeCanceled:
		e.Err = context.Canceled
	case e.Source == "" && e.Op == "" && e.Detail == "":
		e.Err = errors.New(redact(f.GetText()))
	}
	return saying(redact(f.GetText()), e)
}

// saying returns err with the text that it had where it was made.
func saying(text string, err error) error {
	if text == "" || text == err.Error() {
		return err
	}
	return &worded{text: text, err: err}
}

// worded is an error whose text was made in another process.
type worded struct {
	text string
	err  error
}

func (w *worded) Error() string { return w.text }

func (w *worded) Unwrap() error { return w.err }

// ToStatus makes of an error what a call can return: the failure in the status
// details, under the status code that other tools know.
func ToStatus(err error) error {
	f := FailureOf(err)
	st, detailErr := status.New(grpcCode(connector.Code(f.GetCode())), f.GetText()).WithDetails(f)
	if detailErr != nil {
		return status.Error(codes.Internal, fmt.Sprintf("the error can't be sent: %v", detailErr))
	}
	return st.Err()
}

// FailureIn returns the failure in the status of a call, if the plugin put one
// there.
func FailureIn(err error) (*Failure, bool) {
	st, ok := status.FromError(err)
	if !ok {
		return nil, false
	}
	details := st.Details()
	at := slices.IndexFunc(details, func(d any) bool { _, ok := d.(*Failure); return ok })
	if at < 0 {
		return nil, false
	}
	return details[at].(*Failure), true
}

// grpcCode is the status code nearest to a code.
func grpcCode(code connector.Code) codes.Code {
	switch code {
	case connector.CodeConfig:
		return codes.InvalidArgument
	case connector.CodeAuth:
		return codes.Unauthenticated
	case connector.CodePermission:
		return codes.PermissionDenied
	case connector.CodeRateLimited, connector.CodeTooLarge:
		return codes.ResourceExhausted
	case connector.CodeUnavailable:
		return codes.Unavailable
	case connector.CodeNotFound:
		return codes.NotFound
	case connector.CodeStaleCheckpoint:
		return codes.FailedPrecondition
	case connector.CodeProtocol:
		return codes.Internal
	case connector.CodeIncomplete:
		return codes.Aborted
	case connector.CodeCanceled:
		return codes.Canceled
	default:
		return codes.Unknown
	}
}
