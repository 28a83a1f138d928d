package storetest_test

import (
	"errors"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

const among = "the rows of many records are read at once, each once and in order"

// amongReader reads the cards of many records in another way.
type amongReader struct {
	store.Reader
	cards func(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error]
}

func (r amongReader) CardsFor(ids []store.RecordID) iter.Seq2[store.Card, error] {
	return r.cards(r.Reader, ids)
}

func amongCards(cards func(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error]) func(store.Ledger) store.Ledger {
	return func(l store.Ledger) store.Ledger {
		return wrapped{Ledger: l, read: func(r store.Reader) store.Reader { return amongReader{r, cards} }}
	}
}

// oneByOne reads the cards of ids as they come.
func oneByOne(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error] {
	return func(yield func(store.Card, error) bool) {
		for _, id := range ids {
			card, err := r.Card(id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if !yield(card, err) || err != nil {
				return
			}
		}
	}
}

func asOften(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error] {
	return oneByOne(r, slices.SortedFunc(slices.Values(ids), store.RecordID.Compare))
}

func asAsked(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error] {
	asked := map[store.RecordID]bool{}
	return oneByOne(r, slices.DeleteFunc(slices.Clone(ids), func(id store.RecordID) bool {
		before := asked[id]
		asked[id] = true
		return before
	}))
}

func upToMany(r store.Reader, ids []store.RecordID) iter.Seq2[store.Card, error] {
	return r.CardsFor(ids[:min(len(ids), 500)])
}
