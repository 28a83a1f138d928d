package store

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/connector"
)

// maxID is the longest id in bytes: what the narrowest index of the databases in
// use can hold.
const maxID = 191

// cleaner checks a row, and keeps the first reason why it can't be kept.
type cleaner struct{ err error }

// result returns the row, or why it can't be kept. what and id name it.
func result[T any](c cleaner, row T, what string, id any) (T, error) {
	if c.err == nil {
		return row, nil
	}
	var none T
	return none, fmt.Errorf("store: put %s %.80q: %w: %w", what, fmt.Sprint(id), ErrRefused, c.err)
}

func (c *cleaner) refuse(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// id checks an id that must be there.
func (c *cleaner) id(what, id string) {
	if id == "" {
		c.refuse("the id of its %s is missing", what)
	}
	c.optional(what, id)
}

// optional checks an id that may be missing.
func (c *cleaner) optional(what, id string) { c.bounded(what, id, maxID) }

// bounded checks an id of at most so many bytes.
func (c *cleaner) bounded(what, id string, most int) {
	switch {
	case len(id) > most:
		c.refuse("the id %.20q… of its %s has %d bytes, more than %d", id, what, len(id), most)
	case !utf8.ValidString(id):
		c.refuse("the id %.40q of its %s is not valid UTF-8", id, what)
	case strings.ContainsFunc(id, unicode.IsControl):
		c.refuse("the id %.40q of its %s has a control character", id, what)
	}
}

// kept checks a text that can't be cleaned, because another one would mean
// something else.
func (c *cleaner) kept(what, text string) {
	if connector.CleanText(text) != text {
		c.refuse("its %s has NUL or is not valid UTF-8", what)
	}
}

func (c *cleaner) record(id RecordID) {
	c.id("integration", string(id.Integration))
	c.id("kind", string(id.Kind))
	c.id("record", string(id.Key))
}

// optionalRecord checks the id of a record that may be missing whole.
func (c *cleaner) optionalRecord(id RecordID) {
	if id != (RecordID{}) {
		c.record(id)
	}
}

// text cleans texts in place.
func text[T ~string](texts ...*T) {
	for _, t := range texts {
		*t = T(connector.CleanText(string(*t)))
	}
}

// cleanAll cleans texts in place.
func cleanAll[T ~string](texts []T) {
	for i := range texts {
		text(&texts[i])
	}
}
