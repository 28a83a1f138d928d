package dovetail

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// readBack finds out whether an update happened that a crash or a time-out left
// open, by what is there now. Without it a value that was written and not noted
// would count as a person's, and never be brought up to date again.
func (s *settler) readBack(ctx context.Context, o store.OpenWrite, change store.Change) error {
	switch change.Action {
	case store.ActionDetails:
		return s.readBackDetails(ctx, o, change)
	case store.ActionLink:
		return s.readBackLink(ctx, o, change)
	case store.ActionUnlink:
		return s.closeWrite(ctx, o.Intent) // it can be repeated, and is planned anew
	default:
	}
	asset, err := s.docs.Asset(ctx, change.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return s.closeWrite(ctx, o.Intent)
	}
	if err != nil {
		return err
	}
	if asset, err = s.masked(ctx, change, asset); err != nil {
		return err
	}
	if change.Action == store.ActionWithdraw || change.Action == store.ActionArchive {
		return s.readBackEnd(ctx, o, change, asset)
	}
	if change.Action == store.ActionMove {
		if asset.Company != change.Company {
			return s.closeWrite(ctx, o.Intent)
		}
		return s.tookAsset(ctx, o, change, asset)
	}
	if change.Action == store.ActionRefile {
		if asset.Layout != change.Layout {
			return s.closeWrite(ctx, o.Intent)
		}
		// What is there and wasn't there before the move a person wrote since.
		change.Set = slices.DeleteFunc(change.Set, func(set store.FieldChange) bool { return !sameButForm(asset.Values[set.Field], set.From) })
		return s.tookAsset(ctx, o, change, asset)
	}
	wrote, err := s.wroteBefore(ctx, change.Record)
	if err != nil {
		return err
	}
	if !arrived(connector.Text(asset.Name), wrote[store.NameField].Value, connector.Text(change.Name)) {
		change.Name = "" // not renamed, or renamed by a person since
	}
	// What is there and isn't what was sent is what a person wrote since. What
	// was there before may have been written over first.
	lost := lostOf(change.Set, asset)
	change.Set = arrivedOf(change.Set, asset)
	if change.Name == "" && len(change.Set) == 0 && len(lost) == 0 {
		return s.closeWrite(ctx, o.Intent)
	}
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return applied{change: change, asset: asset, open: o, lost: lost}.recovered(w, o.By)
	})
}

// wroteBefore returns what a record's card had written before a write that was
// cut off.
func (e *Engine) wroteBefore(ctx context.Context, id store.RecordID) (wrote map[store.FieldID]store.Written, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		card, err := r.Card(id)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		wrote = card.Wrote
		return err
	})
	return wrote, err
}

// arrived reports whether what is stored is what was sent. The platform may have
// tidied it; but what is exactly as it was before wasn't written, however like
// what was sent it looks: "PC-1" for "PC 1", or 15 for 1.5.
func arrived(stored, before, sent connector.Value) bool {
	return !sent.IsAbsent() && (stored.Equal(sent) || !stored.Equal(before) && sameButForm(stored, sent))
}

// arrivedOf returns those of the changes whose values have arrived.
func arrivedOf(set []store.FieldChange, asset store.Asset) []store.FieldChange {
	var written []store.FieldChange
	for _, change := range set {
		if arrived(asset.Values[change.Field], change.From, change.To) {
			written = append(written, change)
		}
	}
	return written
}

// lostOf returns those of the changes whose values are neither what was there
// before nor what was sent.
func lostOf(set []store.FieldChange, asset store.Asset) []store.FieldChange {
	var lost []store.FieldChange
	for _, change := range set {
		value := asset.Values[change.Field]
		if !value.Equal(change.From) && !arrived(value, change.From, change.To) {
			lost = append(lost, change)
		}
	}
	return lost
}

func (s *settler) readBackDetails(ctx context.Context, o store.OpenWrite, change store.Change) error {
	company, err := s.docs.Company(ctx, change.Company)
	if errors.Is(err, store.ErrNotFound) {
		return s.closeWrite(ctx, o.Intent)
	}
	if err != nil {
		return err
	}
	var wrote map[string]store.Written
	if err := s.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		match, err := r.Match(change.Record)
		wrote = match.Wrote
		return err
	}); err != nil {
		return err
	}
	sent, here := detailTexts(change.Name, change.Details), detailTexts(company.Name, company.Details)
	maps.DeleteFunc(sent, func(detail, text string) bool {
		return !arrived(connector.Text(here[detail]), wrote[detail].Value, connector.Text(text))
	})
	if len(sent) == 0 {
		return s.closeWrite(ctx, o.Intent)
	}
	change.Name, change.Details = detailsOf(sent)
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return applied{change: change, company: company, open: o}.recovered(w, o.By)
	})
}
