package connectortest

import (
	"bytes"
	"context"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
)

// label marks the goroutines of one check. A goroutine has the labels of the one
// that started it, so that those of a connector can be told from all others.
const label = "connectortest"

// marked calls fn with the goroutine marked as id's.
func marked(ctx context.Context, id string, fn func()) {
	pprof.Do(ctx, pprof.Labels(label, id), func(context.Context) { fn() })
}

// running returns how many goroutines are marked as the check's, its own
// included.
func (p *probe) running() int {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		p.fatalf("goroutines can't be counted: %w", err)
	}
	mark := fmt.Sprintf("%q:%q", label, p.id())
	total := 0
	for stack := range strings.SplitSeq(profile.String(), "\n\n") {
		if !strings.Contains(stack, mark) {
			continue
		}
		n := 0
		for line := range strings.Lines(stack) {
			// "2 @ 0x45 0x46": so many with these frames.
			if count, _, ok := strings.Cut(line, " @ "); ok {
				n, _ = strconv.Atoi(count)
			}
		}
		total += n
	}
	return total
}

// id is a text that no other running check has.
func (p *probe) id() string { return fmt.Sprintf("%p", p) }
