package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/dovetail-sync/dovetail/matching"
)

// measured is what is printed about lists of companies. Shares are between 0
// and 1; without -pairs those that need the truth are missing.
type measured struct {
	Left             int     `json:"left"`
	Right            int     `json:"right"`
	Pairs            int     `json:"pairs"`
	Auto             int     `json:"auto"`
	AutoWrong        int     `json:"auto_wrong"`
	AutoWrongByLabel int     `json:"auto_wrong_by_label"`
	Provisional      int     `json:"provisional"`
	ProvisionalWrong int     `json:"provisional_wrong"`
	Suggested        int     `json:"suggested"`
	None             int     `json:"none"`
	AutoRecall       float64 `json:"auto_recall"`
	Precision        float64 `json:"precision"`
	Recall           float64 `json:"recall"`
	F1               float64 `json:"f1"`
	F1Oracle         float64 `json:"f1_oracle"`
	ThresholdOracle  float64 `json:"threshold_oracle"`
	Top1             float64 `json:"top1"`
	Top3             float64 `json:"top3"`
	ECE              float64 `json:"ece"`
	CandidatesPer    float64 `json:"candidates_per_record"`
	CandidateRecall  float64 `json:"candidate_recall"`
	Capped           int     `json:"capped"`
	Threshold        float64 `json:"threshold"`
	Model            string  `json:"model"`
	resources
}

func evaluateCompanies(o options, diagnostics io.Writer) (any, error) {
	truth, err := readTruth(o)
	if err != nil {
		return nil, err
	}
	watch := startWatch()
	left, err := readRecords(o.left, o.person)
	if err != nil {
		return nil, err
	}
	right, err := readRecords(o.right, o.person)
	if err != nil {
		return nil, err
	}
	watch.begin()
	here, err := matching.NewCatalogue(matching.Config{}, left...)
	if err != nil {
		return nil, err
	}
	upstream, err := matching.NewCatalogue(matching.Config{}, right...)
	if err != nil {
		return nil, err
	}
	result, err := matching.Match(matching.Request{Upstream: upstream, Here: here})
	if err != nil {
		return nil, err
	}
	m := measured{Left: here.Len(), Right: upstream.Len(), Pairs: len(truth.pairs), Threshold: matching.ShippedTables().Threshold(), Model: matching.ShippedTables().Model()}
	m.resources = watch.stop()
	tally := newTally(&m, &truth)
	for d := range result.Decisions() {
		if inHalf(o.half, d.ID) {
			tally.add(d, result)
		}
	}
	tally.finish()
	if o.errors > 0 {
		explained, err := matching.Match(matching.Request{Upstream: upstream, Here: here, Evidence: true, Candidates: 3})
		if err != nil {
			return nil, err
		}
		printErrors(o, diagnostics, explained, &truth, upstream, here)
	}
	if o.decisions != "" {
		return m, writeDecisions(o.decisions, result)
	}
	return m, nil
}

func writeDecisions(file string, result *matching.Result) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	lines := [][]string{{"right_id", "outcome", "left_id", "name", "confidence", "score", "because"}}
	for d := range result.Decisions() {
		line := []string{d.ID, string(d.Outcome), "", "", "", "", d.Because}
		if len(d.Candidates) > 0 {
			c := d.Candidates[0]
			line[2], line[3] = c.ID, c.Name
			line[4], line[5] = strconv.FormatFloat(c.Confidence, 'f', 4, 64), strconv.FormatFloat(c.Score, 'f', 2, 64)
		}
		lines = append(lines, line)
	}
	if err := w.WriteAll(lines); err != nil {
		_ = f.Close()
		return fmt.Errorf("write %s: %w", file, err)
	}
	return f.Close()
}
