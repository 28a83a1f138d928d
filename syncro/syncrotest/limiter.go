package syncrotest

import (
	"sync"
	"time"
)

// Limiter counts the requests of each caller address over any sixty seconds. A
// refused request isn't counted. Syncro counts a caller's requests over all
// accounts together: accounts that share a Limiter do the same. It is safe for
// concurrent use.
type Limiter struct {
	mu      sync.Mutex
	limit   int
	callers map[string][]time.Time
}

// NewLimiter returns a limiter that allows each caller so many requests in any
// sixty seconds. Zero means no limit.
func NewLimiter(requests int) *Limiter {
	return &Limiter{limit: requests, callers: make(map[string][]time.Time)}
}

func (l *Limiter) admit(caller string, at time.Time) bool {
	if l.limit == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	recent := l.callers[caller]
	for len(recent) > 0 && at.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	admitted := len(recent) < l.limit
	if admitted {
		recent = append(recent, at)
	}
	l.callers[caller] = recent
	return admitted
}
