package storetest_test

import (
	"bytes"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/dovetail-sync/dovetail/connector"
	"github.com/dovetail-sync/dovetail/store"
)

// rowMutants are about what becomes of a row.
func rowMutants() map[string]mutant {
	const whole, texts = "a put replaces the whole row", "texts lose NUL and broken UTF-8 and nothing else"
	return map[string]mutant{
		"shares what was handed in":               {fails: "what was handed in may be changed", ledger: sharesIn},
		"shares what is handed out":               {fails: "what is handed out may be changed", ledger: sharesOut},
		"forgets a field":                         {fails: "every field of every row is kept", ledger: puts(func(o *store.OpenWrite) { o.Candidates = nil })},
		"keeps numbers as floating ones":          {fails: "every field of every row is kept", ledger: puts(roundFence)},
		"cuts bytes at NUL":                       {fails: "bytes are kept as they are", ledger: puts(cutData)},
		"drops NUL from bytes":                    {fails: "bytes are kept as they are", ledger: puts(dropNUL)},
		"trims texts":                             {fails: texts, ledger: puts(func(t *store.Tombstone) { t.Name = strings.TrimSpace(t.Name) })},
		"leaves times in a zone":                  {fails: "times are kept in UTC to the microsecond", ledger: leavesZones},
		"keeps times to the millisecond":          {fails: "times are kept in UTC to the microsecond", ledger: puts(func(d *store.Due) { d.At = d.At.Truncate(time.Millisecond) })},
		"makes ids of what can't be one":          {fails: "ids that can't be kept are refused", ledger: puts(mendKey)},
		"invents a number":                        {fails: "numbers that can't be kept are refused", ledger: puts(func(c *store.Change) { c.Seq = max(c.Seq, 1) })},
		"keeps what a sparse row leaves out":      {fails: whole, ledger: merges},
		"loses empty items":                       {fails: "empty things within a row are kept", ledger: puts(func(r *store.Run) { r.Problems = nonEmpty(r.Problems) })},
		"lists a row where it was":                {fails: "a row that changes its company is listed once", ledger: listsWhereItWas},
		"forgets the journal when it erases":      {fails: "an erased record leaves nothing behind", ledger: keepsEntries},
		"adds an entry that it has to rewrite":    {fails: rewritten, ledger: rewrites(func(w store.Writer, e store.JournalEntry) error { return w.AppendJournal(e) })},
		"rewrites nothing":                        {fails: rewritten, ledger: rewrites(func(store.Writer, store.JournalEntry) error { return nil })},
		"finds every entry to be rewritten":       {fails: rewritten, ledger: rewrites(rewritesWhatIsThere)},
		"keeps what a plan that was cut off says": {fails: "an erased record leaves nothing behind", ledger: keepsCutOff},
		"erases the cut off plans of all":         {fails: "an erased record leaves nothing behind", ledger: erasesAllCutOff},
		"erases what has the same key":            {fails: "an erased record leaves nothing behind", ledger: erasesNamesakes},
		"ignores a deletion":                      {fails: "deleting what isn't there is no error", ledger: ignoresDeletion},
		"has no deletion of what isn't there":     {fails: "deleting what isn't there is no error", ledger: refusesDeletion},
		"finds what isn't there":                  {fails: "what isn't there is not found", ledger: findsNothing},
		"writes a version of settings again":      {fails: "a version of settings is written once", ledger: forgivesSettings},
		"takes what was put last for the last":    {fails: "the last plan and run are the ones made last", ledger: lastByWriting},
		"yields more changes than asked for":      {fails: "changes are paged by their number", ledger: forgetsLimit},
		"pages changes from their number on":      {fails: "changes are paged by their number", ledger: pagesFromNumber},
		"leaves gaps in the journal":              {fails: "the journal is numbered without gaps", ledger: leavesGaps},
		"selects the journal by one part alone":   {fails: "the journal is selected by a query", ledger: selectsByOnePart},
		"uses numbers again":                      {fails: "overwritten values are numbered, and no number is used again", ledger: renumbers},
		"lists open writes of all":                {fails: "open writes are listed by the record's integration", ledger: listsAllWrites},
		"loses what was deleted before":           {fails: "a ledger in random use is what a simple model of it is", ledger: losesAfterDeletion},
		"keeps a pin for each company":            {fails: "a pin has one company", ledger: pinsByCompany},
	}
}

// putter changes rows of one type before they are put.
type putter[T any] struct {
	store.Writer
	change func(*T)
}

func puts[T any](change func(*T)) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return putter[T]{w, change} }}
	}
}

// changed applies the change if the row is of its type.
func (w putter[T]) changed(row any) {
	if r, ok := row.(*T); ok {
		w.change(r)
	}
}

