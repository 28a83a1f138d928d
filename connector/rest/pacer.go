package rest

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/dovetail-sync/dovetail/connector"
)

// Pacer keeps requests below the limits of upstreams. An upstream counts by
// the address that requests come from, so all sessions of a process share one:
// a connector keeps one for its sessions, and a host that runs many connectors
// makes one of all their limits and gives its Pace as connector.Host.Pace. It
// is safe for concurrent use.
//
// Sessions that wait get their turns one after another, whatever each of them
// asks for: a session with many requests at once doesn't slow down the others.
type Pacer struct {
	budgets map[string]*budget
}

// NewPacer returns a pacer for the limits. A limit allows Burst requests at
// once (at least one) and then Requests in each period Per, so that no period
// sees more than the two together. Of two limits with one key the lower rate
// and the lower burst hold. A limit without Requests or Per allows none.
func NewPacer(limits ...connector.Limit) *Pacer {
	p := &Pacer{budgets: make(map[string]*budget, len(limits))}
	for _, limit := range limits {
		pace, burst := rate.Limit(0), 0
		if limit.Requests > 0 && limit.Per > 0 {
			pace = rate.Limit(float64(limit.Requests) / limit.Per.Seconds())
			burst = max(limit.Burst, 1)
		}
		if known, ok := p.budgets[limit.Key]; ok {
			pace, burst = min(pace, known.limiter.Limit()), min(burst, known.limiter.Burst())
		}
		p.budgets[limit.Key] = &budget{limiter: rate.NewLimiter(pace, burst)}
	}
	return p
}

// Pace waits until a request may be made under the budget named key, or until
// ctx is done. The calls of one session get their turns in order, and those of
// several sessions in turn: a Client says in the context whose call it is. Calls
// that don't say so count as one session. A key without a limit is the error
// CodeConfig: an upstream that nobody thought of isn't flooded.
func (p *Pacer) Pace(ctx context.Context, key string) error { return p.wait(ctx, key, nil) }

// tellAfter is the length from which on a wait is told to people.
const tellAfter = 3 * time.Second

func (p *Pacer) wait(ctx context.Context, key string, tell func(string)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b := p.budgets[key]
	if b == nil {
		return &connector.Error{Code: connector.CodeConfig, Op: "pace", Detail: fmt.Sprintf("there is no limit named %q", key)}
	}
	if b.limiter.Limit() == 0 || b.limiter.Burst() == 0 {
		return &connector.Error{Code: connector.CodeConfig, Op: "pace", Detail: fmt.Sprintf("the limit named %q allows no requests", key)}
	}
	turn, wait := b.enter(sessionOf(ctx))
	if turn == nil {
		return nil
	}
	if tell != nil && wait >= tellAfter {
		tell("rate limit: next request in " + wait.Round(time.Second).String())
	}
	select {
	case <-turn.come:
		return nil
	case <-ctx.Done():
		b.leave(turn)
		return ctx.Err()
	}
}

// sessionKey carries to a Pacer whose call it is.
type sessionKey struct{}

func withSession(ctx context.Context, session *Client) context.Context {
	return context.WithValue(ctx, sessionKey{}, session)
}

func sessionOf(ctx context.Context) *Client {
	session, _ := ctx.Value(sessionKey{}).(*Client)
	return session
}
