package matching

import (
	"math"
	"slices"
)

// searcher searches for records. It is used again and again, so that searching
// allocates little.
type searcher struct {
	p          *pairing
	known      *knownPairs
	finder     *finder
	comparer   *comparer
	compared   [maxFound]comparison
	query      entry
	words      []uint32
	other      entry // for a second one, see query
	otherWords []uint32
	site       site
	touched    uint64 // see touch
	all        []scored
	scored     slab[scored]      // what rows keep
	texts      map[string]string // what they say, each text once
}

func newSearcher(p *pairing, known *knownPairs) *searcher {
	return &searcher{p: p, known: known, finder: newFinder(p), comparer: newComparer(p), texts: make(map[string]string)}
}

// translate gives the words of an entry upstream the pairing's numbers. The
// result is valid until the next call.
func (s *searcher) translate(e *entry) *entry {
	return translate(e, s.p.number, &s.query, &s.words)
}

func translate(e *entry, number []uint32, into *entry, words *[]uint32) *entry {
	names := into.names[:0]
	*into = *e
	*words = (*words)[:0]
	for i := range e.names {
		v := e.names[i]
		from := len(*words)
		for _, id := range v.words {
			*words = append(*words, number[id])
		}
		v.words = (*words)[from:len(*words):len(*words)]
		names = append(names, v)
	}
	into.names = names
	return into
}

// search finds the candidates of a record upstream and judges the best.
func (s *searcher) search(at uint32) row {
	up := &s.p.up.entries[at]
	w := s.searchEntry(s.translate(up), at)
	if here, ok := s.known.accepted[at]; ok {
		w.outcome, w.match, w.because = OutcomeLinked, here, "a person linked it"
	}
	return w
}

// searchEntry searches for an entry whose words have the pairing's numbers.
func (s *searcher) searchEntry(q *entry, at uint32) row {
	w := row{at: at, outcome: OutcomeNone}
	found := s.finder.find(q)
	s.touch(found)
	kept := s.all[:0]
	for _, h := range found {
		if s.known.rejected[pairOf(at, h.at)] {
			continue
		}
		c := &s.compared[len(kept)]
		s.comparer.compare(q, &s.p.here.entries[h.at], c)
		kept = append(kept, scored{at: h.at, score: float32(c.score)})
	}
	w.capped, w.compared = s.finder.capped, uint8(min(len(kept), maxKept))
	s.judge(q, kept, &w)
	s.sort(kept)
	w.scored = s.scored.keep(kept[:min(len(kept), maxKept)])
	s.all = kept
	return w
}

// maxKept is how many candidates of a record are kept.
const maxKept = 20

// leastScore is how many bits a candidate needs to be worth showing.
const leastScore = -12

// judge decides about a record by its candidates.
func (s *searcher) judge(q *entry, kept []scored, w *row) {
	best := -1
	for i := range kept {
		if best < 0 || s.better(kept[i], kept[best]) {
			best = i
		}
	}
	if best < 0 || kept[best].score < leastScore {
		return
	}
	w.outcome, w.because = OutcomeSuggested, "the names differ"
	// An equal name is judged wherever it stands: it may be the second best.
	for i := range kept {
		c := &s.compared[i]
		if i != best && !c.strict && !c.align.the {
			continue
		}
		outdone := s.outdone(kept, i)
		if i != best && outdone {
			continue // something else is more likely: a person decides
		}
		s.lay(q, kept, i)
		v := s.site.judge()
		switch links := v.outcome == OutcomeAutomatic || v.outcome == OutcomeProvisional; {
		case links && outdone:
			w.because = s.text(v.because + ", but something else may be more likely")
		case links, i == best:
			w.outcome, w.because, w.match = v.outcome, s.text(v.because), kept[i].at
		}
		if w.outcome != OutcomeSuggested {
			return
		}
	}
	if s.judgeNear(q, kept, w); w.outcome == OutcomeSuggested {
		s.judgeRenamed(q, kept, w)
	}
}

// ahead is by how many bits something else has to be the more likely to keep an
// equal name from being linked.
const ahead = 1

// text returns a text that is kept once.
func (s *searcher) text(text string) string {
	if _, ok := s.texts[text]; !ok {
		s.texts[text] = text
	}
	return s.texts[text]
}

