package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// fitSet is a set of lists that weights are fitted on.
type fitSet struct {
	name        string
	weight      float64 // how much of the whole it counts
	folder      string
	left, right []matching.Record
	truth       truth
	labelled    []labelledPair
	groups      []group
	shift       float64
}

// group is a record upstream with its candidates. One of them is right, or none.
type group struct {
	rows  [][]value
	right int // -1: none
}

// value is a term that a candidate has, by its place among all terms.
type value struct {
	term int
	x    float64
}

// openSet reads a set from "folder" or "weight:folder".
func openSet(arg, half string) (*fitSet, error) {
	s := &fitSet{weight: 1, folder: arg}
	if number, folder, ok := strings.Cut(arg, ":"); ok {
		weight, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, fmt.Errorf("set %q (a folder, or a weight, a colon and a folder)", arg)
		}
		s.weight, s.folder = weight, folder
	}
	s.name = filepath.Base(s.folder)
	var err error
	if s.left, err = readRecords(filepath.Join(s.folder, "left.csv"), false); err != nil {
		return nil, err
	}
	if s.right, err = readRecords(filepath.Join(s.folder, "right.csv"), false); err != nil {
		return nil, err
	}
	s.truth, err = readTruth(options{pairs: filepath.Join(s.folder, "pairs.csv"), half: half})
	return s, err
}

// match matches the lists of a set with given weights.
func (s *fitSet) match(tables *matching.Tables, evidence bool) (*matching.Result, error) {
	here, err := matching.NewCatalogue(matching.Config{Tables: tables}, slices.Clone(s.left)...)
	if err != nil {
		return nil, err
	}
	upstream, err := matching.NewCatalogue(matching.Config{Tables: tables}, slices.Clone(s.right)...)
	if err != nil {
		return nil, err
	}
	return matching.Match(matching.Request{Upstream: upstream, Here: here, Evidence: evidence, Candidates: 20})
}

// terms gives the names of terms numbers.
type terms struct {
	names   []string
	at      map[string]int
	against []bool
	weights []float64 // as they are now
}

func (t *terms) number(term matching.Term) int {
	at, ok := t.at[term.Name]
	if !ok {
		at = len(t.names)
		t.at[term.Name] = at
		t.names, t.against, t.weights = append(t.names, term.Name), append(t.against, term.Against), append(t.weights, term.Weight)
	}
	return at
}

// collect makes the groups of a set.
func (s *fitSet) collect(tables *matching.Tables, half string, t *terms) error {
	result, err := s.match(tables, true)
	if err != nil {
		return err
	}
	s.groups = nil
	for d := range result.Decisions() {
		if !inHalf(half, d.ID) {
			continue
		}
		g := group{right: -1}
		slices.SortFunc(d.Candidates, func(a, b matching.Candidate) int { return cmp.Compare(a.ID, b.ID) })
		for _, c := range d.Candidates {
			if s.truth.pairs[matching.Pair{Upstream: d.ID, Here: c.ID}] {
				g.right = len(g.rows)
			}
			row := make([]value, 0, len(c.Terms))
			for _, term := range c.Terms {
				row = append(row, value{term: t.number(term), x: term.Value})
			}
			g.rows = append(g.rows, row)
		}
		s.groups = append(s.groups, g)
	}
	return nil
}
