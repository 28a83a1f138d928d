package dovetail

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// those are the rewrites of the rows from which clean takes something.
func those[T any](rows iter.Seq2[T, error], clean func(*T) (bool, error), put func(store.Writer, T) error) iter.Seq2[rewrite, error] {
	return func(yield func(rewrite, error) bool) {
		for row, err := range rows {
			changed := false
			if err == nil {
				changed, err = clean(&row)
			}
			switch {
			case err != nil:
				yield(nil, err)
				return
			case changed && !yield(func(w store.Writer) error { return put(w, row) }, nil):
				return
			}
		}
	}
}

// each chains lists.
func each[K comparable](keys iter.Seq[K], list func(K) iter.Seq2[rewrite, error]) iter.Seq2[rewrite, error] {
	return func(yield func(rewrite, error) bool) {
		for key := range keys {
			for again, err := range list(key) {
				if !yield(again, err) || err != nil {
					return
				}
			}
		}
	}
}

// inMirror is what was decided about others.
func (f *forgetter) inMirror(r store.Reader) iter.Seq2[rewrite, error] {
	return each(slices.Values(f.kinds), func(kind connector.Kind) iter.Seq2[rewrite, error] {
		return those(r.Mirror(store.MirrorQuery{Integration: f.id.Integration, Kind: kind}), func(row *store.MirrorRow) (bool, error) {
			return row.ID != f.id && f.inReason(&row.Disposition, row.ID), nil
		}, func(w store.Writer, row store.MirrorRow) error { return w.Dispose(row.ID, row.Disposition) })
	})
}

// inPlans is what plans left undone as a whole.
func (f *forgetter) inPlans(r store.Reader) iter.Seq2[rewrite, error] {
	return those(r.Plans(f.id.Integration, ""), func(p *store.Plan) (changed bool, _ error) {
		for i := range p.Notes {
			changed = f.inReason(&p.Notes[i], store.RecordID{}) || changed
		}
		return changed, nil
	}, store.Writer.PutPlan)
}

// inChanges is what plans did, or would have done, about others.
func (f *forgetter) inChanges(r store.Reader) iter.Seq2[rewrite, error] {
	return those(f.changes(r), func(c *store.Change) (bool, error) {
		if c.Record == f.id {
			return false, nil // it goes with the record
		}
		changed := f.inReason(&c.Reason, c.Record)
		changed = f.names.leave(&c.Outcome.Problem) || changed
		if !f.assets[c.Asset] || f.names.none(c.Name, c.Was) && f.names.noneGiven(c.Set) {
			return changed, nil
		}
		if theirs, err := f.namesake(r, c.Record); theirs || err != nil {
			return changed, err
		}
		f.names.replace(&c.Name)
		f.names.replace(&c.Was)
		f.names.replaceGiven(c.Set)
		return true, nil
	}, store.Writer.PutChange)
}

// inRuns is what runs said. A line about the record goes whole: it may say
// anything of it.
func (f *forgetter) inRuns(r store.Reader) iter.Seq2[rewrite, error] {
	about := f.id.String() + ": "
	return those(r.Runs(f.id.Integration, ""), func(run *store.Run) (changed bool, _ error) {
		for i := range run.Problems {
			if strings.Contains(run.Problems[i], about) {
				run.Problems[i], changed = erasedText, true
				continue
			}
			changed = f.names.leave(&run.Problems[i]) || changed
		}
		return changed, nil
	}, store.Writer.PutRun)
}

// inJournal is what was done with others.
func (f *forgetter) inJournal(r store.Reader) iter.Seq2[rewrite, error] {
	return those(r.Journal(store.JournalQuery{}), func(e *store.JournalEntry) (bool, error) {
		if e.Record == f.id || e.Integration != f.id.Integration {
			return false, nil
		}
		changed := f.inReason(&e.Reason, e.Record)
		if !f.assets[e.Asset] || f.names.noneGiven(e.Set) {
			return changed, nil
		}
		if theirs, err := f.namesake(r, e.Record); theirs || err != nil {
			return changed, err
		}
		f.names.replaceGiven(e.Set)
		return true, nil
	}, store.Writer.RewriteEntry)
}

// inTombstones is what another record's asset was called that was its own before.
func (f *forgetter) inTombstones(r store.Reader) iter.Seq2[rewrite, error] {
	return each(maps.Keys(f.companies), func(company store.CompanyID) iter.Seq2[rewrite, error] {
		return those(r.TombstonesOf(company), func(t *store.Tombstone) (bool, error) {
			if t.ID == f.id || t.ID.Integration != f.id.Integration || !f.assets[t.Asset] || f.names.none(t.Name) {
				return false, nil
			}
			theirs, err := f.namesake(r, t.ID)
			f.names.replace(&t.Name)
			return !theirs, err
		}, store.Writer.PutTombstone)
	})
}

// inOverwritten is its name where another record took over its asset, and a person
// had put the name back.
func (f *forgetter) inOverwritten(r store.Reader) iter.Seq2[rewrite, error] {
	return each(maps.Keys(f.assets), func(asset store.AssetID) iter.Seq2[rewrite, error] {
		return those(r.Overwritten(store.OverwrittenQuery{Asset: asset}), func(o *store.Overwritten) (bool, error) {
			if o.ID == f.id || o.Field != store.NameField || f.names.none(o.Value.String()) {
				return false, nil
			}
			theirs, err := f.namesake(r, o.ID)
			return !theirs, err
		}, func(w store.Writer, o store.Overwritten) error { return w.DeleteOverwritten(o.Seq) })
	})
}
