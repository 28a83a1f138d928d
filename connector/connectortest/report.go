package connectortest

import (
	"errors"
	"fmt"
	"strings"
)

// Result is what became of one check.
type Result struct {
	// Name is the check's name: the behaviour that it looks for.
	Name string
	// Rule is the sentence of the contract that it enforces.
	Rule string
	// Err says what is broken, with the check's name and its rule. Nil: nothing.
	Err error
	// Skipped says why the rule wasn't tested. Empty: it was.
	Skipped string
}

// Report is what became of all checks, in their order.
type Report []Result

// Err returns all failures, joined. Nil: there are none.
func (r Report) Err() error {
	errs := make([]error, len(r))
	for i, result := range r {
		errs[i] = result.Err
	}
	return errors.Join(errs...)
}

// String returns a line for each check, and below it the reason of a skip or
// what is broken.
func (r Report) String() string {
	var b strings.Builder
	var failed, skipped int
	for _, result := range r {
		switch {
		case result.Err != nil:
			failed++
			fmt.Fprintf(&b, "FAIL  %s\n", strings.ReplaceAll(result.Err.Error(), "\n", "\n      "))
		case result.Skipped != "":
			skipped++
			fmt.Fprintf(&b, "skip  %s: %s\n", result.Name, result.Skipped)
		default:
			fmt.Fprintf(&b, "ok    %s\n", result.Name)
		}
	}
	fmt.Fprintf(&b, "%d checks: %d kept, %d broken, %d skipped\n", len(r), len(r)-failed-skipped, failed, skipped)
	return b.String()
}
