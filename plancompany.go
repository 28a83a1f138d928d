package dovetail

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/sortrules"
	"github.com/dovetail-sync/dovetail/store"
)

// companyPlan is the planning of one company, with all of it in memory.
type companyPlan struct {
	*planner
	here store.Company
	// upstream are the upstream companies that are matched to it.
	upstream []connector.Key
	// inactive are those of them that the upstream shows as disabled.
	inactive map[connector.Key]bool
	rows     map[connector.Kind][]store.MirrorRow
	// cards are this integration's cards of the rows, wherever their assets
	// are.
	cards map[store.RecordID]store.Card
	// stacked are the cards on each asset, of any integration.
	stacked map[store.AssetID][]store.Card
	assets  map[store.AssetID]store.Asset
	// order is the order in which assets came, so that a plan is repeatable.
	order []store.AssetID

	// gone are the records that are no longer upstream.
	gone map[store.RecordID]bool

	changes      []store.Change
	dispositions []disposition
}

// company plans one company and stores the result.
func (p *planner) company(ctx context.Context, id store.CompanyID, upstream []connector.Key) error {
	c := &companyPlan{
		planner: p, upstream: upstream,
		inactive: make(map[connector.Key]bool),
		rows:     make(map[connector.Kind][]store.MirrorRow),
		cards:    make(map[store.RecordID]store.Card),
		stacked:  make(map[store.AssetID][]store.Card),
		assets:   make(map[store.AssetID]store.Asset),
		gone:     make(map[store.RecordID]bool),
	}
	if err := c.load(ctx, id); err != nil {
		return err
	}
	company, ok := p.companies[id]
	switch {
	case !ok:
		c.holdAll(reason(ReasonCompanyMissing))
	case company.Archived:
		c.holdAll(reason(ReasonCompanyArchived))
	default:
		c.here = company
		if err := c.decide(ctx); err != nil {
			return err
		}
	}
	return p.save(ctx, c.changes, c.dispositions)
}

// load brings the company's rows, cards and assets into memory.
func (c *companyPlan) load(ctx context.Context, id store.CompanyID) error {
	err := c.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		var active []store.Card
		for card, err := range r.CardsOf(id) {
			if err != nil {
				return err
			}
			c.stacked[card.Asset] = append(c.stacked[card.Asset], card)
			if card.ID.Integration == c.integration.ID && card.State == store.CardActive {
				active = append(active, card)
			}
		}
		if err := c.loadRows(r); err != nil {
			return err
		}
		return c.leavers(r, active)
	})
	if err != nil {
		return err
	}
	for asset, err := range c.docs.Assets(ctx, id) {
		if err != nil {
			return fmt.Errorf("list assets: %w", err)
		}
		c.assets[asset.ID] = asset
		c.order = append(c.order, asset.ID)
	}
	return nil
}

// leavers freezes the active cards here whose records left for a company that
// nothing is matched to.
func (c *companyPlan) leavers(r store.Reader, active []store.Card) error {
	for _, card := range active {
		if _, stays := c.cards[card.ID]; stays {
			continue
		}
		change, ok, err := c.stray(r, card)
		if err != nil {
			return err
		}
		if ok {
			c.change(change)
		}
	}
	return nil
}

func (c *companyPlan) loadRows(r store.Reader) error {
	for _, key := range c.upstream {
		row, err := r.MirrorRow(store.RecordID{Integration: c.integration.ID, Kind: c.info.Container, Key: key})
		if err != nil {
			return err
		}
		c.rows[c.info.Container] = append(c.rows[c.info.Container], row)
		c.inactive[key] = row.Status != connector.StatusActive || row.Presence != store.Present
	}
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		for _, key := range c.upstream {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: c.integration.ID, Kind: kind.Kind, Container: &key}) {
				if err != nil {
					return err
				}
				c.rows[kind.Kind] = append(c.rows[kind.Kind], row)
				c.gone[row.ID] = row.Presence == store.Gone
				card, err := r.Card(row.ID)
				if errors.Is(err, store.ErrNotFound) {
					continue
				}
				if err != nil {
					return err
				}
				c.cards[row.ID] = card
			}
		}
	}
	return nil
}

// holdAll gives every record of the company the same disposition.
func (c *companyPlan) holdAll(why store.Reason) {
	for _, kind := range c.info.Kinds {
		if kind.Kind == c.info.Container {
			continue
		}
		for _, row := range c.rows[kind.Kind] {
			c.dispose(row, why)
		}
	}
}

// dispose notes a decision about a record, if it is another than before.
func (c *companyPlan) dispose(row store.MirrorRow, why store.Reason) {
	if c.watch != nil {
		c.watch.disposed(row, why, c.here.Name)
		return
	}
	if !sameReason(row.Disposition, why) {
		c.dispositions = append(c.dispositions, disposition{id: row.ID, reason: why})
	}
}

func sameReason(a, b store.Reason) bool {
	if a.Code != b.Code || len(a.Args) != len(b.Args) {
		return false
	}
	for name, value := range a.Args {
		if b.Args[name] != value {
			return false
		}
	}
	return true
}

func (c *companyPlan) change(ch store.Change) {
	if c.watch != nil && ch.Action == store.ActionRefile {
		c.watch.moved(c, ch)
	}
	c.changes = append(c.changes, ch)
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
		var fresh []candidate
		for _, row := range c.rows[kind.Kind] {
			cand, settled, err := c.place(row, kind)
			if err != nil {
				return err
			}
			if settled {
				continue
			}
			if card, ok := c.cards[row.ID]; ok {
				decided, err := c.existing(ctx, cand, card)
				if err != nil {
					return err
				}
				if decided {
					continue
				}
				cand.left = true
			}
			fresh = append(fresh, cand)
		}
		c.fresh(kind, fresh)
	}
	return nil
}

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
	// left says that it left its asset behind, in another company.
	left bool
}

// place decides what can be decided without looking at assets: records that
// are gone, unreadable or skipped. The others get their place.
func (c *companyPlan) place(row store.MirrorRow, kind connector.KindInfo) (cand candidate, settled bool, err error) {
	switch {
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
	if c.sorting.skipsType(row) {
		c.end(row, store.ActionFreeze, reason(ReasonSkippedType, "type", row.Type))
		return cand, true, nil
	}
	fields, err := decodeFields(row.Data)
	if err != nil {
		return cand, false, fmt.Errorf("%s: %w", row.ID, err)
	}
	cand = candidate{row: row, kind: kind, means: meaningsOf(kind), fields: fields}
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
	case c.inactive[cand.row.Container]:
		cand.held = reason(ReasonCompanyInactive)
	case c.incomplete[cand.kind.Kind]:
		cand.held = reason(ReasonReadIncomplete, "kind", cand.kind.Plural)
	}
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
