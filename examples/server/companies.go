package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// companyView is one row of the matched companies list.
type companyView struct {
	Key         connector.Key          `json:"key"`
	Name        string                 `json:"name"`
	URL         string                 `json:"url,omitempty"`
	Status      string                 `json:"status"`
	State       store.MatchState       `json:"state"`
	Group       store.MatchGroup       `json:"group"`
	Company     store.CompanyID        `json:"company,omitempty"`
	Here        string                 `json:"here,omitempty"`
	Suggestions []suggestionView       `json:"suggestions,omitempty"`
	Counts      map[connector.Kind]int `json:"counts,omitempty"`
	By          string                 `json:"by,omitempty"`
	Revision    int64                  `json:"revision"`
}

// suggestionView is a candidate for a match.
type suggestionView struct {
	Company    store.CompanyID `json:"company"`
	Name       string          `json:"name"`
	Confidence float64         `json:"confidence"`
	Because    []string        `json:"because"`
}

// hereView is a company of the platform, for a person to choose.
type hereView struct {
	ID   store.CompanyID `json:"id"`
	Name string          `json:"name"`
}

func (h *host) companies(r *http.Request) (int, any, error) {
	view := struct {
		Companies []companyView `json:"companies"`
		Here      []hereView    `json:"here"`
	}{Companies: []companyView{}}
	for row, err := range h.engine.MatchedCompanies(r.Context(), integration) {
		if err != nil {
			return 0, nil, err
		}
		view.Companies = append(view.Companies, viewOf(row))
	}
	var err error
	if view.Here, err = h.here(r.Context()); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, view, nil
}

func viewOf(row dovetail.CompanyRow) companyView {
	view := companyView{
		Key: row.ID.Key, Name: row.Name, Status: row.Status.String(), State: row.State, Group: row.Group,
		Company: row.Company, Here: row.Here, Counts: row.Counts, Revision: row.Revision,
	}
	if strings.HasPrefix(row.URL, "https://") {
		view.URL = row.URL // what is followed when it is clicked: no other scheme
	}
	if !row.At.IsZero() {
		view.By = row.By.String()
	}
	for _, s := range row.Suggestions {
		view.Suggestions = append(view.Suggestions, suggestionView{Company: s.Company, Name: s.Name, Confidence: s.Confidence, Because: s.Because})
	}
	return view
}

// here returns the platform's companies that can be matched to, by name.
func (h *host) here(ctx context.Context) ([]hereView, error) {
	var here []hereView
	for c, err := range h.platform.Companies(ctx) {
		if err != nil {
			return nil, err
		}
		if !c.Archived {
			here = append(here, hereView{ID: c.ID, Name: c.Name})
		}
	}
	slices.SortFunc(here, func(a, b hereView) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return here, nil
}
