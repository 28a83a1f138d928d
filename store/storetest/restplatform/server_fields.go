package restplatform

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	// maxText is how many bytes a field can have.
	maxText = 65535
	// maxDigits is how many digits a number can have.
	maxDigits = 15
)

// snake is a label as a key of custom_fields.
func snake(label string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(label)), " ", "_")
}

// writeFields takes over custom fields: an array of objects with one key each.
// It returns why it can't.
func (s *Server) writeFields(a *asset, given json.RawMessage) string {
	if len(given) == 0 {
		return ""
	}
	var entries []map[string]json.RawMessage
	if err := json.Unmarshal(given, &entries); err != nil {
		return "custom_fields must be an array of objects."
	}
	l := s.state.layouts[a.layout]
	for _, entry := range entries {
		if len(entry) != 1 {
			return "each of custom_fields must have one key."
		}
		for label, raw := range entry {
			f, known := l.field(label)
			if !known {
				return "Invalid field names: " + label
			}
			value, ok := s.tidyValue(f, raw)
			if !ok {
				return "Invalid value for " + f.label + ": " + string(raw) // which may be a password
			}
			if value.IsAbsent() {
				delete(a.values, f.id)
			} else {
				a.values[f.id] = value
			}
		}
	}
	return ""
}

// tidyValue reads a value as the platform keeps it.
func (s *Server) tidyValue(f field, raw json.RawMessage) (connector.Value, bool) {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" || string(raw) == `""` || string(raw) == "[]" {
		return connector.Value{}, true
	}
	switch f.kind {
	case "AddressData":
		return tidyAddress(raw)
	case "AssetTag":
		return s.tidyLinks(raw)
	case "ListSelect":
		return s.tidyItems(s.state.lists[f.list], raw)
	case "Heading":
		return connector.Value{}, true
	}
	text := strings.TrimSpace(strings.Trim(string(raw), `"`))
	if raw[0] == '"' && json.Unmarshal(raw, &text) != nil || raw[0] == '[' || raw[0] == '{' || len(text) > maxText {
		return connector.Value{}, false
	}
	return tidyText(f.kind, strings.TrimSpace(text))
}

// tidyText reads a value of a kind that is written as text or as a number.
func tidyText(kind, text string) (connector.Value, bool) {
	switch kind {
	case "Number":
		n, err := connector.Decimal(text)
		return n, err == nil && len(strings.Trim(n.String(), "-")) <= maxDigits
	case "CheckBox":
		return connector.Bool(text == "true"), text == "true" || text == "false"
	case "Date":
		for _, form := range []string{"2006/01/02", "2006-01-02", "01/02/2006"} {
			if day, err := time.Parse(form, text); err == nil {
				return connector.Instant(day), true
			}
		}
		return connector.Value{}, false
	case "RichText":
		return connector.Text(tidyHTML(text)), true
	case "Website":
		return connector.Text(withScheme(text)), true
	case "Email":
		return connector.Text(strings.ToLower(text)), true
	default:
		return connector.Text(text), true
	}
}

// tidyHTML is formatted text as the platform's editor would have written it.
func tidyHTML(text string) string {
	text = strings.NewReplacer("<b>", "<strong>", "</b>", "</strong>", "<i>", "<em>", "</i>", "</em>").Replace(text)
	if !strings.HasPrefix(text, "<") && text != "" {
		text = "<p>" + text + "</p>"
	}
	return text
}

// addressNames are the API's names of an address's parts, in the order of
// store.Address.
func addressNames() []string {
	return []string{"address_line_1", "address_line_2", "city", "state", "zip", "country_name"}
}

func tidyAddress(raw json.RawMessage) (connector.Value, bool) {
	var parts map[string]*string
	if json.Unmarshal(raw, &parts) != nil {
		return connector.Value{}, false
	}
	lines := make([]string, len(addressNames()))
	for i, name := range addressNames() {
		if part := parts[name]; part != nil {
			lines[i] = *part
		}
	}
	a := store.Address{Street: lines[0], Street2: lines[1], City: lines[2], State: lines[3], Postcode: lines[4], Country: lines[5]}
	return a.Value(), true
}

func (s *Server) tidyLinks(raw json.RawMessage) (connector.Value, bool) {
	var ids []int
	if json.Unmarshal(raw, &ids) != nil {
		return connector.Value{}, false
	}
	var links []store.AssetID
	for _, id := range ids {
		if s.state.assets[id] == nil {
			return connector.Value{}, false
		}
		links = append(links, store.AssetID(strconv.Itoa(id)))
	}
	return store.AssetLinks(links...), true
}

func (s *Server) tidyItems(l *list, raw json.RawMessage) (connector.Value, bool) {
	var names []string
	if json.Unmarshal(raw, &names) != nil {
		return connector.Value{}, false
	}
	for i, name := range names {
		if names[i] = strings.TrimSpace(name); !l.has(names[i]) {
			return connector.Value{}, false
		}
	}
	return connector.Texts(names...), true
}

func (l *list) has(name string) bool { return slices.Contains(l.items, name) }

// renderValue shows a value. Some come in one of two forms.
func (s *Server) renderValue(f field, value connector.Value) any {
	if value.IsAbsent() {
		return nil
	}
	if t := fieldType(f.kind); t != "" && !(store.Field{Type: t}).Fits(value) {
		return value.String() // as people left it, before the field had its type
	}
	switch f.kind {
	case "Number":
		return eitherForm(s.rnd, json.Number(value.String()), value.String())
	case "CheckBox":
		ticked, _ := value.AsBool()
		return eitherForm(s.rnd, ticked, strconv.FormatBool(ticked))
	case "Date":
		at, _ := value.AsInstant()
		return at.Format("2006/01/02")
	case "AddressData":
		a, _ := store.AddressOf(value)
		parts := object{}
		for i, part := range []string{a.Street, a.Street2, a.City, a.State, a.Postcode, a.Country} {
			parts[addressNames()[i]] = orNull(part)
		}
		return parts
	case "AssetTag":
		ids := []int{}
		for _, item := range value.Items() {
			ids = append(ids, number(item.String()))
		}
		return ids
	case "ListSelect":
		names := []string{}
		for _, item := range value.Items() {
			names = append(names, item.String())
		}
		return names
	default:
		return value.String()
	}
}

func eitherForm(rnd *rand.Rand, a, b any) any {
	if rnd.IntN(2) == 0 {
		return a
	}
	return b
}
