package dovetail

import (
	"encoding/json"
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
	fresh = c.adopt(kind, fresh)
	if len(fresh) == 0 {
		return
	}
	links := make(map[string]matching.Link)
	ladder := matching.Ladder{Role: kind.Role, Skip: rungsNamed(c.settings.SkipKeys), Rejected: c.rejections(fresh), Tables: c.tables}
	things := c.recordThings(kind, fresh)
	for _, link := range ladder.Match(things, c.assetThings(things)) {
		links[link.Record] = link
	}
	for _, cand := range fresh {
		base := c.doubles.base[cand.row.ID]
		switch _, follows := c.doubles.follows(cand.row.ID); {
		case follows: // when it is decided about the other one
		case base != "":
			c.takeLead(cand, base)
		default:
			c.link(cand, links[string(cand.row.ID.Key)])
		}
	}
	for _, cand := range fresh {
		if leader, follows := c.doubles.follows(cand.row.ID); follows {
			c.join(cand, leader)
		}
	}
}

func (c *companyPlan) link(cand candidate, link matching.Link) {
	switch {
	case len(link.Candidates) > 0:
		c.dispose(cand.row, reason(ReasonAmbiguous, "candidates", c.assetNames(link.Candidates), assetsArg, listed(link.Candidates)))
	case link.Asset != "":
		c.attach(cand, link, c.assets[store.AssetID(link.Asset)])
	case c.buried[cand.row.ID]:
		c.dispose(cand.row, reason(ReasonDeletedHere))
	case cand.left.Code != "":
		c.create(cand, cand.left)
	case link.Replaces != "":
		c.create(cand, reason(ReasonReplaces, "asset", c.assetNames([]string{link.Replaces}), "placed", c.placed(cand)))
	default:
		c.create(cand, reason(ReasonNew, "placed", c.placed(cand)))
	}
}

// assetsArg is the argument of a reason that has the ids of assets, for those
// who list them.
const assetsArg = "assets"

// listed are ids as one text.
func listed(ids []string) string {
	text, err := json.Marshal(ids)
	if err != nil {
		return ""
	}
	return string(text)
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

// isRejected reports whether a person said that a record isn't an asset.
func (p *planner) isRejected(id store.RecordID, asset store.AssetID) bool {
	return slices.Contains(p.rejected[id], asset)
}

// attach puts a record on an asset that is here. Its name stays; blanks that
// the record feeds are filled. Where the record succeeds to one that is gone, it
// takes over what that one wrote.
func (c *companyPlan) attach(cand candidate, link matching.Link, asset store.Asset) {
	old, succeeds := c.predecessor(cand, link, asset)
	switch {
	case asset.Archived:
		c.dispose(cand.row, reason(ReasonArchivedHere, "asset", asset.Name, assetsArg, listed([]string{link.Asset})))
		return
	case c.incomplete[cand.kind.Kind]:
		// A record with the same key may be among those that didn't come.
		c.dispose(cand.row, reason(ReasonReadIncomplete, "kind", cand.kind.Plural))
		return
	case asset.Layout != cand.layout && !succeeds:
		c.dispose(cand.row, reason(ReasonElsewhere, "key", string(link.Rung), "asset", asset.Name, assetsArg, listed([]string{link.Asset})))
		return
	}
	change := store.Change{
		Action: store.ActionAttach, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: c.here.ID, Layout: asset.Layout, Asset: asset.ID, Base: asset.Version,
		Origin: store.OriginClaimed, Provisional: link.Provisional, Reason: reason(ReasonSameKey, "key", string(link.Rung)),
	}
	switch {
	case succeeds:
		change.Origin, change.Other, change.Provisional = old.Origin, old.ID, false
		change.Name = c.rename(cand, old, asset)
		change.Was = was(change.Name, asset)
		change.Reason = reason(ReasonSucceeds, "key", string(link.Rung), "old", string(old.ID.Key))
		c.takeBack(old.ID, store.ActionOrphan) // the new one takes its place
		c.silent[old.ID] = true
	case link.Provisional && link.Rung == matching.RungMAC:
		change.Reason = reason(ReasonSameMadeAddress)
	case link.Provisional:
		change.Reason = reason(ReasonSameName)
	}
	change.Set = c.feed(cand, asset, old.Wrote)
	c.dispose(cand.row, reason(ReasonPlanned, "action", string(store.ActionAttach)))
	c.change(change)
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

// assetNames lists assets by name, for people.
func (c *companyPlan) assetNames(ids []string) string {
	names := make(map[string]bool)
	for _, id := range ids {
		names[c.assets[store.AssetID(id)].Name+" ("+id+")"] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", ")
}
