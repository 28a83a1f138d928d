package memory

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/dovetail-sync/dovetail/store"
)

// one returns a copy of the row with key k. what and id name it in errors.
func one[K, V any](r *reader, t *tree[K, *V], k K, dup func(V) V, what string, id any) (V, error) {
	var none V
	if err := r.usable(); err != nil {
		return none, err
	}
	row, found := t.get(k)
	if !found {
		return none, notFound(what, id)
	}
	return dup(*row), nil
}

// among yields copies of the rows of those of these records that have one.
func among[V any](r *reader, t *tree[store.RecordID, *V], ids []store.RecordID, dup func(V) V) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		for _, id := range slices.Compact(slices.SortedFunc(slices.Values(ids), store.RecordID.Compare)) {
			row, err := one(r, t, id, dup, "row of", id)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func notFound(what string, id any) error {
	return fmt.Errorf("memory: %s %q: %w", what, id, store.ErrNotFound)
}

func refused(what string, id any, why string) error {
	return fmt.Errorf("memory: put %s %q: %w: %s", what, id, store.ErrRefused, why)
}

// list selects rows of a tree that follow one another.
type list[K, V any] struct {
	tree *tree[K, *V]
	// start is true from the first row on, and within up to the last.
	start, within func(K) bool
	// keep leaves rows out. Nil keeps all.
	keep func(*V) (bool, error)
	// dup copies a row.
	dup func(V) V
}

// rows yields copies of the rows of l. It goes on from the last key when the
// tree was changed meanwhile.
func rows[K, V any](r *reader, l list[K, V]) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var none V
		if err := r.usable(); err != nil {
			yield(none, err)
			return
		}
		for start, more := l.start, true; more; {
			start, more = l.pass(r, start, yield)
		}
	}
}

// atMost yields so many rows at most, or all of them where limit is 0.
func atMost[V any](limit int, rows iter.Seq2[V, error]) iter.Seq2[V, error] {
	if limit == 0 {
		return rows
	}
	return func(yield func(V, error) bool) {
		left := limit
		for row, err := range rows {
			if left--; !yield(row, err) || left == 0 {
				return
			}
		}
	}
}

// pass yields the rows from start on until the tree is changed. It returns where
// to go on, and whether to.
func (l list[K, V]) pass(r *reader, start func(K) bool, yield func(V, error) bool) (func(K) bool, bool) {
	var none V
	changes := l.tree.changes
	for row := range l.tree.ascend(start) {
		last := l.tree.by.key(row)
		if !l.within(last) {
			return nil, false
		}
		if l.keep != nil {
			keep, err := l.keep(row)
			if err != nil {
				yield(none, err)
				return nil, false
			}
			if !keep {
				continue
			}
		}
		if !yield(l.dup(*row), nil) {
			return nil, false
		}
		if err := r.usable(); err != nil {
			yield(none, err)
			return nil, false
		}
		if l.tree.changes != changes {
			return func(k K) bool { return l.tree.by.compare(k, last) > 0 }, true
		}
	}
	return nil, false
}
