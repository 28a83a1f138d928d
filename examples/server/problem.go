package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// problem is an error as a client gets it. It says what to do.
type problem struct {
	Status int            `json:"status"`
	Error  string         `json:"error"`
	Code   connector.Code `json:"code,omitempty"`
	Fields []fieldProblem `json:"fields,omitempty"`
}

// fieldProblem is what is wrong with one setting.
type fieldProblem struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// asError lets an endpoint return a problem as its error.
type asError struct{ problem }

func (e asError) Error() string { return e.problem.Error }

// fault is the client's mistake, with what to send instead.
func fault(status int, format string, args ...any) error {
	return asError{problem{Status: status, Error: fmt.Sprintf(format, args...)}}
}

// explain says how an error of the engine is answered. Errors of the engine and
// of connectors hold no credentials. Any other error may hold anything: it is
// logged, and the client is told where to look.
func (h *host) explain(ctx context.Context, err error) problem {
	if p, ok := errors.AsType[asError](err); ok {
		return p.problem
	}
	if invalid, ok := errors.AsType[*dovetail.SettingsError](err); ok {
		p := problem{Status: http.StatusUnprocessableEntity, Error: "the settings can't be saved as they are"}
		for _, f := range invalid.Problems {
			p.Fields = append(p.Fields, fieldProblem{Field: f.Field, Text: f.Text})
		}
		return p
	}
	for _, known := range []struct {
		cause  error
		status int
	}{
		{dovetail.ErrDenied, http.StatusForbidden},
		{dovetail.ErrChanged, http.StatusConflict},
		{dovetail.ErrNotReady, http.StatusConflict},
		{dovetail.ErrStalePlan, http.StatusConflict},
		{dovetail.ErrOtherAccount, http.StatusConflict},
		{store.ErrStale, http.StatusConflict},
		{store.ErrNotFound, http.StatusNotFound},
		{store.ErrRefused, http.StatusUnprocessableEntity},
		{context.Canceled, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, known.cause) {
			return problem{Status: known.status, Error: err.Error()}
		}
	}
	if code := connector.CodeOf(err); code != connector.CodeUnknown {
		return problem{Status: http.StatusBadGateway, Error: err.Error(), Code: code}
	}
	h.log.ErrorContext(ctx, "a request failed", "error", err)
	return problem{Status: http.StatusInternalServerError, Error: "something went wrong here (the server's log says what)"}
}
