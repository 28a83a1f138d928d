package storetest

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// table is one type of row: how it is written, and every way to read it. Rows
// are values of that type. It lets one check treat all tables alike, and one
// model stand for all of them.
type table struct {
	name string
	row  reflect.Type
	// parts are the fields that keys and lists are made of, as paths.
	parts []string
	// key is a row's key. Keys sort as rows do.
	key   func(row any) string
	clean func(row any) (any, error)
	put   func(w store.Writer, row any) error
	// get reads the row with the key of another. Nil: there is no point read.
	get func(r store.Reader, like any) (any, error)
	// del deletes the row with the key of another. Nil: rows stay.
	del   func(w store.Writer, like any) error
	lists []listing
	// numbered says that the ledger chooses the key, a number from 1, and
	// renumber gives a row its number.
	numbered bool
	renumber func(row any, n int64) any
	// once says that a row is never written again.
	once bool
}

// listing is a method that yields rows of a table, as it is called for one row.
type listing struct {
	name string
	read func(r store.Reader, like any) iter.Seq2[any, error]
	// arg stands for the arguments of the call: equal args, equal calls.
	arg func(like any) string
	// holds reports whether the list for like has the row. Nil: it has the rows
	// with an equal arg.
	holds func(like, row any) bool
	// last says that of those rows only the last one comes.
	last bool
	// few says that each row makes another call, and that some calls will do.
	few bool
	// newest says that the rows come from the last to the first.
	newest bool
}

// cleaned is what all types of row are.
type cleaned[T any] interface{ Clean() (T, error) }

// tableOf describes a table in terms of its type. Its fields are those of
// table.
type tableOf[T cleaned[T]] struct {
	name   string
	parts  []string
	key    func(T) string
	put    func(store.Writer, T) error
	get    func(store.Reader, T) (T, error)
	del    func(store.Writer, T) error
	lists  []listOf[T]
	number func(*T) *int64
	once   bool
}

// listOf describes a list in terms of its type. All lists come by their table's
// key, or from the end of it.
type listOf[T any] struct {
	name   string
	read   func(r store.Reader, like T) iter.Seq2[T, error]
	arg    func(T) string
	holds  func(like, row T) bool
	last   bool
	few    bool
	newest bool
}

// table returns the description with the type rubbed out.
func (t tableOf[T]) table() table {
	out := table{
		name: t.name, row: reflect.TypeFor[T](), parts: t.parts, once: t.once, numbered: t.number != nil,
		key:   func(row any) string { return t.key(row.(T)) },
		clean: func(row any) (any, error) { return row.(T).Clean() },
		put:   func(w store.Writer, row any) error { return t.put(w, row.(T)) },
		renumber: func(row any, n int64) any {
			r := row.(T)
			*t.number(&r) = n
			return r
		},
	}
	if t.get != nil {
		out.get = func(r store.Reader, like any) (any, error) { return t.get(r, like.(T)) }
	}
	if t.del != nil {
		out.del = func(w store.Writer, like any) error { return t.del(w, like.(T)) }
	}
	for _, l := range t.lists {
		out.lists = append(out.lists, l.listing())
	}
	return out
}

func (l listOf[T]) listing() listing {
	out := listing{
		name: l.name, last: l.last, few: l.few, newest: l.newest,
		read: func(r store.Reader, like any) iter.Seq2[any, error] { return erased(l.read(r, like.(T))) },
		arg:  func(like any) string { return l.arg(like.(T)) },
	}
	if l.holds != nil {
		out.holds = func(like, row any) bool { return l.holds(like.(T), row.(T)) }
	}
	return out
}

func erased[T any](rows iter.Seq2[T, error]) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
		}
	}
}

// lastOf makes a list of a method that returns one row, or ErrNotFound.
func lastOf[T any](read func() (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		row, err := read()
		if !errors.Is(err, store.ErrNotFound) {
			yield(row, err)
		}
	}
}

// keyOf makes a key of parts. No id has a NUL in it, so keys sort as their parts
// do, one after the other.
func keyOf(parts ...string) string { return strings.Join(parts, "\x00") }

func recordKey(id store.RecordID) string {
	return keyOf(string(id.Integration), string(id.Kind), string(id.Key))
}

// numberKey makes a part of a key of a number, which is not negative.
func numberKey[N int | int64](n N) string { return fmt.Sprintf("%020d", n) }

// shownKey is a key as people read it.
func shownKey(key string) string { return fmt.Sprintf("%.80q", strings.ReplaceAll(key, "\x00", "/")) }

// none is the arg of a list that takes no argument.
func none[T any](T) string { return "" }
