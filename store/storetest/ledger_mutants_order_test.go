package storetest_test

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// orderMutants are about iterators, keys and what reading costs.
func orderMutants() map[string]mutant {
	const different = "texts that are different are different keys, in bytewise order"
	const many = "an iterator over thousands of rows meets each once while they are written"
	return map[string]mutant{
		"sorts without regard to case":               {fails: different, ledger: cards(sortedBy(strings.ToLower))},
		"sorts by code units of 16 bits":             {fails: different, ledger: cards(sortedBy(utf16Order))},
		"takes a key for another in upper case":      {fails: different, ledger: foldsKeys},
		"joins the parts of a key with a space":      {fails: "the parts of a key don't run into one another", ledger: joinsKeys},
		"sorts numbers as texts":                     {fails: "numbers in keys sort as numbers", ledger: changes(sortedChanges)},
		"skips a row after a page":                   {fails: many, ledger: cards(everyPage(func(c []store.Card) []store.Card { return c[:len(c)-1] }))},
		"meets the last row of a page twice":         {fails: many, ledger: cards(everyPage(func(c []store.Card) []store.Card { return append(c, c[len(c)-1]) }))},
		"goes on after its error":                    {fails: "an iterator ends once its context is done", ledger: cards(goesOn)},
		"yields nothing the second time":             {fails: "an iterator may be left and used again", ledger: cards(onlyOnce)},
		"can't read while it ranges":                 {fails: "iterators may be interleaved with each other and with point reads", ledger: oneCursor},
		"begins again after a write":                 {fails: "an iterator meets every row once while others are written behind and ahead", ledger: beginsAgain},
		"lists in an update what it listed before":   {fails: "an iterator in an update reads again what was written meanwhile", ledger: listsOnce},
		"ends when the row that it is at is deleted": {fails: "an iterator survives the deletion of all it yields", ledger: losesItsPlace},
		"lists a company for each of its cards":      {fails: "the companies of cards are each listed once", ledger: repeatsCompanies},
		"returns whole cards as heads":               {fails: "heads are the rows without what makes most of them", ledger: wholeHeads},
		"yields a card as often as it is asked for":  {fails: among, ledger: amongCards(asOften)},
		"leaves out cards after many":                {fails: among, ledger: amongCards(upToMany)},
		"yields cards in the order of the questions": {fails: among, ledger: amongCards(asAsked)},
		"writes outcomes of what isn't there":        {fails: outcomes, ledger: notesWith(notesAll)},
		"writes an outcome and loses the rest":       {fails: outcomes, ledger: notesWith(notesTheRest)},
		"writes no outcome":                          {fails: outcomes, ledger: notesWith(notesNot)},
		"disposes of what isn't there":               {fails: disposes, ledger: disposesWith(disposesOfAll)},
		"disposes of the rest of a row":              {fails: disposes, ledger: disposesWith(disposesOfTheRest)},
		"disposes of nothing":                        {fails: disposes, ledger: disposesWith(disposesNot)},
		"has no index for companies":                 {fails: "reading company by company costs about as much as reading all", ledger: cardsWithoutIndex, slow: true},
		"has no index for containers": {
			fails:  "reading the mirror by container or by what wasn't seen costs about as much as reading all",
			ledger: mirrorWithoutIndex, slow: true,
		},
	}
}

// cardLister changes how cards are listed.
type cardLister struct {
	store.Reader
	change func(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error]
}

// cardListerInUpdate does the same within an Update.
type cardListerInUpdate struct {
	store.Writer
	change func(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error]
}

func cards(change func(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error]) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{
			Ledger: l,
			read:   func(r store.Reader) store.Reader { return cardLister{r, change} },
			write:  func(w store.Writer) store.Writer { return cardListerInUpdate{w, change} },
		}
	}
}

func (r cardLister) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return r.change(r.Reader.Cards(id))
}

func (r cardLister) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return r.change(r.Reader.CardsOf(company))
}

func (w cardListerInUpdate) Cards(id store.IntegrationID) iter.Seq2[store.Card, error] {
	return w.change(w.Writer.Cards(id))
}

