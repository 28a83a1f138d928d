package storetest

import (
	"fmt"
	"reflect"

	"github.com/dovetail-sync/dovetail/store"
)

// keptChecks are the rules about rows as a whole.
func keptChecks() []check[LedgerFixture] {
	const whole = "Put writes a whole row, whether there is one or not (Writer)."
	const listedOnce = "Iterators yield the rows that have the key that they name (Reader)."
	return []check[LedgerFixture]{
		ledgerCheck("every field of every row is kept", whole, checkEveryField),
		ledgerCheck("what was handed in may be changed", "What is handed in may be changed by the caller afterwards (Writer).", checkAliasedIn),
		ledgerCheck("what is handed out may be changed", "What is returned belongs to the caller (Reader).", checkAliasedOut),
		ledgerCheck("a put replaces the whole row", whole, checkReplaced),
		ledgerCheck("empty things within a row are kept", whole, checkHollow),
		ledgerCheck("a row that changes its company is listed once", listedOnce, checkMoves),
		ledgerCheck("deleting what isn't there is no error", "Delete of what isn't there is no error (Writer).", checkDeletes),
	}
}

// checkEveryField writes many rows, so that each value in them is of each kind
// once.
func checkEveryField(d desk) {
	b := newBook()
	d.update("put full rows", func(w store.Writer) error {
		for _, t := range b.tables {
			for n := range 20 {
				if err := b.write(w, t, full(n+1).row(t.row)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	d.compare("read full rows", b)
}

// private returns a row, with all that it shares with its copies, as a value that
// can be spoiled.
func private(row any) reflect.Value {
	v := reflect.New(reflect.TypeOf(row)).Elem()
	v.Set(reflect.ValueOf(row))
	return v
}

func checkAliasedIn(d desk) {
	b := newBook()
	d.update("change rows after they were put", func(w store.Writer) error {
		for _, t := range b.tables {
			given := full(1).row(t.row)
			if err := b.write(w, t, given); err != nil {
				return err
			}
			spoil(private(given))
		}
		return b.compareAll(w, nil)
	})
	d.compare("in another transaction", b)
}

func checkAliasedOut(d desk) {
	b := d.filled()
	spoilAll := func(r store.Reader) error {
		for range 2 {
			for _, t := range b.tables {
				if err := b.spoilRead(r, t); err != nil {
					return err
				}
			}
			if err := b.compareAll(r, nil); err != nil {
				return err
			}
		}
		return nil
	}
	d.view("change rows that a view returned", spoilAll)
	d.update("change rows that an update returned", func(w store.Writer) error { return spoilAll(w) })
	d.compare("in another transaction", b)
}

// spoilRead reads all rows of a table in every way, and spoils each.
func (b *book) spoilRead(r store.Reader, t table) error {
	for _, like := range b.sorted(t) {
		if t.get != nil {
			got, err := t.get(r, like)
			if err != nil {
				return err
			}
			spoil(private(got))
		}
		for _, l := range t.lists {
			for got, err := range l.read(r, like) {
				if err != nil {
					return fmt.Errorf("%s: %w", l.name, err)
				}
				spoil(private(got))
			}
		}
	}
	return nil
}

// sparse returns a row that has the parts of another and little else.
func sparse(t table, of any) any {
	row := withParts(t, reflect.Zero(t.row).Interface(), of)
	if _, err := t.clean(row); err == nil {
		return row
	}
	return withParts(t, required(t), of)
}

// required returns a row with nothing but what it can't do without.
func required(t table) any {
	row := full(1).row(t.row)
	for field := range t.row.Fields() {
		without := setPart(row, field.Name, reflect.Zero(field.Type).Interface())
		if _, err := t.clean(without); err == nil {
			row = without
		}
	}
	return row
}

// checkReplaced puts full and sparse rows over each other, within an update and
// in one after the other.
func checkReplaced(d desk) {
	b := newBook()
	steps := []func(t table, like any) any{
		func(t table, like any) any { return withParts(t, full(2).row(t.row), like) },
		sparse,
		func(t table, like any) any { return withParts(t, full(3).row(t.row), like) },
		sparse,
	}
	replace := func(w store.Writer, step func(t table, like any) any) error {
		for _, t := range b.tables {
			like := full(1).row(t.row)
			if t.numbered || t.once && len(b.rows[t.name]) > 0 {
				continue
			}
			if err := b.write(w, t, step(t, like)); err != nil {
				return err
			}
		}
		return b.compareAll(w, nil)
	}
	for i, step := range steps {
		d.update(fmt.Sprintf("replace rows, step %d", i+1), func(w store.Writer) error { return replace(w, step) })
		d.compare(fmt.Sprintf("after step %d", i+1), b)
	}
	d.update("replace rows within one update", func(w store.Writer) error {
		for i, step := range steps {
			if err := replace(w, step); err != nil {
				return fmt.Errorf("step %d: %w", i+1, err)
			}
		}
		return nil
	})
	d.compare("after the update", b)
}

// checkHollow has items that are empty themselves in every map and slice, where
// the model allows it.
func checkHollow(d desk) {
	b := newBook()
	d.update("put hollow rows", func(w store.Writer) error {
		for _, t := range b.tables {
			row := full(1).row(t.row)
			for field := range t.row.Fields() {
				hollow := setPart(row, field.Name, hollowOf(field.Type).Interface())
				if _, err := t.clean(hollow); err == nil {
					row = hollow
				}
			}
			if err := b.write(w, t, row); err != nil {
				return err
			}
		}
		return nil
	})
	d.compare("read hollow rows", b)
}

// hollowOf returns a map or slice with two items without content, or a full
// value of another type.
func hollowOf(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		v.Set(reflect.MakeSlice(t, 2, 2))
	case t.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(t))
		for _, key := range []string{"", "a"} {
			v.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), reflect.Zero(t.Elem()))
		}
	default:
		full(1).fill(v, t.Name())
	}
	return v
}

// checkMoves changes what a row is listed by.
func checkMoves(d desk) {
	b, was := newBook(), map[string][]any{}
	d.update("put rows", b.fill)
	move := func(w store.Writer, to string) error {
		for _, t := range b.tables {
			if t.once || t.numbered || t.name == "scan" {
				continue
			}
			for _, path := range sideParts(t) {
				row := b.sorted(t)[0]
				was[t.name] = append(was[t.name], row)
				if err := b.write(w, t, setPart(row, path, to)); err != nil {
					return err
				}
			}
		}
		return b.compareAll(w, was)
	}
	d.update("move rows of another update", func(w store.Writer) error { return move(w, "there") })
	d.update("move rows twice in one update", func(w store.Writer) error {
		if err := move(w, "and there"); err != nil {
			return err
		}
		return move(w, "and back")
	})
	d.view("read where they were", func(r store.Reader) error { return b.compareAll(r, was) })
}

func checkDeletes(d desk) {
	b := newBook()
	deleteTwice := func(w store.Writer) error {
		for _, t := range b.tables {
			for _, like := range []any{full(1).row(t.row), full(2).row(t.row), full(1).row(t.row)} {
				if t.del == nil {
					continue
				}
				if err := b.remove(w, t, like); err != nil {
					return err
				}
			}
		}
		return b.compareAll(w, nil)
	}
	d.update("delete before anything was put", deleteTwice)
	d.update("put rows", b.fill)
	d.update("delete twice", deleteTwice)
	d.compare("afterwards", b)
}
