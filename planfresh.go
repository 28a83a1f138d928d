package dovetail

import (
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// fresh decides about the records without a card: each is put on the one asset
// that is the same thing, made, or left with the reason.
func (c *companyPlan) fresh(kind connector.KindInfo, fresh []candidate) {
	if len(fresh) == 0 {
		return
	}
	links := make(map[string]matching.Link)
	ladder := matching.Ladder{Role: kind.Role, Rejected: c.rejections(fresh)}
	for _, link := range ladder.Match(c.recordThings(kind, fresh), c.assetThings()) {
		links[link.Record] = link
	}
	for _, cand := range fresh {
		c.link(cand, links[string(cand.row.ID.Key)])
	}
}

func (c *companyPlan) link(cand candidate, link matching.Link) {
	switch {
	case len(link.Candidates) > 0:
		c.dispose(cand.row, reason(ReasonAmbiguous, "candidates", c.assetNames(link.Candidates)))
	case link.Asset != "":
		c.attach(cand, link, c.assets[store.AssetID(link.Asset)])
	case cand.left.Code != "":
		c.create(cand, cand.left)
	case link.Replaces != "":
		c.create(cand, reason(ReasonReplaces, "asset", c.assetNames([]string{link.Replaces}), "placed", c.placed(cand)))
	default:
		c.create(cand, reason(ReasonNew, "placed", c.placed(cand)))
	}
}

// rejections are the pairs of records and assets that people said are not the
// same.
func (c *companyPlan) rejections(fresh []candidate) []matching.Pair {
	var pairs []matching.Pair
	for _, cand := range fresh {
		for _, asset := range c.rejected[cand.row.ID] {
			pairs = append(pairs, matching.Pair{Upstream: string(cand.row.ID.Key), Here: string(asset)})
		}
	}
	return pairs
}

// attach puts a record on an asset that is here. Its name stays; blanks that
// the record feeds are filled.
func (c *companyPlan) attach(cand candidate, link matching.Link, asset store.Asset) {
	switch {
	case asset.Archived:
		c.dispose(cand.row, reason(ReasonArchivedHere))
		return
	case c.incomplete[cand.kind.Kind]:
		// A record with the same key may be among those that didn't come.
		c.dispose(cand.row, reason(ReasonReadIncomplete, "kind", cand.kind.Plural))
		return
	case asset.Layout != cand.layout:
		c.dispose(cand.row, reason(ReasonElsewhere, "key", string(link.Rung), "asset", asset.Name))
		return
	}
	why := reason(ReasonSameKey, "key", string(link.Rung))
	if link.Provisional {
		why = reason(ReasonSameName)
	}
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionAttach)))
	c.change(store.Change{
		Action: store.ActionAttach, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Set:    c.feed(cand, asset, nil),
		Origin: store.OriginClaimed, Provisional: link.Provisional, Reason: why,
	})
}

// create makes an asset for a record, unless something holds it.
func (c *companyPlan) create(cand candidate, why store.Reason) {
	if cand.held.Code != "" {
		c.dispose(cand.row, cand.held)
		return
	}
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionCreate)))
	c.change(store.Change{
		Action: store.ActionCreate, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: cand.layout, Name: cand.name(),
		Set:    c.feed(cand, store.Asset{Layout: cand.layout}, nil),
		Origin: store.OriginCreated, Reason: why,
	})
}

// recordThings are the kind's records, as matching sees them. All count where
// a key has to be unique; only the fresh ones can be linked.
func (c *companyPlan) recordThings(kind connector.KindInfo, fresh []candidate) []matching.Thing {
	means := meaningsOf(kind)
	open := make(map[connector.Key]store.LayoutID, len(fresh))
	for _, cand := range fresh {
		open[cand.row.ID.Key] = cand.layout
	}
	things := make([]matching.Thing, 0, len(c.rows[kind.Kind]))
	for _, row := range c.rows[kind.Kind] {
		if row.Presence == store.Gone {
			continue
		}
		fields, err := decodeFields(row.Data)
		if err != nil {
			continue // place has reported it
		}
		layout, linkable := open[row.ID.Key]
		if card, ok := c.cards[row.ID]; ok {
			layout = c.assets[card.Asset].Layout
		}
		things = append(things, matching.Thing{
			ID:      string(row.ID.Key),
			Name:    row.Name,
			Serials: means.texts(fields, connector.MeansSerial),
			MACs:    means.texts(fields, connector.MeansMAC),
			Emails:  means.texts(fields, connector.MeansEmail),
			Layout:  string(layout),
			Taken:   !linkable,
		})
	}
	return things
}

// assetThings are the company's assets, as matching sees them.
func (c *companyPlan) assetThings() []matching.Thing {
	things := make([]matching.Thing, 0, len(c.order))
	for _, id := range c.order {
		asset := c.assets[id]
		values := make(map[connector.Meaning][]string)
		for _, field := range c.layouts[asset.Layout].Fields {
			for _, item := range asset.Values[field.ID].Items() {
				values[field.Means] = append(values[field.Means], splitList(item.String())...)
			}
		}
		things = append(things, matching.Thing{
			ID:      string(id),
			Name:    asset.Name,
			Serials: values[connector.MeansSerial],
			MACs:    values[connector.MeansMAC],
			Emails:  values[connector.MeansEmail],
			Layout:  string(asset.Layout),
			Taken:   c.taken(id),
		})
	}
	return things
}

// splitList splits what people write into one field: "AA-BB…, CC-DD…".
func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' })
}

// taken reports whether an asset carries an active card of this integration
// whose record is still there: a record that is gone makes room for the one
// that succeeds it.
func (c *companyPlan) taken(id store.AssetID) bool {
	for _, card := range c.stacked[id] {
		if card.ID.Integration == c.integration.ID && card.State == store.CardActive && !c.gone[card.ID] {
			return true
		}
	}
	return false
}

// assetNames lists assets by name, for people.
func (c *companyPlan) assetNames(ids []string) string {
	names := make(map[string]bool)
	for _, id := range ids {
		names[c.assets[store.AssetID(id)].Name+" ("+id+")"] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}