func (w cardListerInUpdate) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return w.change(w.Writer.CardsOf(company))
}

// whole reads rows whole, changes them, and yields what is left.
func whole[T any](rows iter.Seq2[T, error], change func([]T) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var all []T
		for row, err := range rows {
			if err != nil {
				yield(row, err)
				return
			}
			all = append(all, row)
		}
		for _, row := range change(all) {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func sortedBy(collation func(string) string) func(iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
	return func(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
		return whole(rows, func(all []store.Card) []store.Card {
			slices.SortStableFunc(all, func(a, b store.Card) int {
				return cmp.Compare(collation(string(a.ID.Key)), collation(string(b.ID.Key)))
			})
			return all
		})
	}
}

// utf16Order makes a text that sorts as s does in UTF-16.
func utf16Order(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff { // a surrogate, which is less than U+E000 to U+FFFF
			return 0xd7ff
		}
		return r
	}, s)
}

// everyPage changes each full page of rows.
func everyPage(change func([]store.Card) []store.Card) func(iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
	return func(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
		return whole(rows, func(all []store.Card) []store.Card {
			var out []store.Card
			for page := range slices.Chunk(all, 1000) {
				if len(page) == 1000 {
					page = change(slices.Clone(page))
				}
				out = append(out, page...)
			}
			return out
		})
	}
}

func goesOn(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
	return func(yield func(store.Card, error) bool) {
		for row, err := range rows {
			if !yield(row, err) || err != nil && !yield(row, nil) {
				return
			}
		}
	}
}

func onlyOnce(rows iter.Seq2[store.Card, error]) iter.Seq2[store.Card, error] {
	begun := false
	return func(yield func(store.Card, error) bool) {
		if !begun {
			begun = true
			rows(yield)
		}
	}
}

// folder finds an integration whatever the case of its id.
type folder struct{ store.Reader }

func foldsKeys(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return folder{r} }}
}

func (r folder) Integration(id store.IntegrationID) (store.Integration, error) {
	i, err := r.Reader.Integration(id)
	if !errors.Is(err, store.ErrNotFound) {
		return i, err
	}
	for other, err := range r.Integrations() {
		if err == nil && strings.EqualFold(string(other.ID), string(id)) {
			return other, nil
		}
	}
	return i, err
}

// joiner finds pins by the text "asset field".
type joiner struct{ store.Writer }

func joinsKeys(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return joiner{w} }}
}

func (w joiner) PutPin(p store.Pin) error {
	asset, field, _ := strings.Cut(string(p.Asset)+" "+string(p.Field), " ")
	p.Asset, p.Field = store.AssetID(asset), store.FieldID(field)
	return w.Writer.PutPin(p)
}

// changeLister changes how changes are listed.
type changeLister struct {
	store.Reader
	change func([]store.Change) []store.Change
}

func changes(change func([]store.Change) []store.Change) func(l store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return changeLister{r, change} }}
	}
}

func (r changeLister) Changes(plan store.PlanID, after, limit int) iter.Seq2[store.Change, error] {
	return whole(r.Reader.Changes(plan, after, limit), r.change)
}

func sortedChanges(all []store.Change) []store.Change {
	slices.SortFunc(all, func(a, b store.Change) int { return cmp.Compare(fmt.Sprint(a.Seq), fmt.Sprint(b.Seq)) })
	return all
}

// cursor can't answer while it has a list open, as a connection can't.
type cursor struct {
	store.Reader
	open *int
}

func oneCursor(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return cursor{r, new(int)} }}
}

func (r cursor) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	return func(yield func(store.MirrorRow, error) bool) {
		*r.open++
		defer func() { *r.open-- }()
		r.Reader.Mirror(q)(yield)
	}
}

func (r cursor) Card(id store.RecordID) (store.Card, error) {
	if *r.open > 0 {
		return store.Card{}, errors.New("conn busy")
	}
	return r.Reader.Card(id)
}

// placeless finds its place again by the row that it yielded last.
type placeless struct{ store.Writer }

func losesItsPlace(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return placeless{w} }}
}

