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

// validate checks settings as a whole and completes draft with the rules and
// with the ids of skipped types. It returns warnings, and all problems at once
// as a *SettingsError.
func (e *Engine) validate(ctx context.Context, conn connector.Connector, integration store.Integration, old store.Settings, draft *store.Settings, asked Settings) ([]connector.Problem, error) {
	layouts, err := e.layouts(ctx)
	if err != nil {
		return nil, fmt.Errorf("dovetail: save settings: %w", err)
	}
	info := conn.Info()
	problems, err := e.checkConnectorConfig(ctx, conn, integration, old, asked.Config)
	if err != nil {
		return nil, err
	}
	problems = append(problems, checkDefaultLayouts(info, layouts, draft.DefaultLayouts)...)
	skipProblems, warnings := resolveSkipTypes(info, integration.Types, draft.SkipTypes)
	problems = append(problems, skipProblems...)
	ruleProblems, ruleWarnings := checkRules(info, integration.Types, layouts, asked.Rules, draft)
	problems = append(problems, ruleProblems...)
	problems = append(problems, checkOptions(*draft)...)
	connectedProblems, connectedWarnings := checkConnected(info, layouts, draft.Connected)
	problems = append(problems, connectedProblems...)
	if len(problems) > 0 {
		return nil, &SettingsError{Problems: problems}
	}
	unfed, err := e.checkRequired(ctx, info, layouts, *draft)
	if err != nil {
		return nil, fmt.Errorf("dovetail: save settings: %w", err)
	}
	return slices.Concat(warnings, ruleWarnings, connectedWarnings, unfed), nil
}

// layouts returns the platform's layouts by id.
func (e *Engine) layouts(ctx context.Context) (map[store.LayoutID]store.Layout, error) {
	layouts := make(map[store.LayoutID]store.Layout)
	for l, err := range e.docs.Layouts(ctx) {
		if err != nil {
			return nil, fmt.Errorf("list layouts: %w", err)
		}
		layouts[l.ID] = l
	}
	return layouts, nil
}

// checkConnectorConfig lets the connector judge its own configuration, by
// opening a session, which makes no request.
func (e *Engine) checkConnectorConfig(ctx context.Context, conn connector.Connector, integration store.Integration, old store.Settings, asked connector.Config) ([]connector.Problem, error) {
	config, err := e.config(ctx, integration, old, asked)
	if err != nil {
		return []connector.Problem{{Field: "credentials", Text: err.Error()}}, nil //nolint:nilerr // the error is the problem that is reported
	}
	session, err := conn.Open(ctx, e.openOptions(integration.ID, config, flightInfo{}))
	if err == nil {
		return nil, session.Close()
	}
	if problems, ok := errors.AsType[*connector.ConfigError](err); ok {
		return problems.Problems, nil
	}
	return nil, fmt.Errorf("dovetail: save settings: %w", err)
}

func checkDefaultLayouts(info connector.Info, layouts map[store.LayoutID]store.Layout, chosen map[connector.Kind]store.LayoutID) []connector.Problem {
	var problems []connector.Problem
	add := func(kind connector.Kind, text string) {
		problems = append(problems, connector.Problem{Field: "default_layouts." + string(kind), Text: text})
	}
	for _, kind := range info.Kinds {
		if kind.Kind == info.Container {
			continue
		}
		id := chosen[kind.Kind]
		layout, known := layouts[id]
		switch {
		case id == "":
			add(kind.Kind, fmt.Sprintf("no layout is chosen for %s (choose the one for those that no rule places)", strings.ToLower(kind.Plural)))
		case !known:
			add(kind.Kind, fmt.Sprintf("layout %q does not exist (choose another)", id))
		case layout.Inactive:
			add(kind.Kind, fmt.Sprintf("layout %q is inactive (activate it or choose another)", layout.Name))
		}
	}
	for kind := range chosen {
		if declared, ok := info.Kind(kind); !ok || declared.Kind == info.Container {
			add(kind, fmt.Sprintf("%s has no records of kind %q that become assets", info.Title, kind))
		}
	}
	slices.SortStableFunc(problems, func(a, b connector.Problem) int { return strings.Compare(a.Field, b.Field) })
	return problems
}

