package dovetail

import (
	"context"
	"errors"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// readBack finds out whether an update happened that a crash or a time-out left
// open, by what is there now. Without it a value that was written and not noted
// would count as a person's, and never be brought up to date again.
func (s *settler) readBack(ctx context.Context, o store.OpenWrite, change store.Change) error {
	if change.Action == store.ActionDetails {
		return s.readBackDetails(ctx, o, change)
	}
	asset, err := s.docs.Asset(ctx, change.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return s.closeWrite(ctx, o.Intent)
	}
	if err != nil {
		return err
	}
	if change.Action == store.ActionMove {
		if asset.Company != change.Company {
			return s.closeWrite(ctx, o.Intent)
		}
		return s.tookAsset(ctx, o, change, asset)
	}
	happened := false
	if change.Name != "" && !sameButForm(connector.Text(asset.Name), connector.Text(change.Name)) {
		change.Name = "" // not renamed, or renamed by a person since
	}
	happened = change.Name != ""
	var written []store.FieldChange
	for _, set := range change.Set {
		if sameButForm(asset.Values[set.Field], set.To) {
			written = append(written, set)
			happened = true
		}
	}
	if !happened {
		return s.closeWrite(ctx, o.Intent)
	}
	// What is there and isn't what was sent is what a person wrote since.
	change.Set = written
	return s.tookAsset(ctx, o, change, asset)
}

func (s *settler) readBackDetails(ctx context.Context, o store.OpenWrite, change store.Change) error {
	company, err := s.docs.Company(ctx, change.Company)
	if errors.Is(err, store.ErrNotFound) {
		return s.closeWrite(ctx, o.Intent)
	}
	if err != nil {
		return err
	}
	sent, here := detailTexts(change.Name, change.Details), detailTexts(company.Name, company.Details)
	happened := false
	for detail, text := range sent {
		if text == "" {
			continue
		}
		if !sameButForm(connector.Text(here[detail]), connector.Text(text)) {
			delete(sent, detail)
			continue
		}
		happened = true
	}
	if !happened {
		return s.closeWrite(ctx, o.Intent)
	}
	change.Name, change.Details = detailsOf(sent)
	return s.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return applied{change: change, company: company, intent: o.Intent}.recovered(w, o.By)
	})
}
