package matching

import "strings"

// wordsAlike compares two words by their letters: slips of the finger, and
// words cut short.
func wordsAlike(a, b string) likeness {
	if len(a) > len(b) {
		a, b = b, a
	}
	if strings.HasPrefix(b, a) && len(a) >= 3 {
		if len(b)-len(a) <= 2 && len(a) >= 5 {
			return likeness{degree: 0.85}
		}
		return likeness{degree: 0.4 + 0.4*float32(len(a))/float32(len(b))}
	}
	if len(a) < 4 || len(b) > 32 || len(b)-len(a) > 2 {
		return likeness{}
	}
	limit := 1
	if len(a) >= 8 {
		limit = 2
	}
	d := distance(a, b, limit)
	switch {
	case d > limit:
		return likeness{}
	case a[0] != b[0] && len(a) < 6: // Fine and Mine are two words
		return likeness{degree: 0.5, typo: true}
	}
	return likeness{degree: 1 - 1.4*float32(d)/float32(len(b)), typo: true}
}

// isSlip reports whether two words differ in one letter in the middle of a long
// word: an ending makes another word.
func isSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	const long = 7
	if len(a) < long || distance(a, b, 1) > 1 {
		return false
	}
	return a[0] == b[0] && a[len(a)-1] == b[len(b)-1] && a[len(a)-2:] == b[len(b)-2:]
}

// distance returns how many letters have to be put in, left out, replaced or
// swapped to make b of a, or limit+1 if it is more. Words are at most 32 bytes.
func distance(a, b string, limit int) int {
	if len(a) > 32 || len(b) > 32 {
		return limit + 1
	}
	var rows [3][33]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
