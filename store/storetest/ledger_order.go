package storetest

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// orderChecks are the rules about keys and their order.
func orderChecks() []check[LedgerFixture] {
	const bytewise = "Iterators yield in bytewise order of the key that they name (Reader)."
	return []check[LedgerFixture]{
		ledgerCheck("texts that are different are different keys, in bytewise order", bytewise, checkHostileKeys),
		ledgerCheck("the parts of a key don't run into one another", bytewise, checkMixedKeys),
		ledgerCheck("numbers in keys sort as numbers", bytewise, checkNumbersInKeys),
	}
}

// checkHostileKeys gives each part of each key all hostile ids in turn, first
// half of them: the others must not be taken for them.
func checkHostileKeys(d desk) {
	b, absent := newBook(), map[string][]any{}
	ids := hostileIDs()
	newDice(1).Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] }) // the order of writing is no order
	for half := range 2 {
		d.update("put hostile keys", func(w store.Writer) error {
			for _, t := range b.tables {
				absent[t.name] = nil
				if err := b.writeEach(w, t, ids, half, absent); err != nil {
					return err
				}
			}
			return nil
		})
		err := d.l.View(d.ctx, func(_ context.Context, r store.Reader) error { return b.compareAll(r, absent) })
		if err != nil {
			d.errorf("%w", err)
		}
	}
}

// writeEach writes the rows in which one part is one of ids, every second one of
// them. The others are absent.
func (b *book) writeEach(w store.Writer, t table, ids []string, half int, absent map[string][]any) error {
	base := full(1).row(t.row)
	for _, path := range t.parts {
		if isNumber(t, path) {
			continue
		}
		for i, id := range ids {
			row, ok := b.apart(t, setPart(base, path, id), path)
			switch {
			case !ok:
			case i%2 == half:
				if err := b.write(w, t, row); err != nil {
					return fmt.Errorf("%s is %q: %w", path, id, err)
				}
			case half == 0:
				absent[t.name] = append(absent[t.name], row)
			}
		}
	}
	return nil
}

// apart gives a scan of another kind an id of its own, unless the id is what is
// tested, and reports whether the row can be put: the id of a scan belongs to one
// kind.
func (b *book) apart(t table, row any, tested ...string) (any, bool) {
	scan, ok := row.(store.Scan)
	if !ok {
		return row, true
	}
	if !slices.Contains(tested, "ID") {
		scan.ID = store.ScanID(fmt.Sprintf("scan %05d", len(b.rows[t.name])))
		return scan, true
	}
	old, there := b.rows[t.name][string(scan.ID)].(store.Scan)
	return scan, !there || old.Integration == scan.Integration && old.Kind == scan.Kind
}

// checkMixedKeys gives every two parts of every key all pairs of a few texts.
func checkMixedKeys(d desk) {
	b, ids := newBook(), mixedIDs()
	slices.Reverse(ids)
	d.update("put mixed keys", func(w store.Writer) error {
		for _, t := range b.tables {
			for i, one := range t.parts {
				for _, two := range t.parts[:i] {
					if err := b.writePairs(w, t, one, two, ids); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	d.compare("read them", b)
}

func (b *book) writePairs(w store.Writer, t table, one, two string, ids []string) error {
	if isNumber(t, one) || isNumber(t, two) {
		return nil
	}
	base := full(2).row(t.row)
	for _, x := range ids {
		for _, y := range ids {
			row, ok := b.apart(t, setPart(setPart(base, one, x), two, y), one, two)
			if !ok {
				continue
			}
			if err := b.write(w, t, row); err != nil {
				return fmt.Errorf("%s is %q, %s is %q: %w", one, x, two, y, err)
			}
		}
	}
	return nil
}

func checkNumbersInKeys(d desk) {
	b := newBook()
	d.update("put numbers", func(w store.Writer) error {
		for _, n := range []int64{10, 9, 1, 2, 100, 1 << 33, 99, 1<<53 + 1, 1 << 53} {
			if n > math.MaxInt { // no number in a key is larger where ints have 32 bits
				continue
			}
			for _, id := range []string{"p", "p1"} {
				for _, t := range b.tables {
					if !slices.ContainsFunc(t.parts, func(path string) bool { return isNumber(t, path) }) {
						continue
					}
					row := full(1).row(t.row)
					for _, path := range t.parts {
						if isNumber(t, path) {
							row = setPart(row, path, n)
						} else {
							row = setPart(row, path, id)
						}
					}
					if err := b.write(w, t, row); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	d.compare("read them", b)
}
