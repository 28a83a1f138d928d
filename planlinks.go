package dovetail

import (
	"context"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// owned is a device and the contact whose it is.
type owned struct {
	row     store.MirrorRow
	contact store.RecordID
}

// own notes whose device a record is, where the upstream says so.
func (c *companyPlan) own(cand candidate) {
	if c.dry() || !c.docs.Capabilities().Links {
		return
	}
	if contact, ok := ownerOf(c.info, cand.row.ID, cand.kind, c.meansOf(cand.kind).text(cand.fields, connector.MeansOwnerContact)); ok {
		c.owned = append(c.owned, owned{cand.row, contact})
	}
}

// ownerOf returns the contact whose device a record is, by what the record says
// of its owner.
func ownerOf(info connector.Info, id store.RecordID, kind connector.KindInfo, key string) (store.RecordID, bool) {
	at := slices.IndexFunc(info.Kinds, func(k connector.KindInfo) bool { return k.Role == connector.RolePerson })
	if kind.Role != connector.RoleDevice || key == "" || at < 0 {
		return store.RecordID{}, false
	}
	return store.RecordID{Integration: id.Integration, Kind: info.Kinds[at].Kind, Key: connector.Key(key)}, true
}

// links plans the links between devices and the contacts whose they are. What a
// person linked, or took apart again, is left alone; so is a link whose device
// names no contact any more.
func (c *companyPlan) links(ctx context.Context) error {
	if len(c.owned) == 0 {
		return nil
	}
	ends := c.linkEnds()
	for _, o := range c.owned {
		from, here := ends[o.row.ID]
		if !here || c.silent[o.row.ID] {
			continue
		}
		to, there := ends[o.contact]
		card := c.cards[o.row.ID]
		if card.Asset != from {
			card.Links = nil // they are on the asset that it leaves
		}
		made := false
		for _, link := range card.Links {
			if there && link.To == to {
				made = true
				continue
			}
			c.unlink(o.row, card, link, c.here.ID, reason(ReasonOwnerChanged, "contact", string(o.contact.Key)))
		}
		if made || !there || from == to && from != "" {
			continue
		}
		joined, err := c.joined(ctx, from, to)
		if err != nil {
			return err
		}
		if !joined {
			c.change(store.Change{
				Action: store.ActionLink, Record: o.row.ID, Hash: o.row.Hash, Company: c.here.ID, Asset: from, To: to, Other: o.contact,
				Reason: reason(ReasonOwner, "contact", string(o.contact.Key)),
			})
		}
	}
	return nil
}

// unlink plans that a link of dovetail's is taken back.
func (c *companyPlan) unlink(row store.MirrorRow, card store.Card, link store.CardLink, company store.CompanyID, why store.Reason) {
	c.change(store.Change{
		Action: store.ActionUnlink, Record: card.ID, Hash: row.Hash, Company: company, Asset: card.Asset, To: link.To, Link: link.Link, Reason: why,
	})
}

// linkEnds are the assets of the company's records when the plan is carried out.
// An empty one is yet to be made.
func (c *companyPlan) linkEnds() map[store.RecordID]store.AssetID {
	ends := make(map[store.RecordID]store.AssetID)
	for id, card := range c.cards {
		if asset, ok := c.assets[card.Asset]; ok && !asset.Archived && card.State == store.CardActive {
			ends[id] = card.Asset
		}
	}
	for _, ch := range c.changes {
		switch ch.Action {
		case store.ActionCreate, store.ActionAttach, store.ActionMove, store.ActionUpdate:
			if ch.Company == c.here.ID {
				ends[ch.Record] = ch.Asset
			}
		case store.ActionOrphan, store.ActionFreeze, store.ActionDetach, store.ActionWithdraw, store.ActionArchive, store.ActionBury:
			delete(ends, ch.Record)
		default:
		}
	}
	return ends
}

// joined reports whether two assets are linked already. The links are listed at
// most once a plan.
func (p *planner) joined(ctx context.Context, a, b store.AssetID) (bool, error) {
	if a == "" || b == "" {
		return false, nil
	}
	if p.linked == nil {
		p.linked = make(map[[2]store.AssetID]bool)
		for link, err := range p.docs.Links(ctx) {
			if err != nil {
				return false, fmt.Errorf("list links: %w", err)
			}
			p.linked[[2]store.AssetID{link.From, link.To}] = true
			p.linked[[2]store.AssetID{link.To, link.From}] = true
		}
	}
	return p.linked[[2]store.AssetID{a, b}], nil
}
