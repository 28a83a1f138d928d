package storetest

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// manyRows are more than any store reads at once.
const manyRows = 3000

// iterateChecks are the rules about iterators.
func iterateChecks() []check[LedgerFixture] {
	const open = "Iterators hold nothing open while yielding, and may be interleaved with each other and with point reads (Reader)."
	const behind = "Within an Update, rows that are written ahead of an iterator may or may not be met by it; write behind it only (Reader)."
	return []check[LedgerFixture]{
		ledgerCheck("iterators may be interleaved with each other and with point reads", open, checkInterleaved),
		ledgerCheck("an iterator may be left and used again", "Ranging a second time reads again (Reader).", checkIteratorAgain),
		ledgerCheck("an iterator in an update reads again what was written meanwhile",
			"Ranging a second time reads again (Reader); fn sees its own writes (Ledger.Update).", checkIteratorAgainInUpdate),
		ledgerCheck("an iterator meets every row once while others are written behind and ahead", behind, checkWritesMeanwhile),
		ledgerCheck("an iterator over thousands of rows meets each once while they are written", behind, checkManyRows),
		ledgerCheck("an iterator survives the deletion of all it yields", behind, checkDeletesBehind),
	}
}

// numbered returns n keys in bytewise order.
func numberedKeys(n int) []string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = fmt.Sprintf("%05d", i)
	}
	return keys
}

func checkInterleaved(d desk) {
	keys := numberedKeys(400)
	d.update("put rows", func(w store.Writer) error {
		for _, key := range keys {
			row := store.MirrorRow{ID: recordID(key), Container: "c"}
			if err := errors.Join(w.PutCard(cardOf(key, "a")), w.PutMirrorRow(row)); err != nil {
				return err
			}
		}
		return nil
	})
	d.view("interleave in a view", func(r store.Reader) error { return interleave(r, keys) })
	d.update("interleave in an update", func(w store.Writer) error {
		if err := w.PutCard(cardOf(keys[0], "a")); err != nil {
			return err
		}
		return interleave(w, keys)
	})
}

// interleave ranges three times at once, and reads each row by its key too.
func interleave(r store.Reader, keys []string) error {
	byID, stopID := iter.Pull2(r.Cards("i1"))
	defer stopID()
	byCompany, stopCompany := iter.Pull2(r.CardsOf("a"))
	defer stopCompany()
	met := 0
	for m, err := range r.Mirror(store.MirrorQuery{Integration: "i1", Kind: "asset"}) {
		one, err1, _ := byID()
		two, err2, _ := byCompany()
		point, err3 := r.Card(m.ID)
		_, err4 := r.MirrorRow(one.ID)
		if err := errors.Join(err, err1, err2, err3, err4); err != nil {
			return err
		}
		got := []string{rowKey(m), cardKey(one), cardKey(two), cardKey(point)}
		if met == len(keys) || slices.ContainsFunc(got, func(key string) bool { return key != keys[met] }) {
			return fmt.Errorf("row %d: Mirror, Cards, CardsOf and Card read %q, want one key", met, got)
		}
		met++
	}
	if _, _, more := byID(); more || met != len(keys) {
		return fmt.Errorf("the iterators met %d rows of %d, and then more: %v", met, len(keys), more)
	}
	return nil
}

