package restplatform

import (
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// key is how a write names a field: its label in snake case.
func (f fieldRecord) key() string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(f.Label)), " ", "_")
}

// customFields are values as the API takes them: an array of objects with one
// key each. It returns the credentials among them too.
func (r layoutRecord) customFields(op string, values store.Values) (fields []map[string]any, secrets []string, err error) {
	fields = []map[string]any{}
	for id, value := range values {
		f, ok := r.byID(id)
		switch {
		case !ok:
			return nil, nil, refuse(op, "layout %d has no field %q", r.ID, id)
		case !f.fits(value):
			return nil, nil, refuse(op, "a value of kind %s doesn't fit field %q of type %q", value.Kind(), f.Label, f.Kind)
		case r.ambiguous(f):
			return nil, nil, refuse(op, "layout %d has another field that is called %q (rename one)", r.ID, f.Label)
		}
		sent, ok := formatValue(f.Kind, value)
		if !ok {
			return nil, nil, refuse(op, "field %q names an asset that isn't there", f.Label)
		}
		if f.Kind == "Password" && !value.IsBlank() {
			secrets = append(secrets, value.String(), strings.TrimSpace(value.String()))
		}
		fields = append(fields, map[string]any{f.key(): sent})
	}
	return fields, secrets, nil
}

// ambiguous reports whether the platform could take another field for f.
func (r layoutRecord) ambiguous(f fieldRecord) bool {
	for _, other := range r.Fields {
		if other.ID != f.ID && other.key() == f.key() {
			return true
		}
	}
	return false
}

// checkRequired refuses values without one that is required, as far as the
// fields count. The platform checks that only for new assets.
func (r layoutRecord) checkRequired(op string, values store.Values, counts func(store.FieldID) bool) error {
	for _, f := range r.Fields {
		if f.Required && f.known() && counts(f.fieldID()) && blank(f.Kind, values[f.fieldID()]) {
			return refuse(op, "field %q is required", f.Label)
		}
	}
	return nil
}

// blank reports whether a value leaves a field of a kind blank.
func blank(kind string, v connector.Value) bool {
	sent, ok := formatValue(kind, v)
	return ok && sent == nil
}
