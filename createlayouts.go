package dovetail

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// CreateLayouts carries a setup out: it makes the layouts that aren't here, and
// returns settings with the default layouts, the rules and the connected fields
// of the setup. They aren't saved: the connector's configuration, and whatever
// else the person wants, is to be added first.
//
// A layout that is here under the name by now is taken as it is, so that a call
// that failed halfway can be repeated.
func (e *Engine) CreateLayouts(ctx context.Context, req CreateLayoutsRequest) (Settings, error) {
	if err := e.authorize(ctx, req.By, OpCreateLayouts); err != nil {
		return Settings{}, err
	}
	settings, err := e.createLayouts(ctx, req)
	if err != nil {
		return Settings{}, fmt.Errorf("dovetail: create layouts: %w", err)
	}
	return settings, nil
}

func (e *Engine) createLayouts(ctx context.Context, req CreateLayoutsRequest) (Settings, error) {
	conn, err := e.connector(req.Setup.Connector)
	if err != nil {
		return Settings{}, err
	}
	if err := checkSetup(conn.Info(), req.Setup); err != nil {
		return Settings{}, err
	}
	here, err := e.layouts(ctx)
	if err != nil {
		return Settings{}, err
	}
	made := make(map[string]store.Layout, len(req.Setup.Layouts))
	settings := Settings{DefaultLayouts: make(map[connector.Kind]store.LayoutID), AutoUpdateNames: true}
	var names []string
	for _, wanted := range req.Setup.Layouts {
		kind, _ := conn.Info().Kind(wanted.Kind)
		points := req.Setup.wanted(kind, wanted)
		layout, found := layoutHere(here, wanted)
		if !found && wanted.Existing != "" {
			return Settings{}, fmt.Errorf("layout %q isn't there any more (suggest again): %w", wanted.Existing, store.ErrNotFound)
		}
		if !found {
			intent := store.Intent{ID: e.ids.next("layout"), By: req.By}
			if layout, err = e.docs.CreateLayout(ctx, store.NewLayout{Name: wanted.Name, Fields: withWanted(kind, wanted.Fields, points)}, intent); err != nil {
				return Settings{}, fmt.Errorf("layout %q: %w", wanted.Name, err)
			}
			here[layout.ID] = layout
			names = append(names, layout.Name)
		}
		made[wanted.Key] = layout
		for _, c := range connectWanted(ConnectFields(kind, layout), kind.Kind, layout, points) {
			same := func(other store.ConnectedField) bool {
				return other.Kind == c.Kind && other.Layout == c.Layout && other.Field == c.Field
			}
			if !slices.ContainsFunc(settings.Connected, same) { // two of a setup may be one here
				settings.Connected = append(settings.Connected, c)
			}
		}
	}
	for kind, key := range req.Setup.Defaults {
		settings.DefaultLayouts[kind] = made[key].ID
	}
	for _, r := range req.Setup.Rules {
		if !r.Skip {
			r.Layout = made[string(r.Layout)].ID
		}
		settings.Rules = append(settings.Rules, r)
	}
	return settings, e.journalLayouts(ctx, req, names)
}

// checkSetup returns what is wrong with a setup that a person may have changed.
func checkSetup(info connector.Info, setup Setup) error {
	var problems []connector.Problem
	add := func(field, format string, args ...any) {
		problems = append(problems, connector.Problem{Field: field, Text: fmt.Sprintf(format, args...)})
	}
	has := func(key string) bool {
		return slices.ContainsFunc(setup.Layouts, func(l SetupLayout) bool { return l.Key == key })
	}
	for i, l := range setup.Layouts {
		field := fmt.Sprintf("layouts[%d]", i)
		if slices.ContainsFunc(setup.Layouts[:i], func(earlier SetupLayout) bool { return earlier.Key == l.Key }) {
			add(field+".key", "%q is the key of another layout (give it its own)", l.Key)
		}
		if kind, known := info.Kind(l.Kind); !known || kind.Kind == info.Container {
			add(field+".kind", "%s has no records of kind %q that become assets", info.Title, l.Kind)
		}
		if l.Existing == "" && strings.TrimSpace(l.Name) == "" {
			add(field+".name", "is empty (give it a name)")
		}
	}
	for kind, key := range setup.Defaults {
		if !has(key) {
			add("defaults."+string(kind), "no layout of the setup has the key %q", key)
		}
	}
	for _, r := range setup.Rules {
		if !r.Skip && !has(string(r.Layout)) {
			add(fmt.Sprintf("rules[%q].then.layout", r.ID), "no layout of the setup has the key %q (remove the rule too)", r.Layout)
		}
	}
	checkWanted(info, setup, add)
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b connector.Problem) int { return strings.Compare(a.Field, b.Field) })
		return &SettingsError{Problems: problems}
	}
	return nil
}

// layoutHere returns the layout here that is meant: the one named by its id, or
// an active one of the name.
func layoutHere(here map[store.LayoutID]store.Layout, wanted SetupLayout) (store.Layout, bool) {
	if wanted.Existing != "" {
		layout, found := here[wanted.Existing]
		return layout, found
	}
	var found []store.Layout
	for _, layout := range here {
		if !layout.Inactive && sameType(layout.Name, wanted.Name) {
			found = append(found, layout)
		}
	}
	if len(found) == 0 {
		return store.Layout{}, false
	}
	return slices.MinFunc(found, func(a, b store.Layout) int { return strings.Compare(string(a.ID), string(b.ID)) }), true
}

// journalLayouts notes who had which layouts made.
func (e *Engine) journalLayouts(ctx context.Context, req CreateLayoutsRequest, names []string) error {
	if len(names) == 0 {
		return nil
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return w.AppendJournal(store.JournalEntry{
			At: now(), By: req.By, Integration: req.Setup.Integration, Event: string(OpCreateLayouts),
			Reason: reason(ReasonLayoutsMade, "layouts", strings.Join(names, ", ")),
		})
	})
}
