package connector

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Code classifies an error by what has to be done about it.
type Code string

// The codes. Codes tells what each means and what follows from it.
const (
	CodeConfig          Code = "config"
	CodeAuth            Code = "auth"
	CodePermission      Code = "permission"
	CodeRateLimited     Code = "rate_limited"
	CodeUnavailable     Code = "unavailable"
	CodeNotFound        Code = "not_found"
	CodeStaleCheckpoint Code = "stale_checkpoint"
	CodeTooLarge        Code = "too_large"
	CodeProtocol        Code = "protocol"
	CodeIncomplete      Code = "incomplete"
	CodeCanceled        Code = "canceled"
	CodeUnknown         Code = "unknown"
)

// CodeInfo is one row of the table of codes.
type CodeInfo struct {
	// Code is the code.
	Code Code
	// Meaning says when an error has it.
	Meaning string
	// Reaction says what the engine does.
	Reaction string
	// Retryable says that the same call may succeed later without a person
	// doing anything.
	Retryable bool
	// Attention says that a person has to act before a run can succeed: the
	// integration is shown as "needs attention".
	Attention bool
	// Statuses are the HTTP statuses that usually mean it.
	Statuses []int
}

// Codes returns the table of codes, from which everything that depends on a
// code follows.
func Codes() []CodeInfo {
	return []CodeInfo{
		{Code: CodeConfig, Attention: true, Meaning: "the configuration or the request can't be right", Reaction: "nothing is read; the problem is shown by field"},
		{Code: CodeAuth, Attention: true, Statuses: []int{401}, Meaning: "the credentials are wrong, expired or revoked", Reaction: "the run stops, nothing is taken for gone, the integration needs attention"},
		{Code: CodePermission, Attention: true, Statuses: []int{403}, Meaning: "the credentials are good and lack a right", Reaction: "the kinds that need the right are left as they are, the others go on; the right is named"},
		{Code: CodeRateLimited, Retryable: true, Statuses: []int{429}, Meaning: "too many requests", Reaction: "waits as long as the upstream says, within bounds, then tries again"},
		{Code: CodeUnavailable, Retryable: true, Statuses: []int{408, 500, 502, 503, 504}, Meaning: "no answer, or the upstream is out of order", Reaction: "tries again, then ends the run and resumes it at the next"},
		{Code: CodeNotFound, Statuses: []int{404, 410}, Meaning: "the record looked up doesn't exist", Reaction: "confirms that a record missing from a listing is gone"},
		{Code: CodeStaleCheckpoint, Retryable: true, Meaning: "the checkpoint can't be resumed", Reaction: "reads again from the beginning"},
		{Code: CodeTooLarge, Statuses: []int{413}, Meaning: "a page or record exceeds a bound", Reaction: "asks for smaller pages, then reports the record"},
		{Code: CodeProtocol, Meaning: "the upstream answered something that isn't its protocol", Reaction: "one record: it is reported and the rest goes on; a page: the read ends as failed"},
		{Code: CodeIncomplete, Retryable: true, Meaning: "a read ended without saying that it was complete", Reaction: "what came is kept, nothing is created or taken for gone by it"},
		{Code: CodeCanceled, Meaning: "the caller stopped it", Reaction: "the run ends as stopped and can be resumed"},
		{Code: CodeUnknown, Meaning: "anything else", Reaction: "the run ends as failed and is tried at the next"},
	}
}

// Info returns the code's row of the table. A code that isn't in the table has
// the row of CodeUnknown.
func (c Code) Info() CodeInfo {
	table := Codes()
	at := slices.IndexFunc(table, func(row CodeInfo) bool { return row.Code == c })
	if at < 0 {
		return table[len(table)-1]
	}
	return table[at]
}

// CodeOfStatus returns the code that an HTTP status usually means. A success
// or a status that isn't in the table is CodeUnknown; other 5xx are
// CodeUnavailable.
func CodeOfStatus(status int) Code {
	for _, row := range Codes() {
		if slices.Contains(row.Statuses, status) {
			return row.Code
		}
	}
	if status >= 500 && status < 600 {
		return CodeUnavailable
	}
	return CodeUnknown
}

// Error is an error of a connector. Its text reads
//
//	syncro: list assets page 3: rate_limited: 429 Retry later (wait a minute)
//
// and holds no token, no query string and no response body beyond a short,
// redacted excerpt.
type Error struct {
	// Code says what has to be done about it. Empty is CodeUnknown.
	Code Code
	// Source is who says it: the connector's name.
	Source string
	// Op is what was being done, to what, as in "list assets page 3".
	Op string
	// Detail is what happened, in a few words.
	Detail string
	// Remedy is what the reader can do. Empty if there is nothing.
	Remedy string
	// Right is the right that is missing, for CodePermission.
	Right string
	// RetryAfter is how long the upstream asks to wait. Zero means that it
	// doesn't say.
	RetryAfter time.Duration
	// Err is the cause, if any.
	Err error
}

// Error returns the text.
func (e *Error) Error() string {
	parts := make([]string, 0, 5)
	for _, part := range []string{e.Source, e.Op, string(CodeOf(e)), e.Detail} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	text := strings.Join(parts, ": ")
	if e.Remedy != "" {
		text += " (" + e.Remedy + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of err: that of the first *Error or *ConfigError in
// its tree; CodeCanceled for an error of a context; CodeUnknown for any other.
// The code of nil is empty.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		if e.Code == "" {
			return CodeUnknown
		}
		return e.Code
	}
	if _, ok := errors.AsType[*ConfigError](err); ok {
		return CodeConfig
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return CodeCanceled
	}
	return CodeUnknown
}

// Retryable reports whether the same call may succeed later by itself.
func Retryable(err error) bool { return err != nil && CodeOf(err).Info().Retryable }

// RetryAfter returns how long the upstream asks to wait before the next try,
// or zero if it doesn't say.
func RetryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// Problem is one thing that is wrong with a setting.
type Problem struct {
	// Field is the name of the setting.
	Field string
	// Text says what is wrong with it and what would be right.
	Text string
	// Suggestion is a value that would be accepted, to be offered with one
	// click. Empty if there is none.
	Suggestion string
}

// String returns "field: text".
func (p Problem) String() string { return p.Field + ": " + p.Text }

// ConfigError is everything that is wrong with a configuration, at once. Its
// code is CodeConfig.
type ConfigError struct {
	// Problems are in the order of the fields' declaration.
	Problems []Problem
}

// Error returns all problems in one line.
func (e *ConfigError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return fmt.Sprintf("configuration: %s", strings.Join(texts, "; "))
}
