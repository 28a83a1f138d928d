package syncro

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// property is one custom field of a record, its value as it came. A list and no
// struct, because there are names that differ only by case ("Notes" and "notes").
type property struct {
	propertyName
	raw []byte
}

// propertyName is what is known of a custom field by its name.
type propertyName struct {
	// name is the name itself, point that of its data point.
	name, point string
	// secret says that the value looks like a credential by the name.
	secret bool
}

// propertyPrefix begins the names of the data points of custom fields.
const propertyPrefix = "properties."

// maxNames bounds how many names are remembered for an answer.
const maxNames = 10_000

// properties reads the custom fields of a record into found, where they stay
// until the next record is read. Some servers write an empty list for an empty
// object.
func (d *rows) properties() {
	d.found = d.found[:0]
	const odd = "found something else where the custom fields belong"
	switch d.in.peek() {
	case 'n':
	case '{':
	case '[':
		for d.in.isList(); d.in.item(); d.in.skip() {
			d.in.strange(odd)
		}
		return
	default:
		d.in.strange(odd)
	}
	if !d.in.isObject() {
		return
	}
	for d.in.field() {
		named := d.nameOf(d.in.name)
		d.found = append(d.found, property{named, d.in.skip()})
	}
}

func (d *rows) nameOf(raw []byte) propertyName {
	if known, ok := d.names[string(raw)]; ok {
		return known
	}
	key := connector.CleanText(string(raw))
	named := propertyName{name: key, point: propertyPrefix + key, secret: looksSecret(key)}
	if len(d.names) < maxNames {
		d.names[string(raw)] = named
	}
	return named
}

// raw returns a property as it came, or nil. Of two with one name the later
// holds, as everywhere in JSON.
func (d *rows) raw(name string) []byte {
	for _, p := range slices.Backward(d.found) {
		if p.name == name {
			return p.raw
		}
	}
	return nil
}

// property returns the text of a property. What isn't a text, number or bool is
// empty.
func (d *rows) property(name string) text { return textOf(d.raw(name)) }

func textOf(raw []byte) text {
	if raw == nil {
		return ""
	}
	in := input{data: raw}
	return in.anyText()
}

// named returns the first property whose name is one of names, whatever its
// case, and whose value isn't blank. Names are tried in order.
func (d *rows) named(names ...string) text {
	for _, wanted := range names {
		best, found := "", text("")
		for _, p := range d.found {
			if !strings.EqualFold(strings.TrimSpace(p.name), wanted) {
				continue
			}
			if t := textOf(p.raw); t.trim() != "" && !showsSecret(string(t)) && (found == "" || p.name <= best) {
				best, found = p.name, t
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

// custom sets a data point for each property but those that except reports,
// those that look like a credential or show one, and objects, whose meaning isn't known.
func (d *rows) custom(f fields, except func(key string) bool) {
	for _, p := range d.found {
		if p.secret || except != nil && except(p.name) {
			continue
		}
		in := input{data: p.raw}
		f.set(p.point, in.value())
	}
}
