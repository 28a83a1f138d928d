package dovetail

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// recheck reads what a change is about to write to, on a platform that has no
// versions, and refuses as stale what a person has changed since the plan was
// made. What is written in the moment between can't be noticed there.
func (a *applier) recheck(ctx context.Context, t *applied) error {
	if a.can.Versions || !calls(t.change) {
		return nil
	}
	switch t.change.Action {
	case store.ActionDetails:
		return a.recheckDetails(ctx, t)
	case store.ActionCreate, store.ActionLink, store.ActionUnlink:
		return nil
	default:
	}
	asset, err := a.docs.Asset(ctx, t.change.Asset)
	if err != nil {
		return err
	}
	asset = a.digests.mask(asset, t.change.Set)
	switch {
	case asset.Archived:
		return staleNow("it was archived")
	case t.change.Was != "" && asset.Name != t.change.Was:
		return staleNow("its name was changed")
	}
	switch t.change.Action {
	case store.ActionMove, store.ActionRefile, store.ActionArchive:
		if !t.aloneBefore(asset) {
			return staleNow("its values were changed")
		}
	default:
		for _, set := range t.change.Set {
			if value := asset.Values[set.Field]; !value.Equal(set.From) {
				return staleNow("its values were changed")
			}
		}
	}
	return nil
}

func staleNow(what string) error {
	return fmt.Errorf("%w: %s since the plan was made", store.ErrStale, what)
}

// aloneBefore reports whether what the card wrote is still all that is there: a
// move was decided on that.
func (t *applied) aloneBefore(asset store.Asset) bool {
	if !intact(t.card.Wrote[store.NameField], connector.Text(asset.Name)) {
		return false
	}
	for field, value := range asset.Values {
		wrote, ours := t.card.Wrote[field]
		if known := ours && (wrote.Value.Equal(value) || isDigest(wrote.Value)); !known && !value.IsBlank() {
			return false
		}
	}
	return true
}

// isDigest reports whether a card wrote a confidential value: it can't be
// compared here.
func isDigest(v connector.Value) bool {
	text, _ := v.AsText()
	return len(text) == digestLength && text[:len(digestPrefix)] == digestPrefix
}

// recheckDetails is recheck for a company's details.
func (a *applier) recheckDetails(ctx context.Context, t *applied) error {
	company, err := a.docs.Company(ctx, t.change.Company)
	if err != nil {
		return err
	}
	if company.Archived {
		return staleNow("it was archived")
	}
	sent, here := detailTexts(t.change.Name, t.change.Details), detailTexts(company.Name, company.Details)
	for detail, text := range sent {
		if text != "" && here[detail] != "" && here[detail] != text && t.match.Wrote[detail].Value.String() != here[detail] {
			return staleNow("its details were changed")
		}
	}
	return nil
}

// find brings what a change needs to be carried out, as it is now.
func (a *applier) find(r store.Reader, t *applied) error {
	if err := t.find(r); err != nil {
		return err
	}
	if !a.can.Versions {
		if err := t.findHere(r); err != nil {
			return err
		}
	}
	return t.findPins(r)
}

// findPins notes whether a person has pinned what the change is about to write:
// its plan didn't know.
func (t *applied) findPins(r store.Reader) error {
	switch t.change.Action {
	case store.ActionUpdate, store.ActionRefresh, store.ActionAttach:
	default:
		return nil
	}
	for pin, err := range r.PinsOf(t.change.Company) {
		if err != nil {
			return err
		}
		if pin.Asset == t.change.Asset && t.writesTo(pin.Field) {
			t.pinned = true
		}
	}
	return nil
}

// writesTo reports whether the change writes to a field.
func (t *applied) writesTo(field store.FieldID) bool {
	if field == store.NameField {
		return t.change.Name != ""
	}
	return slices.ContainsFunc(t.change.Set, func(set store.FieldChange) bool { return set.Field == field })
}

// findHere brings what dovetail has written before: the record's card or, for a
// company, its match.
func (t *applied) findHere(r store.Reader) (err error) {
	if t.change.Action == store.ActionDetails {
		t.match, err = r.Match(t.change.Record)
	} else {
		t.card, err = r.Card(t.change.Record)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
