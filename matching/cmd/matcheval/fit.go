package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// The settings of the fit.
const (
	fitRounds = 8 // how often candidates are found anew with the weights of before
	// fitSettled is the round from which on weights move half the way only: what
	// records contend for changes with them, so that they would swing.
	fitSettled   = 3
	fitLeast     = 20   // a term that fewer candidates have keeps its weight
	fitException = 0.01 // how likely what is right has to be to be learned from
	fitHold      = 0.07 // how many nats a weight of one bit costs; it grows by the square
)

// fitting is a fit of weights to sets.
type fitting struct {
	half   string
	sets   []*fitSet
	terms  *terms
	tables *matching.Tables
	out    io.Writer // where what comes of it is said
}

// fit fits weights to sets and prints how well they do on each, and how well those
// do that are fitted on the others alone.
func fit(o options, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("no sets to fit to (name folders with left.csv, right.csv and pairs.csv, or with labelled.csv)")
	}
	f := &fitting{half: o.half, out: out}
	for _, arg := range args {
		s, err := openSet(arg, o.half)
		if err != nil {
			return err
		}
		f.sets = append(f.sets, s)
	}
	f.tables = matching.ShippedTables()
	if err := f.report(f.sets, f.tables, "shipped weights"); err != nil {
		return err
	}
	if err := f.settle(); err != nil {
		return err
	}
	if err := f.report(f.sets, f.tables, "all sets"); err != nil {
		return err
	}
	if o.leaveOut {
		if err := f.leaveOut(); err != nil {
			return err
		}
	}
	text := f.tables.Weights()
	if o.out == "" {
		_, err := fmt.Fprint(out, text)
		return err
	}
	return os.WriteFile(o.out, []byte(text), 0o600)
}

// settle fits weights from nothing, so that what was shipped before makes no
// difference, and the threshold.
func (f *fitting) settle() error {
	if err := f.collect(); err != nil {
		return err
	}
	from := make([]float64, len(f.terms.names))
	for i, free := range f.terms.free {
		if !free {
			from[i] = f.terms.weights[i]
		}
	}
	// Nobody contends in the first round: without weights all would for everything.
	for _, s := range f.sets {
		for i := range s.groups {
			clear(s.groups[i].free)
		}
	}
	for round := range fitRounds {
		weights := f.climb(f.sets, from)
		if round >= fitSettled {
			for i := range weights {
				weights[i] = (weights[i] + from[i]) / 2
			}
		}
		var err error
		if f.tables, err = f.with(weights); err != nil {
			return err
		}
		if err := f.collect(); err != nil {
			return err
		}
		from = f.terms.weights
	}
	threshold, err := f.threshold()
	if err == nil {
		f.tables, err = f.tables.WithWeights(strings.NewReader(fmt.Sprintf("threshold %.2f\n", threshold)))
	}
	return err
}

// collect finds the candidates by the weights as they are.
func (f *fitting) collect() error {
	f.terms = &terms{at: make(map[string]int)}
	for _, s := range f.sets {
		if err := s.collect(f.tables, f.half, f.terms); err != nil {
			return err
		}
	}
	return nil
}

// climb returns the likeliest weights by some sets.
func (f *fitting) climb(sets []*fitSet, from []float64) []float64 {
	l := &likelihood{sets: sets, hold: make([]float64, len(from)), exception: fitException}
	for i, name := range f.terms.names {
		if l.hold[i] = fitHold; name == "prior" {
			l.hold[i] = 0 // it goes with all others
		}
	}
	return climb(l, f.terms, from)
}

// with returns the tables with other weights.
func (f *fitting) with(weights []float64) (*matching.Tables, error) {
	var text bytes.Buffer
	for i, name := range f.terms.names {
		fmt.Fprintf(&text, "%s %.3g\n", name, weights[i])
	}
	return f.tables.WithWeights(&text)
}

// leaveOut measures each set by weights that are fitted on the others: what is to be
// expected of lists that nobody has seen.
func (f *fitting) leaveOut() error {
	for i, left := range f.sets {
		weights := f.climb(slices.Delete(slices.Clone(f.sets), i, i+1), f.terms.weights)
		tables, err := f.with(weights)
		if err != nil {
			return err
		}
		if err := f.report([]*fitSet{left}, tables, "the others"); err != nil {
			return err
		}
	}
	return nil
}

// threshold returns the confidence from which on first candidates have the best F1,
// in the mean of all sets.
func (f *fitting) threshold() (best float64, err error) {
	const least, most = 20, 80
	sums := make([]float64, most+1)
	for _, s := range f.sets {
		guesses, m, err := s.measure(f.tables, f.half)
		if err != nil {
			return 0, err
		}
		for percent := least; percent <= most; percent++ {
			_, _, f1 := f1(guesses, float64(percent)/100, m.Pairs)
			sums[percent] += f1 * s.weight
		}
	}
	// The mean over a tenth on either side: a single peak is chance.
	most10 := 0.0
	for percent := least + 10; percent <= most-10; percent++ {
		sum := 0.0
		for _, s := range sums[percent-10 : percent+11] {
			sum += s
		}
		if sum > most10 {
			best, most10 = float64(percent)/100, sum
		}
	}
	return best, nil
}

// report prints how well tables do on sets.
func (f *fitting) report(sets []*fitSet, tables *matching.Tables, by string) error {
	for _, s := range sets {
		_, m, err := s.measure(tables, f.half)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(f.out, "%-24s by %-15s F1 %.2f (best %.2f at %.2f), first %.2f, first three %.2f, both %.2f, calibration error %.3f, wrong %d and %d\n", s.name, by,
			100*m.F1, 100*m.F1Oracle, m.ThresholdOracle, 100*m.Top1, 100*m.Top3, 100*m.AutoRecall, m.ECE, m.AutoWrongByLabel, m.ProvisionalWrong)
		if err != nil {
			return err
		}
	}
	return nil
}
