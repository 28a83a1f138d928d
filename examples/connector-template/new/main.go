// Command new makes a copy of the connector template under another name: a
// module of its own that builds and passes its tests.
//
//	go run ./examples/connector-template/new zenith
//
// Within a checkout of dovetail the copy is built against that; elsewhere
// against the version that this command has.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	template "github.com/dovetail-sync/dovetail/examples/connector-template"
)

func main() {
	var c template.Copy
	flag.StringVar(&c.Dir, "dir", "", "the folder to write to (default: the name)")
	flag.StringVar(&c.Module, "module", "", "the path of its module (default: example.com/dovetail-NAME)")
	flag.StringVar(&c.Library, "dovetail", "", "a checkout of dovetail to build against (default: the one around the current folder)")
	flag.Parse()
	if err := run(c, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "new:", err)
		os.Exit(1)
	}
}

func run(c template.Copy, args []string) error {
	if len(args) != 1 {
		return errors.New("one name is needed (as in: new zenith)")
	}
	c.Name = args[0]
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if c.Library == "" {
		c.Library = template.Checkout(here)
	}
	if built, ok := debug.ReadBuildInfo(); ok {
		c.Version = built.Main.Version
	}
	if err := c.Write(); err != nil {
		return err
	}
	if c.Dir == "" {
		c.Dir = c.Name
	}
	fmt.Printf("%s is a connector now. Go on with:\n\n  cd %s\n", c.Name, c.Dir)
	if c.Library == "" {
		fmt.Println("  go mod tidy")
	}
	fmt.Println("  go test ./...")
	return nil
}
