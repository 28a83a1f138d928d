package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// UpstreamMerge is a company that was merged into another one upstream: it is no
// longer there, and records that were its own belong to the other one now.
// Nothing of them moves until a person has answered.
type UpstreamMerge struct {
	// From is the company that is no longer upstream, and Into the one that has
	// its records now. FromName and IntoName are what people know them by.
	From, Into         connector.Key
	FromName, IntoName string
	// Revision is From's match's.
	Revision int64
	// Confirmed says that the upstream confirmed that From is gone. Otherwise the
	// last read just didn't deliver it.
	Confirmed bool
	// Company is the company here that From is matched to.
	Company store.CompanyID
	// IntoState and IntoCompany are what was decided about Into.
	IntoState   store.MatchState
	IntoCompany store.CompanyID
	// Records counts the records that wait, by kind.
	Records map[connector.Kind]int
}

// count is the number of records that wait.
func (m *UpstreamMerge) count() int {
	n := 0
	for _, of := range m.Records {
		n += of
	}
	return n
}

// waiting is the disposition of a record that waits for the answer.
func (m *UpstreamMerge) waiting() store.Reason {
	return reason(ReasonMergeWaiting, "from", m.FromName, "into", m.IntoName)
}

// UpstreamMerges returns the merges that a person has to answer, by the keys of
// the two companies: see AnswerMerge.
func (e *Engine) UpstreamMerges(ctx context.Context, id store.IntegrationID) ([]UpstreamMerge, error) {
	_, _, conn, err := e.configured(ctx, id)
	if err != nil {
		return nil, err
	}
	var merges []UpstreamMerge
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		found, err := mergesIn(r, id, conn.Info().Container)
		for _, m := range found {
			merges = append(merges, *m)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("dovetail: upstream merges of %q: %w", id, err)
	}
	return merges, nil
}

// mergesIn finds the merges that wait for an answer.
func mergesIn(r store.Reader, id store.IntegrationID, container connector.Kind) ([]*UpstreamMerge, error) {
	var merges []*UpstreamMerge
	for m, err := range r.Matches(id) {
		if err != nil {
			return nil, err
		}
		if m.State != store.MatchMatched {
			continue
		}
		row, err := r.MirrorRow(m.ID)
		if err != nil {
			return nil, err
		}
		if row.Presence == store.Present {
			continue
		}
		found, err := mergesFrom(r, m, row)
		if err != nil {
			return nil, err
		}
		merges = append(merges, found...)
	}
	for _, m := range merges {
		if err := m.nameInto(r, store.RecordID{Integration: id, Kind: container, Key: m.Into}); err != nil {
			return nil, err
		}
	}
	merges = slices.DeleteFunc(merges, func(m *UpstreamMerge) bool { return m.IntoCompany == m.Company })
	slices.SortFunc(merges, func(a, b *UpstreamMerge) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Into, b.Into))
	})
	return merges, nil
}

// mergesFrom finds where the records of a company went that is no longer
// upstream.
func mergesFrom(r store.Reader, match store.Match, company store.MirrorRow) ([]*UpstreamMerge, error) {
	into := make(map[connector.Key]*UpstreamMerge)
	var merges []*UpstreamMerge
	for card, err := range r.CardHeadsOf(match.Company) {
		if err != nil {
			return nil, err
		}
		if card.ID.Integration != match.ID.Integration || card.Container != match.ID.Key || card.Pinned || card.State != store.CardActive {
			continue
		}
		row, err := r.MirrorRow(card.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		to := row.Container
		if to == "" || to == card.Container || row.Presence != store.Present || match.Merged.Into == to && match.Merged.Answer != "" {
			continue
		}
		if into[to] == nil {
			into[to] = &UpstreamMerge{
				From: match.ID.Key, FromName: company.Name, Into: to, Revision: match.Revision,
				Confirmed: company.Presence == store.Gone, Company: match.Company, Records: make(map[connector.Kind]int),
			}
			merges = append(merges, into[to])
		}
		into[to].Records[card.ID.Kind]++
	}
	return merges, nil
}

func (m *UpstreamMerge) nameInto(r store.Reader, id store.RecordID) error {
	row, err := r.MirrorRow(id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		m.IntoName = string(id.Key) // the read that met it hasn't got there yet
		return nil
	case err != nil:
		return err
	}
	match, err := r.Match(id)
	m.IntoName, m.IntoState, m.IntoCompany = row.Name, match.State, match.Company
	return err
}

// loadMerges finds the merges that this plan leaves alone, and says so.
func (p *planner) loadMerges(r store.Reader, only []connector.Key) (err error) {
	if p.merges, err = mergesIn(r, p.integration.ID, p.info.Container); err != nil {
		return err
	}
	for _, m := range p.merges {
		if len(only) == 0 || slices.Contains(only, m.From) || slices.Contains(only, m.Into) {
			p.plan.Notes = append(p.plan.Notes, reason(ReasonMergeAsked, "from", m.FromName, "into", m.IntoName, "count", strconv.Itoa(m.count())))
		}
	}
	return nil
}

// mergeOf returns the merge that a card's record waits for, or nil.
func (p *planner) mergeOf(card store.Card, row store.MirrorRow) *UpstreamMerge {
	if card.Pinned || card.Container == row.Container {
		return nil
	}
	for _, m := range p.merges {
		if m.From == card.Container && m.Into == row.Container {
			return m
		}
	}
	return nil
}
