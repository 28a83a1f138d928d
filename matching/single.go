package matching

import "slices"

// Search looks for single records in a catalogue. It is not for use by several
// at once, and not after the catalogue was changed: make another one, which costs
// little.
type Search struct {
	// Evidence says that candidates carry their evidence and vetoes.
	Evidence bool

	c        *Catalogue
	pairing  pairing
	searcher *searcher
}

// Search returns a search in the catalogue as it is now.
func (c *Catalogue) Search() *Search {
	s := &Search{c: c, pairing: *c.aloneWith()}
	s.searcher = newSearcher(&s.pairing, &knownPairs{})
	return s
}

// Candidates returns what is found for one record, which isn't put anywhere. That
// other records upstream may claim the same company is not known here: an
// outcome is what it would be if there were no others.
func (s *Search) Candidates(r Record) Decision {
	c, p := s.c, &s.pairing
	taken := c.tables.take(&r)
	p.extra = p.extra[:0]
	e := taken.entry
	for _, name := range taken.names {
		e.names = append(e.names, s.variant(name))
	}
	w := s.searcher.searchEntry(&e, 0)
	chances(w.scored, 0)
	w.assure()
	d := Decision{ID: r.ID, Outcome: w.outcome, Because: w.because, Renamed: w.renamed && w.linked(), Capped: w.capped, Compared: int(w.compared), Model: c.tables.Model()}
	if w.linked() {
		d.Match = c.entries[w.match].record.ID
	}
	for _, found := range w.scored[:min(len(w.scored), 10)] {
		here := &c.entries[found.at]
		candidate := Candidate{ID: here.record.ID, Name: here.record.main(), Score: float64(found.score), Confidence: float64(found.confidence)}
		if s.Evidence {
			x := explainer{comparer: s.searcher.comparer}
			x.fill(&e, here, &candidate)
		}
		d.Candidates = append(d.Candidates, candidate)
	}
	s.searcher.scored = slab[scored]{}
	return d
}

// variant gives the words of a name numbers: the catalogue's, or ones after
// them.
func (s *Search) variant(name rawName) variant {
	v := variant{role: roleOf(name.role), words: make([]uint32, len(name.tokens))}
	if name.strict != "" {
		v.strict = hash(name.strict)
	}
	v.form = s.c.tables.shared(name.form)
	for i, token := range name.tokens {
		v.words[i] = s.word(token.text)
		if token.enclosed {
			v.inside |= 1 << i
		}
	}
	v.grams, v.acronym = appendGrams(nil, name.tokens), acronymOf(name.tokens)
	return v
}

// word returns the number of a word.
func (s *Search) word(text string) uint32 {
	p := &s.pairing
	if id, ok := s.c.vocab.ids[text]; ok {
		return id
	}
	if i := slices.IndexFunc(p.extra, func(w pairWord) bool { return w.text == text }); i >= 0 {
		return uint32(len(p.words) + i)
	}
	id := uint32(len(p.words) + len(p.extra))
	t := s.c.tables
	w := pairWord{text: text, letters: lettersOf(text), canon: id, class: t.classOf(text)}
	share, common := t.common[t.canonical(text)]
	if !common {
		share = rareShare
	} else {
		w.class |= classCommon
	}
	p.extra = append(p.extra, w)
	if full := t.standsFor(text); full != text {
		canon := s.word(full)
		c := p.word(canon)
		own := p.word(id)
		own.canon, own.class = canon, own.class|c.class&(classNumber|classPlace|classCommon)
		if full, ok := t.common[c.text]; ok {
			share = max(share, full)
		}
	}
	p.weigh(id, float32(share))
	return id
}
