package dovetail

import (
	"cmp"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// limits holds back the changes of the company that exceed a safety limit, kind
// by kind, unless somebody has approved that many.
func (c *companyPlan) limits() {
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		create := cmp.Or(c.settings.Limits.Create, store.Limit{Floor: 25, Percent: 50})
		orphan := cmp.Or(c.settings.Limits.Orphan, store.Limit{Floor: 10, Percent: 10})
		c.limit(kind.Kind, ReasonLimitCreate, create, c.createsOld)
		c.limit(kind.Kind, ReasonLimitOrphan, orphan, c.orphans)
	}
}

// limit holds back the records of a kind for which a change counts against a
// limit, if there are too many of them.
func (c *companyPlan) limit(kind connector.Kind, code ReasonCode, limit store.Limit, counts func(store.MirrorRow, store.Change) bool) {
	if limit.Off {
		return
	}
	records := c.limited(kind, counts)
	if len(records) == 0 {
		return
	}
	there := c.activeCards(kind)
	passes := max(limit.Floor, there*limit.Percent/100)
	if len(records) <= max(passes, c.approved(code, c.here.ID, kind)) {
		return
	}
	v := store.Violation{Code: string(code), Company: c.here.ID, Kind: kind, Count: len(records), Limit: passes, There: there}
	c.plan.Violations = append(c.plan.Violations, v)
	c.hold(records, v)
}

// limited are the records of a kind with a change that counts.
func (c *companyPlan) limited(kind connector.Kind, counts func(store.MirrorRow, store.Change) bool) map[store.RecordID]bool {
	limited := make(map[store.RecordID]bool)
	for i := range c.changes {
		ch := &c.changes[i]
		if ch.Record.Kind != kind || ch.Hold != "" {
			continue
		}
		if row := c.mirrored(ch.Record); row != nil && counts(*row, *ch) {
			limited[row.ID] = true
		}
	}
	return limited
}

// hold keeps all changes of some records from being carried out: one without
// the other would be half of a decision. What waits for an asset that isn't made
// is held with it.
func (c *companyPlan) hold(records map[store.RecordID]bool, v store.Violation) {
	for _, ch := range c.changes {
		if records[ch.Other] && ch.Action == store.ActionAttach && ch.Asset == "" {
			records[ch.Record] = true
		}
	}
	for i, ch := range c.changes {
		if records[ch.Record] || records[ch.Other] && ch.Action == store.ActionLink && ch.To == "" {
			c.changes[i].Hold = v.Code
		}
	}
	why := violationReason(v)
	for _, row := range c.rows[v.Kind] {
		if records[row.ID] {
			c.dispose(row, why)
		}
	}
}

// createsOld reports whether a change makes an asset for a record that was
// upstream already when the company was last in order: its absence here has
// another reason than that it is new. The first import of a company that a
// person matched brings them all.
func (c *companyPlan) createsOld(row store.MirrorRow, ch store.Change) bool {
	if ch.Action != store.ActionCreate {
		return false
	}
	match := c.matches[row.Container]
	if match.Imported.IsZero() {
		return match.By.Kind != store.ActorPerson
	}
	return row.Created.Before(match.Imported) // a time that isn't known is before all others
}

// orphans reports whether a change marks a card whose record is gone. When the
// upstream company is gone itself, that is one event.
func (c *companyPlan) orphans(row store.MirrorRow, ch store.Change) bool {
	if ch.Action != store.ActionOrphan {
		return false
	}
	for _, company := range c.rows[c.info.Container] {
		if company.ID.Key == row.Container && company.Presence == store.Gone {
			return false
		}
	}
	return true
}

// activeCards counts the records of a kind that are in the company.
func (c *companyPlan) activeCards(kind connector.Kind) (n int) {
	for _, cards := range c.stacked {
		for _, card := range cards {
			if card.ID.Integration == c.integration.ID && card.ID.Kind == kind && card.State == store.CardActive {
				n++
			}
		}
	}
	return n
}

// approved is how many changes somebody lets pass a limit. Zero: nobody does.
func (p *planner) approved(code ReasonCode, company store.CompanyID, kind connector.Kind) (most int) {
	for _, a := range p.approvals {
		if a.Code == string(code) && (a.Company == "" || a.Company == company) && (a.Kind == "" || a.Kind == kind) && !expired(a, p.plan.At) {
			most = max(most, a.Ceiling)
		}
	}
	return most
}

func expired(a store.Approval, at time.Time) bool {
	return !a.Expires.IsZero() && !at.Before(a.Expires)
}

func violationReason(v store.Violation) store.Reason {
	return reason(ReasonCode(v.Code), "count", strconv.Itoa(v.Count), "limit", strconv.Itoa(v.Limit), "there", strconv.Itoa(v.There))
}

// ViolationSentence returns in words what a safety limit holds.
func ViolationSentence(v store.Violation) string { return Sentence(violationReason(v)) }
