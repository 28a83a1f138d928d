// Package sortrules decides which asset layout a record goes to, or that it is
// skipped.
//
// A [RuleSet] is the declarative form that people edit and that settings keep
// as JSON. A host with needs of its own implements [SortRule] in Go.
package sortrules
