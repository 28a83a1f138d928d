package syncrotest

import (
	"strings"
	"time"
)

// timeLayout is how Syncro writes instants: with milliseconds and the
// account's offset.
const timeLayout = "2006-01-02T15:04:05.000-07:00"

func (a *Account) time(t time.Time) string { return t.In(a.zone).Format(timeLayout) }

// agentTime is how agents write instants: whole seconds, and nothing for none.
func (a *Account) agentTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.zone).Format(time.RFC3339)
}

// blanks writes a row's texts: a blank is null until the first edit.
type blanks struct{ edited bool }

func blanksOf(createdAt, updatedAt time.Time) blanks {
	return blanks{edited: updatedAt.After(createdAt)}
}

func (b blanks) text(s string) *string {
	if s == "" && !b.edited {
		return nil
	}
	return &s
}

// orNull writes a blank text as null always.
func orNull(s string) *string { return blanks{}.text(s) }

// idOrNull writes no id as null.
func idOrNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func joinNonBlank(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// orEmpty makes a nil slice one that is sent as [].
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
