package dovetail_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxShrinks bounds how often a history is lived through again to make it
// smaller.
const maxShrinks = 600

// shrunk returns the smallest history that breaks the same rule and that taking
// steps out of h leads to.
func shrunk(h history, breaks func(history) error) history {
	rule, tries := ruleOf(breaks(h)), 0
	still := func(candidate history) bool {
		tries++
		return tries <= maxShrinks && ruleOf(breaks(candidate)) == rule
	}
	for size := len(h.Steps) / 2; size > 0 && tries < maxShrinks; {
		shorter := false
		for at := len(h.Steps) - size; at >= 0; at -= size {
			candidate := h
			candidate.Steps = slices.Delete(slices.Clone(h.Steps), at, at+size)
			if still(candidate) {
				h, shorter = candidate, true
			}
			at = min(at, len(h.Steps)) // what was behind it is gone
		}
		if size > 1 || !shorter {
			size /= 2
		}
	}
	for i, s := range h.Steps {
		if r, ok := s.(run); ok && r.Fault != faultNone {
			candidate := h
			candidate.Steps = slices.Clone(h.Steps)
			if candidate.Steps[i] = (run{In: r.In}); still(candidate) {
				h = candidate
			}
		}
	}
	for _, simpler := range []func(*modelPlatform){
		func(p *modelPlatform) { p.Versions = true }, func(p *modelPlatform) { p.Intents = true }, func(p *modelPlatform) { p.MoveCompany = true },
		func(p *modelPlatform) { p.MoveLayout = true }, func(p *modelPlatform) { p.Archive = true },
	} {
		candidate := h
		if simpler(&candidate.Platform); still(candidate) {
			h = candidate
		}
	}
	return h
}

// ruleOf is the rule that was broken.
func ruleOf(err error) string {
	if b, ok := errors.AsType[*broken](err); ok {
		return b.rule
	}
	return ""
}

func TestShrinkingKeepsOnlyTheStepsThatMatter(t *testing.T) {
	t.Parallel()
	var h history
	for i := range 40 {
		h.Steps = append(h.Steps, put{Rev: i})
	}
	has := func(h history, rev int) bool {
		return slices.ContainsFunc(h.Steps, func(s step) bool { p, ok := s.(put); return ok && p.Rev == rev })
	}
	small := shrunk(h, func(h history) error {
		switch {
		case has(h, 7) && has(h, 23) && !h.Platform.Intents:
			return &broken{"the one", ""}
		case has(h, 8):
			return &broken{"another", ""}
		}
		return nil
	})
	require.Equal(t, []step{put{Rev: 7}, put{Rev: 23}}, small.Steps)
	require.Equal(t, modelPlatform{Versions: true, MoveCompany: true, MoveLayout: true, Archive: true}, small.Platform)
	require.Contains(t, small.String(), "put{In:0, Dev:\"\", Org:\"\", Name:\"\", Serial:\"\", Type:\"\", Rev:23},")
}
