package dovetail

import (
	"context"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// leastConfidence is how likely a candidate has to be to be shown. Below it a
// company counts as new: a person who creates companies in bulk is asked about
// names that are equal, not about names that share a word.
const leastConfidence = 0.05

// maxSuggestions is how many candidates a match shows.
const maxSuggestions = 5

// suggest looks for a company here for every upstream company that nobody
// decided about.
func (r *reader) suggest(ctx context.Context, kind connector.KindInfo) error {
	if open, err := r.anyUndecided(ctx); err != nil || !open {
		return err
	}
	companies, err := r.companiesHere(ctx)
	if err != nil {
		return err
	}
	if err := r.adoptCompanies(ctx, companies); err != nil {
		return err
	}
	result, err := r.match(ctx, kind, companies)
	if err != nil {
		return err
	}
	return r.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		for decision := range result.Decisions() {
			id := store.RecordID{Integration: r.integration.ID, Kind: kind.Kind, Key: connector.Key(decision.ID)}
			match, err := w.Match(id)
			if err != nil {
				return err
			}
			if !undecidedState(match.State) {
				continue // decided
			}
			group := groupOf(decision, result.Record(decision.ID))
			if suggested := withSuggestions(match, group, decision); !sameSuggestion(match, suggested) {
				if err := w.PutMatch(suggested); err != nil {
					return err
				}
				match = suggested
			}
			if match.Group == store.GroupAutomatic && len(match.Suggestions) > 0 && r.matchesCertain() {
				if err := r.matchByRun(w, match, match.Suggestions[0].Company, eventMatchCertain); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// anyUndecided reports whether there is anything to suggest.
func (r *reader) anyUndecided(ctx context.Context) (open bool, err error) {
	err = r.ledger.View(ctx, func(_ context.Context, rd store.Reader) error {
		for match, err := range rd.Matches(r.integration.ID) {
			if err != nil {
				return err
			}
			if open = undecidedState(match.State); open {
				break
			}
		}
		return nil
	})
	return open, err
}

// match compares the upstream companies with those here.
func (r *reader) match(ctx context.Context, kind connector.KindInfo, companies map[store.CompanyID]store.Company) (*matching.Result, error) {
	var upstream, here []matching.Record
	var known matching.Known
	err := r.ledger.View(ctx, func(_ context.Context, rd store.Reader) (err error) {
		if upstream, known, err = r.claimants(rd, meaningsOf(kind)); err != nil {
			return err
		}
		people, err := r.peopleOf(rd)
		if err != nil {
			return err
		}
		for _, c := range companies {
			if !c.Archived {
				here = append(here, recordHere(c, people[c.ID]))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	up, err := matching.NewCatalogue(matching.Config{}, upstream...)
	if err != nil {
		return nil, err
	}
	documented, err := matching.NewCatalogue(matching.Config{}, here...)
	if err != nil {
		return nil, err
	}
	return matching.Match(matching.Request{Upstream: up, Here: documented, Known: known, Candidates: maxSuggestions, Evidence: true})
}

func undecidedState(s store.MatchState) bool {
	return s == store.MatchUnmatched || s == store.MatchSuggested
}

// groupOf says how sure a decision is.
func groupOf(d matching.Decision, upstream matching.Record) store.MatchGroup {
	switch {
	case matching.IsTestRow(upstream):
		return store.GroupTest
	case upstream.Person:
		return store.GroupPerson
	}
	switch {
	case d.Outcome == matching.OutcomeAutomatic:
		return store.GroupAutomatic
	case d.Outcome == matching.OutcomeProvisional && !d.Renamed:
		return store.GroupSameName
	default:
		return store.GroupUnclear // or none: see withSuggestions
	}
}

// withSuggestions puts matching's decision into a match. It is no decision of a
// person's: the revision stays.
func withSuggestions(m store.Match, group store.MatchGroup, d matching.Decision) store.Match {
	m.State, m.Group, m.Suggestions = store.MatchUnmatched, group, nil
	if group == store.GroupTest {
		return m
	}
	for _, c := range d.Candidates {
		if c.Confidence < leastConfidence && c.ID != d.Match {
			continue
		}
		m.State = store.MatchSuggested
		m.Suggestions = append(m.Suggestions, store.Suggestion{
			Company: store.CompanyID(c.ID), Name: c.Name, Confidence: c.Confidence, Because: because(c),
		})
	}
	if group == store.GroupUnclear && len(m.Suggestions) == 0 {
		m.Group = store.GroupNone
	}
	if d.Match != "" {
		m.Suggestions = matchFirst(m.Suggestions, store.CompanyID(d.Match))
	}
	return m
}

// matchFirst puts the company that was decided for before the others.
func matchFirst(suggestions []store.Suggestion, match store.CompanyID) []store.Suggestion {
	at := slices.IndexFunc(suggestions, func(s store.Suggestion) bool { return s.Company == match })
	if at > 0 {
		first := suggestions[at]
		suggestions = slices.Insert(slices.Delete(suggestions, at, at+1), 0, first)
	}
	return suggestions
}

// because words a candidate: what speaks for it and against it with its bits,
// and what forbids to match it without a person.
func because(c matching.Candidate) []string {
	var all []string
	for _, e := range c.Evidence {
		if e.Kind != matching.KindPrior {
			all = append(all, e.Text)
		}
	}
	for _, veto := range c.Vetoes {
		if !slices.Contains(all, veto) {
			all = append(all, veto)
		}
	}
	return all
}

func sameSuggestion(a, b store.Match) bool {
	return a.State == b.State && a.Group == b.Group &&
		slices.EqualFunc(a.Suggestions, b.Suggestions, func(x, y store.Suggestion) bool {
			return x.Company == y.Company && x.Name == y.Name && x.Confidence == y.Confidence && slices.Equal(x.Because, y.Because)
		})
}
