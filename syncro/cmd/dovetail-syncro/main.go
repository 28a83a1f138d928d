// Command dovetail-syncro is the Syncro connector as a plugin. A host starts
// it with plugin.Start; started by hand it only says so.
package main

import (
	"github.com/dovetail-sync/dovetail/connector/plugin"
	"github.com/dovetail-sync/dovetail/syncro"
)

func main() { plugin.Serve(syncro.New()) }
