package rest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what an upstream can ask for. Beyond it the header is a
// mistake, such as a time stamp in place of seconds.
const maxRetryAfter = 24 * time.Hour

// ParseRetryAfter reads a Retry-After header: seconds, or a date in one of the
// three forms of HTTP. The result is between zero and a day. The second result
// is false where there is no such header or it can't be read.
func ParseRetryAfter(header string) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	if strings.Trim(header, "0123456789") == "" {
		seconds, err := strconv.ParseInt(header, 10, 64)
		if err != nil || seconds > int64(maxRetryAfter/time.Second) {
			return maxRetryAfter, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	// A date has whole seconds: without rounding up, the request would come in
	// the second before.
	wait := time.Until(at)
	if rest := wait % time.Second; rest > 0 {
		wait += time.Second - rest
	}
	return min(max(wait, 0), maxRetryAfter), true
}
