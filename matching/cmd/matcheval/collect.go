package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// fitSet is a set that weights are fitted to: two lists, or labelled pairs of names.
type fitSet struct {
	name        string
	weight      float64 // how much of the whole it counts
	folder      string
	left, right []matching.Record
	truth       truth
	pairs       []labelledPair // instead of lists
	groups      []group
	shift       float64 // bits by which a record is likelier here than not
}

// group is a record upstream with its candidates.
type group struct {
	rows  []values
	free  []float64 // bits by which each is less likely since others contend for it; none if nil
	right int       // -1: none of them is
}

// values are the terms that a candidate has.
type values []value

// value is how much of a term there is, by the place of the term among all.
type value struct {
	term int
	x    float64
}

// bits returns what speaks for the i-th candidate by given weights.
func (g *group) bits(i int, weights []float64) (bits float64) {
	if g.free != nil {
		bits = g.free[i]
	}
	for _, v := range g.rows[i] {
		bits += weights[v.term] * v.x
	}
	return bits
}

// openSet reads a set from "folder" or "weight:folder".
func openSet(arg, half string) (*fitSet, error) {
	s := &fitSet{weight: 1, folder: arg}
	if number, folder, ok := strings.Cut(arg, ":"); ok {
		weight, err := strconv.ParseFloat(number, 64)
		if err != nil || !(weight > 0) {
			return nil, fmt.Errorf("set %q (a folder, or a weight, a colon and a folder)", arg)
		}
		s.weight, s.folder = weight, folder
	}
	s.name = filepath.Base(s.folder)
	pairs, _, err := readPairs(options{labelled: filepath.Join(s.folder, "labelled.csv"), half: half})
	if !errors.Is(err, fs.ErrNotExist) {
		s.pairs = pairs
		return s, err
	}
	if s.left, err = readRecords(filepath.Join(s.folder, "left.csv"), false); err != nil {
		return nil, err
	}
	if s.right, err = readRecords(filepath.Join(s.folder, "right.csv"), false); err != nil {
		return nil, err
	}
	s.truth, err = readTruth(options{pairs: filepath.Join(s.folder, "pairs.csv"), half: half})
	return s, err
}

const (
	// manyRecords is of how many records a set counts fully, each of them for one.
	manyRecords = 500
	// longer is how much less those of a longer set count: one of ten times as many
	// counts for twice as much in all.
	longer = 0.7
)

// share returns how much a record of the set counts.
func (s *fitSet) share() float64 {
	return s.weight * math.Pow(manyRecords/float64(max(len(s.groups), 1)), longer)
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

// terms are the terms that candidates have.
type terms struct {
	names   []string
	at      map[string]int
	against []bool
	weights []float64 // as they are now
	count   []int     // of the candidates that have it
	free    []bool    // so many that its weight can be told
}

func (t *terms) number(term matching.Term) int {
	at, ok := t.at[term.Name]
	if !ok {
		at = len(t.names)
		t.at[term.Name] = at
		t.names, t.against, t.weights = append(t.names, term.Name), append(t.against, term.Against), append(t.weights, term.Weight)
		t.count, t.free = append(t.count, 0), append(t.free, false)
	}
	t.count[at]++
	t.free[at] = t.count[at] >= fitLeast
	return at
}

func (t *terms) values(c matching.Candidate) values {
	row := make(values, 0, len(c.Terms))
	for _, term := range c.Terms {
		row = append(row, value{term: t.number(term), x: term.Value})
	}
	return row
}

// collect makes the groups of a set.
func (s *fitSet) collect(tables *matching.Tables, half string, t *terms) error {
	s.groups = nil
	if s.pairs != nil {
		return s.collectPairs(tables, t)
	}
	result, err := s.match(tables, true)
	if err != nil {
		return err
	}
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
			g.rows, g.free = append(g.rows, t.values(c)), append(g.free, math.Log2(max(c.Free, 1e-12)))
		}
		s.groups = append(s.groups, g)
	}
	return nil
}

// collectPairs makes the groups of labelled pairs: each is a record with one
// candidate.
func (s *fitSet) collectPairs(tables *matching.Tables, t *terms) error {
	for i := range s.pairs {
		p := &s.pairs[i]
		if err := p.compare(tables, false); err != nil {
			return err
		}
		s.shift = math.Log2(p.confidence/(1-p.confidence)) - p.found.Score
		s.groups = append(s.groups, group{rows: []values{t.values(p.found)}, right: count(p.right) - 1})
	}
	return nil
}

// guess estimates how many of the records are here at all, as matching does: from
// the scores.
func (s *fitSet) guess(weights []float64) {
	if s.pairs != nil {
		return // it stands in the tables
	}
	s.shift = 0
	alone := make([]float64, len(s.groups))
	for i := range s.groups {
		g := &s.groups[i]
		for k := range g.rows {
			alone[i] += math.Exp2(max(min(g.bits(k, weights)-g.free[k], 60), -60))
		}
	}
	for range 8 {
		here, ratio := 0.0, math.Exp2(s.shift)
		for _, sum := range alone {
			here += sum * ratio / (1 + sum*ratio)
		}
		share := (here + 20) / (float64(len(alone)) + 40)
		s.shift = math.Log2(share / (1 - share))
	}
}

// measure measures first candidates, or pairs, with given weights.
func (s *fitSet) measure(tables *matching.Tables, half string) ([]guess, measured, error) {
	m := measured{Threshold: tables.Threshold(), Pairs: len(s.truth.pairs)}
	t := newTally(&m, &s.truth)
	if s.pairs != nil {
		for i := range s.pairs {
			p := &s.pairs[i]
			if err := p.compare(tables, false); err != nil {
				return nil, m, err
			}
			t.first = append(t.first, p.guess)
			m.Pairs += count(p.right)
		}
		t.truth, t.truePairs = &truth{known: true}, m.Pairs
	} else {
		result, err := s.match(tables, false)
		if err != nil {
			return nil, m, err
		}
		for d := range result.Decisions() {
			if inHalf(half, d.ID) {
				t.add(d, result)
			}
		}
	}
	t.finish()
	return t.first, m, nil
}
