package sqlstore

import (
	"database/sql"
	"fmt"
	"iter"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/dovetail-sync/dovetail/store"
)

// scope is one account within a transaction.
type scope struct {
	*tx
	account string
}

// one returns the row that has the key of probe, or ErrNotFound. id names it in
// errors.
func one[T any, K comparable](s scope, t *table[T, K], probe *T, id any) (T, error) {
	row, found, err := find(s, t, probe)
	if err == nil && !found {
		err = notFound(t.what, id)
	}
	return row, err
}

// find returns the row that has the key of probe, and whether there is one.
func find[T any, K comparable](s scope, t *table[T, K], probe *T) (T, bool, error) {
	var row T
	if err := s.usable(); err != nil {
		return row, false, err
	}
	if waiting := gatheredOf(s, t).find(t.key(probe)); waiting != nil {
		return t.copy(*waiting), true, nil
	}
	args, err := t.args([]any{s.account}, probe, t.keys)
	if err != nil {
		return row, false, s.fail("read "+t.what, err)
	}
	if !askable(args) {
		return row, false, nil
	}
	found, err := s.row("read "+t.what, t.get, args, t.dests(&row, false)...)
	return row, found, err
}

// askable reports whether a database can be asked with these arguments. Postgres
// knows no text with NUL or broken UTF-8, so nothing is there that has it.
func askable(args []any) bool {
	for _, arg := range args {
		if text, ok := arg.(string); ok && (strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text)) {
			return false
		}
	}
	return true
}

func notFound(what string, id any) error {
	return fmt.Errorf("sqlstore: %s %q: %w", what, fmt.Sprint(id), store.ErrNotFound)
}

// remove deletes the row that has the key of probe, if it is there.
func remove[T any, K comparable](s scope, t *table[T, K], probe *T) error {
	if err := s.usable(); err != nil {
		return err
	}
	gatheredOf(s, t).drop(t.key(probe))
	args, err := t.args([]any{s.account}, probe, t.keys)
	if err != nil {
		return s.fail("delete "+t.what, err)
	}
	if !askable(args) {
		return nil
	}
	_, err = s.exec("delete "+t.what, t.delete, args...)
	return err
}

// list selects rows of a table, in the order of an index.
type list struct {
	// equal are columns that have one value each, with these values.
	equal  []string
	values []any
	// by are the columns that give the order. Together with equal they are
	// different for every row.
	by []string
	// after are values of by, of which only what comes behind is selected. Nil:
	// all.
	after []any
	// where is a further condition, with its arguments. Empty: none.
	where string
	args  []any
	// reads is called before each page, where the condition reads other tables.
	reads func(scope) error
	// last turns the order round.
	last bool
	// limit is how many are selected at most. 0: all.
	limit int
	// heads leaves out what is heavy.
	heads bool
}

// equalTo selects what has that value, if there is one.
func (l *list) equalTo(column, value string) {
	if value != "" {
		l.equal, l.values = append(l.equal, column), append(l.values, value)
	}
}

// behind selects what comes behind a value of by, if there is one.
func (l list) behind(value string) list {
	if value != "" {
		l.after = []any{value}
	}
	return l
}

// The numbers of rows that are read at once: few at first, because many lists
// are short, and many readers stop early.
const (
	firstPage = 64
	nextPage  = 512
)

// page is the statement for at most so many rows of l, after those that were
// read, and its arguments.
func (l list) page(n naming, selection, account string, after []any, limit int) (string, []any) {
	var b strings.Builder
	b.WriteString(selection + " WHERE account = ?")
	args := append([]any{account}, l.values...)
	for _, name := range l.equal {
		b.WriteString(" AND " + name + " = ?")
	}
	by, behind, direction := strings.Join(l.by, ", "), ">", ""
	if l.last {
		behind, direction = "<", " DESC"
	}
	if after != nil {
		if len(l.by) > 1 {
			b.WriteString(" AND (" + by + ") " + behind + " (?" + strings.Repeat(", ?", len(l.by)-1) + ")")
		} else {
			b.WriteString(" AND " + by + " " + behind + " ?")
		}
		args = append(args, after...)
	}
	if l.where != "" {
		b.WriteString(" AND " + l.where)
		args = append(args, l.args...)
	}
	fmt.Fprintf(&b, " ORDER BY %s LIMIT %d", strings.Join(l.by, direction+", ")+direction, limit)
	return n.sql(b.String()), args
}

// rows yields the rows of l. It holds nothing open while yielding, and goes on
// from the last key.
func rows[T any, K comparable](s scope, t *table[T, K], l list) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var page []T
		after, limit, left := l.after, firstPage, math.MaxInt
		if l.limit > 0 {
			limit, left = min(l.limit, nextPage), l.limit
		}
		for {
			var err error
			if page, err = read(s, t, l, page[:0], after, limit); err != nil {
				yield(none, err)
				return
			}
			left -= len(page)
			if !yieldAll(s, page, yield) || len(page) < limit || left == 0 {
				return
			}
			if after, err = t.values(&page[len(page)-1], l.by); err != nil {
				yield(none, err)
				return
			}
			limit = min(nextPage, left)
		}
	}
}

// yieldAll yields rows that were read, and reports whether more are wanted.
func yieldAll[T any](s scope, page []T, yield func(T, error) bool) bool {
	for _, row := range page {
		if !yield(row, nil) {
			return false
		}
		if err := s.usable(); err != nil {
			var none T
			yield(none, err)
			return false
		}
	}
	return true
}

// read appends at most so many rows of l to page.
func read[T any, K comparable](s scope, t *table[T, K], l list, page []T, after []any, limit int) ([]T, error) {
	if err := s.usable(); err != nil {
		return nil, err
	}
	if err := gatheredOf(s, t).flush(s.tx); err != nil {
		return nil, err
	}
	if l.reads != nil {
		if err := l.reads(s); err != nil {
			return nil, err
		}
	}
	selection := t.selection
	if l.heads {
		selection = t.headSelection
	}
	query, args := l.page(s.db.naming, selection, s.account, after, limit)
	if !askable(args) {
		return page, nil
	}
	var row T
	dests := t.dests(&row, l.heads)
	err := s.query("list "+t.what, query, args, func(rows *sql.Rows) error {
		if err := rows.Scan(dests...); err != nil {
			return err
		}
		page = append(page, row)
		var none T
		row = none
		return nil
	})
	return page, err
}

// first returns the first row of l, or ErrNotFound. id names it in errors.
func first[T any, K comparable](s scope, t *table[T, K], l list, what string, id any) (T, error) {
	page, err := read(s, t, l, nil, l.after, 1)
	if err != nil || len(page) == 0 {
		var none T
		if err == nil {
			err = notFound(what, id)
		}
		return none, err
	}
	return page[0], nil
}
