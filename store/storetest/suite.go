package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// limit is how long one check may take: a store that dead-locks fails, and
// doesn't hang the suite.
const limit = 2 * time.Minute

// check is one rule of a contract, and how it is tested.
type check[F any] struct {
	// name is the check's name, as a test is named: by the behaviour.
	name string
	// rule is the sentence of the contract that it enforces.
	rule string
	// run tests it.
	run func(p *probe, fixture F)
}

// probe is what a check reports to. Its methods are called in the check's own
// goroutine.
type probe struct {
	ctx      context.Context
	failures []error
	skipped  string
	cleanups []func()
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

// skipf ends the check: what it needs isn't there.
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

// wantErr notes a failure unless err wraps want.
func (p *probe) wantErr(err, want error, doing string, args ...any) {
	if !errors.Is(err, want) {
		p.errorf("%s: got the error %v, want one that wraps %q", fmt.Sprintf(doing, args...), err, want)
	}
}

// cleanup has fn called when the check is over.
func (p *probe) cleanup(fn func()) { p.cleanups = append(p.cleanups, fn) }

// outcome is what became of a check.
type outcome struct {
	err     error
	skipped string
}

// run tests one rule. A panic of the store's is a failure.
func run[F any](ctx context.Context, c check[F], fixture F) outcome {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p := &probe{ctx: ctx}
	done := make(chan outcome, 1)
	go func() { done <- p.run(func() { c.run(p, fixture) }) }()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		// A store that heeds its context ends now; one that hangs is left behind.
		select {
		case o = <-done:
		case <-time.After(limit / 8):
			o.err = fmt.Errorf("it did not end within %s, and not after its context was done", limit)
		}
	}
	if o.err != nil {
		o.err = fmt.Errorf("%s: %w\n\tthe rule: %s", c.name, o.err, c.rule)
	}
	return o
}

func (p *probe) run(fn func()) (o outcome) {
	defer func() {
		if r := recover(); r != nil {
			if _, stopped := r.(stop); !stopped {
				p.errorf("it panicked: %v", r)
			}
		}
		for _, fn := range slices.Backward(p.cleanups) {
			fn()
		}
		o = outcome{err: errors.Join(p.failures...), skipped: p.skipped}
	}()
	fn()
	return o
}

// runAll tests all rules and returns what failed.
func runAll[F any](ctx context.Context, checks []check[F], fixture F) error {
	var errs []error
	for _, c := range checks {
		errs = append(errs, run(ctx, c, fixture).err)
	}
	return errors.Join(errs...)
}

// testAll tests each rule as a subtest.
func testAll[F any](t *testing.T, checks []check[F], fixture F) {
	t.Helper()
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Helper()
			o := run(t.Context(), c, fixture)
			switch {
			case o.err != nil:
				t.Error(o.err)
			case o.skipped != "":
				t.Skipf("%s\n\tthe rule: %s", o.skipped, c.rule)
			}
		})
	}
}
