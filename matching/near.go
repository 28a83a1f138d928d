package matching

import (
	"slices"
	"strings"
)

// mostOdd is how many words of two names may be written in another way for the
// names to be near.
const mostOdd = 2

// judgeNear looks at the best candidate whose name is written in another way, if
// something besides agrees, nothing differs, and neither name is known on the
// other side as it is.
func (s *searcher) judgeNear(q *entry, kept []scored, w *row) {
	for i := range kept {
		c, here := &s.compared[i], &s.p.here.entries[kept[i].at]
		t := c.tally(maxSharedBy)
		if t.agree == 0 || t.differ > 0 || len(q.names) == 0 || len(here.names) == 0 || c.vetoed(q, here) || c.doubtfulForm() {
			continue
		}
		if s.near(&q.names[0], &here.names[0]) && !named(q, s.p.inHere) && !named(here, s.p.inUp) && !s.rivalled(kept, i) {
			w.outcome, w.match = OutcomeProvisional, kept[i].at
			w.because = s.text("the names are written in two ways, and " + c.agreeing())
			return
		}
	}
}

// rivalled reports whether another candidate is about as good as the i-th, which
// has a name that nobody upstream has.
func (s *searcher) rivalled(kept []scored, i int) bool {
	for j := range kept {
		if j != i && kept[j].score > kept[i].score-aheadBySlip && !named(&s.p.here.entries[kept[j].at], s.p.inUp) {
			return true
		}
	}
	return false
}

// near reports whether two names are one, written in two ways: words in another
// order, joined or left out where they only join others, cut short in a usual way
// or to their initials, or with a slip of the finger.
func (s *searcher) near(x, y *variant) bool {
	a, b := s.odd(x, y), s.odd(y, x)
	if isGlued(a, b) || isGlued(b, a) || isInitials(a, b) || isInitials(b, a) {
		return true
	}
	if len(a) != len(b) || len(a) > mostOdd {
		return false
	}
	for _, v := range a {
		at := slices.IndexFunc(b, func(o *pairWord) bool { return isOneWord(v, o) })
		if at < 0 {
			return false
		}
		b = slices.Delete(b, at, at+1)
	}
	return true
}

// odd returns the words of a name that the other lacks, or has less often, but for
// those that only join others.
func (s *searcher) odd(x, y *variant) []*pairWord {
	var odd []*pairWord
	for i, id := range x.words {
		w := s.p.word(id)
		joins := w.class&classSmall != 0 && i+1 < len(x.words)
		if !joins && times(x.words[:i+1], id) > times(y.words, id) {
			odd = append(odd, w)
		}
	}
	return odd
}

// times returns how often a word occurs.
func times(words []uint32, id uint32) (n int) {
	for _, w := range words {
		if w == id {
			n++
		}
	}
	return n
}

// isGlued reports whether the words of the first list are the one of the second,
// written apart.
func isGlued(apart, one []*pairWord) bool {
	return len(apart) == 2 && len(one) == 1 && one[0].text == apart[0].text+apart[1].text
}

// isInitials reports whether the one word of the first list is the initials of
// those of the second.
func isInitials(one, all []*pairWord) bool {
	if len(one) != 1 || len(all) < 3 || len(one[0].text) != len(all) {
		return false
	}
	for i, w := range all {
		if w.text[0] != one[0].text[i] {
			return false
		}
	}
	return true
}

// isOneWord reports whether two words are one, cut short or with a slip. What only
// ends in another way is another word: plurals tell siblings apart.
func isOneWord(a, b *pairWord) bool {
	if (a.class|b.class)&classNumber != 0 {
		return false // places and directions are vetoed
	}
	x, y := a.text, b.text
	if len(x) > len(y) {
		x, y = y, x
	}
	if a.canon == b.canon {
		return !isPlural(x, y)
	}
	const least = 4
	if len(x) < least || len(y) <= least || x[0] != y[0] || strings.HasPrefix(y, x) || distance(x, y, 1) > 1 {
		return false
	}
	return x[len(x)-1] == y[len(y)-1] || len(x) == len(y) && x[len(x)-2] == y[len(y)-1] // swapped
}

// isPlural reports whether the longer of two words is the plural of the shorter.
func isPlural(short, long string) bool {
	return strings.TrimSuffix(long, "s") == short || strings.TrimSuffix(long, "ies") == strings.TrimSuffix(short, "y")
}
