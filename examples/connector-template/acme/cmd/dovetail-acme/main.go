// Command dovetail-acme is the Acme connector as a plugin. A host starts it with
// plugin.Start; started by hand it only says so.
package main

import (
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/examples/connector-template/acme"
)

func main() { plugin.Serve(acme.New()) }
