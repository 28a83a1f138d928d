package main

import (
	"context"
	"net/http"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// changeView is one change of a plan.
type changeView struct {
	Seq     int                `json:"seq"`
	Action  store.Action       `json:"action"`
	Kind    connector.Kind     `json:"kind"`
	Key     connector.Key      `json:"key"`
	Company string             `json:"company"`
	Layout  string             `json:"layout,omitempty"`
	Name    string             `json:"name,omitempty"`
	Set     []setView          `json:"set,omitempty"`
	Reason  string             `json:"reason"`
	Outcome store.OutcomeState `json:"outcome"`
	Problem string             `json:"problem,omitempty"`
}

// setView is one value that is written.
type setView struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// maxChanges is how many changes are shown. A plan can have a million.
const maxChanges = 500

func (h *host) changes(r *http.Request) (int, any, error) {
	plan := store.PlanID(r.URL.Query().Get("plan"))
	if plan == "" {
		return 0, nil, fault(http.StatusBadRequest, "no plan is named (send ?plan= with the plan of the last run)")
	}
	labels, err := h.labels(r.Context())
	if err != nil {
		return 0, nil, err
	}
	view := struct {
		Changes []changeView `json:"changes"`
		More    bool         `json:"more"`
	}{Changes: []changeView{}}
	for c, err := range h.engine.Changes(r.Context(), plan) {
		if err != nil {
			return 0, nil, err
		}
		if len(view.Changes) == maxChanges {
			view.More = true
			break
		}
		view.Changes = append(view.Changes, labels.change(c))
	}
	return http.StatusOK, view, nil
}

// labels are the names that people know things by.
type labels struct {
	companies map[store.CompanyID]string
	layouts   map[store.LayoutID]string
	fields    map[store.FieldID]store.Field
}

func (h *host) labels(ctx context.Context) (labels, error) {
	l := labels{make(map[store.CompanyID]string), make(map[store.LayoutID]string), make(map[store.FieldID]store.Field)}
	for c, err := range h.platform.Companies(ctx) {
		if err != nil {
			return l, err
		}
		l.companies[c.ID] = c.Name
	}
	for layout, err := range h.platform.Layouts(ctx) {
		if err != nil {
			return l, err
		}
		l.layouts[layout.ID] = layout.Name
		for _, f := range layout.Fields {
			l.fields[f.ID] = f
		}
	}
	return l, nil
}

func (l labels) change(c store.Change) changeView {
	view := changeView{
		Seq: c.Seq, Action: c.Action, Kind: c.Record.Kind, Key: c.Record.Key,
		Company: l.companies[c.Company], Layout: l.layouts[c.Layout], Name: c.Name,
		Reason: dovetail.Sentence(c.Reason), Outcome: c.Outcome.State, Problem: c.Outcome.Problem,
	}
	for _, set := range c.Set {
		f := l.fields[set.Field]
		one := setView{Field: f.Name, From: set.From.String(), To: set.To.String()}
		if f.Type == store.FieldConfidential {
			one.From, one.To = "", "(confidential)"
		}
		view.Set = append(view.Set, one)
	}
	return view
}
