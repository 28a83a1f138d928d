package dovetail

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// translation finds on this platform what a document from another one names.
// Names count, and ids only among things of one name: on a platform that numbers
// its layouts another one may well have the same number.
type translation struct {
	doc      Transfer
	layouts  map[store.LayoutID]store.Layout
	found    map[store.LayoutID]store.Layout
	problems []connector.Problem
}

func newTranslation(doc Transfer, layouts map[store.LayoutID]store.Layout) *translation {
	return &translation{doc: doc, layouts: layouts, found: make(map[store.LayoutID]store.Layout)}
}

// settings returns the document's settings with the ids of this platform, or all
// that it has no counterpart for.
func (t *translation) settings() (Settings, error) {
	settings, err := asEdited(t.doc.Settings.Clone())
	if err != nil {
		return Settings{}, &SettingsError{Problems: []connector.Problem{{Field: "rules", Text: err.Error()}}}
	}
	for _, kind := range slices.Sorted(maps.Keys(settings.DefaultLayouts)) {
		settings.DefaultLayouts[kind] = t.layout("default_layouts."+string(kind), settings.DefaultLayouts[kind])
	}
	for i, rule := range settings.Rules {
		if rule.Layout != "" {
			settings.Rules[i].Layout = t.layout(fmt.Sprintf("rules[%d].layout", i), rule.Layout)
		}
	}
	for i, c := range settings.Connected {
		at := fmt.Sprintf("connected[%d]", i)
		settings.Connected[i].Layout = t.layout(at+".layout", c.Layout)
		settings.Connected[i].Field = t.field(at+".field", c.Layout, c.Field)
	}
	if len(t.problems) > 0 {
		return Settings{}, &SettingsError{Problems: t.problems}
	}
	return settings, nil
}

func (t *translation) problem(at, format string, args ...any) {
	t.problems = append(t.problems, connector.Problem{Field: at, Text: fmt.Sprintf(format, args...)})
}

// layout returns the layout here that an id in the document means.
func (t *translation) layout(at string, id store.LayoutID) store.LayoutID {
	if l, ok := t.found[id]; ok {
		return l.ID
	}
	named, ok := t.doc.Layouts[id]
	if !ok || named.Name == "" {
		t.problem(at, "the document doesn't say what layout %q is (name it under layouts)", id)
		return ""
	}
	l, n := onlyNamed(t.layouts, id, named.Name, func(l store.Layout) string { return l.Name })
	if n != 1 {
		t.problem(at, "%s (%s)", counted(n, "layout", named.Name), "make one, or change the name under layouts")
		return ""
	}
	t.found[id] = l
	return l.ID
}

// field returns the field here that an id in the document means.
func (t *translation) field(at string, layout store.LayoutID, id store.FieldID) store.FieldID {
	l, ok := t.found[layout]
	if !ok {
		return "" // its layout is the problem
	}
	name := t.doc.Layouts[layout].Fields[id]
	if name == "" {
		t.problem(at, "the document doesn't say what field %q of layout %q is (name it under layouts)", id, l.Name)
		return ""
	}
	fields := make(map[store.FieldID]store.Field, len(l.Fields))
	for _, f := range l.Fields {
		fields[f.ID] = f
	}
	f, n := onlyNamed(fields, id, name, func(f store.Field) string { return f.Name })
	if n != 1 {
		t.problem(at, "in layout %q %s (%s)", l.Name, counted(n, "field", name), "make one, or change the name under layouts")
	}
	return f.ID
}

// onlyNamed returns a thing of a name, and how many have it. Of several it is the
// one that also has the id, and then the only one.
func onlyNamed[K ~string, T any](all map[K]T, id K, name string, nameOf func(T) string) (only T, n int) {
	same := func(thing T) bool { return strings.TrimSpace(nameOf(thing)) == strings.TrimSpace(name) }
	if thing, ok := all[id]; ok && same(thing) {
		return thing, 1
	}
	for _, thing := range all {
		if same(thing) {
			only = thing
			n++
		}
	}
	return only, n
}

// counted says how many things have a name that one thing should have.
func counted(n int, what, name string) string {
	if n == 0 {
		return fmt.Sprintf("no %s is called %q here", what, name)
	}
	return fmt.Sprintf("more than one %s is called %q here", what, name)
}
