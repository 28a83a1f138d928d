package storetest_test

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// undead ignores the deletion of approvals.
type undead struct{ store.Writer }

func ignoresDeletion(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return undead{w} }}
}

func (undead) DeleteApproval(store.IntegrationID, string, store.CompanyID, connector.Kind) error {
	return nil
}

// pedant has a look before it deletes.
type pedant struct{ store.Writer }

func refusesDeletion(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return pedant{w} }}
}

func (w pedant) DeleteTombstone(id store.RecordID) error {
	if _, err := w.Tombstone(id); err != nil {
		return err
	}
	return w.Writer.DeleteTombstone(id)
}

// finder returns nothing for what isn't there, and no error.
type finder struct{ store.Reader }

func findsNothing(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return finder{r} }}
}

func (r finder) Due(id store.IntegrationID) (store.Due, error) {
	d, err := r.Reader.Due(id)
	if errors.Is(err, store.ErrNotFound) {
		return store.Due{}, nil
	}
	return d, err
}

// lenient has a version of settings stay as it is.
type lenient struct{ store.Writer }

func forgivesSettings(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return lenient{w} }}
}

func (w lenient) PutSettings(s store.Settings) error {
	if _, err := w.Settings(s.Integration, s.Version); err == nil {
		return nil
	}
	return w.Writer.PutSettings(s)
}

// byWriting takes the plan that was put last for the last one.
type byWriting struct {
	store.Reader
	last *atomic.Value
}

type notingWriter struct {
	store.Writer
	last *atomic.Value
}

func lastByWriting(l store.Ledger) store.Ledger {
	var last atomic.Value
	return wrapped{
		Ledger: l,
		read:   func(r store.Reader) store.Reader { return byWriting{r, &last} },
		write:  func(w store.Writer) store.Writer { return notingWriter{w, &last} },
	}
}

func (w notingWriter) PutPlan(p store.Plan) error {
	w.last.Store(p.ID)
	return w.Writer.PutPlan(p)
}

func (r byWriting) LastPlan(id store.IntegrationID) (store.Plan, error) {
	if last, ok := r.last.Load().(store.PlanID); ok {
		if p, err := r.Plan(last); err == nil && p.Integration == id {
			return p, nil
		}
	}
	return r.Reader.LastPlan(id)
}

// inclusive begins a page with the row that ended the last one.
type inclusive struct{ store.Reader }

func pagesFromNumber(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return inclusive{r} }}
}

func (r inclusive) Changes(plan store.PlanID, after, limit int) iter.Seq2[store.Change, error] {
	return r.Reader.Changes(plan, after-1, limit)
}

// unlimited yields all changes, however many are asked for.
type unlimited struct{ store.Reader }

func forgetsLimit(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return unlimited{r} }}
}

func (r unlimited) Changes(plan store.PlanID, after, _ int) iter.Seq2[store.Change, error] {
	return r.Reader.Changes(plan, after, 0)
}

// gapped takes numbers from a sequence that failed updates don't give back.
type gapped struct {
	store.Reader
	lost *atomic.Int64
}

func leavesGaps(l store.Ledger) store.Ledger {
	var lost atomic.Int64
	return broken{
		Ledger: l,
		view: func(ctx context.Context, fn viewFunc) error {
			return l.View(ctx, func(ctx context.Context, r store.Reader) error { return fn(ctx, gapped{r, &lost}) })
		},
		update: func(ctx context.Context, fn updateFunc) error {
			err := l.Update(ctx, fn)
			if err != nil {
				lost.Add(1)
			}
			return err
		},
	}
}

func (r gapped) Journal(q store.JournalQuery) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for e, err := range r.Reader.Journal(q) {
			if e.Seq > 1 {
				e.Seq += r.lost.Load()
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// simple selects the journal by the first part of a query that is set.
type simple struct{ store.Reader }

func selectsByOnePart(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return simple{r} }}
}

func (r simple) Journal(q store.JournalQuery) iter.Seq2[store.JournalEntry, error] {
	if q.Asset != "" {
		q = store.JournalQuery{After: q.After, Asset: q.Asset}
	}
	return r.Reader.Journal(q)
}

// renumbering numbers overwritten values by their place.
type renumbering struct{ store.Reader }

func renumbers(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return renumbering{r} }}
}

func (r renumbering) Overwritten(q store.OverwrittenQuery) iter.Seq2[store.Overwritten, error] {
	return func(yield func(store.Overwritten, error) bool) {
		seq := int64(0)
		for o, err := range r.Reader.Overwritten(q) {
			seq++
			o.Seq = seq
			if !yield(o, err) {
				return
			}
		}
	}
}

