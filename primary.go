package dovetail

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// PrimaryRequest asks to make an upstream company the one that writes the
// details of the company that it is matched to.
type PrimaryRequest struct {
	// By is who asks.
	By store.Actor
	// Integration and Key name the upstream company.
	Integration store.IntegrationID
	Key         connector.Key
	// Revision is its match's as the person saw it.
	Revision int64
}

// SetPrimary makes an upstream company the primary one of the company that it is
// matched to: from the next plan on that one writes its details. What the one
// before wrote follows the new one.
func (e *Engine) SetPrimary(ctx context.Context, req PrimaryRequest) error {
	if err := e.authorize(ctx, req.By, OpDecide); err != nil {
		return err
	}
	_, _, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return err
	}
	id := store.RecordID{Integration: req.Integration, Kind: conn.Info().Container, Key: req.Key}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return setPrimary(w, req, id) })
	if err != nil {
		return fmt.Errorf("dovetail: make %q the primary company: %w", req.Key, err)
	}
	return nil
}

func setPrimary(w store.Writer, req PrimaryRequest, id store.RecordID) error {
	match, err := w.Match(id)
	if err != nil {
		return err
	}
	if err := checkSeen(match, req.Revision); err != nil {
		return err
	}
	switch {
	case match.State != store.MatchMatched:
		return fmt.Errorf("%w: it is %s (match it first)", store.ErrRefused, match.State)
	case match.Primary:
		return nil
	}
	others, err := collect(w.MatchesOf(match.Company))
	if err != nil {
		return err
	}
	for _, other := range others {
		if !other.Primary {
			continue
		}
		match.Wrote = other.Wrote
		other.Primary, other.Wrote = false, nil
		if err := errors.Join(w.PutMatch(other), bumpMatchRevision(w, other.ID.Integration)); err != nil {
			return err
		}
	}
	match.Primary = true
	match.By, match.At = req.By, now()
	match.Revision++
	return errors.Join(w.PutMatch(match), bumpMatchRevision(w, id.Integration), w.AppendJournal(store.JournalEntry{
		At: match.At, By: req.By, Integration: id.Integration, Event: "primary", Record: id, Company: match.Company,
	}))
}

// becomesPrimary reports whether a match to company writes its details: the
// first one does.
func becomesPrimary(r store.Reader, id store.RecordID, company store.CompanyID) (bool, error) {
	if company == "" {
		return false, nil
	}
	others, err := collect(r.MatchesOf(company))
	if err != nil {
		return false, err
	}
	for _, other := range others {
		if other.Primary && other.ID != id {
			return false, nil
		}
	}
	return true, nil
}

// leaves lets another match of the company write its details, when the one that
// did leaves it: one that is still upstream, if there is any. What was written
// follows the new one.
func leaves(w store.Writer, leaving store.Match) error {
	if !leaving.Primary {
		return nil
	}
	others, err := collect(w.MatchesOf(leaving.Company))
	if err != nil {
		return err
	}
	var next *store.Match
	for i, other := range others {
		if other.ID == leaving.ID {
			continue
		}
		row, err := w.MirrorRow(other.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if next == nil || err == nil && row.Presence == store.Present {
			next = &others[i]
			if err == nil && row.Presence == store.Present {
				break
			}
		}
	}
	if next == nil {
		return nil
	}
	next.Primary, next.Wrote = true, maps.Clone(leaving.Wrote)
	return errors.Join(w.PutMatch(*next), bumpMatchRevision(w, next.ID.Integration))
}
