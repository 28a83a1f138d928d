package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// CardVerdict is what a person decides about a record.
type CardVerdict string

// The verdicts. What changes on the platform because of them the next run does,
// unless they say otherwise.
const (
	// CardPut puts the record on Asset, for good: wherever the upstream moves it,
	// its card stays there. From an asset that it was on before, what was written
	// there is taken back at once; if dovetail made that one and nobody touched
	// it, it is archived.
	CardPut CardVerdict = "put"
	// CardMoveAsset moves Asset at once to the layout where the rules put the
	// record, and puts the record on it.
	CardMoveAsset CardVerdict = "move asset"
	// CardCreate makes an asset for the record: none of those that were offered is
	// it, or the one that was deleted is to be made again.
	CardCreate CardVerdict = "create"
	// CardReject says that the record isn't Asset, or the asset that it is on: it
	// is never proposed again, and what was written there is taken back.
	CardReject CardVerdict = "reject"
	// CardConfirm says that the asset on which the record was put provisionally, as
	// by its name, is the right one.
	CardConfirm CardVerdict = "confirm"
	// CardUnarchive brings the archived asset back at once: the record goes on.
	CardUnarchive CardVerdict = "unarchive"
)

// CardDecision is a decision about one record.
type CardDecision struct {
	// Record is the record.
	Record store.RecordID
	// Seen is its row's, as the person saw it.
	Seen string
	// Verdict is what is decided.
	Verdict CardVerdict
	// Asset is the asset, for the verdicts that name one. CardReject and
	// CardUnarchive take the row's own where it has only one.
	Asset store.AssetID
}

// DecideCardsRequest asks to carry out decisions about records, one or many.
type DecideCardsRequest struct {
	// By is who decides.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Decisions are what is decided, each on its own.
	Decisions []CardDecision
}

// DecidedCard is what became of one decision.
type DecidedCard struct {
	// Decision is the decision.
	Decision CardDecision
	// Err is why nothing was done. Nil: it was carried out. ErrChanged means that
	// it isn't as the person saw it any more.
	Err error
}

// DecideCards carries out decisions about records. Each is checked against what
// the person saw; the result has a row for each decision, in order. The error is
// about the request as a whole.
func (e *Engine) DecideCards(ctx context.Context, req DecideCardsRequest) (decided []DecidedCard, err error) {
	if err := e.authorize(ctx, req.By, OpDecideCards); err != nil {
		return nil, err
	}
	integration, settings, conn, err := e.configured(ctx, req.Integration)
	if err != nil {
		return nil, err
	}
	d := cardDecider{Engine: e, by: req.By, integration: integration, settings: settings, info: conn.Info()}
	err = e.alone(ctx, deciding, func(ctx context.Context) (err error) {
		decided, err = d.all(ctx, req.Decisions)
		return err
	})
	if err != nil {
		return decided, fmt.Errorf("dovetail: decide about records: %w", err)
	}
	return decided, nil
}

// all carries out the decisions, and returns what became of those that it came
// to.
func (d *cardDecider) all(ctx context.Context, decisions []CardDecision) ([]DecidedCard, error) {
	decided := make([]DecidedCard, len(decisions))
	for i, decision := range decisions {
		err := d.decide(ctx, decision)
		if err != nil {
			err = fmt.Errorf("%s %s: %w", decision.Verdict, decision.Record, err)
		}
		decided[i] = DecidedCard{Decision: decision, Err: err}
		if err := stillAt(ctx); err != nil {
			return decided[:i+1], err
		}
	}
	return decided, nil
}

// cardDecider carries out the decisions of one request.
type cardDecider struct {
	*Engine
	by          store.Actor
	integration store.Integration
	settings    store.Settings
	info        connector.Info
}

func (d *cardDecider) decide(ctx context.Context, decision CardDecision) error {
	if decision.Record.Integration != d.integration.ID || decision.Record.Kind == d.info.Container {
		return fmt.Errorf("%w: it is no record of %q that becomes an asset", store.ErrRefused, d.integration.ID)
	}
	var row RecordRow
	err := d.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		row, err = d.seen(r, decision)
		return err
	})
	if err != nil {
		return err
	}
	if !slices.Contains(row.Verdicts, decision.Verdict) {
		return fmt.Errorf("%w: %s (what can be decided is: %v)", store.ErrRefused, Sentence(row.Reason), row.Verdicts)
	}
	switch decision.Verdict {
	case CardPut, CardMoveAsset:
		return d.put(ctx, decision, row)
	case CardConfirm:
		return d.note(ctx, decision, row.Card.Asset, func(w store.Writer, row RecordRow) error {
			row.Card.Provisional = false
			return w.PutCard(row.Card)
		})
	case CardUnarchive:
		return d.unarchive(ctx, decision, row)
	default:
		return d.reject(ctx, decision, row)
	}
}

