package dovetail

import (
	"crypto/rand"
	"fmt"
	"sync"
	"time"
)

// idSource makes ids that sort by the time at which they were made, also when
// the clock stands still or goes back.
type idSource struct {
	mu   sync.Mutex
	last int64
}

// next returns an id such as "run-000643a1f2c4d5e6-1f9c2b".
func (s *idSource) next(what string) string {
	s.mu.Lock()
	s.last = max(s.last+1, time.Now().UnixMicro())
	at := s.last
	s.mu.Unlock()
	var salt [4]byte
	_, _ = rand.Read(salt[:]) // never fails, says its documentation
	return fmt.Sprintf("%s-%016x-%x", what, at, salt)
}

// now is the time in the form in which it is kept.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
