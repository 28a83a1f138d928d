package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// defaultStaleDays is after how many days of silence a record is stale.
const defaultStaleDays = 90

// Stale yields the records that are here and have been silent upstream for as
// long as the settings say, by kind and key. Nothing follows from it. Each row's
// notes say since when.
func (e *Engine) Stale(ctx context.Context, id store.IntegrationID) iter.Seq2[RecordRow, error] {
	return func(yield func(RecordRow, error) bool) {
		err := e.stale(ctx, id, func(row RecordRow) bool { return yield(row, nil) })
		if err != nil {
			yield(RecordRow{}, fmt.Errorf("dovetail: stale records of %q: %w", id, err))
		}
	}
}

func (e *Engine) stale(ctx context.Context, id store.IntegrationID, yield func(RecordRow) bool) error {
	_, settings, err := e.load(ctx, id)
	if err != nil {
		return err
	}
	before := now().Add(-time.Duration(cmp.Or(settings.StaleDays, defaultStaleDays)) * day)
	silent := func(row store.MirrorRow) bool { return !row.LastSeen.IsZero() && row.LastSeen.Before(before) }
	find := func(r store.Reader, id store.IntegrationID, info connector.Info) (found []store.RecordID, err error) {
		for _, kind := range info.Kinds {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kind.Kind, Heads: true}) {
				if err != nil {
					return nil, err
				}
				if silent(row) {
					found = append(found, row.ID)
				}
			}
		}
		return found, nil
	}
	return e.recordRows(ctx, id, find, func(row RecordRow, mirrored store.MirrorRow) bool {
		if row.Card.State != store.CardActive || !silent(mirrored) {
			return true
		}
		at := mirrored.LastSeen
		row.Notes = append(row.Notes, reason(ReasonStale, "since", at.Format(time.DateOnly), "days", strconv.Itoa(int(now().Sub(at)/day))))
		return yield(row)
	})
}

// lastSeenLater reports whether a record whose content is the same was seen a
// day later or more: that is kept, though it is no change.
func lastSeenLater(old, read store.MirrorRow) bool { return read.LastSeen.Sub(old.LastSeen) >= day }
