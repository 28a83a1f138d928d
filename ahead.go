package dovetail

import (
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// ahead is a Writer that has read the mirror rows and cards of some records at
// once, because to ask for them one by one costs a database more than to answer.
// What is written is read again.
type ahead struct {
	store.Writer
	rows  readAhead[store.MirrorRow]
	cards readAhead[store.Card]
}

// lookAhead reads the rows of those records, and lookAheadToCards their cards too.
func lookAhead(w store.Writer, ids []store.RecordID) (a *ahead, err error) {
	a = &ahead{Writer: w}
	a.rows, err = allAhead(ids, w.MirrorFor(ids), func(row store.MirrorRow) store.RecordID { return row.ID })
	return a, err
}

func lookAheadToCards(w store.Writer, ids []store.RecordID) (*ahead, error) {
	a, err := lookAhead(w, ids)
	if err == nil {
		a.cards, err = allAhead(ids, w.CardsFor(ids), func(card store.Card) store.RecordID { return card.ID })
	}
	return a, err
}

// MirrorRow implements store.Reader.
func (a *ahead) MirrorRow(id store.RecordID) (store.MirrorRow, error) {
	return a.rows.take(id, a.Writer.MirrorRow)
}

// PutMirrorRow implements store.Writer.
func (a *ahead) PutMirrorRow(row store.MirrorRow) error {
	delete(a.rows, row.ID)
	return a.Writer.PutMirrorRow(row)
}

// Dispose implements store.Writer.
func (a *ahead) Dispose(id store.RecordID, disposition store.Reason) error {
	delete(a.rows, id)
	return a.Writer.Dispose(id, disposition)
}

// Card implements store.Reader.
func (a *ahead) Card(id store.RecordID) (store.Card, error) {
	return a.cards.take(id, a.Writer.Card)
}

// PutCard implements store.Writer.
func (a *ahead) PutCard(card store.Card) error {
	delete(a.cards, card.ID)
	return a.Writer.PutCard(card)
}

// DeleteCard implements store.Writer.
func (a *ahead) DeleteCard(id store.RecordID) error {
	delete(a.cards, id)
	return a.Writer.DeleteCard(id)
}

// Erase implements store.Writer.
func (a *ahead) Erase(id store.RecordID) error {
	delete(a.rows, id)
	delete(a.cards, id)
	return a.Writer.Erase(id)
}

// readAhead are rows that were read before they are asked for. Nil: there is
// none.
type readAhead[T any] map[store.RecordID]*T

func allAhead[T any](ids []store.RecordID, found iter.Seq2[T, error], idOf func(T) store.RecordID) (readAhead[T], error) {
	all := make(readAhead[T], len(ids))
	for _, id := range ids {
		all[id] = nil
	}
	for row, err := range found {
		if err != nil {
			return nil, err
		}
		all[idOf(row)] = &row
	}
	return all, nil
}

// take returns a row, once: it belongs to the caller, who may change it.
func (r readAhead[T]) take(id store.RecordID, read func(store.RecordID) (T, error)) (T, error) {
	row, known := r[id]
	switch {
	case !known:
		return read(id)
	case row == nil:
		var none T
		return none, fmt.Errorf("row of %s: %w", id, store.ErrNotFound)
	}
	delete(r, id)
	return *row, nil
}
