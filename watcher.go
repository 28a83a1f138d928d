package dovetail

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// watcher gathers what a planner decides, for a simulation.
type watcher struct {
	layouts      map[store.LayoutID]store.Layout
	try, against sorting
	// most is how many examples are kept in each row.
	most int

	records     int
	places      map[placeKey]*Sample
	differences map[differenceKey]*Sample
	moves       map[[2]string]*Sample
	stays, left map[ReasonCode]*SimulatedReason
}

type placeKey struct {
	kind connector.Kind
	Destination
	by string
}

type differenceKey struct {
	kind     connector.Kind
	from, to Destination
}

func newWatcher(layouts map[store.LayoutID]store.Layout, try, against sorting, most int) *watcher {
	return &watcher{
		layouts: layouts, try: try, against: against, most: most,
		places: make(map[placeKey]*Sample), differences: make(map[differenceKey]*Sample), moves: make(map[[2]string]*Sample),
		stays: make(map[ReasonCode]*SimulatedReason), left: make(map[ReasonCode]*SimulatedReason),
	}
}

// tally counts a record in a row. Example is only asked for what is kept.
func tally[K comparable](rows map[K]*Sample, key K, most int, example func() Example) {
	row, ok := rows[key]
	if !ok {
		row = &Sample{Examples: []Example{}}
		rows[key] = row
	}
	if row.Count++; len(row.Examples) < most {
		row.Examples = append(row.Examples, example())
	}
}

// judged notes where a record goes.
func (w *watcher) judged(c *companyPlan, row store.MirrorRow) error {
	fields, err := decodeFields(row.Data)
	if err != nil {
		return fmt.Errorf("%s: %w", row.ID, err)
	}
	subject := subjectOf(row, fields, c.here.Name)
	w.records++
	to, by, how := w.try.destination(w.layouts, row, subject)
	example := func() Example {
		e := exampleOf(row, c.here.Name)
		if how.Outcome != sortrules.None {
			e.Because = w.try.because(how, subject)
		}
		return e
	}
	tally(w.places, placeKey{row.ID.Kind, to, by}, w.most, example)
	if from, _, _ := w.against.destination(w.layouts, row, subject); from != to {
		tally(w.differences, differenceKey{row.ID.Kind, from, to}, w.most, example)
	}
	return nil
}

// moved notes that an asset would be moved to another layout.
func (w *watcher) moved(c *companyPlan, ch store.Change) {
	key := [2]string{ch.Reason.Args["from"], ch.Reason.Args["to"]}
	tally(w.moves, key, w.most, func() Example {
		return Example{Key: ch.Record.Key, Name: c.assets[ch.Asset].Name, Company: c.here.Name}
	})
}

// disposed notes what would become of a record, where that is more than being
// here or being skipped.
func (w *watcher) disposed(row store.MirrorRow, why store.Reason, company string) {
	code := ReasonCode(why.Code)
	info, _ := reasonInfo(code)
	rows := w.left
	switch info.Standing {
	case StandingPlanned, StandingSkipped, StandingGone:
		return
	case StandingHere:
		if rows = w.stays; !strings.HasPrefix(why.Code, "refile_") {
			return
		}
	default:
	}
	of, ok := rows[code]
	if !ok {
		of = &SimulatedReason{Code: code, Sentence: Sentence(why), Sample: Sample{Examples: []Example{}}}
		rows[code] = of
	}
	if of.Count++; len(of.Examples) < w.most {
		of.Examples = append(of.Examples, exampleOf(row, company))
	}
}

func exampleOf(row store.MirrorRow, company string) Example {
	return Example{Key: row.ID.Key, Name: row.Name, Company: company}
}

// result returns what was gathered, in an order that depends on nothing else.
func (w *watcher) result() Simulation {
	s := Simulation{
		Records: w.records, Places: []SimulatedPlace{}, Differences: []SimulatedDifference{}, Moves: []SimulatedMove{},
		Stays: reasonsOf(w.stays), Left: reasonsOf(w.left),
	}
	for key, sample := range w.places {
		s.Places = append(s.Places, SimulatedPlace{Kind: key.kind, Destination: key.Destination, By: key.by, Sample: *sample})
	}
	for key, sample := range w.differences {
		s.Differences = append(s.Differences, SimulatedDifference{Kind: key.kind, From: key.from, To: key.to, Sample: *sample})
	}
	for key, sample := range w.moves {
		s.Moves = append(s.Moves, SimulatedMove{From: key[0], To: key[1], Sample: *sample})
	}
	slices.SortFunc(s.Places, func(a, b SimulatedPlace) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Count, a.Count), a.compare(b.Destination), cmp.Compare(a.By, b.By))
	})
	slices.SortFunc(s.Differences, func(a, b SimulatedDifference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(b.Count, a.Count), a.From.compare(b.From), a.To.compare(b.To))
	})
	slices.SortFunc(s.Moves, func(a, b SimulatedMove) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return s
}

func (d Destination) compare(other Destination) int {
	return cmp.Or(cmp.Compare(d.Outcome, other.Outcome), cmp.Compare(d.Name, other.Name), cmp.Compare(d.Layout, other.Layout))
}

func reasonsOf(rows map[ReasonCode]*SimulatedReason) []SimulatedReason {
	reasons := make([]SimulatedReason, 0, len(rows))
	for _, row := range rows {
		reasons = append(reasons, *row)
	}
	slices.SortFunc(reasons, func(a, b SimulatedReason) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Code, b.Code))
	})
	return reasons
}
