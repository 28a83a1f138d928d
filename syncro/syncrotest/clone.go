package syncrotest

import (
	"encoding/json"
	"slices"
)

// Rows are never changed once stored: a change stores a new one. So a row can
// be read without a lock, and a copy is needed only at the exported surface.

func (c Customer) clone() Customer {
	c.Properties = cloneProperties(c.Properties)
	c.Tags = slices.Clone(c.Tags)
	c.Phones = slices.Clone(c.Phones)
	c.Sites = slices.Clone(c.Sites)
	return c
}

func (c Contact) clone() Contact {
	c.Properties = cloneProperties(c.Properties)
	return c
}

func (a Asset) clone() Asset {
	a.Properties = cloneProperties(a.Properties)
	a.Agent = a.Agent.clone()
	if a.Site != nil {
		site := *a.Site
		a.Site = &site
	}
	return a
}

// cloneProperties never returns nil, so that an update function can assign to
// the map.
func cloneProperties(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = cloneValue(v)
	}
	return out
}

// cloneValue copies what JSON decodes to. Any other type is kept as the JSON
// it encodes to, or as null where it doesn't encode.
func cloneValue(v any) any {
	switch v := v.(type) {
	case nil, bool, string, float64, int, int64, json.Number:
		return v
	case map[string]any:
		return cloneProperties(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = cloneValue(v[i])
		}
		return out
	case []string:
		return slices.Clone(v)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return json.RawMessage(raw)
}
