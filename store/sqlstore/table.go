package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// table is how rows of one type are kept. The account is the first column of
// every table and of its key, and stands in no list of columns.
type table[T any, K comparable] struct {
	// name is the table's, and what is what people call one row of it.
	name, what string
	// columns are its columns; the first so many of them are the key.
	columns []column[T]
	keys    int
	// key returns a row's key.
	key func(*T) K
	// clone copies a row. Nil: rows hold nothing that can be changed.
	clone func(T) T
	// once says that a row that is there stays as it is.
	once bool

	full          string // the full name
	selection     string // the columns to read
	headSelection string // those of them that aren't heavy
	get           string
	delete        string
	// erase deletes the rows about one record. Empty: the table names none.
	erase string
	puts  []chunk
	// spare are gathered rows that are done with.
	spare *sync.Pool
}

// chunk is the statement that writes so many rows.
type chunk struct {
	rows int
	put  string
}

// most is how many rows are gathered.
const most = 64

// chunks are the numbers of rows that one statement writes, the largest first.
// They are few, so that the statements can be kept prepared. Over a socket many
// rows in one save the way. In SQLite, which has none, a few save some of what
// each statement costs, and very many cost more than they save.
func (n naming) chunks() []int {
	if n.dialect == SQLite {
		return []int{16, 4, 1}
	}
	return []int{most, 16, 4, 1}
}

// build makes the table's statements.
func build[T any, K comparable](n naming, t table[T, K]) *table[T, K] {
	t.spare = &sync.Pool{}
	var names, light []string
	for _, c := range t.columns {
		names = append(names, c.name)
		if !c.heavy {
			light = append(light, c.name)
		}
	}
	t.full = n.table(t.name)
	key := "account = ? AND " + strings.Join(names[:t.keys], " = ? AND ") + " = ?"
	t.selection = "SELECT " + strings.Join(names, ", ") + " FROM " + t.full
	t.headSelection = "SELECT " + strings.Join(light, ", ") + " FROM " + t.full
	t.get = n.sql(t.selection + " WHERE " + key)
	t.erase = n.sql(erasure(t.full, names))
	t.delete = n.sql("DELETE FROM " + t.full + " WHERE " + key)
	for _, rows := range n.chunks() {
		t.puts = append(t.puts, chunk{rows, n.sql(upsert(t.full, names, t.keys, rows, t.once))})
	}
	return &t
}

// distinct lets a table be read without its doubles.
func distinct[T any, K comparable](t *table[T, K]) *table[T, K] {
	t.selection = strings.Replace(t.selection, "SELECT ", "SELECT DISTINCT ", 1)
	return t
}

// upsert is the statement that writes so many rows.
func upsert(full string, names []string, keys, rows int, once bool) string {
	row := "(?" + strings.Repeat(", ?", len(names)) + ")"
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (account, %s) VALUES %s%s ON CONFLICT (account, %s) DO ",
		full, strings.Join(names, ", "), row, strings.Repeat(", "+row, rows-1), strings.Join(names[:keys], ", "))
	if once || keys == len(names) {
		b.WriteString("NOTHING")
		return b.String()
	}
	b.WriteString("UPDATE SET ")
	for i, name := range names[keys:] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name + " = excluded." + name)
	}
	return b.String()
}

// onlyThere lets a table write to rows that are there, and make none.
func onlyThere[T any, K comparable](n naming, t *table[T, K]) *table[T, K] {
	for i := range t.puts {
		t.puts[i].put = n.sql(t.update(t.puts[i].rows))
	}
	return t
}

// update is the statement that changes so many rows, as far as they are there.
func (t *table[T, K]) update(rows int) string {
	given := func(i int) string { return fmt.Sprintf("given.column%d", i+2) } // behind the account
	var set, is []string
	args := []string{"?"}
	for i, c := range t.columns {
		if c.number {
			args = append(args, "CAST(? AS BIGINT)")
		} else {
			args = append(args, "?")
		}
		if i < t.keys {
			is = append(is, t.full+"."+c.name+" = "+given(i))
		} else {
			set = append(set, c.name+" = "+given(i))
		}
	}
	row := "(" + strings.Join(args, ", ") + ")"
	return fmt.Sprintf("UPDATE %s SET %s FROM (VALUES %s%s) AS given WHERE %s.account = given.column1 AND %s",
		t.full, strings.Join(set, ", "), row, strings.Repeat(", "+row, rows-1), t.full, strings.Join(is, " AND "))
}

// args appends the values of a row's first so many columns.
func (t *table[T, K]) args(args []any, row *T, columns int) ([]any, error) {
	for i := range t.columns[:columns] {
		arg, err := t.columns[i].arg(row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.what, err)
		}
		args = append(args, arg)
	}
	return args, nil
}

// values are the values of a row's columns with these names.
func (t *table[T, K]) values(row *T, names []string) ([]any, error) {
	values := make([]any, len(names))
	for i, name := range names {
		at := slices.IndexFunc(t.columns, func(c column[T]) bool { return c.name == name })
		var err error
		if values[i], err = t.columns[at].arg(row); err != nil {
			return nil, fmt.Errorf("%s: %w", t.what, err)
		}
	}
	return values, nil
}

// dests are where the columns of a row, or of its head, are scanned to.
func (t *table[T, K]) dests(row *T, head bool) []any {
	dests := make([]any, 0, len(t.columns))
	for i := range t.columns {
		if !head || !t.columns[i].heavy {
			dests = append(dests, t.columns[i].dest(row))
		}
	}
	return dests
}

// copy copies a row.
func (t *table[T, K]) copy(row T) T {
	if t.clone == nil {
		return row
	}
	return t.clone(row)
}
