package sortrules

import (
	"cmp"
	"time"
)

// date is a moment, or a whole day in UTC, that moments are compared with.
type date struct {
	day bool
	at  int64 // microseconds since 1970, of a day its beginning
}

const dayLength = int64(24 * time.Hour / time.Microsecond)

// parseDate reads "2026-01-31" or a moment as RFC 3339 writes it. It looks at
// the form first, because the errors of package time are costly.
func parseDate(s string) (date, bool) {
	const day = len(time.DateOnly)
	if len(s) < day || len(s) > len(time.RFC3339Nano) || s[4] != '-' || s[7] != '-' || !digits(s[:4]) {
		return date{}, false
	}
	layout := time.RFC3339
	if len(s) == day {
		layout = time.DateOnly
	}
	t, err := time.Parse(layout, s)
	if err != nil {
		return date{}, false
	}
	return date{day: len(s) == day, at: t.UnixMicro()}, true
}

// end is the last moment that d means.
func (d date) end() int64 {
	if d.day {
		return d.at + dayLength - 1
	}
	return d.at
}

// compare returns how the moment at, in microseconds since 1970, compares with
// d: with a day all its moments are equal.
func (d date) compare(at int64) int {
	if d.day {
		at -= ((at % dayLength) + dayLength) % dayLength
	}
	return cmp.Compare(at, d.at)
}
