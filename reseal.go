package dovetail

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// resealValues seals the confidential values of an integration's records anew,
// and those of people that were written over.
func (e *Engine) resealValues(ctx context.Context, integration store.Integration) error {
	var problems []error
	note := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("dovetail: seal %s of %q anew: %w", what, integration.ID, err))
		}
	}
	rows, overwritten, err := e.sealedValues(ctx, integration)
	note("confidential values", err)
	for _, row := range rows {
		note("the confidential values of "+row.ID.String(), e.resealRow(ctx, row))
	}
	for _, o := range overwritten {
		note(fmt.Sprintf("overwritten value %d", o.Seq), e.resealOverwritten(ctx, o))
	}
	return errors.Join(problems...)
}

// sealedValues returns what is sealed besides credentials, the rows without
// their data.
func (e *Engine) sealedValues(ctx context.Context, integration store.Integration) (rows []store.MirrorRow, overwritten []store.Overwritten, err error) {
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return nil, nil, err
	}
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for _, kind := range conn.Info().Kinds {
			for row, err := range r.Mirror(store.MirrorQuery{Integration: integration.ID, Kind: kind.Kind}) {
				if err != nil {
					return err
				}
				if row.Sealed != nil {
					rows = append(rows, store.MirrorRow{ID: row.ID, Sealed: row.Sealed})
				}
			}
		}
		for o, err := range r.Overwritten(store.OverwrittenQuery{}) {
			if err != nil {
				return err
			}
			if o.Sealed != nil && o.ID.Integration == integration.ID {
				overwritten = append(overwritten, o)
			}
		}
		return nil
	})
	return rows, overwritten, err
}

// again opens what was sealed and closes it with the key that is used now.
func (e *Engine) again(ctx context.Context, scope store.SealScope, sealed []byte) ([]byte, error) {
	plain, err := e.sealer.Open(ctx, scope, sealed)
	if err != nil {
		return nil, err
	}
	return e.sealer.Seal(ctx, scope, plain)
}

func (e *Engine) resealRow(ctx context.Context, seen store.MirrorRow) error {
	sealed, err := e.again(ctx, mirrorScope(seen.ID), seen.Sealed)
	if err != nil {
		return err
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		row, err := w.MirrorRow(seen.ID)
		if err != nil || !bytes.Equal(row.Sealed, seen.Sealed) {
			return err // read again meanwhile
		}
		row.Sealed = sealed
		return w.PutMirrorRow(row)
	})
}

// resealOverwritten gives the value a new number: a list only grows.
func (e *Engine) resealOverwritten(ctx context.Context, o store.Overwritten) error {
	sealed, err := e.again(ctx, overwrittenScope(o.ID, o.Asset, o.Field), o.Sealed)
	if err != nil {
		return err
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if _, err := overwrittenIn(w, o.Seq); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return nil // decided about meanwhile
			}
			return err
		}
		seq := o.Seq
		o.Seq, o.Sealed = 0, sealed
		return errors.Join(w.DeleteOverwritten(seq), w.AddOverwritten(o))
	})
}
