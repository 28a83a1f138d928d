package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// feed returns the values to be written to the fields that the record feeds.
// What a person wrote is left alone: a blank is filled, a value that the card
// wrote itself is brought up to date.
func (c *companyPlan) feed(cand candidate, asset store.Asset, wrote map[store.FieldID]store.Written) []store.FieldChange {
	var set []store.FieldChange
	layout := c.layouts[asset.Layout]
	for _, field := range layout.Fields {
		to, ok := c.desired(cand, layout.ID, field)
		if !ok {
			continue
		}
		from := asset.Values[field.ID]
		before, ours := wrote[field.ID]
		switch {
		case from.Equal(to), ours && before.Sent.Equal(to) && before.Value.Equal(from):
			continue
		case !from.IsBlank() && (!ours || !before.Value.Equal(from)):
			continue
		}
		set = append(set, store.FieldChange{Field: field.ID, From: from, To: to})
	}
	return set
}

// desired returns the value that the record has for a field: that of the first
// source that isn't blank and fits.
func (c *companyPlan) desired(cand candidate, layout store.LayoutID, field store.Field) (connector.Value, bool) {
	for _, connected := range c.settings.Connected {
		if connected.Kind != cand.kind.Kind || connected.Layout != layout || connected.Field != field.ID {
			continue
		}
		for _, source := range connected.Sources {
			if value := cand.fields[source]; !value.IsBlank() {
				return convert(value, field)
			}
		}
	}
	return connector.Value{}, false
}