// resolveSkipTypes fills in the ids of types named by name. A type that the
// account doesn't have is a problem, or a warning while the types aren't known.
func resolveSkipTypes(info connector.Info, types []connector.RecordType, skip []store.SkipType) (problems, warnings []connector.Problem) {
	for i, s := range skip {
		field := fmt.Sprintf("skip_types[%d]", i)
		if _, ok := info.Kind(s.Kind); !ok {
			problems = append(problems, connector.Problem{Field: field, Text: fmt.Sprintf("%s has no records of kind %q", info.Title, s.Kind)})
			continue
		}
		if s.ID == "" && strings.TrimSpace(s.Name) == "" {
			problems = append(problems, connector.Problem{Field: field, Text: "names no type"})
			continue
		}
		at := slices.IndexFunc(types, func(t connector.RecordType) bool {
			return t.Kind == s.Kind && (s.ID != "" && t.ID == s.ID || s.ID == "" && sameType(t.Name, s.Name))
		})
		named := cmp.Or(s.Name, s.ID)
		switch {
		case at >= 0:
			skip[i].ID, skip[i].Name = types[at].ID, types[at].Name
		case len(types) > 0:
			problems = append(problems, connector.Problem{Field: field, Text: fmt.Sprintf("the account has no type %q (it has %s)", named, typeNames(types, s.Kind))})
		default:
			warnings = append(warnings, connector.Problem{Field: field, Text: fmt.Sprintf("whether the account has the type %q is known after the connection test", named)})
		}
	}
	return problems, warnings
}

// sameType compares names of types as people do.
func sameType(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

func typeNames(types []connector.RecordType, kind connector.Kind) string {
	var names []string
	for _, t := range types {
		if t.Kind == kind {
			names = append(names, t.Name)
		}
	}
	if len(names) == 0 {
		return "none of this kind"
	}
	return strings.Join(names, ", ")
}

// checkRules compiles the rules, compares them with what there is, and puts them
// into draft in the form in which they are stored.
func checkRules(info connector.Info, types []connector.RecordType, layouts map[store.LayoutID]store.Layout, rules []sortrules.Rule, draft *store.Settings) (problems, warnings []connector.Problem) {
	if len(rules) == 0 {
		return nil, nil
	}
	set, err := sortrules.New(rules, info.Kinds)
	if err == nil {
		draft.Rules, err = set.MarshalJSON()
	}
	if invalid, ok := errors.AsType[*connector.ConfigError](err); ok {
		return invalid.Problems, nil
	}
	if err != nil {
		return []connector.Problem{{Field: "rules", Text: err.Error()}}, nil
	}
	return set.Check(sortrules.Surroundings{Layouts: slices.Collect(maps.Values(layouts)), Types: types})
}

// checkConnected checks the connected fields, and notes the type that each
// layout's field has now.
func checkConnected(info connector.Info, layouts map[store.LayoutID]store.Layout, connected []store.ConnectedField) (problems, warnings []connector.Problem) {
	for i, c := range connected {
		at := fmt.Sprintf("connected[%d]", i)
		add := func(part, format string, args ...any) {
			problems = append(problems, connector.Problem{Field: at + part, Text: fmt.Sprintf(format, args...)})
		}
		kind, ok := info.Kind(c.Kind)
		if !ok || c.Kind == info.Container {
			add(".kind", "%s has no records of kind %q that become assets", info.Title, c.Kind)
			continue
		}
		layout, ok := layouts[c.Layout]
		if !ok {
			add(".layout", "layout %q does not exist", c.Layout)
			continue
		}
		f := slices.IndexFunc(layout.Fields, func(f store.Field) bool { return f.ID == c.Field })
		if f < 0 {
			add(".field", "layout %q has no field %q", layout.Name, c.Field)
			continue
		}
		connected[i].Type = layout.Fields[f].Type
		switch c.OnBlank {
		case store.BlankKeep, store.BlankClear:
		default:
			add(".on_blank", "%.40q is not known (leave it empty to keep what is there, or use %q)", string(c.OnBlank), store.BlankClear)
		}
		switch c.OnEdit {
		case store.EditUpstream, store.EditPin, store.EditReport:
		default:
			add(".on_edit", "%.40q is not known (leave it empty to write the upstream's value again, or use %q or %q)", string(c.OnEdit), store.EditPin, store.EditReport)
		}
		if layout.Fields[f].Type == store.FieldAssetLink {
			add(".field", "%q links assets, which data points don't name (dovetail links a device to its contact by itself; connect a text field)", layout.Fields[f].Name)
		}
		if slices.ContainsFunc(connected[:i], func(o store.ConnectedField) bool {
			return o.Kind == c.Kind && o.Layout == c.Layout && o.Field == c.Field
		}) {
			add(".field", "%q is connected twice (name all its data points in one place, in their order)", layout.Fields[f].Name)
		}
		if len(c.Sources) == 0 {
			add(".sources", "no data point feeds the field %q", layout.Fields[f].Name)
		}
		for _, source := range c.Sources {
			point, declared := kind.DataPoint(source)
			switch {
			case layout.Fields[f].Type == store.FieldAddress && !slices.Contains(addressParts, point.Means):
				add(".sources", "%q is no part of an address (connect street, city and the like, or a text field)", source)
			case !declared:
				warnings = append(warnings, connector.Problem{Field: at + ".sources", Text: fmt.Sprintf("%q is no data point that %s declares: it may be a custom one of the account", source, info.Title)})
			case point.Secret && layout.Fields[f].Type != store.FieldConfidential:
				add(".sources", "%q is a credential and may feed only a confidential field, which %q is not", source, layout.Fields[f].Name)
			}
		}
	}
	return problems, warnings
}
