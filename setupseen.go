package dovetail

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	// maxSeenRows is how many records of a kind are looked at.
	maxSeenRows = 5000
	// enoughSeen is from how many records on a data point that none of them has
	// is one that the account doesn't use.
	enoughSeen = 20
	// maxSeenPoints is how many data points are counted of each kind, and how
	// many are returned.
	maxSeenPoints, maxSeenShown = 1000, 50
)

// seenPoints are what the records in the mirror have, by kind.
type seenPoints map[connector.Kind]seenKind

type seenKind struct {
	rows   int
	points map[string]seenPoint
	// systems are the operating systems, in lower case.
	systems map[string]bool
}

// seenPoint is what the values of a data point are.
type seenPoint struct {
	records int
	// like is what a connector would declare. Its Type is text where values
	// differ.
	like connector.DataPoint
}

// seen looks at the records in the mirror of which the content is kept.
func (e *Engine) seen(ctx context.Context, id store.IntegrationID, info connector.Info) (seenPoints, error) {
	seen := make(seenPoints)
	for _, kind := range info.Kinds {
		if kind.Kind == info.Container {
			continue
		}
		s := seenKind{points: make(map[string]seenPoint), systems: make(map[string]bool)}
		means := meaningsOf(kind)
		err := e.eachSeen(ctx, id, kind.Kind, func(_ store.MirrorRow, fields connector.Fields) { s.add(fields, means) })
		if err != nil {
			return nil, err
		}
		seen[kind.Kind] = s
	}
	return seen, nil
}

// eachSeen calls do for the records of a kind that are looked at.
func (e *Engine) eachSeen(ctx context.Context, id store.IntegrationID, kind connector.Kind, do func(store.MirrorRow, connector.Fields)) error {
	return e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		rows := 0
		for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kind}) {
			if err != nil {
				return err
			}
			if row.Hash == "" {
				continue
			}
			fields, err := decodeFields(row.Data)
			if err != nil {
				return err
			}
			do(row, fields)
			if rows++; rows == maxSeenRows {
				return nil
			}
		}
		return nil
	})
}

func (s *seenKind) add(fields connector.Fields, means meanings) {
	s.rows++
	for name, value := range fields {
		if _, known := s.points[name]; !value.IsBlank() && (known || len(s.points) < maxSeenPoints) {
			s.points[name] = s.points[name].with(value)
		}
	}
	if os := means.text(fields, connector.MeansOS); os != "" && len(s.systems) < maxSeenPoints {
		s.systems[strings.ToLower(os)] = true
	}
}

// with returns p with one value more.
func (p seenPoint) with(v connector.Value) seenPoint {
	kind := v.Kind()
	if kind == connector.KindInteger {
		kind = connector.KindDecimal
	}
	switch {
	case p.records == 0:
		p.like.Type = kind
	case p.like.Type != kind:
		p.like.Type = connector.KindText
	}
	p.records++
	return p
}

// declared returns whether a declared data point has a value anywhere, as far as
// that is known.
func (s seenPoints) declared(kind connector.KindInfo) func(point string) bool {
	seen := s[kind.Kind]
	return func(point string) bool { return seen.rows < enoughSeen || seen.points[point].records > 0 }
}

// os reports whether any record has an operating system with that in its name.
func (s seenPoints) os(kind connector.KindInfo, part string) bool {
	for system := range s[kind.Kind].systems {
		if strings.Contains(system, part) {
			return true
		}
	}
	return false
}

// undeclared returns the data points that nobody declares, the most frequent
// first.
func (s seenPoints) undeclared(info connector.Info) []SeenPoint {
	var points []SeenPoint
	for _, kind := range info.Kinds {
		for name, p := range s[kind.Kind].points {
			if _, declared := kind.DataPoint(name); !declared {
				points = append(points, SeenPoint{Kind: kind.Kind, Name: name, Records: p.records, Title: titleOf(name), Type: fieldTypeOf(p.like)})
			}
		}
	}
	slices.SortFunc(points, func(a, b SeenPoint) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return points[:min(len(points), maxSeenShown)]
}
