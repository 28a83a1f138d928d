package sqlstore

import (
	"iter"
	"slices"
	"strings"

	"github.com/dovetail-sync/dovetail/store"
)

// among yields the rows of those of these records that have one. Reads is what
// list.reads is.
func among[T any, K comparable](s scope, t *table[T, K], ids []store.RecordID, reads func(scope) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		ids := slices.Compact(slices.SortedFunc(slices.Values(ids), store.RecordID.Compare))
		for len(ids) > 0 {
			some := ofOneKind(ids, most)
			ids = ids[len(some):]
			l := listAmong(some)
			l.reads = reads
			page, err := read(s, t, l, nil, nil, most)
			if err != nil {
				yield(none, err)
				return
			}
			if !yieldAll(s, page, yield) {
				return
			}
		}
	}
}

// ofOneKind are the first ids, as far as they are of one kind of an integration,
// and at most so many.
func ofOneKind(ids []store.RecordID, limit int) []store.RecordID {
	for i, id := range ids {
		if i == limit || id.Integration != ids[0].Integration || id.Kind != ids[0].Kind {
			return ids[:i]
		}
	}
	return ids
}

// listAmong selects the rows of records of one kind. What no database can be
// asked for isn't there.
func listAmong(ids []store.RecordID) list {
	l := list{
		equal: []string{"integration", "kind"}, values: []any{string(ids[0].Integration), string(ids[0].Kind)},
		by: []string{"record"},
	}
	if l.args = paddedKeys(ids); len(l.args) == 0 {
		l.where = "1 = 0"
		return l
	}
	l.where = "record IN (?" + strings.Repeat(", ?", len(l.args)-1) + ")"
	return l
}

// paddedKeys are the keys of records that a database can be asked for, the first
// one repeated: few different numbers of keys are few statements to be kept
// prepared.
func paddedKeys(ids []store.RecordID) []any {
	var keys []any
	for _, id := range ids {
		if key := any(string(id.Key)); askable([]any{key}) {
			keys = append(keys, key)
		}
	}
	size := 1
	for size < len(keys) {
		size *= 4
	}
	for n := len(keys); n > 0 && n < size; n++ {
		keys = append(keys, keys[0])
	}
	return keys
}
