package dovetail

import (
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// rename returns the asset's new name, or an empty text: the name follows the
// upstream where that is wanted and nobody here renamed the asset.
func (c *companyPlan) rename(cand candidate, card store.Card, asset store.Asset) string {
	if card.Origin != store.OriginCreated {
		return ""
	}
	w := c.weighName(cand, card, asset)
	c.weighed(cand, asset, w)
	if w.state != FieldFollows {
		return ""
	}
	return cand.name()
}

// weighName decides about the name of an asset that dovetail made. A name that a
// person gave stays; it is listed, and a person can let the upstream's take its
// place.
func (c *companyPlan) weighName(cand candidate, card store.Card, asset store.Asset) weighedField {
	w := weighedField{
		feed: fieldFeed{Field: store.Field{ID: store.NameField, Name: "Name", Type: store.FieldText}},
		from: connector.Text(asset.Name), to: connector.Text(cand.name()),
	}
	before, ours := card.Wrote[store.NameField]
	intact := ours && before.Value.Equal(w.from)
	switch {
	case w.from.Equal(w.to):
		if w.state = FieldAgrees; intact {
			w.state = FieldFed
		}
	case c.pins[asset.ID][store.NameField]:
		w.state = FieldPinned
	case intact && before.Sent.Equal(w.to):
		w.state = FieldFed
	case intact && before.Sent.IsAbsent():
		w.state = FieldFollows // a person asked for it
	case !c.settings.AutoUpdateNames:
		w.state = FieldKept
	case intact:
		w.state = FieldFollows
	default:
		w.state = FieldReported
	}
	return w
}

// was is the name that a new one takes the place of.
func was(name string, asset store.Asset) string {
	if name == "" {
		return ""
	}
	return asset.Name
}