func checkIteratorAgain(d desk) {
	d.putCards("a", "1", "2", "3")
	d.view("leave an iterator", func(r store.Reader) error {
		for _, rows := range []iter.Seq2[store.Card, error]{r.CardsOf("a"), r.Cards("i1")} {
			for range 2 {
				for c, err := range rows {
					if err != nil || cardKey(c) != "1" {
						return fmt.Errorf("the first row is %q, with %s", cardKey(c), said(err))
					}
					break
				}
			}
			if err := wantKeys("after it was left", rows, cardKey, "1", "2", "3"); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkIteratorAgainInUpdate(d desk) {
	d.putCards("a", "1", "2", "3")
	d.update("range again", func(w store.Writer) error {
		rows := w.CardsOf("a")
		if err := wantKeys("the first time", rows, cardKey, "1", "2", "3"); err != nil {
			return err
		}
		if err := errors.Join(w.DeleteCard(recordID("1")), w.PutCard(cardOf("3", "b")), w.PutCard(cardOf("4", "a"))); err != nil {
			return err
		}
		return wantKeys("the second time", rows, cardKey, "2", "4")
	})
}

// meanwhileCase is what is done when an iterator over the cards 1, 3, 5 and 7 is
// at 3, which cards it has to meet, and which it may.
type meanwhileCase struct {
	name      string
	change    func(w store.Writer) error
	must, may []string
}

func meanwhileCases() []meanwhileCase {
	put := func(key string, company store.CompanyID) func(w store.Writer) error {
		return func(w store.Writer) error { return w.PutCard(cardOf(key, company)) }
	}
	remove := func(key string) func(w store.Writer) error {
		return func(w store.Writer) error { return w.DeleteCard(recordID(key)) }
	}
	all := []string{"1", "3", "5", "7"}
	return []meanwhileCase{
		{"nothing", func(store.Writer) error { return nil }, all, nil},
		{"a row put behind", put("2", "a"), all, nil},
		{"a row put at the beginning", put("0", "a"), all, nil},
		{"a row put ahead", put("4", "a"), all, []string{"4"}},
		{"a row put at the end", put("8", "a"), all, []string{"8"}},
		{"the row itself put again", put("3", "a"), all, nil},
		{"a row behind put again", put("1", "a"), all, nil},
		{"a row ahead put again", put("5", "a"), all, nil},
		{"a row behind deleted", remove("1"), all, nil},
		{"the row itself deleted", remove("3"), all, nil},
		{"a row ahead deleted", remove("5"), []string{"1", "3", "7"}, []string{"5"}},
		{"the last row deleted", remove("7"), []string{"1", "3", "5"}, []string{"7"}},
		{"the row itself moved away", put("3", "b"), all, nil},
		{"a row ahead moved away", put("5", "b"), []string{"1", "3", "7"}, []string{"5"}},
	}
}

// checkWritesMeanwhile has rows of the same update and of an earlier one under
// way, since a ledger may keep the two apart.
func checkWritesMeanwhile(d desk) {
	d.putCards("a", "1", "3", "5", "7")
	for _, c := range meanwhileCases() {
		for _, fresh := range []bool{false, true} {
			d.fails(c.name, func(w store.Writer) error {
				if fresh {
					for _, key := range []string{"1", "3", "5", "7"} {
						if err := w.PutCard(cardOf(key, "a")); err != nil {
							return err
						}
					}
				}
				if err := c.run(w); err != nil {
					return fmt.Errorf("rows written in the same update: %v: %w", fresh, err)
				}
				return nil
			})
		}
	}
}

func (c meanwhileCase) run(w store.Writer) error {
	var met []string
	for card, err := range w.CardsOf("a") {
		if err != nil {
			return err
		}
		met = append(met, cardKey(card))
		if len(met) > 100 {
			return fmt.Errorf("there is no end to what CardsOf met: %s", short(met))
		}
		if cardKey(card) == "3" {
			if err := c.change(w); err != nil {
				return err
			}
		}
	}
	if !slices.IsSorted(met) || len(slices.Compact(slices.Clone(met))) != len(met) {
		return fmt.Errorf("CardsOf met %q: not in order, or not once each", met)
	}
	for _, key := range c.must {
		if !slices.Contains(met, key) {
			return fmt.Errorf("CardsOf met %q, without %q", met, key)
		}
	}
	for _, key := range met {
		if !slices.Contains(c.must, key) && !slices.Contains(c.may, key) {
			return fmt.Errorf("CardsOf met %q, with %q", met, key)
		}
	}
	return nil
}
