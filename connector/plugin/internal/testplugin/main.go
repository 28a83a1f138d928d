// Command testplugin is a plugin to test hosts with: a good one, or, with
// TESTPLUGIN in its environment, a bad one.
package main

import (
	"os"

	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/connector/plugin/internal/testconnector"
)

func main() {
	switch mode := os.Getenv("TESTPLUGIN"); mode {
	case "":
	case "forks":
		leaveChild()
	case "says-token":
		sayToken()
	default:
		misbehave(mode)
		return
	}
	plugin.Serve(testconnector.New())
}
