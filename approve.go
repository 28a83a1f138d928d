package dovetail

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// ApproveRequest lets what a safety limit holds pass.
type ApproveRequest struct {
	// By is who approves.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Plan is the plan that the person saw: the integration's last one.
	Plan store.PlanID
	// Code, Company and Kind name one of the plan's violations.
	Code    ReasonCode
	Company store.CompanyID
	Kind    connector.Kind
	// Ceiling is the number of changes that may pass: more than that are held
	// again. Zero is the violation's count.
	Ceiling int
}

// approvalLifetime is how long an approval lasts: a limit that somebody lifted
// for today's plan must not stay lifted.
const approvalLifetime = 24 * time.Hour

// Approve lets the next plan pass one safety limit, within the violation's scope
// and up to a number. It lasts a day; an approval of moves between layouts lasts
// as long as the rules and default layouts. A plan that isn't the last one, or
// that was made under other settings, is refused with ErrStalePlan. There is no
// approval of everything.
func (e *Engine) Approve(ctx context.Context, req ApproveRequest) error {
	if err := e.authorize(ctx, req.By, OpApprove); err != nil {
		return err
	}
	if err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return approve(w, req) }); err != nil {
		return fmt.Errorf("dovetail: approve %s in %q: %w", req.Code, req.Integration, err)
	}
	return nil
}

func approve(w store.Writer, req ApproveRequest) error {
	integration, err := w.Integration(req.Integration)
	if err != nil {
		return err
	}
	v, err := violationSeen(w, integration, req)
	if err != nil {
		return err
	}
	approval := store.Approval{
		Integration: req.Integration, Code: v.Code, Company: v.Company, Kind: v.Kind,
		Ceiling: req.Ceiling, By: req.By, At: now(),
	}
	switch {
	case req.Ceiling == 0:
		approval.Ceiling = v.Count
	case req.Ceiling < v.Count || req.Ceiling > math.MaxInt32:
		return fmt.Errorf("%w: %d are to pass, and the ceiling is %d (approve them all, or decide about some of them first)", store.ErrRefused, v.Count, req.Ceiling)
	}
	if req.Code != ReasonLimitRefile {
		approval.Expires = approval.At.Add(approvalLifetime)
	}
	if err := forgetApprovals(w, req.Integration, func(a store.Approval) bool { return expired(a, approval.At) }); err != nil {
		return err
	}
	return errors.Join(w.PutApproval(approval), w.AppendJournal(store.JournalEntry{
		At: approval.At, By: req.By, Integration: req.Integration, Event: string(OpApprove), Company: v.Company,
		Reason: violationReason(v),
	}))
}

// violationSeen is the violation that a person saw in a plan, if it is still
// what the next plan would say.
func violationSeen(r store.Reader, integration store.Integration, req ApproveRequest) (store.Violation, error) {
	plan, err := r.LastPlan(req.Integration)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return store.Violation{}, err
	case err != nil || plan.ID != req.Plan:
		return store.Violation{}, fmt.Errorf("%w: it is not the last one (look at that)", ErrStalePlan)
	case plan.SettingsVersion != integration.SettingsVersion:
		return store.Violation{}, fmt.Errorf("%w: the settings were changed since it was made (plan again)", ErrStalePlan)
	}
	at := slices.IndexFunc(plan.Violations, func(v store.Violation) bool {
		return v.Code == string(req.Code) && v.Company == req.Company && v.Kind == req.Kind
	})
	if at < 0 {
		return store.Violation{}, fmt.Errorf("%w: the plan breaks no such limit for company %q and kind %q (see Plan.Violations)", store.ErrRefused, req.Company, req.Kind)
	}
	return plan.Violations[at], nil
}

// forgetApprovals removes those that are over.
func forgetApprovals(w store.Writer, id store.IntegrationID, over func(store.Approval) bool) error {
	approvals, err := collect(w.Approvals(id))
	if err != nil {
		return err
	}
	for _, a := range approvals {
		if !over(a) {
			continue
		}
		if err := w.DeleteApproval(a.Integration, a.Code, a.Company, a.Kind); err != nil {
			return err
		}
	}
	return nil
}
