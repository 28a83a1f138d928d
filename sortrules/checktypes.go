package sortrules

import (
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
		k.comparable(c, at, f.title, f.typ)
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
	for _, p := range found {
		k.declared(c, at, p)
	}
}

// declared checks a comparison of a declared data point.
func (k *check) declared(c Condition, at string, p connector.DataPoint) {
	if p.Secret {
		k.problem(at, "%s is a credential and can't be compared: explanations would show it (compare something else)", p.Name)
		return
	}
	k.comparable(c, at, p.Name, typeOf(p.Type))
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

// comparable notices comparisons that no value of the type can ever meet.
func (k *check) comparable(c Condition, at, name string, typ dataType) {
	info, _ := infoOf(c.Op)
	is := map[dataType]string{textType: "text", numberType: "a number", instantType: "a date", boolType: "true or false"}[typ]
	switch {
	case typ == anyType:
	case info.types&typ == 0:
		k.problem(at+".op", "%s is %s, which %q can't compare (use one of %s)", name, is, c.Op, opsFor(typ))
	default:
		for i := range c.Value.Len() {
			v := c.Value.Item(i)
			if info.shape == networks || fits(v, info.shape, typ) {
				continue
			}
			p := k.problem(at+".value", "%s is %s, and %s is not (%s)", name, is, quote(v), map[dataType]string{
				textType: "write it in quotes", numberType: "write a number without quotes",
				instantType: `write a date, as in "2026-01-31"`, boolType: "write true or false without quotes",
			}[typ])
			if typ == textType {
				p.Suggestion = v.String()
			}
			return
		}
	}
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

// status notices values that no record has as its status.
func (k *check) status(c Condition, at string) {
	switch c.Op {
	case OpEquals, OpIn:
		for i := range c.Value.Len() {
			v := strings.TrimSpace(c.Value.Item(i).String())
			if !slices.ContainsFunc(statuses[:], func(s string) bool { return strings.EqualFold(s, v) }) {
				k.problem(at+".value", "%q is no status (use one of %s)", v, strings.Join(statuses[:], ", "))
			}
		}
	default:
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
			k.warn(at+".value", "the account has no type %q (it has %s)", v, strings.Join(names, ", "))
		}
	}
}
