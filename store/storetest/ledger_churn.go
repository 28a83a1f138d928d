package storetest

import (
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// withParts returns row with the parts of another: it has its key, and stands in
// its lists.
func withParts(t table, row, of any) any {
	for _, path := range t.parts {
		row = setPart(row, path, part(of, path))
	}
	return row
}

// sideParts are the parts of a table that are not in its key: a row is listed by
// them, and can change them.
func sideParts(t table) []string {
	return slices.DeleteFunc(slices.Clone(t.parts), func(path string) bool {
		row := full(1).row(t.row)
		if isNumber(t, path) {
			return true
		}
		return t.key(setPart(row, path, "other")) != t.key(row)
	})
}

// fill writes three rows of each table.
func (b *book) fill(w store.Writer) error {
	for n := range 3 {
		for _, t := range b.tables {
			if err := b.write(w, t, full(n+1).row(t.row)); err != nil {
				return err
			}
		}
	}
	return nil
}

// churn does to each table all that can be done: it changes one of the rows that
// fill wrote, deletes one, and adds one.
func (b *book) churn(w store.Writer) error {
	for _, t := range b.tables {
		if !t.once && !t.numbered {
			if err := b.write(w, t, withParts(t, full(11).row(t.row), full(1).row(t.row))); err != nil {
				return err
			}
		}
		if t.del != nil {
			if err := b.remove(w, t, b.sorted(t)[1]); err != nil {
				return err
			}
		}
		if err := b.write(w, t, full(12).row(t.row)); err != nil {
			return err
		}
	}
	return nil
}

// deleteAll deletes every row that can be deleted.
func (b *book) deleteAll(w store.Writer) error {
	for _, t := range b.tables {
		if t.del == nil {
			continue
		}
		for _, row := range b.sorted(t) {
			if err := b.remove(w, t, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// refill writes rows again that deleteAll deleted.
func (b *book) refill(w store.Writer) error {
	for _, t := range b.tables {
		if t.del == nil {
			continue
		}
		if err := b.write(w, t, full(1).row(t.row)); err != nil {
			return err
		}
	}
	return nil
}
