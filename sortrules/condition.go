package sortrules

import "github.com/dovetail-sync/dovetail/connector"

// Condition is what a record has to meet: a comparison of one of its values, or
// a group of conditions. A group may have groups among its members, and those
// may not.
type Condition struct {
	// All makes it a group: every member holds. Then nothing else is set.
	All []Condition
	// Any makes it a group: at least one member holds. Then nothing else is
	// set.
	Any []Condition

	// Field, Point or Means names what is compared; exactly one is set, and none
	// with OpAlways. Field is one of the Field constants.
	Field string
	// Point is a data point, by its name in Record.Fields. It need not be
	// declared: an account's custom fields aren't.
	Point string
	// Means is a meaning: all data points of the kind that carry it count. So
	// the condition fits any connector.
	Means connector.Meaning
	// Op is how it is compared.
	Op Op
	// Value is what it is compared with: a text, a number, true or false, or a
	// list of these, as the op wants. A date is text.
	Value connector.Value
	// Not turns the answer round: it then also holds for a record without a
	// value.
	Not bool
}

// The fields that every record has.
const (
	// FieldType is the record's type: its name, and for OpEquals and OpIn also
	// its id, where the upstream has ids for types.
	FieldType = "type"
	// FieldTypeID is the upstream's id of the type alone.
	FieldTypeID = "type_id"
	// FieldName is the record's name.
	FieldName = "name"
	// FieldCompany is the name of the company here that the record belongs to.
	FieldCompany = "company"
	// FieldStatus is "active", "inactive" or "archived".
	FieldStatus = "status"
	// FieldCreated is when the record was made upstream.
	FieldCreated = "created"
	// FieldUpdated is when the record was last changed upstream.
	FieldUpdated = "updated"
)

// Op is how a condition compares.
type Op string

// The ops. What a record has no value for meets none of them but OpAbsent and
// OpAlways.
const (
	// OpEquals holds for the same text, number, date or truth.
	OpEquals Op = "equals"
	// OpIn holds for one of a list.
	OpIn Op = "in"
	// OpContains holds for text that has Value in it.
	OpContains Op = "contains"
	// OpStarts holds for text that begins with Value.
	OpStarts Op = "starts"
	// OpEnds holds for text that ends with Value.
	OpEnds Op = "ends"
	// OpWildcard holds for text that has the form of Value, in which * stands
	// for any text, also none, and ? for one character.
	OpWildcard Op = "wildcard"
	// OpRegex holds for text in which a regular expression (RE2, as package
	// regexp has it) is found. It ignores letter case unless it begins with
	// (?-i).
	OpRegex Op = "regex"
	// OpLess, OpAtMost, OpMore and OpAtLeast compare numbers and dates. A date
	// without a time of day ("2026-01-31") compares whole days, in UTC.
	OpLess    Op = "lt"
	OpAtMost  Op = "le"
	OpMore    Op = "gt"
	OpAtLeast Op = "ge"
	// OpBetween holds from the first to the second of two numbers or dates, both
	// included.
	OpBetween Op = "between"
	// OpCIDR holds for a network address in one of the networks of Value.
	OpCIDR Op = "cidr"
	// OpPresent holds where there is a value.
	OpPresent Op = "present"
	// OpAbsent holds where there is none.
	OpAbsent Op = "absent"
	// OpAlways holds for every record.
	OpAlways Op = "always"
)

// isGroup reports whether c is a group, or means to be one.
func (c Condition) isGroup() bool { return c.All != nil || c.Any != nil }

// isComparison reports whether anything of a comparison is set.
func (c Condition) isComparison() bool {
	return c.Field != "" || c.Point != "" || c.Means != "" || c.Op != "" || !c.Value.IsAbsent() || c.Not
}

// members are a group's, with the name of the group: "all" or "any".
func (c Condition) members() (members []Condition, name string) {
	if c.All != nil {
		return c.All, "all"
	}
	return c.Any, "any"
}

// clone returns a copy that shares no slice with c.
func (c Condition) clone() Condition {
	c.All, c.Any = cloneAll(c.All), cloneAll(c.Any)
	return c
}

func cloneAll(conditions []Condition) []Condition {
	if conditions == nil {
		return nil
	}
	cloned := make([]Condition, len(conditions))
	for i, c := range conditions {
		cloned[i] = c.clone()
	}
	return cloned
}
