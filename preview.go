package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// Assumption is a decision about an upstream company that nobody has taken yet.
type Assumption struct {
	// Key is the upstream company.
	Key connector.Key
	// Company is the company here that it would be matched to. Empty: one would
	// be created.
	Company store.CompanyID
}

// PreviewRequest asks what an import would do.
type PreviewRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Assume are the decisions.
	Assume []Assumption
	// Examples is how many records are named in each row. Zero is 3; there are
	// at most 20.
	Examples int
}

// Preview is what the import of one company would do.
type Preview struct {
	// Assumption is the decision, and Name the upstream company's name.
	Assumption Assumption
	Name       string
	// Simulation is what would become of its records.
	Simulation Simulation
}

// Unclear counts the records about which a person would be asked.
func (p Preview) Unclear() (n int) {
	for _, left := range p.Simulation.Left {
		if info, ok := reasonInfo(left.Code); ok && info.Standing == StandingUnclear {
			n += left.Count
		}
	}
	return n
}

// String returns "creates 38, attaches 14, 2 unclear".
func (p Preview) String() string {
	parts := []string{fmt.Sprintf("creates %d", p.Simulation.Actions[store.ActionCreate])}
	if n := p.Simulation.Actions[store.ActionAttach]; n > 0 {
		parts = append(parts, fmt.Sprintf("attaches %d", n))
	}
	if n := p.Unclear(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d unclear", n))
	}
	return strings.Join(parts, ", ")
}

// Preview says what would happen if companies were matched that nobody decided
// about yet, one row for each, in the order asked. It reads their records from
// the upstream and keeps them in the mirror until the next read, unless they are
// matched by then. Nothing is decided, and nothing written to the platform. It
// waits for the end of a run under way.
func (e *Engine) Preview(ctx context.Context, req PreviewRequest) (previews []Preview, err error) {
	for _, op := range []Operation{OpRead, OpSimulate} {
		if err := e.authorize(ctx, req.By, op); err != nil {
			return nil, err
		}
	}
	err = e.alone(ctx, runsOf(req.Integration), func(ctx context.Context) (err error) {
		previews, err = e.preview(ctx, req)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("dovetail: preview %q: %w", req.Integration, err)
	}
	return previews, nil
}

func (e *Engine) preview(ctx context.Context, req PreviewRequest) ([]Preview, error) {
	if len(req.Assume) == 0 {
		return nil, nil
	}
	keys := make([]connector.Key, len(req.Assume))
	for i, a := range req.Assume {
		keys[i] = a.Key
	}
	read, err := e.read(ctx, ReadRequest{By: req.By, Integration: req.Integration, Companies: keys, assume: keys}, store.Run{})
	if err != nil {
		return nil, err
	}
	for _, kind := range read.Kinds {
		if kind.Err != nil {
			return nil, kind.Err // what it left out would be missing in the preview
		}
	}
	p, err := e.newPlanner(ctx, PlanRequest{By: req.By, Integration: req.Integration, Companies: keys}, store.Run{})
	if err != nil {
		return nil, err
	}
	previews := make([]Preview, len(req.Assume))
	for i, a := range req.Assume {
		if previews[i], err = p.preview(ctx, a, req.Examples); err != nil {
			return nil, fmt.Errorf("company %q: %w", a.Key, err)
		}
	}
	return previews, nil
}

// preview plans one company as if it was decided about, without writing
// anything.
func (p *planner) preview(ctx context.Context, a Assumption, examples int) (Preview, error) {
	id := store.RecordID{Integration: p.integration.ID, Kind: p.info.Container, Key: a.Key}
	var row store.MirrorRow
	err := p.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		row, err = r.MirrorRow(id)
		return err
	})
	if err != nil {
		return Preview{}, err
	}
	company, known := p.companies[a.Company]
	switch {
	case a.Company == "":
		company = store.Company{ID: store.CompanyID("new " + a.Key), Name: row.Name}
		p.companies[company.ID] = company
	case !known:
		return Preview{}, fmt.Errorf("company %q here: %w", a.Company, store.ErrNotFound)
	case company.Archived:
		return Preview{}, fmt.Errorf("%w: %q is archived (bring it back first)", store.ErrRefused, company.Name)
	}
	before, decided := p.matches[a.Key]
	if decided && before.Company != a.Company {
		return Preview{}, errors.New("it is matched to another company already (unmatch it first)")
	}
	p.matches[a.Key] = store.Match{ID: id, State: store.MatchMatched, Company: company.ID, By: p.plan.By}
	p.plan.Counts = make(map[store.Action]int)
	p.watch = newWatcher(p.layouts, p.sorting, p.sorting, examplesOf(examples))
	upstream := []connector.Key{a.Key}
	for key, m := range p.matches {
		if m.Company == company.ID && key != a.Key {
			upstream = append(upstream, key)
		}
	}
	slices.Sort(upstream)
	if err := p.company(ctx, company.ID, upstream); err != nil {
		return Preview{}, err
	}
	preview := Preview{Assumption: a, Name: row.Name, Simulation: p.watch.result()}
	preview.Simulation.Actions = p.plan.Counts
	if delete(p.matches, a.Key); decided {
		p.matches[a.Key] = before
	}
	return preview, nil
}
