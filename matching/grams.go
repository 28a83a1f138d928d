package matching

import (
	"math/bits"
	"slices"
	"unicode/utf8"
)

// gramSpace is how many different grams there are: three of the letters, digits
// and the blank have a number each, all others share what is left.
const (
	gramLetters = 37
	gramPlain   = gramLetters * gramLetters * gramLetters
	gramSpace   = 1 << 16
)

// appendGrams appends the groups of three letters of a name, with a blank before
// each word and after the last, sorted and each once.
func appendGrams(grams []uint16, tokens []rawToken) []uint16 {
	from := len(grams)
	a, b := uint32(0), uint32(0)
	shift := func(c uint32) {
		if a < gramLetters && b < gramLetters && c < gramLetters {
			grams = append(grams, uint16((a*gramLetters+b)*gramLetters+c))
		} else {
			h := (a*0x9E3779B1 ^ b*0x85EBCA6B ^ c*0xC2B2AE35) * 0x27D4EB2F
			grams = append(grams, uint16(gramPlain+h>>16%(gramSpace-gramPlain)))
		}
		a, b = b, c
	}
	started := false
	for _, token := range tokens {
		if isSmall(token.text) && len(tokens) > 1 {
			continue
		}
		for _, r := range token.text {
			c := letterOf(r)
			if !started {
				a, b, started = 0, c, true // a blank and the first letter
				continue
			}
			shift(c)
		}
		if started {
			shift(0)
		}
	}
	name := grams[from:]
	slices.Sort(name)
	return grams[:from+len(slices.Compact(name))]
}

// letterOf returns a number below gramLetters for plain letters and digits.
func letterOf(r rune) uint32 {
	switch {
	case r >= 'a' && r <= 'z':
		return uint32(r-'a') + 1
	case r >= '0' && r <= '9':
		return uint32(r-'0') + 27
	case r < utf8.RuneSelf:
		return 0
	}
	return uint32(r)
}

// gramSet gives the groups of letters that occur consecutive numbers. It is small,
// so that short lists cost little.
type gramSet struct {
	bits  [gramSpace / 64]uint64
	ranks [gramSpace / 64]uint16 // how many occur before each of bits
}

func (s *gramSet) add(g uint16) { s.bits[g/64] |= 1 << (g % 64) }

// rank numbers what was added and returns how many there are.
func (s *gramSet) rank() int {
	n := 0
	for i, b := range s.bits {
		s.ranks[i] = uint16(n)
		n += bits.OnesCount64(b)
	}
	return n
}

// number returns the number of a group of letters that occurs.
func (s *gramSet) number(g uint16) int {
	return int(s.ranks[g/64]) + bits.OnesCount64(s.bits[g/64]&(1<<(g%64)-1))
}

func (s *gramSet) has(g uint16) bool { return s.bits[g/64]>>(g%64)&1 != 0 }

// all yields the groups of letters that occur, in their order.
func (s *gramSet) all(yield func(g uint16) bool) {
	for i, b := range s.bits {
		for ; b != 0; b &= b - 1 {
			if !yield(uint16(i*64 + bits.TrailingZeros64(b))) {
				return
			}
		}
	}
}

// gramIndex finds entries by the groups of letters of their names.
type gramIndex struct {
	set    gramSet
	starts []uint32 // by number: where its entries begin
	at     []uint32 // nil: not filled yet
}

// count returns how many entries have a group of letters.
func (x *gramIndex) count(g uint16) int {
	from, to := x.bounds(g)
	return int(to - from)
}

// list returns the entries that have a group of letters.
func (x *gramIndex) list(g uint16) []uint32 {
	from, to := x.bounds(g)
	return x.at[from:to]
}

func (x *gramIndex) bounds(g uint16) (from, to uint32) {
	if !x.set.has(g) {
		return 0, 0
	}
	n := x.set.number(g)
	return x.starts[n], x.starts[n+1]
}

// countGrams returns an index that only counts.
func countGrams(entries []entry) gramIndex {
	var x gramIndex
	eachGram(entries, func(_ uint32, g uint16) { x.set.add(g) })
	x.starts = make([]uint32, x.set.rank()+1)
	eachGram(entries, func(_ uint32, g uint16) { x.starts[x.set.number(g)+1]++ })
	for i := 1; i < len(x.starts); i++ {
		x.starts[i] += x.starts[i-1]
	}
	return x
}

// fill makes the lists.
func (x *gramIndex) fill(entries []entry) {
	x.at = make([]uint32, x.starts[len(x.starts)-1])
	next := slices.Clone(x.starts)
	eachGram(entries, func(at uint32, g uint16) {
		n := x.set.number(g)
		x.at[next[n]] = at
		next[n]++
	})
}

// eachGram calls do for each group of letters of each entry, once.
func eachGram(entries []entry, do func(at uint32, g uint16)) {
	for at := range entries {
		e := &entries[at]
		for i := range e.names {
			for _, g := range e.names[i].grams {
				if i == 0 || !e.hasEarlier(i, g) {
					do(uint32(at), g)
				}
			}
		}
	}
}

// hasEarlier reports whether a name before the i-th has a group of letters.
func (e *entry) hasEarlier(i int, g uint16) bool {
	for j := range i {
		if _, found := slices.BinarySearch(e.names[j].grams, g); found {
			return true
		}
	}
	return false
}
