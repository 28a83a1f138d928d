package storetest

import (
	"errors"
	"fmt"
	"iter"

	"github.com/dovetail-sync/dovetail/store"
)

// checkManyRows goes through thousands of rows in several orders, and changes
// each row when it is met.
func checkManyRows(d desk) {
	keys := numberedKeys(manyRows)
	d.putCards("a", keys...)
	d.update("put rows of the mirror", func(w store.Writer) error {
		for _, key := range keys {
			if err := w.PutMirrorRow(store.MirrorRow{ID: recordID(key), Container: "c"}); err != nil {
				return err
			}
		}
		return nil
	})
	mirror := func(w store.Writer) iter.Seq2[store.MirrorRow, error] {
		return w.Mirror(store.MirrorQuery{Integration: "i1", Kind: "asset"})
	}
	touchCard := func(w store.Writer, c store.Card) error { c.Name = "touched"; return w.PutCard(c) }
	d.update("write each card when it is met", func(w store.Writer) error {
		return errors.Join(
			sweep("Cards", w.Cards("i1"), keys, cardKey, func(c store.Card) error { return touchCard(w, c) }),
			sweep("CardsOf", w.CardsOf("a"), keys, cardKey, func(c store.Card) error { return touchCard(w, c) }),
			sweep("CardsOf", w.CardsOf("a"), keys, cardKey, func(c store.Card) error { c.Company = "b"; return w.PutCard(c) }),
			sweep("CardsOf", w.CardsOf("b"), keys, cardKey, func(c store.Card) error {
				_, err := w.Card(c.ID) // what was gathered is written in between
				return errors.Join(err, touchCard(w, c))
			}),
			sweep("Mirror", mirror(w), keys, rowKey, func(m store.MirrorRow) error { m.Container = "d"; return w.PutMirrorRow(m) }),
		)
	})
	d.view("read them in a view", func(r store.Reader) error {
		nothing := func(store.Card) error { return nil }
		return errors.Join(
			sweep("Cards", r.Cards("i1"), keys, cardKey, nothing),
			sweep("CardsOf", r.CardsOf("a"), nil, cardKey, nothing),
			sweep("CardsOf", r.CardsOf("b"), keys, cardKey, nothing),
		)
	})
}

// sweep does something with each row, and checks that these are the rows.
func sweep[T any](what string, rows iter.Seq2[T, error], keys []string, key func(T) string, do func(T) error) error {
	met := 0
	for row, err := range rows {
		if err != nil {
			return fmt.Errorf("%s: after %d rows: %w", what, met, err)
		}
		if met == len(keys) || key(row) != keys[met] {
			return fmt.Errorf("%s: row %d of %d is %q", what, met, len(keys), key(row))
		}
		met++
		if err := do(row); err != nil {
			return err
		}
	}
	if met != len(keys) {
		return fmt.Errorf("%s: it met %d rows of %d", what, met, len(keys))
	}
	return nil
}

// checkDeletesBehind deletes each row when it is met, also rows of the same
// update.
func checkDeletesBehind(d desk) {
	keys := numberedKeys(manyRows / 2)
	d.putCards("a", keys...)
	for _, fresh := range []bool{false, true} {
		d.update("delete each card when it is met", func(w store.Writer) error {
			for _, key := range keys {
				if !fresh {
					break
				}
				if err := w.PutCard(cardOf(key, "a")); err != nil {
					return err
				}
			}
			err := sweep("CardsOf", w.CardsOf("a"), keys, cardKey, func(c store.Card) error {
				return errors.Join(w.DeleteCard(c.ID), w.PutMirrorRow(store.MirrorRow{ID: c.ID}))
			})
			return errors.Join(err, wantKeys("Cards", w.Cards("i1"), cardKey), wantKeys("CardsOf", w.CardsOf("a"), cardKey))
		})
		d.wantCards("after the update")
	}
}
