package sortrules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// budget counts what a whole set spends.
type budget struct {
	conditions, values, patterns int
}

// check returns what is too much.
func (b *budget) check() []connector.Problem {
	var problems []connector.Problem
	add := func(n, most int, what, remedy string) {
		if n > most {
			problems = append(problems, connector.Problem{Field: "rules", Text: fmt.Sprintf("%s %d, more than %d (%s)", what, n, most, remedy)})
		}
	}
	add(b.conditions, maxConditions, "the number of their conditions is", "merge some")
	add(b.values, maxAllValues, "the number of values in their lists is", "merge some")
	add(b.patterns, maxPatterns, "the steps of their regular expressions and wildcards are", "use fewer, or simpler ones")
	return problems
}

// conditionCheck gathers what is wrong with one condition.
type conditionCheck struct {
	at       string
	spent    *budget
	problems []connector.Problem
}

func (k *conditionCheck) add(member, format string, args ...any) {
	k.problems = append(k.problems, connector.Problem{Field: k.at + member, Text: fmt.Sprintf(format, args...)})
}

// suggest adds a suggestion to what was added last.
func (k *conditionCheck) suggest(text string) { k.problems[len(k.problems)-1].Suggestion = text }

// checkCondition returns all that is wrong with a condition in itself. Depth is
// the number of groups around it.
func checkCondition(c Condition, at string, depth int, spent *budget) []connector.Problem {
	k := conditionCheck{at: at, spent: spent}
	switch {
	case c.isGroup():
		k.group(c, depth)
	case !c.isComparison():
		k.add("", `is empty (write a condition, or {"op": "always"} for every record)`)
	default:
		spent.conditions++
		k.comparison(c)
	}
	return k.problems
}

func (k *conditionCheck) group(c Condition, depth int) {
	members, name := c.members()
	switch {
	case c.All != nil && c.Any != nil:
		k.add("", "has all and any (keep one of the two, and put the other among its members)")
		return
	case c.Not:
		k.add("", "is a group with not (turn its conditions round instead: not any of A and B is all of not A and not B)")
	case c.isComparison():
		k.add("", "is a group and a comparison (make the comparison a member of the group)")
	}
	switch {
	case depth > maxGroups:
		k.add("."+name, "is a group in a group in a group (groups can be nested once: make rules of the parts)")
	case len(members) == 0:
		k.add("."+name, `is empty (write a condition, or {"op": "always"} for every record)`)
	case len(members) > maxMembers:
		k.add("."+name, "has %d members, more than %d (make rules of the parts)", len(members), maxMembers)
	default:
		for i, member := range members {
			k.problems = append(k.problems, checkCondition(member, fmt.Sprintf("%s.%s[%d]", k.at, name, i), depth+1, k.spent)...)
		}
	}
}

func (k *conditionCheck) comparison(c Condition) {
	info, known := infoOf(c.Op)
	if !known {
		k.add(".op", "%.40q is not known (use one of %s)", string(c.Op), opNames())
		if at := slices.IndexFunc(ops[:], func(i opInfo) bool { return strings.EqualFold(string(i.op), strings.TrimSpace(string(c.Op))) }); at >= 0 {
			k.suggest(string(ops[at].op))
		}
	}
	k.subject(c)
	switch {
	case !known:
	case c.Op == OpAlways && c.Not:
		k.add(".not", "turns always into never (disable the rule instead)")
	default:
		k.value(info, c.Value)
	}
}

func opNames() string {
	names := make([]string, len(ops))
	for i, info := range ops {
		names[i] = string(info.op)
	}
	return strings.Join(names, ", ")
}

// subject checks what is compared.
func (k *conditionCheck) subject(c Condition) {
	named := 0
	for _, name := range []string{c.Field, c.Point, string(c.Means)} {
		if name != "" {
			named++
		}
	}
	switch {
	case c.Op == OpAlways && named > 0:
		k.add("", "compares something, and always compares nothing (choose another op, or name nothing)")
	case c.Op == OpAlways:
	case named != 1:
		k.add("", `has to name one of "field", "point" and "means": what is compared (it has %d)`, named)
	case c.Field != "":
		if _, known := fieldOf(c.Field); !known {
			k.unknownField(c.Field)
		}
	case c.Means != "":
		if !slices.Contains(connector.Meanings(), c.Means) {
			k.add(".means", "%.40q is not known (use one of %s)", string(c.Means), join(connector.Meanings()))
			suggestFold(k, string(c.Means), connector.Meanings())
		}
	default:
		if text := checkText(c.Point, "name a data point"); text != "" {
			k.add(".point", "%s", text)
		}
	}
}

func (k *conditionCheck) unknownField(name string) {
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.name
	}
	k.add(".field", `%.40q is not known (use one of %s; a data point is named with "point", a meaning with "means")`, name, join(known))
	suggestFold(k, name, known)
}

