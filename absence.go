package dovetail

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

const (
	// maxLookups bounds the look-ups by id of a run; the rest stay suspect and
	// have their turn at the next.
	maxLookups = 100
	// plausibleShare is the least share of the last complete scan that a scan
	// has to deliver, from plausibleFrom records up. One that delivers less is
	// taken for a fault of the upstream, not for a mass deletion.
	plausibleShare = 0.7
	plausibleFrom  = 20
	// idleLimit is how old the last complete scan may be for a scan to find
	// absences: after a longer pause the first one only marks suspects.
	idleLimit = 7 * 24 * time.Hour
)

// finish settles a scan that reached its last page: whether what it delivered
// is plausible, and what became of the records that it didn't deliver.
func (s *scanner) finish(ctx context.Context) error {
	end := store.ScanEnded
	if s.exhaustive {
		end = store.ScanExhaustive
	}
	last, err := s.lastComplete(ctx)
	if err != nil {
		return err
	}
	if err := s.countOnce(ctx); err != nil {
		return err
	}
	if err := s.plausible(last); err != nil {
		return s.fail(ctx, err)
	}
	if len(s.within) == 0 {
		idle := last.ID != "" && s.scan.Started.Sub(last.Started) > idleLimit
		if err := s.absences(ctx, last, idle); err != nil {
			return err
		}
	}
	s.scan.State, s.scan.Ended = end, now()
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return w.PutScan(s.scan) })
}

// lastComplete returns the last complete scan of all of the kind, or none.
func (s *scanner) lastComplete(ctx context.Context) (last store.Scan, err error) {
	err = s.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		last, err = r.LastComplete(s.integration.ID, s.kind.Kind)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return store.Scan{}, nil
	}
	return last, err
}

// countOnce counts the records of a scan that was interrupted: those that came
// before and after the interruption count once, or the next scan would seem to
// deliver too little.
func (s *scanner) countOnce(ctx context.Context) error {
	if !s.resumed || len(s.within) > 0 {
		return nil
	}
	seen := 0
	err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		q := store.MirrorQuery{Integration: s.integration.ID, Kind: s.kind.Kind, Heads: true}
		all, err := countReadable(r, q)
		if err != nil {
			return err
		}
		q.UnseenBy = s.scan.ID
		unseen, err := countReadable(r, q)
		seen = all - unseen
		return err
	})
	s.scan.Delivered = seen
	return err
}

func countReadable(r store.Reader, q store.MirrorQuery) (n int, err error) {
	for row, err := range r.Mirror(q) {
		if err != nil {
			return 0, err
		}
		if row.Problem == "" {
			n++
		}
	}
	return n, nil
}

func (s *scanner) plausible(last store.Scan) error {
	if len(s.within) > 0 || last.Delivered < plausibleFrom {
		return nil
	}
	if float64(s.scan.Delivered) >= plausibleShare*float64(last.Delivered) {
		return nil
	}
	return &connector.Error{
		Code: connector.CodeIncomplete, Source: s.info.Name, Op: "list " + string(s.kind.Kind),
		Detail: fmt.Sprintf("%d records came and %d the last time", s.scan.Delivered, last.Delivered),
		Remedy: "nothing is created or taken for gone by it; see whether the account or its rights changed",
	}
}

// absences decides about the records that the scan didn't deliver. A listing
// alone proves nothing: a record is gone when the upstream says so about its
// id, or when two exhaustive listings missed it.
func (s *scanner) absences(ctx context.Context, last store.Scan, idle bool) error {
	missing, err := s.missing(ctx)
	if err != nil {
		return err
	}
	get := connector.FeaturesOf(s.session).Get
	twice := s.exhaustive && last.State == store.ScanExhaustive && !idle
	lookups := s.share
	if idle {
		lookups = 0
	}
	for _, row := range missing {
		switch {
		case get == nil && twice && row.Presence == store.Suspect:
			err = s.gone(ctx, row)
		case get == nil || lookups == 0:
			err = s.suspect(ctx, row)
		default:
			lookups--
			s.looked++
			var answered bool
			if answered, err = s.lookUp(ctx, get, row); !answered {
				lookups = 0
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// missing returns the rows that the scan didn't mark as seen and that aren't
// known to be gone. Each scan begins with another one: otherwise a hundred
// records that are there and that no listing shows would be looked up by every
// scan, and those after them never.
func (s *scanner) missing(ctx context.Context) ([]store.MirrorRow, error) {
	var rows []store.MirrorRow
	err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		q := store.MirrorQuery{Integration: s.integration.ID, Kind: s.kind.Kind, UnseenBy: s.scan.ID, Heads: true}
		for row, err := range r.Mirror(q) {
			if err != nil {
				return err
			}
			if row.Presence != store.Gone {
				rows = append(rows, row)
			}
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	scan := fnv.New32a()
	_, _ = scan.Write([]byte(s.scan.ID))
	first := int(scan.Sum32() % uint32(len(rows)))
	return slices.Concat(rows[first:], rows[:first]), nil
}

// lookUp asks the upstream about one record, and reports whether it answered:
// something that isn't that record is an answer too.
func (s *scanner) lookUp(ctx context.Context, get func(context.Context, connector.Kind, connector.Key) (connector.Record, error), row store.MirrorRow) (answered bool, err error) {
	rec, err := get(ctx, s.kind.Kind, row.ID.Key)
	switch {
	case connector.CodeOf(err) == connector.CodeNotFound:
		return true, s.gone(ctx, row)
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		s.log.Warn("look-up by id", "record", row.ID.String(), "error", err)
		return connector.CodeOf(err) == connector.CodeProtocol, s.suspect(ctx, row)
	case rec.Status == connector.StatusDeleted:
		return true, s.gone(ctx, row)
	}
	clean, err := rec.Clean()
	if err != nil {
		return true, s.suspect(ctx, row)
	}
	found, secrets := s.mirror.row(clean)
	sealed := []store.MirrorRow{found}
	if err := s.closeSecrets(ctx, sealed, keptSecrets(nil, found.ID.Key, secrets)); err != nil {
		return false, err
	}
	found = sealed[0]
	var tally KindRead
	err = s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		tally = KindRead{}
		return errors.Join(s.storeRow(w, found, &tally), w.MarkSeen(s.scan.ID, []connector.Key{row.ID.Key}))
	})
	s.out.Changed += tally.Changed
	return true, err
}

func (s *scanner) gone(ctx context.Context, row store.MirrorRow) error {
	s.out.Gone++
	return s.setPresence(ctx, row.ID, store.Gone)
}

func (s *scanner) suspect(ctx context.Context, row store.MirrorRow) error {
	s.out.Suspect++
	if row.Presence == store.Suspect {
		return nil
	}
	return s.setPresence(ctx, row.ID, store.Suspect)
}

func (s *scanner) setPresence(ctx context.Context, id store.RecordID, presence store.Presence) error {
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		row, err := w.MirrorRow(id)
		if err != nil {
			return err
		}
		was := row.Presence
		row.Presence, row.Since = presence, now()
		return errors.Join(s.journalPresence(w, was, row), w.PutMirrorRow(row))
	})
}
