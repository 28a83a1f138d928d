package restplatform

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// layoutRecord is a layout as the API shows it.
type layoutRecord struct {
	ID     int64         `json:"id"`
	Name   string        `json:"name"`
	Active bool          `json:"active"`
	Fields []fieldRecord `json:"fields"`
}

// fieldRecord is a field of a layout. Its id stays, its label doesn't.
type fieldRecord struct {
	ID       int64  `json:"id"`
	Label    string `json:"label"`
	Kind     string `json:"field_type"`
	Required bool   `json:"required"`
	Position int    `json:"position"`
	ListID   int64  `json:"list_id"`
}

func (r layoutRecord) identity() int64 { return r.ID }

func (f fieldRecord) fieldID() store.FieldID { return formatID[store.FieldID](f.ID) }

// known reports whether dovetail knows the field's type. One that it doesn't is
// left out of everything.
func (f fieldRecord) known() bool { return fieldType(f.Kind) != "" }

// fits reports whether a value has the form of the field's type.
func (f fieldRecord) fits(v connector.Value) bool {
	return store.Field{Type: fieldType(f.Kind)}.Fits(v)
}

// byID returns the field with an id.
func (r layoutRecord) byID(id store.FieldID) (fieldRecord, bool) {
	for _, f := range r.Fields {
		if f.known() && f.fieldID() == id {
			return f, true
		}
	}
	return fieldRecord{}, false
}

// listRecord is a list that fields take their options from.
type listRecord struct {
	ID    int64 `json:"id"`
	Items []struct {
		Name string `json:"name"`
	} `json:"list_items"`
}

func (r listRecord) identity() int64 { return r.ID }

func (r listRecord) options() []string {
	var names []string
	for _, item := range r.Items {
		names = append(names, item.Name)
	}
	return names
}

// layout is the layout in dovetail's form, its fields as people see them.
func (r layoutRecord) layout(lists map[int64]listRecord) store.Layout {
	l := store.Layout{ID: formatID[store.LayoutID](r.ID), Name: connector.CleanText(r.Name), Inactive: !r.Active}
	fields := slices.SortedFunc(slices.Values(r.Fields), func(a, b fieldRecord) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	for _, f := range fields {
		if f.known() {
			l.Fields = append(l.Fields, store.Field{
				ID: f.fieldID(), Name: f.Label, Type: fieldType(f.Kind), Required: f.Required, Options: lists[f.ListID].options(),
			})
		}
	}
	return l
}

// Layouts implements store.Layouts.
func (d *Documents) Layouts(ctx context.Context) iter.Seq2[store.Layout, error] {
	return func(yield func(store.Layout, error) bool) {
		const op = "list layouts"
		lists, err := d.lists(ctx, op)
		if err != nil {
			yield(store.Layout{}, err)
			return
		}
		for r, err := range everything[layoutRecord](ctx, d, request{op: op, path: "/asset_layouts"}, "asset_layouts") {
			if err != nil {
				yield(store.Layout{}, err)
				return
			}
			if !yield(r.layout(lists), nil) {
				return
			}
		}
	}
}

// lists returns all lists. They come bare, and not by pages.
func (d *Documents) lists(ctx context.Context, op string) (map[int64]listRecord, error) {
	q := request{op: op, method: http.MethodGet, path: "/lists"}
	body, err := d.do(ctx, q)
	if err != nil {
		return nil, listError(err)
	}
	var records []listRecord
	if err := json.Unmarshal(body, &records); err != nil {
		return nil, notJSON(q, err)
	}
	if records == nil {
		return nil, fmt.Errorf("restplatform: %s: the answer to %s %s is no list", op, q.method, q.path)
	}
	lists := make(map[int64]listRecord, len(records))
	for _, r := range records {
		lists[r.ID] = r
	}
	return lists, nil
}

// readLayout reads one layout.
func (d *Documents) readLayout(ctx context.Context, op string, id store.LayoutID) (layoutRecord, error) {
	if _, ok := parseID(id); !ok {
		return layoutRecord{}, notFound(op)
	}
	return one[layoutRecord](ctx, d, request{op: op, path: "/asset_layouts/" + string(id)}, "asset_layout")
}

// openLayout returns a layout that assets can be made of.
func (d *Documents) openLayout(ctx context.Context, op string, id store.LayoutID) (layoutRecord, error) {
	r, err := d.readLayout(ctx, op, id)
	switch {
	case isNotFound(err):
		return r, refuse(op, "layout %q isn't there", id)
	case err != nil:
		return r, before(err)
	case !r.Active:
		return r, refuse(op, "layout %q is inactive", id) // the platform would take it
	}
	return r, nil
}

// CreateLayout implements store.Layouts. The lists of its fields are made
// first, and found again when the layout is tried a second time.
func (d *Documents) CreateLayout(ctx context.Context, l store.NewLayout, _ store.Intent) (store.Layout, error) {
	const op = "create layout"
	name, err := cleanName(op, l.Name)
	if err != nil {
		return store.Layout{}, err
	}
	fields, err := fieldBodies(op, l.Fields)
	if err != nil {
		return store.Layout{}, err
	}
	lists, err := d.lists(ctx, op)
	if err != nil {
		return store.Layout{}, before(err)
	}
	for i, f := range l.Fields {
		if f.Type != store.FieldList {
			continue
		}
		list, err := d.listWith(ctx, op, lists, f)
		if err != nil {
			return store.Layout{}, before(err) // a list alone is no layout
		}
		lists[list.ID] = list
		fields[i]["list_id"] = list.ID
	}
	body := map[string]any{"asset_layout": map[string]any{
		"name": name, "icon": "fas fa-circle", "color": "#4a5568", "icon_color": "#ffffff", "fields": fields,
	}}
	r, err := write[layoutRecord](ctx, d, request{op: op, method: http.MethodPost, path: "/asset_layouts", body: body}, "asset_layout")
	if err != nil {
		return store.Layout{}, err
	}
	return r.layout(lists), nil
}

func fieldBodies(op string, fields []store.Field) ([]map[string]any, error) {
	bodies := make([]map[string]any, len(fields))
	for i, f := range fields {
		label, err := cleanName(op, f.Name)
		if err != nil {
			return nil, fmt.Errorf("field %d: %w", i+1, err)
		}
		if _, known := kinds[f.Type]; !known {
			return nil, refuse(op, "field %q: the platform has no type %q", f.Name, f.Type)
		}
		bodies[i] = map[string]any{"label": label, "field_type": kinds[f.Type], "required": f.Required, "position": i + 1}
	}
	return bodies, nil
}

// listWith returns a list with a field's options. There may be one already.
func (d *Documents) listWith(ctx context.Context, op string, lists map[int64]listRecord, f store.Field) (listRecord, error) {
	options := make([]string, len(f.Options))
	items := make([]map[string]string, len(f.Options))
	for i, option := range f.Options {
		options[i] = strings.TrimSpace(connector.CleanText(option))
		items[i] = map[string]string{"name": options[i]}
	}
	for _, list := range lists {
		if slices.Equal(list.options(), options) {
			return list, nil
		}
	}
	body := map[string]any{"list": map[string]any{"name": f.Name, "list_items_attributes": items}}
	return write[listRecord](ctx, d, request{op: op, method: http.MethodPost, path: "/lists", body: body}, "list")
}
