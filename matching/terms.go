package matching

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Term is one of the things that a score is made of. See docs/matching.md.
type Term struct {
	// Name stands in data/weights.txt.
	Name string
	// Value is how much of it there is, Weight how many bits one of it has.
	Value, Weight float64
	// Against says that it speaks against a pair: its weight is never positive. The
	// weight of any other is never negative.
	Against bool
}

// against reports whether a feature speaks against a pair.
func (f feature) against() bool {
	switch f {
	case featLess, featStrange, featNumberMore, featPlaceOther, featPlaceMore, featFormOther, featRole,
		featPhoneOther, featMailOther, featHouseArea, featHouseOther, featNumberDiffers, featCountryOther, featPrior:
		return true
	default:
		return false
	}
}

// term returns a feature as others know it.
func (t *Tables) term(f feature, value float32) Term {
	return Term{Name: featureNames()[f], Value: float64(value), Weight: t.weights[f], Against: f.against()}
}

// settings are the names of what stands in data/weights.txt besides weights.
func settings() []string { return []string{"version", "threshold", "pair.prior"} }

// WithWeights returns tables with other weights, in the form of data/weights.txt.
// What they don't name stays.
func (t *Tables) WithWeights(r io.Reader) (*Tables, error) {
	other := *t
	byName := make(map[string]feature, featureCount)
	for f, name := range featureNames() {
		byName[name] = feature(f)
	}
	other.settings = maps.Clone(t.settings)
	if other.settings == nil {
		other.settings = make(map[string]float64)
	}
	scan := bufio.NewScanner(r)
	for scan.Scan() {
		line := strings.TrimSpace(scan.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, text, _ := strings.Cut(line, " ")
		bits, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		f, isFeature := byName[name]
		switch {
		case err != nil || math.IsNaN(bits) || math.IsInf(bits, 0):
			return nil, fmt.Errorf("matching: read weights: %q (a name, a blank and a number)", line)
		case isFeature && (f.against() && bits > 0 || !f.against() && bits < 0):
			return nil, fmt.Errorf("matching: read weights: %q: what agrees never lowers a score, and what differs never raises one", line)
		case isFeature:
			other.weights[f] = bits
		case !slices.Contains(settings(), name):
			return nil, fmt.Errorf("matching: read weights: %q: no term or setting of that name", line)
		default:
			other.settings[name] = bits
		}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("matching: read weights: %w", err)
	}
	return &other, nil
}

// Weights returns the weights in the form of data/weights.txt.
func (t *Tables) Weights() string {
	var b strings.Builder
	b.WriteString("# The weights of the score, in bits. See docs/matching.md.\n")
	for _, name := range settings() {
		fmt.Fprintf(&b, "%s %g\n", name, t.settings[name])
	}
	for f, name := range featureNames() {
		fmt.Fprintf(&b, "%s %.3g\n", name, t.weights[f])
	}
	return b.String()
}
