package dovetail

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// DriftRequest asks for the values that differ from the upstream's and stay.
type DriftRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Companies limits the list to these upstream companies. Empty: all that are
	// matched.
	Companies []connector.Key
}

// Drift yields the values of fed fields that differ from the upstream's and
// stay: those that are pinned, that the settings leave to people, that were
// changed outside, and that were there before. Each has its state. A value that
// is to stay is pinned with Pin; TakeUpstream lets the upstream's take its
// place.
func (e *Engine) Drift(ctx context.Context, req DriftRequest) iter.Seq2[FieldExample, error] {
	return func(yield func(FieldExample, error) bool) {
		if err := e.authorize(ctx, req.By, OpFieldReport); err != nil {
			yield(FieldExample{}, err)
			return
		}
		// Leaving the loop ends the planning behind it.
		inner, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		_, err := e.watchFields(inner, req.By, req.Integration, req.Companies, nil, func(_ *companyPlan, cand candidate, asset store.Asset, w weighedField) {
			if w.state.drifts() && inner.Err() == nil && !yield(exampleField(cand, asset, w), nil) {
				stop(errLeft)
			}
		})
		if err != nil && !errors.Is(context.Cause(inner), errLeft) {
			yield(FieldExample{}, fmt.Errorf("dovetail: drift of %q: %w", req.Integration, err))
		}
	}
}

// errLeft says that whoever ranged over a list has left it.
var errLeft = errors.New("left")
