package dovetail

import (
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// candidate is a record that belongs into the company, with its place.
type candidate struct {
	row    store.MirrorRow
	kind   connector.KindInfo
	means  meanings
	fields connector.Fields
	// layout is where the rules put it. held says why nothing can be created
	// there; a record that is here already doesn't mind.
	layout store.LayoutID
	sorted sorted
	held   store.Reason
	// left says that it left its asset behind, in another company, and why one is
	// made here. Empty: it didn't.
	left store.Reason
}

// name is what an asset for the record is called.
func (cand candidate) name() string {
	if cand.row.Name != "" {
		return cand.row.Name
	}
	if serial := cand.means.text(cand.fields, connector.MeansSerial); serial != "" {
		return serial
	}
	return cand.kind.Title + " " + string(cand.row.ID.Key)
}

// place decides what can be decided without looking at assets: records that
// are gone, unreadable or skipped. The others get their place.
func (c *companyPlan) place(row store.MirrorRow, kind connector.KindInfo) (cand candidate, settled bool, err error) {
	switch {
	case c.vanished[row.Container] && row.Presence != store.Present:
		c.endWithCompany(row)
		return cand, true, nil
	case row.Presence == store.Gone:
		c.end(row, store.ActionOrphan, reason(ReasonGone))
		return cand, true, nil
	case row.Presence == store.Suspect:
		c.dispose(row, reason(ReasonSuspect))
		return cand, true, nil
	case row.Problem != "":
		c.dispose(row, reason(ReasonUnreadable, "problem", row.Problem))
		return cand, true, nil
	case c.open[row.ID]:
		c.dispose(row, reason(ReasonUncertain))
		return cand, true, nil
	case row.Hash == "":
		// Its company was matched after it was read: the next read brings it.
		c.dispose(row, reason(ReasonReadIncomplete, "kind", kind.Plural))
		return cand, true, nil
	}
	if c.watch != nil {
		if err := c.watch.judged(c, row); err != nil {
			return cand, false, err
		}
	}
	c.types.compare(row, c.cards[row.ID])
	if c.sorting.skipsType(row) {
		c.end(row, store.ActionFreeze, reason(ReasonSkippedType, "type", row.Type))
		return cand, true, nil
	}
	fields, err := decodeFields(row.Data)
	if err != nil {
		return cand, false, fmt.Errorf("%s: %w", row.ID, err)
	}
	cand = candidate{row: row, kind: kind, means: c.meansOf(kind), fields: fields}
	cand.sorted = c.sorting.sort(subjectOf(row, fields, c.here.Name))
	if cand.sorted.Outcome == sortrules.Skip {
		c.end(row, store.ActionFreeze, reason(ReasonSkippedRule, "rule", cand.sorted.Rule, "because", c.because(cand)))
		return cand, true, nil
	}
	c.settle(&cand)
	return cand, false, nil
}

// end takes a record out of the sync: its card, if it is active, is marked.
func (c *companyPlan) end(row store.MirrorRow, action store.Action, why store.Reason) {
	c.dispose(row, why)
	card, ok := c.cards[row.ID]
	ended := map[store.Action]store.CardState{store.ActionOrphan: store.CardOrphaned, store.ActionFreeze: store.CardFrozen}
	if ok && action == store.ActionOrphan {
		c.archiveGone(row, card)
	}
	if !ok || card.State == ended[action] {
		return
	}
	c.change(store.Change{
		Action: action, Record: row.ID, Hash: row.Hash, Company: card.Company, Asset: card.Asset, Reason: why,
	})
}

// because names the value by which a record is placed. It isn't known from
// placing it: that would cost more than all the rest.
func (c *companyPlan) because(cand candidate) string {
	return c.sorting.because(cand.sorted, subjectOf(cand.row, cand.fields, c.here.Name))
}

// placed says in words why a record goes to its layout.
func (c *companyPlan) placed(cand candidate) string {
	if cand.sorted.Outcome != sortrules.Layout {
		return "by the default for " + strings.ToLower(cand.kind.Plural)
	}
	return fmt.Sprintf("by rule %s: %s", cand.sorted.Rule, c.because(cand))
}

// settle gives a record its layout: the rule's, or the default one.
func (c *companyPlan) settle(cand *candidate) {
	cand.layout = c.sorting.layout(cand.sorted, cand.kind.Kind)
	layout, ok := c.layouts[cand.layout]
	switch {
	case !ok:
		cand.held = reason(ReasonNoLayout, "layout", string(cand.layout))
	case layout.Inactive:
		cand.held = reason(ReasonLayoutInactive, "layout", layout.Name)
	case cand.row.Status == connector.StatusArchived:
		cand.held = reason(ReasonArchivedUpstream)
	case c.inactive[cand.row.Container]:
		cand.held = reason(ReasonCompanyInactive)
	case c.incomplete[cand.kind.Kind]:
		cand.held = reason(ReasonReadIncomplete, "kind", cand.kind.Plural)
	}
}
