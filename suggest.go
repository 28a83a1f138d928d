package dovetail

import (
	"context"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/matching"
	"github.com/dovetail-sync/dovetail/store"
)

// suggest looks for a company here for every upstream company that nobody
// decided about.
func (r *reader) suggest(ctx context.Context, kind connector.KindInfo) error {
	upstream, err := r.claimants(ctx, meaningsOf(kind))
	if err != nil {
		return err
	}
	companies, err := r.companiesHere(ctx)
	if err != nil {
		return err
	}
	var candidates []matching.Company
	for _, c := range companies {
		if !c.Archived {
			candidates = append(candidates, candidateHere(c))
		}
	}
	results := matching.Companies(upstream, candidates)
	return r.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		for _, result := range results {
			id := store.RecordID{Integration: r.integration.ID, Kind: kind.Kind, Key: connector.Key(result.ID)}
			match, err := w.Match(id)
			if err != nil {
				return err
			}
			if !undecidedState(match.State) {
				continue // decided
			}
			if suggested := withSuggestions(match, result); !sameSuggestion(match, suggested) {
				if err := w.PutMatch(suggested); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func undecidedState(s store.MatchState) bool {
	return s == store.MatchUnmatched || s == store.MatchSuggested
}

// claimants returns the upstream companies as matching sees them: those that
// nobody decided about, and the matched ones, which lay claim to their company
// so that another of the same name is not taken for certain.
func (r *reader) claimants(ctx context.Context, means meanings) ([]matching.Company, error) {
	var upstream []matching.Company
	err := r.ledger.View(ctx, func(_ context.Context, rd store.Reader) error {
		for m, err := range rd.Matches(r.integration.ID) {
			if err != nil {
				return err
			}
			if m.State == store.MatchIgnored {
				continue
			}
			row, err := rd.MirrorRow(m.ID)
			if err != nil {
				return err
			}
			fields, err := decodeFields(row.Data)
			if err != nil {
				return err
			}
			upstream = append(upstream, candidateUpstream(row, fields, means))
		}
		return nil
	})
	return upstream, err
}

func candidateUpstream(row store.MirrorRow, fields connector.Fields, means meanings) matching.Company {
	person := slices.Contains(means.texts(fields, connector.MeansIsPerson), "true")
	return matching.Company{
		ID:       string(row.ID.Key),
		Name:     row.Name,
		Person:   person,
		Phones:   append(means.texts(fields, connector.MeansPhone), means.texts(fields, connector.MeansMobile)...),
		Emails:   means.texts(fields, connector.MeansEmail),
		Domains:  slices.Concat(means.texts(fields, connector.MeansEmailDomain), means.texts(fields, connector.MeansDomain), means.texts(fields, connector.MeansWebsite)),
		Street:   means.text(fields, connector.MeansStreet),
		Postcode: means.text(fields, connector.MeansPostcode),
		City:     means.text(fields, connector.MeansCity),
	}
}

func candidateHere(c store.Company) matching.Company {
	return matching.Company{
		ID:       string(c.ID),
		Name:     c.Name,
		Phones:   present(c.Details.Phone),
		Domains:  present(c.Details.Website),
		Street:   c.Details.Street,
		Postcode: c.Details.Postcode,
		City:     c.Details.City,
	}
}

func present(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// withSuggestions puts matching's result into a match. It is no decision: the
// revision stays.
func withSuggestions(m store.Match, result matching.Result) store.Match {
	m.State, m.Group, m.Suggestions = store.MatchUnmatched, result.Group, nil
	for _, c := range result.Candidates {
		m.State = store.MatchSuggested
		m.Suggestions = append(m.Suggestions, store.Suggestion{
			Company: store.CompanyID(c.ID), Name: c.Name, Confidence: c.Confidence, Because: c.Because,
		})
	}
	return m
}

func sameSuggestion(a, b store.Match) bool {
	return a.State == b.State && a.Group == b.Group &&
		slices.EqualFunc(a.Suggestions, b.Suggestions, func(x, y store.Suggestion) bool {
			return x.Company == y.Company && x.Name == y.Name && x.Confidence == y.Confidence && slices.Equal(x.Because, y.Because)
		})
}

// count notes in each match how many records the company has, by kind.
func (r *reader) count(ctx context.Context) error {
	counts, err := r.counts(ctx)
	if err != nil {
		return err
	}
	return r.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		for m, err := range w.Matches(r.integration.ID) {
			if err != nil {
				return err
			}
			fresh := make(map[connector.Kind]int)
			for kind, byCompany := range counts {
				fresh[kind] = byCompany[m.ID.Key]
			}
			if len(fresh) == 0 || equalCounts(m.Counts, fresh) {
				continue
			}
			m.Counts = fresh
			if err := w.PutMatch(m); err != nil {
				return err
			}
		}
		return nil
	})
}

func equalCounts(a, b map[connector.Kind]int) bool {
	if len(a) != len(b) {
		return false
	}
	for kind, n := range b {
		if have, ok := a[kind]; !ok || have != n {
			return false
		}
	}
	return true
}

// counts returns the numbers of records by kind and upstream company, for the
// kinds that were ever read to their end.
func (r *reader) counts(ctx context.Context) (map[connector.Kind]map[connector.Key]int, error) {
	counts := make(map[connector.Kind]map[connector.Key]int)
	err := r.ledger.View(ctx, func(_ context.Context, rd store.Reader) error {
		for _, kind := range r.info.Kinds {
			if kind.Kind == r.info.Container {
				continue
			}
			if _, err := rd.LastComplete(r.integration.ID, kind.Kind); err != nil {
				continue // never read to its end: unknown, not zero
			}
			byCompany := make(map[connector.Key]int)
			for row, err := range rd.Mirror(store.MirrorQuery{Integration: r.integration.ID, Kind: kind.Kind}) {
				if err != nil {
					return err
				}
				if row.Presence != store.Gone {
					byCompany[row.Container]++
				}
			}
			counts[kind.Kind] = byCompany
		}
		return nil
	})
	return counts, err
}
