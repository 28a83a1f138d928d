// Package sortrules decides which asset layout a record goes to, or that it is
// skipped.
//
// A [RuleSet] is the declarative form that people edit and that settings keep
// as JSON: an ordered list of which the first rule that applies decides. It is
// compiled once, by [New] or [Parse]; [RuleSet.Check] compares it with the
// layouts and data points that there are, [RuleSet.Place] decides, and
// [RuleSet.Explain] says why. A host with needs of its own implements
// [SortRule] in Go.
//
// # How values are compared
//
// White space around a value doesn't count, and neither does letter case, by
// Unicode's simple folding: "STRASSE" is "strasse" and "ÄRGER" is "ärger", but
// "ß" is not "ss", and a letter with a separate accent is not the one that has
// it built in. A blank value is no value. A value is looked at as far as its
// first 1024 bytes, and a list as far as its first 100 items or 4096 bytes, so
// that no record can hold a run up; what stands behind that doesn't count. A
// list meets a condition if one of its items does.
package sortrules
