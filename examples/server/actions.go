package main

import (
	"context"
	"net/http"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/syncro"
)

// saveSettings changes what is given and keeps the rest.
func (h *host) saveSettings(r *http.Request) (int, any, error) {
	var asked struct {
		Revision        int64   `json:"revision"`
		Domain          *string `json:"domain"`
		APIKey          string  `json:"api_key"`
		AutoUpdateNames *bool   `json:"auto_update_names"`
		KeepDetails     *bool   `json:"keep_details"`
	}
	if err := readJSON(r, &asked); err != nil {
		return 0, nil, err
	}
	settings, err := h.engine.Settings(r.Context(), integration)
	if err != nil {
		return 0, nil, err
	}
	if asked.Domain != nil {
		if *asked.Domain != settings.Config.Text(syncro.FieldDomain) && asked.APIKey == "" {
			// The stored key was entered for the stored domain, and goes to no other.
			return 0, nil, fault(http.StatusBadRequest, "another domain needs its own API key (send api_key with it)")
		}
		settings.Config.Values[syncro.FieldDomain] = *asked.Domain
	}
	settings.Config.Secrets = map[string]connector.Secret{syncro.FieldAPIKey: connector.NewSecret(asked.APIKey)}
	if asked.AutoUpdateNames != nil {
		settings.AutoUpdateNames = *asked.AutoUpdateNames
	}
	if asked.KeepDetails != nil {
		settings.KeepDetails = *asked.KeepDetails
	}
	saved, err := h.engine.SaveSettings(r.Context(), dovetail.SettingsRequest{
		By: visitor, Integration: integration, Revision: asked.Revision, Settings: settings,
	})
	if err != nil {
		return 0, nil, err
	}
	var answer struct {
		Revision int64    `json:"revision"`
		Warnings []string `json:"warnings,omitempty"`
	}
	answer.Revision = saved.Integration.Revision
	for _, warning := range saved.Warnings {
		answer.Warnings = append(answer.Warnings, warning.String())
	}
	return http.StatusOK, answer, nil
}

// testView is what a connection test found.
type testView struct {
	OK       bool                   `json:"ok"`
	Problem  string                 `json:"problem,omitempty"`
	Account  string                 `json:"account"`
	User     string                 `json:"user,omitempty"`
	Counts   map[connector.Kind]int `json:"counts"`
	Rights   []rightView            `json:"rights"`
	Warnings []string               `json:"warnings,omitempty"`
	Notes    []string               `json:"notes,omitempty"`
}

// rightView is one right that the API key has, or lacks.
type rightView struct {
	Name    string `json:"name"`
	Granted bool   `json:"granted"`
}

func (h *host) testConnection(r *http.Request) (int, any, error) {
	report, err := h.engine.TestConnection(r.Context(), dovetail.TestRequest{By: visitor, Integration: integration})
	if err != nil {
		return 0, nil, err
	}
	view := testView{
		OK: report.OK(), Problem: report.Problem, Account: report.Account.Name, User: report.Account.User,
		Counts: report.Counts, Warnings: report.Warnings, Notes: report.Notes,
	}
	for _, right := range report.Rights {
		view.Rights = append(view.Rights, rightView{Name: right.Name, Granted: right.Granted})
	}
	return http.StatusOK, view, nil
}

// sync starts a run and doesn't wait for it: the state tells how it goes.
func (h *host) sync(*http.Request) (int, any, error) {
	started := h.runs.start(func(ctx context.Context) error {
		_, err := h.engine.Sync(ctx, dovetail.SyncRequest{By: visitor, Integration: integration})
		return err
	})
	running, _, _ := h.runs.status()
	return http.StatusAccepted, map[string]bool{"started": started, "running": running}, nil
}
