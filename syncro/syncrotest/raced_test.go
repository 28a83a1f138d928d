//go:build race

package syncrotest_test

// everyPair is how many pairs of faults there are to one that is tried: the race
// detector makes all of them take minutes, and the tests run without it too.
const everyPair = 6
