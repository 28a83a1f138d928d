package dovetail

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// UnclearRequest asks what is unclear.
type UnclearRequest struct {
	// Integration names the integration.
	Integration store.IntegrationID
	// Company limits it to one company here. Empty: all of them.
	Company store.CompanyID
}

// Unclear yields the records about which a person can say more than the engine
// knows, by kind and key: several assets may be it, its asset is in another
// layout, archived or deleted here, it was put on an asset provisionally, it is
// twice here, or it belongs to no company upstream. See DecideCards.
func (e *Engine) Unclear(ctx context.Context, req UnclearRequest) iter.Seq2[RecordRow, error] {
	return func(yield func(RecordRow, error) bool) {
		err := e.recordRows(ctx, req.Integration, unclearRecords, func(row RecordRow, mirrored store.MirrorRow) bool {
			unclear := unclearly(mirrored) || row.Card.Provisional && row.Card.State == store.CardActive
			if !unclear || req.Company != "" && row.Company != req.Company {
				return true
			}
			return yield(row, nil)
		})
		if err != nil {
			yield(RecordRow{}, fmt.Errorf("dovetail: unclear records of %q: %w", req.Integration, err))
		}
	}
}

// recordRows brings the rows of the records that find finds, one by one, each as
// it is by then: there may be many, and who looks at them takes the time that a
// person takes. It ends when each returns false.
func (e *Engine) recordRows(ctx context.Context, id store.IntegrationID, find func(store.Reader, store.IntegrationID, connector.Info) ([]store.RecordID, error), each func(RecordRow, store.MirrorRow) bool) error {
	_, _, conn, err := e.configured(ctx, id)
	if err != nil {
		return err
	}
	info := conn.Info()
	var found []store.RecordID
	if err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		found, err = find(r, id, info)
		return err
	}); err != nil {
		return err
	}
	for _, record := range found {
		var row RecordRow
		var mirrored store.MirrorRow
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
			if mirrored, err = r.MirrorRow(record); err == nil {
				row, err = rowOf(r, info, mirrored)
			}
			return err
		})
		if errors.Is(err, store.ErrNotFound) {
			continue // erased meanwhile
		}
		if err == nil {
			err = e.resolveAssets(ctx, &row)
		}
		if err != nil || !each(row, mirrored) {
			return err
		}
	}
	return nil
}

// unclearRecords finds the records that a person can decide about.
func unclearRecords(r store.Reader, id store.IntegrationID, info connector.Info) ([]store.RecordID, error) {
	provisional, err := provisionalRecords(r, id)
	if err != nil {
		return nil, err
	}
	var found []store.RecordID
	for _, kind := range info.Kinds {
		if kind.Kind == info.Container {
			continue
		}
		for row, err := range r.Mirror(store.MirrorQuery{Integration: id, Kind: kind.Kind, Heads: true}) {
			if err != nil {
				return nil, err
			}
			if row.Presence != store.Gone && (provisional[row.ID] || unclearly(row)) {
				found = append(found, row.ID)
			}
		}
	}
	return found, nil
}

// provisionalRecords are the records whose place on an asset nobody has confirmed
// yet.
func provisionalRecords(r store.Reader, id store.IntegrationID) (map[store.RecordID]bool, error) {
	companies, err := collect(r.CardCompanies(id))
	if err != nil {
		return nil, err
	}
	provisional := make(map[store.RecordID]bool)
	for _, company := range companies {
		for card, err := range r.CardHeadsOf(company) {
			if err != nil {
				return nil, err
			}
			if card.Provisional && card.State == store.CardActive && card.ID.Integration == id {
				provisional[card.ID] = true
			}
		}
	}
	return provisional, nil
}

// unclearly reports whether a record without a provisional card is one that a
// person can decide about.
func unclearly(row store.MirrorRow) bool {
	switch ReasonCode(row.Disposition.Code) {
	case ReasonAmbiguous, ReasonElsewhere, ReasonArchivedHere, ReasonDeletedHere, ReasonDoubleApart:
		return true
	default:
		return row.Container == ""
	}
}
