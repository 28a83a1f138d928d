package dovetail

import (
	"errors"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// shared reports whether another record of this integration is on the card's
// asset.
func (c *companyPlan) shared(card store.Card) bool {
	return slices.ContainsFunc(c.stacked[card.Asset], func(other store.Card) bool {
		return other.ID != card.ID && other.ID.Integration == card.ID.Integration
	})
}

// wroteOn returns what the integration wrote to an asset, whichever of its
// records it was.
func (c *companyPlan) wroteOn(asset store.AssetID) map[store.FieldID]store.Written {
	wrote := make(map[store.FieldID]store.Written)
	for _, card := range c.stacked[asset] {
		if card.ID.Integration != c.integration.ID {
			continue
		}
		for field, written := range card.Wrote {
			if before, ok := wrote[field]; !ok || before.At.Before(written.At) {
				wrote[field] = written
			}
		}
	}
	return wrote
}

// takeLead puts a record on the asset where others are that are the same thing,
// and lets it feed the fields in their place.
func (c *companyPlan) takeLead(cand candidate, base store.AssetID) {
	if c.incomplete[cand.kind.Kind] {
		c.dispose(cand.row, reason(ReasonReadIncomplete, "kind", cand.kind.Plural))
		return
	}
	asset, on := c.assets[base], c.stacked[base]
	c.silent[cand.row.ID] = false
	before := store.Card{Wrote: c.wroteOn(base)}
	for _, card := range on {
		if card.ID.Integration == c.integration.ID {
			before.Origin = card.Origin
			c.silence(card)
		}
	}
	name := c.rename(cand, before, asset)
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionAttach)))
	c.change(store.Change{
		Action: store.ActionAttach, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: base, Base: asset.Version,
		Name: name, Was: was(name, asset), Set: c.feed(cand, asset, before.Wrote),
		Origin: before.Origin, Reason: reason(ReasonTakesLead),
	})
}

// silence takes back what a record would have written to an asset that another
// one feeds now. Its card is brought up to date all the same.
func (c *companyPlan) silence(card store.Card) {
	c.silent[card.ID] = true
	if row := c.mirrored(card.ID); row != nil && card.State == store.CardActive && row.Presence == store.Present {
		c.dispose(*row, c.doubles.reason(card.ID))
	}
	for _, ch := range c.of(card.ID) {
		for _, set := range ch.Set {
			if key := (claimKey{ch.Asset, set.Field}); c.claims[key] == card.ID {
				delete(c.claims, key)
			}
		}
		if ch.Action == store.ActionUpdate {
			ch.Name, ch.Was, ch.Set = "", "", nil
		}
	}
}

// reportApart says of records that are on assets of their own, and are the same
// thing as another one, that they are.
func (c *companyPlan) reportApart(kind connector.Kind) {
	for _, row := range c.rows[kind] {
		if _, apart := c.doubles.apart[row.ID]; !apart || !c.plainlyHere(row) {
			continue
		}
		c.dispose(row, c.doubles.reason(row.ID))
	}
}

// plainlyHere reports whether there is nothing to be said of a record but that
// it is here.
func (c *companyPlan) plainlyHere(row store.MirrorRow) bool {
	code := ReasonCode(c.said(row.ID).Code)
	return code == ReasonHere || code == ReasonDoubleApart
}

// join puts a record on the asset of the one that it follows, or leaves it for
// the same reason as that one is left.
func (c *companyPlan) join(cand candidate, leader twin) {
	change := store.Change{
		Action: store.ActionAttach, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Origin: store.OriginClaimed, Reason: c.doubles.reason(cand.row.ID),
	}
	base := c.doubles.base[leader.id]
	planned := c.of(leader.id)
	at := slices.IndexFunc(planned, func(ch *store.Change) bool {
		return ch.Action == store.ActionCreate || ch.Action == store.ActionAttach
	})
	switch {
	case base != "":
		change.Asset, change.Layout, change.Base = base, c.assets[base].Layout, c.assets[base].Version
		change.Origin = c.cards[leader.id].Origin
		for _, card := range c.stacked[base] {
			if card.ID.Integration == c.integration.ID {
				change.Origin = card.Origin
			}
		}
	case at >= 0:
		lead := planned[at]
		change.Asset, change.Layout, change.Origin, change.Provisional = lead.Asset, lead.Layout, lead.Origin, lead.Provisional
		if lead.Asset == "" {
			change.Other = leader.id
		}
	default:
		c.dispose(cand.row, c.leftWith(leader))
		return
	}
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionAttach)))
	c.change(change)
}

// leftWith is why a record is left that follows one which is on no asset of this
// company: that one's own reason, unless that one is here all the same, on an
// asset that a person moved away.
func (c *companyPlan) leftWith(leader twin) store.Reason {
	said := c.said(leader.id)
	if info, _ := reasonInfo(ReasonCode(said.Code)); info.Standing == StandingHere {
		return reason(ReasonDoubleAway, "name", leader.title, "record", string(leader.id.Key))
	}
	return said
}

// said is the decision about a record, of this plan or of an earlier one.
func (c *companyPlan) said(id store.RecordID) store.Reason {
	if at, ok := c.disposed[id]; ok {
		return c.dispositions[at].reason
	}
	if row := c.mirrored(id); row != nil {
		return row.Disposition
	}
	return store.Reason{}
}

// joinOther finds the asset of a record that is put where another one is, which
// had none when the plan was made.
func (t *applied) joinOther(r store.Reader) error {
	if t.change.Action != store.ActionAttach || t.change.Asset != "" || t.change.Outcome.State != store.OutcomeDone {
		return nil
	}
	card, err := r.Card(t.change.Other)
	switch {
	case errors.Is(err, store.ErrNotFound):
		t.change.Outcome = store.Outcome{State: store.OutcomeStale, Problem: "the record that it goes with is not here yet"}
		return nil
	case err != nil:
		return err
	}
	t.asset, t.change.Outcome.Asset = store.Asset{ID: card.Asset, Company: card.Company}, card.Asset
	return nil
}