// outdone reports whether something else would be more likely than the i-th
// candidate if nobody else had what agrees: that others have it, too, is no reason
// to link. No name is nearer than an equal one. What has another name, which a
// record upstream has, is that record's.
func (s *searcher) outdone(kept []scored, i int) bool {
	fields := func(i int) float32 {
		return kept[i].score - s.compared[i].names + s.comparer.discount(&s.compared[i])
	}
	least, names := fields(i)+ahead, s.compared[i].names
	for j := range kept {
		c := &s.compared[j]
		if j != i && fields(j)+min(c.names-names, 0) > least && (c.strict || !named(&s.p.here.entries[kept[j].at], s.p.inUp)) {
			return true
		}
	}
	return false
}

// lay gathers what the gate has to know about the i-th candidate.
func (s *searcher) lay(q *entry, kept []scored, i int) {
	c := &s.compared[i]
	here := &s.p.here.entries[kept[i].at]
	st := &s.site
	*st = site{up: q, here: here, cmp: c, rivals: st.rivals[:0], ahead: math.Inf(1)}
	for j := range kept {
		if j != i {
			st.ahead = min(st.ahead, float64(kept[i].score-kept[j].score))
		}
	}
	if !c.strict && !c.align.the || c.vetoed(q, here) {
		return
	}
	// All names of both sides count: a name that somebody traded under is not
	// unique.
	s.rivalsHere(q, kept[i].at, q.names)
	s.rivalsUp(q, here, here.names)
	if st.crowded {
		return // enough is known
	}
	if !c.strict { // the two keys differ: others may have either
		s.rivalsHere(q, kept[i].at, here.names)
		s.rivalsUp(q, here, q.names)
	}
}

// rivalsHere tallies the record with the others here that have one of its names.
func (s *searcher) rivalsHere(q *entry, except uint32, names []variant) {
	for i := range names {
		if !names[i].role.decides() || names[i].strict == 0 {
			continue
		}
		list := s.p.inHere.keys.find(keyed(keyStrict, names[i].strict))
		if len(list) > maxRivals {
			s.site.crowded = true
			continue
		}
		for _, at := range list {
			if at != except {
				s.rival(q, &s.p.here.entries[at], &names[i], &s.p.here.entries[at])
			}
		}
	}
}

// rivalsUp tallies the record here with the others upstream that have one of its
// names.
func (s *searcher) rivalsUp(q, here *entry, names []variant) {
	if s.p.up == nil {
		return
	}
	for i := range names {
		if !names[i].role.decides() || names[i].strict == 0 {
			continue
		}
		list := s.p.inUp.keys.find(keyed(keyStrict, names[i].strict))
		if len(list) > maxRivals {
			s.site.crowded = true
			continue
		}
		for _, at := range list {
			if other := &s.p.up.entries[at]; other.record != q.record {
				s.rival(other, here, &names[i], other)
			}
		}
	}
}

// maxRivals is how many records of one name are looked at.
const maxRivals = 300

// rival tallies a pair, unless the rival is of another legal form than both of
// the pair that is judged: "Noble Foods Co" is no rival of "Noble Foods Ltd".
func (s *searcher) rival(up, here *entry, name *variant, rival *entry) {
	c0 := s.site.cmp
	if c0.formsA != nil && c0.formsB != nil && c0.formsA.family == c0.formsB.family && !c0.formsA.doubtful {
		for i := range rival.names {
			v := &rival.names[i]
			if v.strict == name.strict && v.form != nil && v.form.family != c0.formsA.family {
				return
			}
		}
	}
	var c comparison
	s.comparer.compareFields(up, here, &c)
	s.site.rivals = append(s.site.rivals, c.tally(math.MaxInt)) // that others have it, too, makes it no weaker a rival
}

// better orders candidates: of equal score by ID.
func (s *searcher) better(a, b scored) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return s.p.inHere.ranks[a.at] < s.p.inHere.ranks[b.at]
}

func (s *searcher) sort(kept []scored) {
	slices.SortFunc(kept, func(a, b scored) int {
		if s.better(a, b) {
			return -1
		}
		return 1
	})
}
