package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// endpoint answers one request with a status and what is written as JSON. An
// error is answered as explain tells it.
type endpoint func(r *http.Request) (status int, body any, err error)

func (h *host) answer(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		status, body, err := e(r)
		if err != nil {
			p := h.explain(r.Context(), err)
			status, body = p.Status, p
		}
		writeJSON(w, status, body)
	})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// An error here means that the client has gone.
	_ = json.NewEncoder(w).Encode(body)
}

// maxBody is the size of a decision about thousands of companies.
const maxBody = 1 << 20

// readJSON reads a request's body into v. It takes one JSON value with known
// fields only: a misspelled one would otherwise be a zero.
func readJSON(r *http.Request, v any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return fault(http.StatusUnsupportedMediaType, "the body is not declared as JSON (send it with Content-Type: application/json)")
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	err := dec.Decode(v)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("there is more behind the JSON value")
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault(http.StatusRequestEntityTooLarge, "the body is larger than %d bytes (send it in parts)", maxBody)
	}
	return fault(http.StatusBadRequest, "the body can't be read as JSON: %s", jsonFault(err))
}

// jsonFault says what is wrong with JSON, without the names of Go types.
func jsonFault(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("%v (at byte %d)", syntax, syntax.Offset)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("%q can't be %s (at byte %d)", wrong.Field, wrong.Value, wrong.Offset)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it is empty or ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}
