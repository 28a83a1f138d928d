package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dovetail-sync/dovetail/matching"
)

// The settings of the fit.
const (
	fitRounds = 3   // how often candidates are found anew with the weights of before
	fitSteps  = 400 // of the descent, each round
	fitRidge  = 2   // how many records' worth a weight of ten bits costs
	fitLeast  = 20  // a term that fewer candidates have keeps its weight
)

// fit fits weights to sets and prints how well they do on each, and how well those
// do that are fitted on the others alone.
func fit(o options, args []string, diagnostics io.Writer) error {
	if len(args) == 0 {
		return errors.New("no sets to fit to (name folders with left.csv, right.csv and pairs.csv)")
	}
	var sets []*fitSet
	for _, arg := range args {
		s, err := openSet(arg, o.half)
		if err != nil {
			return err
		}
		sets = append(sets, s)
	}
	tables, text := matching.ShippedTables(), []byte(nil)
	for range fitRounds {
		var err error
		if tables, text, err = fitOnce(sets, tables, o.half); err != nil {
			return err
		}
	}
	if err := report(sets, tables, o.half, "all sets", diagnostics); err != nil {
		return err
	}
	if o.leaveOut {
		for i, left := range sets {
			others := append(append([]*fitSet{}, sets[:i]...), sets[i+1:]...)
			without, _, err := fitOnce(others, tables, o.half)
			if err != nil {
				return err
			}
			if err := report([]*fitSet{left}, without, o.half, "the others", diagnostics); err != nil {
				return err
			}
		}
	}
	if o.out == "" {
		_, err := diagnostics.Write(text)
		return err
	}
	return os.WriteFile(o.out, text, 0o600)
}

// fitOnce finds candidates by given weights and returns better ones.
func fitOnce(sets []*fitSet, tables *matching.Tables, half string) (*matching.Tables, []byte, error) {
	t := &terms{at: make(map[string]int)}
	for _, s := range sets {
		if err := s.collect(tables, half, t); err != nil {
			return nil, nil, err
		}
	}
	d := newDescent(sets, t)
	for range fitSteps {
		d.step()
	}
	var text bytes.Buffer
	for i, name := range t.names {
		fmt.Fprintf(&text, "%s %.3g\n", name, d.weights[i])
	}
	better, err := tables.WithWeights(bytes.NewReader(text.Bytes()))
	return better, text.Bytes(), err
}

// report prints how well tables do on sets.
func report(sets []*fitSet, tables *matching.Tables, half, by string, w io.Writer) error {
	for _, s := range sets {
		result, err := s.match(tables, false)
		if err != nil {
			return err
		}
		m := measured{Threshold: tables.Threshold()}
		t := newTally(&m, &s.truth)
		for d := range result.Decisions() {
			if inHalf(half, d.ID) {
				t.add(d, result)
			}
		}
		t.finish()
		fmt.Fprintf(w, "%-24s by %-10s F1 %.2f (best %.2f at %.2f), first %.2f, first three %.2f, both %.2f, ece %.3f, wrong %d/%d\n", s.name, by,
			100*m.F1, 100*m.F1Oracle, m.ThresholdOracle, 100*m.Top1, 100*m.Top3, 100*m.AutoRecall, m.ECE, m.AutoWrongByLabel, m.ProvisionalWrong)
	}
	return nil
}
