package dovetail

import (
	"errors"

	"github.com/dovetail-sync/dovetail/store"
)

// The events of the journal when a run matches a company by itself.
const (
	eventMatchCertain = "match certain"
	eventAdopt        = "adopt"
)

// matchByRun matches an upstream company that nobody has decided about: never
// against a person's word, and never a second one where the settings want one.
func (r *reader) matchByRun(w store.Writer, m store.Match, company store.CompanyID, event string) error {
	if !undecidedState(m.State) || !m.At.IsZero() {
		return nil // a person has looked at it
	}
	row, err := w.MirrorRow(m.ID)
	if err != nil || row.Presence != store.Present {
		return err
	}
	for rejection, err := range w.Rejections(m.ID) {
		if err != nil || rejection.Company == company {
			return err
		}
	}
	if r.settings.OneToOne {
		if _, taken, err := takenBy(w, m.ID, company); taken || err != nil {
			return err
		}
	}
	if m.Primary, err = becomesPrimary(w, m.ID, company); err != nil {
		return err
	}
	m.State, m.Company, m.Suggestions = store.MatchMatched, company, nil
	m.By, m.At = r.by, now()
	m.Revision++
	return errors.Join(w.PutMatch(m), bumpMatchRevision(w, r.integration.ID), w.AppendJournal(store.JournalEntry{
		At: m.At, By: r.by, Integration: r.integration.ID, Run: r.run, Event: event, Record: m.ID, Company: company,
	}))
}

// matchesCertain reports whether this reading matches the certain companies by
// itself: a run does, where the settings say so, and never the first one. The
// first suggestions are for people to look at.
func (r *reader) matchesCertain() bool { return r.settings.MatchCertain && r.run != "" && !r.first }
