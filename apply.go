package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// ApplyRequest asks to carry out a plan.
type ApplyRequest struct {
	// By is who asks.
	By store.Actor
	// Plan names the plan.
	Plan store.PlanID
}

// ApplyReport is what became of a plan.
type ApplyReport struct {
	// Plan is the plan's header as it is stored now.
	Plan store.Plan
	// Outcomes counts the changes by what became of them. It covers the whole
	// plan, also what an interrupted Apply did before.
	Outcomes map[store.OutcomeState]int
	// Problems says why changes failed, each once, at most 20 of them.
	Problems []string
}

// Done is the number of changes that were written.
func (r ApplyReport) Done() int { return r.Outcomes[store.OutcomeDone] }

const (
	// planLifetime is how old a plan may be to be applied.
	planLifetime = 24 * time.Hour
	// applyBatch is how many changes are begun and noted together: a stop ends
	// within a batch.
	applyBatch = 50
	// maxOutage is how many changes in a row may fail without the platform
	// saying why, before the rest is left for later.
	maxOutage = 10
	// maxProblems bounds the problems of a report.
	maxProblems = 20
)

// Apply carries out a plan. A plan that no longer describes what would happen
// is refused whole, with ErrStalePlan; a change whose asset was changed since is
// left, alone, and decided anew by the next plan. One change that fails leaves
// the others. Applying again goes on where an interrupted Apply stopped. It waits
// for the end of a run under way, and while another integration's plan is applied.
func (e *Engine) Apply(ctx context.Context, req ApplyRequest) (ApplyReport, error) {
	if err := e.authorize(ctx, req.By, OpApply); err != nil {
		return ApplyReport{}, err
	}
	report, err := e.applyInTurn(ctx, req)
	if err != nil {
		return report, fmt.Errorf("dovetail: apply %q: %w", req.Plan, err)
	}
	return report, nil
}

func (e *Engine) applyInTurn(ctx context.Context, req ApplyRequest) (report ApplyReport, err error) {
	plan, err := e.planHeader(ctx, req.Plan)
	if err != nil {
		return ApplyReport{}, err
	}
	err = e.alone(ctx, runsOf(plan.Integration), func(ctx context.Context) (err error) {
		report, err = e.apply(ctx, req, store.Run{})
		return err
	})
	return report, err
}

func (e *Engine) planHeader(ctx context.Context, id store.PlanID) (plan store.Plan, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		plan, err = r.Plan(id)
		return err
	})
	return plan, err
}

// apply carries out a plan while nobody else is at the integration. One plan at
// a time writes to the platform, whatever the integration.
func (e *Engine) apply(ctx context.Context, req ApplyRequest, run store.Run) (report ApplyReport, err error) {
	err = e.alone(ctx, applying, func(ctx context.Context) (err error) {
		report, err = e.applyAlone(ctx, req, run)
		return err
	})
	return report, err
}

func (e *Engine) applyAlone(ctx context.Context, req ApplyRequest, run store.Run) (ApplyReport, error) {
	plan, err := e.planHeader(ctx, req.Plan)
	if err != nil {
		return ApplyReport{}, err
	}
	a := &applier{
		Engine: e, by: req.By, run: run.ID, settings: run.SettingsVersion, can: e.docs.Capabilities(),
		report: ApplyReport{Plan: plan, Outcomes: make(map[store.OutcomeState]int)},
		done:   make(map[store.CompanyID]bool), stuck: make(map[store.RecordID]bool),
	}
	if plan.State != store.PlanApplied {
		if err := a.begin(ctx); err != nil {
			return a.report, err
		}
	}
	if err := a.all(ctx); err != nil {
		return a.report, err
	}
	if plan.State == store.PlanApplied {
		return a.report, nil
	}
	return a.report, a.finish(ctx)
}

// applier carries out one plan.
type applier struct {
	*Engine
	by  store.Actor
	run store.RunID
	// settings is the version that the run goes by. Zero: it isn't a run, and the
	// plan has to be by those in force.
	settings int64
	can      store.Capabilities
	report   ApplyReport
	outage   int
	// done says of each company with changes whether all that were tried are
	// done.
	done map[store.CompanyID]bool
	// open are those of the last batch that weren't carried out before, and
	// carried those of the last transaction: memory for the next ones.
	open, carried []store.Change
	// revealed are the confidential values of the changes at hand, by number.
	revealed map[int]revealed
	// connected are the connected fields, and digests what stands for
	// confidential values. They are brought when the first change needs them.
	connected []store.ConnectedField
	digests   digests
	// stuck are the records whose card could not be taken from its asset: none is
	// made for them elsewhere.
	stuck map[store.RecordID]bool
	// rebases are the versions that the changes of a company leave behind.
	rebases rebases
}

