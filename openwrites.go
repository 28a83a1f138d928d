package dovetail

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dovetail-sync/dovetail/store"
)

// intents are the creates that this engine is carrying out just now: they are
// not left over from a crash.
type intents struct {
	mu     sync.Mutex
	flying map[string]bool
}

func (i *intents) begin(intent string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.flying == nil {
		i.flying = make(map[string]bool)
	}
	i.flying[intent] = true
}

func (i *intents) end(intent string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.flying, intent)
}

func (i *intents) has(intent string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.flying[intent]
}

// settleOpenWrites finds out what became of the creates that a crash or a
// time-out left open. Where the platform knows intents it is asked; elsewhere
// they stay open, and nothing is created for their records.
func (e *Engine) settleOpenWrites(ctx context.Context, id store.IntegrationID) error {
	var open []store.OpenWrite
	err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		open, err = collect(r.OpenWrites(id))
		return err
	})
	if err != nil {
		return err
	}
	if !e.docs.Capabilities().Intents {
		return nil
	}
	for _, o := range open {
		if e.intents.has(o.Intent) {
			continue
		}
		if err := e.settleOpenWrite(ctx, o); err != nil {
			return fmt.Errorf("look up what became of the create for %s: %w", o.Record, err)
		}
	}
	return nil
}

func (e *Engine) settleOpenWrite(ctx context.Context, o store.OpenWrite) error {
	created, err := e.docs.FindCreated(ctx, o.Intent)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return e.closeWrite(ctx, o.Intent)
	case err != nil:
		return err
	case created.Company != "":
		return e.settleCompany(ctx, o, created.Company)
	}
	asset, err := e.docs.Asset(ctx, created.Asset)
	if errors.Is(err, store.ErrNotFound) {
		return e.closeWrite(ctx, o.Intent) // made, and deleted since
	}
	if err != nil {
		return err
	}
	var change store.Change
	err = e.ledger.View(ctx, func(_ context.Context, r store.Reader) (err error) {
		change, err = r.Change(o.Plan, o.Seq)
		return err
	})
	if err != nil {
		return err
	}
	return e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
		return applied{change: change, asset: asset, intent: o.Intent}.recovered(w, o.By)
	})
}

// settleCompany links the company that a decision made before it could be
// noted, unless somebody decided otherwise since.
func (e *Engine) settleCompany(ctx context.Context, o store.OpenWrite, company store.CompanyID) error {
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
		match.Revision++
		return errors.Join(w.PutMatch(match), bumpMatchRevision(w, o.Record.Integration), w.AppendJournal(store.JournalEntry{
			At: match.At, By: o.By, Integration: o.Record.Integration, Event: string(VerdictCreate), Record: o.Record, Company: company,
		}))
	})
}
