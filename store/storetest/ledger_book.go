package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// book is what a ledger should hold: the model that it is compared with. Rows in
// it are clean and never changed.
type book struct {
	tables []table
	// rows are the rows of each table by key.
	rows map[string]map[string]any
	// last is the number given last, by table.
	last map[string]int64
	// marks are the marks that are kept, by scan.
	marks map[store.ScanID]marked
	// gone are rows that were deleted or that another took the place of: they must
	// not be found where they were.
	gone map[string][]any
}

func newBook() *book {
	b := &book{tables: ledgerTables(), rows: map[string]map[string]any{}, last: map[string]int64{}, marks: map[store.ScanID]marked{}, gone: map[string][]any{}}
	for _, t := range b.tables {
		b.rows[t.name] = map[string]any{}
	}
	return b
}

// copy returns a book that can be changed while b stays as it is.
func (b *book) copy() *book {
	c := &book{tables: b.tables, rows: map[string]map[string]any{}, last: maps.Clone(b.last), marks: maps.Clone(b.marks), gone: maps.Clone(b.gone)}
	for name, rows := range b.rows {
		c.rows[name] = maps.Clone(rows)
	}
	for id, m := range c.marks {
		m.seen = maps.Clone(m.seen)
		c.marks[id] = m
	}
	return c
}

// put writes a row to the book and returns it as it is kept, or why a ledger
// has to refuse it.
func (b *book) put(t table, row any) (any, error) {
	row, err := t.clean(row)
	if err != nil {
		return nil, err
	}
	if t.numbered {
		b.last[t.name]++
		row = t.renumber(row, b.last[t.name])
	}
	key := t.key(row)
	if _, there := b.rows[t.name][key]; there && t.once {
		return nil, fmt.Errorf("%s: %w", shownKey(key), store.ErrRefused)
	}
	if scan, ok := row.(store.Scan); ok {
		if err := b.begin(scan); err != nil {
			return nil, err
		}
	}
	b.forget(t, key)
	b.rows[t.name][key] = row
	return row, nil
}

// forget removes the row with a key.
func (b *book) forget(t table, key string) {
	const most = 30
	if old, there := b.rows[t.name][key]; there {
		gone := b.gone[t.name]
		b.gone[t.name] = append(slices.Clone(gone[max(0, len(gone)-most):]), old)
		delete(b.rows[t.name], key)
	}
}

// refusal is what write returns for a row that can't be kept: the Update has to
// end with the error want. err is what the ledger said so far.
type refusal struct{ err, want error }

// Error implements error.
func (r refusal) Error() string {
	return fmt.Sprintf("a write that has to end with %q: %v", r.want, r.err)
}

// write puts a row into the ledger and into the book.
func (b *book) write(w store.Writer, t table, row any) error {
	_, refused := b.put(t, row)
	err := t.put(w, row)
	if refused != nil {
		return refusal{err: err, want: store.ErrRefused}
	}
	if err != nil {
		return fmt.Errorf("put a %s that can be kept: %w", t.name, err)
	}
	return nil
}

// remove deletes a row from the ledger and from the book.
func (b *book) remove(w store.Writer, t table, like any) error {
	b.forget(t, t.key(like))
	if err := t.del(w, like); err != nil {
		return fmt.Errorf("delete the %s %s: %w", t.name, shownKey(t.key(like)), err)
	}
	return nil
}

// sorted returns the rows of a table by key.
func (b *book) sorted(t table) []any {
	rows := make([]any, 0, len(b.rows[t.name]))
	for _, key := range slices.Sorted(maps.Keys(b.rows[t.name])) {
		rows = append(rows, b.rows[t.name][key])
	}
	return rows
}

// all returns all rows by table.
func (b *book) all() map[string][]any {
	all := map[string][]any{}
	for _, t := range b.tables {
		all[t.name] = b.sorted(t)
	}
	return all
}

// lists are the rows of one table by the lists that have them.
type lists struct {
	rows []any
	// byArg are the rows by the name of a list and its arg.
	byArg map[string][]any
}

