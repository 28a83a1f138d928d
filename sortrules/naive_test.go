package sortrules_test

import (
	"math/big"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
)

// The functions here say what the documentation says, in the plainest form, and
// share nothing with the package.

func naivePlace(rules []sortrules.Rule, s sortrules.Subject) (id string, outcome sortrules.Outcome) {
	for _, r := range rules {
		switch {
		case r.Disabled || r.Kind != s.Kind || !naiveHolds(r.When, s):
		case r.Skip:
			return r.ID, sortrules.Skip
		default:
			return r.ID, sortrules.Layout
		}
	}
	return "", sortrules.None
}

func naiveHolds(c sortrules.Condition, s sortrules.Subject) bool {
	switch {
	case c.All != nil:
		for _, member := range c.All {
			if !naiveHolds(member, s) {
				return false
			}
		}
		return true
	case c.Any != nil:
		for _, member := range c.Any {
			if naiveHolds(member, s) {
				return true
			}
		}
		return false
	case c.Op == sortrules.OpAlways:
		return true
	}
	held := false
	for _, v := range naiveValues(c, s) {
		held = held || naiveCompare(c, v)
	}
	if c.Op == sortrules.OpAbsent {
		held = len(naiveValues(c, s)) == 0
	}
	return held != c.Not
}

// naiveValues are the values that are compared: none of them blank or a list.
func naiveValues(c sortrules.Condition, s sortrules.Subject) []connector.Value {
	r := s.Record
	var found []connector.Value
	switch c.Field {
	case "type":
		found = append(found, connector.Text(r.Type))
		if c.Op == sortrules.OpEquals || c.Op == sortrules.OpIn {
			found = append(found, connector.Text(r.TypeID))
		}
	case "type_id":
		found = append(found, connector.Text(r.TypeID))
	case "name":
		found = append(found, connector.Text(r.Name))
	case "company":
		found = append(found, connector.Text(s.Company))
	case "status":
		found = append(found, connector.Text(r.Status.String()))
	case "created":
		found = append(found, connector.Instant(r.Created))
	case "updated":
		found = append(found, connector.Instant(r.Updated))
	default:
		for _, kind := range kinds() {
			for _, p := range kind.DataPoints {
				if kind.Kind == s.Kind && c.Means != "" && p.Means == c.Means {
					found = append(found, r.Fields[p.Name].Items()...)
				}
			}
		}
		found = append(found, r.Fields[c.Point].Items()...)
	}
	var values []connector.Value
	for _, v := range found {
		if v.Kind() == connector.KindText {
			v = connector.Text(strings.TrimSpace(v.String()))
		}
		if !v.IsBlank() {
			values = append(values, v)
		}
	}
	return values
}

func naiveCompare(c sortrules.Condition, v connector.Value) bool {
	with := strings.TrimSpace(c.Value.String())
	isText := v.Kind() == connector.KindText || v.Kind() == connector.KindInteger || v.Kind() == connector.KindDecimal
	s := v.String()
	switch c.Op {
	case sortrules.OpPresent:
		return true
	case sortrules.OpAbsent:
		return false
	case sortrules.OpEquals:
		return naiveEqual(c.Value, v)
	case sortrules.OpIn:
		for _, item := range c.Value.Items() {
			if naiveEqual(item, v) {
				return true
			}
		}
		return false
	case sortrules.OpContains:
		return isText && naivePart(s, with, func(from, to int) bool { return true })
	case sortrules.OpStarts:
		return isText && naivePart(s, with, func(from, to int) bool { return from == 0 })
	case sortrules.OpEnds:
		return isText && naivePart(s, with, func(from, to int) bool { return to == len(s) })
	case sortrules.OpWildcard:
		if strings.Trim(with, "*") == "" {
			return true
		}
		pattern := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(with))
		return isText && regexp.MustCompile(`(?is)^`+pattern+`$`).MatchString(s)
	case sortrules.OpRegex:
		return isText && regexp.MustCompile(`(?i)`+with).MatchString(s)
	case sortrules.OpCIDR:
		return v.Kind() == connector.KindText && naiveInNetwork(c.Value.Items(), s)
	case sortrules.OpBetween:
		return naiveOrder(c.Value.Items()[0], v, func(c int) bool { return c >= 0 }) && naiveOrder(c.Value.Items()[1], v, func(c int) bool { return c <= 0 })
	default:
		return naiveOrder(c.Value, v, map[sortrules.Op]func(c int) bool{
			sortrules.OpLess: func(c int) bool { return c < 0 }, sortrules.OpAtMost: func(c int) bool { return c <= 0 },
			sortrules.OpMore: func(c int) bool { return c > 0 }, sortrules.OpAtLeast: func(c int) bool { return c >= 0 },
		}[c.Op])
	}
}

