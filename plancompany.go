package dovetail

import (
	"context"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// companyPlan is the planning of one company, with all of it in memory.
type companyPlan struct {
	*planner
	// id is the company's. here is the company as it is, once it is known to be
	// one that can be written to.
	id   store.CompanyID
	here store.Company
	// upstream are the upstream companies that are matched to it.
	upstream []connector.Key
	// inactive are those of them that the upstream shows as disabled.
	inactive map[connector.Key]bool
	// sharing are the names of all upstream companies of the integration that are
	// matched to it, also of those that the plan isn't about.
	sharing map[connector.Key]string
	// vanished are those that are no longer upstream.
	vanished map[connector.Key]bool
	rows     map[connector.Kind][]store.MirrorRow
	// at are the places of the records among the rows of their kind.
	at map[store.RecordID]int
	// cards are this integration's cards of the rows, wherever their assets
	// are.
	cards map[store.RecordID]store.Card
	// stacked are the cards on each asset, of any integration. It has those of the
	// company and those on which a record of the company's is.
	stacked map[store.AssetID][]store.Card
	assets  map[store.AssetID]store.Asset
	// order is the order in which assets came, so that a plan is repeatable.
	order []store.AssetID
	// listed are the company's assets, once they were read.
	listed []store.Asset
	// stamp stands for all that was looked at before, and seenStamp for that
	// and when each record was last seen. Empty: nothing was.
	stamp, seenStamp string

	// buried are the records whose asset here a person deleted.
	buried map[store.RecordID]bool
	// doubles are those of the kind that is being decided about that are the
	// same thing.
	doubles *doubles
	// owned are the devices whose contact is known.
	owned []owned
	// pins are the fields that people have pinned.
	pins map[store.AssetID]map[store.FieldID]bool
	// claims are the fields that this plan writes, with the record that feeds
	// each.
	claims map[claimKey]store.RecordID
	// silent are the records that feed nothing, because another one on the same
	// asset feeds it for them.
	silent map[store.RecordID]bool
	// secrets are the secret values of the records that feed a confidential
	// field.
	secrets map[store.RecordID]connector.Fields
	// sealed are the records whose secrets can't be opened.
	sealed map[store.RecordID]bool
	// persons are the confidential values of people that the changes take the
	// place of.
	persons map[claimKey]connector.Value
	// adopted are the assets on which a record is put because the platform's own
	// integration has it there.
	adopted map[store.AssetID]bool
	// left says of the records that leave an asset behind, in another company,
	// why one is made here.
	left map[store.RecordID]store.Reason
	// departures are the cards here that no record of the company's holds.
	departures []departure

	// orphaned counts the cards that are orphaned because their upstream company
	// vanished, by its key.
	orphaned map[connector.Key]int
	// held counts the records that wait because the company can't be written to.
	held int

	decisions
	// timed says that a decision will be another one by the passing of time
	// alone.
	timed bool
	// sees says that a decision depends on which record was seen last.
	sees bool
}

// unsettled notes that the company is decided about anew although nothing changed
// in it: a decision depends on the time or on other companies, or is a question.
func (c *companyPlan) unsettled() { c.timed = true }

func (p *planner) newCompanyPlan(id store.CompanyID, upstream []connector.Key) *companyPlan {
	return &companyPlan{planner: p, id: id, upstream: upstream, sharing: make(map[connector.Key]string)}
}

// room makes room for all of the company: mostly a look is enough, and none is
// needed.
func (c *companyPlan) room() {
	c.inactive = make(map[connector.Key]bool)
	c.vanished = make(map[connector.Key]bool)
	c.rows = make(map[connector.Kind][]store.MirrorRow)
	c.cards = make(map[store.RecordID]store.Card)
	c.stacked = make(map[store.AssetID][]store.Card)
	c.assets = make(map[store.AssetID]store.Asset)
	c.at = make(map[store.RecordID]int)
	c.buried = make(map[store.RecordID]bool)
	c.pins = make(map[store.AssetID]map[store.FieldID]bool)
	c.claims = make(map[claimKey]store.RecordID)
	c.silent = make(map[store.RecordID]bool)
	c.left = make(map[store.RecordID]store.Reason)
	c.orphaned = make(map[connector.Key]int)
	c.adopted = make(map[store.AssetID]bool)
	c.decisions = newDecisions(c.changeBuf, c.dispositionBuf)
}

// company plans one company and stores the result.
func (p *planner) company(ctx context.Context, id store.CompanyID, upstream []connector.Key) error {
	c := p.newCompanyPlan(id, upstream)
	if settled, err := c.look(ctx, id); settled || err != nil {
		return err
	}
	if err := c.load(ctx); err != nil {
		return err
	}
	if err := c.departAll(ctx); err != nil {
		return err
	}
	company, ok := p.companies[id]
	switch {
	case !ok:
		c.holdAll(reason(ReasonCompanyMissing))
		c.unsettled() // every plan asks until somebody answers
	case company.Archived:
		c.holdAll(reason(ReasonCompanyArchived))
	default:
		c.here = company
		if err := c.decide(ctx); err != nil {
			return err
		}
		if err := c.sealPersons(ctx); err != nil {
			return err
		}
		if !p.dry() {
			c.limits()
		}
	}
	c.close()
	c.noteCompany()
	err := p.save(ctx, c.changes, c.dispositions, c.conclusion())
	p.changeBuf, p.dispositionBuf = emptied(c.changes), emptied(c.dispositions)
	return err
}

// conclusion notes that the company is in order, or that it no longer is. Nil:
// that stands already. It keeps nothing of the company in memory.
func (c *companyPlan) conclusion() conclusion {
	inOrder, restamp := c.inOrder(), c.restamp()
	if !inOrder && restamp == nil {
		return nil
	}
	integration, company, read := c.integration.ID, c.id, c.plan.Read
	return func(w store.Writer) error {
		if inOrder {
			if err := noteImported(w, integration, company, read); err != nil {
				return err
			}
		}
		if restamp == nil {
			return nil
		}
		return restamp(w)
	}
}

// holdAll gives every record of the company the same disposition.
func (c *companyPlan) holdAll(why store.Reason) {
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		for _, row := range c.rows[kind.Kind] {
			c.held++
			c.dispose(row, why)
			c.halt(row, why)
		}
	}
}

