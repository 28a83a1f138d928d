package sortrules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// conditions checks each comparison of a condition against the data points of
// its kind.
func (k *check) conditions(c Condition, at string, info connector.KindInfo) {
	members, name := c.members()
	for i, member := range members {
		k.conditions(member, fmt.Sprintf("%s.%s[%d]", at, name, i), info)
	}
	switch {
	case c.isGroup():
	case c.Point != "":
		k.point(c, at, info)
	case c.Means != "":
		k.means(c, at, info)
	case c.Field != "":
		f, _ := fieldOf(c.Field)
		if p := unfit(c, at, f.title, f.typ); p != nil {
			k.add(*p)
		}
		if c.Field == FieldStatus {
			k.status(c, at)
		}
		if c.Field == FieldType || c.Field == FieldTypeID {
			k.types(c, at, info)
		}
	}
}

func (k *check) point(c Condition, at string, info connector.KindInfo) {
	p, declared := info.DataPoint(c.Point)
	if !declared {
		warning := k.warn(at+".point", "%q is no data point that is declared for %s: it may be a custom field of the account", c.Point, strings.ToLower(info.Plural))
		for _, p := range info.DataPoints {
			if strings.EqualFold(p.Name, strings.TrimSpace(c.Point)) || strings.EqualFold(p.Title, strings.TrimSpace(c.Point)) {
				warning.Suggestion = p.Name
			}
		}
		return
	}
	k.declared(c, at, p)
}

func (k *check) means(c Condition, at string, info connector.KindInfo) {
	var found []connector.DataPoint
	var known []string
	for _, p := range info.DataPoints {
		if p.Means == c.Means {
			found = append(found, p)
		}
		if p.Means != "" && !slices.Contains(known, string(p.Means)) {
			known = append(known, string(p.Means))
		}
	}
	if len(found) == 0 {
		k.problem(at+".means", "no data point of %s means %s (they have %s)", strings.ToLower(info.Plural), c.Means, strings.Join(known, ", "))
	}
	k.declared(c, at, found...)
}

// declared checks a comparison of declared data points of which any counts: it
// is enough if one of them can meet it.
func (k *check) declared(c Condition, at string, points ...connector.DataPoint) {
	var first *connector.Problem
	fit := 0
	for _, p := range points {
		if p.Secret {
			k.problem(at, "%s is a credential and can't be compared: explanations would show it (compare something else)", p.Name)
			return
		}
		problem := unfit(c, at, p.Name, typeOf(p.Type))
		if problem == nil {
			fit++
		}
		first = cmp.Or(first, problem)
	}
	if first != nil && fit == 0 {
		k.add(*first)
	}
}

func typeOf(kind connector.ValueKind) dataType {
	switch kind {
	case connector.KindText:
		return textType
	case connector.KindInteger, connector.KindDecimal:
		return numberType
	case connector.KindBool:
		return boolType
	case connector.KindInstant:
		return instantType
	default:
		return anyType
	}
}

// unfit returns why no value of the type can ever meet a comparison, or nil.
func unfit(c Condition, at, name string, typ dataType) *connector.Problem {
	info, _ := infoOf(c.Op)
	is := map[dataType]string{textType: "text", numberType: "a number", instantType: "a date", boolType: "true or false"}[typ]
	if typ == anyType {
		return nil
	}
	if info.types&typ == 0 {
		return &connector.Problem{Field: at + ".op", Text: fmt.Sprintf("%s is %s, which %q can't compare (use one of %s)", name, is, c.Op, opsFor(typ))}
	}
	for i := range c.Value.Len() {
		v := c.Value.Item(i)
		if info.shape == networks || fits(v, info.shape, typ) {
			continue
		}
		p := connector.Problem{Field: at + ".value", Text: fmt.Sprintf("%s is %s, and %s is not (%s)", name, is, quote(v), map[dataType]string{
			textType: "write it in quotes", numberType: "write a number without quotes",
			instantType: `write a date, as in "2026-01-31"`, boolType: "write true or false without quotes",
		}[typ])}
		if typ == textType {
			p.Suggestion = v.String()
		}
		return &p
	}
	return nil
}

// fits reports whether anything of a type can be equal to v, or above or below.
func fits(v connector.Value, s shape, typ dataType) bool {
	ordered := s == oneOrdered || s == twoOrdered
	o := newOperand(v)
	switch typ {
	case textType:
		return v.Kind() == connector.KindText
	case numberType:
		return o.isNumber
	case instantType:
		return o.isDate
	default:
		return o.isBoolean && !ordered
	}
}

func opsFor(typ dataType) string {
	var names []string
	for _, info := range ops {
		if info.types&typ != 0 {
			names = append(names, string(info.op))
		}
	}
	return strings.Join(names, ", ")
}

// status notices comparisons that no record's status meets.
func (k *check) status(c Condition, at string) {
	known := func(c Condition) bool {
		var t test
		t.operand(c)
		return slices.ContainsFunc(statuses[:], func(s string) bool { return t.matches(s, false) })
	}
	info, _ := infoOf(c.Op)
	switch {
	case info.shape == noValue, info.types&textType == 0:
	case c.Op == OpEquals, c.Op == OpIn:
		for i := range c.Value.Len() {
			if v := c.Value.Item(i); !known(Condition{Op: OpEquals, Value: v}) {
				k.problem(at+".value", "%s is no status (use one of %s)", quote(v), strings.Join(statuses[:], ", "))
			}
		}
	default:
		if !known(c) {
			k.problem(at+".value", "no status %s %s (they are %s)", info.holds, c.operandWords(), strings.Join(statuses[:], ", "))
		}
	}
}

// types notices types that the account doesn't have. They may be made later, so
// that is a warning.
func (k *check) types(c Condition, at string, info connector.KindInfo) {
	var names []string
	have := func(text string) bool {
		return slices.ContainsFunc(k.around.Types, func(t connector.RecordType) bool {
			return t.Kind == info.Kind && (strings.EqualFold(t.ID, text) || c.Field == FieldType && strings.EqualFold(strings.TrimSpace(t.Name), text))
		})
	}
	for _, t := range k.around.Types {
		if t.Kind == info.Kind {
			names = append(names, t.Name)
		}
	}
	if len(names) == 0 || c.Op != OpEquals && c.Op != OpIn {
		return
	}
	for i := range c.Value.Len() {
		if v := strings.TrimSpace(c.Value.Item(i).String()); !have(v) {
			k.warn(at+".value", "the account has no type %q (it has %s)", v, some(names))
		}
	}
}

// some lists the first few names.
func some(names []string) string {
	const few = 20
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}
