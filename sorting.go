package dovetail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// sorting decides where records go: types to skip first, then the host's own
// rule, the integration's rules, and the default of the kind.
type sorting struct {
	skip     []store.SkipType
	host     sortrules.SortRule
	rules    *sortrules.RuleSet
	defaults map[connector.Kind]store.LayoutID
	// version stands for the rules and defaults.
	version string
}

// sorted is a placement, and whether it is the host's.
type sorted struct {
	sortrules.Placement
	host bool
}

func (e *Engine) newSorting(info connector.Info, settings store.Settings) (sorting, error) {
	rules, err := sortrules.Parse(settings.Rules, info.Kinds)
	if err != nil {
		return sorting{}, fmt.Errorf("sort rules: %w", err)
	}
	version, err := sortingVersion(rules, settings.DefaultLayouts)
	if err != nil {
		return sorting{}, fmt.Errorf("sort rules: %w", err)
	}
	return sorting{
		skip: settings.SkipTypes, host: e.cfg.SortRule, rules: rules, defaults: settings.DefaultLayouts, version: version,
	}, nil
}

// sortingVersion stands for what the rules and defaults decide: equal for
// settings that differ in something else.
func sortingVersion(rules *sortrules.RuleSet, defaults map[connector.Kind]store.LayoutID) (string, error) {
	fingerprint, err := rules.Fingerprint()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, _ = fmt.Fprintf(sum, "%s\n", fingerprint)
	for _, kind := range slices.Sorted(maps.Keys(defaults)) {
		_, _ = fmt.Fprintf(sum, "%q %q\n", kind, defaults[kind])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// resorted reports whether other settings decide otherwise where records go.
func (e *Engine) resorted(info connector.Info, old, other store.Settings) (bool, error) {
	before, err := e.newSorting(info, old)
	if err != nil {
		return true, nil //nolint:nilerr // what can't be read any more is something else
	}
	after, err := e.newSorting(info, other)
	return before.version != after.version, err
}

// skipsType reports whether a record's type is on the skip list.
func (s *sorting) skipsType(row store.MirrorRow) bool {
	for _, skip := range s.skip {
		if skips(skip, row) {
			return true
		}
	}
	return false
}

// skips reports whether a record's type is the skipped one. Where both have an
// id the id decides. A record without a type has none that could be skipped.
func skips(skip store.SkipType, row store.MirrorRow) bool {
	if skip.Kind != row.ID.Kind {
		return false
	}
	if skip.ID != "" && row.TypeID != "" {
		return skip.ID == row.TypeID
	}
	return strings.TrimSpace(skip.Name) != "" && sameType(skip.Name, row.Type)
}

// sort returns the placement of the first rule that has one.
func (s *sorting) sort(subject sortrules.Subject) sorted {
	if s.host != nil {
		if placement := s.host.Place(subject); placement.Outcome != sortrules.None {
			return sorted{Placement: placement, host: true}
		}
	}
	return sorted{Placement: s.rules.Place(subject)}
}

// layout is where a record goes that isn't skipped.
func (s *sorting) layout(by sorted, kind connector.Kind) store.LayoutID {
	if by.Outcome == sortrules.Layout {
		return by.Layout
	}
	return s.defaults[kind]
}

// because names the value that decided.
func (s *sorting) because(by sorted, subject sortrules.Subject) string {
	if by.host {
		return by.Because
	}
	return s.rules.Because(subject)
}

// destination says where a record goes, and what decides.
func (s *sorting) destination(layouts map[store.LayoutID]store.Layout, row store.MirrorRow, subject sortrules.Subject) (to Destination, by string, how sorted) {
	if s.skipsType(row) {
		return Destination{Outcome: OutcomeSkip}, "skip list", how
	}
	how, by = s.sort(subject), "default"
	switch {
	case how.host:
		by = fmt.Sprintf("the host's rule %q", how.Rule)
	case how.Outcome != sortrules.None:
		by = fmt.Sprintf("rule %q", how.Rule)
	}
	if how.Outcome == sortrules.Skip {
		return Destination{Outcome: OutcomeSkip}, by, how
	}
	to = Destination{Outcome: OutcomeLayout, Layout: s.layout(how, row.ID.Kind)}
	layout, found := layouts[to.Layout]
	if to.Name = layout.Name; !found || layout.Inactive {
		to.Outcome = OutcomeNoHome
	}
	return to, by, how
}

// subjectOf is a record of the mirror as rules judge it.
func subjectOf(row store.MirrorRow, fields connector.Fields, company string) sortrules.Subject {
	return sortrules.Subject{
		Kind:    row.ID.Kind,
		Company: company,
		Record: connector.Record{
			Key: row.ID.Key, Container: row.Container, Name: row.Name, Type: row.Type, TypeID: row.TypeID,
			Created: row.Created, Updated: row.Updated, Status: row.Status, URL: row.URL, Fields: fields,
		},
	}
}
