package dovetail

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// store writes a page into the mirror together with its checkpoint, in one
// transaction: a crash repeats the page or doesn't, and never half of it.
func (s *scanner) store(ctx context.Context, page connector.Page) error {
	rows, rejected, secrets := s.rows(page)
	if err := s.closeSecrets(ctx, rows, secrets); err != nil {
		return err
	}
	scan := s.scan
	scan.Pages++
	scan.Checkpoint = page.Checkpoint
	var tally KindRead
	err := s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		tally = KindRead{}
		w, err := lookAhead(w, s.recordIDs(rows, rejected))
		if err != nil {
			return err
		}
		seen := make([]connector.Key, 0, len(rows)+len(rejected))
		for _, row := range rows {
			seen = append(seen, row.ID.Key)
			if err := s.storeRow(w, row, &tally); err != nil {
				return err
			}
		}
		for _, r := range rejected {
			if r.Key != "" {
				seen = append(seen, r.Key)
			}
			if err := s.storeRejected(w, r); err != nil {
				return err
			}
		}
		scan.Delivered = s.scan.Delivered + len(rows)
		scan.Rejected = s.scan.Rejected + len(rejected)
		if err := w.MarkSeen(scan.ID, seen); err != nil {
			return err
		}
		if err := s.noteAccount(w, page.Account); err != nil {
			return err
		}
		return w.PutScan(scan)
	})
	if err != nil {
		return err
	}
	s.scan = scan
	s.out.New += tally.New
	s.out.Changed += tally.Changed
	s.out.Gone += tally.Gone
	if page.Account != "" && !accountKnown(s.integration) {
		s.integration.Account = page.Account
	}
	return nil
}

// recordIDs are the ids of a page's records.
func (s *scanner) recordIDs(rows []store.MirrorRow, rejected []connector.Rejected) []store.RecordID {
	ids := make([]store.RecordID, 0, len(rows)+len(rejected))
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	for _, r := range rejected {
		ids = append(ids, s.recordID(r.Key))
	}
	return ids
}

func (s *scanner) recordID(key connector.Key) store.RecordID {
	return store.RecordID{Integration: s.integration.ID, Kind: s.kind.Kind, Key: key}
}

// rows turns a page's records into mirror rows. A record that can't be kept is
// rejected, and the rest goes on. Secrets are those of the rows that are to be
// sealed.
func (s *scanner) rows(page connector.Page) (rows []store.MirrorRow, rejected []connector.Rejected, secrets map[connector.Key]connector.Fields) {
	reject := func(key connector.Key, err error) {
		if key.Check() != nil {
			key = "" // can't be kept either: it is counted, and named in the log
		}
		s.log.Warn("record rejected", "kind", s.kind.Kind, "error", err)
		rejected = append(rejected, connector.Rejected{Key: key, Err: err})
	}
	for _, r := range page.Rejected {
		reject(r.Key, r.Err)
	}
	rows = make([]store.MirrorRow, 0, len(page.Records))
	for _, rec := range page.Records {
		clean, err := rec.Clean()
		if err == nil {
			row, kept := s.mirror.row(clean)
			rows, secrets = append(rows, row), keptSecrets(secrets, row.ID.Key, kept)
			continue
		}
		reject(rec.Key, err)
	}
	return rows, rejected, secrets
}

// storeRow writes one row if it says anything new.
func (s *scanner) storeRow(w store.Writer, row store.MirrorRow, tally *KindRead) error {
	old, err := w.MirrorRow(row.ID)
	found := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if row.Status == connector.StatusDeleted {
		return s.storeTombstone(w, old, found, tally)
	}
	switch {
	case !found:
		tally.New++
	case sameContent(old, row):
		if !lastSeenLater(old, row) {
			return nil
		}
	default:
		tally.Changed++
	}
	if err := w.PutMirrorRow(keep(old, found, row, now())); err != nil {
		return err
	}
	if err := s.journalPresence(w, old.Presence, row); err != nil {
		return err
	}
	if s.mirror.container {
		return ensureMatch(w, row.ID)
	}
	return nil
}

// storeTombstone notes that the upstream itself reports a record as gone.
func (s *scanner) storeTombstone(w store.Writer, old store.MirrorRow, found bool, tally *KindRead) error {
	if !found || old.Presence == store.Gone {
		return nil
	}
	tally.Gone++
	was := old.Presence
	old.Presence, old.Since = store.Gone, now()
	return errors.Join(s.journalPresence(w, was, old), w.PutMirrorRow(old))
}

// storeRejected notes on a record's row why it couldn't be read. What was known
// of it stays.
func (s *scanner) storeRejected(w store.Writer, r connector.Rejected) error {
	if r.Key == "" {
		return nil
	}
	row, err := w.MirrorRow(s.recordID(r.Key))
	switch {
	case errors.Is(err, store.ErrNotFound):
		row = store.MirrorRow{ID: s.recordID(r.Key), FirstSeen: now(), Since: now()}
	case err != nil:
		return err
	}
	problem := "unreadable"
	if r.Err != nil {
		problem = connector.CleanText(r.Err.Error())
	}
	if row.Problem == problem && row.Presence == store.Present {
		return nil
	}
	row.Problem, row.Presence = problem, store.Present
	return w.PutMirrorRow(row)
}

// ensureMatch gives a new upstream company its row in the matched companies
// list.
func ensureMatch(w store.Writer, id store.RecordID) error {
	_, err := w.Match(id)
	if errors.Is(err, store.ErrNotFound) {
		return w.PutMatch(store.Match{ID: id, State: store.MatchUnmatched, Group: store.GroupNone})
	}
	return err
}

// noteAccount pins the account on first sight.
func (s *scanner) noteAccount(w store.Writer, account string) error {
	if account == "" || accountKnown(s.integration) {
		return nil
	}
	integration, err := w.Integration(s.integration.ID)
	if err != nil {
		return err
	}
	integration.Account = account
	return w.PutIntegration(integration)
}
