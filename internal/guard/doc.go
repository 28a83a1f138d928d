// Package guard holds the tests that keep the house rules a compiler and a
// linter can't: which package may import which, that everything exported is
// documented, that files stay short, that nothing is global state, that tests
// don't wait and that the links of the documentation lead somewhere.
//
// It has no code of its own; every rule is a function in a test file, tried
// there on input that breaks it.
package guard