// pinner never moves a pin that is there.
type pinner struct{ store.Writer }

func pinsByCompany(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return pinner{w} }}
}

func (w pinner) PutPin(p store.Pin) error {
	for _, company := range []store.CompanyID{"a", "b"} {
		for old, err := range w.PinsOf(company) {
			if err == nil && old.Asset == p.Asset && old.Field == p.Field {
				p.Company = old.Company
			}
		}
	}
	return w.Writer.PutPin(p)
}

// unowned lists the open writes of every integration that it knows of.
type unowned struct{ store.Reader }

func listsAllWrites(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return unowned{r} }}
}

func (r unowned) OpenWrites(id store.IntegrationID) iter.Seq2[store.OpenWrite, error] {
	return func(yield func(store.OpenWrite, error) bool) {
		for _, id := range []store.IntegrationID{"i1", id} {
			for o, err := range r.Reader.OpenWrites(id) {
				if !yield(o, err) {
					return
				}
			}
		}
	}
}

// gatherer gathers what is written, and deletes last: a row that was deleted and
// put again in one update is lost.
type gatherer struct {
	store.Writer
	deleted map[store.IntegrationID]bool
}

func losesAfterDeletion(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return gatherer{w, map[store.IntegrationID]bool{}} }}
}

func (w gatherer) DeleteDue(id store.IntegrationID) error {
	w.deleted[id] = true
	return w.Writer.DeleteDue(id)
}

func (w gatherer) PutDue(d store.Due) error {
	if w.deleted[d.Integration] {
		return nil
	}
	return w.Writer.PutDue(d)
}

// archivist keeps what an erasure should take out of the journal.
type archivist struct{ store.Writer }

func keepsEntries(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return archivist{w} }}
}

func (w archivist) Erase(id store.RecordID) error {
	for _, erase := range []func(store.RecordID) error{w.DeleteCard, w.DeleteTombstone} {
		if err := erase(id); err != nil {
			return err
		}
	}
	return nil
}

// sweeper erases what has the same key in another kind too.
type sweeper struct{ store.Writer }

func erasesNamesakes(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return sweeper{w} }}
}

func (w sweeper) Erase(id store.RecordID) error {
	namesake := id
	namesake.Kind = "another kind"
	return errors.Join(w.Writer.Erase(id), w.Writer.Erase(namesake))
}

const rewritten = "an entry of the journal is written again under its number"

// rewriter rewrites entries of the journal in another way.
type rewriter struct {
	store.Writer
	rewrite func(w store.Writer, e store.JournalEntry) error
}

func rewrites(rewrite func(w store.Writer, e store.JournalEntry) error) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return rewriter{w, rewrite} }}
	}
}

func (w rewriter) RewriteEntry(e store.JournalEntry) error { return w.rewrite(w.Writer, e) }

func rewritesWhatIsThere(w store.Writer, e store.JournalEntry) error {
	if err := w.RewriteEntry(e); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// planReader keeps or erases the changes of plans without a header in another way.
type planReader struct {
	store.Writer
	plans map[store.PlanID]bool
	erase func(w planReader, id store.RecordID) error
}

func (w planReader) PutChange(c store.Change) error {
	w.plans[c.Plan] = true
	return w.Writer.PutChange(c)
}

func (w planReader) Erase(id store.RecordID) error { return w.erase(w, id) }

func erasesCutOff(erase func(w planReader, id store.RecordID) error) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		plans := map[store.PlanID]bool{}
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return planReader{w, plans, erase} }}
	}
}

// cutOff are the changes of plans that have no header.
func (w planReader) cutOff() (all []store.Change) {
	for plan := range w.plans {
		if _, err := w.Plan(plan); err == nil {
			continue
		}
		for c, err := range w.Changes(plan, 0, 0) {
			if err == nil {
				all = append(all, c)
			}
		}
	}
	return all
}

func keepsCutOff(l store.Ledger) store.Ledger {
	return erasesCutOff(func(w planReader, id store.RecordID) error {
		kept := w.cutOff()
		err := w.Writer.Erase(id)
		for _, c := range kept {
			if c.Record != id {
				err = errors.Join(err, w.PutChange(c))
			}
		}
		return err
	})(l)
}

func erasesAllCutOff(l store.Ledger) store.Ledger {
	return erasesCutOff(func(w planReader, id store.RecordID) error {
		err := w.Writer.Erase(id)
		for _, c := range w.cutOff() {
			err = errors.Join(err, w.Writer.Erase(c.Record))
		}
		return err
	})(l)
}
