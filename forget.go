package dovetail

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// forgetBatch is how many rows are rewritten in one transaction, and held at
// once.
const forgetBatch = 200

// forgetter takes what a record is called out of all that its integration keeps
// about others: what was decided about them, plans, runs and the journal. What a
// record that is called the same has of its own stays.
type forgetter struct {
	id    store.RecordID
	kinds []connector.Kind
	// names are what it is and was called.
	names names
	// assets are those that it was on, and companies those that they were in.
	assets    map[store.AssetID]bool
	companies map[store.CompanyID]bool
}

// rewrite writes a row again, without the name.
type rewrite func(w store.Writer) error

// forgetNames goes through all that is kept, page by page, as often as there are
// batches of rows to be written again. An erasure that was cut off finds the same
// names when it is repeated: they go with the record, last.
func (e *Engine) forgetNames(ctx context.Context, integration store.Integration, id store.RecordID, by store.Actor) error {
	f := &forgetter{id: id, kinds: []connector.Kind{id.Kind}, assets: make(map[store.AssetID]bool), companies: make(map[store.CompanyID]bool)}
	if conn, ok := e.connectors[integration.Connector]; ok {
		for _, kind := range conn.Info().Kinds {
			if kind.Kind != id.Kind {
				f.kinds = append(f.kinds, kind.Kind)
			}
		}
	}
	if err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error { return f.learn(r) }); err != nil {
		return err
	}
	if err := e.renameInherited(ctx, f, by); err != nil {
		return err
	}
	for _, find := range []func(store.Reader) iter.Seq2[rewrite, error]{
		f.inMirror, f.inPlans, f.inChanges, f.inRuns, f.inJournal, f.inTombstones, f.inOverwritten,
	} {
		if err := e.rewriteAll(ctx, find); err != nil {
			return err
		}
	}
	return nil
}

// rewriteAll rewrites what find finds. A row that was written again is found no
// more.
func (e *Engine) rewriteAll(ctx context.Context, find func(store.Reader) iter.Seq2[rewrite, error]) error {
	for {
		batch := make([]rewrite, 0, forgetBatch)
		err := e.ledger.View(ctx, func(_ context.Context, r store.Reader) error {
			batch = batch[:0]
			for again, err := range find(r) {
				if err != nil {
					return err
				}
				if batch = append(batch, again); len(batch) == forgetBatch {
					return nil
				}
			}
			return nil
		})
		if err == nil && len(batch) > 0 {
			err = e.ledger.Update(ctx, func(_ context.Context, w store.Writer) error {
				for _, again := range batch {
					if err := again(w); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil || len(batch) < forgetBatch {
			return err
		}
	}
}

// learn finds out what the record is and was called, and where it was.
func (f *forgetter) learn(r store.Reader) error {
	row, err1 := r.MirrorRow(f.id)
	card, err2 := r.Card(f.id)
	tombstone, err3 := r.Tombstone(f.id)
	for _, err := range []error{err1, err2, err3} {
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	wrote := card.Wrote[store.NameField]
	f.names.add(row.Name, card.Name, wrote.Sent.String(), wrote.Value.String(), tombstone.Name)
	f.was(card.Asset, card.Company)
	f.was(tombstone.Asset, tombstone.Company)
	for c, err := range f.changes(r) {
		if err != nil {
			return err
		}
		if c.Record == f.id {
			f.was(c.Asset, c.Company)
			f.was(c.Outcome.Asset, c.Company)
			f.names.add(c.Name)
		}
	}
	return nil
}

// was notes where the record was.
func (f *forgetter) was(asset store.AssetID, company store.CompanyID) {
	if asset != "" {
		f.assets[asset], f.companies[company] = true, true
	}
}

// changes are the changes of all plans of the integration. Most plans have none.
func (f *forgetter) changes(r store.Reader) iter.Seq2[store.Change, error] {
	return func(yield func(store.Change, error) bool) {
		for plan, err := range r.Plans(f.id.Integration, "") {
			if err != nil {
				yield(store.Change{}, err)
				return
			}
			if plan.Changes == 0 {
				continue
			}
			for c, err := range r.Changes(plan.ID, 0, 0) {
				if !yield(c, err) || err != nil {
					return
				}
			}
		}
	}
}

// namesake reports whether another record is called so too: then it is its own
// name.
func (f *forgetter) namesake(r store.Reader, id store.RecordID) (bool, error) {
	row, err := r.MirrorRow(id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return slices.Contains(f.names, row.Name), err
}
