package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// TakeUpstreamRequest asks to let the upstream's values take the place of those
// that differ.
type TakeUpstreamRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Layout and Field name the field. store.NameField is the asset's name.
	Layout store.LayoutID
	Field  store.FieldID
	// Assets are the assets that it is about. Empty: all of the layout.
	Assets []store.AssetID
	// Companies limits it to these upstream companies. Empty: all that are
	// matched.
	Companies []connector.Key
}

// eventTakeUpstream is what the journal calls it.
const eventTakeUpstream = "take upstream"

// TakeUpstream decides that values that differ from the upstream's don't stay:
// the next run writes the upstream's, and what was there goes to the list of
// overwritten values. It returns the number of values. Pinned ones stay (Unpin
// them first), and so do those on assets that no card is on yet.
func (e *Engine) TakeUpstream(ctx context.Context, req TakeUpstreamRequest) (int, error) {
	if err := e.authorize(ctx, req.By, OpTakeUpstream); err != nil {
		return 0, err
	}
	taken, err := e.takeUpstream(ctx, req)
	if err != nil {
		return taken, fmt.Errorf("dovetail: take upstream's values of %q: %w", req.Integration, err)
	}
	return taken, nil
}

// takenField is one value that a person has decided about.
type takenField struct {
	record  store.RecordID
	asset   store.AssetID
	company store.CompanyID
	change  store.FieldChange
}

func (e *Engine) takeUpstream(ctx context.Context, req TakeUpstreamRequest) (int, error) {
	var found []takenField
	_, err := e.watchFields(ctx, req.By, req.Integration, req.Companies, nil, func(_ *companyPlan, cand candidate, asset store.Asset, w weighedField) {
		if asset.Layout != req.Layout || w.feed.ID != req.Field || !w.state.takeable() ||
			len(req.Assets) > 0 && !slices.Contains(req.Assets, asset.ID) {
			return
		}
		found = append(found, takenField{cand.row.ID, asset.ID, asset.Company, store.FieldChange{
			Field: w.feed.ID, From: w.from, To: w.to, Digest: w.feed.Type == store.FieldConfidential,
		}})
	})
	if err != nil {
		return 0, err
	}
	taken := 0
	for part := range slices.Chunk(found, applyBatch) {
		done := 0
		err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
			done = 0
			for _, field := range part {
				ok, err := field.take(w, req)
				if err != nil {
					return err
				}
				if ok {
					done++
				}
			}
			return nil
		})
		if err != nil {
			return taken, err
		}
		taken += done
	}
	return taken, nil
}

// take notes in the card that the value is no longer a person's.
func (t takenField) take(w store.Writer, req TakeUpstreamRequest) (bool, error) {
	card, err := w.Card(t.record)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case card.Asset != t.asset:
		return false, nil
	}
	card.Wrote = merged(card.Wrote, map[store.FieldID]store.Written{t.change.Field: {Value: t.change.From, At: now()}})
	return true, errors.Join(w.PutCard(card), replan(w, t.company), w.AppendJournal(store.JournalEntry{
		At: now(), By: req.By, Integration: req.Integration, Event: eventTakeUpstream,
		Record: t.record, Company: t.company, Asset: t.asset, Set: []store.FieldChange{t.change},
	}))
}

// takeable reports whether a person can let the upstream's value take the place
// of one in that state.
func (s FieldState) takeable() bool { return s.drifts() && s != FieldPinned && s != FieldPinning }

// replan lets the next plan look at a company again, whether or not anything
// else has changed there.
func replan(w store.Writer, company store.CompanyID) error {
	for match, err := range w.MatchesOf(company) {
		if err != nil {
			return err
		}
		row, err := w.MirrorRow(match.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && row.Stamp == "" {
			continue
		}
		if err != nil {
			return err
		}
		row.Stamp = ""
		if err := w.PutMirrorRow(row); err != nil {
			return err
		}
	}
	return nil
}