// suggestFold suggests the known name that differs by letter case alone.
func suggestFold[S ~string](k *conditionCheck, name string, known []S) {
	for _, one := range known {
		if strings.EqualFold(string(one), strings.TrimSpace(name)) {
			k.suggest(string(one))
		}
	}
}

func join[S ~string](names []S) string { return strings.Join(texts(names), ", ") }

// value checks what is compared with.
func (k *conditionCheck) value(info opInfo, v connector.Value) {
	isList := v.Kind() == connector.KindList
	switch info.shape {
	case noValue:
		if !v.IsAbsent() {
			k.add(".value", "is given, and %s takes none (remove it)", info.op)
		}
	case someValues, networks:
		if info.shape == someValues && !isList || v.IsAbsent() {
			k.add(".value", "has to be %s", info.shape.want())
			return
		}
		if k.spent.values += v.Len(); v.Len() > maxValues {
			k.add(".value", "has %d items, more than %d (make conditions of the parts)", v.Len(), maxValues)
			return
		}
		for i := range v.Len() {
			at := ".value"
			if isList {
				at = fmt.Sprintf(".value[%d]", i)
			}
			k.one(info, at, v.Item(i))
		}
	case twoOrdered:
		k.between(info, v)
	default:
		k.one(info, ".value", v)
	}
}

// one checks a single value.
func (k *conditionCheck) one(info opInfo, at string, v connector.Value) {
	text := v.Kind() == connector.KindText
	switch v.Kind() {
	case connector.KindList, connector.KindAbsent:
		k.add(at, "has to be %s", info.shape.want())
		return
	case connector.KindInstant:
		k.add(at, `is a moment (write it as text, as in "2026-01-31" or "2026-01-31T12:00:00Z")`)
		return
	case connector.KindText:
		if problem := checkText(v.String(), "give "+info.shape.want()); problem != "" {
			k.add(at, "%s", problem)
			return
		}
	default: // a number, true or false
	}
	switch {
	case info.shape == oneText && !text, info.shape == networks && !text:
		k.add(at, "has to be %s", info.shape.want())
	case info.shape == networks:
		k.network(at, v.String())
	case info.op == OpRegex:
		_, cost, err := compileRegex(v.String())
		if k.spent.patterns += cost; err != nil {
			k.add(at, "%v", err)
		}
	case info.op == OpWildcard && len(v.String()) > maxPattern:
		k.add(at, "has %d bytes, more than %d (shorten it, or use several conditions)", len(v.String()), maxPattern)
	case info.op == OpWildcard && strings.Contains(strings.Trim(v.String(), "* "), "*"):
		k.spent.patterns += len(v.String()) // it may be compared from any place on
	case info.shape == oneOrdered:
		k.ordered(info, at, v)
	}
}

func (k *conditionCheck) ordered(info opInfo, at string, v connector.Value) bool {
	if _, ok := newBound(v); ok {
		return true
	}
	if _, number := parseNumber(strings.TrimSpace(v.String())); number {
		k.add(at, "is a number written as text (write it without quotes)")
		return false
	}
	k.add(at, "%.40q is no number and no date (%s wants %s)", v.String(), info.op, info.shape.want())
	return false
}

func (k *conditionCheck) between(info opInfo, v connector.Value) {
	if v.Kind() != connector.KindList || v.Len() != 2 {
		k.add(".value", "has to be %s", info.shape.want())
		return
	}
	if low, high := k.ordered(info, ".value[0]", v.Item(0)), k.ordered(info, ".value[1]", v.Item(1)); !low || !high {
		return
	}
	low, _ := newBound(v.Item(0))
	high, _ := newBound(v.Item(1))
	switch {
	case low.isDate != high.isDate:
		k.add(".value", "has a number and a date (give two of a kind)")
	case low.isDate && low.date.at > high.date.end(), !low.isDate && low.number.compare(high.number) > 0:
		k.add(".value", "nothing is between %s and %s (write the lower one first)", v.Item(0), v.Item(1))
	}
}

func (k *conditionCheck) network(at, text string) {
	prefix, err := parseNetwork(text)
	switch {
	case err != nil:
		k.add(at, "%.60q is not a network (write it as in 10.20.0.0/16 or 2001:db8::/32; one address alone is fine)", text)
	case prefix != prefix.Masked():
		k.add(at, "%s has bits set behind its length (write the network itself)", prefix)
		k.suggest(prefix.Masked().String())
	}
}

// parseNetwork reads a network, or an address as the network of itself.
func parseNetwork(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("%q is not an address", text)
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	const mapped = 96 // the bits of ::ffff:0.0.0.0/96
	if err == nil && prefix.Addr().Is4In6() && prefix.Bits() >= mapped {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-mapped)
	}
	return prefix, err
}
