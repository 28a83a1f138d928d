package dovetail

import (
	"context"
	"errors"
	"fmt"

	"github.com/dovetail-sync/dovetail/store"
)

// Uncertain returns the creates of an integration whose outcome can't be told:
// a crash or a time-out cut them off, and looking for what they would have made
// has not settled it. They are never repeated by themselves; see Resolve.
func (e *Engine) Uncertain(ctx context.Context, id store.IntegrationID) ([]store.OpenWrite, error) {
	var uncertain []store.OpenWrite
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for o, err := range r.OpenWrites(id) {
			if err != nil {
				return err
			}
			if o.Name != "" && !e.intents.has(o.Intent) {
				uncertain = append(uncertain, o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dovetail: uncertain creates of %q: %w", id, err)
	}
	return uncertain, nil
}

// ResolveRequest says what became of a create whose outcome could not be told.
type ResolveRequest struct {
	// By is who says so.
	By store.Actor
	// Integration and Intent name the open write.
	Integration store.IntegrationID
	Intent      string
	// Asset is the asset that it made.
	Asset store.AssetID
	// Company is the company that it made.
	Company store.CompanyID
	// NotMade says that it made nothing: it may be tried again.
	NotMade bool
}

// Resolve carries out a person's word on an uncertain create: the thing that it
// made, or that it made nothing. Exactly one of Asset, Company and NotMade is
// set. It waits for the end of a run or of decisions under way.
func (e *Engine) Resolve(ctx context.Context, req ResolveRequest) error {
	if err := e.authorize(ctx, req.By, OpResolve); err != nil {
		return err
	}
	err := e.alone(ctx, runsOf(req.Integration), func(ctx context.Context) error {
		return e.alone(ctx, deciding, func(ctx context.Context) error { return e.resolve(ctx, req) })
	})
	if err != nil {
		return fmt.Errorf("dovetail: resolve %q: %w", req.Intent, err)
	}
	return nil
}

func (e *Engine) resolve(ctx context.Context, req ResolveRequest) error {
	uncertain, err := e.Uncertain(ctx, req.Integration)
	if err != nil {
		return err
	}
	for _, o := range uncertain {
		if o.Intent != req.Intent {
			continue
		}
		o.By = req.By
		forCompany := o.Plan == ""
		switch {
		case req.NotMade && req.Asset == "" && req.Company == "":
			return e.notMade(ctx, o)
		case forCompany && req.Company != "" && req.Asset == "" && !req.NotMade:
			return e.madeCompany(ctx, o, req.Company)
		case !forCompany && req.Asset != "" && req.Company == "" && !req.NotMade:
			return e.madeAsset(ctx, o, req.Asset)
		case forCompany:
			return fmt.Errorf("%w: it would have made a company (set either Company or NotMade)", store.ErrRefused)
		default:
			return fmt.Errorf("%w: it would have made an asset (set either Asset or NotMade)", store.ErrRefused)
		}
	}
	return fmt.Errorf("no create of %q is uncertain under that intent: %w", req.Integration, store.ErrNotFound)
}

// notMade takes the create for one that didn't happen. Its change is no longer
// in doubt, and its record is planned anew.
func (e *Engine) notMade(ctx context.Context, o store.OpenWrite) error {
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if o.Plan != "" {
			not := store.Outcome{State: store.OutcomeFailed, Problem: "a person says that it was not made"}
			if err := w.PutOutcome(o.Plan, o.Seq, not); err != nil {
				return err
			}
		}
		return errors.Join(w.DeleteOpenWrite(o.Intent), w.AppendJournal(store.JournalEntry{
			At: now(), By: o.By, Integration: o.Record.Integration, Event: "not made", Record: o.Record, Company: o.Company,
		}))
	})
}

func (e *Engine) madeCompany(ctx context.Context, o store.OpenWrite, id store.CompanyID) error {
	if _, err := e.docs.Company(ctx, id); err != nil {
		return fmt.Errorf("company %q: %w", id, err)
	}
	return e.tookCompany(ctx, o, id)
}

// madeAsset puts the record on the asset that a person picked, as one that the
// person linked.
func (e *Engine) madeAsset(ctx context.Context, o store.OpenWrite, id store.AssetID) error {
	asset, err := e.docs.Asset(ctx, id)
	if err != nil {
		return fmt.Errorf("asset %q: %w", id, err)
	}
	if asset.Company != o.Company {
		return fmt.Errorf("%w: asset %q is in another company than the create was for", store.ErrRefused, id)
	}
	carded, err := e.carded(ctx, o.Company)
	if err != nil {
		return err
	}
	if carded[id] {
		return fmt.Errorf("%w: asset %q carries a card already (pick another, or say that it was not made)", store.ErrRefused, id)
	}
	change, err := e.changeOf(ctx, o)
	if err != nil {
		return err
	}
	s := &settler{Engine: e}
	if asset, err = s.masked(ctx, change, asset); err != nil {
		return err
	}
	change.Origin = store.OriginLinked
	// Only what is there as it was sent counts as ours.
	change.Name = ""
	change.Set = arrivedOf(change.Set, asset)
	return e.tookAsset(ctx, o, change, asset)
}