// begin refuses a stale plan and settles what an earlier crash left open.
func (a *applier) begin(ctx context.Context) error {
	err := a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(a.report.Plan.Integration)
		if err != nil {
			return err
		}
		if err := stale(a.report.Plan, integration, cmp.Or(a.settings, integration.SettingsVersion)); err != nil {
			return err
		}
		a.report.Plan.State = store.PlanApplying
		return w.PutPlan(a.report.Plan)
	})
	if err != nil {
		return err
	}
	return a.settleOpenWrites(ctx, a.report.Plan.Integration)
}

// stale returns why a plan no longer describes what would happen by these settings,
// or nil.
func stale(p store.Plan, i store.Integration, settings int64) error {
	if err := enabled(i); err != nil {
		return err
	}
	switch {
	case p.SettingsVersion != settings:
		return fmt.Errorf("%w: the settings were changed since it was made (plan again)", ErrStalePlan)
	case p.MatchRevision != i.MatchRevision:
		return fmt.Errorf("%w: companies were decided about since it was made (plan again)", ErrStalePlan)
	case p.Account != i.Account:
		return fmt.Errorf("%w: it was made for account %q, and this is %q (plan again)", ErrStalePlan, p.Account, i.Account)
	case p.After != i.Applied:
		return fmt.Errorf("%w: another plan was applied since it was made (plan again)", ErrStalePlan)
	case now().Sub(p.At) > planLifetime:
		return fmt.Errorf("%w: it is older than %s (plan again)", ErrStalePlan, planLifetime)
	}
	return nil
}

// all carries out the changes, batch by batch.
func (a *applier) all(ctx context.Context) error {
	var batch []store.Change
	for after := 0; ; {
		var err error
		batch, err = a.changes(ctx, a.report.Plan.ID, after, a.batchSize(), emptied(batch))
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := a.pending(ctx, batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].Seq
	}
}

// batchSize is how many changes are read at once.
func (a *applier) batchSize() int {
	if a.can.Joint {
		return jointBatch
	}
	return applyBatch
}

// pending carries out those changes of a batch that weren't carried out before.
func (a *applier) pending(ctx context.Context, batch []store.Change) error {
	open := slices.Grow(emptied(a.open), len(batch))
	defer func() { a.open = open }()
	for i := range batch {
		c := &batch[i]
		switch {
		case c.Outcome.State == store.OutcomePending, c.Outcome.State == store.OutcomeTrying && a.can.Intents:
			open = append(open, *c)
		case c.Outcome.State == store.OutcomeTrying:
			// A crash cut it off, and the platform can't be asked about it.
			c.Outcome = store.Outcome{State: store.OutcomeUncertain, Problem: "the create was cut off, and whether it happened can't be told"}
			t := applied{change: *c}
			if err := a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return t.store(w, a.by, a.run) }); err != nil {
				return err
			}
			a.count(*c)
		default: // done before, or held by a safety limit
			a.noteEnd(*c)
			a.count(*c)
		}
	}
	if err := a.reveal(ctx, open); err != nil {
		return err
	}
	rest, links := linksLast(open)
	if a.can.Joint {
		return a.jointly(ctx, append(rest, links...))
	}
	size := applyBatch
	if !a.can.Intents {
		// What is begun together is in doubt together after a crash.
		size = 1
	}
	for _, some := range [][]store.Change{rest, links} {
		for part := range slices.Chunk(some, size) {
			if err := a.batch(ctx, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// finish closes the plan. From here on other plans made before are stale.
func (a *applier) finish(ctx context.Context) error {
	return a.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		integration, err := w.Integration(a.report.Plan.Integration)
		if err != nil {
			return err
		}
		a.report.Plan.State = store.PlanApplied
		integration.Applied = a.report.Plan.ID
		for company, done := range a.done {
			if !done {
				continue
			}
			if err := noteImported(w, integration.ID, company, a.report.Plan.Read); err != nil {
				return err
			}
		}
		return errors.Join(w.PutPlan(a.report.Plan), w.PutIntegration(integration))
	})
}

// count adds a change to the report.
func (a *applier) count(c store.Change) {
	a.report.Outcomes[c.Outcome.State]++
	before, known := a.done[c.Company]
	a.done[c.Company] = (before || !known) && c.Outcome.State == store.OutcomeDone
	if p := c.Outcome.Problem; p != "" && len(a.report.Problems) < maxProblems {
		a.report.Problems = append(a.report.Problems, fmt.Sprintf("%s %s: %s", c.Action, c.Record, p))
	}
}
