package rest

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// budget hands out the turns of one limit: to the sessions that wait, one after
// another, and to each in the order in which it asked.
type budget struct {
	limiter *rate.Limiter

	mu sync.Mutex
	// queues are those of the sessions that wait, the next one first. None is
	// empty.
	queues []*queue
	// armed says that a turn is bought and its time will come: then hand runs.
	armed bool
}

// queue are the calls of one session that wait, the oldest first.
type queue struct {
	session *Client
	turns   []*turn
}

// turn is one call that waits.
type turn struct {
	session *Client
	// come is closed when it may go.
	come chan struct{}
}

// enter asks for a turn. It returns nil where the call may go at once, or the
// turn to wait for and about how long that takes.
func (b *budget) enter(session *Client) (*turn, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.armed && b.limiter.Allow() {
		return nil, 0
	}
	t := &turn{session: session, come: make(chan struct{})}
	mine := b.queueOf(session)
	mine.turns = append(mine.turns, t)
	before := 0
	for _, q := range b.queues {
		before += min(len(q.turns), len(mine.turns))
	}
	b.arm()
	return t, time.Duration(float64(before) / float64(b.limiter.Limit()) * float64(time.Second))
}

func (b *budget) queueOf(session *Client) *queue {
	for _, q := range b.queues {
		if q.session == session {
			return q
		}
	}
	q := &queue{session: session}
	b.queues = append(b.queues, q)
	return q
}

// arm buys the next turn, if somebody waits and none is bought. The timer is
// all that runs, and no longer than somebody waits.
func (b *budget) arm() {
	if b.armed || len(b.queues) == 0 {
		return
	}
	b.armed = true
	time.AfterFunc(b.limiter.Reserve().Delay(), b.hand)
}

// hand gives the turn that has come to the session whose go it is, which then
// waits behind the others. Whoever was there when the turn was bought may have
// left: then it is spent, which errs on the upstream's side.
func (b *budget) hand() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	if len(b.queues) == 0 {
		return
	}
	next := b.queues[0]
	close(next.turns[0].come)
	next.turns = next.turns[1:]
	b.queues = b.queues[1:]
	if len(next.turns) > 0 {
		b.queues = append(b.queues, next)
	}
	b.arm()
}

// leave gives a turn up. One that has come meanwhile is spent.
func (b *budget) leave(t *turn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, q := range b.queues {
		at := slices.Index(q.turns, t)
		if at < 0 {
			continue
		}
		q.turns = slices.Delete(q.turns, at, at+1)
		if len(q.turns) == 0 {
			b.queues = slices.Delete(b.queues, i, i+1)
		}
		return
	}
}
