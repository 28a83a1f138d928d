package dovetail_test

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	histories = flag.Int("histories", 30, "how many random histories are lived through; make soak says more")
	seed      = flag.Uint64("seed", 1, "the seed of the random histories; 0 takes the time, as make soak does")
)

// ordinary is how an upstream mostly delivers.
var ordinary = variant{page: 100}

// breaks lives through a history and says which rule it breaks.
func breaks(ctx context.Context, h history) error {
	_, err := liveTwice(ctx, h)
	return err
}

// liveTwice lives through a history, the second time with other pages in another
// order, which must make no difference.
func liveTwice(ctx context.Context, h history) (*modelWorld, error) {
	w, end, err := play(ctx, h, ordinary)
	if err != nil || faulty(h) {
		return w, err
	}
	_, other, err := play(ctx, h, variant{page: 2, order: 1})
	switch {
	case err != nil:
		return w, &broken{"pages and order make no difference", err.Error()}
	case !slices.Equal(end, other):
		return w, &broken{"pages and order make no difference", cmp.Diff(end, other)}
	}
	return w, nil
}

// faulty reports whether something goes wrong in a history at a moment that
// depends on pages and order.
func faulty(h history) bool {
	return slices.ContainsFunc(h.Steps, func(s step) bool { r, ok := s.(run); return ok && r.Fault != faultNone && r.Fault != faultDryRun })
}

// TestRandomHistoriesKeepTheContract lives through random histories: upstreams
// that change, people who work, decide and change their minds, reads and writes
// that fail, processes that end. After each run what no run may do was not done,
// and what the model of the contract predicts is so.
func TestRandomHistoriesKeepTheContract(t *testing.T) {
	t.Parallel()
	start := *seed
	if start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	const workers = 2
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			predicted, judged := 0, 0
			for i := worker; i < *histories; i += workers {
				d := newModelDice(start, uint64(i))
				h := d.history(12+d.IntN(24), i%3 == 0)
				w, err := liveTwice(t.Context(), h)
				if w != nil {
					predicted, judged = predicted+w.predicted, judged+w.judged
				}
				if err != nil {
					small := shrunk(h, func(h history) error { return breaks(t.Context(), h) })
					t.Fatalf("seed %d, history %d of %d steps: %v\n%s\n%v", start, i, len(h.Steps), err, small, breaks(t.Context(), small))
				}
			}
			t.Logf("seed %d: %d of %d outcomes predicted", start, predicted, judged)
			if predicted*2 < judged {
				t.Errorf("the model predicts only %d of %d outcomes", predicted, judged)
			}
		})
	}
}
