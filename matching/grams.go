package matching

import (
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

// gramsOf returns the groups of three letters of a name, with a blank before
// each word and after the last, sorted and each once.
func gramsOf(tokens []rawToken) []uint16 {
	var buf [256]uint16
	grams := buf[:0]
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
	slices.Sort(grams)
	return slices.Clone(slices.Compact(grams))
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

// gramIndex finds entries by the grams of their names. The lists are made when
// the first record is looked for: a catalogue that is only looked for in another
// one needs the counts alone.
type gramIndex struct {
	counts [gramSpace]uint32
	lists  [][]uint32 // nil: not made yet
}

// note adds an entry, or takes it out with n = -1.
func (x *gramIndex) note(e *entry, at uint32, n int) {
	for i := range e.names {
		for _, g := range e.names[i].grams {
			if e.hasEarlier(i, g) {
				continue
			}
			x.counts[g] += uint32(n)
			switch {
			case x.lists == nil:
			case n > 0:
				x.lists[g] = append(x.lists[g], at)
			default:
				list := x.lists[g]
				j := slices.Index(list, at)
				list[j] = list[len(list)-1]
				x.lists[g] = list[:len(list)-1]
			}
		}
	}
}

// hasEarlier reports whether a name before the i-th has a gram.
func (e *entry) hasEarlier(i int, g uint16) bool {
	for j := range i {
		if _, found := slices.BinarySearch(e.names[j].grams, g); found {
			return true
		}
	}
	return false
}

// fill makes the lists, each as long as it has to be.
func (x *gramIndex) fill(entries []entry) {
	x.lists = make([][]uint32, gramSpace)
	total := 0
	for _, n := range x.counts {
		total += int(n)
	}
	all := make([]uint32, total)
	for g, n := range x.counts {
		x.lists[g], all = all[:0:n], all[n:]
	}
	for at := range entries {
		e := &entries[at]
		for i := range e.names {
			for _, g := range e.names[i].grams {
				if !e.hasEarlier(i, g) {
					x.lists[g] = append(x.lists[g], uint32(at))
				}
			}
		}
	}
}
