package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// titleOf is what people call a data point that nobody declares: its name
// without what the connector puts before it, as in "properties.Rack".
func titleOf(name string) string {
	if _, title, ok := strings.Cut(name, "."); ok && strings.TrimSpace(title) != "" {
		return strings.TrimSpace(title)
	}
	return strings.TrimSpace(name)
}

// spread says of each data point that was seen where the records go that have
// it, by the setup's own rules.
func (e *Engine) spread(ctx context.Context, info connector.Info, setup *Setup) error {
	rules, err := sortrules.New(setup.Rules, info.Kinds)
	if err != nil {
		return err
	}
	of := make(map[connector.Kind]map[string]map[string]int)
	for _, p := range setup.Seen {
		if of[p.Kind] == nil {
			of[p.Kind] = make(map[string]map[string]int)
		}
		of[p.Kind][p.Name] = make(map[string]int)
	}
	for _, kind := range slices.Sorted(maps.Keys(of)) {
		err := e.eachSeen(ctx, setup.Integration, kind, func(row store.MirrorRow, fields connector.Fields) {
			placed := rules.Place(subjectOf(row, fields, ""))
			if placed.Outcome == sortrules.Skip {
				return
			}
			key := cmp.Or(string(placed.Layout), setup.Defaults[kind])
			for name, value := range fields {
				if in, seen := of[kind][name]; seen && !value.IsBlank() {
					in[key]++
				}
			}
		})
		if err != nil {
			return err
		}
	}
	for i, p := range setup.Seen {
		in := of[p.Kind][p.Name]
		setup.Seen[i].Layouts = slices.SortedFunc(maps.Keys(in), func(a, b string) int { return cmp.Or(cmp.Compare(in[b], in[a]), cmp.Compare(a, b)) })
	}
	return nil
}

// wanted returns the data points that a person asks for in a layout, completed
// from what the connector declares.
func (s Setup) wanted(kind connector.KindInfo, l SetupLayout) []SeenPoint {
	var wanted []SeenPoint
	for _, p := range s.Seen {
		twice := slices.ContainsFunc(wanted, func(other SeenPoint) bool { return other.Name == p.Name })
		if !p.Wanted || twice || p.Kind != l.Kind || len(p.Layouts) > 0 && !slices.Contains(p.Layouts, l.Key) {
			continue
		}
		title, typ := titleOf(p.Name), store.FieldText
		if declared, ok := kind.DataPoint(p.Name); ok {
			title, typ = cmp.Or(declared.Title, title), fieldTypeOf(declared)
		}
		p.Title, p.Type = cmp.Or(strings.TrimSpace(p.Title), title), cmp.Or(p.Type, typ)
		wanted = append(wanted, p)
	}
	return wanted
}

// withWanted returns the fields of a layout to be made with those for the data
// points that are wanted and that feed none yet, before the one for notes.
func withWanted(kind connector.KindInfo, fields []store.Field, wanted []SeenPoint) []store.Field {
	fields = slices.Clone(fields)
	for _, p := range wanted {
		if feedsField(ConnectFields(kind, store.Layout{Fields: fields}), p.Name) {
			continue
		}
		name := p.Title
		taken := func(f store.Field) bool { return sameType(f.Name, name) }
		if slices.ContainsFunc(fields, taken) {
			name = p.Name
		}
		if slices.ContainsFunc(fields, taken) {
			continue
		}
		at := len(fields)
		if at > 0 && sameType(fields[at-1].Name, notesField) {
			at--
		}
		fields = slices.Insert(fields, at, store.Field{Name: name, Type: p.Type})
	}
	return fields
}

// feedsField reports whether a data point feeds any of the fields.
func feedsField(connected []store.ConnectedField, point string) bool {
	return slices.ContainsFunc(connected, func(c store.ConnectedField) bool { return slices.Contains(c.Sources, point) })
}

// connectWanted adds connected fields for the data points that are wanted: for
// each the field that is called like it and that nothing feeds yet.
func connectWanted(connected []store.ConnectedField, kind connector.Kind, layout store.Layout, wanted []SeenPoint) []store.ConnectedField {
	for _, p := range wanted {
		if feedsField(connected, p.Name) {
			continue
		}
		for _, name := range []string{p.Title, p.Name} {
			at := slices.IndexFunc(layout.Fields, func(f store.Field) bool {
				fed := slices.ContainsFunc(connected, func(c store.ConnectedField) bool { return c.Field == f.ID })
				return sameType(f.Name, name) && !sameType(f.Name, notesField) && feedable(f.Type) && !fed
			})
			if at >= 0 {
				connected = append(connected, store.ConnectedField{Kind: kind, Layout: layout.ID, Field: layout.Fields[at].ID, Sources: []string{p.Name}})
				break
			}
		}
	}
	return connected
}

// checkWanted returns what is wrong with the data points that a person asks for.
func checkWanted(info connector.Info, setup Setup, add func(field, format string, args ...any)) {
	for i, p := range setup.Seen {
		if !p.Wanted {
			continue
		}
		field := fmt.Sprintf("seen[%d]", i)
		kind, known := info.Kind(p.Kind)
		if !known || kind.Kind == info.Container {
			add(field+".kind", "%s has no records of kind %q that become assets", info.Title, p.Kind)
		}
		if strings.TrimSpace(p.Name) == "" {
			add(field+".name", "is empty (name a data point)")
		}
		if declared, _ := kind.DataPoint(p.Name); declared.Secret {
			add(field+".name", "%q is a credential and gets no field", p.Name)
		}
		if p.Type != "" && (!slices.Contains(store.FieldTypes(), p.Type) || !feedable(p.Type) || p.Type == store.FieldList) {
			add(field+".type", "a field of type %.40q can't be made for a data point (leave it empty for text)", string(p.Type))
		}
		for _, key := range p.Layouts {
			if !slices.ContainsFunc(setup.Layouts, func(l SetupLayout) bool { return l.Key == key }) {
				add(field+".layouts", "no layout of the setup has the key %q", key)
			}
		}
	}
}
