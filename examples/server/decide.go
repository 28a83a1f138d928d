package main

import (
	"net/http"
	"slices"

	"github.com/dovetail-sync/dovetail"
	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// bulks are the decisions about many companies, in the order of the page's
// buttons.
var bulks = [...]dovetail.Bulk{dovetail.BulkMatch, dovetail.BulkCreate, dovetail.BulkIgnoreTests, dovetail.BulkIgnorePersons}

var verdicts = [...]dovetail.Verdict{dovetail.VerdictMatch, dovetail.VerdictCreate, dovetail.VerdictIgnore, dovetail.VerdictUnmatch}

// decisionJSON is a decision as it is proposed to the page and sent back.
type decisionJSON struct {
	Key      connector.Key     `json:"key"`
	Revision int64             `json:"revision"`
	Verdict  dovetail.Verdict  `json:"verdict"`
	Company  store.CompanyID   `json:"company,omitempty"`
	Leave    store.LeavePolicy `json:"leave,omitempty"`
}

// proposalView is one row of the preview of a bulk decision.
type proposalView struct {
	Decision decisionJSON `json:"decision"`
	Name     string       `json:"name"`
	Here     string       `json:"here,omitempty"`
	Because  []string     `json:"because,omitempty"`
}

// proposals previews a bulk decision. What the person leaves ticked is sent to
// decide.
func (h *host) proposals(r *http.Request) (int, any, error) {
	bulk := dovetail.Bulk(r.URL.Query().Get("bulk"))
	if !slices.Contains(bulks[:], bulk) {
		return 0, nil, fault(http.StatusBadRequest, "bulk %q is not known (one of %q)", bulk, bulks)
	}
	proposals, err := h.engine.Propose(r.Context(), integration, bulk)
	if err != nil {
		return 0, nil, err
	}
	views := []proposalView{}
	for _, p := range proposals {
		views = append(views, proposalView{Decision: decisionJSON(p.Decision), Name: p.Name, Here: p.Here, Because: p.Because})
	}
	return http.StatusOK, map[string][]proposalView{"proposals": views}, nil
}

// decidedView is what became of one decision. Status is an HTTP status: 200, or
// 409 where somebody decided meanwhile. State, Company and Revision are those of
// the match as it is now.
type decidedView struct {
	Key      connector.Key    `json:"key"`
	Status   int              `json:"status"`
	Error    string           `json:"error,omitempty"`
	State    store.MatchState `json:"state,omitempty"`
	Company  store.CompanyID  `json:"company,omitempty"`
	Revision int64            `json:"revision"`
}

// decide carries decisions out, each by itself: the answer has a row for each.
func (h *host) decide(r *http.Request) (int, any, error) {
	var asked struct {
		Decisions []decisionJSON `json:"decisions"`
	}
	if err := readJSON(r, &asked); err != nil {
		return 0, nil, err
	}
	if len(asked.Decisions) == 0 {
		return 0, nil, fault(http.StatusBadRequest, "there is no decision in it (send decisions, each with key, revision and verdict)")
	}
	decisions := make([]dovetail.Decision, len(asked.Decisions))
	for i, d := range asked.Decisions {
		switch {
		case !slices.Contains(verdicts[:], d.Verdict):
			return 0, nil, fault(http.StatusBadRequest, "decision %d: verdict %q is not known (one of %q)", i+1, d.Verdict, verdicts)
		case d.Key == "":
			return 0, nil, fault(http.StatusBadRequest, "decision %d: there is no key (send that of the row)", i+1)
		}
		decisions[i] = dovetail.Decision(d)
	}
	decided, err := h.engine.Decide(r.Context(), dovetail.DecideRequest{By: visitor, Integration: integration, Decisions: decisions})
	if err != nil {
		return 0, nil, err
	}
	rows := make([]decidedView, len(decided))
	for i, d := range decided {
		rows[i] = decidedView{
			Key: d.Decision.Key, Status: http.StatusOK,
			State: d.Match.State, Company: d.Match.Company, Revision: d.Match.Revision,
		}
		if d.Err != nil {
			p := h.explain(r.Context(), d.Err)
			rows[i].Status, rows[i].Error = p.Status, p.Error
		}
	}
	return http.StatusOK, map[string][]decidedView{"decided": rows}, nil
}
