package dovetail

import "github.com/dovetail-sync/dovetail/store"

// The events of the journal about a company that left the upstream and came
// back: one each, however many records it has.
const (
	eventCompanyGone = "company gone upstream"
	eventCompanyBack = "company back upstream"
)

// journalPresence notes that an upstream company is gone, or there again.
func (s *scanner) journalPresence(w store.Writer, was store.Presence, row store.MirrorRow) error {
	if !s.mirror.container || (was == store.Gone) == (row.Presence == store.Gone) {
		return nil
	}
	event := eventCompanyBack
	if row.Presence == store.Gone {
		event = eventCompanyGone
	}
	match, err := w.Match(row.ID)
	if err != nil {
		return err
	}
	return w.AppendJournal(store.JournalEntry{
		At: now(), By: s.by, Integration: s.integration.ID, Run: s.run, Event: event, Record: row.ID, Company: match.Company,
	})
}
