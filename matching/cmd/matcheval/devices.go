package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
)

// readDevices reads a list of devices by company.
func readDevices(file string) (map[string][]matching.Thing, int, error) {
	byCompany := make(map[string][]matching.Thing)
	n := 0
	err := readTable(file, []string{"id", "name"}, func(cell func(string) string) error {
		company := cell("company")
		byCompany[company] = append(byCompany[company], matching.Thing{
			ID: cell("id"), Name: cell("name"), Serials: present(cell("serial")), MACs: present(cell("mac")),
		})
		n++
		return nil
	})
	return byCompany, n, err
}

// deviceTally counts what the ladder decided against the truth.
type deviceTally struct {
	m     *measured
	truth *truth
	o     options
	w     io.Writer

	right, found, top1, top3, offered, records, errors int
	guesses                                            []guess
}

func evaluateDevices(o options, diagnostics io.Writer) (any, error) {
	truth, err := readTruth(o)
	if err != nil {
		return nil, err
	}
	watch := startWatch()
	here, left, err := readDevices(o.left)
	if err != nil {
		return nil, err
	}
	upstream, right, err := readDevices(o.right)
	if err != nil {
		return nil, err
	}
	watch.begin()
	m := measured{Left: left, Right: right, Pairs: len(truth.pairs), Threshold: 0.5, Model: matching.LadderModel}
	t := deviceTally{m: &m, truth: &truth, o: o, w: diagnostics}
	for _, company := range slices.Sorted(maps.Keys(upstream)) {
		for _, link := range matching.Things(connector.RoleDevice, upstream[company], here[company]) {
			if inHalf(o.half, link.Record) {
				t.add(link)
			}
		}
	}
	m.resources = watch.stop()
	t.finish()
	return m, nil
}

func (t *deviceTally) add(l matching.Link) {
	t.records++
	pair := matching.Pair{Upstream: l.Record, Here: l.Asset}
	label, verdict := t.truth.right(pair)
	offered := l.Candidates
	switch {
	case l.Asset != "" && l.Provisional:
		t.m.Provisional++
		t.m.ProvisionalWrong += count(t.truth.known && !verdict)
		t.right += count(label)
		offered = []string{l.Asset}
	case l.Asset != "":
		t.m.Auto++
		t.m.AutoWrong += count(t.truth.known && !verdict)
		t.m.AutoWrongByLabel += count(t.truth.known && !label)
		t.right += count(label)
		offered = []string{l.Asset}
	case len(l.Candidates) > 0:
		t.m.Suggested++
	case l.Replaces != "":
		t.m.Suggested++
		offered = []string{l.Replaces}
	default:
		t.m.None++
	}
	t.offered += len(offered)
	if l.Asset != "" {
		t.guesses = append(t.guesses, guess{confidence: l.Confidence, right: label})
	}
	truly := false
	for i, asset := range offered {
		if t.truth.pairs[matching.Pair{Upstream: l.Record, Here: asset}] {
			truly = true
			t.found++
			t.top1 += count(i == 0)
			t.top3 += count(i < 3)
		}
	}
	wrong := l.Asset != "" && !verdict
	missed := l.Asset == "" && len(t.truth.left[l.Record]) > 0
	if t.truth.known && (wrong || missed) && t.errors < t.o.errors {
		t.errors++
		fmt.Fprintf(t.w, "%s %s: asset %q, candidates %v (true %v, offered %t): %s\n", map[bool]string{true: "WRONG", false: "MISSED"}[wrong], l.Record, l.Asset, l.Candidates, t.truth.left[l.Record], truly, l.Because)
	}
}

func (t *deviceTally) finish() {
	m := t.m
	m.CandidatesPer = share(t.offered, t.records)
	if !t.truth.known {
		return
	}
	n := len(t.truth.pairs)
	m.AutoRecall, m.CandidateRecall = share(t.right, n), share(t.found, n)
	m.Top1, m.Top3 = share(t.top1, n), share(t.top3, n)
	m.Precision, m.Recall, m.F1 = f1(t.guesses, m.Threshold, n)
	m.F1Oracle, m.ThresholdOracle = oracle(t.guesses, n)
	m.ECE = calibrationError(t.guesses)
}
