package connector

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind names a kind of record of one connector, as in "asset".
type Kind string

// Key is a record's id upstream: 1 to 191 bytes of valid UTF-8 without control
// characters. It is unique within its kind, not beyond: ids of different kinds
// may collide.
type Key string

// maxKey is the longest key in bytes: what the narrowest index of the
// databases in use can hold.
const maxKey = 191

// Check returns an error with CodeProtocol if k can't be a key.
func (k Key) Check() error {
	switch {
	case k == "":
		return &Error{Code: CodeProtocol, Detail: "a record has no id"}
	case len(k) > maxKey:
		return &Error{Code: CodeProtocol, Detail: fmt.Sprintf("id %.20q… has %d bytes, more than %d", string(k), len(k), maxKey)}
	case !utf8.ValidString(string(k)):
		return &Error{Code: CodeProtocol, Detail: fmt.Sprintf("id %.40q is not valid UTF-8", string(k))}
	case strings.ContainsFunc(string(k), unicode.IsControl):
		return &Error{Code: CodeProtocol, Detail: fmt.Sprintf("id %.40q has a control character", string(k))}
	}
	return nil
}

// Record is one thing upstream: a company, a contact, a device. It is flat: all
// that is particular to a kind stands in Fields, under the data points' names.
type Record struct {
	// Key is its id.
	Key Key
	// Container is the id of the company it belongs to. Empty means that it
	// belongs to none, or that the record is a company itself.
	Container Key
	// Name is what people know it by.
	Name string
	// Type is the record's type within its kind, as people see it ("Printer").
	// Empty where the kind has no types.
	Type string
	// TypeID is the upstream's id of the type. It stays when a type is renamed.
	// Empty where the upstream has none.
	TypeID string
	// Created and Updated are the upstream's times. Zero means unknown.
	Created, Updated time.Time
	// Status is whether the upstream treats it as in use. Zero is StatusActive.
	Status Status
	// URL is the page that shows it upstream. Empty where there is none.
	URL string
	// Fields are the values of its data points. A data point without a value
	// is left out.
	Fields Fields
}

// Fields are values by data point name.
type Fields map[string]Value

// Status is the state of a record upstream.
type Status uint8

// The states.
const (
	// StatusActive is a record in use.
	StatusActive Status = iota
	// StatusInactive is a record that the upstream shows as disabled.
	StatusInactive
	// StatusArchived is a record put away, still to be found by its id.
	StatusArchived
	// StatusDeleted is a tombstone: the upstream reports that the record is
	// gone. Key is then all that has to be set.
	StatusDeleted
)

// String returns the state's name.
func (s Status) String() string {
	switch s {
	case StatusActive:
		return "active"
	case StatusInactive:
		return "inactive"
	case StatusArchived:
		return "archived"
	case StatusDeleted:
		return "deleted"
	default:
		return "invalid"
	}
}

// Clean returns r as it is kept: text without NUL and broken UTF-8, times in
// UTC at microseconds, absent fields left out. The engine calls it on every
// record that it receives. A key that can't be kept is an error with
// CodeProtocol.
func (r Record) Clean() (Record, error) {
	if err := r.Key.Check(); err != nil {
		return Record{}, err
	}
	if r.Container != "" {
		if err := r.Container.Check(); err != nil {
			return Record{}, fmt.Errorf("record %q: container: %w", r.Key, err)
		}
	}
	r.Name = strings.TrimSpace(CleanText(r.Name))
	r.Type = CleanText(r.Type)
	r.TypeID = CleanText(r.TypeID)
	r.URL = CleanText(r.URL)
	r.Created = CleanTime(r.Created)
	r.Updated = CleanTime(r.Updated)
	fields := make(Fields, len(r.Fields))
	for name, v := range r.Fields {
		if !v.IsAbsent() {
			fields[CleanText(name)] = v
		}
	}
	r.Fields = fields
	return r, nil
}

// CleanText returns s without NUL, which some databases refuse, and with the
// replacement character in place of broken UTF-8.
func CleanText(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if utf8.ValidString(s) { // nearly always, and told faster than ToValidUTF8 does
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// CleanTime returns t in UTC, truncated to microseconds: what every database
// keeps. A year outside 1 to 9999 in UTC, which JSON can't write, is a mistake
// of the upstream's and becomes the zero time: unknown.
func CleanTime(t time.Time) time.Time {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Year() < 1 || t.Year() > 9999 || t.IsZero() {
		return time.Time{}
	}
	return t
}
