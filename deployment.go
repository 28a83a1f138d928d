package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// DeploymentRequest confirms that this deployment is to run what was scheduled in
// another one.
type DeploymentRequest struct {
	// By is who confirms.
	By store.Actor
}

// ConfirmDeployment has the schedules that were made under another deployment's
// name run in this one, at once and from now on, and returns whose they are. It is
// for a database that was moved; a copy for tests is left unconfirmed, so that it
// doesn't write to what the original writes to.
func (e *Engine) ConfirmDeployment(ctx context.Context, req DeploymentRequest) (confirmed []store.IntegrationID, err error) {
	if err := e.authorize(ctx, req.By, OpDeployment); err != nil {
		return nil, err
	}
	err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		confirmed = nil
		integrations, err := collect(w.Integrations())
		if err != nil {
			return err
		}
		for _, i := range integrations {
			due, err := w.Due(i.ID)
			switch {
			case errors.Is(err, store.ErrNotFound) || err == nil && due.Deployment == e.cfg.Deployment:
				continue
			case err != nil:
				return err
			}
			entry := store.JournalEntry{
				At: now(), By: req.By, Integration: i.ID, Event: string(OpDeployment),
				Reason: reason(ReasonDeployment, "from", due.Deployment, "to", e.cfg.Deployment),
			}
			due.Deployment, due.At, due.Failures = e.cfg.Deployment, now(), 0
			if err := errors.Join(w.PutDue(due), w.AppendJournal(entry)); err != nil {
				return err
			}
			confirmed = append(confirmed, i.ID)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dovetail: confirm deployment: %w", err)
	}
	e.lookAgain()
	return confirmed, nil
}
