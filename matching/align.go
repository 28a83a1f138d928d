package matching

import (
	"math"
	"math/bits"
)

// alignment is what two names have in common, word by word.
type alignment struct {
	agree        float32 // bits of the words that both have
	onlyA, onlyB float32 // bits of the words that one has
	total        float32 // bits of both names
	exact        bool    // all words are equal, letter by letter
	odd          int     // words that agree and aren't equal, or that one name has alone
	the          bool    // they differ in a leading article alone
	slip         bool    // a long word differs by a slip that is no plural
	head         bool    // both begin with the same word
	numbers      contrast
	places       contrast
	sides        contrast
}

// contrast is what of a kind of words one name has and the other hasn't.
type contrast uint8

const (
	contrastNone contrast = iota
	contrastOne           // one name has more of them
	contrastBoth          // each has others
)

// likeness is how close two words are that aren't equal.
type likeness struct {
	degree float32 // 0: they aren't
	typo   bool
}

// dice returns how much of both names agrees, between 0 and 1.
func (a *alignment) dice() float32 {
	if a.total == 0 {
		return 0
	}
	return min(2*a.agree/a.total, 1)
}

// aligner compares two names. It is used again and again, so that comparing
// allocates nothing.
type aligner struct {
	p            *pairing
	a, b         []uint32
	wa, wb       [maxTokens + 1]float32
	usedA, usedB [maxTokens + 1]bool
}

// align compares two names.
func (l *aligner) align(a, b *variant, out *alignment) {
	l.a, l.b = a.words, b.words
	*out = alignment{exact: len(l.a) == len(l.b)}
	for i, id := range l.a {
		l.wa[i], l.usedA[i] = l.weight(a, i, id), false
		out.total += l.wa[i]
	}
	for j, id := range l.b {
		l.wb[j], l.usedB[j] = l.weight(b, j, id), false
		out.total += l.wb[j]
	}
	l.equal(out)
	l.alike(out)
	l.glued(out)
	l.rest(out)
}

// weight returns what a word of a name tells. In brackets stands what often is
// left out.
func (l *aligner) weight(v *variant, i int, id uint32) float32 {
	w := l.p.word(id).weight
	if v.inside&(1<<i) != 0 {
		w *= 0.7
	}
	return w
}

// pair takes two words for one.
func (l *aligner) pair(out *alignment, i, j int, degree float32) {
	l.usedA[i], l.usedB[j] = true, true
	common := (l.wa[i] + l.wb[j]) / 2
	out.agree += common * degree
	out.head = out.head || i == 0 && j == 0 && degree > 0.7
	lost := common * (1 - degree) / 2
	out.onlyA += lost
	out.onlyB += lost
}

// equal pairs equal words, and words that stand for the same.
func (l *aligner) equal(out *alignment) {
	for i, x := range l.a {
		for j, y := range l.b {
			if x == y && !l.usedB[j] {
				l.pair(out, i, j, 1)
				break
			}
		}
		out.exact = out.exact && l.usedA[i]
	}
	if out.exact {
		return
	}
	for i, x := range l.a {
		if l.usedA[i] {
			continue
		}
		canon := l.p.word(x).canon
		for j, y := range l.b {
			if !l.usedB[j] && l.p.word(y).canon == canon {
				out.odd++
				l.pair(out, i, j, 0.95)
				break
			}
		}
	}
}

// alike pairs words that are nearly equal, the closest first.
func (l *aligner) alike(out *alignment) {
	if out.exact {
		return
	}
	for {
		best, bi, bj := likeness{}, -1, -1
		for i, x := range l.a {
			if l.usedA[i] {
				continue
			}
			for j, y := range l.b {
				if l.usedB[j] {
					continue
				}
				if like := l.like(x, y); like.degree > best.degree {
					best, bi, bj = like, i, j
				}
			}
		}
		if bi < 0 {
			return
		}
		out.odd++
		if best.typo {
			out.slip = isSlip(l.p.word(l.a[bi]).text, l.p.word(l.b[bj]).text)
		}
		l.pair(out, bi, bj, best.degree)
	}
}

// like compares two words that aren't equal.
func (l *aligner) like(x, y uint32) likeness {
	if x > y {
		x, y = y, x
	}
	a, b := l.p.word(x), l.p.word(y)
	if (a.class|b.class)&(classNumber|classSmall) != 0 || len(a.text) < 2 || len(b.text) < 2 {
		return likeness{}
	}
	if !mayBeAlike(a, b) {
		return likeness{}
	}
	like := wordsAlike(a.text, b.text)
	if (a.class|b.class)&classPlace != 0 && like.typo {
		like = likeness{} // Australia is not Austria
	}
	return like
}

