// Command matcheval measures how well two lists of companies are matched, where
// it is known which records are the same. It prints one JSON object.
//
//	go run ./matching/cmd/matcheval -left L.csv -right R.csv -pairs P.csv
//
// The right list is what comes from upstream, the left one what is here. Lists
// have the columns id, name, alt_name, address, city, postcode, country, phone,
// domain, email, of which only id and name must be there; identifier (of any
// register) is read as well. Pairs have left_id and right_id. Without -pairs it
// prints what it decided about the lists, and with -decisions it writes that
// down. -labelled measures pairs of names (name1, name2, is_match); -device
// measures lists of devices (id, company, name, serial, mac).
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

type options struct {
	left, right, pairs, labelled string
	adjudicated, decisions, half string
	device, person               bool
	fit, leaveOut                bool
	out                          string
	errors                       int
}

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "matcheval:", err)
		os.Exit(1)
	}
}

func run(args []string, out, diagnostics io.Writer) error {
	var o options
	flags := flag.NewFlagSet("matcheval", flag.ContinueOnError)
	flags.SetOutput(diagnostics)
	flags.StringVar(&o.left, "left", "", "CSV of the records that are here")
	flags.StringVar(&o.right, "right", "", "CSV of the records upstream")
	flags.StringVar(&o.pairs, "pairs", "", "CSV of the true pairs: left_id, right_id")
	flags.StringVar(&o.labelled, "labelled", "", "CSV of labelled pairs of names: name1, name2, is_match")
	flags.StringVar(&o.adjudicated, "adjudicated", "", "CSV of verdicts on disputed labels: left_id, right_id, verdict (right or wrong), reason")
	flags.StringVar(&o.decisions, "decisions", "", "file to write all decisions to, as CSV")
	flags.StringVar(&o.half, "half", "all", "which records upstream to measure: all, dev or test (by a hash of the id)")
	flags.BoolVar(&o.device, "device", false, "the lists are of devices: id, company, name, serial, mac")
	flags.BoolVar(&o.person, "person", false, "all records are persons: nothing is linked by itself")
	flags.IntVar(&o.errors, "errors", 0, "print this many wrong ones with their explanation, on the diagnostic output")
	flags.BoolVar(&o.fit, "fit", false, "fit the weights to the sets named as arguments: folders with left.csv, right.csv and pairs.csv, each after its weight and a colon if that isn't 1")
	flags.BoolVar(&o.leaveOut, "leave-out", false, "with -fit: measure each set by weights that are fitted on the others as well")
	flags.StringVar(&o.out, "out", "", "with -fit: file to write the weights to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	debug.SetGCPercent(30) // the lists are most of the memory, and they stay
	var measured any
	var err error
	switch {
	case o.fit:
		return fit(o, flags.Args(), diagnostics)
	case o.labelled != "":
		measured, err = evaluateLabelled(o, diagnostics)
	case o.left == "" || o.right == "":
		flags.Usage()
		return fmt.Errorf("-left and -right are needed, or -labelled")
	case o.device:
		measured, err = evaluateDevices(o, diagnostics)
	default:
		measured, err = evaluateCompanies(o, diagnostics)
	}
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(measured)
}
