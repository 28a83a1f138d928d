package matching

import (
	"math/bits"
	"slices"
)

// keyIndex finds entries by hashed keys.
type keyIndex struct {
	keys   []uint64 // sorted
	at     []uint32 // the entry of each key
	starts []uint32 // by the first bits of a key: where such keys begin
	shift  uint8
}

// keyAt is a key of an entry.
type keyAt struct {
	key uint64
	at  uint32
}

// newKeyIndex returns an index of keys, which come in the order of their entries.
// Keys are hashes, so their first bits part them evenly.
func newKeyIndex(all []keyAt) keyIndex {
	size := max(bits.Len(uint(len(all)))-1, 0) // some two or three keys to each start
	x := keyIndex{
		keys: make([]uint64, len(all)), at: make([]uint32, len(all)),
		starts: make([]uint32, 1<<size+1), shift: uint8(64 - size),
	}
	for _, k := range all {
		x.starts[x.slot(k.key)+1]++
	}
	for i := 1; i < len(x.starts); i++ {
		x.starts[i] += x.starts[i-1]
	}
	next := slices.Clone(x.starts)
	for _, k := range all {
		slot := x.slot(k.key)
		i := next[slot]
		for ; i > x.starts[slot] && x.keys[i-1] > k.key; i-- {
			x.keys[i], x.at[i] = x.keys[i-1], x.at[i-1]
		}
		x.keys[i], x.at[i] = k.key, k.at
		next[slot]++
	}
	return x
}

// slot returns the first bits of a key.
func (x *keyIndex) slot(key uint64) uint64 { return key >> x.shift }

// find returns the entries with a key.
func (x *keyIndex) find(key uint64) []uint32 {
	slot := x.slot(key)
	from, to := x.starts[slot], x.starts[slot+1]
	if to-from > 8 {
		first, _ := slices.BinarySearch(x.keys[from:to], key)
		from += uint32(first)
	}
	for from < to && x.keys[from] < key {
		from++
	}
	last := from
	for last < to && x.keys[last] == key {
		last++
	}
	return x.at[from:last:last]
}

// count returns how many entries have a key.
func (x *keyIndex) count(key uint64) int { return len(x.find(key)) }
