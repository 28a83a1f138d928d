package sortrules

import "slices"

// shape is the form of what an op compares with.
type shape uint8

const (
	// noValue: nothing.
	noValue shape = iota
	// oneValue: a text, a number, true or false.
	oneValue
	// someValues: a list of these.
	someValues
	// oneText: a text.
	oneText
	// oneOrdered: a number or a date.
	oneOrdered
	// twoOrdered: a list of two numbers or two dates, the lower first.
	twoOrdered
	// networks: a network, or a list of networks.
	networks
)

// want says what shape wants, for people.
func (s shape) want() string {
	return [...]string{
		noValue: "", oneValue: `a text, a number, true or false, as in "Printer"`, someValues: `a list of values, as in ["Printer", "Scanner"]`,
		oneText: `a text, as in "Printer"`, oneOrdered: `a number or a date, as in 4 or "2026-01-31"`,
		twoOrdered: `a list of two numbers or two dates, as in [1, 4] or ["2026-01-01", "2026-01-31"]`,
		networks:   `a network or a list of networks, as in "10.20.0.0/16"`,
	}[s]
}

// dataType is the type of the values that something has, as far as rules tell
// types apart.
type dataType uint8

const (
	// anyType isn't known before there is a value.
	anyType dataType = 0
	// textType and the others are bits, so that an op can take several.
	textType dataType = 1 << (iota - 1)
	numberType
	instantType
	boolType
)

// opInfo describes an op.
type opInfo struct {
	op    Op
	shape shape
	// types are those that it can compare.
	types dataType
	// holds and fails say in words that it holds and that it doesn't, between
	// the value and what it is compared with.
	holds, fails string
}

var ops = [...]opInfo{
	{OpEquals, oneValue, textType | numberType | instantType | boolType, "is", "is not"},
	{OpIn, someValues, textType | numberType | instantType | boolType, "is one of", "is none of"},
	{OpContains, oneText, textType, "contains", "does not contain"},
	{OpStarts, oneText, textType, "starts with", "does not start with"},
	{OpEnds, oneText, textType, "ends with", "does not end with"},
	{OpWildcard, oneText, textType, "has the form", "does not have the form"},
	{OpRegex, oneText, textType, "matches", "does not match"},
	{OpLess, oneOrdered, numberType | instantType, "is less than", "is not less than"},
	{OpAtMost, oneOrdered, numberType | instantType, "is at most", "is not at most"},
	{OpMore, oneOrdered, numberType | instantType, "is more than", "is not more than"},
	{OpAtLeast, oneOrdered, numberType | instantType, "is at least", "is not at least"},
	{OpBetween, twoOrdered, numberType | instantType, "is between", "is not between"},
	{OpCIDR, networks, textType, "is in the network", "is not in the network"},
	{OpPresent, noValue, textType | numberType | instantType | boolType, "has a value", "has no value"},
	{OpAbsent, noValue, textType | numberType | instantType | boolType, "has no value", "has a value"},
	{OpAlways, noValue, 0, "always", "never"},
}

// infoOf returns the description of an op, and whether it is known.
func infoOf(op Op) (opInfo, bool) {
	at := slices.IndexFunc(ops[:], func(i opInfo) bool { return i.op == op })
	if at < 0 {
		return opInfo{}, false
	}
	return ops[at], true
}

// fieldInfo describes a field that every record has.
type fieldInfo struct {
	name  string
	title string
	typ   dataType
	from  origin
}

var fields = [...]fieldInfo{
	{FieldType, "type", textType, originType},
	{FieldTypeID, "type id", textType, originTypeID},
	{FieldName, "name", textType, originName},
	{FieldCompany, "company", textType, originCompany},
	{FieldStatus, "status", textType, originStatus},
	{FieldCreated, "creation", instantType, originCreated},
	{FieldUpdated, "last change", instantType, originUpdated},
}

// fieldOf returns the description of a field, and whether it is known.
func fieldOf(name string) (fieldInfo, bool) {
	at := slices.IndexFunc(fields[:], func(f fieldInfo) bool { return f.name == name })
	if at < 0 {
		return fieldInfo{}, false
	}
	return fields[at], true
}

// statuses are the values that FieldStatus can have: what is deleted upstream
// is never sorted.
var statuses = [...]string{"active", "inactive", "archived"}
