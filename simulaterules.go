package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	defaultExamples = 3
	maxExamples     = 20
)

// SimulateRules says what rules would do with what was last read: how many
// records go where, which go elsewhere than now, which assets would move, and
// what has no home. It makes no request upstream and writes nothing. Rules that
// can't be saved are refused as SaveSettings does, with a *SettingsError.
func (e *Engine) SimulateRules(ctx context.Context, req SimulateRequest) (Simulation, error) {
	if err := e.authorize(ctx, req.By, OpSimulate); err != nil {
		return Simulation{}, err
	}
	s, err := e.simulate(ctx, req)
	if err != nil {
		return Simulation{}, fmt.Errorf("dovetail: simulate rules of %q: %w", req.Integration, err)
	}
	return s, nil
}

func (e *Engine) simulate(ctx context.Context, req SimulateRequest) (Simulation, error) {
	integration, settings, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return Simulation{}, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return Simulation{}, err
	}
	tried, warnings, err := withDraft(conn.Info(), integration, layouts, settings, req.Try)
	if err != nil {
		return Simulation{}, err
	}
	compared, _, err := withDraft(conn.Info(), integration, layouts, settings, req.Against)
	if err != nil {
		return Simulation{}, fmt.Errorf("what it is compared with: %w", err)
	}
	against, err := e.newSorting(conn.Info(), compared)
	if err != nil {
		return Simulation{}, err
	}
	p, err := e.plannerFor(ctx, PlanRequest{By: req.By, Integration: req.Integration, Companies: req.Companies}, "", integration, tried)
	if err != nil {
		return Simulation{}, err
	}
	p.approvals = []store.Approval{{Code: string(ReasonLimitRefile), Ceiling: math.MaxInt32}} // what would move, if it may
	p.watch = newWatcher(layouts, p.sorting, against, examplesOf(req.Examples))
	if err := p.all(ctx, req.Companies); err != nil {
		return Simulation{}, err
	}
	unfed, err := e.checkRequired(ctx, conn.Info(), layouts, tried)
	if err != nil {
		return Simulation{}, err
	}
	s := p.watch.result()
	s.Actions, s.Warnings = p.plan.Counts, slices.Concat(warnings, unfed)
	return s, nil
}

// examplesOf is how many examples there are in each row.
func examplesOf(asked int) int { return min(cmp.Or(asked, defaultExamples), maxExamples) }

// withDraft returns settings with what a draft has in place of theirs. What is
// wrong with it is a *SettingsError.
func withDraft(info connector.Info, integration store.Integration, layouts map[store.LayoutID]store.Layout, settings store.Settings, draft *SortDraft) (store.Settings, []connector.Problem, error) {
	if draft == nil {
		return settings, nil, nil
	}
	if draft.DefaultLayouts != nil {
		settings.DefaultLayouts = maps.Clone(draft.DefaultLayouts)
	}
	if draft.SkipTypes != nil {
		settings.SkipTypes = slices.Clone(draft.SkipTypes)
	}
	settings.Rules = nil
	problems := checkDefaultLayouts(info, layouts, settings.DefaultLayouts)
	skipProblems, skipWarnings := resolveSkipTypes(info, integration.Types, settings.SkipTypes)
	ruleProblems, ruleWarnings := checkRules(info, integration.Types, layouts, draft.Rules, &settings)
	if problems = slices.Concat(problems, skipProblems, ruleProblems); len(problems) > 0 {
		return store.Settings{}, nil, &SettingsError{Problems: problems}
	}
	return settings, slices.Concat(skipWarnings, ruleWarnings), nil
}
