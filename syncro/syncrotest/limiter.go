package syncrotest

import "time"

// limiter counts the requests of each caller address over the last minute. A
// refused request isn't counted.
type limiter struct {
	limit   int
	callers map[string][]time.Time
}

func (l *limiter) admit(caller string, at time.Time) bool {
	if l.limit == 0 {
		return true
	}
	if l.callers == nil {
		l.callers = make(map[string][]time.Time)
	}
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
