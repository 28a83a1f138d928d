package memory

import (
	"iter"
	"slices"
	"sort"
)

// A node has at most maxRows rows, and at least minRows unless it is the root.
const (
	maxRows = 63
	minRows = maxRows / 2
)

// owner marks the nodes that one Update made, and may therefore change in
// place. It isn't empty, because pointers to empty structs can be equal.
type owner struct{ _ byte }

// tree is a B-tree of rows in the order of their keys. A copy of the struct is
// a snapshot: a node is changed in place only by the owner who made it, and
// copied first by any other. An owner is for one copy of the tree only, and
// ends when that copy is published.
type tree[K, V any] struct {
	by   *order[K, V]
	root *node[V]
	size int
	// changes counts sets and deletes, so that an iteration notices them.
	changes int
}

// order says how rows are sorted. No two rows have the same key.
type order[K, V any] struct {
	key     func(V) K
	compare func(a, b K) int
}

// node is a leaf, or has one child more than it has rows: children[i] is left
// of rows[i].
type node[V any] struct {
	owner    *owner
	rows     []V
	children []*node[V]
}

func newTree[K, V any](key func(V) K, compare func(a, b K) int) tree[K, V] {
	return tree[K, V]{by: &order[K, V]{key: key, compare: compare}}
}

// get returns the row with that key.
func (t *tree[K, V]) get(k K) (V, bool) {
	for n := t.root; n != nil; {
		i, found := t.find(n, k)
		if found {
			return n.rows[i], true
		}
		if n.leaf() {
			break
		}
		n = n.children[i]
	}
	var none V
	return none, false
}

// find returns where k is among n's rows, or would be.
func (t *tree[K, V]) find(n *node[V], k K) (int, bool) {
	low, high := 0, len(n.rows)
	for low < high {
		mid := (low + high) / 2
		switch c := t.by.compare(t.by.key(n.rows[mid]), k); {
		case c == 0:
			return mid, true
		case c < 0:
			low = mid + 1
		default:
			high = mid
		}
	}
	return low, false
}

// ascend yields the rows in order, beginning with the first for whose key start
// is true: start is false up to some key and true from there. A tree that is
// changed meanwhile must be left at once.
func (t *tree[K, V]) ascend(start func(K) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		if t.root != nil {
			t.up(t.root, start, yield)
		}
	}
}

func (t *tree[K, V]) up(n *node[V], start func(K) bool, yield func(V) bool) bool {
	first := 0
	if start != nil {
		first = t.first(n, start)
	}
	for i := first; i <= len(n.rows); i++ {
		if !n.leaf() {
			// Only the leftmost branch holds rows before the start.
			if i > first {
				start = nil
			}
			if !t.up(n.children[i], start, yield) {
				return false
			}
		}
		if i < len(n.rows) && !yield(n.rows[i]) {
			return false
		}
	}
	return true
}

// descend yields the rows in reverse order, beginning with the last for whose
// key beyond is false: beyond is false up to some key and true from there.
func (t *tree[K, V]) descend(beyond func(K) bool) iter.Seq[V] {
	return func(yield func(V) bool) {
		if t.root != nil {
			t.down(t.root, beyond, yield)
		}
	}
}

func (t *tree[K, V]) down(n *node[V], beyond func(K) bool, yield func(V) bool) bool {
	last := len(n.rows)
	if beyond != nil {
		last = t.first(n, beyond)
	}
	for i := last; i >= 0; i-- {
		if !n.leaf() {
			// Only the rightmost branch holds rows beyond the start.
			if i < last {
				beyond = nil
			}
			if !t.down(n.children[i], beyond, yield) {
				return false
			}
		}
		if i > 0 && !yield(n.rows[i-1]) {
			return false
		}
	}
	return true
}

// first returns the index of n's first row for whose key is is true.
func (t *tree[K, V]) first(n *node[V], is func(K) bool) int {
	return sort.Search(len(n.rows), func(i int) bool { return is(t.by.key(n.rows[i])) })
}

func (n *node[V]) leaf() bool { return len(n.children) == 0 }

// mine returns n if o owns it, and else a copy that o owns.
func (n *node[V]) mine(o *owner) *node[V] {
	if n.owner == o {
		return n
	}
	return &node[V]{owner: o, rows: slices.Clone(n.rows), children: slices.Clone(n.children)}
}

// child returns the i-th child for o to change. n is o's.
func (n *node[V]) child(o *owner, i int) *node[V] {
	n.children[i] = n.children[i].mine(o)
	return n.children[i]
}
