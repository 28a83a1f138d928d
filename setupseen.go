package dovetail

import (
	"cmp"
	"context"
	"errors"
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
	points map[string]int
	// systems are the operating systems, in lower case.
	systems map[string]bool
}

// seen looks at the records in the mirror of which the content is kept.
func (e *Engine) seen(ctx context.Context, id store.IntegrationID, info connector.Info) (seenPoints, error) {
	seen := make(seenPoints)
	enough := errors.New("enough")
	for _, kind := range info.Kinds {
		if kind.Kind == info.Container {
			continue
		}
		s := seenKind{points: make(map[string]int), systems: make(map[string]bool)}
		means := meaningsOf(kind)
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kind.Kind}) {
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
				s.add(fields, means)
				if s.rows == maxSeenRows {
					return enough
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, enough) {
			return nil, err
		}
		seen[kind.Kind] = s
	}
	return seen, nil
}

func (s *seenKind) add(fields connector.Fields, means meanings) {
	s.rows++
	for name, value := range fields {
		if _, known := s.points[name]; !value.IsBlank() && (known || len(s.points) < maxSeenPoints) {
			s.points[name]++
		}
	}
	if os := means.text(fields, connector.MeansOS); os != "" && len(s.systems) < maxSeenPoints {
		s.systems[strings.ToLower(os)] = true
	}
}

// declared returns whether a declared data point has a value anywhere, as far as
// that is known.
func (s seenPoints) declared(kind connector.KindInfo) func(point string) bool {
	seen := s[kind.Kind]
	return func(point string) bool { return seen.rows < enoughSeen || seen.points[point] > 0 }
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
		for name, n := range s[kind.Kind].points {
			if _, declared := kind.DataPoint(name); !declared {
				points = append(points, SeenPoint{Kind: kind.Kind, Name: name, Records: n})
			}
		}
	}
	slices.SortFunc(points, func(a, b SeenPoint) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return points[:min(len(points), maxSeenShown)]
}
