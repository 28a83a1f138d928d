package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strings"

	"github.com/dovetail-sync/dovetail/matching"
)

// readTable calls each with the cells of every line, by the name of the column.
func readTable(file string, need []string, each func(cell func(string) string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.LazyQuotes, r.ReuseRecord = true, true
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	at := make(map[string]int, len(head))
	for i, name := range head {
		at[strings.TrimSpace(strings.TrimPrefix(strings.ToLower(name), "\ufeff"))] = i
	}
	for _, name := range need {
		if _, ok := at[name]; !ok {
			return fmt.Errorf("read %s: no column %q", file, name)
		}
	}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
		cell := func(name string) string {
			if i, ok := at[name]; ok && i < len(line) {
				return strings.TrimSpace(line[i])
			}
			return ""
		}
		if err := each(cell); err != nil {
			return fmt.Errorf("read %s: %w", file, err)
		}
	}
}

// readRecords reads a list of companies.
func readRecords(file string, person bool) ([]matching.Record, error) {
	var records []matching.Record
	err := readTable(file, []string{"id", "name"}, func(cell func(string) string) error {
		r := matching.Named(cell("id"), cell("name"))
		r.Person = person
		if alt := cell("alt_name"); alt != "" {
			r.Names = append(r.Names, matching.Name{Text: alt, Role: matching.RoleAlias})
		}
		a := matching.Address{Text: cell("address"), City: cell("city"), Postcode: cell("postcode"), Country: cell("country")}
		if a != (matching.Address{}) {
			r.Addresses = []matching.Address{a}
		}
		r.Phones = present(cell("phone"))
		r.Emails = present(cell("email"))
		r.Domains = present(cell("domain"))
		if id := cell("identifier"); id != "" {
			r.Identifiers = []matching.Identifier{{Value: id}}
		}
		records = append(records, r)
		return nil
	})
	return records, err
}

// present splits a cell that may hold several values.
func present(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '|' })
}

// truth is what is known of two lists.
type truth struct {
	known bool
	pairs map[matching.Pair]bool
	left  map[string][]string // by upstream
	// verdicts are people's on pairs that the labels are disputed of.
	verdicts map[matching.Pair]bool
}

func readTruth(o options) (truth, error) {
	t := truth{pairs: make(map[matching.Pair]bool), left: make(map[string][]string), verdicts: make(map[matching.Pair]bool)}
	if o.pairs != "" {
		t.known = true
		err := readTable(o.pairs, []string{"left_id", "right_id"}, func(cell func(string) string) error {
			p := matching.Pair{Upstream: cell("right_id"), Here: cell("left_id")}
			if inHalf(o.half, p.Upstream) && !t.pairs[p] {
				t.pairs[p] = true
				t.left[p.Upstream] = append(t.left[p.Upstream], p.Here)
			}
			return nil
		})
		if err != nil {
			return t, err
		}
	}
	if o.adjudicated == "" {
		return t, nil
	}
	return t, readTable(o.adjudicated, []string{"left_id", "right_id", "verdict"}, func(cell func(string) string) error {
		p := matching.Pair{Upstream: cell("right_id"), Here: cell("left_id")}
		switch verdict := strings.ToLower(cell("verdict")); verdict {
		case "right", "same", "match", "true", "yes", "1":
			t.verdicts[p] = true
		case "wrong", "different", "no match", "false", "no", "0":
			t.verdicts[p] = false
		default:
			return fmt.Errorf("verdict %q (one of right, wrong)", verdict)
		}
		return nil
	})
}

// right reports whether a pair is the same company by the labels, and whether it
// is by the labels with people's verdicts on them.
func (t *truth) right(p matching.Pair) (byLabel, byVerdict bool) {
	byLabel = t.pairs[p]
	if verdict, ok := t.verdicts[p]; ok {
		return byLabel, verdict
	}
	return byLabel, byLabel
}

// inHalf reports whether a record upstream belongs to a half of a list: the one
// that weights are fitted on, or the one that is only measured.
func inHalf(half, id string) bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	odd := h.Sum32()>>3&1 == 1
	switch half {
	case "dev":
		return odd
	case "test":
		return !odd
	}
	return true
}
