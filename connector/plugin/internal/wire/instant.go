package wire

import (
	"fmt"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// instant reads a time in RFC 3339. Null is the zero time.
func (s *scanner) instant() (time.Time, error) {
	if s.null() {
		return time.Time{}, nil
	}
	text, err := s.string()
	if err != nil {
		return time.Time{}, err
	}
	if t, ok := usualInstant(text); ok {
		return t, nil
	}
	var t time.Time
	if err := t.UnmarshalText([]byte(text)); err != nil {
		return time.Time{}, fmt.Errorf("has a time that is not in RFC 3339: %.40q", text)
	}
	return connector.CleanTime(t), nil
}

// usualInstant reads what AppendRecord writes in most cases, whole seconds or a
// fraction down to the microsecond, in UTC, on a day that every month has. It
// takes a third of the time of the general way, which any other form goes.
func usualInstant(s string) (time.Time, bool) {
	const form = "2006-01-02T15:04:05Z"
	if len(s) < len(form) || len(s) > len(form)+7 || s[len(s)-1] != 'Z' ||
		s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:10])
	hour, minute, second := number(s[11:13]), number(s[14:16]), number(s[17:19])
	micro := 0
	if fraction := s[19 : len(s)-1]; fraction != "" {
		if fraction[0] != '.' || len(fraction) < 2 {
			return time.Time{}, false
		}
		micro = number(fraction[1:])
		for range 7 - len(fraction) {
			micro *= 10
		}
	}
	if year < 1 || month < 1 || month > 12 || day < 1 || day > 28 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || micro < 0 {
		return time.Time{}, false
	}
	second += hour*3600 + minute*60 + daysSince1970(year, month, day)*86400
	return time.Unix(int64(second), int64(micro)*1000).UTC(), true
}

// daysSince1970 counts the days of the Gregorian calendar. It counts years from
// March, so that the leap day is the last one.
func daysSince1970(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 719469
}

// number reads digits. Anything else is negative.
func number(s string) int {
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return -1
		}
		n = n*10 + int(c)
	}
	return n
}
