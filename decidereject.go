package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// reject notes that an upstream company is not one here. It decides nothing
// else: the company stays as undecided as it was.
func (d *decider) reject(ctx context.Context, decision Decision, seen store.Match) (store.Match, error) {
	if _, ok := d.here.byID[decision.Company]; !ok {
		return seen, fmt.Errorf("reject company %q: %w", decision.Company, store.ErrNotFound)
	}
	if !undecidedState(seen.State) {
		return seen, fmt.Errorf("reject company %q: %w: it is %s (unmatch it first)", decision.Company, store.ErrRefused, seen.State)
	}
	var match store.Match
	err := d.ledger.Update(ctx, func(_ context.Context, w store.Writer) (err error) {
		if match, err = w.Match(seen.ID); err != nil {
			return err
		}
		if err := checkSeen(match, decision.Revision); err != nil {
			return err
		}
		at := now()
		match.Suggestions = slices.DeleteFunc(slices.Clone(match.Suggestions), func(s store.Suggestion) bool { return s.Company == decision.Company })
		match.State, match.Group = afterRejection(match, seen, decision.Company)
		match.By, match.At = d.by, at
		match.Revision++
		return errors.Join(
			w.PutRejection(store.Rejection{ID: match.ID, Company: decision.Company, By: d.by, At: at}),
			w.PutMatch(match),
			w.AppendJournal(store.JournalEntry{
				At: at, By: d.by, Integration: d.integration.ID, Event: string(VerdictReject), Record: match.ID, Company: decision.Company,
			}))
	})
	return match, err
}

// afterRejection returns the state and the group of a match that lost a
// suggestion. What was certain about the one that is gone isn't about the others.
func afterRejection(m, seen store.Match, rejected store.CompanyID) (store.MatchState, store.MatchGroup) {
	switch {
	case m.Group == store.GroupTest || m.Group == store.GroupPerson:
	case len(m.Suggestions) == 0:
		m.Group = store.GroupNone
	case len(seen.Suggestions) > 0 && seen.Suggestions[0].Company == rejected:
		m.Group = store.GroupUnclear
	}
	if len(m.Suggestions) == 0 {
		return store.MatchUnmatched, m.Group
	}
	return store.MatchSuggested, m.Group
}

// companyRejections returns what people said upstream companies are not.
func companyRejections(r store.Reader, id store.IntegrationID, container connector.Kind) ([]store.Rejection, error) {
	all, err := collect(r.RejectionsOf(id))
	return slices.DeleteFunc(all, func(said store.Rejection) bool { return said.ID.Kind != container || said.Company == "" }), err
}

// rejectedCompanies returns them by upstream company.
func (e *Engine) rejectedCompanies(ctx context.Context, id store.IntegrationID, container connector.Kind) (map[connector.Key][]store.CompanyID, error) {
	rejected := make(map[connector.Key][]store.CompanyID)
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		all, err := companyRejections(r, id, container)
		for _, said := range all {
			rejected[said.ID.Key] = append(rejected[said.ID.Key], said.Company)
		}
		return err
	})
	return rejected, err
}