func (w putter[T]) PutOpenWrite(o store.OpenWrite) error {
	w.changed(&o)
	return w.Writer.PutOpenWrite(o)
}
func (w putter[T]) PutDue(d store.Due) error     { w.changed(&d); return w.Writer.PutDue(d) }
func (w putter[T]) PutClaim(c store.Claim) error { w.changed(&c); return w.Writer.PutClaim(c) }
func (w putter[T]) PutMirrorRow(m store.MirrorRow) error {
	w.changed(&m)
	return w.Writer.PutMirrorRow(m)
}
func (w putter[T]) PutCard(c store.Card) error { w.changed(&c); return w.Writer.PutCard(c) }
func (w putter[T]) PutTombstone(t store.Tombstone) error {
	w.changed(&t)
	return w.Writer.PutTombstone(t)
}
func (w putter[T]) PutChange(c store.Change) error { w.changed(&c); return w.Writer.PutChange(c) }
func (w putter[T]) PutRun(r store.Run) error       { w.changed(&r); return w.Writer.PutRun(r) }
func (w putter[T]) PutMatch(m store.Match) error   { w.changed(&m); return w.Writer.PutMatch(m) }

func roundFence(c *store.Claim)  { c.Fence = int64(float64(c.Fence)) }
func cutData(m *store.MirrorRow) { m.Data, _, _ = bytes.Cut(m.Data, []byte{0}) }
func dropNUL(c *store.Card)      { c.Data = bytes.ReplaceAll(c.Data, []byte{0}, nil) }
func mendKey(m *store.Match)     { m.ID.Key = connector.Key(connector.CleanText(string(m.ID.Key))) }
func nonEmpty(s []string) (n []string) {
	for _, text := range s {
		if text != "" {
			n = append(n, text)
		}
	}
	return n
}

// sharer keeps rows in two places: as they were handed in or out, and whole.
type sharer struct {
	store.Writer
	runs *sync.Map
}

func sharesIn(l store.Ledger) store.Ledger {
	var runs sync.Map
	return wrapped{
		Ledger: l,
		read:   func(r store.Reader) store.Reader { return shared{r, &runs} },
		write:  func(w store.Writer) store.Writer { return sharer{w, &runs} },
	}
}

func (w sharer) PutRun(r store.Run) error {
	w.runs.Store(r.ID, r.Problems)
	return w.Writer.PutRun(r)
}

// shared returns the problems of a run as they were handed in.
type shared struct {
	store.Reader
	runs *sync.Map
}

func (r shared) Run(id store.RunID) (store.Run, error) {
	run, err := r.Reader.Run(id)
	if problems, ok := r.runs.Load(id); ok && err == nil {
		run.Problems = problems.([]string)
	}
	return run, err
}

func sharesOut(l store.Ledger) store.Ledger {
	var runs sync.Map
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return sharedOut{r, &runs} }}
}

// sharedOut returns the same problems of a run each time.
type sharedOut struct {
	store.Reader
	runs *sync.Map
}

func (r sharedOut) LastRun(id store.IntegrationID) (store.Run, error) {
	run, err := r.Reader.LastRun(id)
	if err == nil {
		problems, _ := r.runs.LoadOrStore(run.ID, run.Problems)
		run.Problems = problems.([]string)
	}
	return run, err
}

// zoned returns times as they are shown somewhere.
type zoned struct{ store.Reader }

func leavesZones(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return zoned{r} }}
}

func (r zoned) Due(id store.IntegrationID) (store.Due, error) {
	d, err := r.Reader.Due(id)
	d.At = d.At.In(time.FixedZone("somewhere", 3600))
	return d, err
}

// merger keeps a card's data where the new one has none.
type merger struct{ store.Writer }

func merges(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return merger{w} }}
}

func (w merger) PutCard(c store.Card) error {
	if old, err := w.Card(c.ID); err == nil && len(c.Data) == 0 {
		c.Data = old.Data
	}
	return w.Writer.PutCard(c)
}

// hoarder has an entry for each company that a match was ever in.
type hoarder struct {
	store.Reader
	was *sync.Map
}

func listsWhereItWas(l store.Ledger) store.Ledger {
	var was sync.Map
	return wrapped{
		Ledger: l,
		read:   func(r store.Reader) store.Reader { return hoarder{r, &was} },
		write:  func(w store.Writer) store.Writer { return hoarding{w, &was} },
	}
}

type hoarding struct {
	store.Writer
	was *sync.Map
}

func (w hoarding) PutMatch(m store.Match) error {
	w.was.LoadOrStore(m.Company, m.ID)
	return w.Writer.PutMatch(m)
}

func (r hoarder) MatchesOf(company store.CompanyID) iter.Seq2[store.Match, error] {
	return func(yield func(store.Match, error) bool) {
		id, _ := r.was.Load(company)
		r.Reader.MatchesOf(company)(func(m store.Match, err error) bool {
			if m.ID == id {
				id = nil
			}
			return yield(m, err)
		})
		if id, ok := id.(store.RecordID); ok {
			yield(r.Match(id))
		}
	}
}
