package syncro

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
)

// customPoints collects the data points of custom fields, each name once:
// several asset types may have a field of one name.
type customPoints struct {
	found []connector.DataPoint
	// places are the points' places in found, by name.
	places map[string]int
	// untyped are the points of which no value was seen yet. Whatever the
	// settings call their type, values come as text until one is seen that isn't.
	untyped map[string]bool
}

// add notes a custom field and, if it was seen, a value of it.
func (c *customPoints) add(field string, seen connector.Value) {
	if strings.TrimSpace(field) == "" {
		return
	}
	point := propertyPrefix + field
	at, known := c.places[point]
	if !known {
		c.found = append(c.found, connector.DataPoint{Name: point, Title: strings.TrimSpace(field), Type: connector.KindText})
		at = len(c.found) - 1
		if c.untyped == nil {
			c.untyped, c.places = make(map[string]bool), make(map[string]int)
		}
		c.untyped[point], c.places[point] = true, at
	}
	if seen.IsAbsent() {
		return
	}
	of := &c.found[at]
	kind := kindOf(seen)
	switch {
	case c.untyped[point]:
		of.Type = kind
		delete(c.untyped, point)
	case of.Type != kind:
		of.Type = connector.KindText // of several kinds
	}
	of.List = of.List || seen.Kind() == connector.KindList
}

// addRecord notes the custom fields of a record, in the order of their names.
func (c *customPoints) addRecord(r connector.Record) {
	var names []string
	for name := range r.Fields {
		if strings.HasPrefix(name, propertyPrefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.add(strings.TrimPrefix(name, propertyPrefix), r.Fields[name])
	}
}

// kindOf returns the kind of a value, or that of all items of a list. Items of
// several kinds are text.
func kindOf(v connector.Value) connector.ValueKind {
	kind := v.Item(0).Kind()
	for i := range v.Len() {
		if v.Item(i).Kind() != kind {
			return connector.KindText
		}
	}
	return kind
}
