package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
	"github.com/dovetail-sync/dovetail/syncro"
)

// stateView is all that the head of the page shows.
type stateView struct {
	Integration struct {
		ID       store.IntegrationID `json:"id"`
		Name     string              `json:"name"`
		Account  string              `json:"account"`
		Revision int64               `json:"revision"`
	} `json:"integration"`
	Settings struct {
		Domain          string `json:"domain"`
		AutoUpdateNames bool   `json:"auto_update_names"`
		KeepDetails     bool   `json:"keep_details"`
	} `json:"settings"`
	Connection struct {
		State   store.ConnectionState `json:"state"`
		At      time.Time             `json:"at,omitzero"`
		Problem string                `json:"problem,omitempty"`
		Code    connector.Code        `json:"code,omitempty"`
	} `json:"connection"`
	Running        bool               `json:"running"`
	Progress       *progressView      `json:"progress,omitempty"`
	SyncError      string             `json:"sync_error,omitempty"`
	LastRun        *runView           `json:"last_run,omitempty"`
	Reconciliation reconciliationView `json:"reconciliation"`
	Bulks          []dovetail.Bulk    `json:"bulks"`
}

// progressView says how far the run under way is.
type progressView struct {
	Event string         `json:"event"`
	Kind  connector.Kind `json:"kind,omitempty"`
	Done  int            `json:"done"`
	Total int            `json:"total,omitempty"`
	Text  string         `json:"text,omitempty"`
}

// runView is one run.
type runView struct {
	ID       store.RunID                `json:"id"`
	State    store.RunState             `json:"state"`
	Started  time.Time                  `json:"started"`
	Ended    time.Time                  `json:"ended,omitzero"`
	Read     map[connector.Kind]int     `json:"read"`
	Plan     store.PlanID               `json:"plan,omitempty"`
	Outcomes map[store.OutcomeState]int `json:"outcomes,omitempty"`
	Problems []string                   `json:"problems,omitempty"`
}

// reconciliationView accounts for every record, over all companies and for each.
type reconciliationView struct {
	Text      string                    `json:"text"`
	Upstream  int                       `json:"upstream"`
	Standings map[dovetail.Standing]int `json:"standings"`
	AddsUp    bool                      `json:"adds_up"`
	Companies []companySum              `json:"companies"`
}

// companySum is one company's reconciliation.
type companySum struct {
	Key    connector.Key `json:"key"`
	Name   string        `json:"name"`
	Text   string        `json:"text"`
	AddsUp bool          `json:"adds_up"`
}

func (h *host) state(r *http.Request) (int, any, error) {
	ctx := r.Context()
	stored, err := h.engine.Integration(ctx, integration)
	if err != nil {
		return 0, nil, err
	}
	settings, err := h.engine.Settings(ctx, integration)
	if err != nil {
		return 0, nil, err
	}
	view := stateView{Bulks: bulks[:]}
	view.Integration.ID, view.Integration.Name = stored.ID, stored.Name
	view.Integration.Account, view.Integration.Revision = stored.Account, stored.Revision
	view.Settings.Domain = settings.Config.Text(syncro.FieldDomain)
	view.Settings.AutoUpdateNames, view.Settings.KeepDetails = settings.AutoUpdateNames, settings.KeepDetails
	view.Connection.State, view.Connection.At = stored.Connection.State, stored.Connection.At
	view.Connection.Problem, view.Connection.Code = stored.Connection.Problem, stored.Connection.Code
	h.progress(ctx, &view)
	if view.LastRun, err = h.lastRun(ctx); err != nil {
		return 0, nil, err
	}
	if view.Reconciliation, err = h.reconciliation(ctx); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, view, nil
}

// progress fills in what is going on now.
func (h *host) progress(ctx context.Context, view *stateView) {
	running, last, failure := h.runs.status()
	view.Running = running
	if running && last.Type != "" {
		view.Progress = &progressView{Event: string(last.Type), Kind: last.Kind, Done: last.Done, Total: last.Total, Text: last.Text}
	}
	if failure != nil {
		view.SyncError = h.explain(ctx, failure).Error
	}
}

func (h *host) lastRun(ctx context.Context) (*runView, error) {
	run, err := h.engine.LastRun(ctx, integration)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // no run yet is an answer
	}
	if err != nil {
		return nil, err
	}
	return &runView{
		ID: run.ID, State: run.State, Started: run.Started, Ended: run.Ended,
		Read: run.Read, Plan: run.Plan, Outcomes: run.Outcomes, Problems: run.Problems,
	}, nil
}

func (h *host) reconciliation(ctx context.Context) (reconciliationView, error) {
	view := reconciliationView{AddsUp: true, Companies: []companySum{}}
	var total dovetail.Reconciliation
	for one, err := range h.engine.Reconcile(ctx, integration) {
		if err != nil {
			return view, err
		}
		total.Add(one)
		view.AddsUp = view.AddsUp && one.AddsUp()
		view.Companies = append(view.Companies, companySum{Key: one.Key, Name: one.Name, Text: one.String(), AddsUp: one.AddsUp()})
	}
	view.Text, view.Upstream, view.Standings = total.String(), total.Upstream, total.Standings
	return view, nil
}
