package dovetail

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// defaultStaleDays is after how many days of silence a record is stale.
const defaultStaleDays = 90

// Stale yields the records that are here and have been silent upstream for as
// long as the settings say, by kind and key. Nothing follows from it. Each row's
// notes say since when.
func (e *Engine) Stale(ctx context.Context, id store.IntegrationID) iter.Seq2[RecordRow, error] {
	return func(yield func(RecordRow, error) bool) {
		var rows []RecordRow
		integration, settings, err := e.load(ctx, id)
		if err == nil {
			rows, err = e.stale(ctx, integration, settings)
		}
		if err != nil {
			yield(RecordRow{}, fmt.Errorf("dovetail: stale records of %q: %w", id, err))
			return
		}
		for _, row := range rows {
			if err := e.resolveAssets(ctx, &row); err != nil {
				yield(row, fmt.Errorf("dovetail: stale records of %q: %w", id, err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (e *Engine) stale(ctx context.Context, integration store.Integration, settings store.Settings) ([]RecordRow, error) {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return nil, err
	}
	info := conn.Info()
	before := now().Add(-time.Duration(cmp.Or(settings.StaleDays, defaultStaleDays)) * day)
	var rows []RecordRow
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for card, err := range r.Cards(integration.ID) {
			if err != nil {
				return err
			}
			if card.State != store.CardActive {
				continue
			}
			mirrored, err := r.MirrorRow(card.ID)
			if err != nil {
				return err
			}
			row, err := rowOf(r, info, mirrored)
			if err != nil {
				return err
			}
			if at := mirrored.LastSeen; !at.IsZero() && at.Before(before) {
				row.Notes = append(row.Notes, reason(ReasonStale, "since", at.Format(time.DateOnly), "days", strconv.Itoa(int(now().Sub(at)/day))))
				rows = append(rows, row)
			}
		}
		return nil
	})
	return rows, err
}

// lastSeenLater reports whether a record whose content is the same was seen a
// day later or more: that is kept, though it is no change.
func lastSeenLater(old, read store.MirrorRow) bool { return read.LastSeen.Sub(old.LastSeen) >= day }
