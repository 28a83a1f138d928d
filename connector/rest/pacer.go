package rest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/dovetail-sync/dovetail/connector"
)

// Pacer keeps requests below the limits of upstreams. An upstream counts by
// the address that requests come from, so all sessions of a process share one:
// a connector keeps one for its sessions, and a host that runs many connectors
// makes one of all their limits and gives its Pace as connector.Host.Pace. It
// is safe for concurrent use.
type Pacer struct {
	mu      sync.Mutex
	budgets map[string]*rate.Limiter
}

// NewPacer returns a pacer for the limits. A limit allows Burst requests at
// once (at least one) and then Requests in each period Per, so that no period
// sees more than the two together. Of two limits with one key the lower rate
// and the lower burst hold. A limit without Requests or Per allows none.
func NewPacer(limits ...connector.Limit) *Pacer {
	p := &Pacer{budgets: make(map[string]*rate.Limiter, len(limits))}
	for _, limit := range limits {
		pace, burst := rate.Limit(0), 0
		if limit.Requests > 0 && limit.Per > 0 {
			pace = rate.Limit(float64(limit.Requests) / limit.Per.Seconds())
			burst = max(limit.Burst, 1)
		}
		if known, ok := p.budgets[limit.Key]; ok {
			pace, burst = min(pace, known.Limit()), min(burst, known.Burst())
		}
		p.budgets[limit.Key] = rate.NewLimiter(pace, burst)
	}
	return p
}

// Pace waits until a request may be made under the budget named key, or until
// ctx is done. Waiting calls get their turn in order. A key without a limit is
// the error CodeConfig: an upstream that nobody thought of isn't flooded.
func (p *Pacer) Pace(ctx context.Context, key string) error { return p.wait(ctx, key, nil) }

// tellAfter is the length from which on a wait is told to people.
const tellAfter = 3 * time.Second

func (p *Pacer) wait(ctx context.Context, key string, tell func(string)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	budget := p.budgets[key]
	p.mu.Unlock()
	if budget == nil {
		return &connector.Error{Code: connector.CodeConfig, Op: "pace", Detail: fmt.Sprintf("there is no limit named %q", key)}
	}
	turn := budget.Reserve()
	if !turn.OK() {
		return &connector.Error{Code: connector.CodeConfig, Op: "pace", Detail: fmt.Sprintf("the limit named %q allows no requests", key)}
	}
	delay := turn.Delay()
	if delay == 0 {
		return nil
	}
	if tell != nil && delay >= tellAfter {
		tell("rate limit: next request in " + delay.Round(time.Second).String())
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		turn.Cancel()
		return ctx.Err()
	}
}