func (w placeless) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return func(yield func(store.Card, error) bool) {
		for row, err := range w.Writer.CardsOf(company) {
			if !yield(row, err) {
				return
			}
			if _, err := w.Card(row.ID); err != nil {
				return
			}
		}
	}
}

// restarting begins a list anew when a card was put.
type restarting struct {
	store.Writer
	puts *int
}

func beginsAgain(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return restarting{w, new(int)} }}
}

func (w restarting) PutCard(c store.Card) error {
	*w.puts++
	return w.Writer.PutCard(c)
}

func (w restarting) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return func(yield func(store.Card, error) bool) {
		for again := true; again; {
			again = false
			for row, err := range w.Writer.CardsOf(company) {
				puts := *w.puts
				if !yield(row, err) {
					return
				}
				if again = *w.puts > puts; again {
					break
				}
			}
		}
	}
}

// listing remembers what a list had when it was first asked for.
type listing struct {
	store.Writer
	lists map[store.CompanyID][]store.Card
}

func listsOnce(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return listing{w, map[store.CompanyID][]store.Card{}} }}
}

func (w listing) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return whole(w.Writer.CardsOf(company), func(all []store.Card) []store.Card {
		if w.lists[company] == nil {
			w.lists[company] = all
		}
		return w.lists[company]
	})
}

func cardsWithoutIndex(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return unindexedCards{r} }}
}

// unindexedCards looks at all cards for those of a company.
type unindexedCards struct{ store.Reader }

func (r unindexedCards) CardsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return afterAll(r.Cards("i1"), r.Reader.CardsOf(company))
}

func mirrorWithoutIndex(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return unindexed{r} }}
}

// unindexed looks at all rows of a kind for those of a container.
type unindexed struct{ store.Reader }

func (r unindexed) Mirror(q store.MirrorQuery) iter.Seq2[store.MirrorRow, error] {
	all := q
	all.Container = nil
	return afterAll(r.Reader.Mirror(all), r.Reader.Mirror(q))
}

// afterAll goes through all rows before it yields some.
func afterAll[T any](all, some iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for row, err := range all {
			if err != nil {
				yield(row, err)
				return
			}
		}
		some(yield)
	}
}

// headless returns whole cards where heads are asked for.
type headless struct{ store.Reader }

func wholeHeads(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return headless{r} }}
}

func (r headless) CardHeadsOf(company store.CompanyID) iter.Seq2[store.Card, error] {
	return r.CardsOf(company)
}

// repeating lists a company as often as it has cards.
type repeating struct{ store.Reader }

func repeatsCompanies(l store.Ledger) store.Ledger {
	return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return repeating{r} }}
}

func (r repeating) CardCompanies(id store.IntegrationID) iter.Seq2[store.CompanyID, error] {
	return func(yield func(store.CompanyID, error) bool) {
		for company, err := range r.Reader.CardCompanies(id) {
			for _, failed := range r.CardsOf(company) {
				if !yield(company, errors.Join(err, failed)) {
					return
				}
			}
		}
	}
}

const disposes = "a disposition is written and nothing else of its row"

// disposer disposes in another way.
type disposer struct {
	store.Writer
	dispose func(w store.Writer, id store.RecordID, why store.Reason) error
}

func (w disposer) Dispose(id store.RecordID, why store.Reason) error {
	return w.dispose(w.Writer, id, why)
}

func disposesWith(dispose func(w store.Writer, id store.RecordID, why store.Reason) error) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, write: func(w store.Writer) store.Writer { return disposer{w, dispose} }}
	}
}

func disposesOfAll(w store.Writer, id store.RecordID, why store.Reason) error {
	row, err := w.MirrorRow(id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	row.ID, row.Disposition = id, why
	return w.PutMirrorRow(row)
}

func disposesOfTheRest(w store.Writer, id store.RecordID, why store.Reason) error {
	row, err := w.MirrorRow(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	row.Data, row.Disposition = nil, why
	return errors.Join(err, w.PutMirrorRow(row))
}

func disposesNot(store.Writer, store.RecordID, store.Reason) error { return nil }
