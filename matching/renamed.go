package matching

// The bounds of what is taken for a company that got another name, in bits.
const (
	// sharedBits is how much the two names have in common: two rare words, or one
	// in lists long enough to tell that it is.
	sharedBits = 11
	// ownBits is how much tells that each of them has for itself.
	ownBits = 7
	// rivalBits is how much less anything else at the address has in common with
	// one of them.
	rivalBits = 5
)

// judgeRenamed looks for a candidate that is the record under another name. It has
// to be the best of those whose names nobody upstream has.
func (s *searcher) judgeRenamed(q *entry, kept []scored, w *row) {
	for i := range kept {
		here := &s.p.here.entries[kept[i].at]
		if s.renamed(q, here, &s.compared[i]) && !s.bettered(kept, i) {
			w.outcome, w.match, w.renamed = OutcomeProvisional, kept[i].at, true
			w.because = "the names begin with another word, but nothing else is left at the address on either side"
			return
		}
	}
}

// bettered reports whether a better candidate than the i-th has a name that nobody
// upstream has.
func (s *searcher) bettered(kept []scored, i int) bool {
	for j := range kept {
		if s.better(kept[j], kept[i]) && !named(&s.p.here.entries[kept[j].at], s.p.inUp) {
			return true
		}
	}
	return false
}

// renamed reports whether a candidate of another name is the record under the name
// that it had or got. Siblings at one address have the first word in common and
// differ in what follows, or one has a word more: where a company was bought or
// calls itself anew, the first word is another one and what follows stays. That
// says something only if the two are left over: neither's name is known on the
// other side, and whatever else is at the address has its own there or has less in
// common with them.
func (s *searcher) renamed(q, here *entry, c *comparison) bool {
	if s.p.up == nil || c.strict || !c.text || c.premises != premisesSame || len(q.names) == 0 || len(here.names) == 0 {
		return false
	}
	if c.vetoed(q, here) || c.doubtfulForm() || c.tally(maxSharedBy).differ > 0 {
		return false
	}
	x, y := &q.names[0], &here.names[0]
	if s.mayBePerson(x) || s.mayBePerson(y) {
		return false
	}
	shared := s.comparer.tail(x, y)
	return shared >= sharedBits && !named(q, s.p.inHere) && !named(here, s.p.inUp) && s.leftOver(q, here, shared-rivalBits)
}

// tail returns how much two names have in common, or zero if both begin with it or
// one is the other with more words.
func (c *comparer) tail(x, y *variant) float32 {
	al := &c.alignment
	c.align(x, y, al)
	if !c.ownFirst(x, c.usedA[:]) && !c.ownFirst(y, c.usedB[:]) || min(al.onlyA, al.onlyB) < ownBits {
		return 0
	}
	return c.common(x)
}

// mayBePerson reports whether a name may be a person's: people of one last name at
// one address are a family.
func (s *searcher) mayBePerson(v *variant) bool {
	words := 0
	for _, id := range v.words {
		if s.p.word(id).class&classSmall == 0 {
			words++
		}
	}
	return v.form == nil && words < 3
}

// ownFirst reports whether the first word of a name that says something was paired
// with none of the other.
func (c *comparer) ownFirst(v *variant, used []bool) bool {
	for i, id := range v.words {
		if c.p.word(id).class&classSmall == 0 {
			return !used[i]
		}
	}
	return false
}

// common returns how much of a name that was aligned last has been paired. Countries
// don't count, and common words by half: whole trades share a building.
func (c *comparer) common(x *variant) (bits float32) {
	for i, id := range x.words {
		switch w := c.p.word(id); {
		case !c.usedA[i], w.class&classPlace != 0:
		case w.class&classCommon != 0:
			bits += w.weight / 2
		default:
			bits += w.weight
		}
	}
	return bits
}

// named reports whether a list has a record of one of an entry's names.
func named(e *entry, in *index) bool {
	for i := range e.names {
		if v := &e.names[i]; v.role.decides() && v.strict != 0 && in.keys.count(keyed(keyStrict, v.strict)) > 0 {
			return true
		}
	}
	return false
}

// leftOver reports whether nothing else at the address of a pair has so much in
// common with one of the two and none of its own name on the other side.
func (s *searcher) leftOver(q, here *entry, least float32) bool {
	for i := range here.addresses {
		key := here.addresses[i].place()
		list := s.p.inHere.keys.find(key)
		up := s.p.inUp.keys.find(key)
		if len(list)+len(up) > maxRivals {
			return false
		}
		for _, at := range list {
			o := &s.p.here.entries[at]
			if o != here && !named(o, s.p.inUp) && s.shares(q, o) >= least {
				return false
			}
		}
		for _, at := range up {
			o := &s.p.up.entries[at]
			if o.record != q.record && !named(o, s.p.inHere) && s.shares(translate(o, s.p.number, &s.other, &s.otherWords), here) >= least {
				return false
			}
		}
	}
	return true
}

// shares returns how much the names of two entries have in common.
func (s *searcher) shares(a, b *entry) (bits float32) {
	if len(a.names) == 0 || len(b.names) == 0 {
		return 0
	}
	s.comparer.align(&a.names[0], &b.names[0], &s.comparer.alignment)
	return s.comparer.common(&a.names[0])
}
