package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// SuggestSetup proposes layouts, rules and default layouts, from the types and
// data points that the account has and the layouts that are here. It changes
// nothing and asks nobody upstream. It knows data points by their meaning, so it
// works for any connector.
func (e *Engine) SuggestSetup(ctx context.Context, req SuggestRequest) (Setup, error) {
	if err := e.authorize(ctx, req.By, OpSuggest); err != nil {
		return Setup{}, err
	}
	setup, err := e.suggestSetup(ctx, req)
	if err != nil {
		return Setup{}, fmt.Errorf("dovetail: suggest setup: %w", err)
	}
	return setup, nil
}

func (e *Engine) suggestSetup(ctx context.Context, req SuggestRequest) (Setup, error) {
	name, types, seen := req.Connector, req.Types, seenPoints{}
	integration, _, err := e.load(ctx, req.Integration)
	switch {
	case err == nil:
		name = integration.Connector
		if types == nil {
			types = integration.Types
		}
	case req.Connector == "" || !errors.Is(err, store.ErrNotFound):
		return Setup{}, err
	}
	conn, err := e.connector(name)
	if err != nil {
		return Setup{}, err
	}
	if integration.ID != "" {
		if seen, err = e.seen(ctx, integration.ID, conn.Info()); err != nil {
			return Setup{}, err
		}
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return Setup{}, err
	}
	s := suggester{
		info: conn.Info(), types: types, seen: seen,
		here:  slices.SortedFunc(maps.Values(layouts), func(a, b store.Layout) int { return cmp.Compare(a.ID, b.ID) }),
		setup: Setup{Integration: integration.ID, Connector: name, Defaults: make(map[connector.Kind]string), Layouts: []SetupLayout{}},
	}
	for _, kind := range s.info.Kinds {
		if kind.Kind != s.info.Container {
			s.kind(kind)
		}
	}
	s.setup.Seen = seen.undeclared(s.info)
	return s.setup, e.spread(ctx, s.info, &s.setup)
}

// suggester puts a setup together.
type suggester struct {
	info  connector.Info
	types []connector.RecordType
	seen  seenPoints
	here  []store.Layout
	setup Setup
}

func (s *suggester) kind(kind connector.KindInfo) {
	base := baseGroups[kind.Role]
	if base.name == "" || s.shares(kind) {
		base.name = kind.Plural
	}
	if kind.Role == connector.RolePerson {
		for _, r := range starterRules(kind) {
			s.rule(kind, r)
		}
	}
	s.setup.Defaults[kind.Kind] = s.layout(kind, base, nil)
	if kind.Role != connector.RoleDevice {
		return
	}
	for at, group := range deviceGroups {
		if group.called(base.name) {
			continue // the default is for these already
		}
		var values, names []string
		for _, t := range s.types {
			if t.Kind == kind.Kind && deviceGroupOf(t.Name) == at {
				values, names = append(values, cmp.Or(t.ID, t.Name)), append(names, t.Name)
			}
		}
		if condition, ok := s.condition(kind, group, values); ok {
			key := s.layout(kind, group, names)
			s.rule(kind, sortrules.Rule{ID: strings.ToLower(group.name), When: condition, Layout: store.LayoutID(key), Note: strings.Join(names, ", ")})
		}
	}
}

// shares reports whether another kind has the same role: then layouts are named
// after their kinds.
func (s *suggester) shares(kind connector.KindInfo) bool {
	return slices.ContainsFunc(s.info.Kinds, func(other connector.KindInfo) bool { return other.Role == kind.Role && other.Kind != kind.Kind })
}

// condition says which records belong to a group, if the account has any.
func (s *suggester) condition(kind connector.KindInfo, group setupGroup, types []string) (sortrules.Condition, bool) {
	var either []sortrules.Condition
	if len(types) > 0 {
		either = append(either, sortrules.Condition{Field: sortrules.FieldType, Op: sortrules.OpIn, Value: connector.Texts(types...)})
	}
	if group.os != "" && s.seen.os(kind, group.os) {
		either = append(either, sortrules.Condition{Means: connector.MeansOS, Op: sortrules.OpContains, Value: connector.Text(group.os)})
	}
	switch len(either) {
	case 0:
		return sortrules.Condition{}, false
	case 1:
		return either[0], true
	default:
		return sortrules.Condition{Any: either}, true
	}
}

// rule adds a rule, under a name of its own.
func (s *suggester) rule(kind connector.KindInfo, r sortrules.Rule) {
	if slices.ContainsFunc(s.setup.Rules, func(other sortrules.Rule) bool { return other.ID == r.ID }) {
		r.ID += " (" + strings.ToLower(kind.Plural) + ")"
	}
	r.Kind = kind.Kind
	s.setup.Rules = append(s.setup.Rules, r)
}

// layout adds a layout for a group, the one that is here if one fits, and
// returns its key.
func (s *suggester) layout(kind connector.KindInfo, group setupGroup, types []string) string {
	l := SetupLayout{Key: string(kind.Kind) + "/" + strings.ToLower(group.name), Kind: kind.Kind, Name: group.name, Types: types}
	if existing, ok := s.fitting(kind, group, types == nil); ok {
		l.Existing, l.Name = existing.ID, existing.Name
		s.required(kind, existing)
	} else {
		l.Fields = setupFields(kind, group.means, s.seen.declared(kind))
	}
	s.setup.Layouts = append(s.setup.Layouts, l)
	return l.Key
}

// fitting returns the layout here that a group's records can go to: one that is
// called like it, or for a default one that has the most fields for the kind's
// data points, if any identifies a record.
func (s *suggester) fitting(kind connector.KindInfo, group setupGroup, isDefault bool) (store.Layout, bool) {
	best, most := store.Layout{}, 0
	for _, layout := range s.here {
		switch {
		case layout.Inactive || s.taken(layout.ID):
		case group.called(layout.Name) || isDefault && sameType(layout.Name, kind.Plural):
			return layout, true
		case isDefault && identifies(kind, layout) && !slices.ContainsFunc(deviceGroups[:], func(g setupGroup) bool { return g.called(layout.Name) }):
			if n := len(ConnectFields(kind, layout)); n > most {
				best, most = layout, n
			}
		}
	}
	return best, most > 0
}

func (s *suggester) taken(id store.LayoutID) bool {
	return slices.ContainsFunc(s.setup.Layouts, func(l SetupLayout) bool { return l.Existing == id })
}

// identifies reports whether a layout has a field for what tells the kind's
// records apart.
func identifies(kind connector.KindInfo, layout store.Layout) bool {
	key := map[connector.Role]connector.Meaning{connector.RoleDevice: connector.MeansSerial, connector.RolePerson: connector.MeansEmail}[kind.Role]
	return key != "" && slices.ContainsFunc(layout.Fields, func(f store.Field) bool { return f.Means == key })
}

// required notes the fields of a layout here that are required and that nothing
// would feed.
func (s *suggester) required(kind connector.KindInfo, layout store.Layout) {
	fed := ConnectFields(kind, layout)
	for _, field := range layout.Fields {
		if field.Required && !slices.ContainsFunc(fed, func(c store.ConnectedField) bool { return c.Field == field.ID }) {
			s.setup.Notes = append(s.setup.Notes, fmt.Sprintf("the layout %q requires %q, which nothing feeds: no asset could be made from it", layout.Name, field.Name))
		}
	}
}
