package dovetail

import (
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// refile decides about an asset that is in another layout than the rules or the
// default now say. It moves what is wholly ours, with all its values; the rest
// stays where it is, and the reason says why. The zero reason: it is where it
// belongs, or nobody asks.
func (c *companyPlan) refile(cand candidate, card store.Card, asset store.Asset) (moves bool, stays store.Reason) {
	if asset.Layout == cand.layout || c.settings.Refile == store.RefileKeep {
		return false, store.Reason{}
	}
	says := func(code ReasonCode, args ...string) store.Reason {
		args = append(args, "from", c.layoutName(asset.Layout), "to", c.layoutName(cand.layout), "placed", c.placed(cand))
		return reason(code, args...)
	}
	to, found := c.layouts[cand.layout]
	switch {
	case !found || to.Inactive:
		return false, says(ReasonRefileNoLayout)
	case card.Layout != "" && card.Layout != asset.Layout:
		return false, says(ReasonRefileByHand)
	case c.settings.Refile == store.RefileReport:
		return false, says(ReasonRefileReported)
	case !c.docs.Capabilities().MoveLayout:
		return false, says(ReasonRefileUnable)
	}
	if !c.untouched(card, asset) {
		return false, says(ReasonRefileTouched)
	}
	set, homeless, required := refiled(c.digests, c.layouts[asset.Layout], to, asset, card)
	homeless = append(homeless, c.lacks(c.layouts[asset.Layout], to, homeless)...)
	switch {
	case len(homeless) > 0:
		return false, says(ReasonRefileNoField, "fields", strings.Join(homeless, ", "))
	case len(required) > 0:
		return false, says(ReasonRefileRequired, "fields", strings.Join(required, ", "))
	}
	move := store.Change{
		Action: store.ActionRefile, Record: cand.row.ID, Hash: cand.row.Hash,
		Company: asset.Company, Layout: to.ID, Asset: asset.ID, Base: asset.Version, Set: set,
		Reason: says(ReasonRefiled),
	}
	if c.refiles++; c.refiles > c.refilable() {
		move.Hold = string(ReasonLimitRefile)
		c.change(move)
		return false, says(ReasonRefileWaiting)
	}
	c.dispose(cand.row, reason(ReasonHere))
	c.change(move)
	return true, store.Reason{}
}

// lacks names the fields of a layout that another one lacks, besides those that
// are named already, where the platform needs all of them for a move.
func (e *Engine) lacks(from, to store.Layout, named []string) (lacking []string) {
	if !e.docs.Capabilities().MoveNeedsFields {
		return nil
	}
	for _, field := range from.Fields {
		if counterpart(field, to) < 0 && !slices.Contains(named, field.Name) {
			lacking = append(lacking, field.Name)
		}
	}
	return lacking
}

// counterpart is the place of the field of a layout that has a field's name and
// type, or negative.
func counterpart(field store.Field, in store.Layout) int {
	return slices.IndexFunc(in.Fields, func(f store.Field) bool { return f.Name == field.Name && f.Type == field.Type })
}

// refilable is how many assets may move to other layouts: the first moves under
// changed rules are approved by a person.
func (p *planner) refilable() int { return p.approved(ReasonLimitRefile, "", "") }

func (p *planner) layoutName(id store.LayoutID) string {
	if layout, ok := p.layouts[id]; ok {
		return layout.Name
	}
	return string(id)
}

// refiled maps an asset's values to the fields of another layout: those of the
// same name and type. It names the fields whose values would have no home there,
// and those that the layout requires and that would stay blank.
func refiled(d digests, from, to store.Layout, asset store.Asset, card store.Card) (set []store.FieldChange, homeless, required []string) {
	filled := make(map[store.FieldID]bool)
	mapped := make(map[store.FieldID]bool)
	for _, field := range from.Fields {
		mapped[field.ID] = true
		value, wrote := asset.Values[field.ID], card.Wrote[field.ID]
		if value.IsAbsent() && wrote.Sent.IsAbsent() {
			continue
		}
		at := counterpart(field, to)
		switch {
		case at < 0 || filled[to.Fields[at].ID] || !admits(to.Fields[at], value):
			if !value.IsAbsent() {
				homeless = append(homeless, field.Name)
			}
		default:
			filled[to.Fields[at].ID] = !value.IsAbsent()
			set = append(set, store.FieldChange{
				Field: to.Fields[at].ID, From: d.shown(field, value), To: wrote.Sent, Digest: field.Type == store.FieldConfidential,
			})
		}
	}
	for id, value := range asset.Values {
		if !mapped[id] && !value.IsAbsent() {
			homeless = append(homeless, string(id))
		}
	}
	slices.Sort(homeless)
	for _, field := range to.Fields {
		if field.Required && !filled[field.ID] {
			required = append(required, field.Name)
		}
	}
	return set, homeless, required
}

// admits reports whether a field of the same type takes a value.
func admits(field store.Field, value connector.Value) bool {
	return field.Type != store.FieldList || value.IsAbsent() || slices.Contains(field.Options, value.String())
}