// listsOf sorts the rows of a table into its lists.
func (b *book) listsOf(t table) lists {
	ls := lists{rows: b.sorted(t), byArg: map[string][]any{}}
	for _, l := range t.lists {
		for _, row := range ls.rows {
			if l.holds == nil {
				call := keyOf(l.name, l.arg(row))
				ls.byArg[call] = append(ls.byArg[call], row)
			}
		}
	}
	return ls
}

// of returns the rows that a list has for like.
func (ls lists) of(l listing, like any) []any {
	rows := ls.byArg[keyOf(l.name, l.arg(like))]
	if l.holds != nil {
		for _, row := range ls.rows {
			if l.holds(like, row) {
				rows = append(rows, row)
			}
		}
	}
	if l.newest {
		rows = slices.Clone(rows) // other lists have them the other way round
		slices.Reverse(rows)
	}
	if l.last && len(rows) > 1 {
		rows = rows[len(rows)-1:]
	}
	return rows
}

// compareAll compares everything that can be read with the book: for the rows in
// it, for those that are gone, and for others that were never there.
func (b *book) compareAll(r store.Reader, absent map[string][]any) error {
	for _, t := range b.tables {
		if err := b.compareTable(r, t, slices.Concat(b.sorted(t), b.gone[t.name], absent[t.name])); err != nil {
			return err
		}
	}
	return b.compareMarks(r)
}

// compareTable makes each different call once that can be made for some rows.
func (b *book) compareTable(r store.Reader, t table, likes []any) error {
	asked, stride, ls := map[string]bool{}, 1+len(likes)/20, b.listsOf(t)
	for i, like := range likes {
		if err := b.compareRow(r, t, like); err != nil {
			return err
		}
		for _, l := range t.lists {
			call := keyOf(l.name, l.arg(like))
			if asked[call] || l.few && i%stride > 0 {
				continue
			}
			asked[call] = true
			if err := compareList(r, t, l, like, ls.of(l, like)); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareRow compares a point read.
func (b *book) compareRow(r store.Reader, t table, like any) error {
	if t.get == nil {
		return nil
	}
	want, there := b.rows[t.name][t.key(like)]
	got, err := t.get(r, like)
	switch {
	case !there && errors.Is(err, store.ErrNotFound):
		return nil
	case !there:
		return fmt.Errorf("the %s %s isn't there: got %s, want ErrNotFound", t.name, shownKey(t.key(like)), said(err))
	case err != nil:
		return fmt.Errorf("read the %s %s: %w", t.name, shownKey(t.key(like)), err)
	}
	if d := rowDiff(want, got); d != "" {
		return fmt.Errorf("the %s %s: %s", t.name, shownKey(t.key(like)), d)
	}
	return nil
}

// compareList compares what a list yields, and its order.
func compareList(r store.Reader, t table, l listing, like any, want []any) error {
	got, err := allOf(l.read(r, like))
	if err != nil {
		return fmt.Errorf("%s(%s): %w", l.name, shownKey(l.arg(like)), err)
	}
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return fmt.Errorf("%s(%s): it ends after %d rows of %d, want %s", l.name, shownKey(l.arg(like)), i, len(want), shownKey(t.key(want[i])))
		case i >= len(want):
			return fmt.Errorf("%s(%s): got %d rows too many, the first of them %s", l.name, shownKey(l.arg(like)), len(got)-i, shownKey(t.key(got[i])))
		case t.key(want[i]) != t.key(got[i]):
			return fmt.Errorf("%s(%s): row %d is %s, want %s", l.name, shownKey(l.arg(like)), i, shownKey(t.key(got[i])), shownKey(t.key(want[i])))
		}
		if d := rowDiff(want[i], got[i]); d != "" {
			return fmt.Errorf("%s(%s): %s: %s", l.name, shownKey(l.arg(like)), shownKey(t.key(got[i])), d)
		}
	}
	return nil
}
