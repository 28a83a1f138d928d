package dovetail

import (
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// feed returns the values to be written to the fields that the record feeds,
// and plans the pins that a person's values get. wrote is what the record's card
// has written to the asset.
func (c *companyPlan) feed(cand candidate, asset store.Asset, wrote map[store.FieldID]store.Written) []store.FieldChange {
	var set, pins []store.FieldChange
	if c.silent[cand.row.ID] {
		return nil
	}
	for _, feed := range c.feedsOf(cand, asset.Layout) {
		w := c.weigh(cand, asset, wrote, feed)
		c.weighed(cand, asset, w)
		change := store.FieldChange{Field: feed.ID, From: w.from, To: w.to, Digest: feed.Type == store.FieldConfidential}
		switch {
		case w.state == FieldPinning:
			change.To = change.From
			pins = append(pins, change)
		case w.state.writes():
			set = append(set, change)
			if change.Digest && w.person {
				c.keepPerson(asset, feed.ID)
			}
			c.claim(asset.ID, feed.ID, cand.row.ID)
		}
	}
	c.pin(cand, asset, pins)
	return set
}

// keepPerson notes a confidential value of a person's that is to be kept.
func (c *companyPlan) keepPerson(asset store.Asset, field store.FieldID) {
	if c.persons == nil {
		c.persons = make(map[claimKey]connector.Value)
	}
	c.persons[claimKey{asset.ID, field}] = asset.Values[field]
}

// pin plans that values of a person's are pinned.
func (c *companyPlan) pin(cand candidate, asset store.Asset, pins []store.FieldChange) {
	if len(pins) == 0 {
		return
	}
	c.change(store.Change{
		Action: store.ActionPin, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: asset.Company, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Set: pins, Reason: reason(ReasonEditedHere),
	})
}

// weighedField is what was decided about one field. The values of a confidential
// field are digests.
type weighedField struct {
	feed     fieldFeed
	state    FieldState
	from, to connector.Value
	// person says that from is a person's value, and not what dovetail wrote.
	person bool
}

// weigh decides about one field that the record feeds.
func (c *companyPlan) weigh(cand candidate, asset store.Asset, wrote map[store.FieldID]store.Written, feed fieldFeed) weighedField {
	w := weighedField{feed: feed, from: asset.Values[feed.ID]}
	var fits bool
	w.to, _, fits = feed.value(cand.fields, c.secrets[cand.row.ID])
	same := sameValue(w.from, w.to, feed.Field)
	if feed.Type == store.FieldConfidential {
		w.from, w.to = c.digests.of(w.from), c.digests.of(w.to)
	}
	before, ours := c.writtenHere(cand.row.ID, asset.ID, wrote, feed.ID, w.from)
	intact := ours && before.Value.Equal(w.from) // it is what dovetail wrote
	w.person = !w.from.IsBlank() && (!intact || before.Sent.IsAbsent())
	switch {
	case c.fedByAnother(cand.row.ID, asset, wrote, feed.ID):
		if w.state = FieldOther; same {
			w.state = FieldAgrees
		}
	case c.pins[asset.ID][feed.ID]:
		if w.state = FieldPinned; same {
			w.state = FieldAgrees
		}
	case !fits, c.sealed[cand.row.ID] && feed.Type == store.FieldConfidential:
		w.state = FieldUnfit
	case w.to.IsBlank():
		w.to = connector.Value{}
		if w.state = FieldSilent; feed.onBlank == store.BlankClear && intact && !w.from.IsBlank() {
			w.state = FieldClears
		}
	case same && !intact:
		w.state = FieldAgrees
	case same, intact && before.Sent.Equal(w.to):
		w.state = FieldFed // what the platform has tidied is the same too
	case !ours, before.Sent.IsAbsent() && !intact, before.Value.IsAbsent() && w.from.IsBlank():
		// A value that was cleared, or taken for the upstream's and then edited,
		// is a person's like any other.
		if w.state = FieldDiffers; w.from.IsBlank() {
			w.state = FieldBlank
		}
	case intact:
		w.state = FieldFollows
	default:
		w.state = edited(feed.onEdit, before)
	}
	return w
}

// edited says what becomes of a value that something here has put in the place
// of a fed one.
func edited(policy store.EditPolicy, before store.Written) FieldState {
	switch {
	case policy == store.EditPin:
		return FieldPinning
	case policy == store.EditReport:
		return FieldReported
	case before.Flips > 0:
		return FieldOutside
	default:
		return FieldOverwritten
	}
}

// sameValue reports whether two values of a field say the same: a platform may
// keep an instant for a day, or a number as text.
func sameValue(a, b connector.Value, field store.Field) bool {
	switch {
	case a.Equal(b), a.IsBlank() && b.IsBlank():
		return true
	case a.IsBlank() || b.IsBlank() || field.Type == store.FieldAddress:
		return false
	}
	a, fits := convert(a, field)
	return fits && a.Equal(b)
}

// refreshes reports whether a change to an asset is about nothing but values
// that change by themselves.
func (c *companyPlan) refreshes(cand candidate, card store.Card, change store.Change) bool {
	row := cand.row
	if card.State != store.CardActive || card.Company != change.Company || change.Name != "" ||
		card.Name != row.Name || card.Type != row.Type || card.URL != row.URL {
		return false
	}
	feeds := c.feedsOf(cand, change.Layout)
	for _, set := range change.Set {
		at := slices.IndexFunc(feeds, func(f fieldFeed) bool { return f.ID == set.Field })
		if _, volatile, _ := feeds[at].value(cand.fields, c.secrets[row.ID]); !volatile {
			return false
		}
	}
	shown, err := decodeFields(card.Data)
	return err == nil && sameLasting(cand.kind, shown, cand.fields) &&
		(len(change.Set) > 0 || !maps.EqualFunc(shown, cand.fields, connector.Value.Equal))
}

// sameLasting reports whether two states of a record differ in nothing but what
// changes by itself.
func sameLasting(kind connector.KindInfo, a, b connector.Fields) bool {
	covers := func(a, b connector.Fields) bool {
		for name, value := range a {
			if point, _ := kind.DataPoint(name); !point.Volatile && !value.Equal(b[name]) {
				return false
			}
		}
		return true
	}
	return covers(a, b) && covers(b, a)
}
