package dovetail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// EraseRequest asks to erase a person, or a device.
type EraseRequest struct {
	// By is who asks.
	By store.Actor
	// Record is the record upstream: a contact, a device, or a company that is a
	// person. It is gone there: as long as it isn't, the next run would bring it
	// back.
	Record store.RecordID
}

// EraseReport says what an erasure could not take away.
type EraseReport struct {
	// Asset is the asset that the record was on. Empty: none.
	Asset store.AssetID
	// Archived says that the asset was archived, because it was the record's
	// alone.
	Archived bool
	// Company is the company here that the record was matched to, if it is a
	// company upstream. Its assets, and its name and details, stay as they are.
	Company store.CompanyID
	// Left are the names of the asset's fields that say something and aren't
	// known to be the record's, its name among them: a person wrote them, or
	// another record feeds them. Of a company they are the details that say
	// something. They are for a person to look through.
	Left []string
}

// erasedText stands where something has to stand.
const erasedText = "(erased)"

// Erase takes a record out of everything that dovetail keeps: the mirror, its
// match or card, rejections, overwritten values, and what plans, runs and the journal
// say of it, also where they are about others. What others say upstream of it, as a
// device that names its user, and what people wrote into settings stays. On its
// asset the values that dovetail wrote are blanked, as far as they are still the
// same; an asset that dovetail made loses its name and is archived, or has the name
// of another record that is on it. What people
// wrote stays, and the report names it. An erasure that was cut off can be
// repeated. A record that is still upstream is refused with store.ErrRefused, and
// so is a company of which records have cards here: they are erased, or let go,
// before. It waits for the end of runs and decisions under way.
func (e *Engine) Erase(ctx context.Context, req EraseRequest) (EraseReport, error) {
	if err := e.authorize(ctx, req.By, OpErase); err != nil {
		return EraseReport{}, err
	}
	report, err := e.eraseInTurn(ctx, req)
	if err != nil {
		return report, fmt.Errorf("dovetail: erase %s: %w", req.Record, err)
	}
	return report, nil
}

func (e *Engine) eraseInTurn(ctx context.Context, req EraseRequest) (report EraseReport, err error) {
	integration, settings, err := e.load(ctx, req.Record.Integration)
	if err != nil {
		return report, err
	}
	err = e.alone(ctx, runsOf(integration.ID), func(ctx context.Context) error {
		return e.alone(ctx, applying, func(ctx context.Context) error {
			// What is decided about the record meanwhile would be lost.
			return e.alone(ctx, deciding, func(ctx context.Context) error {
				report, err = e.eraseAlone(ctx, req, integration, settings)
				return err
			})
		})
	})
	return report, err
}

func (e *Engine) eraseAlone(ctx context.Context, req EraseRequest, integration store.Integration, settings store.Settings) (report EraseReport, err error) {
	ofRuns, ofDecisions, err := e.openWrites(ctx, integration.ID)
	if err != nil {
		return report, err
	}
	if err := e.settleThese(ctx, slices.Concat(ofRuns, ofDecisions)); err != nil {
		return report, err
	}
	card, match, err := e.erasable(ctx, req.Record)
	if err != nil {
		return report, err
	}
	if match.Company != "" {
		if report, err = e.companyLeft(ctx, match); err != nil {
			return report, err
		}
	}
	if card.Asset != "" {
		if report, err = e.eraseFromAsset(ctx, req, integration, settings, card); err != nil {
			return report, err
		}
	}
	if err := e.forgetNames(ctx, integration, req.Record, req.By); err != nil {
		return report, err
	}
	return report, e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if err := errors.Join(passOn(w, match), w.Erase(req.Record)); err != nil {
			return err
		}
		return errors.Join(bumpMatchRevision(w, integration.ID), w.AppendJournal(store.JournalEntry{
			At: now(), By: req.By, Integration: integration.ID, Event: string(OpErase), Company: cmp.Or(card.Company, match.Company), Asset: card.Asset,
			Reason: reason(ReasonErased, "kind", string(req.Record.Kind)),
		}))
	})
}

// erasable returns a record's card and match, as far as it has them, if the record
// is no longer upstream.
func (e *Engine) erasable(ctx context.Context, id store.RecordID) (card store.Card, match store.Match, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		row, err := r.MirrorRow(id)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil && row.Presence != store.Gone {
			return fmt.Errorf("%w: it is still upstream (delete it there, and let a run see that it is gone)", store.ErrRefused)
		}
		if match, err = r.Match(id); err == nil {
			return cardless(r, match)
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if card, err = r.Card(id); errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return err
	})
	return card, match, err
}

