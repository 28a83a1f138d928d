package connectortest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
)

// A check may take so long: a connector that hangs fails, and doesn't hang the
// suite. In a bubble of testing/synctest, where the waits of a connector add up
// and cost nothing, it may take weeks.
const (
	limit     = 60 * 24 * time.Hour
	liveLimit = 20 * time.Minute
	grace     = time.Minute
)

// Test tests every rule as a subtest of its own, in a bubble of package
// testing/synctest.
func Test(t *testing.T, f Fixture) {
	t.Helper()
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			var result Result
			synctest.Test(t, func(t *testing.T) {
				// Inside of the bubble, which panics if something is left running.
				if result = run(t.Context(), c, target{fixture: &f}); result.Err != nil {
					t.Error(result.Err)
				}
			})
			if result.Err == nil && result.Skipped != "" {
				t.Skipf("%s\n\tthe rule: %s", result.Skipped, result.Rule)
			}
		})
	}
}

// Check tests every rule. It waits as long as the connector does, between two
// tries of a request for instance: call it in a bubble of testing/synctest where
// that matters.
func Check(ctx context.Context, f Fixture) Report { return runAll(ctx, target{fixture: &f}) }

// CheckLive tests the rules that can be tested on a real account. It only reads:
// a few pages of each kind, some of them several times.
func CheckLive(ctx context.Context, l Live) Report {
	secrets := make(map[string]connector.Secret)
	maps.Copy(secrets, l.Options.Config.Secrets)
	l.Options.Config.Secrets = secrets
	return runAll(ctx, target{live: &l})
}

func runAll(ctx context.Context, on target) Report {
	var report Report
	for _, c := range checks() {
		if on.live == nil || c.live {
			report = append(report, run(ctx, c, on))
		}
	}
	return report
}

// target is what is tested: one of the two. The credentials of a live one are
// replaced when the upstream replaces them.
type target struct {
	fixture *Fixture
	live    *Live
}

// check is one rule, and how it is tested.
type check struct {
	// name is the check's name, as a test is named: by the behaviour.
	name string
	// rule is the sentence of the contract that it enforces.
	rule string
	// live says that it needs no fake.
	live bool
	// run tests it.
	run func(*probe)
}

// Rule is a rule that the suite tests.
type Rule struct {
	// Name is the name of its check, and Text the sentence that a failure quotes.
	Name, Text string
	// Live says that CheckLive tests it as well.
	Live bool
}

// Rules lists the rules in the order in which they are tested.
func Rules() []Rule {
	var rules []Rule
	for _, c := range checks() {
		rules = append(rules, Rule{Name: c.name, Text: c.rule, Live: c.live})
	}
	return rules
}

// checks are the rules, the simple ones first: where one of those is broken,
// later ones fail for its sake. Last come those that take the longest.
func checks() []check {
	return slices.Concat(
		describeChecks(), readChecks(), stopChecks(), resumeChecks(), movingChecks(), keyChecks(),
		featureChecks(), hostChecks(), changeChecks(), faultChecks(), shownChecks(),
	)
}

// probe is what a check reports to. Its methods are called in the check's own
// goroutine.
type probe struct {
	ctx      context.Context
	on       target
	failures []error
	skipped  string
	cleanups []func()
	// made is what is tested, once it is needed.
	made *subject
}

// stop ends a check: it is what fatalf and skipf panic with.
type stop struct{}

// errorf notes a failure and goes on.
func (p *probe) errorf(format string, args ...any) {
	p.failures = append(p.failures, fmt.Errorf(format, args...))
}

// fatalf notes a failure and ends the check.
func (p *probe) fatalf(format string, args ...any) {
	p.errorf(format, args...)
	panic(stop{})
}

// skipf ends the check: what it needs isn't there. What was found broken before
// stays broken.
func (p *probe) skipf(format string, args ...any) {
	p.skipped = fmt.Sprintf(format, args...)
	panic(stop{})
}

// must ends the check if doing what failed.
func (p *probe) must(err error, doing string, args ...any) {
	if err != nil {
		p.fatalf("%s: %w", fmt.Sprintf(doing, args...), err)
	}
}

// cleanup has fn called when the check is over.
func (p *probe) cleanup(fn func()) { p.cleanups = append(p.cleanups, fn) }

// run tests one rule. A panic of the connector's is a failure.
func run(ctx context.Context, c check, on target) Result {
	allowed := limit
	if on.live != nil {
		allowed = liveLimit
	}
	ctx, cancel := context.WithTimeout(ctx, allowed)
	defer cancel()
	p := &probe{ctx: ctx, on: on}
	done := make(chan struct{})
	go func() {
		defer close(done)
		marked(ctx, p.id(), func() { p.run(c.run) })
	}()
	result := Result{Name: c.name, Rule: c.rule}
	if !ended(ctx, done) {
		result.Err = fmt.Errorf("it did not end within %s, and not after its context was done", allowed)
	} else {
		if ctx.Err() != nil {
			// What heeded its context has found nothing since.
			p.errorf("the check was not over when its context was done: %w", context.Cause(ctx))
		}
		result.Err, result.Skipped = p.broken(), p.skipped
	}
	if result.Err != nil {
		result.Err = fmt.Errorf("%s: %w\n\tthe rule: %s", c.name, result.Err, c.rule)
	}
	return result
}

// broken returns what was found, the first of it where there is much.
func (p *probe) broken() error {
	const most = 10
	found := p.failures
	if more := len(found) - most; more > 0 {
		found = append(slices.Clone(found[:most]), fmt.Errorf("and %d more", more))
	}
	return errors.Join(found...)
}

// ended waits for the end of a check. One that hangs although its context is
// done is left behind.
func ended(ctx context.Context, done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	case <-ctx.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case <-done:
		return true
	case <-late.C:
		return false
	}
}

func (p *probe) run(fn func(*probe)) {
	defer func() {
		if r := recover(); r != nil {
			if _, stopped := r.(stop); !stopped {
				p.errorf("it panicked: %v", r)
			}
		}
		for _, fn := range slices.Backward(p.cleanups) {
			fn()
		}
	}()
	fn(p)
}
