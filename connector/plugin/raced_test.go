//go:build race

package plugin_test

// raced says that the race detector slows the host down.
const raced = true
