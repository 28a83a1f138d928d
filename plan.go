package dovetail

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// PlanRequest asks for a plan.
type PlanRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits the plan to these upstream companies, and to those that
	// share a company here with one of them. Empty plans all that are matched.
	Companies []connector.Key
}

// Plan decides, from the mirror and from what is here, what a run would change.
// It opens no connection upstream and writes no document. The plan's changes
// are read with Changes and carried out with Apply. It waits for the end of a run
// under way.
//
// It works company by company, so that its memory grows with the largest
// company.
func (e *Engine) Plan(ctx context.Context, req PlanRequest) (plan store.Plan, err error) {
	if err := e.authorize(ctx, req.By, OpPlan); err != nil {
		return store.Plan{}, err
	}
	err = e.alone(ctx, runsOf(req.Integration), func(ctx context.Context) (err error) {
		plan, err = e.plan(ctx, req, store.Run{})
		return err
	})
	if err != nil {
		return store.Plan{}, fmt.Errorf("dovetail: plan %q: %w", req.Integration, err)
	}
	return plan, nil
}

// Changes yields the changes of a plan, in the order in which they are applied,
// each with what became of it.
func (e *Engine) Changes(ctx context.Context, id store.PlanID) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		for after := 0; ; {
			batch, err := e.changes(ctx, id, after, changesPerRead, nil)
			if err != nil {
				yield(store.Change{}, fmt.Errorf("dovetail: changes of %q: %w", id, err))
				return
			}
			for _, c := range batch {
				if !yield(c, nil) {
					return
				}
			}
			if len(batch) < changesPerRead {
				return
			}
			after = batch[len(batch)-1].Seq
		}
	}
}

// changesPerRead is how many changes are held at once.
const changesPerRead = 500

// changes returns at most limit changes after the one numbered after, in the
// memory of batch where that is enough.
func (e *Engine) changes(ctx context.Context, id store.PlanID, after, limit int, batch []store.Change) ([]store.Change, error) {
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		plan, err := r.Plan(id)
		if err != nil {
			return err
		}
		batch = slices.Grow(batch[:0], max(min(limit, plan.Changes-after), 0))
		for c, err := range r.Changes(id, after, limit) {
			if err != nil {
				return err
			}
			batch = append(batch, c)
		}
		return nil
	})
	return batch, err
}

func (e *Engine) plan(ctx context.Context, req PlanRequest, run store.Run) (store.Plan, error) {
	if err := e.settleOpenWrites(ctx, req.Integration); err != nil {
		return store.Plan{}, err
	}
	var err error
	if req.Companies, err = e.withSharers(ctx, req.Integration, req.Companies); err != nil {
		return store.Plan{}, err
	}
	p, err := e.newPlanner(ctx, req, run)
	if err != nil {
		return store.Plan{}, err
	}
	if err := p.all(ctx, req.Companies); err != nil {
		return store.Plan{}, err
	}
	if p.refiles > p.refilable() {
		p.plan.Violations = append(p.plan.Violations, store.Violation{Code: string(ReasonLimitRefile), Count: p.refiles, Limit: p.refilable()})
	}
	if err := p.noteRenames(ctx); err != nil {
		return store.Plan{}, err
	}
	if err := p.noteTypes(ctx); err != nil {
		return store.Plan{}, err
	}
	p.plan.Fingerprint = hex.EncodeToString(p.digest.Sum(nil))
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutPlan(p.plan) })
	return p.plan, err
}

