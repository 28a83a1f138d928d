//go:build !race

package syncrotest_test

// everyPair is one: each pair of faults is tried.
const everyPair = 1
