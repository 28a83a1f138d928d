package dovetail

import (
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// recordThings are the kind's records, as matching sees them. All count where
// a key has to be unique; only the fresh ones can be linked. Records that are
// gone or missing make room, and those that follow another count with it.
func (c *companyPlan) recordThings(kind connector.KindInfo, fresh []candidate) []matching.Thing {
	means := meaningsOf(kind)
	open := make(map[connector.Key]candidate, len(fresh))
	for _, cand := range fresh {
		open[cand.row.ID.Key] = cand
	}
	things := make([]matching.Thing, 0, len(c.rows[kind.Kind]))
	for _, row := range c.rows[kind.Kind] {
		if _, follows := c.doubles.follows(row.ID); follows || row.Presence != store.Present {
			continue
		}
		cand, linkable := open[row.ID.Key]
		layout, fields := cand.layout, cand.fields
		if !linkable {
			var err error
			if fields, err = decodeFields(row.Data); err != nil {
				continue // place has reported it
			}
		}
		if card, ok := c.cards[row.ID]; ok {
			layout = c.assets[card.Asset].Layout
		}
		thing := thingOf(string(row.ID.Key), row.Name, means, fields)
		thing.Layout, thing.Taken = string(layout), !linkable
		things = append(things, thing)
	}
	return things
}

func thingOf(id, name string, means meanings, fields connector.Fields) matching.Thing {
	return matching.Thing{
		ID:      id,
		Name:    name,
		Serials: means.texts(fields, connector.MeansSerial),
		MACs:    means.texts(fields, connector.MeansMAC),
		Emails:  means.texts(fields, connector.MeansEmail),
	}
}

// assetThings are the company's assets, as matching sees them: with the keys in
// their fields, and those of the records on them.
func (c *companyPlan) assetThings(records []matching.Thing) []matching.Thing {
	byKey := make(map[string]matching.Thing, len(records))
	for _, record := range records {
		byKey[record.ID] = record
	}
	things := make([]matching.Thing, 0, len(c.order))
	for _, id := range c.order {
		asset := c.assets[id]
		values := make(map[connector.Meaning][]string)
		for _, field := range c.layouts[asset.Layout].Fields {
			for _, item := range asset.Values[field.ID].Items() {
				values[field.Means] = append(values[field.Means], splitList(item.String())...)
			}
		}
		thing := matching.Thing{
			ID:      string(id),
			Name:    asset.Name,
			Serials: values[connector.MeansSerial],
			MACs:    values[connector.MeansMAC],
			Emails:  values[connector.MeansEmail],
			Layout:  string(asset.Layout),
			Taken:   c.taken(id),
		}
		for _, card := range c.stacked[id] {
			record, ok := byKey[string(card.ID.Key)]
			if !ok || card.ID.Integration != c.integration.ID {
				record = c.cardThing(card)
			}
			thing.Serials = append(thing.Serials, record.Serials...)
			thing.MACs = append(thing.MACs, record.MACs...)
			thing.Emails = append(thing.Emails, record.Emails...)
		}
		things = append(things, thing)
	}
	return things
}

// cardThing is a record as its card has it: one of another integration, or one
// that is no longer there.
func (c *companyPlan) cardThing(card store.Card) matching.Thing {
	kind, ok := c.kindOf(card.ID)
	if !ok {
		return matching.Thing{}
	}
	fields, err := decodeFields(card.Data)
	if err != nil {
		return matching.Thing{}
	}
	return thingOf("", card.Name, meaningsOf(kind), fields)
}

// kindOf describes the kind of a record of any integration, if the engine has
// its connector.
func (p *planner) kindOf(id store.RecordID) (connector.KindInfo, bool) {
	conn, ok := p.connectors[p.connectorOf[id.Integration]]
	if !ok {
		return connector.KindInfo{}, false
	}
	return conn.Info().Kind(id.Kind)
}

// splitList splits what people write into one field: "AA-BB…, CC-DD…".
func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
}

// taken reports whether an asset carries an active card of this integration
// whose record is still there: a record that is gone, or that the last read
// missed, makes room for the one that succeeds it.
func (c *companyPlan) taken(id store.AssetID) bool {
	if c.adopted[id] {
		return true
	}
	for _, card := range c.stacked[id] {
		if card.ID.Integration == c.integration.ID && card.State == store.CardActive && !c.isAbsent(card.ID) {
			return true
		}
	}
	return false
}