// planner makes one plan.
type planner struct {
	*Engine
	run         store.RunID
	integration store.Integration
	settings    store.Settings
	info        connector.Info
	sorting     sorting
	layouts     map[store.LayoutID]store.Layout
	feeds       fieldFeeds
	// connected are the connected fields of all integrations.
	connected map[store.IntegrationID]map[connectedKey]bool
	// digests stand for confidential values.
	digests   digests
	companies map[store.CompanyID]store.Company
	// matches are the matched upstream companies, by key.
	matches map[connector.Key]store.Match
	// leave says what becomes of what was imported of those that no longer are.
	leave map[connector.Key]store.LeavePolicy
	// merges are the merges upstream that a person has to answer.
	merges []*UpstreamMerge
	// incomplete are the kinds whose last read did not end complete.
	incomplete map[connector.Kind]bool
	// open are the records with a create whose outcome isn't known.
	open map[store.RecordID]bool
	// adopts says that what the platform's own integrations say is believed.
	adopts bool
	// rejected are the assets that people said records are not.
	rejected map[store.RecordID][]store.AssetID
	// connectorOf names the connector of each integration.
	connectorOf map[store.IntegrationID]string
	// linked are the pairs of assets that are linked. Nil: not asked yet.
	linked map[[2]store.AssetID]bool
	// types are the types of the records that were looked at.
	types types
	// tables say what is junk.
	tables *matching.Tables
	// means are the meanings of the connector's kinds.
	means map[connector.Kind]meanings
	// around stands for the layouts.
	around string
	// stampBuf, seenBuf and assetBuf are memory for stamps, and for the assets of
	// the company at hand.
	stampBuf, seenBuf []byte
	assetBuf          []store.Asset
	// freshBuf, changeBuf and dispositionBuf are memory for what is decided about
	// the company at hand.
	freshBuf       []candidate
	changeBuf      []store.Change
	dispositionBuf []disposition
	// approvals are what people let pass the safety limits.
	approvals []store.Approval
	// refiles counts the assets that are to move to the layouts that the rules
	// now say.
	refiles int
	// watch is told what is decided, and then nothing is written. Nil: it isn't
	// a simulation.
	watch *watcher
	// fields is told how fed fields stand, and then nothing is written. Nil: it
	// is a plan.
	fields fieldWatch
	// paused says which connected fields aren't fed any more.
	paused  []store.Reason
	plan    store.Plan
	digest  hash.Hash
	unsaved unsaved
}

// planFormat is part of every fingerprint: another way to decide or to write
// changes down is another plan.
const planFormat = "dovetail plan 1"

func (e *Engine) newPlanner(ctx context.Context, req PlanRequest, run store.Run) (*planner, error) {
	integration, settings, err := e.loadFor(ctx, req.Integration, run)
	if err != nil {
		return nil, err
	}
	return e.plannerFor(ctx, req, run.ID, integration, settings)
}

// plannerFor returns a planner that decides by some settings.
func (e *Engine) plannerFor(ctx context.Context, req PlanRequest, run store.RunID, integration store.Integration, settings store.Settings) (*planner, error) {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return nil, err
	}
	p := &planner{
		Engine: e, run: run, integration: integration, settings: settings, info: conn.Info(),
		matches:    make(map[connector.Key]store.Match),
		leave:      make(map[connector.Key]store.LeavePolicy),
		incomplete: make(map[connector.Kind]bool),
		open:       make(map[store.RecordID]bool),
		means:      make(map[connector.Kind]meanings),
		rejected:   make(map[store.RecordID][]store.AssetID),

		connectorOf: make(map[store.IntegrationID]string),
		tables:      matching.ShippedTables().With(matching.Extra{JunkSerials: settings.Junk}),
		plan: store.Plan{
			ID: store.PlanID(e.ids.next("plan")), Integration: integration.ID, By: req.By, At: now(),
			SettingsVersion: settings.Version, MatchRevision: integration.MatchRevision,
			Account: integration.Account, After: integration.Applied,
			Counts: make(map[store.Action]int), State: store.PlanOpen,
		},
		digest: sha256.New(),
	}
	_, _ = fmt.Fprintf(p.digest, "%s\nsettings %d\n", planFormat, settings.Version)
	if p.sorting, err = e.newSorting(conn.Info(), settings); err != nil {
		return nil, err
	}
	if p.layouts, err = e.layouts(ctx); err != nil {
		return nil, err
	}
	p.feeds, p.paused = newFeeds(conn.Info(), settings, p.layouts)
	p.plan.Notes = append(p.plan.Notes, p.paused...)
	if p.digests, err = e.digestsOf(ctx, integration, settings); err != nil {
		return nil, err
	}
	if p.companies, err = e.companiesHere(ctx); err != nil {
		return nil, err
	}
	if err := p.loadLedger(ctx, req.Companies); err != nil {
		return nil, err
	}
	return p, nil
}

// all plans company by company, in the order of their ids, then the cards that
// belong to no matched company any more.
func (p *planner) all(ctx context.Context, only []connector.Key) error {
	upstream := make(map[store.CompanyID][]connector.Key)
	for _, key := range slices.Sorted(maps.Keys(p.matches)) {
		if len(only) == 0 || slices.Contains(only, key) {
			company := p.matches[key].Company
			upstream[company] = append(upstream[company], key)
		}
	}
	for i, company := range slices.Sorted(maps.Keys(upstream)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.company(ctx, company, upstream[company]); err != nil {
			return fmt.Errorf("company %q: %w", company, err)
		}
		if p.dry() {
			continue
		}
		p.emit(Event{Type: EventCompanyPlanned, Integration: p.integration.ID, Run: p.run, Company: company, Done: i + 1, Total: len(upstream)})
	}
	if len(only) == 0 {
		if err := p.strays(ctx, upstream); err != nil {
			return err
		}
	}
	return p.flush(ctx)
}