// cardless refuses a company of which records have cards here, in whatever company:
// people move assets, and unmatching may keep cards.
func cardless(r store.Reader, match store.Match) error {
	n := 0
	for card, err := range r.Cards(match.ID.Integration) {
		if err != nil {
			return err
		}
		if card.Container == match.ID.Key {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("%w: %d of its records have cards here (erase them before, or unmatch it with LeaveDetach so that a run lets them go)", store.ErrRefused, n)
	}
	return nil
}

// companyLeft says what stays of a company that a record was matched to: a
// platform clears no detail of a company.
func (e *Engine) companyLeft(ctx context.Context, match store.Match) (EraseReport, error) {
	report := EraseReport{Company: match.Company}
	company, err := e.docs.Company(ctx, match.Company)
	if errors.Is(err, store.ErrNotFound) {
		return report, nil
	}
	if err != nil {
		return report, fmt.Errorf("company %q: %w", match.Company, err)
	}
	said := detailTexts(company.Name, company.Details)
	for _, detail := range detailNames {
		if said[detail] != "" {
			report.Left = append(report.Left, detail)
		}
	}
	return report, nil
}

// eraseFromAsset takes back what a record's card wrote.
func (e *Engine) eraseFromAsset(ctx context.Context, req EraseRequest, integration store.Integration, settings store.Settings, card store.Card) (report EraseReport, err error) {
	asset, err := e.docs.Asset(ctx, card.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return report, nil
	}
	if err != nil {
		return report, fmt.Errorf("asset %q: %w", card.Asset, err)
	}
	report.Asset = asset.ID
	others, _, err := e.othersOn(ctx, card)
	if err != nil {
		return report, err
	}
	layouts, err := e.layouts(ctx)
	if err != nil {
		return report, err
	}
	keyed, err := e.digestsOf(ctx, integration, settings)
	if err != nil {
		return report, err
	}
	values, left := erased(keyed, layouts[asset.Layout], card, asset, others)
	patch := store.AssetPatch{ID: asset.ID, Base: asset.Version, Values: values}
	ours := card.Origin == store.OriginCreated && len(others) == 0
	heir := heirOfName(card, asset, others)
	switch {
	case asset.Name == erasedText:
	case ours && asset.Name == card.Wrote[store.NameField].Value.String():
		patch.Name = erasedText
	case heir != nil:
		patch.Name = heir.Name
	default:
		left = slices.Insert(left, 0, string(store.NameField))
	}
	report.Left = left
	if patch.Name != "" || len(values) > 0 {
		if asset, err = e.docs.UpdateAsset(ctx, patch, store.Intent{ID: e.ids.next("intent"), By: req.By}); err != nil {
			return report, fmt.Errorf("asset %q: %w", card.Asset, err)
		}
	}
	if heir != nil {
		if err := e.handName(ctx, heir.ID, asset.Name); err != nil {
			return report, err
		}
	}
	if !ours || len(left) > 0 || asset.Touched || !e.docs.Capabilities().Archive {
		return report, nil
	}
	report.Archived = true
	if asset.Archived {
		return report, nil
	}
	away := true
	_, err = e.docs.UpdateAsset(ctx, store.AssetPatch{ID: asset.ID, Base: asset.Version, Archived: &away}, store.Intent{ID: e.ids.next("intent"), By: req.By})
	if err != nil {
		return report, fmt.Errorf("archive asset %q: %w", card.Asset, err)
	}
	return report, nil
}

// erased are the values to be written to an asset so that nothing of a card's
// stays, and the names of the fields that stay.
func erased(d digests, layout store.Layout, card store.Card, asset store.Asset, others []store.Card) (store.Values, []string) {
	values := make(store.Values)
	var left []string
	for _, field := range layout.Fields {
		value := d.shown(field, asset.Values[field.ID])
		shared := slices.ContainsFunc(others, func(other store.Card) bool { return other.Wrote[field.ID].Value.Equal(value) })
		switch {
		case value.IsAbsent() || field.Required && value.String() == erasedText:
		case !value.Equal(card.Wrote[field.ID].Value) || shared:
			left = append(left, field.Name)
		case !field.Required:
			values[field.ID] = connector.Value{}
		case field.Type == store.FieldText:
			values[field.ID] = connector.Text(erasedText)
		default:
			left = append(left, field.Name)
		}
	}
	return values, left
}

// passOn lets another match write the company's details, without what the erased
// one wrote: that is for a person to look through.
func passOn(w store.Writer, match store.Match) error {
	match.Wrote = nil
	return leaves(w, match)
}