// naivePart looks at every part of s.
func naivePart(s, part string, ok func(from, to int) bool) bool {
	for from := range len(s) {
		for to := from; to <= len(s); to++ {
			if strings.EqualFold(s[from:to], part) && ok(from, to) {
				return true
			}
		}
	}
	return false
}

var plain = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

func naiveNumber(v connector.Value) (*big.Rat, bool) {
	switch v.Kind() {
	case connector.KindText, connector.KindInteger, connector.KindDecimal:
		if s := strings.TrimSpace(v.String()); plain.MatchString(s) {
			return new(big.Rat).SetString(s)
		}
	default:
	}
	return nil, false
}

// naiveDate returns a moment, or the day that is meant.
func naiveDate(v connector.Value) (moment time.Time, day, ok bool) {
	if moment, ok = v.AsInstant(); ok {
		return moment, false, true
	}
	if v.Kind() != connector.KindText {
		return moment, false, false
	}
	s := strings.TrimSpace(v.String())
	if moment, err := time.Parse(time.DateOnly, s); err == nil {
		return moment, true, true
	}
	moment, err := time.Parse(time.RFC3339, s)
	return moment.UTC(), false, err == nil
}

func naiveEqual(with, v connector.Value) bool {
	text := with.Kind() == connector.KindText
	switch v.Kind() {
	case connector.KindText:
		if text {
			return strings.EqualFold(strings.TrimSpace(with.String()), v.String())
		}
		if with.Kind() == connector.KindBool {
			return strings.EqualFold(with.String(), v.String())
		}
	case connector.KindBool:
		return (text || with.Kind() == connector.KindBool) && strings.EqualFold(strings.TrimSpace(with.String()), v.String())
	case connector.KindInstant:
		return text && naiveOrder(with, v, func(c int) bool { return c == 0 })
	default:
	}
	x, ok := naiveNumber(with)
	y, also := naiveNumber(v)
	return ok && also && x.Cmp(y) == 0
}

// naiveOrder asks how v compares with a bound.
func naiveOrder(with, v connector.Value, ok func(c int) bool) bool {
	if with.Kind() != connector.KindText {
		x, isNumber := naiveNumber(with)
		y, also := naiveNumber(v)
		return isNumber && also && ok(y.Cmp(x))
	}
	bound, day, isDate := naiveDate(with)
	moment, _, also := naiveDate(v)
	if day {
		moment = time.Date(moment.Year(), moment.Month(), moment.Day(), 0, 0, 0, 0, time.UTC)
	}
	return isDate && also && ok(moment.Compare(bound))
}

func naiveInNetwork(networks []connector.Value, s string) bool {
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return false
	}
	addr = addr.WithZone("").Unmap()
	for _, n := range networks {
		prefix, err := netip.ParsePrefix(n.String())
		if err != nil {
			one := netip.MustParseAddr(n.String())
			prefix = netip.PrefixFrom(one, one.BitLen())
		}
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

func TestPlacingIsWhatThePlainestEvaluationSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := ruleList().Draw(t, "rules")
		set, err := sortrules.New(given, kinds())
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			subject := subjects().Draw(t, "subject")
			id, outcome := naivePlace(given, subject)
			got := set.Place(subject)
			if got.Rule != id || got.Outcome != outcome {
				t.Fatalf("placed by %q (%s), want %q (%s)", got.Rule, got.Outcome, id, outcome)
			}
			if again := set.Place(subject); again != got {
				t.Fatalf("then %v, and before %v", again, got)
			}
			explained := set.Explain(subject)
			if explained.Placement.Rule != id || explained.Placement.Because != set.Because(subject) || (id == "") != (set.Because(subject) == "") {
				t.Fatalf("explained as %v because %q", explained.Placement, set.Because(subject))
			}
			for i, verdict := range explained.Rules {
				if r := given[i]; r.Disabled || r.Kind != subject.Kind {
					continue
				}
				applies := verdict.Verdict == sortrules.VerdictDecides || verdict.Verdict == sortrules.VerdictApplies
				if applies != naiveHolds(given[i].When, subject) {
					t.Fatalf("rule %q: %s", verdict.Rule, verdict.Verdict)
				}
			}
		}
	})
}