// dispose notes a decision about a record.
func (c *companyPlan) dispose(row store.MirrorRow, why store.Reason) {
	if c.watch != nil {
		c.watch.disposed(row, why, c.here.Name)
		return
	}
	if !c.dry() {
		c.say(row, why)
	}
}

func (c *companyPlan) change(ch store.Change) {
	if c.watch != nil && ch.Action == store.ActionRefile {
		c.watch.moved(c, ch)
	}
	c.add(ch)
}

// decide decides about the company's details and each of its records.
func (c *companyPlan) decide(ctx context.Context) error {
	if err := c.details(); err != nil {
		return err
	}
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		var shared []candidate
		fresh := c.freshBuf
		c.doubles = newDoubles(kind.Role)
		for _, row := range c.rows[kind.Kind] {
			cand, settled, err := c.place(row, kind)
			if err != nil {
				return err
			}
			if settled {
				continue
			}
			c.types.see(row)
			c.doubles.add(cand, c.tables)
			c.own(cand)
			if card, ok := c.cards[row.ID]; ok {
				if c.shared(card) && !c.isRejected(card.ID, card.Asset) {
					shared = append(shared, cand)
					continue
				}
				decided, err := c.existing(ctx, cand, card)
				if err != nil {
					return err
				}
				if decided {
					continue
				}
				cand.left = c.left[row.ID]
			}
			fresh = append(fresh, cand)
		}
		c.doubles.group(c)
		c.doubles.share(c, shared)
		for id := range c.doubles.leader {
			c.silent[id] = true
			c.sees = true // which of them was seen last is no change of any of them
		}
		c.reportApart(kind.Kind)
		for _, cand := range shared {
			decided, err := c.existing(ctx, cand, c.cards[cand.row.ID])
			if err != nil {
				return err
			}
			if !decided {
				cand.left = c.left[cand.row.ID]
				fresh = append(fresh, cand)
			}
		}
		c.fresh(kind, fresh)
		c.freshBuf = emptied(fresh)
	}
	return c.links(ctx)
}
