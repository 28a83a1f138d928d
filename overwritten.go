package dovetail

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// The events of overwritten values, as the journal calls them.
const (
	eventPutBack = "pin overwritten"
	eventDismiss = "dismiss overwritten"
)

// Overwritten yields the values of people that the upstream's took the place of,
// oldest first. They are kept until a person decides: with PinOverwritten, which
// puts one back, or with DismissOverwritten. Those of confidential fields are
// sealed.
func (e *Engine) Overwritten(ctx context.Context, q store.OverwrittenQuery) iter.Seq2[store.Overwritten, error] {
	return func(yield func(store.Overwritten, error) bool) {
		for {
			batch, err := e.overwrittenAfter(ctx, q)
			if err != nil {
				yield(store.Overwritten{}, fmt.Errorf("dovetail: overwritten values: %w", err))
				return
			}
			for _, o := range batch {
				if !yield(o, nil) {
					return
				}
			}
			if len(batch) < changesPerRead {
				return
			}
			q.After = batch[len(batch)-1].Seq
		}
	}
}

func (e *Engine) overwrittenAfter(ctx context.Context, q store.OverwrittenQuery) (batch []store.Overwritten, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for o, err := range r.Overwritten(q) {
			if err != nil {
				return err
			}
			if batch = append(batch, o); len(batch) == changesPerRead {
				break
			}
		}
		return nil
	})
	return batch, err
}

// OverwrittenRequest names an overwritten value.
type OverwrittenRequest struct {
	// By is who decides.
	By store.Actor
	// Seq is its number.
	Seq int64
}

// DismissOverwritten takes a value from the list of overwritten ones: the
// upstream's is right.
func (e *Engine) DismissOverwritten(ctx context.Context, req OverwrittenRequest) error {
	if err := e.authorize(ctx, req.By, OpOverwritten); err != nil {
		return err
	}
	kept, err := e.overwrittenValue(ctx, req.Seq)
	if err == nil {
		err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return dropOverwritten(w, kept, req.By, eventDismiss) })
	}
	if err != nil {
		return fmt.Errorf("dovetail: dismiss overwritten value %d: %w", req.Seq, err)
	}
	return nil
}

func (e *Engine) overwrittenValue(ctx context.Context, seq int64) (kept store.Overwritten, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		kept, err = overwrittenIn(r, seq)
		return err
	})
	return kept, err
}

func overwrittenIn(r store.Reader, seq int64) (store.Overwritten, error) {
	for o, err := range r.Overwritten(store.OverwrittenQuery{After: seq - 1}) {
		if err != nil {
			return o, err
		}
		if o.Seq == seq {
			return o, nil
		}
		break
	}
	return store.Overwritten{}, fmt.Errorf("it isn't on the list: %w", store.ErrNotFound)
}

func dropOverwritten(w store.Writer, kept store.Overwritten, by store.Actor, event string) error {
	if _, err := overwrittenIn(w, kept.Seq); err != nil {
		return err
	}
	return errors.Join(w.DeleteOverwritten(kept.Seq), w.AppendJournal(store.JournalEntry{
		At: now(), By: by, Integration: kept.ID.Integration, Event: event, Record: kept.ID,
		Company: kept.Company, Asset: kept.Asset, Set: []store.FieldChange{{Field: kept.Field}},
	}))
}

// PinOverwritten puts an overwritten value back where it was, pins it there, and
// takes it from the list. Where something else than the upstream's value has
// come into its place it is refused with ErrChanged, and stays on the list.
func (e *Engine) PinOverwritten(ctx context.Context, req OverwrittenRequest) error {
	if err := e.authorize(ctx, req.By, OpOverwritten); err != nil {
		return err
	}
	if err := e.pinOverwritten(ctx, req); err != nil {
		return fmt.Errorf("dovetail: pin overwritten value %d: %w", req.Seq, err)
	}
	return nil
}

