package sortrules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

const (
	// maxPattern is the longest regular expression or wildcard, in bytes.
	maxPattern = 200
	// maxRegex is the greatest cost of a regular expression: roughly the number
	// of instructions that it becomes. Matching takes at most that many steps
	// for each byte that it looks at.
	maxRegex = 500
	// maxPatterns is the greatest cost of all those of a set together. A wildcard
	// with a * in its midst costs its length.
	maxPatterns = 5000
)

// ignoreCase comes before each regular expression.
const ignoreCase = "(?i)"

// compileRegex compiles a regular expression. What it would cost is counted
// before it is compiled: repetitions within repetitions make a few bytes large.
func compileRegex(pattern string) (re *regexp.Regexp, cost int, err error) {
	if len(pattern) > maxPattern {
		return nil, 0, fmt.Errorf("has %d bytes, more than %d (shorten it, or use several conditions)", len(pattern), maxPattern)
	}
	pattern = ignoreCase + pattern
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		if bad, ok := errors.AsType[*syntax.Error](err); ok {
			return nil, 0, fmt.Errorf("is not a regular expression: %s: `%s` (write it as RE2 has it)", bad.Code, strings.TrimPrefix(bad.Expr, ignoreCase))
		}
		return nil, 0, fmt.Errorf("is not a regular expression: %w", err)
	}
	if cost = regexCost(parsed); cost > maxRegex {
		return nil, 0, fmt.Errorf("becomes a program of %d steps, more than %d (repeat less)", cost, maxRegex)
	}
	re, err = regexp.Compile(pattern)
	if err != nil {
		return nil, 0, fmt.Errorf("is not a regular expression: %w", err)
	}
	return re, cost, nil
}

// regexCost counts the steps that a parsed expression becomes. It stops far
// above the bound, so that it doesn't overflow.
func regexCost(re *syntax.Regexp) int {
	const enough = 1 << 20
	cost := 1
	if re.Op == syntax.OpLiteral {
		cost = len(re.Rune)
	}
	for _, sub := range re.Sub {
		cost = min(enough, cost+regexCost(sub))
	}
	if re.Op == syntax.OpRepeat {
		times := re.Max
		if times < 0 {
			times = re.Min + 1
		}
		cost = min(enough, cost*max(times, 1))
	}
	return cost
}