// seen returns a record's row if it is what the person saw, and nothing is being
// written for it.
func (d *cardDecider) seen(r store.Reader, decision CardDecision) (RecordRow, error) {
	mirrored, err := r.MirrorRow(decision.Record)
	if err != nil {
		return RecordRow{}, err
	}
	row, err := rowOf(r, d.info, mirrored)
	if err != nil {
		return row, err
	}
	if row.Seen != decision.Seen {
		return row, fmt.Errorf("%w: %s (look at it again)", ErrChanged, Sentence(row.Reason))
	}
	for open, err := range r.OpenWrites(d.integration.ID) {
		if err != nil {
			return row, err
		}
		if open.Record == decision.Record {
			return row, fmt.Errorf("%w: a run writes it just now, or its outcome isn't known yet (try again)", ErrChanged)
		}
	}
	return row, nil
}

// note stores a decision, unless something has changed meanwhile. Plans that
// were made before it are stale.
func (d *cardDecider) note(ctx context.Context, decision CardDecision, asset store.AssetID, fn func(store.Writer, RecordRow) error) error {
	return d.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		row, err := d.seen(w, decision)
		if err != nil {
			return err
		}
		if err := fn(w, row); err != nil {
			return err
		}
		if decision.Verdict != CardConfirm {
			why := reason(ReasonDecided, "verdict", string(decision.Verdict), "by", d.by.String())
			if err := putDispositions(w, []disposition{{id: decision.Record, reason: why}}); err != nil {
				return err
			}
		}
		return errors.Join(bumpMatchRevision(w, d.integration.ID), w.AppendJournal(store.JournalEntry{
			At: now(), By: d.by, Integration: d.integration.ID, Event: string(decision.Verdict), Record: decision.Record,
			Company: row.Company, Asset: asset, Reason: row.Reason,
		}))
	})
}

// reject notes the assets that a record isn't. With CardCreate those are all
// that were offered.
func (d *cardDecider) reject(ctx context.Context, decision CardDecision, row RecordRow) error {
	rejected := make([]store.AssetID, 0, len(row.Assets))
	for _, asset := range row.Assets {
		if decision.Verdict == CardCreate || decision.Asset == "" || decision.Asset == asset.ID {
			rejected = append(rejected, asset.ID)
		}
	}
	if decision.Verdict == CardReject && len(rejected) != 1 {
		return fmt.Errorf("%w: asset %q is not one of those in question (name one of them)", store.ErrRefused, decision.Asset)
	}
	return d.note(ctx, decision, decision.Asset, func(w store.Writer, row RecordRow) error {
		for _, asset := range rejected {
			if err := w.PutRejection(store.Rejection{ID: row.Record, Asset: asset, By: d.by, At: now()}); err != nil {
				return err
			}
		}
		if decision.Verdict == CardCreate {
			return w.DeleteTombstone(row.Record)
		}
		return nil
	})
}

// unarchive brings an archived asset back.
func (d *cardDecider) unarchive(ctx context.Context, decision CardDecision, row RecordRow) error {
	if err := d.resolveAssets(ctx, &row); err != nil {
		return err
	}
	at := slices.IndexFunc(row.Assets, func(a store.Asset) bool { return decision.Asset == "" || a.ID == decision.Asset })
	if at < 0 {
		return fmt.Errorf("asset %q: %w", decision.Asset, store.ErrNotFound)
	}
	back := false
	patch := store.AssetPatch{ID: row.Assets[at].ID, Base: row.Assets[at].Version, Archived: &back}
	if _, err := d.docs.UpdateAsset(ctx, patch, store.Intent{ID: d.ids.next("intent"), By: d.by}); err != nil {
		return fmt.Errorf("bring asset %q back: %w", patch.ID, err)
	}
	return d.note(ctx, decision, patch.ID, func(store.Writer, RecordRow) error { return nil })
}