func (e *Engine) pinOverwritten(ctx context.Context, req OverwrittenRequest) error {
	kept, err := e.overwrittenValue(ctx, req.Seq)
	if err != nil {
		return err
	}
	value, err := e.openOverwritten(ctx, kept)
	if err != nil {
		return err
	}
	asset, err := e.pinnable(ctx, PinRequest{By: req.By, Asset: kept.Asset, Field: kept.Field})
	if err != nil {
		return err
	}
	here := asset.Values[kept.Field]
	if kept.Field == store.NameField {
		here = connector.Text(asset.Name)
	}
	there := here.Equal(value) // put back before, and not noted
	if fed, err := e.isFed(ctx, kept, here); err != nil || !fed && !there {
		return errors.Join(err, fmt.Errorf("%w: asset %q has another value than the one that was written (dismiss this one, or pin what is there)", ErrChanged, kept.Asset))
	}
	// Pinned first: no run may write over it again.
	pin := store.Pin{Asset: asset.ID, Company: asset.Company, Field: kept.Field, By: req.By, At: now()}
	if err := e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error { return putPin(w, pin) }); err != nil {
		return err
	}
	if !there {
		if err := e.putBack(ctx, asset, kept, value, req.By); err != nil {
			return err
		}
	}
	return e.ledger.Update(context.WithoutCancel(ctx), func(_ context.Context, w store.Writer) error {
		return dropOverwritten(w, kept, req.By, eventPutBack)
	})
}

// putBack writes a person's value to the platform. Where that certainly didn't
// happen the field isn't left pinned.
func (e *Engine) putBack(ctx context.Context, asset store.Asset, kept store.Overwritten, value connector.Value, by store.Actor) error {
	patch := store.AssetPatch{ID: asset.ID, Base: asset.Version}
	if kept.Field == store.NameField {
		patch.Name = value.String()
	} else {
		patch.Values = store.Values{kept.Field: value}
	}
	_, err := e.docs.UpdateAsset(ctx, patch, store.Intent{ID: e.ids.next("intent"), By: by})
	if err == nil || !store.Settled(err) {
		return redactSealed(err, kept, value)
	}
	undo := e.ledger.Update(context.WithoutCancel(ctx), func(_ context.Context, w store.Writer) error { return w.DeletePin(asset.ID, kept.Field) })
	if errors.Is(err, store.ErrStale) {
		err = fmt.Errorf("%w: %w (try again)", ErrChanged, err)
	}
	return errors.Join(redactSealed(err, kept, value), undo)
}

func redactSealed(err error, kept store.Overwritten, value connector.Value) error {
	if kept.Sealed == nil {
		return err
	}
	return redact(err, store.Values{kept.Field: value})
}

// openOverwritten returns a person's value.
func (e *Engine) openOverwritten(ctx context.Context, kept store.Overwritten) (value connector.Value, err error) {
	if kept.Sealed == nil {
		return kept.Value, nil
	}
	plain, err := e.sealer.Open(ctx, overwrittenScope(kept.ID, kept.Asset, kept.Field), kept.Sealed)
	if err != nil {
		return value, err
	}
	if value.UnmarshalJSON(plain) != nil {
		return value, errors.New("what was sealed is damaged")
	}
	return value, nil
}

// isFed reports whether a value is one that dovetail has written, or a blank.
func (e *Engine) isFed(ctx context.Context, kept store.Overwritten, here connector.Value) (fed bool, err error) {
	integration, settings, err := e.load(ctx, kept.ID.Integration)
	if err != nil {
		return false, err
	}
	if kept.Sealed != nil {
		d, err := e.digestsOf(ctx, integration, settings)
		if err != nil {
			return false, err
		}
		here = d.of(here)
	}
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		card, err := r.Card(kept.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		wrote, ours := card.Wrote[kept.Field]
		fed = ours && wrote.Value.Equal(here)
		return err
	})
	return fed || here.IsBlank(), err
}
