package connectortest

import "context"

// FirstFailure tests the rules until one is broken, and returns that result.
func FirstFailure(ctx context.Context, f Fixture) Result {
	for _, c := range checks() {
		if result := run(ctx, c, target{fixture: &f}); result.Err != nil {
			return result
		}
	}
	return Result{}
}
