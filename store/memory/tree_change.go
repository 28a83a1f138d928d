package memory

import "slices"

// set puts a row in place of the one with its key, which it returns if there
// was one.
func (t *tree[K, V]) set(o *owner, row V) (V, bool) {
	t.changes++
	if t.root == nil {
		t.root = &node[V]{owner: o}
	}
	t.root = t.root.mine(o)
	old, replaced := t.put(o, t.root, row)
	if !replaced {
		t.size++
	}
	if len(t.root.rows) > maxRows {
		t.root = &node[V]{owner: o, children: []*node[V]{t.root}}
		t.root.split(o, 0)
	}
	return old, replaced
}

// put is set below n, which is o's. It may leave n with a row too many.
func (t *tree[K, V]) put(o *owner, n *node[V], row V) (V, bool) {
	i, found := t.find(n, t.by.key(row))
	if found {
		old := n.rows[i]
		n.rows[i] = row
		return old, true
	}
	if n.leaf() {
		n.rows = slices.Insert(n.rows, i, row)
		var none V
		return none, false
	}
	child := n.child(o, i)
	old, replaced := t.put(o, child, row)
	if len(child.rows) > maxRows {
		n.split(o, i)
	}
	return old, replaced
}

// split halves the i-th child, which is o's and has a row too many. The row in
// the middle goes up to n.
func (n *node[V]) split(o *owner, i int) {
	left := n.children[i]
	mid := len(left.rows) / 2
	up := left.rows[mid]
	right := &node[V]{owner: o, rows: slices.Clone(left.rows[mid+1:])}
	left.rows = slices.Delete(left.rows, mid, len(left.rows))
	if !left.leaf() {
		right.children = slices.Clone(left.children[mid+1:])
		left.children = slices.Delete(left.children, mid+1, len(left.children))
	}
	n.rows = slices.Insert(n.rows, i, up)
	n.children = slices.Insert(n.children, i+1, right)
}

// delete removes the row with that key and returns it, if there is one.
func (t *tree[K, V]) delete(o *owner, k K) (V, bool) {
	if _, found := t.get(k); !found {
		var none V
		return none, false
	}
	t.changes++
	t.size--
	t.root = t.root.mine(o)
	old := t.take(o, t.root, k)
	if len(t.root.rows) == 0 {
		if t.root.leaf() {
			t.root = nil
		} else {
			t.root = t.root.children[0]
		}
	}
	return old, true
}

// take removes the row with key k, which is below n. n is o's. It may leave n
// with a row too few.
func (t *tree[K, V]) take(o *owner, n *node[V], k K) V {
	i, found := t.find(n, k)
	if n.leaf() {
		old := n.rows[i]
		n.rows = slices.Delete(n.rows, i, i+1)
		return old
	}
	child := n.child(o, i)
	var old V
	if found {
		old = n.rows[i]
		n.rows[i] = child.takeLast(o)
	} else {
		old = t.take(o, child, k)
	}
	n.refill(o, i)
	return old
}

// takeLast removes the last row below n, which is o's.
func (n *node[V]) takeLast(o *owner) V {
	end := len(n.rows)
	if n.leaf() {
		old := n.rows[end-1]
		n.rows = slices.Delete(n.rows, end-1, end)
		return old
	}
	old := n.child(o, end).takeLast(o)
	n.refill(o, end)
	return old
}

// refill brings the i-th child, if it has a row too few, up to its least
// number: with a row of a sibling that has one to spare, or by joining the two.
func (n *node[V]) refill(o *owner, i int) {
	switch {
	case len(n.children[i].rows) >= minRows:
	case i > 0 && len(n.children[i-1].rows) > minRows:
		n.turnRight(o, i-1)
	case i < len(n.rows) && len(n.children[i+1].rows) > minRows:
		n.turnLeft(o, i)
	default:
		n.join(o, min(i, len(n.rows)-1))
	}
}

// turnRight moves the last row left of rows[i] up, and rows[i] down to the
// right of it.
func (n *node[V]) turnRight(o *owner, i int) {
	left, right := n.child(o, i), n.child(o, i+1)
	end := len(left.rows) - 1
	right.rows = slices.Insert(right.rows, 0, n.rows[i])
	n.rows[i] = left.rows[end]
	left.rows = slices.Delete(left.rows, end, end+1)
	if !left.leaf() {
		right.children = slices.Insert(right.children, 0, left.children[end+1])
		left.children = slices.Delete(left.children, end+1, end+2)
	}
}

// turnLeft moves the first row right of rows[i] up, and rows[i] down to the
// left of it.
func (n *node[V]) turnLeft(o *owner, i int) {
	left, right := n.child(o, i), n.child(o, i+1)
	left.rows = append(left.rows, n.rows[i])
	n.rows[i] = right.rows[0]
	right.rows = slices.Delete(right.rows, 0, 1)
	if !right.leaf() {
		left.children = append(left.children, right.children[0])
		right.children = slices.Delete(right.children, 0, 1)
	}
}

// join makes one node of rows[i] and the children on both sides of it.
func (n *node[V]) join(o *owner, i int) {
	left, right := n.child(o, i), n.children[i+1]
	left.rows = append(append(left.rows, n.rows[i]), right.rows...)
	left.children = append(left.children, right.children...)
	n.rows = slices.Delete(n.rows, i, i+1)
	n.children = slices.Delete(n.children, i+1, i+2)
}

// set2 sets a row in two trees. Where it was in the second before, it is taken
// out.
func set2[K, K2, V any](o *owner, first *tree[K, V], second *tree[K2, V], row V) {
	key := second.by.key
	old, replaced := first.set(o, row)
	if replaced && second.by.compare(key(old), key(row)) != 0 {
		second.delete(o, key(old))
	}
	second.set(o, row)
}

// delete2 deletes a row from two trees, and reports whether it was there.
func delete2[K, K2, V any](o *owner, first *tree[K, V], second *tree[K2, V], k K) bool {
	old, found := first.delete(o, k)
	if found {
		second.delete(o, second.by.key(old))
	}
	return found
}
