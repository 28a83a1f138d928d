package syncrotest

import (
	"slices"
	"sort"
)

// table holds the rows of one list in order of id.
type table[T any] struct {
	idOf       func(*T) int64
	customerOf func(*T) int64
	rows       []*T
	// last is the highest id that there ever was: ids aren't used again.
	last int64
	// byCustomer is made on demand and dropped by any change: filtering by
	// customer over and over is common between changes, and rare among them.
	byCustomer map[int64][]*T
}

func (t *table[T]) find(id int64) (int, bool) {
	i := sort.Search(len(t.rows), func(i int) bool { return t.idOf(t.rows[i]) >= id })
	return i, i < len(t.rows) && t.idOf(t.rows[i]) == id
}

func (t *table[T]) get(id int64) *T {
	if i, ok := t.find(id); ok {
		return t.rows[i]
	}
	return nil
}

// nextID is one past the highest id that there ever was, and 1 if there was
// none.
func (t *table[T]) nextID() int64 { return t.last + 1 }

// fill sets the rows, which are in order of id.
func (t *table[T]) fill(rows []*T) {
	t.rows = rows
	if len(rows) > 0 {
		t.last = t.idOf(rows[len(rows)-1])
	}
}

// put adds a row or replaces the one of its id.
func (t *table[T]) put(row *T) {
	t.last = max(t.last, t.idOf(row))
	i, ok := t.find(t.idOf(row))
	if ok {
		t.rows[i] = row
	} else {
		t.rows = slices.Insert(t.rows, i, row)
	}
	t.byCustomer = nil
}

func (t *table[T]) delete(id int64) bool {
	i, ok := t.find(id)
	if ok {
		t.rows = slices.Delete(t.rows, i, i+1)
		t.byCustomer = nil
	}
	return ok
}

// deleteWhere deletes every row that match picks.
func (t *table[T]) deleteWhere(match func(*T) bool) {
	t.rows = slices.DeleteFunc(t.rows, match)
	t.byCustomer = nil
}

// of returns the rows of one customer, in order of id. The caller must not
// change the slice.
func (t *table[T]) of(customer int64) []*T {
	if t.byCustomer == nil {
		t.byCustomer = make(map[int64][]*T)
		for _, row := range t.rows {
			id := t.customerOf(row)
			t.byCustomer[id] = append(t.byCustomer[id], row)
		}
	}
	return t.byCustomer[customer]
}
