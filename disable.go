package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// DisableRequest disables an integration, or enables it again.
type DisableRequest struct {
	// By is who asks.
	By store.Actor
	// Integration names the integration.
	Integration store.IntegrationID
	// Revision is the integration's as the person saw it.
	Revision int64
	// Disabled is what it is to be.
	Disabled bool
}

// Disable stops the runs of an integration, or lets them go on, with the next one
// soon. A run that is under way is not cut off: it ends with an error before it
// writes. Cards and matches stay as they are.
func (e *Engine) Disable(ctx context.Context, req DisableRequest) (integration store.Integration, err error) {
	if err := e.authorize(ctx, req.By, OpDisable); err != nil {
		return store.Integration{}, err
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if integration, err = w.Integration(req.Integration); err != nil {
			return err
		}
		switch {
		case integration.Revision != req.Revision:
			return changedBySomebody(req.Integration)
		case integration.Disabled == req.Disabled:
			return nil
		}
		integration.Disabled = req.Disabled
		integration.Revision++
		event := "disable"
		if !req.Disabled {
			event = "enable"
			if err := restsNoMore(w, req.Integration); err != nil {
				return err
			}
		}
		return errors.Join(w.PutIntegration(integration), w.AppendJournal(store.JournalEntry{At: now(), By: req.By, Integration: req.Integration, Event: event}))
	})
	if err != nil {
		return store.Integration{}, fmt.Errorf("dovetail: disable %q: %w", req.Integration, err)
	}
	e.lookAgain()
	return integration, nil
}
