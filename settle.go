package dovetail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/dovetail-sync/dovetail/store"
)

// settleOpenWrites finds out what became of the writes that a crash or a
// time-out left open, those of runs and those of decisions. What can't be told
// yet stays open, and nothing else is done about its record. Whoever calls it is
// alone at the integration's runs, so that none of its writes is only under way.
func (e *Engine) settleOpenWrites(ctx context.Context, id store.IntegrationID) error {
	ofRuns, ofDecisions, err := e.openWrites(ctx, id)
	if err != nil {
		return err
	}
	if err := e.settleThese(ctx, ofRuns); err != nil || len(ofDecisions) == 0 {
		return err
	}
	err = e.ifFree(ctx, deciding, func(ctx context.Context) error { return e.settleDecisions(ctx, id) })
	if errors.Is(err, errHeld) {
		return nil // somebody decides just now, and has settled what was left before
	}
	return err
}

// settleDecisions settles the open writes of decisions. Whoever calls it is alone
// at deciding.
func (e *Engine) settleDecisions(ctx context.Context, id store.IntegrationID) error {
	_, ofDecisions, err := e.openWrites(ctx, id)
	if err != nil {
		return err
	}
	return e.settleThese(ctx, ofDecisions)
}

func (e *Engine) openWrites(ctx context.Context, id store.IntegrationID) (ofRuns, ofDecisions []store.OpenWrite, err error) {
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
		for o, err := range r.OpenWrites(id) {
			switch {
			case err != nil:
				return err
			case o.Plan != "":
				ofRuns = append(ofRuns, o)
			default:
				ofDecisions = append(ofDecisions, o)
			}
		}
		return nil
	})
	return ofRuns, ofDecisions, err
}

func (e *Engine) settleThese(ctx context.Context, open []store.OpenWrite) error {
	s := &settler{Engine: e, can: e.docs.Capabilities(), listed: make(map[store.CompanyID][]store.Asset)}
	for _, o := range open {
		if err := s.settle(ctx, o); err != nil {
			return fmt.Errorf("look up what became of a write for %s: %w", o.Record, err)
		}
	}
	return nil
}

// settler settles the open writes of one integration.
type settler struct {
	*Engine
	can store.Capabilities
	// listed are the assets of the companies that were looked through.
	listed map[store.CompanyID][]store.Asset
	// digests stand for confidential values. They are brought when the first
	// write needs them.
	digests *digests
}

func (s *settler) settle(ctx context.Context, o store.OpenWrite) error {
	change, err := s.changeOf(ctx, o)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.closeWrite(ctx, o.Intent) // its plan was removed: the record is planned anew
	case err != nil:
		return err
	case o.Plan != "" && change.Action != store.ActionCreate:
		return s.readBack(ctx, o, change)
	case s.can.Intents:
		return s.ask(ctx, o, change)
	case o.Plan == "":
		return s.lookForCompany(ctx, o)
	default:
		return s.lookForAsset(ctx, o, change)
	}
}

// changeOf returns the change that an open write carries out. A company that a
// person decided to create has none.
func (e *Engine) changeOf(ctx context.Context, o store.OpenWrite) (change store.Change, err error) {
	if o.Plan == "" {
		return change, nil
	}
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		change, err = r.Change(o.Plan, o.Seq)
		return err
	})
	return change, err
}

// ask asks a platform that keeps intents what this one made.
func (s *settler) ask(ctx context.Context, o store.OpenWrite, change store.Change) error {
	created, err := s.docs.FindCreated(ctx, o.Intent)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return s.closeWrite(ctx, o.Intent)
	case err != nil:
		return err
	case created.Company != "":
		return s.tookCompany(ctx, o, created.Company)
	}
	asset, err := s.docs.Asset(ctx, created.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return s.closeWrite(ctx, o.Intent) // made, and deleted since
	}
	if err != nil {
		return err
	}
	if asset, err = s.masked(ctx, change, asset); err != nil {
		return err
	}
	return s.tookAsset(ctx, o, change, asset)
}

// masked returns an asset with digests in the place of the confidential values
// that a change writes.
func (s *settler) masked(ctx context.Context, change store.Change, asset store.Asset) (store.Asset, error) {
	if !hasDigest(change.Set) {
		return asset, nil
	}
	if s.digests == nil {
		integration, settings, err := s.load(ctx, change.Record.Integration)
		if err != nil {
			return asset, err
		}
		d, err := s.digestsOf(ctx, integration, settings)
		if err != nil {
			return asset, err
		}
		s.digests = &d
	}
	return s.digests.mask(asset, change.Set), nil
}

// tookAsset notes that a write for an asset happened.
func (e *Engine) tookAsset(ctx context.Context, o store.OpenWrite, change store.Change, asset store.Asset) error {
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return applied{change: change, asset: asset, open: o}.recovered(w, o.By)
	})
}

// tookCompany links the company that a decision made before it could be noted,
// unless somebody decided otherwise since.
func (e *Engine) tookCompany(ctx context.Context, o store.OpenWrite, company store.CompanyID) error {
	stored, err := e.docs.Company(ctx, company)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("company %q: %w", company, err)
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		if err := w.DeleteOpenWrite(o.Intent); err != nil {
			return err
		}
		match, err := w.Match(o.Record)
		if err != nil || !undecidedState(match.State) {
			return err
		}
		if match.Primary, err = becomesPrimary(w, match.ID, company); err != nil {
			return err
		}
		match.State, match.Company, match.Suggestions = store.MatchMatched, company, nil
		match.By, match.At = o.By, now()
		if match.Wrote, err = e.wroteCompany(w, o, stored, match.At); err != nil {
			return err
		}
		match.Revision++
		return errors.Join(w.PutMatch(match), bumpMatchRevision(w, o.Record.Integration), w.AppendJournal(store.JournalEntry{
			At: match.At, By: o.By, Integration: o.Record.Integration, Event: string(VerdictCreate), Record: o.Record, Company: company,
		}))
	})
}

// wroteCompany is what the create of a company wrote that is still there, but for
// the platform's tidying: the rest a person may have written since.
func (e *Engine) wroteCompany(r store.Reader, o store.OpenWrite, stored store.Company, at time.Time) (map[string]store.Written, error) {
	integration, err := r.Integration(o.Record.Integration)
	if err != nil {
		return nil, err
	}
	conn, err := e.connector(integration.Connector)
	if err != nil {
		return nil, err
	}
	row, err := r.MirrorRow(o.Record)
	if err != nil {
		return nil, err
	}
	sent, err := newCompanyOf(conn.Info(), row)
	if err != nil {
		return nil, nil //nolint:nilerr // it has no name any more: nothing of it is there
	}
	wrote := (&creation{sent: sent, stored: stored}).wrote(at)
	maps.DeleteFunc(wrote, func(_ string, w store.Written) bool { return !sameButForm(w.Sent, w.Value) })
	return wrote, nil
}
