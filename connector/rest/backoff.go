package rest

import (
	"math/rand/v2"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// An upstream that limits by the minute and doesn't say how long to wait is
// left alone until its minute is over. The spread keeps sessions that were
// refused together from coming back together.
const (
	minRateLimitPause = 30 * time.Second
	maxRateLimitPause = 65 * time.Second
)

// Other faults are tried again after 1, 2, 4, … seconds.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// pause returns how long to wait before the next try, after the given number
// of failed ones.
func pause(err *connector.Error, failed int) time.Duration {
	if err.RetryAfter > 0 {
		return err.RetryAfter + jitter(time.Second)
	}
	if err.Code == connector.CodeRateLimited {
		return minRateLimitPause + jitter(maxRateLimitPause-minRateLimitPause)
	}
	wait := min(firstPause<<min(failed-1, 10), maxPause)
	return wait/2 + jitter(wait/2)
}

// jitter keeps callers that failed together from coming back together.
func jitter(below time.Duration) time.Duration {
	return rand.N(below) //nolint:gosec // nobody gains by guessing it
}
