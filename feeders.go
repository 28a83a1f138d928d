package dovetail

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// connectedKey names a field that records of a kind feed.
type connectedKey struct {
	feedKey
	field store.FieldID
}

func (k connectedKey) compare(other connectedKey) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), cmp.Compare(k.layout, other.layout), cmp.Compare(k.field, other.field))
}

// connectedFields are the connected fields of every integration: a field is fed
// by one card, and stays its own while its integration connects it.
func connectedFields(r store.Reader) (map[store.IntegrationID]map[connectedKey]bool, error) {
	all := make(map[store.IntegrationID]map[connectedKey]bool)
	for integration, err := range r.Integrations() {
		if err != nil {
			return nil, err
		}
		settings, err := r.Settings(integration.ID, integration.SettingsVersion)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[integration.ID] = connectedBy(settings)
	}
	return all, nil
}

func connectedBy(settings store.Settings) map[connectedKey]bool {
	fields := make(map[connectedKey]bool, len(settings.Connected))
	for _, f := range settings.Connected {
		fields[connectedKey{feedKey{f.Kind, f.Layout}, f.Field}] = true
	}
	return fields
}

// claimKey names a field of an asset.
type claimKey struct {
	asset store.AssetID
	field store.FieldID
}

// claim notes that this plan writes a field for a record: it writes it for no
// other.
func (c *companyPlan) claim(asset store.AssetID, field store.FieldID, record store.RecordID) {
	if asset != "" {
		c.claims[claimKey{asset, field}] = record
	}
}

// feedsNow reports whether a card is one that may have the field for itself.
func (c *companyPlan) feedsNow(card store.Card, layout store.LayoutID, field store.FieldID) bool {
	return card.State == store.CardActive && !c.isGone(card.ID) && !c.silent[card.ID] &&
		c.connected[card.ID.Integration][connectedKey{feedKey{card.ID.Kind, layout}, field}]
}

// fedByAnother reports whether another card on the asset feeds the field. Of two
// that have written it the one that did so last has it.
func (c *companyPlan) fedByAnother(record store.RecordID, asset store.Asset, wrote map[store.FieldID]store.Written, field store.FieldID) bool {
	if by, claimed := c.claims[claimKey{asset.ID, field}]; claimed && by != record {
		return true
	}
	own, ours := wrote[field]
	for _, other := range c.stacked[asset.ID] {
		its, has := other.Wrote[field]
		if !has || other.ID == record || !c.feedsNow(other, asset.Layout, field) {
			continue
		}
		if ours && (own.At.After(its.At) || own.At.Equal(its.At) && record.Compare(other.ID) < 0) {
			continue
		}
		return true
	}
	return false
}

// writtenHere returns what dovetail has written to the field: the record's own
// card or, where the value is still there, one that has no more to say.
func (c *companyPlan) writtenHere(record store.RecordID, asset store.AssetID, wrote map[store.FieldID]store.Written, field store.FieldID, from connector.Value) (store.Written, bool) {
	if own, ours := wrote[field]; ours {
		return own, true
	}
	for _, other := range c.stacked[asset] {
		if its, has := other.Wrote[field]; has && other.ID != record && !its.Sent.IsAbsent() && its.Value.Equal(from) {
			return its, true
		}
	}
	return store.Written{}, false
}

// loadElsewhere brings the pins in the company, and the cards and pins on those
// of its records' assets that are in other companies.
func (c *companyPlan) loadElsewhere(r store.Reader, here store.CompanyID) error {
	away := make(map[store.CompanyID]map[store.AssetID]bool)
	for _, card := range c.cards {
		if card.Company != here {
			if away[card.Company] == nil {
				away[card.Company] = make(map[store.AssetID]bool)
			}
			away[card.Company][card.Asset] = true
		}
	}
	if err := c.loadPins(r, here, nil); err != nil {
		return err
	}
	for _, company := range slices.Sorted(maps.Keys(away)) {
		for card, err := range r.CardsOf(company) {
			if err != nil {
				return err
			}
			if away[company][card.Asset] {
				card.Data = nil // not needed here
				c.stacked[card.Asset] = append(c.stacked[card.Asset], card)
			}
		}
		if err := c.loadPins(r, company, away[company]); err != nil {
			return err
		}
	}
	return nil
}

// loadPins brings the pins of one company. No assets means those on all.
func (c *companyPlan) loadPins(r store.Reader, company store.CompanyID, assets map[store.AssetID]bool) error {
	for pin, err := range r.PinsOf(company) {
		if err != nil {
			return err
		}
		if assets != nil && !assets[pin.Asset] {
			continue
		}
		if c.pins[pin.Asset] == nil {
			c.pins[pin.Asset] = make(map[store.FieldID]bool)
		}
		c.pins[pin.Asset][pin.Field] = true
	}
	return nil
}