// mayBeAlike reports whether two words have letters enough in common to be
// looked at: slips change two letters at most, and a word cut short has none that
// the whole hasn't.
func mayBeAlike(a, b *pairWord) bool {
	if a.text[0] == b.text[0] && (a.letters&^b.letters == 0 || b.letters&^a.letters == 0) {
		return true
	}
	d := len(a.text) - len(b.text)
	return d >= -2 && d <= 2 && bits.OnesCount32(a.letters^b.letters) <= 4
}

// lettersOf returns a bit for each letter of a word.
func lettersOf(text string) uint32 {
	var letters uint32
	for i := range len(text) {
		letters |= 1 << (text[i] & 31)
	}
	return letters
}

// glued pairs two words that stand side by side with one of the other name.
func (l *aligner) glued(out *alignment) {
	if out.exact {
		return
	}
	l.glue(out, l.a, l.b, l.usedA[:], l.usedB[:], l.wa[:], l.wb[:])
	l.glue(out, l.b, l.a, l.usedB[:], l.usedA[:], l.wb[:], l.wa[:])
}

func (l *aligner) glue(out *alignment, two, one []uint32, usedTwo, usedOne []bool, wTwo, wOne []float32) {
	for i := 0; i+1 < len(two); i++ {
		if usedTwo[i] || usedTwo[i+1] {
			continue
		}
		first, second := l.p.word(two[i]).text, l.p.word(two[i+1]).text
		for j, id := range one {
			text := l.p.word(id).text
			if usedOne[j] || len(text) != len(first)+len(second) || text[:len(first)] != first || text[len(first):] != second {
				continue
			}
			usedTwo[i], usedTwo[i+1], usedOne[j] = true, true, true
			out.odd++
			common := (wTwo[i] + wTwo[i+1] + wOne[j]) / 2
			out.agree += common * 0.95
			out.onlyA += common * 0.025
			out.onlyB += common * 0.025
			out.head = out.head || i == 0 && j == 0
			break
		}
	}
}

// rest adds up the words that only one name has.
func (l *aligner) rest(out *alignment) {
	var classA, classB class
	for i, id := range l.a {
		if !l.usedA[i] {
			out.odd++
			out.onlyA += l.wa[i]
			classA |= l.kind(id, i)
		}
	}
	for j, id := range l.b {
		if !l.usedB[j] {
			out.odd++
			out.onlyB += l.wb[j]
			classB |= l.kind(id, j)
		}
	}
	out.the = out.odd == 1 && (l.article(l.a, l.usedA[:]) || l.article(l.b, l.usedB[:]))
	out.numbers = contrastOf(classA, classB, classNumber)
	out.places = contrastOf(classA, classB, classPlace)
	out.sides = contrastOf(classA, classB, classDirection)
}

// article reports whether a name begins with an article that the other lacks.
func (l *aligner) article(name []uint32, used []bool) bool {
	return len(name) > 1 && !used[0] && l.p.word(name[0]).text == "the"
}

// kind returns the class of a word where it stands: a numeral that comes first
// is a name.
func (l *aligner) kind(id uint32, i int) class {
	c := l.p.word(id).class
	if c&classRoman != 0 && i > 0 {
		c |= classNumber
	}
	return c
}

func contrastOf(a, b, kind class) contrast {
	switch {
	case a&b&kind != 0:
		return contrastBoth
	case (a|b)&kind != 0:
		return contrastOne
	}
	return contrastNone
}

// gramCosine returns how many groups of letters two names have in common, by how
// rare they are, between 0 and 1.
func (p *pairing) gramCosine(a, b []uint16) float32 {
	var common, na, nb float32
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			w := p.square(a[i])
			common, na, nb = common+w, na+w, nb+w
			i, j = i+1, j+1
		case a[i] < b[j]:
			na += p.square(a[i])
			i++
		default:
			nb += p.square(b[j])
			j++
		}
	}
	for ; i < len(a); i++ {
		na += p.square(a[i])
	}
	for ; j < len(b); j++ {
		nb += p.square(b[j])
	}
	if common == 0 {
		return 0
	}
	return common / float32(math.Sqrt(float64(na)*float64(nb)))
}
