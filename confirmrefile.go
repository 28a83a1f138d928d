package dovetail

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// ConfirmRefileRequest confirms that assets move to the layouts that the rules
// now say.
type ConfirmRefileRequest struct {
	// By is who confirms.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Plan is the plan that the person saw: the integration's last one. Its
	// notes say how many assets would move.
	Plan store.PlanID
}

// ConfirmRefile confirms, once for each version of the rules and defaults, that
// assets are moved between layouts. The next plan moves them. A plan that isn't
// the last one, or that was made under other rules, is refused with
// ErrStalePlan.
func (e *Engine) ConfirmRefile(ctx context.Context, req ConfirmRefileRequest) error {
	if err := e.authorize(ctx, req.By, OpConfirmRefile); err != nil {
		return err
	}
	if err := e.confirmRefile(ctx, req); err != nil {
		return fmt.Errorf("dovetail: confirm moves of %q: %w", req.Integration, err)
	}
	return nil
}

func (e *Engine) confirmRefile(ctx context.Context, req ConfirmRefileRequest) error {
	integration, settings, err := e.load(ctx, req.Integration)
	if err != nil {
		return err
	}
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return err
	}
	current, err := e.newSorting(conn.Info(), settings)
	if err != nil {
		return err
	}
	now := now()
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		plan, err := w.LastPlan(req.Integration)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if plan.ID != req.Plan || err != nil {
			return fmt.Errorf("%w: it is not the last one (look at that)", ErrStalePlan)
		}
		at := slices.IndexFunc(plan.Notes, func(r store.Reason) bool { return r.Code == string(ReasonRefileUnconfirmed) })
		if at < 0 {
			return fmt.Errorf("%w: the plan has no moves that wait to be confirmed", store.ErrRefused)
		}
		seen, err := w.Settings(req.Integration, plan.SettingsVersion)
		if err != nil {
			return err
		}
		sorting, err := e.newSorting(conn.Info(), seen)
		switch {
		case err != nil:
			return err
		case sorting.version != current.version:
			return fmt.Errorf("%w: the rules or default layouts were changed since it was made (plan again)", ErrStalePlan)
		}
		if err := forgetConfirmations(w, req.Integration); err != nil {
			return err
		}
		return errors.Join(
			w.PutApproval(store.Approval{Integration: req.Integration, Code: refileCode(current.version), Ceiling: math.MaxInt32, By: req.By, At: now}),
			w.AppendJournal(store.JournalEntry{At: now, By: req.By, Integration: req.Integration, Event: string(OpConfirmRefile), Reason: plan.Notes[at]}),
		)
	})
}

// refileCode is the code of the approval under which assets are moved by one
// version of the rules and defaults.
func refileCode(version string) string { return refilePrefix + version }

const refilePrefix = "refile "

// forgetConfirmations removes those of other versions, so that they don't
// gather.
func forgetConfirmations(w store.Writer, id store.IntegrationID) error {
	approvals, err := collect(w.Approvals(id))
	if err != nil {
		return err
	}
	for _, a := range approvals {
		if !strings.HasPrefix(a.Code, refilePrefix) {
			continue
		}
		if err := w.DeleteApproval(a.Integration, a.Code, a.Company, a.Kind); err != nil {
			return err
		}
	}
	return nil
}
