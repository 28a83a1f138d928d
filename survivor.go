package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// CompanyMergedRequest says that the platform merged one company into another.
type CompanyMergedRequest struct {
	// By is who did it, or knows it.
	By store.Actor
	// From is the company that is no longer there, or will soon not be, and To
	// the one that has its assets now.
	From, To store.CompanyID
}

// CompanyMerged moves what was matched to one company, of every integration, to
// the one that survived it, together with its cards, pins and tombstones. It is
// for hosts that know the survivor; where nobody says it, the company is missing
// (CompanyRow.Missing) and a person matches anew. It returns the matches that
// were moved. Nothing is written to the platform.
func (e *Engine) CompanyMerged(ctx context.Context, req CompanyMergedRequest) ([]store.Match, error) {
	if err := e.authorize(ctx, req.By, OpDecide); err != nil {
		return nil, err
	}
	moved, err := e.companyMerged(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("dovetail: merge company %q into %q: %w", req.From, req.To, err)
	}
	return moved, nil
}

func (e *Engine) companyMerged(ctx context.Context, req CompanyMergedRequest) ([]store.Match, error) {
	if req.From == req.To || req.From == "" {
		return nil, fmt.Errorf("%w: two companies have to be named", store.ErrRefused)
	}
	to, err := e.docs.Company(ctx, req.To)
	switch {
	case err != nil:
		return nil, err
	case to.Archived:
		return nil, fmt.Errorf("%w: company %q is archived (bring it back first)", store.ErrRefused, to.Name)
	}
	var moved []store.Match
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) (err error) {
		if moved, err = matchesToSurvivor(w, req); err != nil {
			return err
		}
		return errors.Join(cardsToSurvivor(w, req), pinsToSurvivor(w, req), tombstonesToSurvivor(w, req), overwrittenToSurvivor(w, req))
	})
	return moved, err
}

// matchesToSurvivor moves the matches. The survivor's primary stays; what was written
// to the details of the company that is gone says nothing about the survivor's.
func matchesToSurvivor(w store.Writer, req CompanyMergedRequest) ([]store.Match, error) {
	moved, err := collect(w.MatchesOf(req.From))
	if err != nil {
		return nil, err
	}
	for i := range moved {
		m := &moved[i]
		if m.Primary, err = becomesPrimary(w, m.ID, req.To); err != nil {
			return nil, err
		}
		m.Company, m.Wrote = req.To, nil
		m.By, m.At = req.By, now()
		m.Revision++
		err := errors.Join(w.PutMatch(*m), bumpMatchRevision(w, m.ID.Integration), w.AppendJournal(store.JournalEntry{
			At: m.At, By: req.By, Integration: m.ID.Integration, Event: "company merged", Record: m.ID, Company: req.To,
		}))
		if err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// cardsToSurvivor moves the cards of what was in the company, wherever people have put
// the assets since.
func cardsToSurvivor(w store.Writer, req CompanyMergedRequest) error {
	integrations, err := collect(w.Integrations())
	if err != nil {
		return err
	}
	for _, i := range integrations {
		var cards []store.Card
		for card, err := range w.Cards(i.ID) {
			if err != nil {
				return err
			}
			if card.Company == req.From || card.Home == req.From {
				cards = append(cards, card)
			}
		}
		for _, card := range cards {
			if card.Company == req.From {
				card.Company = req.To
			}
			if card.Home == req.From {
				card.Home = req.To
			}
			if err := w.PutCard(card); err != nil {
				return err
			}
		}
	}
	return nil
}

func pinsToSurvivor(w store.Writer, req CompanyMergedRequest) error {
	pins, err := collect(w.PinsOf(req.From))
	if err != nil {
		return err
	}
	for _, pin := range pins {
		pin.Company = req.To
		if err := w.PutPin(pin); err != nil {
			return err
		}
	}
	return nil
}

func tombstonesToSurvivor(w store.Writer, req CompanyMergedRequest) error {
	tombstones, err := collect(w.TombstonesOf(req.From))
	if err != nil {
		return err
	}
	for _, t := range tombstones {
		t.Company = req.To
		if err := w.PutTombstone(t); err != nil {
			return err
		}
	}
	return nil
}

// overwrittenToSurvivor moves what people had written: it is added under new
// numbers, in the order of the old ones.
func overwrittenToSurvivor(w store.Writer, req CompanyMergedRequest) error {
	kept, err := collect(w.Overwritten(store.OverwrittenQuery{Company: req.From}))
	if err != nil {
		return err
	}
	for _, o := range kept {
		seq := o.Seq
		o.Company = req.To
		if err := errors.Join(w.AddOverwritten(o), w.DeleteOverwritten(seq)); err != nil {
			return err
		}
	}
	return nil
}
