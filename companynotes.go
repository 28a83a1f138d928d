package dovetail

import (
	"strconv"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// noteCompany says of a company what is one event, however many records it is
// about.
func (c *companyPlan) noteCompany() {
	if c.dry() {
		return
	}
	if _, ok := c.companies[c.id]; !ok && len(c.upstream) > 0 {
		c.plan.Notes = append(c.plan.Notes, reason(ReasonTargetMissing,
			"companies", strings.Join(c.upstreamNames(), ", "), "count", strconv.Itoa(c.held)))
	}
	for _, row := range c.rows[c.info.Container] {
		if n := c.orphaned[row.ID.Key]; n > 0 {
			c.plan.Notes = append(c.plan.Notes, reason(ReasonCompanyVanished, "company", row.Name, "count", strconv.Itoa(n)))
		}
	}
}

// upstreamNames are what the upstream companies are called.
func (c *companyPlan) upstreamNames() []string {
	var names []string
	for _, row := range c.rows[c.info.Container] {
		names = append(names, row.Name)
	}
	return names
}

// endWithCompany orphans the card of a record that vanished together with its
// upstream company: no look-up has to confirm it.
func (c *companyPlan) endWithCompany(row store.MirrorRow) {
	before := len(c.changes)
	c.end(row, store.ActionOrphan, reason(ReasonGoneWithCompany))
	c.orphaned[row.Container] += len(c.changes) - before
}
